//! `cargo xtask test`: every suite, one after the other, and a table of what happened.
//!
//! A suite that cannot run has failed. Nothing is skipped because a tool is missing: the tool is installed, and
//! when that is impossible the suite fails and says so.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

mod checks;
mod end_to_end;
mod rust_tests;

/// How many tests of a suite passed and failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl Counts {
    /// A suite that is one check and passed it.
    const ONE_PASSED: Self = Self { passed: 1, failed: 0 };
}

struct Suite {
    name: &'static str,
    what: &'static str,
    run: fn() -> Result<Counts>,
}

/// In the order in which they run: what is quick and says most comes first.
const SUITES: &[Suite] = &[
    Suite { name: "setup", what: "system packages and the DuckDB library", run: checks::setup },
    Suite { name: "format", what: "cargo fmt --check", run: checks::format },
    Suite { name: "codegen", what: "generated files are fresh", run: checks::codegen },
    Suite { name: "binaries", what: "build rocky and its companions", run: checks::binaries },
    Suite { name: "rust", what: "unit, integration and tidy tests", run: rust_tests::nextest },
    Suite { name: "doctests", what: "examples in documentation comments", run: rust_tests::doctests },
    Suite { name: "lsp", what: "language server, driven over stdio", run: end_to_end::language_server },
    Suite { name: "projects", what: "example projects on DuckDB", run: end_to_end::projects },
    Suite { name: "docs", what: "commands in the documentation", run: end_to_end::docs_commands },
    Suite { name: "clippy", what: "lints, warnings are errors", run: checks::clippy },
    Suite { name: "deny", what: "bans, licenses, sources", run: checks::deny },
];

struct Line {
    suite: &'static Suite,
    counts: Counts,
    took: Duration,
}

/// Prints the suites.
pub(crate) fn list() {
    for suite in SUITES {
        println!("{:10} {}", suite.name, suite.what);
    }
}

/// Runs the suites whose name contains one of `only`, or all of them.
pub(crate) fn run(only: &[String]) -> Result<ExitCode> {
    let selected: Vec<&'static Suite> = SUITES
        .iter()
        .filter(|suite| only.is_empty() || only.iter().any(|text| suite.name.contains(text.as_str())))
        .collect();
    ensure!(!selected.is_empty(), "no suite is called {}; see `cargo xtask test --list`", only.join(" or "));
    let lines: Vec<Line> = selected.into_iter().map(run_one).collect();
    let total = print_table(&lines);
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run_one(suite: &'static Suite) -> Line {
    println!("\n=== {}: {}", suite.name, suite.what);
    let started = Instant::now();
    let counts = (suite.run)().and_then(|counts| {
        ensure!(counts != Counts::default(), "the suite ran no test");
        Ok(counts)
    });
    let counts = counts.unwrap_or_else(|error| {
        println!("error: {error:#}");
        Counts { passed: 0, failed: 1 }
    });
    Line { suite, counts, took: started.elapsed() }
}

fn print_table(lines: &[Line]) -> Counts {
    let mut total = Counts::default();
    let mut took = Duration::ZERO;
    println!("\n{:10} {:>7} {:>7} {:>8}", "suite", "passed", "failed", "seconds");
    for line in lines {
        let Counts { passed, failed } = line.counts;
        println!("{:10} {passed:>7} {failed:>7} {:>8.1}", line.suite.name, line.took.as_secs_f64());
        total.passed += passed;
        total.failed += failed;
        took += line.took;
    }
    println!("{:10} {:>7} {:>7} {:>8.1}", "total", total.passed, total.failed, took.as_secs_f64());
    println!("\n{} passed, {} failed", total.passed, total.failed);
    total
}
