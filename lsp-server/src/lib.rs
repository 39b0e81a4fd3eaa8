//! The language server: JSON-RPC on one side, the analysis on the other.
//!
//! ```text
//! client ─► tower-lsp ─► handler: put an event into the mailbox before the first await, then wait
//!                              │ unbounded, in order of arrival
//!                   owner thread: applies edits, hands out snapshots, schedules diagnostics
//!                              │
//!                   worker pool: computes on snapshots; an edit cancels it
//! ```
//!
//! Must not know: SQL, salsa, the file formats of a project. If a handler contains SQL knowledge, it
//! is in the wrong package. Protocol types stay inside this package.

mod action_requests;
mod convert;
mod documents;
mod format_requests;
mod mailbox;
mod main_loop;
mod pool;
mod position;
mod publisher;
mod requests;
mod scheduler;
mod syntax_requests;
mod token_encoding;
mod transport;
mod watchdog;
mod workspace;

pub use main_loop::ServerOptions;
pub use transport::{run_stdio, serve};
