//! Warehouse type names and contract names.

use rocky_types::{DataType, DialectKind, parse_contract_type, parse_type};

fn check(dialect: DialectKind, table: &[(&str, &str)]) {
    for (name, expected) in table {
        let ty = parse_type(name, dialect);
        assert_eq!(ty.contract_name().to_string(), *expected, "{name} on {dialect:?}");
    }
}

#[test]
fn duckdb() {
    check(
        DialectKind::DuckDb,
        &[
            ("BOOLEAN", "Boolean"),
            ("logical", "Boolean"),
            ("TINYINT", "Int32"),
            ("utinyint", "Int32"),
            ("int", "Int32"),
            ("SIGNED", "Int32"),
            ("BIGINT", "Int64"),
            ("UINTEGER", "Int64"),
            ("HUGEINT", "Decimal(38,0)"),
            ("UBIGINT", "Decimal(38,0)"),
            ("FLOAT", "Float32"),
            ("DOUBLE", "Float64"),
            ("double precision", "Float64"),
            ("DECIMAL", "Decimal(18,3)"),
            ("DECIMAL(15, 2)", "Decimal(15,2)"),
            ("NUMERIC(7)", "Decimal(7,0)"),
            ("VARCHAR(20)", "String"),
            ("UUID", "String"),
            ("ENUM('a', 'b')", "String"),
            ("character varying(3)", "String"),
            ("BLOB", "Binary"),
            ("BIT", "Binary"),
            ("DATE", "Date"),
            ("TIMESTAMP", "TimestampNtz"),
            ("TIMESTAMP_MS", "TimestampNtz"),
            ("TIMESTAMP WITH TIME ZONE", "Timestamp"),
            ("TIMESTAMPTZ", "Timestamp"),
            ("TIMESTAMP WITHOUT TIME ZONE", "TimestampNtz"),
            ("TIME", "Time"),
            ("TIME WITH TIME ZONE", "Time"),
            ("INTERVAL", "Interval"),
            ("INTEGER[]", "Array<Int32>"),
            ("INTEGER[3][]", "Array<Array<Int32>>"),
            ("MAP(VARCHAR, INTEGER)", "Map<String,Int32>"),
            ("STRUCT(a INTEGER, \"b c\" VARCHAR[])", "Struct<a: Int32, b c: Array<String>>"),
            ("STRUCT(INTEGER, VARCHAR)", "Struct<: Int32, : String>"),
            ("JSON", "Variant"),
            ("UNION(a INTEGER, b VARCHAR)", "Unknown"),
            ("NULL", "Unknown"),
            ("", "Unknown"),
            ("INTEGER INTEGER", "Unknown"),
            ("STRUCT(a INTEGER", "Unknown"),
            ("[[[", "Unknown"),
        ],
    );
}

#[test]
fn databricks() {
    check(
        DialectKind::Databricks,
        &[
            ("BYTE", "Int32"),
            ("LONG", "Int64"),
            ("REAL", "Float32"),
            ("DOUBLE", "Float64"),
            ("DECIMAL", "Decimal(10,0)"),
            ("dec(5,1)", "Decimal(5,1)"),
            ("STRING", "String"),
            ("CHAR(3)", "String"),
            ("TIMESTAMP", "Timestamp"),
            ("TIMESTAMP_NTZ", "TimestampNtz"),
            ("ARRAY<STRING>", "Array<String>"),
            ("MAP<STRING, ARRAY<INT>>", "Map<String,Array<Int32>>"),
            ("STRUCT<a: BIGINT NOT NULL COMMENT 'x', b: STRING>", "Struct<a: Int64, b: String>"),
            ("VARIANT", "Variant"),
            ("INTERVAL DAY TO SECOND", "Interval"),
            ("VOID", "Unknown"),
            ("GEOGRAPHY", "Unknown"),
        ],
    );
}

#[test]
fn snowflake() {
    check(
        DialectKind::Snowflake,
        &[
            ("NUMBER(38,0)", "Int64"),
            ("NUMBER", "Int64"),
            ("NUMBER(10,2)", "Decimal(10,2)"),
            ("TINYINT", "Int64"),
            ("REAL", "Float64"),
            ("NVARCHAR(10)", "String"),
            ("TIMESTAMP_TZ(9)", "Timestamp"),
            ("TIMESTAMP_NTZ(9)", "TimestampNtz"),
            ("TIMESTAMP WITH LOCAL TIME ZONE", "Timestamp"),
            ("DATETIME", "TimestampNtz"),
            ("TIMESTAMP", "TimestampNtz"),
            ("ARRAY", "Array<Variant>"),
            ("ARRAY(NUMBER(10,2) NOT NULL)", "Array<Decimal(10,2)>"),
            ("OBJECT", "Variant"),
            ("OBJECT(a NUMBER, b VARCHAR)", "Struct<a: Int64, b: String>"),
            ("VECTOR(FLOAT, 3)", "Unknown"),
        ],
    );
}

#[test]
fn big_query() {
    check(
        DialectKind::BigQuery,
        &[
            ("INT64", "Int64"),
            ("FLOAT64", "Float64"),
            ("NUMERIC", "Decimal(38,9)"),
            ("BIGNUMERIC", "Decimal(76,38)"),
            ("NUMERIC(10,2)", "Decimal(10,2)"),
            ("STRING(10)", "String"),
            ("BYTES", "Binary"),
            ("TIMESTAMP", "Timestamp"),
            ("DATETIME", "TimestampNtz"),
            ("ARRAY<STRUCT<a INT64, b STRING>>", "Array<Struct<a: Int64, b: String>>"),
            ("JSON", "Variant"),
            ("RANGE<DATE>", "Unknown"),
        ],
    );
}

#[test]
fn contract_names_are_read_back() {
    for name in [
        "Boolean",
        "Int32",
        "Int64",
        "Float32",
        "Float64",
        "Decimal(10,2)",
        "String",
        "Date",
        "Timestamp",
        "TimestampNtz",
        "Time",
        "Interval",
        "Binary",
        "Array<Int64>",
        "Map<String,Array<Date>>",
        "Struct<a: Int64, b: Struct<c: String>>",
        "Variant",
    ] {
        let ty = parse_contract_type(name).unwrap_or_else(|| panic!("{name} is a type"));
        assert_eq!(ty.contract_name().to_string(), name);
    }
    assert_eq!(parse_contract_type("decimal"), Some(DataType::Decimal(38, 0)));
    for wrong in ["Int65", "", "Array<", "VARCHAR", "Int64 Int64", "Map<String>"] {
        assert_eq!(parse_contract_type(wrong), None, "{wrong}");
    }
}

#[test]
fn deep_nesting_ends() {
    let deep = format!("{}INT{}", "ARRAY<".repeat(10_000), ">".repeat(10_000));
    assert_eq!(parse_type(&deep, DialectKind::Databricks), DataType::Unknown);
    let flat = format!("INT{}", "[]".repeat(1_000_000));
    assert_eq!(parse_type(&flat, DialectKind::DuckDb), DataType::Unknown);
    assert!(matches!(parse_type("INT[][][]", DialectKind::DuckDb), DataType::Array(_)));
}
