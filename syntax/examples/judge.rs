//! Judges SQL statements: what our parser says, and what sqlparser says as a second opinion.
//!
//! Standard input holds statements as `dialect NUL text NUL`. For each one standard output gets lines with fields
//! separated by tabs, up to a line with a dot:
//!
//! - `error START END MESSAGE`: a syntax error, in bytes
//! - `finding CODE START END`: a finding about a statement or about the file
//! - `broken DIALECT`: in this dialect parsing panicked or the tree does not have the text
//! - `peer refuses`, `peer takes` or `peer query`: sqlparser's opinion; `query` when it sees one query

use std::io::{self, Read as _, Write};
use std::panic::catch_unwind;

use rocky_syntax::{DialectKind, parse_sql, validate_sql};
use sqlparser::ast::Statement;
use sqlparser::dialect as peers;
use sqlparser::parser::Parser;

fn main() -> io::Result<()> {
    let mut input = String::new();
    io::stdin().read_to_string(&mut input)?;
    let mut fields = input.split('\0');
    let mut output = io::BufWriter::new(io::stdout().lock());
    while let (Some(dialect), Some(text)) = (fields.next(), fields.next()) {
        let dialect = DialectKind::from_name(dialect).unwrap_or(DialectKind::Permissive);
        judge(dialect, text, &mut output)?;
    }
    output.flush()
}

fn judge(dialect: DialectKind, text: &str, output: &mut impl Write) -> io::Result<()> {
    for other in DialectKind::ALL {
        let whole = catch_unwind(|| parse_sql(text, other).syntax().text() == text);
        if !whole.unwrap_or(false) {
            writeln!(output, "broken\t{}", other.name())?;
        }
    }
    if let Ok(parse) = catch_unwind(|| parse_sql(text, dialect)) {
        for error in parse.errors() {
            let message = error.message.replace(['\n', '\t', '\r'], " ");
            let (start, end) = (usize::from(error.range.start()), usize::from(error.range.end()));
            writeln!(output, "error\t{start}\t{end}\t{message}")?;
        }
        for finding in validate_sql(&parse.tree(), dialect) {
            let (start, end) = (usize::from(finding.range.start()), usize::from(finding.range.end()));
            writeln!(output, "finding\t{}\t{start}\t{end}", finding.code)?;
        }
    }
    writeln!(output, "peer\t{}", second_opinion(dialect, text))?;
    writeln!(output, ".")
}

fn second_opinion(dialect: DialectKind, text: &str) -> &'static str {
    let peer: &dyn peers::Dialect = match dialect {
        DialectKind::DuckDb => &peers::DuckDbDialect {},
        DialectKind::Databricks => &peers::DatabricksDialect {},
        DialectKind::Snowflake => &peers::SnowflakeDialect {},
        DialectKind::BigQuery => &peers::BigQueryDialect {},
        DialectKind::Ansi => &peers::AnsiDialect {},
        DialectKind::Postgres => &peers::PostgreSqlDialect {},
        DialectKind::Permissive => &peers::GenericDialect {},
    };
    match Parser::parse_sql(peer, text).as_deref() {
        Ok([Statement::Query(_)]) => "query",
        Ok(_) => "takes",
        Err(_) => "refuses",
    }
}
