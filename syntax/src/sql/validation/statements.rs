//! How many statements a file holds, and whether they are queries.

use rowan::{TextRange, TextSize};

use crate::ast_support::AstNode;
use crate::generated::sql_ast::{AnyStatement, SqlFile};
use crate::syntax_error::SyntaxError;
use crate::tree::SyntaxKind::ERROR_NODE;
use crate::tree::{SyntaxNode, SyntaxToken};

/// Several statements (S002), not a query (S003), nothing at all (S004).
pub(super) fn statements(file: &SqlFile, findings: &mut Vec<SyntaxError>) {
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
            // In front of it a WITH clause may stand.
            let first = other.keyword_token().or_else(|| other.syntax().first_token());
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
