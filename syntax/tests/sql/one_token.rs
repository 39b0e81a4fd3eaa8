//! One token deleted, doubled or swapped with the next one: the damage stays in its clause.
//!
//! Exactly: a *clause* is a child node of a statement, a query, a SELECT, a WITH clause or a set operation.
//! The innermost clause that holds the damaged token may change, and so may the clause in front of it where
//! the token is the first one of its clause, as then the border between the two is damaged. All other
//! clauses of all blocks around the token must be there in the new tree: a node of the same kind at the same
//! place (moved by the damage), with the same text, in a parent of the same kind. Where the token is a
//! bracket, the same is asked of the other statements of the file. A swap damages two tokens.
//! No damage gives more than three errors. Mutants without an error are SQL of another meaning and do not
//! count.
#![allow(clippy::print_stdout)] // The figures of a run over all mutants.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use expect_test::expect_file;
use rocky_syntax::SyntaxKind::{self, *};
use rocky_syntax::{DialectKind, SyntaxNode, SyntaxToken, TextRange, parse_sql};

use crate::corpus::corpus;

/// One damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Damage {
    Delete,
    Double,
    Swap,
}

/// What the mutants of one run did.
#[derive(Default)]
struct Figures {
    mutants: usize,
    valid: usize,
    too_many_errors: usize,
    worst: usize,
    escaped: usize,
    classes: BTreeMap<String, (usize, String)>,
}

fn is_block(kind: SyntaxKind) -> bool {
    matches!(kind, SQL_FILE | QUERY_STATEMENT | QUERY | SELECT | WITH_CLAUSE | SET_OPERATION)
}

fn is_bracket(kind: SyntaxKind) -> bool {
    matches!(kind, L_PAREN | R_PAREN | L_BRACKET | R_BRACKET | L_BRACE | R_BRACE)
}

/// The clauses that the damage of the token must leave alone, as (kind, parent, range).
fn bystanders(token: &SyntaxToken) -> Vec<(SyntaxKind, SyntaxKind, TextRange)> {
    let statement_only = is_bracket(token.kind());
    let mut found = Vec::new();
    let Some(mut inner) = token.parent() else { return found };
    // Up to the innermost clause.
    while !inner.parent().is_some_and(|parent| is_block(parent.kind())) {
        match inner.parent() {
            Some(parent) => inner = parent,
            None => return found,
        }
    }
    loop {
        let Some(block) = inner.parent() else { break };
        if is_block(block.kind()) && (!statement_only || block.kind() == SQL_FILE) {
            let starts = inner.first_token().as_ref() == Some(token);
            let before = inner.prev_sibling();
            for clause in block.children().filter(|clause| *clause != inner) {
                if !(starts && before.as_ref() == Some(&clause)) {
                    found.push((clause.kind(), block.kind(), clause.text_range()));
                }
            }
        }
        inner = block;
    }
    found
}

fn tokens(root: &SyntaxNode) -> Vec<SyntaxToken> {
    root.descendants_with_tokens()
        .filter_map(|element| element.into_token())
        .filter(|token| !token.kind().is_trivia())
        .collect()
}

/// The damaged text, and where its damage is: the range in the old text and the new length.
fn damaged(
    text: &str,
    first: &SyntaxToken,
    next: Option<&SyntaxToken>,
    damage: Damage,
) -> Option<(String, TextRange, usize)> {
    let at = first.text_range();
    let (range, new) = match damage {
        Damage::Delete => (at, " ".to_owned()),
        Damage::Double => (at, format!("{0} {0}", first.text())),
        Damage::Swap => {
            let next = next?;
            let range = at.cover(next.text_range());
            let between = &text[usize::from(at.end())..usize::from(next.text_range().start())];
            if first.text() == next.text() {
                return None;
            }
            // A comment to the end of the line keeps its line.
            (range, format!(" {} {between} {} ", next.text(), first.text()))
        }
    };
    let mut out = text.to_owned();
    out.replace_range(usize::from(range.start())..usize::from(range.end()), &new);
    Some((out, range, new.len()))
}

