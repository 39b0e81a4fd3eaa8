//! Go to definition. `$0` is the cursor; the answer is shown as `file: [text]`.

use crate::support::Project;
use expect_test::{Expect, expect};

fn check(fixture: &str, expected: Expect) {
    let project = Project::new(fixture);
    let at = project.position();
    let targets = project.ask(|analysis| analysis.definition(at));
    let lines: Vec<String> = targets
        .iter()
        .map(|target| {
            let start = u32::from(target.focus_range.start());
            format!("{}@{start}: [{}]", target.path.as_str(), project.text(&target.path, target.focus_range))
        })
        .collect();
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn a_model_reference_leads_to_its_file() {
    check("SELECT id FROM ord$0ers", expect!["models/orders.sql@0: []"]);
    check("SELECT id FROM c.s.ord$0ers", expect!["models/orders.sql@0: []"]);
}

#[test]
fn a_column_leads_to_the_select_item_upstream() {
    check("SELECT o.amo$0unt FROM orders o", expect!["models/orders.sql@73: [amount]"]);
    check("SELECT customer_i$0d FROM orders", expect!["models/orders.sql@38: [customer_id]"]);
}

#[test]
fn a_column_of_a_cte_leads_to_its_item() {
    check(
        "WITH r AS (SELECT amount * 2 AS twice FROM orders) SELECT r.tw$0ice FROM r",
        expect!["models/main.sql@32: [twice]"],
    );
}

#[test]
fn a_column_of_a_subquery_leads_to_its_item() {
    check("SELECT s.i$0d FROM (SELECT id FROM orders) s", expect!["models/main.sql@25: [id]"]);
}

#[test]
fn a_cte_reference_leads_to_its_name() {
    check("WITH r AS (SELECT id FROM orders) SELECT id FROM $0r", expect!["models/main.sql@5: [r]"]);
}

#[test]
fn a_qualifier_leads_to_the_alias() {
    check("SELECT $0o.id FROM orders AS o", expect!["models/main.sql@27: [o]"]);
    check("SELECT $0orders.id FROM orders", expect!["models/main.sql@22: [orders]"]);
}

#[test]
fn a_merged_column_has_two_definitions() {
    check(
        "SELECT i$0d FROM orders JOIN customers USING (id)",
        expect![[r#"
            models/orders.sql@21: [id]
            models/customers.sql@20: [id]"#]],
    );
}

#[test]
fn an_alias_of_the_same_select_leads_to_its_item() {
    check("SELECT amount * 2 AS twice FROM orders ORDER BY tw$0ice", expect!["models/main.sql@21: [twice]"]);
}

#[test]
fn a_star_upstream_is_the_nearest_definition() {
    check(
        "
        //- models/staging.sql
        SELECT * FROM orders
        //- models/main.sql
        SELECT amo$0unt FROM staging
        ",
        expect!["models/staging.sql@7: [*]"],
    );
}

#[test]
fn a_column_of_a_pipeline_model() {
    check(
        "
        //- models/totals.rocky
        from orders
        group customer_id {
            total: sum(amount)
        }
        //- models/main.sql
        SELECT tot$0al FROM totals
        ",
        expect!["models/totals.rocky@36: [total]"],
    );
}

#[test]
fn pipelines_lead_to_models_columns_and_lets() {
    check(
        "
        //- models/main.rocky
        from ord$0ers
        ",
        expect!["models/orders.sql@0: []"],
    );
    check(
        "
        //- models/main.rocky
        from orders
        where amo$0unt > 1
        ",
        expect!["models/orders.sql@73: [amount]"],
    );
    check(
        "
        //- models/main.rocky
        let big = from orders | where amount > 10
        from bi$0g
        ",
        expect!["models/main.rocky@4: [big]"],
    );
}

#[test]
fn depends_on_leads_to_the_model() {
    check(
        "
        //- models/main.sql
        SELECT 1 AS x FROM orders
        //- models/main.toml
        depends_on = [\"ord$0ers\"]
        ",
        expect!["models/orders.sql@0: []"],
    );
}

#[test]
fn a_tested_column_leads_to_its_item() {
    check(
        "
        //- models/main.sql
        SELECT 1 AS x, 2 AS y
        //- models/main.toml
        [[tests]]
        type = \"unique\"
        column = \"$0y\"
        ",
        expect!["models/main.sql@20: [y]"],
    );
}

#[test]
fn frontmatter_mentions_models_too() {
    check(
        "---toml\ndepends_on = [\"ord$0ers\"]\n---\nSELECT 1 AS x FROM orders",
        expect!["models/orders.sql@0: []"],
    );
}

#[test]
fn a_declared_source_leads_to_its_declaration() {
    check(
        "
        //- models/main.sql
        SELECT id FROM raw.sh$0op.events
        //- models/main.toml
        [[sources]]
        catalog = \"raw\"
        schema = \"shop\"
        table = \"events\"
        ",
        expect![[r#"models/main.toml@52: ["events"]"#]],
    );
}

#[test]
fn nothing_known_leads_nowhere() {
    check("SELECT id FROM raw.shop.even$0ts", expect![[""]]);
    check("SELECT no_such$0_column FROM orders", expect![[""]]);
}
