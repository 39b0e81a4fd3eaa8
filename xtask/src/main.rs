//! The project's only scripts: `cargo xtask <command>`.
//!
//! Must not know: how Rocky works inside. It starts compilers, test runners and the built binaries, and reads
//! what they print.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "the one package whose job is to talk to the person who builds Rocky and to arrange folders for them"
)]

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod bench;
mod codegen;
mod corpora;
mod demo;
mod docs_commands;
mod duckdb_library;
mod fuzz;
mod judge;
mod python;
mod suites;
mod tools;
mod workspace;

/// Scripts for people who build Rocky.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Fetch the prebuilt DuckDB library that matches the pinned crate
    Setup,
    /// Build the release binaries and run the playground in `demo/`
    Demo,
    /// Install what the tests need and run every suite
    Test {
        /// Run only the suites whose name contains this text (may be given more than once)
        #[arg(long = "only", value_name = "TEXT")]
        only: Vec<String>,
        /// List the suites and stop
        #[arg(long)]
        list: bool,
    },
    /// Write the generated files again
    Codegen {
        /// Change nothing; fail if a file is not fresh
        #[arg(long)]
        check: bool,
    },
    /// Run the commands of the `console` blocks in the documentation
    DocsCommands,
    /// Judge the public SQL corpora, and mutants of them; write docs/sql-acceptance.md
    Corpora {
        /// How many statements to break
        #[arg(long, default_value_t = 12_000)]
        mutants: usize,
        /// Where the random numbers start
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Attack the laws of the syntax with libFuzzer, and keep what it finds
    Fuzz {
        /// The targets; all if none is named
        targets: Vec<String>,
        /// How long each runs
        #[arg(long, default_value_t = 30)]
        minutes: u64,
    },
    /// Measure compile times, memory and editor latency; write docs/performance.md
    Bench {
        /// Numbers of models
        #[arg(long, value_delimiter = ',', default_values_t = [1_000, 10_000])]
        models: Vec<usize>,
        /// Where to write the table
        #[arg(long, default_value = "docs/performance.md")]
        output: std::path::PathBuf,
    },
    /// Compare names, types and errors with DuckDB's; write docs/accuracy.md
    Judge {
        /// How many queries to make
        #[arg(long, default_value_t = 100_000)]
        queries: usize,
        /// How many times to change a source column and look at what changes with it
        #[arg(long, default_value_t = 10_000)]
        perturbations: usize,
        /// Where the random numbers come from
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Where to write the page
        #[arg(long, default_value = "docs/accuracy.md")]
        output: std::path::PathBuf,
        /// Print this many examples of each kind of disagreement
        #[arg(long, default_value_t = 0)]
        examples: usize,
    },
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Setup => duckdb_library::setup().map(|library| {
            println!("libduckdb is ready: {}", library.folder().display());
            ExitCode::SUCCESS
        }),
        Command::Demo => demo::run(),
        Command::Test { list: true, .. } => {
            suites::list();
            Ok(ExitCode::SUCCESS)
        }
        Command::Test { only, list: false } => suites::run(&only),
        Command::Codegen { check } => codegen::run(check).map(|()| ExitCode::SUCCESS),
        Command::DocsCommands => docs_commands::run(),
        Command::Corpora { mutants, seed } => corpora::run(mutants, seed),
        Command::Fuzz { targets, minutes } => {
            fuzz::run_targets(&targets, minutes).map(|()| ExitCode::SUCCESS)
        }
        Command::Bench { models, output } => bench::run_benches(&models, &output),
        Command::Judge { queries, perturbations, seed, output, examples } => {
            judge::run_judge(&judge::Wanted { queries, perturbations, seed, examples }, &output)
        }
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
