use expect_test::expect;
use rocky_plan_model::{RelationName, SelectSql};

use super::*;

fn dialect() -> DuckDbDialect {
    DuckDbDialect::for_database(Some(Path::new("/data/shop.duckdb")))
}

fn relation(catalog: &str) -> RelationName {
    RelationName::new(catalog, "mart", "orders").expect("relation")
}

#[test]
fn a_catalog_is_written_only_when_it_is_attached() {
    let dialect = dialect();
    let refs = ["shop", "SHOP", "warehouse", ""].map(|catalog| dialect.table_ref(&relation(catalog)));
    expect!["shop.mart.orders SHOP.mart.orders mart.orders mart.orders"].assert_eq(&refs.join(" "));
    assert_eq!(attached_name(None), "memory");
}

#[test]
fn identifiers_are_quoted_only_where_they_must_be() {
    let names = ["total", "_x1", "Order", "select", "1st", "two words", "a\"b", "", "été", "left"];
    let quoted = names.map(|name| dialect().identifier(name)).join("\n");
    expect![[r#"
        total
        _x1
        "Order"
        "select"
        "1st"
        "two words"
        "a""b"
        ""
        "été"
        "left""#]]
    .assert_eq(&quoted);
}

#[test]
fn a_literal_holds_any_text_or_is_refused() {
    assert_eq!(dialect().string_literal("it's; -- \\").expect("literal"), "'it''s; -- \\'");
    assert_eq!(dialect().string_literal("a\0b").expect_err("refused").kind, ErrorKind::Query);
    assert_eq!(
        dialect().string_literal(&"x".repeat(MAX_LITERAL_BYTES + 1)).expect_err("refused").kind,
        ErrorKind::Query
    );
}

#[test]
fn statements() {
    let dialect = dialect();
    let target = relation("shop");
    let select = SelectSql::new("SELECT id, \"order\", ts FROM raw.orders -- all;\n");
    let past = dialect.select_past_watermark(
        &["id", "order", "ts"],
        &select,
        ("ts", TimestampKind::Timestamp),
        &target,
    );
    let statements = [
        dialect.create_schema(&target.catalog, &target.schema),
        dialect.create_table_as(&target, &select),
        dialect.insert_into(&target, &["id", "order", "ts"], &past),
        dialect.add_column(&target, "group", "DECIMAL(18,2)").expect("statement"),
        dialect.drop_table(&target),
        dialect.select_max(&target, "ts"),
        dialect.select_preview(&target, &["id", "order"], 10),
        format!("SELECT {}", dialect.regex_match("name", "^a'b").expect("predicate")),
    ];
    expect![[r#"
        CREATE SCHEMA IF NOT EXISTS shop.mart;
        CREATE OR REPLACE TABLE shop.mart.orders AS
        SELECT id, "order", ts FROM raw.orders -- all;
        INSERT INTO shop.mart.orders (id, "order", ts)
        SELECT id, "order", ts FROM (
        SELECT id, "order", ts FROM raw.orders -- all
        ) AS _rocky_src
        WHERE ts > (SELECT COALESCE(MAX(ts), TIMESTAMP '1970-01-01') FROM shop.mart.orders);
        ALTER TABLE shop.mart.orders ADD COLUMN "group" DECIMAL(18,2);
        DROP TABLE IF EXISTS shop.mart.orders;
        SELECT MAX(ts) FROM shop.mart.orders;
        SELECT CAST(id AS VARCHAR) AS id, CAST("order" AS VARCHAR) AS "order" FROM shop.mart.orders LIMIT 10;
        SELECT regexp_matches(name, '^a''b')"#]]
    .assert_eq(&statements.join(";\n"));
    assert!(dialect.add_column(&target, "x", "INTEGER; DROP TABLE y").is_err());
}

#[test]
fn the_keyword_list_can_be_searched() {
    assert!(DUCKDB_QUOTED_KEYWORDS.is_sorted());
}
