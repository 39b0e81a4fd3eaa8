//! What models say about each other and about themselves: headers, index, dependency graph, bodies.
//!
//! Must not know: types, LSP, rendering, adapters, `std::fs`, environment, clock.

pub mod body;
mod dependency_graph;
pub mod dump;
mod graph;
mod index;
mod lint;
pub mod lower;
mod model_text;
pub mod name_test;
pub mod parts;
mod queries;
pub mod references;
mod remembered;
mod summary;

pub use dependency_graph::{Dag, Dependencies, cycle_path, dag, dependencies, is_cyclic};
pub use index::{
    ModelIndex, Name, ReferenceTarget, find_model, model_by_folded_name, model_by_name, model_by_target,
    model_index, models_of_same_name, models_of_same_target, resolve_reference, resolved_references,
};
pub use model_text::ModelText;
pub use queries::{
    body_digest, file_summary, is_transient, language, let_bindings, lint_findings, macro_expansion,
    model_dialect, model_header, original_range, parsed_model, path_text, query_start, query_text,
    syntax_findings, with_text, without_frontmatter,
};
pub use remembered::{GraphParts, RememberedGraph};
pub use summary::{
    FileSummary, FindingFix, Language, LetName, ModelHeader, ModelTree, SyntaxFinding, parse_model, summarize,
};
