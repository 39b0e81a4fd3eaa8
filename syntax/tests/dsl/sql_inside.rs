//! What the Rocky language hands to SQL as it stands must be SQL: types, and words with a grammar of their own.

use expect_test::expect;

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

#[test]
fn stars_that_multiply() {
    let text = format!("from t group a, b {{ }} {}", "select { *, *, * } ".repeat(12));
    let out = findings(&text, &[]);
    let first = out.lines().find(|line| line.starts_with("S017")).unwrap_or_default();
    expect![[r#"S017 Error 1:171 "*": with this `*` the step has more than 10000 columns"#]].assert_eq(first);
}
