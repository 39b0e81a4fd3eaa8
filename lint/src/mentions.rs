//! Where a name is mentioned, without making nodes.

use rocky_syntax::{
    DialectKind, SyntaxKind, SyntaxNode, TextRange, TokenView, Visitor, unquote_identifier, walk,
};
use std::ops::ControlFlow;

/// Shows every name below `node`, and whatever may become one, until `look` has seen enough.
pub(crate) fn each_name<'v>(node: &SyntaxNode, look: &'v mut dyn FnMut(TokenView<'_>) -> ControlFlow<()>) {
    struct Names<'v>(&'v mut dyn FnMut(TokenView<'_>) -> ControlFlow<()>);
    impl Visitor for Names<'_> {
        fn wants(&self, kind: SyntaxKind) -> bool {
            is_name(kind) || is_opaque(kind)
        }
        fn node(&mut self, _: &SyntaxNode) -> ControlFlow<()> {
            ControlFlow::Continue(())
        }
        fn token(&mut self, token: TokenView<'_>) -> ControlFlow<()> {
            (self.0)(token)
        }
    }
    walk(node, &mut Names(look));
}

/// A token that is a name.
pub(crate) fn is_name(kind: SyntaxKind) -> bool {
    matches!(kind, SyntaxKind::IDENT | SyntaxKind::QUOTED_IDENT)
}

/// A token that may become anything: a macro, Jinja.
pub(crate) fn is_opaque(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::JINJA_ISLAND | SyntaxKind::JINJA_STATEMENT | SyntaxKind::AT_NAME | SyntaxKind::PARAMETER
    )
}

/// Whether a name as written is that one, whatever its case and quotes.
pub(crate) fn is_same(written: TokenView<'_>, name: &str, dialect: DialectKind) -> bool {
    match written.kind {
        SyntaxKind::IDENT => written.text.eq_ignore_ascii_case(name),
        _ => unquote_identifier(written.text, dialect).eq_ignore_ascii_case(name),
    }
}

/// Whether anything in `node` but the token at `own` is that name, or could become it.
pub(crate) fn is_mentioned(node: &SyntaxNode, name: &str, own: TextRange, dialect: DialectKind) -> bool {
    let mut found = false;
    each_name(node, &mut |token| {
        found = token.range != own && (is_opaque(token.kind) || is_same(token, name, dialect));
        if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    found
}
