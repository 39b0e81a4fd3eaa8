//! What holds for every text: nothing is lost or changed, nothing changes the second time, no error appears.
//! The comparison here is another one than the formatter's own.

use rocky_format::{
    Commas, DialectKind, FormatError, Indent, Language, LetterCase, Options, TextRange, TextSize, format,
    format_edits, text_edits,
};
use rocky_syntax::{SyntaxElement, SyntaxKind, apply_edits, parse_sql, sql_tokens};
use std::path::{Path, PathBuf};

fn variants() -> [Options; 4] {
    let default = Options::default();
    [
        default,
        Options { line_width: 30, ..default },
        Options { line_width: 40, commas: Commas::Leading, keyword_case: LetterCase::Lower, ..default },
        Options { line_width: 400, indent: Indent::Tab, keyword_case: LetterCase::Preserve, ..default },
    ]
}

/// Tokens in upper case without blanks; those that `keep` takes.
fn words(text: &str, dialect: DialectKind, keep: impl Fn(SyntaxKind) -> bool) -> Vec<String> {
    let parse = parse_sql(text, dialect);
    let tokens = parse.syntax().descendants_with_tokens().filter_map(SyntaxElement::into_token);
    tokens
        .filter(|token| token.kind() != SyntaxKind::WHITESPACE && keep(token.kind()))
        .map(
            |token| {
                if token.kind().is_keyword() { token.text().to_uppercase() } else { token.text().to_owned() }
            },
        )
        .collect()
}

fn assert_laws(text: &str, dialect: DialectKind) {
    if !parse_sql(text, dialect).errors().is_empty() {
        return;
    }
    for options in variants() {
        let language = Language::Sql(dialect);
        let formatted = format(text, language, &options)
            .unwrap_or_else(|error| panic!("{error} at {:?} of\n{text}", error.offset()));
        let again = format(&formatted, language, &options).expect("the result can be formatted");
        assert_eq!(again, formatted, "not settled:\n{text}");
        let without_commas = |kind| kind != SyntaxKind::COMMA;
        let without_comments = |kind: SyntaxKind| !kind.is_trivia();
        assert_eq!(
            words(text, dialect, without_commas),
            words(&formatted, dialect, without_commas),
            "{text}"
        );
        assert_eq!(
            words(text, dialect, without_comments),
            words(&formatted, dialect, without_comments),
            "{text}"
        );
        assert!(parse_sql(&formatted, dialect).errors().is_empty(), "{formatted}");
        let edits = text_edits(text, &formatted);
        assert_eq!(apply_edits(text, &edits).expect("edits that apply"), formatted);
        let is_blank = |c: char| c.is_whitespace() && c != '\n';
        let code = formatted.lines().filter(|line| line.ends_with(is_blank)).count();
        let source = text.lines().filter(|line| line.ends_with(is_blank)).count();
        assert!(code <= source, "blanks at the end of lines:\n{formatted}");
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn statements(file: &str) -> Vec<String> {
    let path = repository().join("syntax/tests/sql/accepted").join(file);
    let text = std::fs::read_to_string(&path).expect("the statements that the parser's tests accept");
    text.split("\n\n").map(str::to_owned).collect()
}

fn accepted() -> Vec<(String, DialectKind)> {
    let mut all = Vec::new();
    for (file, dialect) in [
        ("all.sql", DialectKind::Permissive),
        ("duckdb.sql", DialectKind::DuckDb),
        ("databricks.sql", DialectKind::Databricks),
        ("snowflake.sql", DialectKind::Snowflake),
        ("bigquery.sql", DialectKind::BigQuery),
        ("postgres.sql", DialectKind::Postgres),
    ] {
        all.extend(statements(file).into_iter().map(|statement| (statement, dialect)));
    }
    assert!(all.len() > 200, "{} statements", all.len());
    all
}

/// The text with its broken statements' clauses formatted; what must hold of it holds.
fn assert_laws_of_parts(text: &str, dialect: DialectKind) {
    let everything = |text: &str| TextRange::up_to(TextSize::of(text));
    let language = Language::Sql(dialect);
    for options in variants() {
        let formatted = |text: &str| {
            let edits = format_edits(text, language, &options, Some(everything(text)))?;
            Ok::<String, FormatError>(apply_edits(text, &edits).expect("edits that apply"))
        };
        // Around an error a tree is a guess; a text that would be read in another way is left alone.
        let Ok(once) = formatted(text) else { continue };
        for keep in [|kind| kind != SyntaxKind::COMMA, |kind: SyntaxKind| !kind.is_trivia()] {
            assert_eq!(words(text, dialect, keep), words(&once, dialect, keep), "{text}");
        }
        assert_eq!(formatted(&once).as_deref(), Ok(once.as_str()), "not settled:\n{text}");
    }
}

#[test]
fn of_statements_with_a_hole() {
    for (statement, dialect) in accepted() {
        let tokens: Vec<TextRange> = sql_tokens(&statement, dialect)
            .filter(|(kind, _)| !kind.is_trivia())
            .map(|(_, range)| range)
            .collect();
        for part in 1..4 {
            let Some(range) = tokens.get(tokens.len() * part / 4) else { continue };
            let mut broken = statement.clone();
            broken.replace_range(std::ops::Range::<usize>::from(*range), "");
            assert_laws_of_parts(&broken, dialect);
        }
    }
}

#[test]
fn of_statements_with_jinja_around_a_part() {
    for (statement, dialect) in accepted() {
        let tokens: Vec<TextRange> = sql_tokens(&statement, dialect)
            .filter(|(kind, _)| !kind.is_trivia())
            .map(|(_, range)| range)
            .collect();
        for part in 1..4 {
            let (first, last) = (tokens.len() * part / 5, tokens.len() * (part + 1) / 5);
            let (Some(first), Some(last)) = (tokens.get(first), tokens.get(last)) else { continue };
            let mut template = statement.clone();
            template.insert_str(usize::from(last.end()), " {% endif %}");
            template.insert_str(usize::from(first.start()), "{% if wanted %} ");
            assert_laws_of_parts(&template, dialect);
        }
    }
}

#[test]
fn of_accepted_statements() {
    for (statement, dialect) in accepted() {
        assert_laws(&statement, dialect);
    }
}

#[test]
fn of_the_benchmark_queries() {
    let mut seen = 0;
    for folder in ["tpch", "tpcds"] {
        let folder = repository().join("test-data/corpus").join(folder);
        for entry in std::fs::read_dir(folder).expect("the queries") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|ending| ending == "sql") {
                assert_laws(&std::fs::read_to_string(path).expect("a query"), DialectKind::DuckDb);
                seen += 1;
            }
        }
    }
    assert!(seen >= 100, "{seen} queries");
}

