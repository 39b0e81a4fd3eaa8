//! Trees as short text: no trivia, no ranges, nodes that hold only tokens on one line.

use std::fmt::Write as _;

use rocky_syntax::{NodeOrToken, Parse, SyntaxNode, sql::ast::SqlFile};

/// The errors, then the tree.
pub(crate) fn render(text: &str, parse: &Parse<SqlFile>) -> String {
    let mut out = String::new();
    for error in parse.errors() {
        let (start, end) = (usize::from(error.range.start()), usize::from(error.range.end()));
        let _ = writeln!(
            out,
            "error {} at {start}..{end} {:?}: {}",
            error.code,
            &text[start..end],
            error.message
        );
    }
    node(&parse.syntax(), 0, &mut out);
    out
}

fn node(syntax: &SyntaxNode, depth: usize, out: &mut String) {
    let _ = write!(out, "{:indent$}{:?}", "", syntax.kind(), indent = depth * 2);
    let significant = |element: &NodeOrToken<_, rocky_syntax::SyntaxToken>| match element {
        NodeOrToken::Node(_) => true,
        NodeOrToken::Token(token) => !token.kind().is_trivia(),
    };
    let children: Vec<_> = syntax.children_with_tokens().filter(significant).collect();
    if children.iter().all(|child| matches!(child, NodeOrToken::Token(_))) {
        for child in &children {
            if let NodeOrToken::Token(token) = child {
                let _ = write!(out, " {}", token.text());
            }
        }
        out.push('\n');
        return;
    }
    out.push('\n');
    for child in children {
        match child {
            NodeOrToken::Node(child) => node(&child, depth + 1, out),
            NodeOrToken::Token(token) => {
                let _ = writeln!(out, "{:indent$}{}", "", token.text(), indent = depth * 2 + 2);
            }
        }
    }
}
