//! Inputs and their formatted texts, in `tests/cases`. `UPDATE_EXPECT=1` writes the outputs anew.
//!
//! A case is `### name option=value …`, the input, `----`, the output. A `␍` is a carriage return.

use expect_test::expect_file;
use rocky_format::{Commas, DialectKind, Indent, Language, LetterCase, Options, Spacing, format};

fn options(words: &[&str]) -> (Options, DialectKind) {
    let mut options = Options::default();
    let mut dialect = DialectKind::DuckDb;
    for word in words {
        let (key, value) = word.split_once('=').expect("key=value");
        let case = || match value {
            "upper" => LetterCase::Upper,
            "lower" => LetterCase::Lower,
            "preserve" => LetterCase::Preserve,
            _ => panic!("no case: {value}"),
        };
        match key {
            "width" => options.line_width = value.parse().expect("a width"),
            "indent" if value == "tab" => options.indent = Indent::Tab,
            "indent" => options.indent = Indent::Spaces(value.parse().expect("an indent")),
            "keywords" => options.keyword_case = case(),
            "functions" => options.function_case = case(),
            "commas" => {
                assert_eq!(value, "leading");
                options.commas = Commas::Leading;
            }
            "spacing" => {
                assert_eq!(value, "normalize");
                options.rocky_spacing = Spacing::Normalize;
            }
            "dialect" => dialect = DialectKind::from_name(value).expect("a dialect"),
            _ => panic!("no option: {key}"),
        }
    }
    (options, dialect)
}

/// The file of cases with the outputs that the formatter gives now. Every output is formatted again.
fn with_outputs(cases: &str, language: impl Fn(DialectKind) -> Language) -> String {
    let mut out = String::new();
    let mut names = std::collections::BTreeSet::new();
    for case in cases.split("### ").skip(1) {
        let (title, rest) = case.split_once('\n').expect("a title");
        let (input, _) = rest.split_once("----\n").expect("an input");
        let mut words = title.split(' ');
        let name = words.next().expect("a name");
        assert!(names.insert(name), "two cases are called {name}");
        let words: Vec<&str> = words.collect();
        let (options, dialect) = options(&words);
        let language = language(dialect);
        let carriage_returns = input.replace('␍', "\r");
        let output =
            format(&carriage_returns, language, &options).unwrap_or_else(|error| panic!("{name}: {error}"));
        let again = format(&output, language, &options).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(again, output, "{name} is not formatted after the first time");
        assert!(options.indent == Indent::Tab || !output.contains('\t'), "{name} has tabs");
        let shown = output.replace('\r', "␍");
        out.push_str(&format!("### {title}\n{input}----\n{shown}"));
    }
    out
}

#[test]
fn sql() {
    let cases = include_str!("../cases/sql.txt");
    expect_file!["../cases/sql.txt"].assert_eq(&with_outputs(cases, Language::Sql));
}

#[test]
fn rocky() {
    let cases = include_str!("../cases/rocky.txt");
    expect_file!["../cases/rocky.txt"].assert_eq(&with_outputs(cases, |_| Language::Rocky));
}

#[test]
fn toml() {
    let cases = include_str!("../cases/toml.txt");
    expect_file!["../cases/toml.txt"].assert_eq(&with_outputs(cases, |_| Language::Toml));
}
