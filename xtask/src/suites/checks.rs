//! Suites that are one check each.

use anyhow::Result;

use super::Counts;
use crate::workspace::{cargo, run};
use crate::{codegen as generator, duckdb_library, tools};

pub(super) fn setup() -> Result<Counts> {
    let packages = tools::install_system_packages()?;
    duckdb_library::setup()?;
    Ok(Counts { passed: packages + 1, failed: 0 })
}

pub(super) fn format() -> Result<Counts> {
    run(cargo().args(["fmt", "--all", "--check"]))?;
    Ok(Counts::ONE_PASSED)
}

pub(super) fn codegen() -> Result<Counts> {
    generator::run(true)?;
    Ok(Counts::ONE_PASSED)
}

/// The later suites start `rocky` and expect its companions beside it.
pub(super) fn binaries() -> Result<Counts> {
    let mut build = cargo();
    build.args(["build", "--workspace", "--bins"]);
    duckdb_library::setup()?.apply(&mut build);
    run(&mut build)?;
    Ok(Counts::ONE_PASSED)
}

pub(super) fn clippy() -> Result<Counts> {
    let mut clippy = cargo();
    clippy.args(["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]);
    duckdb_library::setup()?.apply(&mut clippy);
    run(&mut clippy)?;
    Ok(Counts::ONE_PASSED)
}

/// Not `advisories`: that check fetches a database, and a test run depends on nothing that changes by itself.
pub(super) fn deny() -> Result<Counts> {
    let mut deny = tools::cargo_deny()?;
    run(deny.args(["--locked", "check", "bans", "licenses", "sources"]))?;
    Ok(Counts { passed: 3, failed: 0 })
}
