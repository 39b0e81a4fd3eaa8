//! How fast SQL text becomes tokens, a tree, findings of the linter and formatted text. One thread; the other parser runs in between, on the same texts.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use rocky_format::{Options, format};
use rocky_lint::{Language, Preset, Settings, Source, lint};
use rocky_syntax::{DialectKind, parse_sql, sql_tokens};
use sqlparser::dialect::DuckDbDialect;
use sqlparser::parser::Parser;

use crate::baseline::walk;
use crate::statistics::median;

/// Times of one pass over all SQL texts of a project, and over single long statements.
#[derive(Debug, Clone)]
pub struct SyntaxSpeed {
    /// The size of the texts in bytes.
    pub bytes: usize,
    /// Tokens only.
    pub tokens: Duration,
    /// The lossless tree with its errors.
    pub tree: Duration,
    /// The other parser's tree, without white space and comments.
    pub other_tree: Duration,
    /// The rules of the preset `recommended` on trees just made.
    pub lint_recommended: Duration,
    /// All rules, likewise.
    pub lint_all: Duration,
    /// Formatted text, checks included.
    pub formatted: Duration,
    /// One statement of the first element's bytes takes the second element's time for its tree.
    pub long_statements: Vec<(usize, Duration)>,
}

/// Measures; each time is the median of `repeats` passes.
///
/// # Errors
/// When a file cannot be read, or when a text that should be valid has errors.
pub fn measure(project: &Path, repeats: usize) -> Result<SyntaxSpeed> {
    let mut texts = Vec::new();
    for path in walk(project)? {
        if path.extension().is_some_and(|extension| extension == "sql") {
            let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            ensure!(
                parse_sql(&text, DialectKind::DuckDb).errors().is_empty(),
                "{} has syntax errors",
                path.display()
            );
            texts.push(text);
        }
    }
    let (mut tokens, mut tree, mut other_tree) = (Vec::new(), Vec::new(), Vec::new());
    let (mut recommended, mut all, mut formatted) = (Vec::new(), Vec::new(), Vec::new());
    let options = Options::default();
    for _ in 0..repeats {
        tokens.push(timed(&texts, |text| sql_tokens(text, DialectKind::DuckDb).count()));
        tree.push(timed(&texts, |text| parse_sql(text, DialectKind::DuckDb)));
        other_tree.push(timed(&texts, |text| Parser::parse_sql(&DuckDbDialect {}, text)));
        recommended.push(linted(&texts, &Settings::preset(Preset::Recommended)));
        all.push(linted(&texts, &Settings::preset(Preset::All)));
        formatted.push(timed(&texts, |text| {
            format(text, rocky_format::Language::Sql(DialectKind::DuckDb), &options)
        }));
    }
    let mut long_statements = Vec::new();
    for megabytes in [1, 2, 4, 8] {
        let text = long_statement(megabytes * 1_000_000);
        let mut times: Vec<Duration> = (0..repeats)
            .map(|_| timed(std::slice::from_ref(&text), |text| parse_sql(text, DialectKind::DuckDb)))
            .collect();
        long_statements.push((text.len(), median(&mut times)));
    }
    Ok(SyntaxSpeed {
        bytes: texts.iter().map(String::len).sum(),
        tokens: median(&mut tokens),
        tree: median(&mut tree),
        other_tree: median(&mut other_tree),
        lint_recommended: median(&mut recommended),
        lint_all: median(&mut all),
        formatted: median(&mut formatted),
        long_statements,
    })
}

fn timed<R>(texts: &[String], work: impl Fn(&str) -> R) -> Duration {
    let started = Instant::now();
    for text in texts {
        std::hint::black_box(work(text));
    }
    started.elapsed()
}

/// The time of the linter alone. Each tree is made just before, as it is where a file is read.
fn linted(texts: &[String], settings: &Settings) -> Duration {
    let mut time = Duration::ZERO;
    for text in texts {
        let root = parse_sql(text, DialectKind::DuckDb).syntax();
        let source = Source {
            text,
            start: 0.into(),
            root: &root,
            language: Language::Sql,
            dialect: DialectKind::DuckDb,
        };
        let started = Instant::now();
        std::hint::black_box(lint(&source, settings));
        time += started.elapsed();
    }
    time
}

/// One SELECT of about so many bytes: items, joins, a condition with many terms.
fn long_statement(bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 200);
    text.push_str("SELECT\n");
    let mut column = 0;
    while text.len() < bytes / 2 {
        let _ = writeln!(
            text,
            "    coalesce(o.amount_{column}, 0) * 1.19 AS gross_{column}, -- the price with tax"
        );
        column += 1;
    }
    text.push_str("    o.id\nFROM orders AS o\nWHERE o.status = 'paid'\n");
    while text.len() < bytes {
        let _ = writeln!(text, "    OR (o.day >= DATE '2025-01-01' AND o.kind IN ('a', 'b', {column}))");
        column += 1;
    }
    text
}
