//! `cargo xtask corpora`: public SQL against our parser. Which statements are queries is said by the corpora or by
//! other parsers; the result is `docs/sql-acceptance.md`, where every refusal has its reason.

mod fetch;
mod judge;
mod page;
mod reasons;
mod rejection;

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::python;
use crate::workspace::{cache_dir, capture, root};
use judge::Verdict;
use reasons::Reasons;

/// Where the scripts and the reasons are.
const SCRIPTS: &str = "test-data/corpus/public";
const PAGE: &str = "docs/sql-acceptance.md";

/// A statement of a corpus and what was said about it.
struct Statement {
    corpus: String,
    /// The corpus' name for the dialect.
    dialect: String,
    /// Our name for the dialect it is read in.
    read_as: String,
    text: String,
    is_query: bool,
    /// Whether DuckDB parses it; `None` where it was not asked.
    duckdb: Option<bool>,
    verdict: Verdict,
}

/// Fetches the corpora, judges them, and writes the page; fails when a refusal has no reason.
pub(crate) fn run(mutants: usize, seed: u64) -> Result<ExitCode> {
    let scripts = root().join(SCRIPTS);
    let folder = cache_dir()?.join("corpora");
    std::fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
    let python = python::environment("corpora", &scripts.join("requirements.txt"))?;
    let sources = fetch::all(&folder, &python)?;

    let collected = folder.join("statements.jsonl");
    println!("Collecting statements ...");
    let mut collect = Command::new(&python);
    collect.arg(scripts.join("collect.py")).arg(&collected);
    for (name, path) in &sources {
        collect.arg(format!("{name}={}", path.display()));
    }
    capture(&mut collect)?;
    let statements = judged(&collected)?;

    let broken = folder.join("mutants.jsonl");
    println!("Breaking {mutants} statements ...");
    let mut mutate = Command::new(&python);
    mutate.arg(scripts.join("mutate.py")).arg(&collected).arg(&broken);
    mutate.args([mutants.to_string(), seed.to_string()]);
    capture(&mut mutate)?;
    let rejection = rejection::measure(&broken)?;

    let mut reasons = Reasons::read(&scripts.join("refused.toml"))?;
    let (text, problems) = page::render(&statements, &rejection, &mut reasons);
    let page = root().join(PAGE);
    std::fs::write(&page, text).with_context(|| format!("writing {}", page.display()))?;
    println!("{PAGE} is written: {} statements, {} mutants", statements.len(), rejection.mutants);
    for problem in &problems {
        println!("{problem}");
    }
    if problems.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    bail!("{} findings need a change of the parser or a reason in {SCRIPTS}/refused.toml", problems.len())
}

fn judged(collected: &Path) -> Result<Vec<Statement>> {
    let items = json_lines(collected)?;
    let texts: Vec<(&str, &str)> =
        items.iter().map(|item| (text_of(item, "read_as"), text_of(item, "text"))).collect();
    let verdicts = judge::judge(&texts)?;
    let statements = items.iter().zip(verdicts).map(|(item, verdict)| Statement {
        corpus: text_of(item, "corpus").to_owned(),
        dialect: text_of(item, "dialect").to_owned(),
        read_as: text_of(item, "read_as").to_owned(),
        text: text_of(item, "text").to_owned(),
        is_query: item["query"].as_bool().unwrap_or_default(),
        duckdb: item["duckdb"].as_bool(),
        verdict,
    });
    Ok(statements.collect())
}

fn json_lines(file: &Path) -> Result<Vec<Value>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

fn text_of<'v>(item: &'v Value, key: &str) -> &'v str {
    item[key].as_str().unwrap_or_default()
}
