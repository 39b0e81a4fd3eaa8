//! Python test suites, each in a virtual environment of its own outside the checkout.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use sha2::{Digest as _, Sha256};

use crate::duckdb_library::DuckdbLibrary;
use crate::suites::Counts;
use crate::workspace::{cache_dir, capture, root, target_dir};

/// A folder with tests for pytest and a `requirements.txt`.
pub(crate) struct Pytest {
    /// A short name; the environment and the report are called after it.
    pub(crate) name: &'static str,
    /// Relative to the checkout.
    pub(crate) folder: &'static str,
}

impl Pytest {
    /// Runs the suite against the binaries that were built last, and counts from its report.
    pub(crate) fn run(&self, library: &DuckdbLibrary) -> Result<Counts> {
        let folder = root().join(self.folder);
        let python = environment(self.name, &folder.join("requirements.txt"))?;
        let target = target_dir()?;
        let rocky = target.join("debug").join(format!("rocky{}", std::env::consts::EXE_SUFFIX));
        ensure!(rocky.is_file(), "{} is not built", rocky.display());
        let report = target.join(format!("pytest-{}.xml", self.name));
        let mut command = Command::new(python);
        command.args(["-m", "pytest", "--quiet", "-p", "no:cacheprovider", "--junitxml"]).arg(&report);
        command.current_dir(&folder);
        command.env("ROCKY_BIN", &rocky).env("ROCKY_CACHE_DIR", cache_dir()?);
        command.env("PYTHONDONTWRITEBYTECODE", "1").env("NO_COLOR", "1");
        library.apply(&mut command);
        let _ = std::fs::remove_file(&report);
        let status = wait(command.spawn().context("starting pytest")?)?;
        let text = std::fs::read_to_string(&report)
            .with_context(|| format!("pytest ended with {status} and wrote no report"))?;
        let counts = junit_counts(&text).context("the report of pytest holds no counts")?;
        ensure!(status.success() || counts.failed > 0, "pytest ended with {status} although no test failed");
        Ok(counts)
    }
}

/// A suite that takes longer hangs: it is ended, and has failed.
const PATIENCE: Duration = Duration::from_secs(300);

fn wait(mut child: Child) -> Result<ExitStatus> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if started.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            bail!("pytest did not end within {} seconds", PATIENCE.as_secs());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The Python of a virtual environment that holds exactly these requirements.
pub(crate) fn environment(name: &str, requirements: &Path) -> Result<PathBuf> {
    let wanted =
        std::fs::read(requirements).with_context(|| format!("reading {}", requirements.display()))?;
    let digest = Sha256::digest(&wanted).iter().take(6).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    let folder = cache_dir()?.join("venvs").join(format!("{name}-{digest}"));
    let python = folder.join("bin").join("python");
    let ready = folder.join(".ready");
    if ready.is_file() {
        return Ok(python);
    }
    println!("Making the Python environment {name} ({}) ...", requirements.display());
    capture(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]).arg(requirements);
    capture(&mut install)?;
    std::fs::write(&ready, "")?;
    Ok(python)
}

/// Counts from the first `<testsuite …>` tag. A skipped test counts as failed.
fn junit_counts(report: &str) -> Option<Counts> {
    let (_, rest) = report.split_once("<testsuite ")?;
    let (tag, _) = rest.split_once('>')?;
    let number = |name: &str| {
        let (_, value) = tag.split_once(&format!(" {name}=\""))?;
        value.split('"').next()?.parse::<usize>().ok()
    };
    let failed = number("failures")? + number("errors")? + number("skipped")?;
    Some(Counts { passed: number("tests")?.checked_sub(failed)?, failed })
}

#[cfg(test)]
mod tests {
    use super::{Counts, junit_counts};

    #[test]
    fn counts_of_a_report() {
        let report = r#"<?xml version="1.0"?><testsuites><testsuite name="pytest" errors="1" failures="2" skipped="1" tests="9" time="0.1">"#;
        assert_eq!(junit_counts(report), Some(Counts { passed: 5, failed: 4 }));
        assert_eq!(junit_counts("<html>"), None);
    }
}
