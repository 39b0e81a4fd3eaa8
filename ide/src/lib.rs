//! What an editor wants to know, as plain data: offsets, labels, ranges.
//!
//! [`AnalysisHost`] owns the one writable database and takes changes; [`Snapshot`] is a moment of it, for
//! another thread; [`Analysis`] answers questions at that moment. A change interrupts every question that
//! is being answered, and [`Snapshot::run`] says so.
//!
//! Must not know: LSP, URIs, UTF-16, JSON, terminals, adapters, the engine.

mod actions;
mod analysis;
mod completion;
mod definition;
mod folding;
mod format_settings;
mod highlights;
mod hover;
mod macro_file;
mod matching;
mod model_at;
mod occurrences;
mod on_enter;
mod selection;
mod semantic_tokens;
mod settings_at;
mod symbols;
mod syntax_document;
mod toml_syntax;

pub use actions::{Action, ActionKind};
pub use analysis::{
    Analysis, AnalysisHost, CancelHandle, FilePosition, Interrupted, Snapshot, Source, find_project_roots,
    nearest_project_root,
};
pub use completion::{Completion, CompletionKind};
pub use definition::NavigationTarget;
pub use folding::{FoldingKind, FoldingRange};
pub use highlights::{Highlight, HighlightKind};
pub use hover::Hover;
pub use matching::Pair;
pub use on_enter::OnEnter;
pub use rocky_compiler::Change;
pub use rocky_compiler::base_db::{Diagnostic, FilePath, Severity};
pub use rocky_compiler::syntax::{DialectKind, LineCol, LineIndex, TextRange, TextSize};
pub use semantic_tokens::{SemanticToken, TokenKind, TokenModifiers};
pub use symbols::{Symbol, SymbolKind};
pub use syntax_document::{SourceLanguage, SyntaxDocument};
