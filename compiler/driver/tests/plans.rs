//! The SQL that is sent: references replaced, ephemeral models inlined, and still SQL.

use expect_test::{Expect, expect};
use rocky_compiler::base_db::os::OsSystem;
use rocky_compiler::base_db::testing::MemorySystem;
use rocky_compiler::plan::{PlanRequest, TestRequest};
use rocky_compiler::plan_model::{NodeKind, NodeStatus, Plan};
use rocky_compiler::{OpenOptions, ProjectHost};
use sqlparser::dialect::DuckDbDialect;
use sqlparser::parser::Parser;
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;

const CONFIG: &str = "[adapter.default]\ntype = \"duckdb\"\npath = \"shop.duckdb\"\n[pipeline.main]\n\
                      type = \"transformation\"\n[pipeline.main.target]\nadapter = \"default\"\n";

fn shown(plan: &Plan) -> String {
    let mut text = String::new();
    for node in &plan.nodes {
        let NodeKind::Model(model) = &node.kind else { continue };
        let depends: Vec<String> = node.depends_on.iter().map(ToString::to_string).collect();
        let _ = writeln!(text, "-- {} [{}] after {}", node.label(), node.strategy_name(), depends.join(", "));
        match &node.status {
            NodeStatus::Selected => {
                let _ = writeln!(text, "{}", model.select.as_str());
            }
            other => {
                let _ = writeln!(text, "{other:?}");
            }
        }
    }
    text
}

/// Every statement is one that a parser nobody here wrote accepts.
fn is_sql(plan: &Plan) {
    for node in &plan.nodes {
        let NodeKind::Model(model) = &node.kind else { continue };
        assert_eq!(node.status, NodeStatus::Selected, "{}", node.label());
        let parsed = Parser::parse_sql(&DuckDbDialect {}, model.select.as_str());
        assert!(parsed.is_ok(), "{}: {parsed:?}\n{}", node.label(), model.select.as_str());
    }
}

fn check(models: &[(&str, &str)], expected: Expect) {
    let defaults = "[target]\ncatalog = \"shop\"\nschema = \"s\"\n";
    let fixed = [("rocky.toml", CONFIG), ("models/_defaults.toml", defaults)];
    let own = |path: &str| models.iter().any(|(known, _)| *known == path);
    let fixed = fixed.iter().filter(|(path, _)| !own(path));
    let system = MemorySystem::with_files(models.iter().chain(fixed).copied());
    let host = ProjectHost::open(Arc::new(system), OpenOptions::default());
    let plan = host.snapshot().plan(&PlanRequest::default()).unwrap();
    plan.verify().unwrap();
    expected.assert_eq(&shown(&plan));
}

const EPHEMERAL: &str = "[strategy]\ntype = \"ephemeral\"\n";

