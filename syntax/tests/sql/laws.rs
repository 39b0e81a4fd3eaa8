//! Laws that hold for any text.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rocky_syntax::{DialectKind, SyntaxNode, parse_sql, validate_sql};

const SEEDS: &[&str] = &[
    include_str!("accepted/all.sql"),
    include_str!("accepted/duckdb.sql"),
    include_str!("accepted/databricks.sql"),
    include_str!("accepted/snowflake.sql"),
    include_str!("accepted/bigquery.sql"),
    include_str!("accepted/postgres.sql"),
];

const FRAGMENTS: &[&str] = &[
    "select",
    "from",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "'",
    "\"",
    "`",
    ",",
    ";",
    ".",
    ":",
    "::",
    "->",
    "=>",
    "/*",
    "*/",
    "--",
    "\n",
    "{{",
    "}}",
    "{%",
    "%}",
    "$$",
    "$x$",
    "@",
    "@m(",
    "case",
    "when",
    "end",
    "over",
    "with",
    "as",
    "in",
    "union",
    "values",
    "é",
    "\u{1F600}",
    "\\",
    "interval",
    "array<",
    ">",
    ">>",
    "pivot",
    "unpivot",
    "lateral",
    "|>",
    "not",
    "between",
    "and",
    "*",
    "exclude",
    "\0",
    "\u{FEFF}",
    "?",
    "#",
    "//",
    "e'",
    "1.",
    "1e",
    "0x",
    "join",
    "on",
    "using",
];

/// Every statement of the accepted files.
fn statements() -> Vec<&'static str> {
    SEEDS.iter().flat_map(|file| file.split("\n\n")).collect()
}

fn dialect() -> impl Strategy<Value = DialectKind> {
    prop::sample::select(DialectKind::ALL.to_vec())
}

/// A valid statement with pieces cut out, doubled, or put in.
fn mutated() -> impl Strategy<Value = String> {
    let edit = (any::<prop::sample::Index>(), 0usize..12, prop::sample::select(FRAGMENTS.to_vec()), 0u8..4);
    (prop::sample::select(statements()), prop::collection::vec(edit, 1..4)).prop_map(|(seed, edits)| {
        let mut text: Vec<char> = seed.chars().collect();
        for (at, len, fragment, what) in edits {
            let at = at.index(text.len() + 1);
            let end = (at + len).min(text.len());
            match what {
                0 => {
                    text.drain(at..end);
                }
                1 => {
                    let copy: Vec<char> = text[at..end].to_vec();
                    text.splice(at..at, copy);
                }
                _ => {
                    text.splice(at..at, format!(" {fragment} ").chars());
                }
            }
        }
        text.into_iter().collect()
    })
}

fn holds(text: &str, dialect: DialectKind) {
    let parse = parse_sql(text, dialect);
    let root = parse.syntax();
    assert_eq!(root.text().to_string(), text);
    tiles(&root);
    for error in parse.errors().iter().chain(&validate_sql(&parse.tree(), dialect)) {
        let end = usize::from(error.range.end());
        assert!(end <= text.len(), "{error:?}");
        assert!(text.is_char_boundary(end) && text.is_char_boundary(error.range.start().into()), "{error:?}");
    }
}

fn tiles(node: &SyntaxNode) {
    let mut at = node.text_range().start();
    for child in node.children_with_tokens() {
        assert_eq!(child.text_range().start(), at);
        at = child.text_range().end();
    }
    assert_eq!(node.text_range().end(), at);
    for child in node.children() {
        tiles(&child);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn any_text_survives(text in any::<String>(), dialect in dialect()) {
        holds(&text, dialect);
    }

    #[test]
    fn any_sequence_of_fragments_survives(
        parts in prop::collection::vec(prop::sample::select(FRAGMENTS.to_vec()), 0..40),
        dialect in dialect(),
    ) {
        holds(&parts.join(" "), dialect);
        holds(&parts.concat(), dialect);
    }

    #[test]
    fn mutated_statements_survive(text in mutated(), dialect in dialect()) {
        holds(&text, dialect);
    }

    #[test]
    fn cut_statements_survive(seed in prop::sample::select(statements()), at in any::<prop::sample::Index>(), dialect in dialect()) {
        let chars: Vec<char> = seed.chars().collect();
        let text: String = chars[..at.index(chars.len() + 1)].iter().collect();
        holds(&text, dialect);
    }
}

/// A valid statement has no tree node for errors, and parsing twice gives the same tree.
#[test]
fn parsing_is_a_function() {
    for text in statements() {
        let first = parse_sql(text, DialectKind::DuckDb);
        let second = parse_sql(text, DialectKind::DuckDb);
        assert_eq!(first, second);
    }
}
