//! What an editor wants to know, as plain data: offsets, labels, ranges.
//!
//! [`AnalysisHost`] owns the one writable database and takes changes; [`Snapshot`] is a moment of it, for
//! another thread; [`Analysis`] answers questions at that moment. A change interrupts every question that
//! is being answered, and [`Snapshot::run`] says so.
//!
//! Must not know: LSP, URIs, UTF-16, JSON, terminals, adapters, the engine.

mod analysis;
mod completion;
mod definition;
mod hover;
mod model_at;
mod settings_at;
mod symbols;

pub use analysis::{
    Analysis, AnalysisHost, CancelHandle, FilePosition, Interrupted, Snapshot, Source, find_project_roots,
    nearest_project_root,
};
pub use completion::{Completion, CompletionKind};
pub use definition::NavigationTarget;
pub use hover::Hover;
pub use rocky_compiler::Change;
pub use rocky_compiler::base_db::{Diagnostic, FilePath, Severity};
pub use rocky_compiler::syntax::{LineCol, LineIndex, TextRange, TextSize};
pub use symbols::{Symbol, SymbolKind};
