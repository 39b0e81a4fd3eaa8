//! TPC-H and TPC-DS with their tables.

use std::path::Path;

use anyhow::{Context as _, Result};

/// The tables as the benchmark's generator in DuckDB makes them.
const TPC_H: &str = include_str!("../data/tpch.sql");
const TPC_DS: &str = include_str!("../data/tpcds.sql");

/// A set of queries over tables.
#[derive(Debug)]
pub(crate) struct Corpus {
    pub(crate) name: &'static str,
    pub(crate) ddl: &'static str,
    pub(crate) queries: Vec<(String, String)>,
}

/// The corpora in the checkout.
pub(crate) fn corpora() -> Result<Vec<Corpus>> {
    [("TPC-H", TPC_H, "tpch"), ("TPC-DS", TPC_DS, "tpcds")]
        .into_iter()
        .map(|(name, ddl, folder)| Ok(Corpus { name, ddl, queries: queries(folder)? }))
        .collect()
}

fn queries(folder: &str) -> Result<Vec<(String, String)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-data/corpus").join(folder);
    let mut queries = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let text =
                std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            queries.push((name, text.trim_end().trim_end_matches(';').to_owned()));
        }
    }
    queries.sort();
    Ok(queries)
}
