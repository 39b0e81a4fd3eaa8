//! The Rust tests of the whole workspace.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use super::Counts;
use crate::workspace::{cargo, shown};
use crate::{duckdb_library, tools};

/// With cargo-nextest, or where that cannot be had with `cargo test`.
pub(super) fn nextest() -> Result<Counts> {
    let mut command = cargo();
    if let Err(error) = tools::require_nextest() {
        println!("cargo-nextest cannot be had ({error:#}); using cargo test");
        command.args(["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"]);
        command.args(["--", "--include-ignored"]);
        return counted(&mut command, libtest_summary);
    }
    command.args(["nextest", "run", "--workspace", "--no-fail-fast", "--run-ignored", "all"]);
    command.args(["--status-level", "slow", "--final-status-level", "fail"]);
    counted(&mut command, nextest_summary)
}

pub(super) fn doctests() -> Result<Counts> {
    counted(cargo().args(["test", "--workspace", "--doc", "--quiet", "--no-fail-fast"]), libtest_summary)
}

/// Runs a test command, showing what it prints, and adds up its summary lines.
fn counted(command: &mut Command, summary: fn(&str) -> Option<Counts>) -> Result<Counts> {
    duckdb_library::setup()?.apply(command);
    command.env("RUN_SLOW_TESTS", "1").env("CARGO_TERM_COLOR", "never").env("INSTA_UPDATE", "no");
    // One pipe for both streams keeps their order.
    let (reader, writer) = std::io::pipe()?;
    command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
    let mut child = command.spawn().with_context(|| format!("starting {}", shown(command)))?;
    // The command holds the write ends; while it does, the reader would never see the end.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut total = Counts::default();
    for line in BufReader::new(reader).lines() {
        let line = line?;
        println!("{line}");
        if let Some(counts) = summary(&line) {
            total.passed += counts.passed;
            total.failed += counts.failed;
        }
    }
    let status = child.wait()?;
    if !status.success() && total.failed == 0 {
        bail!("{} failed without a test that failed: {status}", shown(command));
    }
    Ok(total)
}

/// `Summary [ 0.175s] 9 tests run: 7 passed (1 slow), 1 failed, 1 timed out, 0 skipped`
fn nextest_summary(line: &str) -> Option<Counts> {
    let (before, parts) = line.split_once(" run: ")?;
    if !before.trim_start().starts_with("Summary [") {
        return None;
    }
    let mut counts = Counts::default();
    for part in parts.split(", ") {
        let (number, outcome) = part.trim().split_once(' ')?;
        let number: usize = number.parse().ok()?;
        if outcome.starts_with("passed") {
            counts.passed += number;
        } else {
            // A test that was left out proves nothing: it counts as one that failed.
            counts.failed += number;
        }
    }
    Some(counts)
}

/// `test result: ok. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s`
fn libtest_summary(line: &str) -> Option<Counts> {
    let (_, parts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let number = |outcome: &str| {
        let part = parts.split("; ").find(|part| part.ends_with(outcome))?;
        part.split(' ').next()?.parse::<usize>().ok()
    };
    Some(Counts { passed: number("passed")?, failed: number("failed")? + number("ignored")? })
}

#[cfg(test)]
mod tests {
    use super::{Counts, libtest_summary, nextest_summary};

    #[test]
    fn summary_lines_are_counted() {
        let line =
            "     Summary [   0.175s] 12 tests run: 9 passed (1 slow), 1 failed, 1 timed out, 1 skipped";
        assert_eq!(nextest_summary(line), Some(Counts { passed: 9, failed: 3 }));
        assert_eq!(nextest_summary("    Starting 9 tests across 2 binaries"), None);
        let line =
            "test result: FAILED. 3 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0s";
        assert_eq!(libtest_summary(line), Some(Counts { passed: 3, failed: 3 }));
        assert_eq!(libtest_summary("running 3 tests"), None);
    }
}
