//! Large and deep queries: inference ends, soon and without a deep stack.

use crate::render::{Tables, inferred, outcome};
use rocky_types::{DataType, DialectKind};
use std::fmt::Write as _;

/// Runs on the stack that worker threads have.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(work);
    thread.expect("a thread starts").join().expect("it ends without a panic");
}

fn tables() -> Tables {
    Tables::parse("model t: id INTEGER not null, a INTEGER, b VARCHAR")
}

#[test]
fn a_long_sum() {
    on_a_small_stack(|| {
        let sql = format!("SELECT {} AS s FROM t", vec!["a"; 100_000].join(" + "));
        let (inference, _) = inferred(&sql, DialectKind::DuckDb, &tables());
        assert_eq!(inference.schema.columns[0].ty, DataType::Int32);
        assert_eq!(inference.column_lineage[0].sources.len(), 1);
    });
}

#[test]
fn many_branches() {
    on_a_small_stack(|| {
        let branches: Vec<String> =
            (0..5_000).map(|number| format!("SELECT id, c{number} AS c FROM ext.t{number}")).collect();
        let sql = branches.join("\nUNION ALL\n");
        let (inference, _) = inferred(&sql, DialectKind::DuckDb, &Tables::default());
        assert_eq!(inference.schema.columns.len(), 2);
        assert_eq!(inference.column_lineage[1].sources.len(), 5_000);
    });
}

#[test]
fn a_chain_of_common_table_expressions() {
    on_a_small_stack(|| {
        let mut sql = "WITH c0 AS (SELECT id, a FROM t)".to_owned();
        for number in 1..2_000 {
            let _ = write!(sql, ", c{number} AS (SELECT id, a + 1 AS a FROM c{})", number - 1);
        }
        sql.push_str(" SELECT * FROM c1999");
        let (inference, _) = inferred(&sql, DialectKind::DuckDb, &tables());
        assert_eq!(inference.schema.columns.len(), 2);
        assert!(inference.findings.is_empty());
    });
}

#[test]
fn many_items_and_many_wrong_names() {
    on_a_small_stack(|| {
        let items: Vec<String> =
            (0..20_000).map(|number| format!("wrong_{number} + a AS c{number}")).collect();
        let sql = format!("SELECT {} FROM t", items.join(", "));
        let (inference, _) = inferred(&sql, DialectKind::DuckDb, &tables());
        assert_eq!(inference.schema.columns.len(), 20_000);
        let missing = inference.findings.iter().filter(|finding| finding.code == "E003").count();
        assert_eq!(missing, 20_000);
    });
}

#[test]
fn deep_subqueries() {
    on_a_small_stack(|| {
        for depth in [10, 60, 500] {
            let sql = format!("SELECT id FROM {}t{}", "(SELECT id FROM ".repeat(depth), ")".repeat(depth));
            let (inference, _) = inferred(&sql, DialectKind::DuckDb, &tables());
            assert!(inference.findings.iter().all(|finding| finding.code != "E003"), "{depth}");
            let sql = format!("SELECT {}1{} AS x", "(SELECT ".repeat(depth), ")".repeat(depth));
            let (inference, _) = inferred(&sql, DialectKind::DuckDb, &tables());
            assert!(inference.findings.iter().all(|finding| finding.code != "E003"), "{depth}");
        }
    });
}

#[test]
fn deep_expressions() {
    on_a_small_stack(|| {
        for depth in [10, 100, 1_000, 20_000] {
            let sql = format!("SELECT {}b{} AS x FROM t", "upper(".repeat(depth), ")".repeat(depth));
            let (inference, _) = inferred(&sql, DialectKind::DuckDb, &tables());
            assert!(inference.schema.columns.len() <= 1);
            let sql = format!("SELECT {}a AS x FROM t", "- ".repeat(depth));
            inferred(&sql, DialectKind::DuckDb, &tables());
        }
    });
}

#[test]
fn half_written_queries_end() {
    let whole = "WITH c AS (SELECT id, CASE WHEN a > 1 THEN b ELSE 'x' END AS k FROM t WHERE a IN (1, 2)) \
                 SELECT c.*, COUNT(*) OVER (PARTITION BY k ORDER BY id) AS n FROM c LEFT JOIN t USING (id) \
                 QUALIFY n = 1 UNION ALL SELECT * FROM (VALUES (1, 'a', 2)) v ORDER BY 1 LIMIT 5";
    for end in 0..whole.len() {
        for dialect in [DialectKind::DuckDb, DialectKind::Snowflake, DialectKind::Permissive] {
            let first = outcome(&whole[..end], dialect, &tables());
            assert_eq!(first, outcome(&whole[..end], dialect, &tables()));
        }
    }
}
