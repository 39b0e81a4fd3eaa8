//! Fills the documents from what the compiler and the engine say.

mod ci;
mod ci_diff;
mod compile;
mod findings;
mod lineage;
mod lineage_diff;
mod lint;
mod plan;
mod run;
mod strategy;
mod test;
mod validate;

pub(crate) use ci::ci_document;
pub(crate) use ci_diff::ci_diff_document;
pub(crate) use compile::model_detail;
pub(crate) use findings::findings;
pub(crate) use lineage::{column_lineage_document, lineage_document};
pub(crate) use lineage_diff::lineage_diff_document;
pub(crate) use lint::lint_document;
pub(crate) use plan::plan_document;
pub(crate) use run::{exit_of, run_document};
pub(crate) use test::{declarative_document, test_document};
pub(crate) use validate::validate_document;
