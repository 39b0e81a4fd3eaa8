//! `lineage --format svg|html`, and traces downstream.

use crate::harness::{Project, assert_valid};
use expect_test::expect;

fn shop() -> Project {
    Project::new(
        r#"
        //- models/_defaults.toml
        [target]
        catalog = "shop"
        schema = "mart"
        //- models/orders.sql
        SELECT id, CAST(amount AS DOUBLE) AS amount, state FROM raw.orders
        //- models/paid.sql
        SELECT id, amount FROM orders WHERE state = 'paid'
        //- models/totals.sql
        SELECT id, SUM(amount) AS total FROM paid GROUP BY id
        "#,
    )
}

/// What the arrows of a picture say.
fn arrows(svg: &str) -> Vec<String> {
    let mut found: Vec<String> = svg
        .lines()
        .filter(|line| line.starts_with("<path class=\"arrow") && line.contains("data-from"))
        .map(|line| {
            let dashed = if line.contains("arrow influence") { " (dashed)" } else { "" };
            let title = line.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next());
            format!("{}{dashed}", title.expect("a title"))
        })
        .collect();
    found.sort();
    found
}

#[test]
fn a_picture_has_values_and_what_decides_about_rows() {
    let project = shop();
    let ran = project.run(&["lineage", "totals", "--format", "svg"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran}");
    expect![[r#"
        orders.amount → paid.amount: direct
        orders.id → paid.id: direct
        orders.state → paid: filters rows (dashed)
        paid.amount → totals.total: aggregation: sum
        paid.id → totals.id: direct
        paid.id → totals: groups rows (dashed)
        raw.orders.amount → orders.amount: cast
        raw.orders.id → orders.id: direct
    "#]]
    .assert_eq(&format!("{}\n", arrows(&ran.stdout).join("\n")));
    assert_eq!(ran.stdout, project.run(&["lineage", "totals", "--format", "svg"]).stdout);
    let near = project.run(&["lineage", "totals", "--format", "svg", "--depth", "1"]).stdout;
    assert!(near.contains(">paid<") && !near.contains(">orders<"), "{near}");
    let column = project.run(&["lineage", "totals.total", "--format", "svg"]).stdout;
    assert!(column.contains("<title>Lineage of totals.total</title>"), "{column}");
    let page = project.run(&["lineage", "orders", "--format", "html", "--downstream"]).stdout;
    assert!(page.starts_with("<!doctype html>") && !page.contains("raw.orders"), "{page}");
}

#[test]
fn traces_lead_down_as_well() {
    let project = shop();
    let text = project.run(&["lineage", "orders.amount", "--downstream", "--format", "text"]).stdout;
    expect![[r#"
        Column trace: orders.amount
          -> paid.amount (direct)
            -> totals.total (aggregation: sum)
    "#]]
    .assert_eq(&text);
    let (document, _) = project.json(&["lineage", "orders.amount", "--downstream"]);
    assert_valid("column_lineage", &document);
    assert_eq!(document["direction"], "downstream");
    let (document, _) = project.json(&["lineage", "paid", "--upstream"]);
    assert!(
        document["edges"].as_array().expect("edges").iter().all(|edge| edge["target"]["model"] == "paid")
    );
    assert_eq!(document["influences"][0]["kind"], "filter");
    let ran = project.run(&["lineage", "paid", "--depth", "1"]);
    assert_eq!(ran.code, 2, "{ran}");
}
