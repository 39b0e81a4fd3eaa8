//! One rich report in every format.

use expect_test::{expect, expect_file};
use rocky_report::{
    Case, Figures, Finding, Level, Outcome, Place, Report, Rule, Verdict, github, junit, markdown, sarif,
};

fn place(file: &str, line: u32, column: u32, end_line: u32, end_column: u32) -> Place {
    Place { file: file.into(), line, column, end_line, end_column }
}

fn finding(level: Level, code: &str, message: &str) -> Finding {
    Finding {
        level,
        code: code.into(),
        message: message.into(),
        suggestion: None,
        place: None,
        related: vec![],
        model: String::new(),
    }
}

fn case(group: &str, name: &str, outcome: Outcome) -> Case {
    Case {
        group: group.into(),
        name: name.into(),
        file: format!("models/{group}.sql"),
        outcome,
        milliseconds: 1_250,
    }
}

fn rule(code: &str, title: &str, advice: &str) -> Rule {
    Rule { code: code.into(), title: title.into(), advice: advice.into() }
}

/// Every text holds what some format must escape.
fn report() -> Report {
    Report {
        title: "Rocky CI".into(),
        version: "2.0.0".into(),
        project_file: "rocky.toml".into(),
        models: vec!["orders".into(), "totals".into()],
        findings: vec![
            Finding {
                suggestion: Some("did you mean 'id'?".into()),
                place: Some(place("models/tot als,ä:1.sql", 2, 8, 2, 11)),
                related: vec![("put out here".into(), place("models/orders.sql", 1, 1, 3, 1))],
                model: "totals".into(),
                ..finding(Level::Error, "E003", "'idd' is no column: 100% <b>&\n\"odd\" | `x` @you")
            },
            Finding {
                model: "nope".into(),
                ..finding(Level::Warning, "W011", "a contract for an unknown model")
            },
            Finding {
                place: Some(place("models/orders.sql", 1, 8, 2, 1)),
                model: "orders".into(),
                ..finding(Level::Note, "I001", "a star")
            },
        ],
        cases: vec![
            case("orders", "orders", Outcome::Passed),
            case("orders", "orders::not_null_id", Outcome::Failed("2 violations\nid = \u{1}<NULL>".into())),
            case("orders", "orders::unique_id", Outcome::Warned("1 row".into())),
            Case {
                file: String::new(),
                ..case("", "positive", Outcome::NotEvaluated("'orders' was not built".into()))
            },
        ],
        rules: vec![
            rule("E003", "a column does not exist", "Correct the name."),
            rule("I001", "a star", "Name the columns."),
            rule("W011", "a contract for an unknown model", "Rename the contract."),
        ],
        figures: vec![Figures { name: "Types known".into(), value: "9 of 10 columns (90.0 %)".into() }],
    }
}

