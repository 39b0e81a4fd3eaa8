//! Findings about whole files.

use rocky_syntax::{DialectKind, parse_sql, validate_sql};

fn codes(text: &str) -> Vec<(&'static str, String)> {
    let parse = parse_sql(text, DialectKind::DuckDb);
    assert_eq!(parse.errors(), [], "{text}");
    validate_sql(&parse.tree(), DialectKind::DuckDb)
        .into_iter()
        .map(|finding| (finding.code, text[finding.range].to_owned()))
        .collect()
}

#[test]
fn one_query_is_fine() {
    assert_eq!(codes("select 1"), []);
    assert_eq!(codes("-- note\nselect 1;\n-- end\n"), []);
    assert_eq!(codes("((select 1) union all (select 2));;"), []);
}

#[test]
fn several_statements_are_counted() {
    assert_eq!(codes("select 1; select 2;  select 3 ;"), [("S002", "select 2;".to_owned())]);
    let parse = parse_sql("select 1; select 2; select 3", DialectKind::DuckDb);
    let findings = validate_sql(&parse.tree(), DialectKind::DuckDb);
    assert!(findings[0].message.contains("3 statements"), "{findings:?}");
}

#[test]
fn other_statements_are_named() {
    assert_eq!(codes("insert into t select 1"), [("S003", "insert".to_owned())]);
    assert_eq!(codes("CREATE TABLE t (a int);"), [("S003", "CREATE".to_owned())]);
    assert_eq!(codes("set x = 1; select 1"), [("S003", "set".to_owned()), ("S002", "select 1".to_owned())]);
}

#[test]
fn nothing_is_a_finding() {
    assert_eq!(codes(""), [("S004", String::new())]);
    assert_eq!(codes(" -- only a comment\n;;"), [("S004", String::new())]);
}

#[test]
fn jinja_is_one_finding() {
    assert_eq!(codes("select * from {{ ref('a') }} where {{ x }}"), [("S005", "{{ ref('a') }}".to_owned())]);
    assert_eq!(codes("{% if a %} select 1 {% endif %}"), [("S005", "{% if a %}".to_owned())]);
}

#[test]
fn databricks_parameters_are_no_jinja() {
    let text = "select {{ p }} from {{ ref('a') }}";
    let parse = parse_sql(text, DialectKind::Databricks);
    let codes: Vec<_> =
        validate_sql(&parse.tree(), DialectKind::Databricks).iter().map(|it| it.code).collect();
    assert_eq!(codes, ["S007", "S005"]);
}
