//! What the Rocky language hands to SQL as it stands must be SQL: types, and words with a grammar of their own.

use expect_test::expect;

use rocky_syntax::dsl::{parse_dsl, validate_dsl};
use rocky_syntax::{DialectKind, keyword_kind, parse_sql};

use super::support::findings;

#[test]
fn types_and_special_forms() {
    let mut out = String::new();
    for text in [
        "from t derive { a: cast(x as decimal(10, 2)), b: x::double precision }",
        "from t derive { a: cast(x as struct<a int, b array<string>>) }",
        "from t derive { a: cast(x as decimal(1:: 2)) }",
        "from t derive { a: cast(x asca sedi int) }",
        "from t derive { a: exists(x, y) }",
        "from t derive { a: left(x, 2), b: if(x, 1, 2), c: replace(x, 'a', 'b') }",
    ] {
        out.push_str(&format!("> {text}\n{}", findings(text, &[])));
    }
    expect![[r#"
        > from t derive { a: cast(x as decimal(10, 2)), b: x::double precision }
        > from t derive { a: cast(x as struct<a int, b array<string>>) }
        > from t derive { a: cast(x as decimal(1:: 2)) }
        S011 Error 1:30 "decimal(1:: 2)": `decimal(1:: 2)` is not a type
            help: write a type of the warehouse, e.g. `decimal(10, 2)`
        > from t derive { a: cast(x asca sedi int) }
        S011 Error 1:20 "cast": `cast` cannot be called with 4 arguments
            help: write `cast(x as int)`
        > from t derive { a: exists(x, y) }
        > from t derive { a: left(x, 2), b: if(x, 1, 2), c: replace(x, 'a', 'b') }
    "#]]
    .assert_eq(&out);
}

/// Which words are no plain functions is a table, as SQL's grammar is too much to ask at each keystroke; here it is
/// asked for every keyword. The same for types of one word.
#[test]
fn the_tables_say_what_the_grammar_of_sql_says() {
    let grammar = include_str!("../../grammar/sql.ungram");
    let words: std::collections::BTreeSet<String> = grammar
        .split('\'')
        .filter(|word| word.chars().all(|char| char.is_ascii_uppercase() || char == '_'))
        .filter(|word| keyword_kind(word).is_some())
        .map(str::to_lowercase)
        .collect();
    assert!(words.len() > 250, "{}", words.len());
    let is_sql = |text: &str| parse_sql(text, DialectKind::Permissive).errors().is_empty();
    let mut refused = 0;
    for word in &words {
        for count in 0..6 {
            let call = format!("{word}({})", vec!["x"; count].join(", "));
            let parse = parse_dsl(&format!("from t derive {{ a: {call} }}"));
            if !parse.errors().is_empty() {
                // A reserved word of Rocky.
                continue;
            }
            let taken = validate_dsl(&parse.tree()).is_empty();
            assert_eq!(taken, is_sql(&format!("SELECT {call}")), "{call}");
            refused += usize::from(!taken);
        }
        for ty in [word.clone(), format!("{word}(1)"), format!("{word}(1, 2)")] {
            let parse = parse_dsl(&format!("from t derive {{ a: cast(x as {ty}) }}"));
            if parse.errors().is_empty() {
                let taken = validate_dsl(&parse.tree()).is_empty();
                assert_eq!(taken, is_sql(&format!("SELECT CAST(NULL AS {ty})")), "{ty}");
            }
        }
    }
    assert!(refused > 50, "{refused}");
}

#[test]
fn stars_that_multiply() {
    let text = format!("from t group a, b {{ }} {}", "select { *, *, * } ".repeat(12));
    let out = findings(&text, &[]);
    let first = out.lines().find(|line| line.starts_with("S017")).unwrap_or_default();
    expect![[r#"S017 Error 1:171 "*": with this `*` the step has more than 10000 columns"#]].assert_eq(first);
}
