//! Sidecars, frontmatter and `_defaults.toml`.

use crate::support::{no_environment, render_findings};
use expect_test::{Expect, expect};
use rocky_project::{
    KeySpans, SidecarDocument, Strategy, TestKind, TestSeverity, TomlValue, expand_macros, has_frontmatter,
    parse_contract, parse_defaults, parse_macro, parse_seed, parse_settings_at, parse_sidecar,
    split_frontmatter,
};

fn parse(text: &str) -> SidecarDocument {
    parse_sidecar(text, &no_environment)
}

fn check(text: &str, expected: Expect) {
    expected.assert_eq(&render_findings(text, &parse(text).findings));
}

fn strategy(text: &str) -> Strategy {
    let document = parse(text);
    assert_eq!(render_findings(text, &document.findings), "", "{text}");
    document.settings.strategy.expect("a strategy")
}

#[test]
fn the_conformance_sidecar() {
    let text = include_str!("data/conformance_sidecar.toml");
    let document = parse(text);
    assert_eq!(document.findings, []);
    let settings = document.settings;
    assert_eq!(settings.intent.as_deref(), Some("One row per paid order"));
    assert_eq!(settings.depends_on.as_deref(), Some(&["stg_orders".into()][..]));
    assert_eq!(settings.freshness.and_then(|freshness| freshness.max_lag_seconds), Some(3600));
    assert_eq!(settings.sources[0].table, "payments");
    let interval = settings.strategy.as_ref().and_then(Strategy::time_interval).expect("an interval");
    assert_eq!((interval.time_column.as_str(), interval.lookback, interval.batch_size), ("day", 1, 1));
    let tests = settings.tests.expect("tests");
    assert_eq!(tests[0].severity, TestSeverity::Warning);
    assert_eq!(tests[0].filter.as_deref(), Some("status <> 'void'"));
    assert_eq!(
        tests[0].kind,
        TestKind::InRange { column: "amount".into(), min: Some("0".into()), max: None }
    );
}

