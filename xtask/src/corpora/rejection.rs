//! Statements broken by one token: what DuckDB's parser refuses we must refuse, at the right clause, and what it
//! takes we must take.

use std::path::Path;

use anyhow::Result;

use super::judge::{Verdict, judge};
use super::{json_lines, text_of};

/// How many tokens may lie between our error and DuckDB's, or the change, in another clause.
pub(super) const NEAR: usize = 3;

/// What came out.
#[derive(Debug, Default)]
pub(super) struct Rejection {
    pub(super) mutants: usize,
    /// Refused by DuckDB's parser.
    pub(super) refused: usize,
    /// Of these, refused by us.
    pub(super) rejected: usize,
    /// Our first error is in the clause where DuckDB's error is, or near it.
    pub(super) at_duckdb: usize,
    /// The same, or in the clause that was changed, or near the change.
    pub(super) at_clause: usize,
    /// Mutants that DuckDB refuses and we do not, with its message: the first of each change.
    pub(super) missed: Vec<(String, String)>,
    /// Mutants that DuckDB takes and we refuse, with our message.
    pub(super) refused_wrongly: Vec<(String, String)>,
    /// Mutants in whose parse we failed or lost text.
    pub(super) broken: Vec<String>,
}

impl Rejection {
    /// Mutants that DuckDB takes.
    pub(super) fn taken(&self) -> usize {
        self.mutants - self.refused
    }
}

/// Judges the mutants of a file.
pub(super) fn measure(file: &Path) -> Result<Rejection> {
    let items = json_lines(file)?;
    let texts: Vec<(&str, &str)> = items.iter().map(|item| ("duckdb", text_of(item, "text"))).collect();
    let mut rejection = Rejection { mutants: items.len(), ..Rejection::default() };
    for (item, verdict) in items.iter().zip(judge(&texts)?) {
        let text = text_of(item, "text");
        let number = |key: &str| item[key].as_u64().and_then(|value| usize::try_from(value).ok());
        if !verdict.broken.is_empty() {
            rejection.broken.push(text.to_owned());
        }
        if item["refused"].as_bool() != Some(true) {
            if let Some((_, message)) = verdict.errors.first() {
                rejection.refused_wrongly.push((text.to_owned(), message.clone()));
            }
            continue;
        }
        rejection.refused += 1;
        let Some(ours) = first_error(&verdict) else {
            rejection.missed.push((text.to_owned(), text_of(item, "message").to_owned()));
            continue;
        };
        rejection.rejected += 1;
        let tokens = tokens(text);
        let at_duckdb = number("position").is_some_and(|theirs| same_place(&tokens, ours, theirs));
        let at_change = number("at").is_some_and(|change| same_place(&tokens, ours, change));
        rejection.at_duckdb += usize::from(at_duckdb);
        rejection.at_clause += usize::from(at_duckdb || at_change);
    }
    Ok(rejection)
}

/// A syntax error, or an error about statements: several (S002), or no query (S003, S004).
fn first_error(verdict: &Verdict) -> Option<usize> {
    let errors = verdict.errors.iter().map(|(start, _)| *start);
    let findings =
        verdict.findings.iter().filter(|(code, _)| matches!(code.as_str(), "S002" | "S003" | "S004"));
    errors.chain(findings.map(|(_, start)| *start)).min()
}

const CLAUSES: &[&str] = &[
    "select",
    "from",
    "where",
    "group",
    "having",
    "qualify",
    "window",
    "order",
    "limit",
    "offset",
    "union",
    "intersect",
    "except",
    "join",
    "on",
    "using",
    "with",
    "values",
    "pivot",
    "unpivot",
];

/// Where each token starts, and whether it starts a clause.
fn tokens(text: &str) -> Vec<(usize, bool)> {
    let bytes = text.as_bytes();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let byte = bytes[at];
        if byte.is_ascii_whitespace() {
            at += 1;
            continue;
        }
        if byte == b'\'' || byte == b'"' {
            at = text[at + 1..].find(char::from(byte)).map_or(bytes.len(), |len| at + len + 2);
        } else if is_word(byte) {
            while at < bytes.len() && is_word(bytes[at]) {
                at += 1;
            }
        } else {
            at += 1;
        }
        let word = text[start..at].to_ascii_lowercase();
        tokens.push((start, CLAUSES.contains(&word.as_str())));
    }
    tokens
}

fn same_place(tokens: &[(usize, bool)], ours: usize, theirs: usize) -> bool {
    let index = |offset: usize| tokens.partition_point(|(start, _)| *start <= offset).saturating_sub(1);
    let clause = |index: usize| tokens.iter().take(index + 1).rposition(|(_, starts)| *starts);
    let (ours, theirs) = (index(ours), index(theirs));
    ours.abs_diff(theirs) <= NEAR || clause(ours) == clause(theirs)
}

#[cfg(test)]
mod tests {
    use super::{same_place, tokens};

    #[test]
    fn places() {
        let text = "select a, 'from', b from t where x = 1 and y = 2 group by a, b, c";
        let tokens = tokens(text);
        let at = |part: &str| text.find(part).unwrap();
        assert!(same_place(&tokens, at("a,"), at(", b from")));
        assert!(same_place(&tokens, at("b from"), at("where")));
        assert!(same_place(&tokens, at("x ="), at("2 group")));
        assert!(!same_place(&tokens, at("a,"), at("2 group")));
    }
}