#[test]
fn annotations_are_one_escaped_line_each() {
    expect![[r#"
        ::error file=models/tot als%2Cä%3A1.sql,line=2,endLine=2,col=8,endColumn=10,title=E003 in totals::'idd' is no column: 100%25 <b>&%0A"odd" | `x` @you%0Adid you mean 'id'?%0Amodels/orders.sql:1:1: put out here
        ::warning title=W011 in nope::a contract for an unknown model
        ::notice file=models/orders.sql,line=1,endLine=1,col=8,title=I001 in orders::a star
        ::error file=models/orders.sql,title=test orders%3A%3Anot_null_id failed::2 violations%0Aid = <NULL>
        ::warning file=models/orders.sql,title=test orders%3A%3Aunique_id failed::1 row
        ::warning title=not evaluated%3A 1 test::'orders' was not built: positive
    "#]]
    .assert_eq(&github(&report()));
    assert_eq!(github(&Report::default()), "");
}

#[test]
fn junit_has_a_case_for_every_model_and_test() {
    expect![[r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="Rocky CI" tests="7" failures="2" errors="0" skipped="1" time="5.000">
          <testsuite name="compile" tests="3" failures="1" errors="0" skipped="0" time="0.000">
            <testcase classname="compile" name="project" time="0.000">
              <system-out>warning[W011]: a contract for an unknown model</system-out>
            </testcase>
            <testcase classname="compile" name="orders" file="models/orders.sql" time="0.000">
              <system-out>models/orders.sql:1:8: info[I001]: a star</system-out>
            </testcase>
            <testcase classname="compile" name="totals" file="models/tot als,ä:1.sql" time="0.000">
              <failure type="E003" message="'idd' is no column: 100% &lt;b&gt;&amp;&#10;&quot;odd&quot; | `x` @you">models/tot als,ä:1.sql:2:8: error[E003]: 'idd' is no column: 100% &lt;b&gt;&amp;
        "odd" | `x` @you (did you mean 'id'?)</failure>
            </testcase>
          </testsuite>
          <testsuite name="test" tests="4" failures="1" errors="0" skipped="1" time="5.000">
            <testcase classname="orders" name="orders" file="models/orders.sql" time="1.250"/>
            <testcase classname="orders" name="orders::not_null_id" file="models/orders.sql" time="1.250">
              <failure type="failed" message="2 violations">2 violations
        id = �&lt;NULL&gt;</failure>
            </testcase>
            <testcase classname="orders" name="orders::unique_id" file="models/orders.sql" time="1.250">
              <system-out>warning: 1 row</system-out>
            </testcase>
            <testcase classname="project" name="positive" time="1.250">
              <skipped message="not evaluated: 'orders' was not built"/>
            </testcase>
          </testsuite>
        </testsuites>
    "#]]
    .assert_eq(&junit(&report()));
}

#[test]
fn the_summary_escapes_what_is_not_ours() {
    expect![[r###"
        ## Rocky CI

        ❌ There are failures.

        | | |
        |---|---|
        | Models | 2 |
        | Compile | 1 error, 1 warning, 1 note |
        | Tests | 1 passed, 1 failed, 1 warned, 1 not evaluated |
        | Types known | 9 of 10 columns (90.0 %) |

        ### Errors

        | Code | Place | Message |
        |---|---|---|
        | E003 | `models/tot als,ä:1.sql:2:8` | 'idd' is no column: 100% &lt;b&gt;&amp; "odd" \| \`x\` @‍you<br>💡 did you mean 'id'? |

        ### Failed tests

        | Test | Found |
        |---|---|
        | `orders::not_null_id` | 2 violations id = �&lt;NULL&gt; |

        ### Not evaluated

        | Test | Found |
        |---|---|
        | `positive` | 'orders' was not built |

        <details><summary>Warnings (1)</summary>

        | Code | Place | Message |
        |---|---|---|
        | W011 | `nope` | a contract for an unknown model |

        </details>

        <details><summary>Tests with warnings (1)</summary>

        | Test | Found |
        |---|---|
        | `orders::unique_id` | 1 row |

        </details>

        <details><summary>Notes (1)</summary>

        | Code | Place | Message |
        |---|---|---|
        | I001 | `models/orders.sql:1:8` | a star |

        </details>
    "###]].assert_eq(&markdown(&report()));
}

#[test]
fn long_tables_say_what_they_leave_out() {
    let many = Report { findings: vec![finding(Level::Error, "E003", &"x".repeat(1_000)); 60], ..report() };
    let text = markdown(&many);
    assert!(text.contains("… and 10 more.") && text.len() < 65_536, "{}", text.len());
}

#[test]
fn a_report_with_open_questions_is_not_a_success() {
    let mut report = report();
    assert_eq!(report.verdict(), Verdict::Failed);
    report.findings.clear();
    report.cases.retain(|case| !matches!(case.outcome, Outcome::Failed(_)));
    assert_eq!(report.verdict(), Verdict::Incomplete);
    assert!(markdown(&report).contains("not everything was evaluated"));
    report.cases.retain(|case| !matches!(case.outcome, Outcome::NotEvaluated(_)));
    assert_eq!(report.verdict(), Verdict::Passed);
}

/// `sarif-2.1.0.schema.json` is the schema that OASIS publishes with the standard, its descriptions left out.
#[test]
fn sarif_is_what_the_standard_says() {
    let schema = include_str!("sarif-2.1.0.schema.json");
    let schema: serde_json::Value = serde_json::from_str(schema).expect("the schema");
    let validator = jsonschema::draft4::new(&schema).expect("a sound schema");
    for report in [report(), Report { version: "2.0.0".into(), ..Report::default() }] {
        let log: serde_json::Value = serde_json::from_str(&sarif(&report)).expect("JSON");
        let errors: Vec<String> =
            validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        let results = log["runs"][0]["results"].as_array().expect("results").clone();
        for result in &results {
            let rule = &log["runs"][0]["tool"]["driver"]["rules"]
                [result["ruleIndex"].as_u64().expect("index") as usize];
            assert_eq!(rule["id"], result["ruleId"]);
        }
    }
    let wrong = serde_json::json!({ "version": "2.1.0", "runs": [{ "results": [] }] });
    assert!(!validator.is_valid(&wrong), "the schema is really looked at");
}

#[test]
fn sarif_of_the_rich_report() {
    expect_file!["rich.sarif"].assert_eq(&sarif(&report()));
}
