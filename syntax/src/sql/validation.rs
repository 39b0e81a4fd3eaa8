//! Findings about whole files: one file holds one query.

use crate::ast_support::AstNode;
use crate::generated::sql_ast::{AnyStatement, SqlFile};
use crate::sql::dialect::{Dialect, DialectKind};
use crate::syntax_error::SyntaxError;
use crate::tree::SyntaxKind::{ERROR_NODE, JINJA_COMMENT, JINJA_ISLAND, JINJA_STATEMENT};
use crate::tree::{SyntaxNode, SyntaxToken};
use rowan::{TextRange, TextSize};

/// Statement-level findings: several statements (S002), not a query (S003), nothing at all (S004), dbt
/// Jinja (S005), a warehouse's own parameters (S007). Syntax errors are the parser's.
pub fn validate_sql(file: &SqlFile, dialect: DialectKind) -> Vec<SyntaxError> {
    let mut findings = Vec::new();
    jinja(file, Dialect::of(dialect), &mut findings);
    let statements: Vec<AnyStatement> = file.statements().collect();
    let broken = file.syntax().children().any(|child| child.kind() == ERROR_NODE);
    if statements.is_empty() && !broken && findings.is_empty() {
        findings.push(
            SyntaxError::new("S004", TextRange::empty(TextSize::new(0)), "the file holds no query")
                .with_help("write one SELECT statement"),
        );
    }
    for statement in &statements {
        if let AnyStatement::OtherStatement(other) = statement {
            let first = other.syntax().first_token();
            let range = first.as_ref().map_or_else(|| trimmed(other.syntax()), SyntaxToken::text_range);
            let word = first.map_or_else(String::new, |token| token.text().to_uppercase());
            findings.push(
                SyntaxError::new("S003", range, format!("{word} is not a query"))
                    .with_help("a model is one SELECT; how its result is stored is said in its settings"),
            );
        }
    }
    if statements.len() > 1 {
        let count = statements.len();
        findings.push(
            SyntaxError::new(
                "S002",
                trimmed(statements[1].syntax()),
                format!("the file holds {count} statements; a model is exactly one query"),
            )
            .with_help("keep one statement and move the others to files of their own"),
        );
    }
    findings.sort_by_key(|finding| (finding.range.start(), finding.code));
    findings
}

/// The range without the trivia at its end.
fn trimmed(node: &SyntaxNode) -> TextRange {
    let end = node
        .last_token()
        .and_then(|last| {
            std::iter::successors(Some(last), SyntaxToken::prev_token).find(|token| !token.kind().is_trivia())
        })
        .map_or_else(|| node.text_range().end(), |token| token.text_range().end());
    TextRange::new(node.text_range().start(), end.max(node.text_range().start()))
}

/// `{{ name }}`
fn is_parameter(text: &str) -> bool {
    let name = text.trim_start_matches('{').trim_end_matches('}').trim();
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// One finding at the first Jinja tag: a template has dozens of them and one answer.
fn jinja(file: &SqlFile, dialect: &Dialect, findings: &mut Vec<SyntaxError>) {
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