/// Blanks of the statements become comments of every kind, in a fixed order of chances.
#[test]
fn of_statements_full_of_comments() {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut chance = move |of: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % of as u64) as usize
    };
    const BLANKS: [&str; 8] = [
        " /* c */ ",
        " -- t\n",
        "\n  -- own\n ",
        "\n\n",
        "\n/* m\n n */",
        "\n\n-- s\n\n",
        "\n      /* d */\n",
        " /*+ h */ -- q\n",
    ];
    const AT_SIGNS: [&str; 5] = [" -- b\n", " /* b */ ", "\n-- b\n", "\n       -- b\n", " /* b */\n"];
    for (statement, dialect) in accepted() {
        let parse = parse_sql(&statement, dialect);
        let mut text = String::new();
        for token in parse.syntax().descendants_with_tokens().filter_map(SyntaxElement::into_token) {
            if token.kind() == SyntaxKind::WHITESPACE {
                text.push_str(BLANKS.get(chance(14)).copied().unwrap_or(token.text()));
                continue;
            }
            let is_sign = matches!(token.text(), "," | ")" | ";");
            if is_sign {
                text.push_str(AT_SIGNS.get(chance(25)).copied().unwrap_or_default());
            }
            text.push_str(token.text());
            if is_sign || token.text() == "(" {
                text.push_str(AT_SIGNS.get(chance(25)).copied().unwrap_or_default());
            }
        }
        assert_laws(&text, dialect);
    }
}

#[test]
fn of_very_long_and_very_deep_statements() {
    let terms: Vec<String> = (0..4_000).map(|number| format!("x = {number}")).collect();
    assert_laws(&format!("select a from t where {}", terms.join(" or ")), DialectKind::DuckDb);
    let numbers: Vec<String> = (0..4_000).map(|number| number.to_string()).collect();
    assert_laws(&format!("select x in ({})", numbers.join(",")), DialectKind::DuckDb);
    assert_laws(&format!("select {}1{}", "(".repeat(200), ")".repeat(200)), DialectKind::DuckDb);
    let deep = format!("{}select 1{}", "select * from (".repeat(60), ")".repeat(60));
    assert_laws(&deep, DialectKind::DuckDb);
}
