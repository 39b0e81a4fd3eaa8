//! What the engine asks of a warehouse, and what a warehouse answers with: traits, typed errors, SQL text
//! primitives per dialect, the process-adapter protocol with its client, and a conformance suite.
//!
//! Must not know: the compiler, the engine, a warehouse's client library, the terminal.

mod capability;
pub mod conformance;
pub mod dialect;
mod error;
pub mod process;
pub mod protocol;
mod relation;
mod result;
mod warehouse;

pub use capability::Capabilities;
pub use error::{AdapterError, ErrorKind, Result};
pub use relation::{PresentRelation, RelationKind, TableColumn, TargetState};
pub use result::{Executed, QueryResult, cell_text};
pub use warehouse::{Connection, Interrupt, RowLimit, Warehouse};
