//! The order of steps (02 §7.3): each step after each other one, with the meaning that reading from top to
//! bottom gives it. The cases stand in `test-data/spec/dsl-step-order.toml` (`UPDATE_EXPECT=1` writes them):
//! the pipeline, the SQL it is lowered to, and a reference that nests one query a step and merges nothing.
//! That both give the same rows is checked on DuckDB (`test-data/projects/test_dsl_step_order.py`).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use expect_test::expect_file;
use rocky_syntax::DialectKind;
use rocky_syntax::dsl::parse_dsl;

use super::support::lower;

const STEPS: [&str; 11] = [
    "where",
    "derive",
    "window",
    "group",
    "select",
    "join",
    "left join",
    "semi join",
    "top",
    "distinct",
    "union",
];

/// A pipeline under construction.
#[derive(Clone)]
struct Built {
    dsl: String,
    /// The query that gives its rows.
    reference: String,
    columns: Vec<String>,
    bindings: String,
    count: usize,
}

impl Built {
    fn new() -> Built {
        let columns = ["id", "depot", "kg", "rate", "state"].map(str::to_owned).to_vec();
        Built {
            dsl: "from parcels".to_owned(),
            reference: "SELECT id, depot, kg, rate, state FROM parcels".to_owned(),
            columns,
            bindings: String::new(),
            count: 0,
        }
    }

    fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|known| known == column)
    }

    /// A number that every row has.
    fn number(&self) -> &'static str {
        ["kg", "n", "m"].into_iter().find(|column| self.has(column)).expect("every step keeps a number")
    }

    /// The next step, unless its columns are gone.
    fn then(&self, step: &str) -> Option<Built> {
        let mut next = self.clone();
        next.count += 1;
        let number = self.number();
        let name = format!("c{}", next.count);
        let from = &self.reference;
        let all = self.columns.join(", ");
        let (dsl, reference) = match step {
            "where" => {
                let least = if number == "kg" { 25 } else { 1 };
                (
                    format!("where {number} > {least}"),
                    format!("SELECT * FROM ({from}) WHERE {number} > {least}"),
                )
            }
            "derive" => {
                next.columns.push(name.clone());
                (
                    format!("derive {{ {name}: {number} * 2 }}"),
                    format!("SELECT *, {number} * 2 AS {name} FROM ({from})"),
                )
            }
            "window" => {
                next.columns.push(name.clone());
                (
                    format!("derive {{ {name}: sum({number}) over (partition {number}) }}"),
                    format!("SELECT *, sum({number}) OVER (PARTITION BY {number}) AS {name} FROM ({from})"),
                )
            }
            "group" => {
                let key = if self.has("depot") { "depot" } else { number };
                let count = if self.has("n") { "m" } else { "n" };
                if key == count {
                    return None;
                }
                next.columns = vec![key.to_owned(), count.to_owned()];
                (
                    format!("group {key} {{ {count}: count() }}"),
                    format!("SELECT {key}, count(*) AS {count} FROM ({from}) GROUP BY {key}"),
                )
            }
            "select" => {
                let key = if self.has("depot") { "depot, " } else { "" };
                next.columns = format!("{key}{number}").split(", ").map(str::to_owned).collect();
                (format!("select {{ {key}{number} }}"), format!("SELECT {key}{number} FROM ({from})"))
            }
            "join" | "left join" if self.has("depot") => {
                next.columns.push(name.clone());
                (
                    format!("{step} depots as d{0} on depot {{ keep d{0}.city as {name} }}", next.count),
                    format!(
                        "SELECT l.*, r.city AS {name} FROM ({from}) AS l {} depots AS r ON l.depot = r.depot",
                        step.to_uppercase()
                    ),
                )
            }
            "semi join" if self.has("depot") => (
                "semi join depots on depot".to_owned(),
                format!("SELECT * FROM ({from}) WHERE depot IN (SELECT depot FROM depots)"),
            ),
            "top" => (
                format!(
                    "sort {}\ntake 2",
                    self.columns.iter().map(|it| format!("-{it}")).collect::<Vec<_>>().join(", ")
                ),
                format!(
                    "SELECT * FROM ({from}) ORDER BY {} LIMIT 2",
                    self.columns.iter().map(|it| format!("{it} DESC")).collect::<Vec<_>>().join(", ")
                ),
            ),
            "distinct" => ("distinct".to_owned(), format!("SELECT DISTINCT * FROM ({from})")),
            "union" => {
                let binding = format!("u{}", next.count);
                let _ = writeln!(next.bindings, "let {binding} = {}", self.dsl.replace('\n', " "));
                (
                    format!("union {binding}"),
                    format!("SELECT {all} FROM ({from}) UNION ALL SELECT {all} FROM ({from})"),
                )
            }
            _ => return None,
        };
        next.dsl = format!("{}\n{dsl}", self.dsl);
        next.reference = reference;
        Some(next)
    }
}

/// All pairs, and the triples around the steps that close a frame.
fn pipelines() -> Vec<(String, Built)> {
    let mut found = Vec::new();
    for first in STEPS {
        let Some(one) = Built::new().then(first) else { continue };
        for second in STEPS {
            let Some(two) = one.then(second) else { continue };
            for third in STEPS {
                let closes = matches!(second, "group" | "top" | "distinct" | "window" | "union");
                let sampled = (first.len() * 7 + second.len() * 3 + third.len()) % 3 == 0;
                if let Some(three) = two.then(third).filter(|_| closes && sampled) {
                    found.push((format!("{first}, {second}, {third}"), three));
                }
            }
            found.push((format!("{first}, {second}"), two));
        }
    }
    found
}

#[test]
fn every_step_after_every_other() {
    let columns: BTreeMap<String, Vec<String>> =
        [("parcels", &["id", "depot", "kg", "rate", "state"][..]), ("depots", &["depot", "city", "kg"][..])]
            .into_iter()
            .map(|(name, columns)| {
                (name.to_owned(), columns.iter().map(|column| (*column).to_owned()).collect())
            })
            .collect();
    let mut file = String::from(
        "# Steps in every order: the pipeline, its SQL, and a query that nests one step in the next and gives the\n\
         # same rows. Written by the test `step_order` of rocky-syntax.\n",
    );
    let cases = pipelines();
    assert!(cases.len() >= 200, "{}", cases.len());
    for (name, built) in cases {
        let text = format!("{}{}", built.bindings, built.dsl);
        assert_eq!(parse_dsl(&text).errors(), [], "{text}");
        let lowered = lower(&text, DialectKind::DuckDb, &columns);
        assert!(lowered.ok, "{text}\n{:?}", lowered.findings);
        let _ = write!(
            file,
            "\n[[case]]\nname = \"{name}\"\ndsl = \"\"\"\n{text}\n\"\"\"\nsql = \"\"\"\n{}\n\"\"\"\nreference = \"\"\"\n{}\n\"\"\"\n",
            lowered.sql, built.reference
        );
    }
    expect_file!["../../../test-data/spec/dsl-step-order.toml"].assert_eq(&file);
}
