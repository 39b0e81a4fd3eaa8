//! Findings about whole files: one file holds one query, in the SQL of its warehouse.

mod constructs;
mod foreign;
mod jinja;
mod silent;
mod statements;

pub use constructs::{CONSTRUCTS, Construct};
pub use silent::validates_silently;

use crate::ast_support::AstNode;
use crate::generated::sql_ast::SqlFile;
use crate::sql::dialect::{Dialect, DialectKind};
use crate::syntax_error::SyntaxError;

/// Statement-level findings: several statements (S002), not a query (S003), nothing at all (S004), dbt
/// Jinja (S005), constructs and parameters that the dialect does not have (S007). Syntax errors are the
/// parser's.
pub fn validate_sql(file: &SqlFile, dialect: DialectKind) -> Vec<SyntaxError> {
    let mut findings = Vec::new();
    jinja::jinja(file, Dialect::of(dialect), &mut findings);
    statements::statements(file, &mut findings);
    foreign::foreign(file.syntax(), dialect, &mut findings);
    findings.sort_by_key(|finding| (finding.range.start(), finding.code));
    findings
}
