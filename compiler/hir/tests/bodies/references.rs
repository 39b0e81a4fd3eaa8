//! Which names of a text are references.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use rocky_hir::body::RelationKind;
use rocky_hir::references::{RelationTarget, relation_references, resolve_relations};
use rocky_syntax::DialectKind;

use crate::body_of;
use crate::samples::{CONSTRUCTS, tpcds, tpch};

/// The references of a text in order, quoted segments in quotes.
fn references(sql: &str, dialect: DialectKind) -> String {
    let (body, _) = body_of(sql, dialect);
    let names: Vec<String> = relation_references(&body)
        .iter()
        .map(|reference| {
            let segments: Vec<String> =
                reference
                    .path
                    .iter()
                    .map(|segment| {
                        if segment.quoted {
                            format!("\"{}\"", segment.text)
                        } else {
                            segment.text.to_string()
                        }
                    })
                    .collect();
            segments.join(".")
        })
        .collect();
    names.join(" ")
}

/// Each line: dialect, text, references.
const TABLE: &[(DialectKind, &str, &str)] = &[
    // names of one, two and three parts
    (DialectKind::DuckDb, "SELECT * FROM orders", "orders"),
    (DialectKind::DuckDb, "SELECT * FROM raw.orders, c.raw.Items", "raw.orders c.raw.Items"),
    (DialectKind::DuckDb, "SELECT * FROM \"My Orders\"", "\"My Orders\""),
    (DialectKind::BigQuery, "SELECT * FROM `p.d.orders`", "\"p\".\"d\".\"orders\""),
    (DialectKind::BigQuery, "SELECT * FROM my-project.d.t", "my-project.d.t"),
    // WITH: the entry wins, case apart, quotes apart
    (DialectKind::DuckDb, "WITH a AS (SELECT 1) SELECT * FROM a", ""),
    (DialectKind::DuckDb, "WITH Orders AS (SELECT * FROM raw.orders) SELECT * FROM \"orders\"", "raw.orders"),
    (DialectKind::DuckDb, "WITH a AS (SELECT 1) SELECT * FROM s.a", "s.a"),
    // an entry sees the entries before it, not those after it
    (DialectKind::DuckDb, "WITH a AS (SELECT * FROM b), b AS (SELECT * FROM a) SELECT * FROM b", "b"),
    // in its own query its name means the outer object
    (DialectKind::DuckDb, "WITH orders AS (SELECT * FROM orders WHERE x) SELECT * FROM orders", "orders"),
    (
        DialectKind::DuckDb,
        "WITH a AS (SELECT 1), b AS (WITH a AS (SELECT * FROM a) SELECT * FROM a) SELECT * FROM b",
        "",
    ),
    // unless it is recursive; then entries see each other in both directions
    (
        DialectKind::DuckDb,
        "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r, t) SELECT * FROM r",
        "t",
    ),
    (DialectKind::BigQuery, "WITH RECURSIVE a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a", ""),
    // Snowflake leaves the word out
    (DialectKind::Snowflake, "WITH r AS (SELECT * FROM t UNION ALL SELECT * FROM r) SELECT * FROM r", "t"),
    (DialectKind::Snowflake, "WITH r AS (SELECT * FROM r UNION ALL SELECT * FROM t) SELECT * FROM r", "r t"),
    // inner WITH clauses end with their query
    (DialectKind::DuckDb, "SELECT * FROM (WITH a AS (SELECT 1) SELECT * FROM a), a", "a"),
    (
        DialectKind::DuckDb,
        "WITH a AS (SELECT 1) SELECT * FROM (WITH b AS (SELECT * FROM a) SELECT * FROM b), b",
        "b",
    ),
    // every place a query can stand
    (
        DialectKind::DuckDb,
        "SELECT (SELECT 1 FROM a), EXISTS (SELECT 1 FROM b), x IN (SELECT 1 FROM c) FROM d",
        "a b c d",
    ),
    (DialectKind::DuckDb, "SELECT ARRAY(SELECT x FROM a), y = ANY (SELECT 1 FROM b) FROM d", "a b d"),
    (DialectKind::DuckDb, "SELECT * FROM a UNION SELECT * FROM b EXCEPT (SELECT * FROM c)", "a b c"),
    (DialectKind::DuckDb, "SELECT * FROM (a JOIN (b LEFT JOIN c ON x) ON y) JOIN d USING (k)", "a b c d"),
    (
        DialectKind::DuckDb,
        "SELECT 1 FROM a WHERE (SELECT 1 FROM b) GROUP BY (SELECT 1 FROM c) HAVING (SELECT 1 FROM d)",
        "a b c d",
    ),
    (
        DialectKind::DuckDb,
        "SELECT 1 FROM a JOIN b ON (SELECT 1 FROM c) ORDER BY (SELECT 1 FROM d) LIMIT (SELECT 1 FROM e)",
        "a b c d e",
    ),
    (
        DialectKind::DuckDb,
        "SELECT sum(x) FILTER (WHERE EXISTS (SELECT 1 FROM a)) OVER (ORDER BY (SELECT 1 FROM b)) FROM c",
        "a b c",
    ),
    (DialectKind::DuckDb, "SELECT * FROM a, LATERAL (SELECT * FROM b WHERE b.x = a.x)", "a b"),
    (
        DialectKind::DuckDb,
        "SELECT * FROM a ASOF JOIN b ON a.t >= b.t POSITIONAL JOIN c SEMI JOIN d USING (k)",
        "a b c d",
    ),
    (DialectKind::DuckDb, "SELECT * REPLACE ((SELECT 1 FROM b) AS x) FROM a", "b a"),
    (DialectKind::DuckDb, "PIVOT a ON k USING sum(x)", "a"),
    (DialectKind::DuckDb, "UNPIVOT a ON k INTO NAME n VALUE v", "a"),
    (
        DialectKind::Snowflake,
        "SELECT * FROM a PIVOT (sum(x) FOR y IN (SELECT z FROM b)) UNPIVOT (v FOR n IN (p, q))",
        "a b",
    ),
    (DialectKind::DuckDb, "TABLE a", "a"),
    (DialectKind::DuckDb, "VALUES ((SELECT 1 FROM a))", "a"),
    (DialectKind::DuckDb, "FROM a", "a"),
    // table functions, their arguments, files, stages
    (
        DialectKind::DuckDb,
        "SELECT * FROM range(3), read_csv('f.csv'), unnest([1, 2]), 'f.parquet', (VALUES (1))",
        "",
    ),
    (DialectKind::DuckDb, "SELECT * FROM f((SELECT 1 FROM a))", "a"),
    (DialectKind::BigQuery, "SELECT * FROM APPENDS(TABLE d.t, NULL)", "d.t"),
    (DialectKind::BigQuery, "SELECT * FROM ML.PREDICT(MODEL d.m, (SELECT * FROM d.t))", "d.t"),
    (
        DialectKind::Snowflake,
        "SELECT * FROM TABLE(FLATTEN(input => x)), @stage/path (FILE_FORMAT => 'f') s",
        "",
    ),
    (DialectKind::Snowflake, "SELECT * FROM IDENTIFIER('db.t'), TABLE('s.u')", "db.t s.u"),
    (DialectKind::Databricks, "SELECT * FROM delta.`/mnt/x`, csv.`s3://b/f.csv`", ""),
    (DialectKind::Databricks, "SELECT * FROM a LATERAL VIEW explode(x) e AS y", "a"),
    // time travel reads the table
    (DialectKind::Databricks, "SELECT * FROM a VERSION AS OF 3, b TIMESTAMP AS OF '2024-01-01'", "a b"),
    (DialectKind::Snowflake, "SELECT * FROM a AT (OFFSET => -60) x, b BEFORE (STATEMENT => 'q')", "a b"),
    // BigQuery's arrays in FROM
    (DialectKind::BigQuery, "SELECT * FROM d.orders AS o, o.items AS i, i.parts", "d.orders"),
    (DialectKind::BigQuery, "SELECT (SELECT count(*) FROM o.items) FROM d.orders AS o", "d.orders"),
    (DialectKind::BigQuery, "SELECT * FROM d.orders, orders.items WITH OFFSET AS n", "d.orders"),
    (DialectKind::Snowflake, "SELECT * FROM d.orders AS o, o.items AS i", "d.orders o.items"),
    // pipes
    (
        DialectKind::BigQuery,
        "FROM a |> JOIN b USING (k) |> WHERE EXISTS (SELECT 1 FROM c) |> UNION ALL (SELECT * FROM d)",
        "a b c d",
    ),
    (DialectKind::BigQuery, "WITH x AS (SELECT * FROM a) FROM b |> JOIN x USING (k) |> SELECT k", "a b"),
    // a name used twice is referred to twice
    (DialectKind::DuckDb, "SELECT * FROM a x JOIN a y ON x.k = y.k", "a a"),
];

