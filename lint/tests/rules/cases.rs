//! Marked texts: what each rule finds, and what becomes of the text.

use crate::support::{findings, fixed, settings_of};
use rocky_lint::{Language, RULES, Source, lint};
use rocky_syntax::DialectKind;
use std::collections::BTreeSet;

/// `=== rule [value] [dialect | rocky]`, the text with `^` under what is found, `--- fixed`, the text after.
const CASES: &str = include_str!("cases.txt");

struct Case<'a> {
    title: &'a str,
    rule: &'a str,
    value: Option<&'a str>,
    language: Language,
    dialect: DialectKind,
    marked: String,
    text: String,
    fixed: Option<&'a str>,
}

fn cases() -> Vec<Case<'static>> {
    CASES.split("=== ").skip(1).map(case).collect()
}

fn case(source: &'static str) -> Case<'static> {
    let (title, rest) = source.split_once('\n').unwrap();
    let mut words = title.split_whitespace();
    let rule = words.next().unwrap();
    let (mut value, mut language, mut dialect) = (None, Language::Sql, DialectKind::DuckDb);
    for word in words {
        match DialectKind::from_name(word) {
            Some(named) => dialect = named,
            None if word == "rocky" => language = Language::Rocky,
            None => value = Some(word),
        }
    }
    let (marked, fixed) = match rest.split_once("--- fixed\n") {
        Some((marked, fixed)) => (marked, Some(fixed)),
        None => (rest, None),
    };
    let text = marked.split_inclusive('\n').filter(|line| !is_mark(line)).collect();
    Case { title, rule, value, language, dialect, marked: marked.to_owned(), text, fixed }
}

fn is_mark(line: &str) -> bool {
    line.contains('^') && line.chars().all(|character| matches!(character, ' ' | '^' | '\n'))
}

/// The text with marks under the findings. Places next to each other show as one.
fn mark(text: &str, ranges: &[std::ops::Range<usize>]) -> String {
    let (mut out, mut offset) = (String::new(), 0);
    for line in text.split_inclusive('\n') {
        out.push_str(line);
        let mut marks = String::new();
        for range in ranges.iter().filter(|range| (offset..offset + line.len()).contains(&range.start)) {
            let column = text[offset..range.start].chars().count();
            let width = text
                [range.start..range.end.min(offset + line.trim_end_matches('\n').len()).max(range.start)]
                .chars()
                .count();
            while marks.len() < column {
                marks.push(' ');
            }
            marks.push_str(&"^".repeat(width.max(1)));
        }
        if !marks.is_empty() {
            out.push_str(&marks);
            out.push('\n');
        }
        offset += line.len();
    }
    out
}

#[test]
fn marked_cases() {
    let mut wrong = Vec::new();
    for case in cases() {
        let settings = settings_of(case.rule, case.value);
        let found = findings(&case.text, case.language, case.dialect, &settings);
        let ranges: Vec<std::ops::Range<usize>> = found.iter().map(|finding| finding.range.into()).collect();
        let marked = mark(&case.text, &ranges);
        if marked != case.marked {
            wrong.push(format!("{}: finds\n{marked}", case.title));
        }
        let after = fixed(&case.text, case.language, case.dialect, &settings);
        let expected = case.fixed.unwrap_or(&case.text);
        if after.text != expected {
            wrong.push(format!("{}: becomes\n{}", case.title, after.text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_stands_before_the_model_is_not_looked_at() {
    let text = "   \n\t\n\n\n   \nselect a from t\n";
    let start = u32::try_from(text.find("select").unwrap()).unwrap();
    for rule in ["trailing_whitespace", "tabs", "blank_lines", "line_length", "final_newline"] {
        let settings = settings_of(rule, None);
        let root = rocky_syntax::parse_sql(text, DialectKind::DuckDb).syntax();
        let (language, dialect) = (Language::Sql, DialectKind::DuckDb);
        let source = Source { text, start: start.into(), root: &root, language, dialect };
        assert_eq!(lint(&source, &settings), [], "{rule}");
    }
}

#[test]
fn every_own_rule_has_a_case_that_finds_something() {
    let cases = cases();
    let found: BTreeSet<&str> =
        cases.iter().filter(|case| case.marked.contains('^')).map(|case| case.rule).collect();
    let missing: Vec<&str> = RULES
        .iter()
        .map(|rule| rule.name)
        .filter(|name| !name.starts_with("rocky_") && !found.contains(name))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
