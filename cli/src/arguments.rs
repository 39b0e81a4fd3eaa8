//! The command line as types. Each option is parsed once, here.

mod cache;
mod ci;
mod ci_diff;
mod compile;
mod explain;
mod fmt;
mod init;
mod lineage;
mod lineage_diff;
mod lint;
mod lsp;
mod plan;
mod playground;
mod reporting;
mod run;
mod selection;
mod test;
mod unavailable;

pub(crate) use cache::CacheCommand;
pub(crate) use ci::CiOptions;
pub(crate) use ci_diff::{BaseOptions, CiDiffOptions, DiffFormat};
pub(crate) use compile::CompileOptions;
pub(crate) use explain::ExplainOptions;
pub(crate) use fmt::FmtOptions;
pub(crate) use init::InitOptions;
pub(crate) use lineage::{LineageFormat, LineageOptions};
pub(crate) use lineage_diff::LineageDiffOptions;
pub(crate) use lint::LintOptions;
pub(crate) use lsp::LspOptions;
pub(crate) use plan::PlanOptions;
pub(crate) use playground::PlaygroundOptions;
pub(crate) use reporting::{ReportFile, ReportFormat, ReportOptions};
pub(crate) use run::RunOptions;
pub(crate) use selection::RunSelection;
pub(crate) use test::TestOptions;

use clap::{ArgMatches, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;

/// The form of a result.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum OutputFormat {
    /// One JSON document.
    Json,
    /// Text for people.
    Table,
}

/// Flags that every command has, before or after its name.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalOptions {
    /// The project's configuration [default: rocky.toml, here or in a folder above]
    #[arg(short, long, global = true, value_name = "PATH")]
    pub(crate) config: Option<PathBuf>,
    /// Form of the result [default: table on a terminal, json otherwise]
    #[arg(short, long, global = true, value_name = "FORMAT")]
    pub(crate) output: Option<OutputFormat>,
    /// State file [default: .rocky-state.redb beside the configuration]
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) state_path: Option<PathBuf>,
    /// Compute everything, and compare with what earlier commands kept
    #[arg(long, global = true, hide = true)]
    pub(crate) verify_cache: bool,
}

/// Rocky compiles, checks and runs SQL models.
#[derive(Clone, Debug, Parser)]
#[command(name = "rocky", version, propagate_version = false, subcommand_required = true)]
#[command(arg_required_else_help = true, max_term_width = 100, infer_subcommands = false)]
pub(crate) struct Arguments {
    /// Flags that every command has.
    #[command(flatten)]
    pub(crate) global: GlobalOptions,
    /// The command.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands of this version.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Command {
    /// Create a project in a folder
    Init(InitOptions),
    /// Create a sample project; with --run also build it and show its tables
    Playground(PlaygroundOptions),
    /// Check the configuration and the project's files, offline
    Validate,
    /// Compile the models: types, references, contracts
    Compile(CompileOptions),
    /// Look for style and likely mistakes in the models, and fix them
    Lint(LintOptions),
    /// Show where the columns of a model come from
    Lineage(LineageOptions),
    /// Show the statements a run would send
    Plan(PlanOptions),
    /// Run a pipeline
    Run(RunOptions),
    /// Build the models in memory and test the results
    Test(TestOptions),
    /// Compile and test in one go, for continuous integration
    Ci(CiOptions),
    /// Show what a change does to models and columns, and what it breaks
    CiDiff(CiDiffOptions),
    /// Show how the lineage of columns differs from another state
    LineageDiff(LineageDiffOptions),
    /// Lay out files: .rocky, and by name or with --all also .sql and .toml
    Fmt(FmtOptions),
    /// Start the language server on stdin and stdout
    Lsp(LspOptions),
    /// Explain a diagnostic code
    Explain(ExplainOptions),
    /// Look at what earlier commands left to be faster, check it, delete it, take it elsewhere
    #[command(subcommand)]
    Cache(CacheCommand),
    /// Look inside the compiler
    #[command(subcommand, hide = true)]
    Debug(DebugCommand),
}

/// What can be looked at.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum DebugCommand {
    /// Compile the project and show where the memory went, by query
    Memory,
}

/// What was asked for.
#[derive(Clone, Debug)]
pub(crate) enum Request {
    /// A command of this version.
    Known(Box<Arguments>),
    /// A command that is recognised but not available yet.
    Unavailable(String),
}

/// Reads the process's arguments.
///
/// # Errors
/// clap's own answer: wrong use, or help and version, which are no errors at all.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Request, clap::Error> {
    let mut command = unavailable::add_to(Arguments::command());
    let matches: ArgMatches = command.try_get_matches_from_mut(arguments)?;
    if let Some(name) = matches.subcommand_name().filter(|name| unavailable::is_unavailable(name)) {
        return Ok(Request::Unavailable(name.to_owned()));
    }
    let arguments = Arguments::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
    Ok(Request::Known(Box::new(arguments)))
}

#[cfg(test)]
mod tests;
