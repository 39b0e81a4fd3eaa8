//! Completion in texts that are still being written. `$0` is the cursor.
//!
//! Of functions and keywords only their presence is shown, because there are many.

use crate::support::Project;
use expect_test::{Expect, expect};
use rocky_ide::{Completion, CompletionKind};
use std::fmt::Write as _;

fn completions(fixture: &str) -> (Project, Vec<Completion>) {
    let project = Project::new(fixture);
    let at = project.position();
    let items = project.ask(|analysis| analysis.completions(at));
    (project, items)
}

fn check(fixture: &str, expected: Expect) {
    let (_, items) = completions(fixture);
    let mut text = String::new();
    for item in &items {
        if !matches!(item.kind, CompletionKind::Function | CompletionKind::Keyword) {
            let detail = item.detail.as_deref().unwrap_or("-");
            let _ = writeln!(text, "{:?} {} ({detail})", item.kind, item.label);
        }
    }
    let has = |kind: CompletionKind| items.iter().any(|item| item.kind == kind);
    let _ = writeln!(
        text,
        "functions: {}, keywords: {}",
        has(CompletionKind::Function),
        has(CompletionKind::Keyword)
    );
    expected.assert_eq(&text);
}

fn labels(fixture: &str) -> Vec<String> {
    completions(fixture).1.into_iter().map(|item| item.label).collect()
}

