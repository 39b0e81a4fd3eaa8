//! `cargo xtask demo`: from a fresh clone to result tables.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::duckdb_library;
use crate::workspace::{self, cargo, root, target_dir};

pub(crate) fn run() -> Result<ExitCode> {
    let started = Instant::now();
    let rocky = build_release()?;
    let built = started.elapsed();
    let demo = root().join("demo");
    clear(&demo)?;

    let started = Instant::now();
    let status = Command::new(&rocky)
        .args(["playground", "demo", "--run"])
        .current_dir(root())
        .status()
        .with_context(|| format!("starting {}", rocky.display()))?;
    let played = started.elapsed();
    println!("\nbuild {}, playground {}", seconds(built), seconds(played));
    if !status.success() {
        eprintln!("error: the playground failed: {status}");
        return Ok(ExitCode::FAILURE);
    }
    println!("The project is in demo/. The binary is {}.", rocky.display());
    Ok(ExitCode::SUCCESS)
}

/// Builds the release binaries and gives the path of `rocky`.
pub(crate) fn build_release() -> Result<PathBuf> {
    let library = duckdb_library::setup()?;
    let mut build = cargo();
    build.args(["build", "--release", "-p", "rocky", "-p", "rocky-duckdb"]);
    library.apply(&mut build);
    workspace::run(&mut build)?;
    let rocky = target_dir()?.join("release").join(format!("rocky{}", std::env::consts::EXE_SUFFIX));
    ensure!(rocky.is_file(), "the build made no {}", rocky.display());
    Ok(rocky)
}

/// Deletes the demo folder of an earlier run. Only a folder that holds a Rocky project is ours to delete.
fn clear(demo: &Path) -> Result<()> {
    let Ok(metadata) = std::fs::symlink_metadata(demo) else { return Ok(()) };
    let empty = || std::fs::read_dir(demo).is_ok_and(|mut entries| entries.next().is_none());
    ensure!(
        metadata.is_dir() && (demo.join("rocky.toml").is_file() || empty()),
        "{} is there but is not a demo project; move it away",
        demo.display()
    );
    std::fs::remove_dir_all(demo).with_context(|| format!("deleting {}", demo.display()))
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
