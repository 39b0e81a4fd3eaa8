//! `syntax DIR`: how fast the SQL of a project becomes tokens and trees.
#![allow(clippy::print_stdout, reason = "a program for people")]

use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;
use rocky_benches::syntax_speed;

/// Measures the parser on a project.
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
    let speed = syntax_speed::measure(&folder, repeats)?;
    let rate = |bytes: usize, time: std::time::Duration| bytes as f64 / 1e6 / time.as_secs_f64();
    println!(
        "{} bytes: tokens {:.0} MB/s, tree {:.1} MB/s, tree ÷ AST {:.3}",
        speed.bytes,
        rate(speed.bytes, speed.tokens),
        rate(speed.bytes, speed.tree),
        speed.tree.as_secs_f64() / speed.other_tree.as_secs_f64()
    );
    println!(
        "lint ÷ tree: recommended {:.2}, all {:.2}; formatter {:.1} MB/s",
        speed.lint_recommended.as_secs_f64() / speed.tree.as_secs_f64(),
        speed.lint_all.as_secs_f64() / speed.tree.as_secs_f64(),
        rate(speed.bytes, speed.formatted),
    );
    for (bytes, time) in &speed.long_statements {
        println!("one statement of {bytes} bytes: tree {:.1} MB/s", rate(*bytes, *time));
    }
    Ok(())
}