#[test]
fn all_strategies_in_a_table_and_flat() {
    let cases = [
        ("full_refresh", ""),
        ("incremental", "timestamp_column = \"ts\""),
        ("merge", "unique_key = [\"id\"]\nupdate_columns = [\"a\"]"),
        ("time_interval", "time_column = \"d\"\ngranularity = \"month\"\nbatch_size = 3"),
        ("microbatch", "timestamp_column = \"ts\""),
        ("delete_insert", "partition_by = [\"d\"]"),
        ("ephemeral", ""),
        ("snapshot", "unique_key = [\"id\"]\nupdated_at = \"ts\"\nhard_deletes = \"invalidate\""),
        ("materialized_view", ""),
        ("dynamic_table", "target_lag = \"1 hour\""),
        ("view", ""),
    ];
    let mut shown = String::new();
    for (name, keys) in cases {
        let nested = strategy(&format!("[strategy]\ntype = \"{name}\"\n{keys}\n"));
        let flat = strategy(&format!("strategy = \"{name}\"\n{keys}\n"));
        assert_eq!(nested, flat);
        assert_eq!(nested.type_name(), name);
        shown += &format!("{nested:?}\n");
    }
    expect![[r#"
        FullRefresh
        Incremental { timestamp_column: "ts" }
        Merge { unique_key: ["id"], update_columns: Some(["a"]) }
        TimeInterval(TimeInterval { time_column: "d", granularity: Month, lookback: 0, batch_size: 3, first_partition: None })
        Microbatch(TimeInterval { time_column: "ts", granularity: Hour, lookback: 0, batch_size: 1, first_partition: None })
        DeleteInsert { partition_by: ["d"] }
        Ephemeral
        Snapshot { unique_key: ["id"], changes: UpdatedAt("ts"), invalidate_hard_deletes: true }
        MaterializedView
        DynamicTable { target_lag: "1 hour", warehouse: None }
        View
    "#]].assert_eq(&shown);
    let by_columns = "[strategy]\ntype = \"snapshot\"\nunique_key = [\"id\"]\ncheck_cols = [\"a\", \"b\"]";
    assert!(matches!(strategy(by_columns), Strategy::Snapshot { invalidate_hard_deletes: false, .. }));
}

#[test]
fn strategies_that_are_not_valid() {
    check(
        "[strategy]\ntype = \"mrege\"\n",
        expect![[r#"
        S008 error 2:8-2:15 strategy.type: 'mrege' is not a value of 'strategy.type'; allowed are full_refresh, incremental, merge, time_interval, microbatch, delete_insert, ephemeral, snapshot, materialized_view, dynamic_table, view
          = did you mean 'merge'?
          fix 2:8-2:15: "\"merge\""
    "#]],
    );
    check(
        "[strategy]\nunique_key = [\"id\"]\n",
        expect![[r#"
        S008 error 1:1-1:11 strategy.type: [strategy] needs the key 'type'
          = add `type = …`
    "#]],
    );
    check(
        "[strategy]\ntype = \"merge\"\nunique_key = []\n",
        expect![[r#"
        V028 error 3:14-3:16 strategy.unique_key: 'strategy.unique_key' must name at least one column
          = write the columns, such as `unique_key = ["id"]`
    "#]],
    );
    check(
        "[strategy]\ntype = \"merge\"\nunique_key = \"id\"\n",
        expect![[r#"
        S008 error 3:14-3:18 strategy.unique_key: 'strategy.unique_key' must be a list of strings, but it is a string
          = write a list of strings
    "#]],
    );
    check(
        "[strategy]\ntype = \"time_interval\"\ngranularity = \"week\"\nbatch_size = 0\n",
        expect![[r#"
        S008 error 1:1-1:11 strategy.time_column: [strategy] needs the key 'time_column'
          = add `time_column = …`
        S008 error 3:15-3:21 strategy.granularity: 'week' is not a value of 'strategy.granularity'; allowed are hour, day, month, year
          = use one of the allowed values
        S008 error 4:14-4:15 strategy.batch_size: 'strategy.batch_size' must be at least 1
          = correct the value
    "#]],
    );
    check(
        "strategy = \"incremental\"\n",
        expect![[r#"
        S008 error 1:12-1:25 timestamp_column: the top level needs the key 'timestamp_column'
          = add `timestamp_column = …`
    "#]],
    );
    check(
        "[strategy]\ntype = \"content_addressed\"\nstorage_prefix = \"x\"\n",
        expect![[r#"
        S008 error 2:8-2:27 strategy.type: the strategy 'content_addressed' is not supported
          = use 'merge' or 'delete_insert'
    "#]],
    );
}

#[test]
fn keys_that_mean_nothing_where_they_stand() {
    check(
        "nmae = \"x\"\n[target]\ncatalog = \"c\"\nschema = \"s\"\ndepends_on = [\"a\"]\ntabel = \"t\"\n\
         [strategy]\ntype = \"full_refresh\"\nintent = \"why\"\nunique_key = [\"id\"]\n",
        expect![[r#"
            V066 warning 1:1-1:5 nmae: 'nmae' is not a key of the top level
              = did you mean 'name'?
              fix 1:1-1:5: "name"
            V066 warning 5:1-5:11 target.depends_on: 'depends_on' stands below the header [target] and so belongs to that table, where it means nothing
              = move 'depends_on' above the first header of the file
            V066 warning 6:1-6:6 target.tabel: 'tabel' is not a key of [target]
              = did you mean 'table'?
              fix 6:1-6:6: "table"
            V066 warning 9:1-9:7 strategy.intent: 'intent' stands below the header [strategy] and so belongs to that table, where it means nothing
              = move 'intent' above the first header of the file
            V066 warning 10:1-10:11 strategy.unique_key: 'unique_key' is not a key of [strategy]
              = remove it; keys that exist here: type
        "#]],
    );
}

#[test]
fn wrong_types_and_broken_toml() {
    check(
        "name = 1\ndepends_on = \"a\"\ntarget = \"c.s.t\"\nsources = [1]\nformat = \"tabel\"\n",
        expect![[r#"
        S008 error 1:8-1:9 name: 'name' must be a string, but it is an integer
          = write a string
        S008 error 2:14-2:17 depends_on: 'depends_on' must be a list of strings, but it is a string
          = write a list of strings
        S008 error 3:10-3:17 target: 'target' must be a table, but it is a string
          = write a table
        S008 error 4:12-4:13 sources.0: 'sources.0' must be a table, but it is an integer
          = write a table
        S008 error 5:10-5:17 format: 'tabel' is not a value of 'format'; allowed are delta_table, iceberg_table, materialized_view, streaming_table, table, view
          = did you mean 'table'?
          fix 5:10-5:17: "\"table\""
    "#]],
    );
    check(
        "name = \"\"\n[target\ncatalog = \"c\"\n",
        expect![[r#"
        S008 error 2:8: the TOML is not valid: unclosed table, expected `]`
          = look for a missing quote, an unclosed bracket or a missing `=` here or just before
    "#]],
    );
    check(
        "depends_on = [\n  \"a\"\n",
        expect![[r#"
        S008 error 2:6: the TOML is not valid: unclosed array, expected `]`
          = look for a missing quote, an unclosed bracket or a missing `=` here or just before
    "#]],
    );
    let recovered = parse("name = \"x\"\n[target]\ncatalog = \"c\"\nschema = \n");
    assert!(!recovered.is_valid);
    assert_eq!(recovered.settings.name.as_deref(), Some("x"));
    assert_eq!(recovered.settings.target.catalog.as_deref(), Some("c"));
}

#[test]
fn tests_that_are_not_valid() {
    check(
        r#"
[[tests]]
type = "not_null"
[[tests]]
type = "accepted_values"
column = "s"
values = []
[[tests]]
type = "relationships"
column = "a"
to_table = "a.b.c.d"
to_column = "id"
[[tests]]
type = "row_count_range"
min = 5
max = 1
[[tests]]
type = "regex_match"
column = "a"
pattern = "a'b"
[[tests]]
type = "aggregate"
op = "sum"
cmp = "=>"
value = "nan"
[[tests]]
type = "composite"
kind = "unique"
columns = ["a"]
[[tests]]
type = "older_than_n_days"
column = "d"
days = 0
[[tests]]
type = "expression"
expression = " "
severity = "warn"
[[tests]]
column = "x"
"#,
        expect![[r#"
            V070 error 2:1-2:10 tests.0.column: [tests.0] needs the key 'column'
              = add `column = …`
            V070 error 7:10-7:12 tests.1.values: 'tests.1.values' must be a list of strings or numbers that is not empty
              = correct the value
            V070 error 11:12-11:21 tests.2.to_table: 'tests.2.to_table' must be a table name of one to three dotted parts
              = correct the value
            V070 error 15:7-15:8 tests.3.min: 'tests.3.min' must not be greater than 'max'
              = correct the value
            V070 error 20:11-20:16 tests.4.pattern: 'tests.4.pattern' must not contain a single quote, a backtick or `;`
              = correct the value
            V070 error 21:1-21:10 tests.5.column: [tests.5] needs the key 'column'
              = add `column = …`
            V070 error 24:7-24:11 tests.5.cmp: '=>' is not a value of 'tests.5.cmp'; allowed are lt, <, lte, <=, gt, >, gte, >=, eq, ==, ne, !=
              = did you mean '=='?
              fix 24:7-24:11: "\"==\""
            V070 error 25:9-25:14 tests.5.value: 'nan' is not a finite number, which 'tests.5.value' must be
              = correct the value
            V070 error 29:11-29:16 tests.6.columns: 'tests.6.columns' must name at least two columns
              = correct the value
            V070 error 33:8-33:9 tests.7.days: 'tests.7.days' must be at least 1
              = correct the value
            V070 error 36:14-36:17 tests.8.expression: 'tests.8.expression' must not be empty
              = correct the value
            V070 error 37:12-37:18 tests.8.severity: 'warn' is not a value of 'tests.8.severity'; allowed are error, warning
              = use one of the allowed values
            V070 error 38:1-38:10 tests.9.type: [tests.9] needs the key 'type'
              = add `type = …`
        "#]],
    );
    let fine = parse(
        "[[tests]]\ntype = \"accepted_values\"\ncolumn = \"a\"\nvalues = [1, 2.5, \"x\", true]\n\
         [[tests]]\ntype = \"in_range\"\ncolumn = \"a\"\nmin = -1\nmax = 2.5\n\
         [[tests]]\ntype = \"aggregate\"\nop = \"count\"\ncmp = \">=\"\nvalue = 1\n",
    );
    assert_eq!(fine.findings, []);
    let tests = fine.settings.tests.expect("tests");
    let values = ["1", "2.5", "x", "true"].map(Into::into).to_vec();
    assert_eq!(tests[0].kind, TestKind::AcceptedValues { column: "a".into(), values });
    assert_eq!(tests.len(), 3);
}

#[test]
fn unit_tests() {
    let text = r#"
[[test]]
name = "adds up"
[[test.given]]
ref = "orders"
rows = [{ id = 1, amount = 2.5 }, { id = 2, amount = 1 }]
[test.expect]
rows = [{ total = 3.5 }]
[[test]]
name = "empty"
expect = [{ rows = [], ordered = true }]
[[test]]
name = "empty"
expect = { rows = [] }
[[test]]
name = "no expectation"
[[test]]
expect = { rows = [1] }
"#;
    let document = parse(text);
    expect![[r#"
        V070 error 13:8-13:15 test.2.name: a unit test named 'empty' exists already in this file
          = give it another name
        V070 error 15:1-15:9 test.3.expect: [test.3] needs the key 'expect'
          = add `expect = …`
        V070 error 17:1-17:9 test.4.name: [test.4] needs the key 'name'
          = add `name = …`
        V070 error 18:19-18:22 test.4.expect.rows: 'test.4.expect.rows' must be a list of tables, one for each row
          = correct the value
    "#]].assert_eq(&render_findings(text, &document.findings));
    let tests = document.settings.unit_tests;
    assert_eq!(tests.iter().map(|test| test.name.as_str()).collect::<Vec<_>>(), ["adds up", "empty"]);
    assert_eq!(tests[0].given[0].rows[0][1], ("amount".into(), TomlValue::Float("2.5".into())));
    assert!(tests[1].expect.ordered);
}

#[test]
fn defaults_of_a_folder() {
    let text = "name = \"x\"\ndepends_on = []\nsources = []\nowner = \"me\"\n\
                [target]\ncatalog = \"c\"\nschema = \"s\"\ntable = \"t\"\n[strategy]\ntype = \"ephemeral\"\n";
    let document = parse_defaults(text, &no_environment);
    expect![[r#"
        S008 error 1:1-1:5 name: 'name' belongs to one model and cannot be a default of a whole folder
          = move it to the sidecars of the models that need it
        S008 error 2:1-2:11 depends_on: 'depends_on' belongs to one model and cannot be a default of a whole folder
          = move it to the sidecars of the models that need it
        S008 error 3:1-3:8 sources: 'sources' belongs to one model and cannot be a default of a whole folder
          = move it to the sidecars of the models that need it
        V066 warning 4:1-4:6 owner: 'owner' is not a key of the top level
          = remove it; keys that exist here: target, strategy, intent, freshness, adapter, format, format_options, tests, tags, name, depends_on, sources
        S008 error 8:1-8:6 target.table: 'target.table' belongs to one model and cannot be a default of a whole folder
          = move it to the sidecars of the models that need it
    "#]].assert_eq(&render_findings(text, &document.findings));
    let settings = document.settings;
    assert_eq!((settings.name, settings.target.table, settings.depends_on), (None, None, None));
    assert_eq!(settings.target.schema.as_deref(), Some("s"));
    assert_eq!(settings.strategy, Some(Strategy::Ephemeral));
}

#[test]
fn later_keys_are_kept() {
    let text = r#"
tags = { team = "web", tier = 1 }
group = "marts"
args = { region = "eu" }
classification = { email = "pii" }
retention = "30d"
format = "iceberg_table"
[format_options]
table_properties = [["a.b", "1"]]
[columns.email]
description = "where to write"
[[use_test]]
name = "positive"
column = "amount"
"#;
    let document = parse(text);
    assert_eq!(render_findings(text, &document.findings), "");
    let settings = document.settings;
    assert_eq!(settings.tags, Some(vec![("team".into(), "web".into()), ("tier".into(), "1".into())]));
    assert_eq!(settings.kept, [("retention".into(), TomlValue::String("30d".into()))]);
    assert_eq!(settings.test_uses[0].column.as_deref(), Some("amount"));
    assert_eq!(settings.column_descriptions, [("email".into(), "where to write".into())]);
    let listed = parse("tags = [\"b\", \"a\"]");
    assert_eq!(listed.settings.tags, Some(vec![("a".into(), "".into()), ("b".into(), "".into())]));
}

#[test]
fn variables_in_sidecars() {
    let environment = |name: &str| (name == "PROJECT").then(|| "prod".to_owned());
    let document = parse_sidecar("[target]\ncatalog = \"${PROJECT}\"\nschema = \"${NO}\"\n", &environment);
    assert_eq!(document.findings, []);
    assert_eq!(document.settings.target.catalog.as_deref(), Some("prod"));
    assert_eq!(document.settings.target.schema.as_deref(), Some("${NO}"));
    assert_eq!(document.unset[0].name, "NO");
}

fn split(text: &str) -> String {
    match split_frontmatter(text) {
        None => "no frontmatter".to_owned(),
        Some(parts) => {
            let findings: Vec<_> = parts.finding.into_iter().collect();
            format!(
                "toml {:?}\nbody {:?}\n{}",
                &text[parts.toml],
                &text[parts.body],
                render_findings(text, &findings)
            )
        }
    }
}

#[test]
fn frontmatter() {
    expect![[r#"
        toml "name = \"x\"\n"
        body "SELECT 1\n"
    "#]]
    .assert_eq(&split("\n ---toml\nname = \"x\"\n---\nSELECT 1\n"));
    expect![[r#"
        toml "name = \"x\"\r\n"
        body "SELECT 1"
    "#]]
    .assert_eq(&split("---toml\r\nname = \"x\"\r\n---\r\nSELECT 1"));
    expect![[r#"
        toml "name = \"x\"\n"
        body "FROM t"
        S008 error 3:1-3:13: the line that closes the `---toml` block holds more than `---`
          = put what follows `---` on a line of its own
    "#]]
    .assert_eq(&split("---toml\nname = \"x\"\n--- SELECT 1\nFROM t"));
    expect![[r#"
        toml "name = \"x\"\nSELECT 1"
        body ""
        S008 error 1:1-1:8: the `---toml` block is not closed, so the file has no body
          = end the block with a line `---`
    "#]]
    .assert_eq(&split("---toml\nname = \"x\"\nSELECT 1"));
    for text in ["", "SELECT 1", "---tomlx\n---", "--- toml\n---", "-- ---toml"] {
        assert!(!has_frontmatter(text), "{text:?}");
    }
    let text = "---toml\nnaem = \"x\"\n---\nSELECT 1";
    let parts = split_frontmatter(text).expect("frontmatter");
    let document = parse_settings_at(&text[parts.toml.clone()], parts.toml.start, &no_environment);
    expect![[r#"
        V066 warning 2:1-2:5 naem: 'naem' is not a key of the top level
          = did you mean 'name'?
          fix 2:1-2:5: "name"
    "#]]
    .assert_eq(&render_findings(text, &document.findings));
}

#[test]
fn spans_of_keys() {
    let text = "name = \"x\"\ndepends_on = [\"a\", \"${B}\"]\n[strategy]\ntype = \"merge\"\n[[tests]]\ntype = \"unique\"\n";
    let environment = |_: &str| Some("longer".to_owned());
    let spans = KeySpans::of(text, 0, &environment);
    let mut shown = String::new();
    for path in spans.paths() {
        let span = spans.get(path).expect("a span");
        let slice =
            |range: rocky_syntax::TextRange| &text[usize::from(range.start())..usize::from(range.end())];
        shown += &format!("{path}: {:?} {:?}\n", slice(span.key), slice(span.value));
    }
    expect![[r#"
        depends_on: "depends_on" "[\"a\", \"${B}\"]"
        depends_on.0: "\"a\"" "\"a\""
        depends_on.1: "\"${B}\"" "\"${B}\""
        name: "name" "\"x\""
        strategy: "strategy" "[strategy]"
        strategy.type: "type" "\"merge\""
        tests: "tests" "[[tests]]"
        tests.0: "[[tests]]" "[[tests]]"
        tests.0.type: "type" "\"unique\""
    "#]]
    .assert_eq(&shown);
    let nearest = spans.nearest("strategy.unique_key.0").expect("a range");
    assert_eq!(&text[usize::from(nearest.start())..usize::from(nearest.end())], "[strategy]");
    let at = u32::try_from(text.find("\"a\"").unwrap_or(0) + 1).unwrap_or(0);
    assert_eq!(spans.path_at(at.into()), Some("depends_on.0"));
}

#[test]
fn no_text_makes_a_parser_panic() {
    let pieces = [
        "---toml\n",
        "---",
        "\n",
        "[strategy]",
        "type = ",
        "\"merge\"",
        "[[tests]]",
        "${",
        "}",
        "$${X}",
        "=",
        "[",
        "]",
        "\"",
        "'''",
        "é",
        "\u{0}",
        "name",
        "#",
        "-- @macro a(b: ",
        "@a(",
        ")",
        "{b}",
        "macro x(",
        ",",
        "\\",
        "1e999",
        "0x",
        "{",
    ];
    let macros = parse_macro("-- @macro a(b)\n{b} @b {é @", false).declared.into_iter();
    let macros = macros.map(|declared| (declared.name.clone(), declared)).collect();
    let mut seed = 11u64;
    for _ in 0..4000 {
        let mut text = String::new();
        for _ in 0..14 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            text.push_str(pieces[(seed >> 33) as usize % pieces.len()]);
        }
        let environment = |name: &str| (name.len() % 2 == 1).then(|| text.clone());
        let mut findings = parse_sidecar(&text, &environment).findings;
        findings.extend(parse_defaults(&text, &environment).findings);
        findings.extend(parse_contract(&text, &environment).findings);
        findings.extend(parse_seed(&text, &environment).findings);
        findings.extend(parse_macro(&text, false).findings);
        findings.extend(parse_macro(&text, true).findings);
        if let Some(parts) = split_frontmatter(&text) {
            findings.extend(
                parse_settings_at(&text[parts.toml.clone()], parts.toml.start, &environment).findings,
            );
            assert_eq!(&text[parts.body.end..], "");
        }
        let expansion = expand_macros(&text, &macros);
        findings.extend(expansion.findings);
        let pieces: usize = expansion.pieces.iter().map(|piece| piece.expanded.len()).sum();
        assert_eq!(pieces, expansion.text.len());
        for finding in findings {
            let (start, end) = (usize::from(finding.range.start()), usize::from(finding.range.end()));
            assert!(text.get(start..end).is_some(), "{text:?}: {finding:?}");
        }
    }
}

#[test]
fn byte_order_marks_and_windows_line_ends() {
    let text = "\u{feff}name = \"x\"\r\n[target]\r\ncatalog = \"c\"\r\nschma = \"s\"\r\n";
    let document = parse(text);
    assert!(document.is_valid);
    assert_eq!(document.settings.name.as_deref(), Some("x"));
    expect![[r#"
        V066 warning 4:1-4:6 target.schma: 'schma' is not a key of [target]
          = did you mean 'schema'?
          fix 4:1-4:6: "schema"
    "#]]
    .assert_eq(&render_findings(text, &document.findings));
    let body = "\u{feff}---toml\r\nname = \"x\"\r\n---\r\nSELECT 1";
    assert_eq!(split_frontmatter(body).map(|parts| &body[parts.body]), Some("SELECT 1"));
}
