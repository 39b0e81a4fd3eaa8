//! Builds plans from a compiled project: SQL with every reference to a model replaced by its table.
//!
//! Must not know: adapters, the engine, state files, secrets, the clock.

mod build;
mod identifier;
mod rewrite;
mod saved_assertions;
mod test_plan;
mod tests_of_models;

pub use build::{PlanProblem, PlanRequest, pipeline_name, plan, plan_without_nodes};
pub use identifier::quote_identifier;
pub use rewrite::{Naming, compiled_sql};
pub use test_plan::{TestRequest, test_plan};
