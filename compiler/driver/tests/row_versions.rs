//! Rows of an older build are used by a newer one as long as their version is the same. So whoever changes what a
//! function gives must raise the version of its rows; this test notices when that was forgotten.

use expect_test::expect;
use rocky_base_db::testing::MemorySystem;
use rocky_compiler::base_db as rocky_base_db;
use rocky_compiler::store::RowStore;
use rocky_compiler::{OpenOptions, ProjectHost};
use std::sync::Arc;

const PROJECT: [(&str, &str); 14] = [
    (
        "rocky.toml",
        "[adapter.default]\ntype = \"duckdb\"\n[pipeline.main]\ntype = \"transformation\"\n\
         [pipeline.main.target]\nadapter = \"default\"\n[lint]\npreset = \"all\"\n",
    ),
    ("models/_defaults.toml", "[target]\ncatalog = \"c\"\nschema = \"s\"\n"),
    (
        "models/raw.sql",
        "SELECT 1 AS id, 'x' AS name, CAST(2.5 AS DECIMAL(10, 2)) AS amount, DATE '2024-01-01' AS day",
    ),
    ("models/cte.sql", "WITH a AS (SELECT id, amount FROM raw WHERE amount > 1) SELECT a.*, 1 AS one FROM a"),
    (
        "models/join.sql",
        "SELECT l.id, r.name, coalesce(l.amount, 0) AS amount FROM cte l LEFT JOIN raw r ON l.id = r.id",
    ),
    (
        "models/agg.sql",
        "SELECT day, sum(amount) AS total, count(*) AS n FROM raw GROUP BY day HAVING count(*) > 1",
    ),
    ("models/window.sql", "SELECT id, row_number() OVER (PARTITION BY name ORDER BY day) AS rank FROM raw"),
    ("models/union.sql", "SELECT id FROM raw UNION ALL SELECT 'a' AS id"),
    (
        "models/case.sql",
        "SELECT CASE WHEN id = 1 THEN 'one' ELSE name END AS label FROM raw WHERE name = NULL",
    ),
    ("models/wrong.sql", "SELECT missing, id + name AS sum FROM raw"),
    ("models/broken.sql", "SELECT id, FROM ( raw"),
    ("models/star.sql", "SELECT * FROM elsewhere.events"),
    (
        "models/flow.rocky",
        "from raw\nwhere amount > 1\nderive { double: amount * 2 }\ngroup name { total: sum(double) }",
    ),
    ("models/ring.sql", "SELECT id FROM ring2"),
];

#[test]
fn what_rows_hold_changes_with_their_version() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(RowStore::open(&folder.path().join("rows.redb")).unwrap());
    let system = MemorySystem::with_files(PROJECT);
    system.write("models/ring2.sql", "SELECT id FROM ring");
    let options = OpenOptions { store: Some(store.clone()), ..OpenOptions::default() };
    let host = ProjectHost::open(Arc::new(system), options);
    host.compile(&mut |_| {});
    host.flush();
    let digests = store.digests_by_function();
    let lines: Vec<String> =
        digests.iter().map(|(name, version, digest)| format!("{name} {version}: {digest}")).collect();
    // A digest is another one under the same version: raise `VERSION` of that row, then update this.
    expect![[r#"
        file_summary 4: 7df2e1c419ea3f0e41514d6c068593a4
        model_facts 3: 132fcc3d77cc2abd7af147dbf76a7eeb"#]].assert_eq(&lines.join("\n"));
}
