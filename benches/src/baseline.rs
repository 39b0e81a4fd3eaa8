//! What any compiler must at least do: read and parse (F), or look at every file (W). One thread, page cache warm.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use sqlparser::dialect::DuckDbDialect;
use sqlparser::parser::Parser;

use crate::statistics::median;

/// Times of the two baselines, and what was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline {
    /// Reading all files, parsing all SQL with `sqlparser` and all TOML with `toml`.
    pub parse_all: Duration,
    /// Walking the tree and asking for the metadata of every file.
    pub walk: Duration,
    /// The number of files.
    pub files: usize,
    /// Their size in bytes.
    pub bytes: u64,
}

/// Measures both; each is the median of `repeats` times after one that warms the page cache.
///
/// # Errors
/// When a file cannot be read or parsed.
pub fn measure(project: &Path, repeats: usize) -> Result<Baseline> {
    let bytes = parse_all(project)?;
    let files = walk(project)?.len();
    let timed = |work: &dyn Fn() -> Result<()>| -> Result<Duration> {
        let mut times = Vec::with_capacity(repeats);
        for _ in 0..repeats {
            let started = Instant::now();
            work()?;
            times.push(started.elapsed());
        }
        Ok(median(&mut times))
    };
    Ok(Baseline {
        parse_all: timed(&|| parse_all(project).map(drop))?,
        walk: timed(&|| walk(project).map(drop))?,
        files,
        bytes,
    })
}

/// One walk, timed.
///
/// # Errors
/// When a folder cannot be read.
pub fn timed_walk(project: &Path) -> Result<Duration> {
    let started = Instant::now();
    walk(project)?;
    Ok(started.elapsed())
}

/// Every file below a folder whose metadata could be read. What starts with a dot is not part of a project.
pub(crate) fn walk(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            if entry.metadata()?.is_dir() {
                folders.push(entry.path());
            } else {
                files.push(entry.path());
            }
        }
    }
    Ok(files)
}

fn parse_all(project: &Path) -> Result<u64> {
    let mut bytes = 0;
    for path in walk(project)? {
        let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        bytes += text.len() as u64;
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("sql") => {
                let statements = Parser::parse_sql(&DuckDbDialect {}, &text)
                    .with_context(|| format!("parsing {}", path.display()))?;
                std::hint::black_box(statements);
            }
            Some("toml") => {
                let table: toml::Table =
                    toml::from_str(&text).with_context(|| format!("parsing {}", path.display()))?;
                std::hint::black_box(table);
            }
            _ => {
                std::hint::black_box(text);
            }
        }
    }
    Ok(bytes)
}
