//! Inference as documents: `test-data/spec/types/*.md` hold tables, queries and what is known of them.
//! `UPDATE_EXPECT=1` writes what is found into the documents.

use rocky_types::DialectKind;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A block of a document: its info string and the lines between the fences.
struct Block {
    info: String,
    first_line: usize,
    text: String,
}

fn blocks(document: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in document.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                open =
                    Some(Block { info: info.trim().to_owned(), first_line: number + 1, text: String::new() });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

fn dialect(name: &str) -> DialectKind {
    match name {
        "" | "duckdb" => DialectKind::DuckDb,
        "databricks" => DialectKind::Databricks,
        "snowflake" => DialectKind::Snowflake,
        "bigquery" => DialectKind::BigQuery,
        "permissive" => DialectKind::Permissive,
        other => panic!("no dialect is called {other}"),
    }
}

/// Runs the queries of a document; gives the document as it should be, and how many queries it holds.
fn run(document: &str) -> (String, usize) {
    let mut tables = crate::render::Tables::default();
    let mut lines: Vec<String> = document.lines().map(str::to_owned).collect();
    let mut replacements: Vec<(usize, usize, String)> = Vec::new();
    let mut pending: Option<String> = None;
    let mut cases = 0;
    for block in blocks(document) {
        let (language, rest) = block.info.split_once(' ').unwrap_or((block.info.as_str(), ""));
        match language {
            "tables" => tables = crate::render::Tables::parse(&block.text),
            "sql" => {
                assert!(pending.is_none(), "a query without expectation before line {}", block.first_line);
                pending = Some(crate::render::outcome(&block.text, dialect(rest), &tables));
            }
            "expect" => {
                let found = pending.take().expect("an expectation follows a query");
                cases += 1;
                let count = block.text.lines().count();
                replacements.push((block.first_line, count, found));
            }
            other => panic!("no block is called {other}"),
        }
    }
    assert!(pending.is_none(), "the last query has no expectation");
    for (first, count, found) in replacements.into_iter().rev() {
        lines.splice(first..first + count, found.lines().map(str::to_owned));
    }
    (lines.join("\n") + "\n", cases)
}

fn documents() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-data/spec/types");
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder of documents is there")
        .map(|entry| entry.expect("its entries can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    found.sort();
    found
}

#[test]
fn the_documents_tell_the_truth() {
    let mut report = String::new();
    let mut cases = 0;
    for path in documents() {
        let document = std::fs::read_to_string(&path).expect("a document can be read");
        let (truth, count) = run(&document);
        cases += count;
        if truth == document {
            continue;
        }
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&path, &truth).expect("a document can be written");
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for (number, (old, new)) in document.lines().zip(truth.lines()).enumerate() {
            if old != new {
                let _ = writeln!(report, "{name}:{}\n  expected {old}\n  found    {new}", number + 1);
                break;
            }
        }
    }
    assert!(report.is_empty(), "{report}\nUPDATE_EXPECT=1 accepts what is found");
    assert!(cases >= 120, "only {cases} queries: are documents missing?");
}
