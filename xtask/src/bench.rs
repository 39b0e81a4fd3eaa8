//! `cargo xtask bench`: the measurements of `benches/` on release binaries.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

use crate::demo::build_release;
use crate::workspace::{cargo, run};

pub(crate) fn run_benches(models: &[usize], output: &Path) -> Result<ExitCode> {
    let rocky = build_release()?;
    let models = models.iter().map(usize::to_string).collect::<Vec<_>>().join(",");
    let mut bench = cargo();
    bench.args(["run", "--release", "-p", "rocky-benches", "--bin", "measure", "--", "--rocky"]).arg(rocky);
    bench.args(["--models", &models, "--output"]).arg(output);
    run(&mut bench)?;
    Ok(ExitCode::SUCCESS)
}
