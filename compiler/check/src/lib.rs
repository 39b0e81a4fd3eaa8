//! Every finding about models: load problems, syntax, graph, types, contracts, strategies.
//!
//! [`check_model`] is the one query behind the terminal, JSON and the editor. Inner queries give their
//! findings beside their results, without positions; ranges are attached here, at the edge.
//!
//! Must not know: how findings are shown, LSP, adapters, `std::fs`, environment, clock.

mod contract;
mod contract_type;
mod graph;
mod lint;
mod model;
mod partition_key;
mod project;
mod strategy;
mod suppression;
mod window_filter;

pub use lint::fixed_text;
pub use model::{check_model, contract_file};
pub use project::{project_findings, related_models};
