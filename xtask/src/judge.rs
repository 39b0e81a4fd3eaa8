//! `cargo xtask judge`: how often types and errors agree with DuckDB, written to docs/accuracy.md.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

use crate::duckdb_library;
use crate::workspace::{cargo, run};

pub(crate) fn run_judge(queries: usize, seed: u64, output: &Path, examples: usize) -> Result<ExitCode> {
    let mut judge = cargo();
    judge.args(["run", "--release", "-p", "rocky-judge", "--", "--queries", &queries.to_string()]);
    judge.args(["--seed", &seed.to_string(), "--examples", &examples.to_string(), "--output"]).arg(output);
    duckdb_library::setup()?.apply(&mut judge);
    run(&mut judge)?;
    Ok(ExitCode::SUCCESS)
}
