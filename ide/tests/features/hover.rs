//! Hover on SQL, the Rocky language and TOML. `$0` is the mouse.

use crate::support::Project;
use expect_test::{Expect, expect};

fn check(fixture: &str, expected: Expect) {
    let project = Project::new(fixture);
    let at = project.position();
    let shown = match project.ask(|analysis| analysis.hover(at.clone())) {
        Some(hover) => format!("[{}]\n{}", project.text(&at.path, hover.range), hover.markdown),
        None => "nothing".to_owned(),
    };
    expected.assert_eq(&shown);
}

#[test]
fn a_model_shows_intent_neighbours_and_columns() {
    check(
        "SELECT o.id FROM ord$0ers o",
        expect![[r#"
        [orders]
        **Model:** orders

        > Every order, once.

        **Upstream:** none (leaf)

        **Downstream:** main

        **Columns:**

        - `id: INT64`
        - `customer_id: INT64`
        - `amount: DECIMAL(10,2)`
        - `ordered_at: DATE`"#]],
    );
}

#[test]
fn a_model_without_upstream_is_a_leaf() {
    check(
        "
        //- models/staging.sql
        SELECT id FROM orders
        //- models/main.sql
        SELECT id FROM stag$0ing
        ",
        expect![[r#"
            [staging]
            **Model:** staging

            **Upstream:** orders

            **Downstream:** main

            **Columns:**

            - `id: INT64`"#]],
    );
}

#[test]
fn a_column_of_a_model_shows_type_sources_and_consumers() {
    check(
        "
        //- models/staging.sql
        SELECT id, amount * 2 AS doubled FROM orders
        //- models/main.sql
        SELECT sum(s.doub$0led) AS total FROM staging s
        ",
        expect![[r#"
            [doubled]
            **Column:** `staging.doubled : DECIMAL(18,2)`

            **Upstream sources:**

            - `doubled ← orders.amount` (expression)

            **Downstream consumers:**

            - `main.total` (aggregation: sum)"#]],
    );
}

#[test]
fn a_column_of_this_model_shows_where_it_comes_from() {
    check(
        "SELECT id, cast(amount AS DOUBLE) AS mo$0ney FROM orders",
        expect![[r#"
        [money]
        **Column:** `main.money : FLOAT64`

        **Upstream sources:**

        - `money ← orders.amount` (cast)"#]],
    );
}

#[test]
fn an_outer_join_makes_a_column_nullable_here() {
    check(
        "SELECT c.na$0me FROM orders o LEFT JOIN customers c ON c.id = o.customer_id",
        expect![[r#"
            [name]
            **Column:** `customers.name : STRING?`

            **Downstream consumers:**

            - `main.name` (direct)"#]],
    );
}

#[test]
fn an_alias_shows_what_it_stands_for() {
    check(
        "SELECT $0o.id FROM orders o",
        expect![[r#"
        [o]
        **Alias:** o = model orders

        **Columns:**

        - `id: INT64`
        - `customer_id: INT64`
        - `amount: DECIMAL(10,2)`
        - `ordered_at: DATE`"#]],
    );
    check(
        "SELECT o.id FROM orders $0o",
        expect![[r#"
        [o]
        **Alias:** o = model orders

        **Columns:**

        - `id: INT64`
        - `customer_id: INT64`
        - `amount: DECIMAL(10,2)`
        - `ordered_at: DATE`"#]],
    );
}

#[test]
fn a_cte_shows_its_columns() {
    check(
        "WITH recent AS (SELECT id, amount FROM orders) SELECT * FROM rec$0ent",
        expect![[r#"
        [recent]
        **Common table expression:** recent

        **Columns:**

        - `id: INT64`
        - `amount: DECIMAL(10,2)`"#]],
    );
    check(
        "WITH rec$0ent AS (SELECT id FROM orders) SELECT * FROM recent",
        expect![[r#"
        [recent]
        **Common table expression:** recent

        **Columns:**

        - `id: INT64`"#]],
    );
}

#[test]
fn a_cte_that_is_called_like_a_model_is_the_cte() {
    check(
        "WITH orders AS (SELECT 1 AS x) SELECT * FROM ord$0ers",
        expect![[r#"
        [orders]
        **Common table expression:** orders

        **Columns:**

        - `x: INT32`"#]],
    );
}

#[test]
fn a_column_of_a_cte_shows_its_expression() {
    check(
        "WITH r AS (SELECT amount + 1 AS more FROM orders) SELECT r.mo$0re FROM r",
        expect![[r#"
        [more]
        **Column:** `r.more : DECIMAL(13,2)`

        = `amount + 1`"#]],
    );
}

#[test]
fn a_column_alias_inside_a_cte() {
    check(
        "WITH r AS (SELECT amount + 1 AS mo$0re FROM orders) SELECT more FROM r",
        expect![[r#"
        [more]
        **Column:** `r.more : DECIMAL(13,2)`

        = `amount + 1`"#]],
    );
}

#[test]
fn a_function_shows_its_kind() {
    check(
        "SELECT su$0m(amount) AS total FROM orders",
        expect![[r#"
        [sum]
        **Aggregate function:** SUM"#]],
    );
}

#[test]
fn an_external_table_with_unknown_columns() {
    check(
        "SELECT id FROM raw.ev$0ents",
        expect![[r#"
        [raw.events]
        **External table:** raw.events

        Its columns are not known."#]],
    );
    check(
        "SELECT i$0d FROM raw.events",
        expect![[r#"
        [id]
        **Column:** `raw.events.id`

        The columns of raw.events are not known."#]],
    );
}

#[test]
fn a_word_in_a_text_or_a_comment_is_nothing() {
    check("SELECT 'ord$0ers' AS x FROM orders", expect!["nothing"]);
    check("SELECT 1 AS x -- ord$0ers", expect!["nothing"]);
}

#[test]
fn the_text_need_not_be_whole() {
    check(
        "SELECT o.amo$0unt, FROM orders o WHERE",
        expect![[r#"
        [amount]
        **Column:** `orders.amount : DECIMAL(10,2)`

        **Downstream consumers:**

        - `main.amount` (direct)"#]],
    );
}

#[test]
fn text_before_the_word_may_be_of_any_script() {
    check(
        "SELECT 'äöü😀' AS greeting, amo$0unt FROM orders",
        expect![[r#"
        [amount]
        **Column:** `orders.amount : DECIMAL(10,2)`

        **Downstream consumers:**

        - `main.amount` (direct)"#]],
    );
}

#[test]
fn frontmatter_moves_nothing() {
    check(
        "---toml\nname = \"main\"\n---\nSELECT amo$0unt FROM orders",
        expect![[r#"
        [amount]
        **Column:** `orders.amount : DECIMAL(10,2)`

        **Downstream consumers:**

        - `main.amount` (direct)"#]],
    );
}

#[test]
fn pipelines_show_models_and_columns() {
    check(
        "
        //- models/main.rocky
        from ord$0ers
        where amount > 10
        ",
        expect![[r#"
            [orders]
            **Model:** orders

            > Every order, once.

            **Upstream:** none (leaf)

            **Downstream:** main

            **Columns:**

            - `id: INT64`
            - `customer_id: INT64`
            - `amount: DECIMAL(10,2)`
            - `ordered_at: DATE`"#]],
    );
    check(
        "
        //- models/main.rocky
        from orders
        where amo$0unt > 10
        ",
        expect![[r#"
            [amount]
            **Column:** `orders.amount : DECIMAL(10,2)`

            **Downstream consumers:**

            - `main.amount` (direct)"#]],
    );
    check(
        "
        //- models/main.rocky
        from orders
        group customer_id {
            tot$0al: sum(amount)
        }
        ",
        expect![[r#"
            [total]
            **Column:** `main.total : DECIMAL(38,2)`

            **Upstream sources:**

            - `total ← orders.amount` (aggregation: sum)"#]],
    );
}

#[test]
fn a_name_in_depends_on_is_a_model() {
    check(
        "
        //- models/main.sql
        SELECT id FROM orders
        //- models/main.toml
        depends_on = [\"ord$0ers\"]
        ",
        expect![[r#"
            [orders]
            **Model:** orders

            > Every order, once.

            **Upstream:** none (leaf)

            **Downstream:** main

            **Columns:**

            - `id: INT64`
            - `customer_id: INT64`
            - `amount: DECIMAL(10,2)`
            - `ordered_at: DATE`"#]],
    );
}

#[test]
fn a_column_in_a_sidecar_and_in_a_contract() {
    check(
        "
        //- models/main.sql
        SELECT id FROM orders
        //- models/main.toml
        [[tests]]
        type = \"not_null\"
        column = \"i$0d\"
        ",
        expect![[r#"
            [id]
            **Column:** `main.id : INT64`

            **Upstream sources:**

            - `id ← orders.id` (direct)"#]],
    );
    check(
        "
        //- models/main.sql
        SELECT id FROM orders
        //- models/main.contract.toml
        [[columns]]
        name = \"i$0d\"
        type = \"Int64\"
        ",
        expect![[r#"
            [id]
            **Column:** `main.id : INT64`

            **Upstream sources:**

            - `id ← orders.id` (direct)"#]],
    );
}

#[test]
fn a_model_on_a_cycle_has_no_columns_and_does_not_hang() {
    check(
        "
        //- models/hen.sql
        SELECT x FROM egg
        //- models/egg.sql
        SELECT x FROM he$0n
        ",
        expect![[r#"
            [hen]
            **Model:** hen

            **Upstream:** egg

            **Downstream:** egg

            There may be more columns."#]],
    );
}