#[test]
fn classification_table() {
    let mut wrong = String::new();
    for (dialect, sql, expected) in TABLE {
        let found = references(sql, *dialect);
        if found != *expected {
            let _ = writeln!(wrong, "{sql}\n   expected: {expected}\n      found: {found}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn references_come_in_the_order_of_the_text() {
    let texts = tpch().into_iter().map(|(_, text)| (DialectKind::DuckDb, text));
    let constructs = CONSTRUCTS.iter().map(|(dialect, text)| (*dialect, (*text).to_owned()));
    for (dialect, sql) in texts.chain(constructs) {
        let (body, map) = body_of(&sql, dialect);
        let starts: Vec<_> = relation_references(&body)
            .iter()
            .map(|reference| map.relations[reference.relation.index()].start())
            .collect();
        assert!(starts.is_sorted(), "{sql}");
        for reference in relation_references(&body) {
            let range = map.relations[reference.relation.index()];
            let written = &sql[usize::from(range.start())..usize::from(range.end())];
            let last = &reference.path[reference.path.len() - 1].text;
            assert!(written.contains(last.as_str()), "{written} names {last}");
        }
    }
}

fn check_targets(sql: &str, expected: Expect) {
    let (body, _) = body_of(sql, DialectKind::DuckDb);
    let mut out = String::new();
    for (index, target) in resolve_relations(&body).iter().enumerate() {
        let name = match &body.relations[index].kind {
            RelationKind::Table(path) => path[path.len() - 1].text.to_string(),
            _ => "-".to_owned(),
        };
        let target = match target {
            RelationTarget::Cte(query) => format!("query {}", query.0),
            RelationTarget::External => "external".to_owned(),
            RelationTarget::NotATable => "not a table".to_owned(),
        };
        let _ = writeln!(out, "{index} {name}: {target}");
    }
    expected.assert_eq(&out);
}

#[test]
fn targets_of_all_relations() {
    check_targets(
        "WITH a AS (SELECT * FROM a), b AS (SELECT * FROM a WHERE EXISTS (SELECT 1 FROM b))
         SELECT * FROM b, a, (SELECT * FROM range(3)) AS d",
        expect![[r#"
            0 a: external
            1 a: query 0
            2 b: external
            3 b: query 2
            4 a: query 0
            5 -: not a table
            6 -: not a table
        "#]],
    );
}

/// The tables of TPC-DS.
const TPCDS_TABLES: &[&str] = &[
    "call_center",
    "catalog_page",
    "catalog_returns",
    "catalog_sales",
    "customer",
    "customer_address",
    "customer_demographics",
    "date_dim",
    "household_demographics",
    "income_band",
    "inventory",
    "item",
    "promotion",
    "reason",
    "ship_mode",
    "store",
    "store_returns",
    "store_sales",
    "time_dim",
    "warehouse",
    "web_page",
    "web_returns",
    "web_sales",
    "web_site",
];

/// Queries whose trees the parser builds wrongly: in `((…) EXCEPT (…))` after FROM, the query stands inside
/// its set operation. Each is lowered as not understood. Whoever mends the parser empties this list.
const MISBUILT: &[&str] = &[];

#[test]
fn queries_of_tpcds_refer_to_its_tables_only() {
    for (name, sql) in tpcds() {
        let (body, _) = body_of(&sql, DialectKind::DuckDb);
        assert_eq!(body.incomplete, MISBUILT.contains(&name.as_str()), "{name}");
        if body.incomplete {
            continue;
        }
        let references = relation_references(&body);
        assert!(!references.is_empty(), "{name}");
        for reference in references {
            let [table] = reference.path.as_slice() else { panic!("{name}: {reference:?}") };
            assert!(
                TPCDS_TABLES.contains(&table.text.to_lowercase().as_str()),
                "{name} refers to {}",
                table.text
            );
        }
    }
}
