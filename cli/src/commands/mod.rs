//! One module for each command. A command prints its own result and says how it ended.

mod cache;
mod ci;
mod ci_diff;
mod compile;
mod debug;
mod explain;
mod fmt;
mod init;
mod lineage;
mod lineage_diff;
mod lint;
mod lsp;
mod plan;
mod playground;
mod run;
mod test;
mod validate;

use crate::arguments::{Command, DebugCommand};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

/// Executes a command.
///
/// # Errors
/// When there is no result at all. A result with failures in it is an [`Exit`], its document already printed.
pub(crate) fn execute(session: &Session<'_>, command: &Command) -> Result<Exit, Failure> {
    match command {
        Command::Init(options) => init::execute(&session.text_by_default(), options),
        Command::Playground(options) => playground::execute(&session.text_by_default(), options),
        Command::Validate => validate::execute(session),
        Command::Compile(options) => compile::execute(session, options),
        Command::Lint(options) => lint::execute(session, options),
        Command::Lineage(options) => lineage::execute(session, options),
        Command::Plan(options) => plan::execute(session, options),
        Command::Run(options) => run::execute(session, options),
        Command::Test(options) => test::execute(session, options),
        Command::Ci(options) => ci::execute(session, options),
        Command::CiDiff(options) => ci_diff::execute(session, options),
        Command::LineageDiff(options) => lineage_diff::execute(session, options),
        Command::Fmt(options) => fmt::execute(session, options),
        Command::Lsp(options) => lsp::execute(session, options),
        Command::Explain(options) => explain::execute(session, options),
        Command::Cache(command) => cache::execute(session, command),
        Command::Debug(DebugCommand::Memory) => debug::memory(session),
    }
}

/// The answer to a command that is recognised but not available yet.
pub(crate) fn unavailable(name: &str) -> Failure {
    Failure::not_available(&format!("'rocky {name}'"), "'rocky --help' lists what is available")
}
