//! The ground of the incremental database: files, the world behind them, diagnostics.
//!
//! A [`File`] is a salsa input: a project-relative path, the digest of its bytes on disk, its status
//! and, while an editor has it open, the unsaved text. Reading bytes goes through one [`System`] trait,
//! so that the compiler never touches the disk, the environment or the clock by itself.
//! Everything a user is told is a [`Diagnostic`]: a plain value with byte ranges.
//!
//! Must not know: the configuration format, SQL semantics, LSP, terminals, adapters, the network.

mod db;
mod diagnostic;
mod digest;
mod file;
pub mod memory;
pub mod os;
mod path;
mod suggest;
mod system;
pub mod testing;

pub use db::{Db, is_overlaid, line_index, read_source, source_text};
pub use diagnostic::{Annotation, Code, Diagnostic, Fix, Severity, compare_diagnostics, sort_diagnostics};
pub use digest::{Digest, DigestWriter};
pub use file::{File, FileFacts, FileStatus, MAX_FILE_BYTES, SourceText};
pub use path::FilePath;
pub use suggest::{closest, closest_several, edit_distance};
pub use system::{DirEntryKind, FileStamp, ReadFailure, System, WalkedFile};
