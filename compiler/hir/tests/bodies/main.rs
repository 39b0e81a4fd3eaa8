//! Bodies of SQL texts: what lowering makes of them, when digests are equal, what they refer to.

mod broken;
mod digest;
mod lowering;
mod references;
mod samples;

use rocky_hir::body::{Body, BodySourceMap};
use rocky_syntax::DialectKind;

/// The body of a text without syntax errors.
fn body_of(sql: &str, dialect: DialectKind) -> (Body, BodySourceMap) {
    let parse = rocky_syntax::parse_sql(sql, dialect);
    assert!(parse.errors().is_empty(), "{sql}\n{:#?}", parse.errors());
    rocky_hir::lower::lower_sql(sql, dialect)
}

/// The body of any text.
fn body_of_broken(sql: &str, dialect: DialectKind) -> (Body, BodySourceMap) {
    rocky_hir::lower::lower_sql(sql, dialect)
}
