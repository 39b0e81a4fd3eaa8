//! `measure --rocky BINARY --models N,N --output FILE`: everything on the page docs/performance.md.
#![allow(clippy::print_stdout, reason = "a program for people")]

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use rocky_benches::process::{self, Cache, Usage};
use rocky_benches::report::{self, Measured};
use rocky_benches::{baseline, commands, generator, history, keystrokes, syntax_speed, wide_root};

/// Measures a release binary of Rocky on generated projects.
#[derive(Debug, Parser)]
struct Arguments {
    /// The binary
    #[arg(long)]
    rocky: PathBuf,
    /// Numbers of models
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 10_000])]
    models: Vec<usize>,
    /// How often each compile runs; the median counts
    #[arg(long, default_value_t = 7)]
    repeats: usize,
    /// How many edits are timed
    #[arg(long, default_value_t = 200)]
    edits: usize,
    /// Write the page there
    #[arg(long)]
    output: Option<PathBuf>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let rocky = arguments.rocky.canonicalize().with_context(|| arguments.rocky.display().to_string())?;
    let mut measured = Vec::new();
    for &models in &arguments.models {
        println!("{models} models ...");
        measured.push(measure(&arguments, &rocky, models)?);
    }
    let cores = std::thread::available_parallelism()?.get();
    let mut page = report::markdown(&measured, cores);
    println!("{page}");
    if let Some(output) = &arguments.output {
        let before = std::fs::read_to_string(output).unwrap_or_default();
        let commit =
            history::commit(output.parent().filter(|folder| folder.is_dir()).unwrap_or(Path::new(".")));
        let lines: Vec<String> = measured.iter().map(|row| report::history_line(&commit, row)).collect();
        page.push_str(&history::continued(&before, &lines));
        std::fs::write(output, page).with_context(|| format!("writing {}", output.display()))?;
    }
    Ok(())
}

fn measure(arguments: &Arguments, rocky: &Path, models: usize) -> Result<Measured> {
    let folder = tempfile::tempdir()?;
    let project = folder.path();
    let files = generator::generate(models, 1);
    generator::write(&files, project)?;
    // An intermediate model in the middle: it has ancestors and descendants.
    let candidates: Vec<&str> = files
        .iter()
        .map(|file| file.path.as_str())
        .filter(|path| path.starts_with("models/intermediate/") && path.ends_with(".sql"))
        .collect();
    let edited = candidates.get(candidates.len() / 2).context("no intermediate model: too few models")?;

    let baseline = baseline::measure(project, arguments.repeats)?;
    let cold = median_usage(arguments.repeats, || process::compile(rocky, project, Cache::Cold))?;
    let warm = median_usage(arguments.repeats, || process::compile(rocky, project, Cache::Warm))?;
    let commands = commands::measure(rocky, project, edited, arguments.repeats)?;
    let findings = commands::files_with_findings(rocky, project)?;
    let start_up = keystrokes::start_up(rocky, project, findings)?;
    let latency = keystrokes::measure(rocky, project, edited, arguments.edits)?;
    let syntax = syntax_speed::measure(project, arguments.repeats)?;
    let root = root_change(arguments, rocky, models)?;
    Ok(Measured { models, baseline, cold, warm, commands, root, start_up, latency, syntax })
}

/// Half of the models read one root.
fn root_change(arguments: &Arguments, rocky: &Path, models: usize) -> Result<commands::RootChange> {
    let folder = tempfile::tempdir()?;
    let mut files = generator::generate(models, 1);
    let readers = wide_root::add(&mut files, models / 2);
    generator::write(&files, folder.path())?;
    commands::measure_root(rocky, folder.path(), readers, arguments.repeats.min(5))
}

/// The run with the median time, with the largest memory that any of them held.
fn median_usage(repeats: usize, mut run: impl FnMut() -> Result<Usage>) -> Result<Usage> {
    ensure!(repeats > 0, "nothing to repeat");
    let mut runs = (0..repeats).map(|_| run()).collect::<Result<Vec<_>>>()?;
    runs.sort_by_key(|usage| usage.time);
    let peak_memory_kib = runs.iter().map(|usage| usage.peak_memory_kib).max().unwrap_or_default();
    Ok(Usage { peak_memory_kib, ..runs[runs.len() / 2] })
}
