//! Laws that hold for every text.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rocky_syntax::dsl::{dsl_references, lint_dsl, parse_dsl, validate_dsl};
use rocky_syntax::{DialectKind, TextSize};

use super::support::{cases, lower};

const WORDS: &[&str] = &[
    "let",
    "from",
    "where",
    "group",
    "derive",
    "select",
    "join",
    "window",
    "sort",
    "take",
    "distinct",
    "union",
    "replicate",
    "check",
    "as",
    "on",
    "by",
    "order",
    "keep",
    "asc",
    "desc",
    "and",
    "or",
    "not",
    "is",
    "null",
    "in",
    "true",
    "false",
    "match",
    "over",
    "partition",
    "rows",
    "range",
    "unbounded",
    "current",
    "left",
    "right",
    "full",
    "cross",
    "left_join",
    "inner",
    "semi",
    "anti",
    "like",
    "between",
    "interval",
    "cast",
    "nulls",
    "first",
    "offset",
    "groups",
    "preceding",
    "following",
    "all",
    "a",
    "b",
    "c.d",
    "x",
    "_",
    "1",
    "2.5",
    "1e9",
    "'s'",
    "\"s\"",
    "@2025-01-01",
    "@2025",
    "`q`",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "=",
    "<>",
    "+",
    "-",
    "*",
    "/",
    "%",
    "||",
    "|",
    "=>",
    "..",
    ".",
    ",",
    ":",
    "::",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "count()",
    "sum(x)",
    "--c\n",
    "/*",
    "*/",
    "'",
    "\"",
    "`",
    ";",
    "!",
    "&",
    "\u{feff}",
    "ä",
    "\n",
];

fn holds(text: &str) {
    let parse = parse_dsl(text);
    assert_eq!(parse.syntax().to_string(), text, "the tree loses text");
    let file = parse.tree();
    for error in parse.errors().iter().chain(&validate_dsl(&file)) {
        assert!(
            text.get(usize::from(error.range.start())..usize::from(error.range.end())).is_some(),
            "{error:?}"
        );
    }
    for finding in lint_dsl(&file) {
        assert!(
            text.get(usize::from(finding.range.start())..usize::from(finding.range.end())).is_some(),
            "{finding:?}"
        );
    }
    dsl_references(&file);
    for dialect in [DialectKind::DuckDb, DialectKind::BigQuery, DialectKind::Databricks] {
        let lowered = lower(text, dialect, &BTreeMap::new());
        assert!(
            parse.errors().is_empty() || !lowered.ok,
            "errors, and yet ok: {text:?} {:?}",
            parse.errors()
        );
        for (sql, dsl) in lowered.source_map.entries() {
            assert!(lowered.sql.get(usize::from(sql.start())..usize::from(sql.end())).is_some());
            assert!(text.get(usize::from(dsl.start())..usize::from(dsl.end())).is_some());
        }
        if !lowered.sql.is_empty() {
            assert!(lowered.source_map.dsl_at(TextSize::new(0)).is_some());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in "\\PC*") {
        holds(&text);
    }

    #[test]
    fn any_words(words in prop::collection::vec(prop::sample::select(WORDS), 0..60)) {
        holds(&words.join(" "));
        holds(&words.concat());
    }

    #[test]
    fn damaged_samples(index in any::<prop::sample::Index>(), cut in any::<prop::sample::Index>(), length in 0usize..12, word in prop::sample::select(WORDS)) {
        let samples: Vec<_> = cases("dsl-lowering.toml").into_iter().chain(cases("dsl-wrong-sql.toml")).collect();
        let text = &samples[index.index(samples.len())].dsl;
        let boundaries: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let start = boundaries[cut.index(boundaries.len())];
        let end = boundaries.iter().copied().find(|at| *at >= start + length).unwrap_or(text.len());
        holds(&format!("{}{}", &text[..start], &text[end..]));
        holds(&format!("{} {word} {}", &text[..start], &text[end..]));
    }
}

#[test]
fn every_prefix_of_every_sample() {
    for case in cases("dsl-lowering.toml") {
        for (at, _) in case.dsl.char_indices() {
            holds(&case.dsl[..at]);
        }
    }
}

#[test]
fn every_word_deleted_from_every_sample() {
    for case in cases("dsl-wrong-sql.toml") {
        let words: Vec<&str> = case.dsl.split(' ').collect();
        for skipped in 0..words.len() {
            let rest: Vec<&str> = words
                .iter()
                .enumerate()
                .filter(|(index, _)| *index != skipped)
                .map(|(_, word)| *word)
                .collect();
            holds(&rest.join(" "));
        }
    }
}

#[test]
fn deep_and_long_texts() {
    for piece in [
        "(",
        "[",
        "{",
        "f(",
        "not ",
        "-",
        "match ",
        "match x { ",
        "x[",
        "a.",
        "x::",
        "a or ",
        "from ",
        "let a = ",
        "| ",
        "@",
        "'",
        "`",
        "/*",
        "a and (",
        "x in [",
        "sort a, ",
        "join a on k ",
    ] {
        holds(&piece.repeat(3_000));
        holds(&format!("from t where {}", piece.repeat(3_000)));
        holds(&format!("from t derive {{ a: {} }}", piece.repeat(3_000)));
    }
}
