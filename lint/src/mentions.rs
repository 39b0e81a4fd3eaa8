//! Where names are mentioned. The walk gathers them once for all rules that ask.

use crate::context::Context;
use rocky_syntax::{SyntaxKind, TextRange, unquote_identifier};

/// A token that is a name, or may become one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name {
    pub(crate) kind: SyntaxKind,
    pub(crate) range: TextRange,
    /// The kind of the node it stands in.
    pub(crate) parent: SyntaxKind,
}

/// The kinds of tokens that are gathered.
pub(crate) const NAME_KINDS: &[SyntaxKind] = &[
    SyntaxKind::IDENT,
    SyntaxKind::QUOTED_IDENT,
    SyntaxKind::JINJA_ISLAND,
    SyntaxKind::JINJA_STATEMENT,
    SyntaxKind::AT_NAME,
    SyntaxKind::PARAMETER,
];

/// A token that may become anything: a macro, Jinja.
pub(crate) fn is_opaque(kind: SyntaxKind) -> bool {
    !matches!(kind, SyntaxKind::IDENT | SyntaxKind::QUOTED_IDENT)
}

/// The names in a range.
pub(crate) fn names_in<'c>(cx: &'c Context<'_>, range: TextRange) -> &'c [Name] {
    let first = cx.names.partition_point(|name| name.range.start() < range.start());
    let rest = cx.names.get(first..).unwrap_or_default();
    let count = rest.partition_point(|name| name.range.end() <= range.end());
    rest.get(..count).unwrap_or_default()
}

/// Whether a name as written is that one, whatever its case and quotes.
pub(crate) fn is_same(cx: &Context<'_>, written: Name, name: &str) -> bool {
    let text = cx.text(written.range);
    match written.kind {
        SyntaxKind::IDENT => text.eq_ignore_ascii_case(name),
        _ => unquote_identifier(text, cx.dialect()).eq_ignore_ascii_case(name),
    }
}

/// Whether anything in a range but the token at `own` is that name, or could become it.
pub(crate) fn is_mentioned(cx: &Context<'_>, range: TextRange, name: &str, own: TextRange) -> bool {
    let mut others = names_in(cx, range).iter().filter(|written| written.range != own);
    others.any(|written| is_opaque(written.kind) || is_same(cx, *written, name))
}
