//! The outline of each kind of file.

use crate::support::Project;
use expect_test::{Expect, expect};
use rocky_ide::{FilePath, Symbol};
use std::fmt::Write as _;

fn check(fixture: &str, path: &str, expected: Expect) {
    let project = Project::new(fixture);
    let path = FilePath::new(path);
    let symbols = project.ask(|analysis| analysis.document_symbols(&path));
    let mut text = String::new();
    write_symbols(&project, &path, &symbols, 0, &mut text);
    expected.assert_eq(&text);
}

fn write_symbols(project: &Project, path: &FilePath, symbols: &[Symbol], depth: usize, text: &mut String) {
    for symbol in symbols {
        assert!(symbol.range.contains_range(symbol.selection_range), "{symbol:?}");
        let indent = "  ".repeat(depth);
        let detail = symbol.detail.as_deref().unwrap_or("-");
        let selected = project.text(path, symbol.selection_range);
        let _ = writeln!(text, "{indent}{:?} {} ({detail}) [{selected}]", symbol.kind, symbol.name);
        write_symbols(project, path, &symbol.children, depth + 1, text);
    }
}

#[test]
fn a_model_holds_its_ctes_and_columns() {
    check(
        "WITH recent AS (SELECT id, amount FROM orders), sums AS (SELECT sum(amount) AS total FROM recent)\n\
         SELECT total, 'ä' AS letter FROM sums",
        "models/main.sql",
        expect![[r#"
            Model main (model) []
              CommonTableExpression recent (common table expression) [recent]
                Column id (INT64) [id]
                Column amount (DECIMAL(10,2)) [amount]
              CommonTableExpression sums (common table expression) [sums]
                Column total (DECIMAL(38,2)?) [total]
              Column total (DECIMAL(38,2)?) [total]
              Column letter (STRING) [letter]
        "#]],
    );
}

#[test]
fn a_star_lists_its_columns() {
    check(
        "SELECT * FROM customers",
        "models/main.sql",
        expect![[r#"
        Model main (model) []
          Column id (INT64) [*]
          Column name (STRING) [*]
          Column active (BOOL) [*]
    "#]],
    );
}

#[test]
fn a_broken_model_has_an_outline() {
    check(
        "SELECT id AS a, FROM orders WHERE (",
        "models/main.sql",
        expect![[r#"
        Model main (model) []
          Column a (INT64) [a]
    "#]],
    );
}

#[test]
fn an_empty_model_has_an_outline() {
    check(
        "",
        "models/main.sql",
        expect![[r#"
        Model main (model) []
    "#]],
    );
}

#[test]
fn a_pipeline_holds_its_steps() {
    check(
        "
        //- models/main.rocky
        -- the big ones
        let big = from orders
        where amount > 10

        from big
        group customer_id {
            total: sum(amount)
        }
        sort total desc
        take 10
        ",
        "models/main.rocky",
        expect![[r#"
            Model main (model) []
              CommonTableExpression big (let) [big]
                Step from (orders) [from]
                Step where (amount > 10) [where]
              Step from (big) [from]
              Step group (customer_id) [group]
              Step sort (total desc) [sort]
              Step take (10) [take]
              Column customer_id (INT64) [customer_id]
              Column total (DECIMAL(38,2)) [total]
        "#]],
    );
}

#[test]
fn a_sidecar_holds_tables_and_keys() {
    check(
        "
        //- models/main.sql
        SELECT 1 AS id
        //- models/main.toml
        name = \"main\"
        depends_on = [\"orders\"]

        [strategy]
        type = \"merge\"
        unique_key = [\"id\"]

        [[tests]]
        type = \"not_null\"
        column = \"id\"

        [[tests]]
        type = \"unique\"
        column = \"id\"
        ",
        "models/main.toml",
        expect![[r#"
            Key name ("main") [name]
            Key depends_on (["orders"]) [depends_on]
            Table strategy (-) [strategy]
              Key type ("merge") [type]
              Key unique_key (["id"]) [unique_key]
            Table tests (not_null id) [[[tests]]]
              Key type ("not_null") [type]
              Key column ("id") [column]
            Table tests (unique id) [[[tests]]]
              Key type ("unique") [type]
              Key column ("id") [column]
        "#]],
    );
}

#[test]
fn rocky_toml_and_contracts_have_outlines() {
    check(
        "SELECT 1 AS x",
        "rocky.toml",
        expect![[r#"
        Table adapter (-) [adapter]
          Table local (-) [local]
            Key type ("duckdb") [type]
        Table pipeline (-) [pipeline]
          Table main (-) [main]
            Key type ("transformation") [type]
            Table target (-) [target]
              Key adapter ("local") [adapter]
    "#]],
    );
    check(
        "
        //- models/main.sql
        SELECT 1 AS id
        //- models/main.contract.toml
        [[columns]]
        name = \"id\"
        type = \"Int32\"

        [rules]
        required = [\"id\"]
        ",
        "models/main.contract.toml",
        expect![[r#"
            Table columns (Int32 id) [[[columns]]]
              Key name ("id") [name]
              Key type ("Int32") [type]
            Table rules (-) [rules]
              Key required (["id"]) [required]
        "#]],
    );
}
