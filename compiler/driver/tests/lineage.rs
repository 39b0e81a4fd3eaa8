//! Column lineage across models.

use expect_test::{Expect, expect};
use rocky_compiler::base_db::testing::MemorySystem;
use rocky_compiler::lineage::{self, Edge};
use rocky_compiler::{OpenOptions, ProjectHost};
use std::fmt::Write;
use std::sync::Arc;

fn project() -> ProjectHost {
    let system = MemorySystem::with_files([
        ("rocky.toml", "[adapter.default]\ntype = \"duckdb\"\n"),
        ("models/_defaults.toml", "[target]\ncatalog = \"c\"\nschema = \"s\"\n"),
        ("models/stg_orders.sql", "SELECT id, CAST(amount AS DOUBLE) AS amount, customer FROM raw.orders"),
        ("models/totals.rocky", "from stg_orders\ngroup customer { total: sum(amount), n: count() }"),
        (
            "models/ranked.sql",
            "WITH t AS (SELECT customer, total / n AS average FROM totals) SELECT *, upper(customer) AS name FROM t",
        ),
        ("models/all_names.sql", "SELECT name FROM ranked UNION ALL SELECT customer FROM stg_orders"),
    ]);
    let host = ProjectHost::open(Arc::new(system), OpenOptions::default());
    host.compile(&mut |_| {});
    host
}

fn shown(edges: &[Edge]) -> String {
    edges.iter().fold(String::new(), |mut text, edge| {
        let _ = writeln!(
            text,
            "{}.{} -> {}.{} ({})",
            edge.source.model, edge.source.column, edge.target.model, edge.target.column, edge.transform
        );
        text
    })
}

fn check(edges: &[Edge], expected: Expect) {
    expected.assert_eq(&shown(edges));
}

#[test]
fn upstream_is_traced_to_the_tables_outside() {
    let host = project();
    let model = host.snapshot().model_named("all_names").unwrap();
    check(
        &lineage::trace_upstream(host.db(), model, "NAME"),
        expect![[r#"
        ranked.name -> all_names.name (direct)
        stg_orders.customer -> all_names.name (direct)
        totals.customer -> ranked.name (expression)
        raw.orders.customer -> stg_orders.customer (direct)
        stg_orders.customer -> totals.customer (direct)
    "#]],
    );
}

#[test]
fn downstream_is_traced_to_the_last_reader() {
    let host = project();
    let model = host.snapshot().model_named("stg_orders").unwrap();
    check(
        &lineage::trace_downstream(host.db(), model, "amount"),
        expect![[r#"
        stg_orders.amount -> totals.total (aggregation: sum)
        totals.total -> ranked.average (expression)
    "#]],
    );
}

#[test]
fn all_edges_in_execution_order() {
    let host = project();
    check(
        &lineage::all_edges(host.db()),
        expect![[r#"
        raw.orders.id -> stg_orders.id (direct)
        raw.orders.amount -> stg_orders.amount (cast)
        raw.orders.customer -> stg_orders.customer (direct)
        stg_orders.customer -> totals.customer (direct)
        stg_orders.amount -> totals.total (aggregation: sum)
        totals.customer -> ranked.customer (direct)
        totals.total -> ranked.average (expression)
        totals.n -> ranked.average (expression)
        totals.customer -> ranked.name (expression)
        ranked.name -> all_names.name (direct)
        stg_orders.customer -> all_names.name (direct)
    "#]],
    );
    let model = host.snapshot().model_named("totals").unwrap();
    check(
        &lineage::outgoing_edges(host.db(), model),
        expect![[r#"
        totals.customer -> ranked.customer (direct)
        totals.total -> ranked.average (expression)
        totals.n -> ranked.average (expression)
        totals.customer -> ranked.name (expression)
    "#]],
    );
}

/// Filters and groupings give no values, but they decide which rows there are, all the way down.
#[test]
fn what_decides_about_rows_is_behind_every_column() {
    let system = MemorySystem::with_files([
        ("rocky.toml", "[adapter.default]\ntype = \"duckdb\"\n"),
        ("models/_defaults.toml", "[target]\ncatalog = \"c\"\nschema = \"s\"\n"),
        ("models/paid.sql", "SELECT id, amount FROM raw.orders WHERE paid"),
        (
            "models/per_day.sql",
            "SELECT d.day, sum(p.amount) AS total FROM raw.days AS d JOIN paid AS p ON d.id = p.id GROUP BY d.day",
        ),
        ("models/marks.sql", "SELECT 'x' AS mark FROM per_day"),
    ]);
    let host = ProjectHost::open(Arc::new(system), OpenOptions::default());
    host.compile(&mut |_| {});
    let behind = |model: &str, column: &str| {
        let file = host.snapshot().model_named(model).unwrap();
        let found = lineage::columns_behind(host.db(), file, column);
        found.iter().map(|found| format!("{}.{}", found.model, found.column)).collect::<Vec<_>>().join(", ")
    };
    expect!["raw.days.day, raw.days.id, paid.id, raw.orders.paid, raw.orders.id"]
        .assert_eq(&behind("per_day", "day"));
    expect!["raw.days.id, paid.id, raw.days.day, raw.orders.paid, raw.orders.id"]
        .assert_eq(&behind("marks", "mark"));
    let file = host.snapshot().model_named("per_day").unwrap();
    let influences = lineage::incoming_influences(host.db(), file);
    let shown: Vec<String> = influences
        .iter()
        .map(|edge| format!("{}.{} {:?} {}", edge.source.model, edge.source.column, edge.kind, edge.model))
        .collect();
    expect!["raw.days.id Join per_day, paid.id Join per_day, raw.days.day Group per_day"]
        .assert_eq(&shown.join(", "));
}
