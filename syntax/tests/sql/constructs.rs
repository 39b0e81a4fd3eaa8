//! Constructs that not every dialect has: the table, its page in the documentation, and the findings.

use std::fmt::Write as _;

use expect_test::expect_file;
use rocky_syntax::{CONSTRUCTS, DialectKind, parse_sql, validate_sql};

const DIALECTS: [(DialectKind, &str); 6] = [
    (DialectKind::DuckDb, "DuckDB"),
    (DialectKind::Databricks, "Databricks"),
    (DialectKind::Snowflake, "Snowflake"),
    (DialectKind::BigQuery, "BigQuery"),
    (DialectKind::Postgres, "Postgres"),
    (DialectKind::Ansi, "ANSI SQL"),
];

/// The findings about foreign constructs: covered text and message.
fn foreign(text: &str, dialect: DialectKind) -> Vec<(String, String)> {
    let parse = parse_sql(text, dialect);
    assert_eq!(parse.errors(), [], "{text} in {}", dialect.name());
    validate_sql(&parse.tree(), dialect)
        .into_iter()
        .filter(|finding| finding.code == "S007")
        .map(|finding| (text[finding.range].to_owned(), finding.message))
        .collect()
}

/// Examples that are another construct in some dialect: a comment or a path into a document.
const READ_OTHERWISE: [(&str, DialectKind); 7] = [
    ("select x: a + 1 from t", DialectKind::Databricks),
    ("select x: a + 1 from t", DialectKind::Snowflake),
    ("select a #> b from t", DialectKind::Snowflake),
    ("select a #> b from t", DialectKind::BigQuery),
    ("select #1 from t", DialectKind::Snowflake),
    ("select #1 from t", DialectKind::BigQuery),
    ("select a // 2 from t", DialectKind::Snowflake),
];

