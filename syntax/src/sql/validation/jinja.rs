//! Template tags (S005) and a warehouse's own parameters (S007).

use rowan::TextRange;

use crate::ast_support::AstNode;
use crate::generated::sql_ast::SqlFile;
use crate::sql::dialect::Dialect;
use crate::syntax_error::SyntaxError;
use crate::tree::SyntaxKind::{JINJA_COMMENT, JINJA_ISLAND, JINJA_STATEMENT};

/// `{{ name }}`
fn is_parameter(text: &str) -> bool {
    let name = text.trim_start_matches('{').trim_end_matches('}').trim();
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// One finding at the first Jinja tag: a template has dozens of them and one answer.
pub(super) fn jinja(file: &SqlFile, dialect: &Dialect, findings: &mut Vec<SyntaxError>) {
    let tags = file
        .syntax()
        .descendants_with_tokens()
        .filter_map(|element| element.into_token())
        .filter(|token| matches!(token.kind(), JINJA_ISLAND | JINJA_STATEMENT | JINJA_COMMENT));
    let mut first: Option<TextRange> = None;
    let mut count = 0usize;
    for tag in tags {
        if dialect.brace_parameters && is_parameter(tag.text()) {
            findings.push(
                SyntaxError::new(
                    "S007",
                    tag.text_range(),
                    format!("{} is a parameter whose value is not known here", tag.text()),
                )
                .with_help("write the value, or use `@var(name)`"),
            );
            continue;
        }
        first.get_or_insert(tag.text_range());
        count += 1;
    }
    if let Some(range) = first {
        let message = match count {
            1 => "this is dbt Jinja; models here are plain SQL".to_owned(),
            _ => format!("this is dbt Jinja ({count} tags in the file); models here are plain SQL"),
        };
        findings.push(SyntaxError::new("S005", range, message).with_help(
            "name models directly (`FROM orders`), or convert the project with `rocky import-dbt`",
        ));
    }
}
