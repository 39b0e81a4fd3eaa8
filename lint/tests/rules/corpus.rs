//! Laws that hold on every text: fixing ends, breaks nothing and leaves comments and literals alone.

use crate::support::{findings, fixed, parsed};
use rocky_lint::{Language, Preset, ROUNDS, RULES, RuleId, Settings, is_silent};
use rocky_syntax::{DialectKind, NodeOrToken, SyntaxKind, parse_sql_flat};
use std::path::PathBuf;

fn texts() -> Vec<(DialectKind, String)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    let dialects = [
        ("all", DialectKind::DuckDb),
        ("duckdb", DialectKind::DuckDb),
        ("databricks", DialectKind::Databricks),
        ("snowflake", DialectKind::Snowflake),
        ("bigquery", DialectKind::BigQuery),
        ("postgres", DialectKind::Postgres),
    ];
    for (name, dialect) in dialects {
        let path = root.join("../syntax/tests/sql/accepted").join(format!("{name}.sql"));
        let file = std::fs::read_to_string(path).unwrap();
        texts.extend(file.split("\n\n").map(|text| (dialect, text.to_owned())));
    }
    for folder in ["tpch", "tpcds"] {
        let folder = root.join("../test-data/corpus").join(folder);
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let files = files.into_iter().filter(|path| path.extension().is_some_and(|end| end == "sql"));
        texts.extend(files.map(|path| (DialectKind::DuckDb, std::fs::read_to_string(path).unwrap())));
    }
    assert!(texts.len() > 400, "only {} texts", texts.len());
    texts
}

/// Comments, Jinja and text literals, in order.
fn untouchable(text: &str, dialect: DialectKind) -> Vec<String> {
    let (root, _) = parsed(text, Language::Sql, dialect);
    let tokens = root.descendants_with_tokens().filter_map(NodeOrToken::into_token);
    tokens
        .filter(|token| {
            let kind = token.kind();
            (kind.is_trivia() && kind != SyntaxKind::WHITESPACE)
                || matches!(kind, SyntaxKind::STRING | SyntaxKind::BYTE_STRING | SyntaxKind::JINJA_ISLAND)
        })
        .map(|token| token.text().to_owned())
        .collect()
}

/// Rules that change blanks, or the case of words, and nothing else.
const KEEP_TOKENS: &[&str] = &[
    "keyword_case",
    "function_case",
    "type_case",
    "identifier_case",
    "comma_position",
    "trailing_whitespace",
    "final_newline",
    "tabs",
    "blank_lines",
];

/// The words and signs that mean something, in lower case.
fn tokens(text: &str, dialect: DialectKind) -> Vec<String> {
    let (root, _) = parsed(text, Language::Sql, dialect);
    let tokens = root.descendants_with_tokens().filter_map(NodeOrToken::into_token);
    tokens.filter(|token| !token.kind().is_trivia()).map(|token| token.text().to_lowercase()).collect()
}

/// Checks every `step`th text.
fn check(settings: &Settings, what: &str, step: usize) {
    let mut changed = 0;
    for (dialect, text) in texts().into_iter().step_by(step) {
        if parsed(&text, Language::Sql, dialect).1 > 0 {
            continue;
        }
        let after = fixed(&text, Language::Sql, dialect, settings);
        assert!(
            !after.gave_up && after.rounds <= ROUNDS,
            "{what} gives up ({}):\n{text}\n=>\n{}",
            dialect.name(),
            after.text
        );
        assert_eq!(
            parsed(&after.text, Language::Sql, dialect).1,
            0,
            "{what} breaks:\n{text}\n=>\n{}",
            after.text
        );
        let before = untouchable(&text, dialect);
        let now = untouchable(&after.text, dialect);
        let removes = ["S024", "S118"].iter().any(|code| after.fixed.contains_key(code));
        if !removes {
            assert_eq!(now, before, "{what} touches comments or literals of\n{text}\n=>\n{}", after.text);
        }
        if KEEP_TOKENS.contains(&what) {
            assert_eq!(
                tokens(&after.text, dialect),
                tokens(&text, dialect),
                "{what} changes more than it says"
            );
        }
        let again = fixed(&after.text, Language::Sql, dialect, settings);
        assert_eq!(again.text, after.text, "{what} is not done after it ends");
        changed += usize::from(after.text != text);
    }
    assert!(what != "all" || changed > 300, "only {changed} texts changed");
}

#[test]
fn all_rules_together() {
    check(&Settings::preset(Preset::All), "all", 1);
}

#[test]
fn all_rules_with_their_other_choices() {
    for value in [1, 2] {
        let mut settings = Settings::preset(Preset::All);
        for rule in RuleId::all() {
            if rule.rule().parameter.is_some() && rule.rule().name != "line_length" {
                settings.set_value(rule, value);
            }
        }
        check(&settings, "other choices", 1);
    }
}

#[test]
fn each_rule_alone() {
    for rule in RuleId::all().filter(|rule| rule.rule().fix != rocky_lint::FixSafety::None) {
        check(&Settings::only(rule), rule.rule().name, 4);
        if rule.rule().parameter.is_some() {
            let mut settings = Settings::only(rule);
            settings.set_value(rule, 1);
            check(&settings, rule.rule().name, 4);
        }
    }
    assert!(RULES.len() >= 25);
}

#[test]
fn what_is_called_silent_has_no_findings() {
    let settings = Settings::default();
    let unused = "with a as (select 1 as x), b as (select 2 as x) select a.x from b".to_owned();
    let (mut silent, mut spoken) = (0, 0);
    for (dialect, text) in texts().into_iter().chain([(DialectKind::DuckDb, unused)]) {
        let flat = parse_sql_flat(&text, dialect);
        if !flat.errors.is_empty() {
            continue;
        }
        let found = findings(&text, Language::Sql, dialect, &settings);
        assert!(found.is_empty() || !is_silent(&flat.tree, dialect, &settings), "{text}: {found:?}");
        silent += usize::from(is_silent(&flat.tree, dialect, &settings));
        spoken += usize::from(!found.is_empty());
    }
    assert!(silent > 400 && spoken > 0, "{silent} silent, {spoken} with findings");
    let all = Settings::preset(Preset::All);
    assert!(!is_silent(&parse_sql_flat("select 1", DialectKind::DuckDb).tree, DialectKind::DuckDb, &all));
}