#[test]
fn columns_behind_an_alias() {
    check(
        "SELECT o.$0 FROM orders o",
        expect![[r#"
        Column amount (DECIMAL(10,2) · o)
        Column customer_id (INT64 · o)
        Column id (INT64 · o)
        Column ordered_at (DATE · o)
        functions: false, keywords: false
    "#]],
    );
    check(
        "SELECT o.a$0 FROM orders o",
        expect![[r#"
        Column amount (DECIMAL(10,2) · o)
        Column ordered_at (DATE · o)
        functions: false, keywords: false
    "#]],
    );
}

#[test]
fn columns_behind_a_models_name() {
    check(
        "SELECT customers.$0 FROM customers",
        expect![[r#"
        Column active (BOOL · customers)
        Column id (INT64 · customers)
        Column name (STRING · customers)
        functions: false, keywords: false
    "#]],
    );
}

#[test]
fn columns_behind_the_alias_of_a_cte_and_a_subquery() {
    check(
        "WITH r AS (SELECT id AS rid FROM orders) SELECT x.$0 FROM r x",
        expect![[r#"
        Column rid (INT64 · x)
        functions: false, keywords: false
    "#]],
    );
    check(
        "SELECT s.$0 FROM (SELECT name FROM customers) s",
        expect![[r#"
        Column name (STRING · s)
        functions: false, keywords: false
    "#]],
    );
}

#[test]
fn columns_in_scope_ambiguous_ones_qualified() {
    check(
        "SELECT $0 FROM orders o JOIN customers c ON o.customer_id = c.id",
        expect![[r#"
        Column active (BOOL · c)
        Column amount (DECIMAL(10,2) · o)
        Column c.id (INT64 · c)
        Column customer_id (INT64 · o)
        Column name (STRING · c)
        Column o.id (INT64 · o)
        Column ordered_at (DATE · o)
        Alias c (model customers)
        Alias o (model orders)
        functions: true, keywords: true
    "#]],
    );
}

#[test]
fn a_list_that_goes_on() {
    check(
        "SELECT id, $0 FROM customers",
        expect![[r#"
        Column active (BOOL · customers)
        Column name (STRING · customers)
        Column id (INT64 · customers)
        Alias customers (model customers)
        functions: true, keywords: true
    "#]],
    );
    check(
        "SELECT id, n$0\nFROM customers",
        expect![[r#"
        Column name (STRING · customers)
        functions: true, keywords: true
    "#]],
    );
}

#[test]
fn half_a_condition() {
    check(
        "SELECT id FROM customers WHERE act$0",
        expect![[r#"
        Column active (BOOL · customers)
        functions: true, keywords: false
    "#]],
    );
    check(
        "SELECT id FROM customers WHERE active = $0",
        expect![[r#"
        Column active (BOOL · customers)
        Column id (INT64 · customers)
        Column name (STRING · customers)
        Alias customers (model customers)
        functions: true, keywords: true
    "#]],
    );
    check(
        "SELECT id FROM customers WHERE id = 1 AND $0",
        expect![[r#"
        Column active (BOOL · customers)
        Column id (INT64 · customers)
        Column name (STRING · customers)
        Alias customers (model customers)
        functions: true, keywords: true
    "#]],
    );
}

#[test]
fn half_a_join() {
    check(
        "SELECT o.id FROM orders o JOIN customers c ON c.$0",
        expect![[r#"
        Column active (BOOL · c)
        Column id (INT64 · c)
        Column name (STRING · c)
        functions: false, keywords: false
    "#]],
    );
    check(
        "SELECT o.id FROM orders o JOIN customers c ON c.id = o.$0 WHERE",
        expect![[r#"
        Column amount (DECIMAL(10,2) · o)
        Column customer_id (INT64 · o)
        Column id (INT64 · o)
        Column ordered_at (DATE · o)
        functions: false, keywords: false
    "#]],
    );
}

#[test]
fn an_open_parenthesis() {
    check(
        "SELECT sum(o.$0 FROM orders o",
        expect![[r#"
        Column amount (DECIMAL(10,2) · o)
        Column customer_id (INT64 · o)
        Column id (INT64 · o)
        Column ordered_at (DATE · o)
        functions: false, keywords: false
    "#]],
    );
    check(
        "SELECT coalesce(amount, $0 FROM orders",
        expect![[r#"
        Column amount (DECIMAL(10,2) · orders)
        Column customer_id (INT64 · orders)
        Column id (INT64 · orders)
        Column ordered_at (DATE · orders)
        Alias orders (model orders)
        functions: true, keywords: true
    "#]],
    );
}

#[test]
fn the_from_clause_may_be_missing() {
    check(
        "SELECT orders.$0",
        expect![[r#"
        Column amount (DECIMAL(10,2) · orders)
        Column customer_id (INT64 · orders)
        Column id (INT64 · orders)
        Column ordered_at (DATE · orders)
        functions: false, keywords: false
    "#]],
    );
}

#[test]
fn models_ctes_and_sources_in_from() {
    check(
        "
        //- models/other.sql
        SELECT id FROM raw.events
        //- models/main.sql
        WITH recent AS (SELECT 1 AS x) SELECT * FROM $0
        ",
        expect![[r#"
            CommonTableExpression recent (common table expression)
            Model customers (model)
            Model orders (model)
            Model other (model)
            Source raw.events (source)
            functions: false, keywords: true
        "#]],
    );
}

#[test]
fn models_in_a_join() {
    check(
        "SELECT 1 AS x FROM orders o JOIN cus$0",
        expect![[r#"
        Model customers (model)
        functions: false, keywords: false
    "#]],
    );
    check(
        "SELECT 1 AS x FROM orders o LEFT JOIN $0 WHERE TRUE",
        expect![[r#"
        Model customers (model)
        Model orders (model)
        functions: false, keywords: true
    "#]],
    );
}

#[test]
fn a_model_that_would_make_a_cycle_comes_last() {
    check(
        "
        //- models/main.sql
        SELECT id FROM $0
        //- models/a_reader.sql
        SELECT id FROM main
        ",
        expect![[r#"
            Model customers (model)
            Model orders (model)
            Model a_reader (model · would make a cycle)
            functions: false, keywords: true
        "#]],
    );
}

#[test]
fn the_next_part_of_a_tables_name() {
    check(
        "
        //- models/main.sql
        SELECT id FROM lake.$0
        //- models/main.toml
        [[sources]]
        catalog = \"lake\"
        schema = \"shop\"
        table = \"events\"
        ",
        expect![[r#"
            Source shop (schema)
            functions: false, keywords: false
        "#]],
    );
    check(
        "
        //- models/main.sql
        SELECT id FROM lake.shop.$0
        //- models/main.toml
        [[sources]]
        catalog = \"lake\"
        schema = \"shop\"
        table = \"events\"
        ",
        expect![[r#"
            Source events (source)
            functions: false, keywords: false
        "#]],
    );
}

#[test]
fn own_columns_in_order_by() {
    check(
        "SELECT amount * 2 AS twice FROM orders ORDER BY tw$0",
        expect![[r#"
        Column twice (DECIMAL(18,2) · this query)
        functions: true, keywords: true
    "#]],
    );
}

#[test]
fn common_columns_in_using() {
    check(
        "SELECT 1 AS x FROM orders JOIN customers USING ($0)",
        expect![[r#"
        Column id (INT64)
        functions: false, keywords: false
    "#]],
    );
}

#[test]
fn types_in_a_cast() {
    assert!(labels("SELECT CAST(id AS $0) FROM orders").contains(&"BIGINT".to_owned()));
}

#[test]
fn columns_inside_a_correlated_subquery() {
    check(
        "SELECT id FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.$0)",
        expect![[r#"
            Column active (BOOL · c)
            Column id (INT64 · c)
            Column name (STRING · c)
            functions: false, keywords: false
        "#]],
    );
}

#[test]
fn keywords_where_a_clause_may_begin() {
    assert!(labels("SELECT id FROM orders WH$0").contains(&"WHERE".to_owned()));
    assert!(labels("SELECT id FROM orders wh$0").contains(&"where".to_owned()));
    assert!(labels("$0").contains(&"SELECT".to_owned()));
}

#[test]
fn functions_of_the_dialect() {
    let (_, items) = completions("SELECT su$0 FROM orders");
    let sum = items.iter().find(|item| item.label == "SUM").expect("there is SUM");
    assert_eq!((sum.kind, sum.insert.as_str()), (CompletionKind::Function, "SUM("));
}

#[test]
fn nothing_in_texts_and_comments() {
    assert_eq!(labels("SELECT 'o$0' AS x FROM orders"), Vec::<String>::new());
    assert_eq!(labels("SELECT id -- o$0\nFROM orders"), Vec::<String>::new());
    assert_eq!(labels("SELECT id /* $0 */ FROM orders"), Vec::<String>::new());
}

#[test]
fn the_whole_word_is_replaced_and_odd_names_are_quoted() {
    let (project, items) = completions(
        "
        //- models/odd.sql
        SELECT 1 AS \"two words\"
        //- models/main.sql
        SELECT tw$0x FROM odd
        ",
    );
    let item = items.iter().find(|item| item.label == "two words").expect("the column is offered");
    assert_eq!(item.insert, "\"two words\"");
    let at = project.position();
    assert_eq!(project.text(&at.path, item.replaces), "twx");
}

#[test]
fn a_word_right_behind_the_cursor_is_left_alone() {
    let (project, items) = completions("SELECT id, $0FROM customers");
    let item = items.iter().find(|item| item.label == "name").expect("the column is offered");
    let at = project.position();
    assert_eq!(project.text(&at.path, item.replaces), "");
}

#[test]
fn frontmatter_and_umlauts_move_nothing() {
    check(
        "---toml\nname = \"main\"\n---\nSELECT 'äß😀' AS x, o.am$0 FROM orders o",
        expect![[r#"
        Column amount (DECIMAL(10,2) · o)
        functions: false, keywords: false
    "#]],
    );
}

#[test]
fn models_in_a_pipeline() {
    check(
        "
        //- models/main.rocky
        let big = from orders | where amount > 10
        from $0
        ",
        expect![[r#"
            CommonTableExpression big (let)
            Model customers (model)
            Model orders (model)
            functions: false, keywords: false
        "#]],
    );
}

#[test]
fn columns_at_a_step() {
    check(
        "
        //- models/main.rocky
        from orders
        where $0
        ",
        expect![[r#"
            Column amount (DECIMAL(10,2))
            Column customer_id (INT64)
            Column id (INT64)
            Column ordered_at (DATE)
            Alias orders (orders)
            functions: true, keywords: true
        "#]],
    );
    check(
        "
        //- models/main.rocky
        from orders
        group customer_id {
            total: sum(amount)
        }
        where tot$0
        ",
        expect![[r#"
            Column total (DECIMAL(38,2))
            functions: true, keywords: false
        "#]],
    );
    check(
        "
        //- models/main.rocky
        from orders
        derive {
            twice: amo$0
        }
        ",
        expect![[r#"
            Column amount (DECIMAL(10,2))
            functions: true, keywords: false
        "#]],
    );
}

#[test]
fn columns_behind_an_alias_in_a_pipeline() {
    check(
        "
        //- models/main.rocky
        from orders as o
        join customers as c on o.customer_id == c.$0
        ",
        expect![[r#"
            Column active (BOOL · c)
            Column id (INT64 · c)
            Column name (STRING · c)
            functions: false, keywords: false
        "#]],
    );
}

#[test]
fn steps_at_the_beginning_of_a_line() {
    let found = labels("//- models/main.rocky\nfrom orders\nwh$0\n");
    assert!(found.contains(&"where".to_owned()), "{found:?}");
    let found = labels("//- models/main.rocky\n$0");
    assert!(found.contains(&"from".to_owned()), "{found:?}");
}

#[test]
fn keys_of_a_sidecar() {
    check(
        "
        //- models/main.sql
        SELECT 1 AS id
        //- models/main.toml
        name = \"main\"
        str$0
        ",
        expect![[r#"
            Key strategy (key)
            functions: false, keywords: false
        "#]],
    );
    check(
        "
        //- models/main.sql
        SELECT 1 AS id
        //- models/main.toml
        [target]
        $0
        ",
        expect![[r#"
            Key catalog (key)
            Key schema (key)
            Key table (key)
            functions: false, keywords: false
        "#]],
    );
}

#[test]
fn values_of_a_sidecar() {
    check(
        "
        //- models/main.sql
        SELECT 1 AS id
        //- models/main.toml
        depends_on = [\"or$0\"]
        ",
        expect![[r#"
            Model orders (model)
            Model customers (model)
            functions: false, keywords: false
        "#]],
    );
    check(
        "
        //- models/main.sql
        SELECT 1 AS id
        //- models/main.toml
        [strategy]
        type = \"me$0
        ",
        expect![[r#"
            Key merge (strategy)
            Key dynamic_table (strategy)
            Key ephemeral (strategy)
            Key incremental (strategy)
            Key materialized_view (strategy)
            Key time_interval (strategy)
            functions: false, keywords: false
        "#]],
    );
    check(
        "
        //- models/main.sql
        SELECT 1 AS id, 2 AS other
        //- models/main.toml
        [strategy]
        type = \"merge\"
        unique_key = [\"$0\"]
        ",
        expect![[r#"
            Column id (INT32)
            Column other (INT32)
            functions: false, keywords: false
        "#]],
    );
}

#[test]
fn columns_in_a_contract() {
    check(
        "
        //- models/main.sql
        SELECT 1 AS id
        //- models/main.contract.toml
        [[columns]]
        name = \"$0\"
        ",
        expect![[r#"
            Column id (INT32)
            functions: false, keywords: false
        "#]],
    );
}
