//! `cargo xtask judge`: how often names, types, NULL, errors and lineage agree with DuckDB, written to
//! docs/accuracy.md.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

use crate::duckdb_library;
use crate::workspace::{cache_dir, cargo, run};

/// What `cargo xtask judge` is asked for.
pub(crate) struct Wanted {
    pub(crate) queries: usize,
    pub(crate) perturbations: usize,
    pub(crate) seed: u64,
    pub(crate) examples: usize,
}

pub(crate) fn run_judge(wanted: &Wanted, output: &Path) -> Result<ExitCode> {
    let Wanted { queries, perturbations, seed, examples } = wanted;
    let mut judge = cargo();
    judge.args(["run", "--release", "-p", "rocky-judge", "--", "--queries", &queries.to_string()]);
    judge.args(["--seed", &seed.to_string(), "--examples", &examples.to_string(), "--output"]).arg(output);
    judge.args(["--perturbations", &perturbations.to_string()]);
    let statements = cache_dir()?.join("corpora/statements.jsonl");
    if statements.exists() {
        judge.arg("--public").arg(statements);
    } else {
        println!("The public corpora are left out: run `cargo xtask corpora` first.");
    }
    duckdb_library::setup()?.apply(&mut judge);
    run(&mut judge)?;
    Ok(ExitCode::SUCCESS)
}
