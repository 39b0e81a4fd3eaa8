//! Content-addressed rows: results of earlier processes, found again by the digest of everything
//! they were computed from.
//!
//! A row can make a computation cheaper, never different: its key is the digest of *all* inputs of a
//! function that has no other inputs. Whatever goes wrong with the file (missing, foreign, truncated,
//! locked, full disk) is a miss, never an error and never a wrong answer.
//!
//! Must not know: salsa, syntax trees, SQL, projects, paths of model files.

mod collection;
mod guard;
mod row_store;
mod sealed_file;

pub use collection::{CacheContents, Share, clear, collect_outcomes, contents, remove_others};
pub use guard::quiet_about_damaged_rows;
pub use row_store::{RowStore, RowsOfFunction, StoreStatistics, Stored};
pub use sealed_file::{SealedFile, SealedWriter, TailPlace, TailWriter, file_system_time, prepare_folder};
