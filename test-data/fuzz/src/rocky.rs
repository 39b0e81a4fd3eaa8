//! The Rocky language.

use rocky_format::Language;
use rocky_syntax::dsl::{LowerContext, dsl_references, lint_dsl, lower_dsl, parse_dsl, validate_dsl};
use rocky_syntax::{parse_sql, validate_sql};

use crate::formatted::is_formatted_well;
use crate::{dialect_and_text, is_lossless, is_within};

/// Parsing is total and loses nothing; what lowers, lowers to SQL that parses; the source map stays in both texts.
///
/// # Panics
/// When a law is broken.
pub fn rocky_holds(data: &[u8]) {
    let Some((dialect, text)) = dialect_and_text(data) else { return };
    let parse = parse_dsl(text);
    is_lossless(&parse.syntax(), text);
    let file = parse.tree();
    let errors: Vec<_> = parse.errors().iter().cloned().chain(validate_dsl(&file)).collect();
    for error in &errors {
        is_within(error.range, text);
    }
    for lint in lint_dsl(&file) {
        is_within(lint.range, text);
    }
    for reference in dsl_references(&file) {
        is_within(reference.range, text);
    }
    is_formatted_well(text, Language::Rocky);
    let lowered = lower_dsl(&parse, &LowerContext { dialect, relation: &|_| None });
    for finding in &lowered.findings {
        is_within(finding.range, text);
    }
    for (in_sql, in_text) in lowered.source_map.entries() {
        is_within(in_sql, &lowered.sql);
        is_within(in_text, text);
    }
    if errors.is_empty() && lowered.ok {
        let sql = parse_sql(&lowered.sql, dialect);
        assert!(sql.errors().is_empty(), "lowered to broken SQL: {}\n{:?}", lowered.sql, sql.errors());
        let findings: Vec<_> =
            validate_sql(&sql.tree(), dialect).into_iter().filter(|finding| finding.code != "S007").collect();
        assert!(findings.is_empty(), "lowered to more than a query: {}\n{findings:?}", lowered.sql);
    }
}