/// Every example is accepted where the table says so and named where it does not.
#[test]
fn examples() {
    let mut wrong = String::new();
    for construct in CONSTRUCTS {
        assert!(!construct.dialects.is_empty() || construct.elsewhere.is_some(), "{}", construct.name);
        for (dialect, title) in DIALECTS {
            if READ_OTHERWISE.contains(&(construct.example, dialect)) {
                continue;
            }
            let parse = parse_sql(construct.example, dialect);
            if let Some(error) = parse.errors().first() {
                let _ = writeln!(wrong, "{title}: {}: {}", construct.example, error.message);
                continue;
            }
            let messages: Vec<String> =
                foreign(construct.example, dialect).into_iter().map(|(_, message)| message).collect();
            let message = format!("{} is not available in {title}", construct.name);
            if construct.is_in(dialect) && !messages.is_empty() {
                let _ = writeln!(wrong, "{title}: {}: {messages:?}", construct.example);
            }
            if !construct.is_in(dialect) && !messages.contains(&message) {
                let _ = writeln!(wrong, "{title}: {}: not found, but {messages:?}", construct.example);
            }
        }
        assert_eq!(foreign(construct.example, DialectKind::Permissive), [], "{}", construct.example);
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// `docs/sql-dialects.md` is the table; `UPDATE_EXPECT=1` writes it.
#[test]
fn page() {
    let mut page = String::from(
        "# SQL of the dialects\n\n\
         Rocky reads the SQL of every dialect in every model. A construct that the warehouse of the model does not\n\
         have is a warning, S007, that names who has it and what to write instead. A model whose warehouse is not\n\
         known may use everything.\n\n\
         The table is the one that the check uses; a test keeps this page equal to it. A dialect whose documentation\n\
         leaves room for doubt has the construct.\n\n",
    );
    page.push_str("| Construct | Example |");
    for (_, title) in DIALECTS {
        let _ = write!(page, " {title} |");
    }
    page.push_str(" Where it is missing, write |\n|---|---|");
    page.push_str(&"---|".repeat(DIALECTS.len() + 1));
    page.push('\n');
    for construct in CONSTRUCTS {
        let also = construct.elsewhere.map(|owner| format!(" ({owner})")).unwrap_or_default();
        let _ = write!(page, "| {}{also} | `{}` |", cell(construct.name), cell(construct.example));
        for (dialect, _) in DIALECTS {
            page.push_str(if construct.is_in(dialect) { " yes |" } else { " |" });
        }
        let _ = writeln!(page, " {} |", cell(construct.instead.unwrap_or("")));
    }
    expect_file!["../../../docs/sql-dialects.md"].assert_eq(&page);
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[test]
fn findings_stand_at_their_words() {
    let at = |text: &str, dialect| -> Vec<String> {
        foreign(text, dialect).into_iter().map(|(covered, _)| covered).collect()
    };
    let text = "select a::int, b::text, * exclude (x) from t qualify c > 1 limit 5";
    assert_eq!(at(text, DialectKind::Postgres), ["exclude", "qualify"]);
    assert_eq!(at(text, DialectKind::BigQuery), ["::", "::", "exclude"]);
    assert_eq!(at(text, DialectKind::DuckDb), [""; 0]);
    assert_eq!(at("select a from t left semi join u using (a)", DialectKind::DuckDb), ["left semi"]);
    assert_eq!(at("select x -> 'a' ->> 'b' from t", DialectKind::Snowflake), ["->", "->>"]);
    assert_eq!(
        at(
            "select * from t version as of 1 union select * from u lateral view explode(a) v as b",
            DialectKind::BigQuery
        ),
        ["version", "union", "lateral view"]
    );
    assert_eq!(at("from t |> where a > 1 |> limit 1", DialectKind::Snowflake), ["|>", "|>"]);
    assert_eq!(
        at("with a as (select 1), b as (from a) select top 5 x from b", DialectKind::Postgres),
        ["from", "top"]
    );
}

/// Names that look like constructs, and constructs that only look foreign.
#[test]
fn nothing_is_said_about_plain_sql() {
    for text in [
        "select qualify.a, exclude, rename, sample, pivot from qualify_t as qualify",
        "select array[0], columns, unnest, flatten from t",
        "select columns('a'), flatten(a) from t",
        "select a from t where a in (select b from u) and b in (@macro(c)) and c in @list()",
        "select a from t where a = any (select 1)",
        "select count(*) over (partition by a order by b rows between 1 preceding and current row) from t",
        "select 'it''s //, ==, :: and ->' as a -- a::int // b\nfrom t",
        "select a from @schema(x).t cross join u left join v on u.a = v.a",
    ] {
        for (dialect, _) in DIALECTS {
            // A macro may expand to anything; a name without parentheses is no call.
            if parse_sql(text, dialect).errors().is_empty() {
                assert_eq!(foreign(text, dialect), [], "{text} in {}", dialect.name());
            }
        }
    }
}

/// Text that is broken gets its error and no guesses.
#[test]
fn broken_text_is_not_judged() {
    for text in ["select a::int fro t qualify x", "select * exclude ) from t"] {
        let parse = parse_sql(text, DialectKind::Postgres);
        assert!(!parse.errors().is_empty());
        if parse.syntax().descendants().any(|node| format!("{:?}", node.kind()) == "ERROR_NODE") {
            assert!(
                validate_sql(&parse.tree(), DialectKind::Postgres).iter().all(|it| it.code != "S007"),
                "{text}"
            );
        }
    }
}

#[test]
fn the_advice_names_the_owners() {
    let parse = parse_sql("select a from t qualify b > 1", DialectKind::Postgres);
    let findings = validate_sql(&parse.tree(), DialectKind::Postgres);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].message, "QUALIFY is not available in Postgres");
    assert_eq!(
        findings[0].help.as_deref(),
        Some(
            "DuckDB, Databricks, Snowflake and BigQuery have it; instead: compute the window function in a \
             subquery and filter outside it with WHERE"
        )
    );
}
