//! Contracts and the sidecars of seeds.

use crate::support::{no_environment, place, render_findings};
use expect_test::expect;
use rocky_base_db::FilePath;
use rocky_project::{SeedFormat, parse_contract, parse_seed};

#[test]
fn contracts() {
    let text = r#"
[[columns]]
name = "depot_id"
type = "Int64"
nullable = false
[[columns]]
type = "String"
[[columns]]
name = "x"
nulable = true
[rules]
required = ["depot_id"]
protected = "depot_id"
no_new_nullable = true
allowed_type_changes = [{ from = "Int32", to = "Int64" }]
"#;
    let document = parse_contract(text, &no_environment);
    expect![[r#"
        S008 error 6:1-6:12 columns.1.name: [columns.1] needs the key 'name'
          = add `name = …`
        V066 warning 10:1-10:8 columns.2.nulable: 'nulable' is not a key of [columns.2]
          = did you mean 'nullable'?
          fix 10:1-10:8: "nullable"
        S008 error 13:13-13:23 rules.protected: 'rules.protected' must be a list of strings, but it is a string
          = write a list of strings
        V066 warning 15:1-15:21 rules.allowed_type_changes: 'allowed_type_changes' is not a key of [rules]
          = remove it; keys that exist here: required, protected, no_new_nullable
    "#]].assert_eq(&render_findings(text, &document.findings));
    let contract = &document.contract;
    assert_eq!(contract.columns.len(), 2);
    assert_eq!(contract.columns[0].nullable, Some(false));
    assert_eq!(contract.required, ["depot_id"]);
    assert!(contract.no_new_nullable);
    assert_eq!(contract.allowed_type_changes, None);
    let span = document.spans.get("columns.0.type").expect("a span");
    assert_eq!(place(text, span.value), "4:8-4:15");
    let listed = parse_contract("allowed_type_changes = []", &no_environment);
    assert_eq!(listed.contract.allowed_type_changes, Some(Vec::new()));
}

#[test]
fn a_broken_contract() {
    let text = "[[columns]]\nname = depot\n";
    expect![[r#"
        S008 error 2:8-2:13: the TOML is not valid: string values must be quoted, expected literal string
          = look for a missing quote, an unclosed bracket or a missing `=` here or just before
    "#]]
    .assert_eq(&render_findings(text, &parse_contract(text, &no_environment).findings));
}

#[test]
fn seeds() {
    let text = "strategy = \"append\"\ncolum_types = { id = \"BIGINT\" }\n[target]\ntable = \"t\"\n";
    let document = parse_seed(text, &no_environment);
    expect![[r#"
        V069 error 1:12-1:20 strategy: 'append' is not a value of 'strategy'; allowed are drop_and_recreate
          = use one of the allowed values
        V066 warning 2:1-2:12 colum_types: 'colum_types' is not a key of the top level
          = did you mean 'column_types'?
          fix 2:1-2:12: "column_types"
        V069 error 3:1-3:9 target.schema: [target] needs the key 'schema'
          = add `schema = …`
    "#]]
    .assert_eq(&render_findings(text, &document.findings));
    let fine = parse_seed("[column_types]\nid = \"BIGINT\"\nday = \"DATE\"\n", &no_environment);
    assert_eq!(fine.findings, []);
    assert_eq!(fine.settings.column_types, [("day".into(), "DATE".into()), ("id".into(), "BIGINT".into())]);
    assert_eq!(SeedFormat::of(&FilePath::new("seeds/A.CSV")), Some(SeedFormat::Csv));
    assert_eq!(SeedFormat::of(&FilePath::new("seeds/a.tsv")).map(SeedFormat::delimiter), Some('\t'));
    assert_eq!(SeedFormat::of(&FilePath::new("seeds/a.txt")), None);
}
