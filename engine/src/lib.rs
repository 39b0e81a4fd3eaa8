//! Executes plans: runs a [`rocky_plan_model::Plan`] through the adapter traits, runs tests, and keeps what must
//! survive between runs in the state file.
//!
//! Must not know: the compiler, trees, salsa, a concrete warehouse, the terminal, signals.

mod cancel;
mod clock;
mod data_test;
mod declarative;
mod event;
mod expand;
mod planned;
mod preview;
mod resume;
pub mod run;
pub mod state;
mod test_run;
mod throttle;

pub use cancel::CancellationToken;
pub use clock::{Clock, SystemClock, rfc3339};
pub use data_test::{TestQuery, Verdict, data_test_query};
pub use declarative::{DeclarativeReport, DeclarativeResult, DeclarativeStatus, run_declarative};
pub use event::{NoObserver, NodeResult, RunEvent, RunObserver};
pub use expand::{
    DriftAction, Expansion, Knowledge, Refusal, Writer, copy_query, create_schema_statement, expand,
    expand_copy,
};
pub use planned::{PlannedStatements, planned_statements};
pub use preview::{Preview, preview};
pub use resume::{ResumeError, ResumeRequest, Resumed, resume};
pub use run::{RunContext, RunOptions, RunOutcome, run};
pub use test_run::{
    TestCase, TestCaseKind, TestFailure, TestOptions, TestOutcome, TestReport, TestWarning, not_compiled,
    not_run, run_tests,
};
