//! `generate N DIR --seed S`: writes a project of N models.
#![allow(clippy::print_stdout, reason = "a program for people")]

use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::Parser;
use rocky_benches::generator;

/// Writes a generated Rocky project.
#[derive(Debug, Parser)]
struct Arguments {
    /// The number of models
    models: usize,
    /// The folder; it must be empty or not there
    folder: PathBuf,
    /// Another seed gives another project of the same shape
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> Result<()> {
    let Arguments { models, folder, seed } = Arguments::parse();
    let empty = std::fs::read_dir(&folder).map_or(true, |mut entries| entries.next().is_none());
    ensure!(empty, "{} is not empty", folder.display());
    let files = generator::generate(models, seed);
    generator::write(&files, &folder)?;
    println!("{models} models in {} files: {}", files.len(), folder.display());
    Ok(())
}
