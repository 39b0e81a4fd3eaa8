//! One query before both: what DuckDB answers and what Rocky infers.

use duckdb::Connection;
use rocky_base_db::Severity;
use rocky_hir::lower::lower_sql;
use rocky_syntax::parse_sql;
use rocky_types::{DataType, DialectKind, Environment, Inference, infer, parse_type};

use crate::patience::limited;
use crate::world::World;

/// DuckDB's answer: name and type of each column, or why it refuses.
pub(crate) type Described = Result<Vec<(String, String)>, String>;

/// Asks DuckDB, which binds the query and does not run it. As a subquery: columns have the names they would have
/// in a table made of the query.
pub(crate) fn describe(connection: &Connection, sql: &str) -> Described {
    let ask = || -> duckdb::Result<Vec<(String, String)>> {
        let mut statement = connection.prepare(&format!("DESCRIBE SELECT * FROM ({sql}) AS judged"))?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect()
    };
    limited(connection, sql, ask).map_err(|error| error.to_string())
}

/// What Rocky says of a query.
#[derive(Debug)]
pub(crate) struct Ours {
    pub(crate) inference: Inference,
    pub(crate) errors: Vec<(String, String)>,
}

/// Infers a query over a world.
pub(crate) fn inferred(sql: &str, world: &World) -> Ours {
    let dialect = DialectKind::DuckDb;
    let parse = parse_sql(sql, dialect);
    let (body, _) = lower_sql(sql, dialect);
    let relations = |path: &[rocky_hir::body::Ident]| world.relation(path);
    let inference = infer(&body, &Environment { dialect, relations: &relations });
    let mut errors: Vec<(String, String)> =
        parse.errors().iter().map(|error| (error.code.to_owned(), error.message.clone())).collect();
    errors.extend(
        inference
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .map(|finding| (finding.code.to_string(), finding.message.clone())),
    );
    Ours { inference, errors }
}

/// What came out for a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The types are equal after the mapping.
    Equal,
    /// We claim nothing, or not exactly.
    Unknown,
    /// We claim another type.
    Different,
    /// DuckDB's type has no place in the lattice: nothing to claim.
    Outside,
}

/// Compares a type of ours with DuckDB's name of its type.
pub(crate) fn compare(ours: &DataType, exact: bool, theirs: &str) -> Verdict {
    let theirs = parse_type(theirs, DialectKind::DuckDb);
    if theirs.has_unknown() {
        return if ours.has_unknown() { Verdict::Outside } else { Verdict::Different };
    }
    if ours.has_unknown() || !exact {
        return Verdict::Unknown;
    }
    if same(ours, &theirs) { Verdict::Equal } else { Verdict::Different }
}

fn same(left: &DataType, right: &DataType) -> bool {
    match (left, right) {
        (DataType::Array(left), DataType::Array(right)) => same(left, right),
        (DataType::Map(left), DataType::Map(right)) => same(&left.0, &right.0) && same(&left.1, &right.1),
        (DataType::Struct(left), DataType::Struct(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| {
                    left.name.eq_ignore_ascii_case(&right.name) && same(&left.ty, &right.ty)
                })
        }
        (left, right) => left == right,
    }
}
