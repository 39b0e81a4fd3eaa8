//! Commands of one project in new processes: nothing changed, a little changed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::baseline;
use crate::process::{self, Cache, Usage};
use crate::statistics::median;
use crate::wide_root;

/// A time beside that of the walk that was measured in turns with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beside {
    /// The median.
    pub time: Duration,
    /// The median walk.
    pub walk: Duration,
}

/// What commands took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commands {
    /// `--version`
    pub version: Duration,
    /// `compile`, nothing changed, for people.
    pub table: Beside,
    /// `compile`, nothing changed, the whole document.
    pub json: Beside,
    /// `compile` after the edit of one body, the whole document.
    pub one_edit: Beside,
    /// `lineage` of a column that nobody asked about before.
    pub lineage: Beside,
    /// `validate`, nothing changed.
    pub validate: Beside,
}

/// Measures them on a project that has been compiled. `edited` is an SQL model.
///
/// # Errors
/// When a command fails.
pub fn measure(rocky: &Path, project: &Path, edited: &str, repeats: usize) -> Result<Commands> {
    let beside = |prepare: &dyn Fn(usize) -> Result<()>, arguments: &[&str]| -> Result<Beside> {
        let (mut times, mut walks) = (Vec::new(), Vec::new());
        for repeat in 0..repeats {
            prepare(repeat)?;
            walks.push(baseline::timed_walk(project)?);
            times.push(process::run(rocky, project, arguments)?.time);
        }
        Ok(Beside { time: median(&mut times), walk: median(&mut walks) })
    };
    let nothing = |_: usize| Ok(());
    let mut versions = Vec::new();
    for _ in 0..repeats {
        versions.push(process::run(rocky, project, &["--version"])?.time);
    }
    let table = ["compile", "--output", "table"];
    let json = ["compile", "--output", "json"];
    process::run(rocky, project, &table)?;
    let text = fs::read_to_string(project.join(edited)).with_context(|| format!("reading {edited}"))?;
    let edit = |repeat: usize| -> Result<()> {
        Ok(fs::write(
            project.join(edited),
            format!("SELECT * FROM (\n{text}\n) AS q LIMIT {}\n", repeat + 1),
        )?)
    };
    let measured_table = beside(&nothing, &table)?;
    let measured_json = beside(&nothing, &json)?;
    fs::write(project.join(edited), format!("SELECT * FROM (\n{text}\n) AS q LIMIT 1000\n"))?;
    process::run(rocky, project, &json)?;
    let one_edit = beside(&edit, &json)?;
    fs::write(project.join(edited), &text)?;
    process::run(rocky, project, &json)?;
    let model = Path::new(edited).file_stem().and_then(|stem| stem.to_str()).context("a model's name")?;
    // The first time of each column only: the second time it is known.
    let columns = ["id", "parent_id", "amount", "quantity", "status", "region", "created_at"];
    let (mut times, mut walks) = (Vec::new(), Vec::new());
    for column in columns {
        walks.push(baseline::timed_walk(project)?);
        times.push(process::run(rocky, project, &["lineage", model, "--column", column])?.time);
    }
    let lineage = Beside { time: median(&mut times), walk: median(&mut walks) };
    process::run(rocky, project, &["validate", "--output", "json"])?;
    Ok(Commands {
        version: median(&mut versions),
        table: measured_table,
        json: measured_json,
        one_edit,
        lineage,
        validate: beside(&nothing, &["validate", "--output", "json"])?,
    })
}

/// A change of a root with thousands of readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RootChange {
    /// The models that read it themselves.
    pub readers: usize,
    /// A cold compile of the same project.
    pub cold: Usage,
    /// A compile after the type of one of its columns changed.
    pub changed: Usage,
}

/// Measures a change of the root of [`wide_root`].
///
/// # Errors
/// When a command fails.
pub fn measure_root(rocky: &Path, project: &Path, readers: usize, repeats: usize) -> Result<RootChange> {
    let (mut cold, mut changed) = (Vec::new(), Vec::new());
    let types = ["DOUBLE", "DECIMAL(18, 6)"];
    for repeat in 0..repeats {
        cold.push(process::compile(rocky, project, Cache::Cold)?);
        fs::write(project.join(wide_root::ROOT), wide_root::root_text(types[repeat % 2]))?;
        changed.push(process::compile(rocky, project, Cache::Warm)?);
    }
    let middle = |runs: &mut Vec<Usage>| {
        runs.sort_by_key(|usage| usage.time);
        runs[runs.len() / 2]
    };
    Ok(RootChange { readers, cold: middle(&mut cold), changed: middle(&mut changed) })
}

/// The number of files in which a compile finds something.
///
/// # Errors
/// When the compile prints no document.
pub fn files_with_findings(rocky: &Path, project: &Path) -> Result<usize> {
    let run = process::run(rocky, project, &["compile", "--output", "json"])?;
    let document: Value = serde_json::from_slice(&run.output)?;
    let findings = document["diagnostics"].as_array().context("no findings in the document")?;
    let files: BTreeSet<&str> =
        findings.iter().filter_map(|finding| finding["span"]["file"].as_str()).collect();
    Ok(files.len())
}
