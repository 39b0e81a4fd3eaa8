//! `baseline DIR`: how long reading and parsing, and walking, a project takes.
#![allow(clippy::print_stdout, reason = "a program for people")]

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;
use rocky_benches::baseline;

/// Measures the two baselines on a project.
#[derive(Debug, Parser)]
struct Arguments {
    /// The project
    folder: PathBuf,
    /// How often; the median counts
    #[arg(long, default_value_t = 7)]
    repeats: usize,
}

fn main() -> Result<()> {
    let Arguments { folder, repeats } = Arguments::parse();
    let measured = baseline::measure(&folder, repeats)?;
    println!(
        "F {:.1} ms, W {:.1} ms ({} files, {} bytes)",
        measured.parse_all.as_secs_f64() * 1e3,
        measured.walk.as_secs_f64() * 1e3,
        measured.files,
        measured.bytes
    );
    Ok(())
}
