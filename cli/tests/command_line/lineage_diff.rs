//! `lineage-diff`.

use crate::harness::{Project, assert_valid};
use expect_test::expect;

fn shop() -> Project {
    let project = Project::new(
        r#"
        //- models/_defaults.toml
        [target]
        catalog = "shop"
        schema = "mart"
        //- models/orders.sql
        SELECT CAST(1 AS INTEGER) AS id, 2.5 AS gross, 2.0 AS net
        //- models/totals.sql
        SELECT id, gross AS amount FROM orders
        //- models/report.sql
        SELECT SUM(amount) AS total FROM totals
        "#,
    );
    project.commit("first");
    project
}

#[test]
fn other_sources_and_what_they_reach() {
    let project = shop();
    project.write("models/totals.sql", "SELECT CAST(id AS BIGINT) AS id, net AS amount FROM orders\n");
    project.commit("second");
    expect![[r#"
        exit code: 0
        stdout:
        totals
          amount
            + orders.net (direct)
            - orders.gross (direct)
            reaches report.total
          id
            ~ orders.id: direct → cast

        Compared with HEAD~1: 2 columns of 1 model; 1 source added, 1 removed, 1 changed.
    "#]]
    .assert_eq(&project.table(&["lineage-diff", "HEAD~1"]).to_string());
    expect![[r#"
        ## Rocky Lineage Diff

        Compared with HEAD\~1: 2 columns of 1 model; 1 source added, 1 removed, 1 changed.

        | Column | Sources | Reaches |
        |---|---|---|
        | `totals.amount` | ➕ orders.net (direct)<br>➖ orders.gross (direct) | report.total |
        | `totals.id` | ✏️ orders.id: direct → cast |  |
    "#]]
    .assert_eq(&project.run(&["lineage-diff", "HEAD~1", "--format", "markdown"]).stdout);
    let (document, code) = project.json(&["lineage-diff", "HEAD~1"]);
    assert_eq!(code, 0);
    assert_valid("lineage_diff", &document);
    let (one, _) = project.json(&["lineage-diff", "HEAD~1", "--model", "report"]);
    assert_eq!(one["models"].as_array().map(Vec::len), Some(0));
    let ran = project.run(&["lineage-diff", "HEAD~1", "--model", "raport"]);
    assert!(ran.code == 1 && ran.stderr.contains("did you mean 'report'?"), "{ran}");
}

#[test]
fn nothing_changed() {
    let project = shop();
    let text = project.table(&["lineage-diff", "main"]).stdout;
    assert_eq!(text, "Compared with main: no changes of lineage.\n");
}
