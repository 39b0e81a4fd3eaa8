//! The 22 queries of TPC-H, with its tables given: everything is known and nothing is wrong.

use crate::render::{Tables, inferred};
use rocky_base_db::Severity;
use rocky_types::DialectKind;
use std::path::Path;

/// TPC-H as DuckDB's generator makes it.
const TABLES: &str = "
customer: c_custkey BIGINT not null, c_name VARCHAR not null, c_address VARCHAR not null, c_nationkey INTEGER not null, c_phone VARCHAR not null, c_acctbal DECIMAL(15,2) not null, c_mktsegment VARCHAR not null, c_comment VARCHAR not null
lineitem: l_orderkey BIGINT not null, l_partkey BIGINT not null, l_suppkey BIGINT not null, l_linenumber BIGINT not null, l_quantity DECIMAL(15,2) not null, l_extendedprice DECIMAL(15,2) not null, l_discount DECIMAL(15,2) not null, l_tax DECIMAL(15,2) not null, l_returnflag VARCHAR not null, l_linestatus VARCHAR not null, l_shipdate DATE not null, l_commitdate DATE not null, l_receiptdate DATE not null, l_shipinstruct VARCHAR not null, l_shipmode VARCHAR not null, l_comment VARCHAR not null
nation: n_nationkey INTEGER not null, n_name VARCHAR not null, n_regionkey INTEGER not null, n_comment VARCHAR not null
orders: o_orderkey BIGINT not null, o_custkey BIGINT not null, o_orderstatus VARCHAR not null, o_totalprice DECIMAL(15,2) not null, o_orderdate DATE not null, o_orderpriority VARCHAR not null, o_clerk VARCHAR not null, o_shippriority INTEGER not null, o_comment VARCHAR not null
part: p_partkey BIGINT not null, p_name VARCHAR not null, p_mfgr VARCHAR not null, p_brand VARCHAR not null, p_type VARCHAR not null, p_size INTEGER not null, p_container VARCHAR not null, p_retailprice DECIMAL(15,2) not null, p_comment VARCHAR not null
partsupp: ps_partkey BIGINT not null, ps_suppkey BIGINT not null, ps_availqty BIGINT not null, ps_supplycost DECIMAL(15,2) not null, ps_comment VARCHAR not null
region: r_regionkey INTEGER not null, r_name VARCHAR not null, r_comment VARCHAR not null
supplier: s_suppkey BIGINT not null, s_name VARCHAR not null, s_address VARCHAR not null, s_nationkey INTEGER not null, s_phone VARCHAR not null, s_acctbal DECIMAL(15,2) not null, s_comment VARCHAR not null
";

fn queries() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-data/corpus/tpch");
    let mut queries: Vec<(String, String)> = std::fs::read_dir(folder)
        .expect("the queries are there")
        .map(|entry| entry.expect("a query can be listed").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .map(|path| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("a query can be read"))
        })
        .collect();
    queries.sort();
    queries
}

#[test]
fn every_query_is_fully_known() {
    let tables = Tables::parse(TABLES);
    let queries = queries();
    assert_eq!(queries.len(), 22);
    for (name, sql) in queries {
        let (inference, _) = inferred(&sql, DialectKind::DuckDb, &tables);
        let errors: Vec<_> =
            inference.findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        assert!(!inference.schema.open, "{name} is open: {:#?}", inference.schema.columns);
        for (column, lineage) in inference.schema.columns.iter().zip(&inference.column_lineage) {
            assert!(!column.ty.has_unknown() && column.exact, "{name}.{} is not known", column.name);
            let counts = lineage.sources.is_empty();
            assert!(!counts || column.ty == rocky_types::DataType::Int64, "{name}.{}", column.name);
        }
    }
}

#[test]
fn a_wrong_column_in_any_query_is_found() {
    let tables = Tables::parse(&TABLES.replace("l_extendedprice", "l_price").replace("o_orderkey", "o_key"));
    for (name, sql) in queries() {
        if !sql.contains("l_extendedprice") && !sql.contains("o_orderkey") {
            continue;
        }
        let (inference, _) = inferred(&sql, DialectKind::DuckDb, &tables);
        assert!(inference.findings.iter().any(|finding| finding.code == "E003"), "{name}");
    }
}

#[test]
fn nothing_known_of_the_tables_gives_no_error() {
    for (name, sql) in queries() {
        let (inference, _) = inferred(&sql, DialectKind::DuckDb, &Tables::default());
        let wrong = inference.findings.iter().filter(|finding| finding.severity != Severity::Info).count();
        assert_eq!(wrong, 0, "{name}: {:#?}", inference.findings);
    }
}
