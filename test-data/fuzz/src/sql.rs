//! SQL in every dialect.

use rocky_format::Language;
use rocky_syntax::{parse_sql, validate_sql};

use crate::formatted::is_formatted_well;
use crate::{dialect_and_text, is_lossless, is_within};

/// Parsing is total and loses nothing; findings lie in the text; formatting changes blanks only.
///
/// # Panics
/// When a law is broken.
pub fn sql_holds(data: &[u8]) {
    let Some((dialect, text)) = dialect_and_text(data) else { return };
    let parse = parse_sql(text, dialect);
    is_lossless(&parse.syntax(), text);
    for finding in parse.errors().iter().chain(&validate_sql(&parse.tree(), dialect)) {
        is_within(finding.range, text);
    }
    is_formatted_well(text, Language::Sql(dialect));
}