fn check(
    text: &str,
    dialect: DialectKind,
    index: usize,
    all: &[SyntaxToken],
    damage: Damage,
    figures: &mut Figures,
) {
    let first = &all[index];
    let next = all.get(index + 1);
    let Some((mutant, range, new_length)) = damaged(text, first, next, damage) else { return };
    let parse = parse_sql(&mutant, dialect);
    figures.mutants += 1;
    if parse.errors().is_empty() {
        figures.valid += 1;
        return;
    }
    let errors = parse.errors().len();
    figures.worst = figures.worst.max(errors);
    let mut note = |class: String, sample: String| {
        let entry = figures.classes.entry(class).or_insert((0, sample));
        entry.0 += 1;
    };
    let place = first.parent().map(|parent| parent.kind());
    if errors > 3 {
        figures.too_many_errors += 1;
        note(format!("{errors} errors: {damage:?} {:?} in {place:?}", first.kind()), mutant.clone());
    }
    let mut wanted = bystanders(first);
    if damage == Damage::Swap
        && let Some(next) = next
    {
        let other: HashSet<_> = bystanders(next).into_iter().collect();
        wanted.retain(|clause| other.contains(clause));
    }
    let present: HashSet<(SyntaxKind, SyntaxKind, TextRange)> = parse
        .syntax()
        .descendants()
        .filter_map(|node| Some((node.kind(), node.parent()?.kind(), node.text_range())))
        .collect();
    let moved = |old: TextRange| {
        if old.start() >= range.end() {
            let shift = |at: rocky_syntax::TextSize| {
                rocky_syntax::TextSize::try_from(usize::from(at) + new_length - usize::from(range.len()))
                    .unwrap()
            };
            TextRange::new(shift(old.start()), shift(old.end()))
        } else {
            old
        }
    };
    let lost = wanted.iter().find(|(kind, parent, old)| !present.contains(&(*kind, *parent, moved(*old))));
    if let Some((kind, _, _)) = lost {
        figures.escaped += 1;
        note(format!("loses {kind:?}: {damage:?} {:?} in {place:?}", first.kind()), mutant);
    }
}

/// Accepted statements with their dialects.
fn samples() -> Vec<(String, DialectKind)> {
    let mut samples = Vec::new();
    let files: [(&str, DialectKind); 7] = [
        (include_str!("accepted/all.sql"), DialectKind::Ansi),
        (include_str!("accepted/all.sql"), DialectKind::DuckDb),
        (include_str!("accepted/duckdb.sql"), DialectKind::DuckDb),
        (include_str!("accepted/databricks.sql"), DialectKind::Databricks),
        (include_str!("accepted/snowflake.sql"), DialectKind::Snowflake),
        (include_str!("accepted/bigquery.sql"), DialectKind::BigQuery),
        (include_str!("accepted/postgres.sql"), DialectKind::Postgres),
    ];
    for (file, dialect) in files {
        samples.extend(file.split("\n\n").map(|text| (text.to_owned(), dialect)));
    }
    for folder in ["tpch", "tpcds"] {
        samples.extend(corpus(folder).into_iter().map(|(_, text)| (text, DialectKind::DuckDb)));
    }
    samples.retain(|(text, dialect)| parse_sql(text, *dialect).errors().is_empty());
    samples
}

/// A number of the bytes that depends on nothing else, so that new statements change no old sample.
fn number(start: u64, bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes.into_iter().fold(start, |number, byte| (number ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Every how many mutants one is looked at.
const STEP: u64 = 29;

/// The exceptions stand in `one_token.txt`, all of them, with their counts. They are of these kinds:
/// - `(SELECT …) AS m FROM t`: without its first SELECT the statement is a query in parentheses;
/// - `SELECT EXCEPT (a) FROM t`: without its star the EXCEPT of a star is the set operator;
/// - the word between two queries is lost or moved, which makes them two statements;
/// - words of rare clauses (CONNECT BY, TRANSFORM, types of structs) that are names elsewhere;
/// - IS DISTINCT FROM loses its DISTINCT in the middle of a list, so that FROM begins there.
#[test]
fn damage_stays_in_its_clause() {
    // `ROCKY_EVERY_MUTANT=1` looks at all mutants.
    let step: u64 = std::env::var("ROCKY_EVERY_MUTANT").map_or(STEP, |value| value.parse().unwrap());
    let mut figures = Figures::default();
    for (text, dialect) in samples() {
        let root = parse_sql(&text, dialect).syntax();
        let all = tokens(&root);
        let whole = number(0xcbf2_9ce4_8422_2325, text.bytes());
        for index in 0..all.len() {
            for damage in [Damage::Delete, Damage::Double, Damage::Swap] {
                let own = number(whole, index.to_le_bytes().into_iter().chain([damage as u8]));
                if (own >> 20).is_multiple_of(step) {
                    check(&text, dialect, index, &all, damage, &mut figures);
                }
            }
        }
    }
    let broken = figures.mutants - figures.valid;
    println!(
        "{} mutants, {} valid; of {broken}: {} escape, {} have more than three errors (at worst {})",
        figures.mutants, figures.valid, figures.escaped, figures.too_many_errors, figures.worst
    );
    let failed = figures.too_many_errors + figures.escaped;
    let mut list = String::new();
    for (class, (count, sample)) in &figures.classes {
        let sample = sample.split_whitespace().collect::<Vec<_>>().join(" ");
        let sample: String = sample.chars().take(200).collect();
        let _ = writeln!(list, "{count} x {class}\n    {sample}");
    }
    assert!(broken > 2_000, "{broken}");
    assert!(failed * 1_000 <= broken * 5, "{failed} of {broken}");
    assert!(figures.worst <= 5, "{} errors", figures.worst);
    if step == STEP {
        expect_file!["one_token.txt"].assert_eq(&list);
    } else {
        println!("{list}");
    }
}