#[test]
fn references_become_tables() {
    check(
        &[
            ("models/orders.sql", "select 1 as id, 2 as n"),
            ("models/orders.toml", "[target]\nschema = \"raw\"\ntable = \"order\"\n"),
            ("models/a.sql", "select orders.id from orders -- the orders\njoin s.b on true"),
            ("models/b.sql", "select o.id from orders as o where exists (select 1 from orders)"),
            ("models/c.rocky", "from b\nwhere id != 3"),
        ],
        expect![[r#"
            -- orders [full_refresh] after 
            select 1 as id, 2 as n
            -- b [full_refresh] after model:orders
            select o.id from shop.raw."order" as o where exists (select 1 from shop.raw."order" AS orders)
            -- a [full_refresh] after model:orders, model:b
            select orders.id from shop.raw."order" AS orders -- the orders
            join shop.s.b on true
            -- c [full_refresh] after model:b
            SELECT *
            FROM shop.s.b
            WHERE id IS DISTINCT FROM 3
        "#]],
    );
}

#[test]
fn ephemeral_models_are_inlined() {
    check(
        &[
            ("models/base.sql", "select 1 as id"),
            ("models/e1.sql", "select id from base"),
            ("models/e1.toml", EPHEMERAL),
            ("models/e2.sql", "with t as (select id from e1) select id from t"),
            ("models/e2.toml", EPHEMERAL),
            ("models/a.sql", "select id from e2"),
            (
                "models/b.sql",
                "-- with a comment\nwith e1 as (select 5 as id) select e1.id from e1 join e2 using (id)",
            ),
            (
                "models/c.sql",
                "with recursive r as (select id from e1 union all select id from r) select * from r",
            ),
        ],
        expect![[r#"
            -- base [full_refresh] after 
            select 1 as id
            -- e1 [ephemeral] after model:base
            select id from shop.s.base
            -- c [full_refresh] after model:e1
            WITH RECURSIVE e1 AS (
            select id from shop.s.base
            ),
            r as (select id from e1 union all select id from r) select * from r
            -- e2 [ephemeral] after model:e1
            WITH e1 AS (
            select id from shop.s.base
            ),
            t as (select id from e1) select id from t
            -- a [full_refresh] after model:e2
            WITH e1 AS (
            select id from shop.s.base
            ),
            e2 AS (
            with t as (select id from e1) select id from t
            )
            select id from e2
            -- b [full_refresh] after model:e2
            -- with a comment
            WITH e1_1 AS (
            select id from shop.s.base
            ),
            e2 AS (
            with t as (select id from e1_1 AS e1) select id from t
            ),
            e1 as (select 5 as id) select e1.id from e1 join e2 using (id)
        "#]],
    );
}

#[test]
fn a_model_of_another_adapter_is_not_run_on_the_pipelines() {
    let config = format!("{CONFIG}[adapter.lake]\ntype = \"duckdb\"\npath = \"lake.duckdb\"\n");
    check(
        &[
            ("rocky.toml", &config),
            ("models/a.sql", "select 1 as id"),
            ("models/a.toml", "adapter = \"lake\"\n"),
            ("models/b.sql", "select 2 as id"),
        ],
        expect![[r#"
            -- a [full_refresh] after 
            Blocked { problems: [CompileProblem { code: "V061", message: "'a' names adapter 'lake', but its pipeline writes with 'default'; one run cannot use both yet", file: "models/a.sql", line: 1, column: 1 }] }
            -- b [full_refresh] after 
            select 2 as id
        "#]],
    );
}

#[test]
fn the_example_projects_plan_to_sql() {
    for name in ["playground", "tpch", "jaffle"] {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../test-data/projects").join(name);
        let host = ProjectHost::open(Arc::new(OsSystem::new(folder)), OpenOptions::default());
        let plan = host.snapshot().plan(&PlanRequest::default()).unwrap();
        assert!(plan.nodes.len() > 4, "{name}");
        is_sql(&plan);
        let tests = host.snapshot().test_plan(&TestRequest::default()).unwrap();
        assert_eq!(tests.models.len(), plan.nodes.len(), "{name}");
        assert!(tests.models.iter().all(|model| model.problems.is_empty()), "{name}");
    }
}

#[test]
fn selections_that_name_nothing_say_so() {
    let host = ProjectHost::open(
        Arc::new(MemorySystem::with_files([("rocky.toml", CONFIG), ("models/orders.sql", "select 1 as id")])),
        OpenOptions::default(),
    );
    let problem = |request: PlanRequest| {
        let problem = host.snapshot().plan(&request).unwrap_err();
        format!("{} / {}", problem.message, problem.suggestion.unwrap_or_default())
    };
    let seen = [
        problem(PlanRequest { pipeline: Some("mian".to_owned()), ..PlanRequest::default() }),
        problem(PlanRequest { model: Some("order".to_owned()), ..PlanRequest::default() }),
    ];
    expect![[r#"
        there is no pipeline 'mian' / did you mean 'main'?
        there is no model 'order' / did you mean 'orders'?"#]]
    .assert_eq(&seen.join("\n"));
}
