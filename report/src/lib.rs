//! Findings and test results in the formats that other tools read.
//!
//! A [`Report`] is plain data; each format is one function of it: [`sarif`] (SARIF 2.1.0), [`github`] (workflow
//! commands), [`junit`] (JUnit XML) and [`markdown`] (a summary for a pull request). What was not evaluated is
//! said in every one of them, and never as something that passed.
//!
//! Must not know: the compiler, the engine, files, terminals, the clock.

mod github_commands;
mod junit_xml;
pub mod markdown_text;
mod model;
mod sarif_log;
mod summary;

pub use github_commands::github;
pub use junit_xml::junit;
pub use model::{Case, Figures, Finding, Level, Outcome, Place, Report, Rule, Verdict};
pub use sarif_log::sarif;
pub use summary::markdown;
