//! What the generated typed trees are made of.

use std::marker::PhantomData;

use crate::tree::{SyntaxKind, SyntaxNode, SyntaxNodeChildren, SyntaxToken};

/// A typed view of a node. Every accessor returns an `Option` or an iterator, because trees of
/// half-typed text have holes.
pub trait AstNode {
    /// Whether a node of this kind can be seen as `Self`.
    fn can_cast(kind: SyntaxKind) -> bool
    where
        Self: Sized;

    /// Sees the node as `Self`.
    fn cast(syntax: SyntaxNode) -> Option<Self>
    where
        Self: Sized;

    /// The untyped node.
    fn syntax(&self) -> &SyntaxNode;
}

/// A typed view of a token.
pub trait AstToken {
    /// Whether a token of this kind can be seen as `Self`.
    fn can_cast(kind: SyntaxKind) -> bool
    where
        Self: Sized;

    /// Sees the token as `Self`.
    fn cast(syntax: SyntaxToken) -> Option<Self>
    where
        Self: Sized;

    /// The untyped token.
    fn syntax(&self) -> &SyntaxToken;

    /// The token's text.
    fn text(&self) -> &str {
        self.syntax().text()
    }
}

/// The children of a node that are of one type.
#[derive(Debug, Clone)]
pub struct AstChildren<N> {
    inner: SyntaxNodeChildren,
    marker: PhantomData<N>,
}

impl<N: AstNode> Iterator for AstChildren<N> {
    type Item = N;

    fn next(&mut self) -> Option<N> {
        self.inner.find_map(N::cast)
    }
}

pub(crate) fn child<N: AstNode>(parent: &SyntaxNode) -> Option<N> {
    parent.children().find_map(N::cast)
}

pub(crate) fn nth_child<N: AstNode>(parent: &SyntaxNode, nth: usize) -> Option<N> {
    parent.children().filter_map(N::cast).nth(nth)
}

pub(crate) fn children<N: AstNode>(parent: &SyntaxNode) -> AstChildren<N> {
    AstChildren { inner: parent.children(), marker: PhantomData }
}

pub(crate) fn token(parent: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxToken> {
    parent
        .children_with_tokens()
        .filter_map(|element| element.into_token())
        .find(|token| token.kind() == kind)
}

pub(crate) fn token_of(parent: &SyntaxNode, kinds: &[SyntaxKind]) -> Option<SyntaxToken> {
    parent
        .children_with_tokens()
        .filter_map(|element| element.into_token())
        .find(|token| kinds.contains(&token.kind()))
}

pub(crate) fn tokens(
    parent: &SyntaxNode,
    kinds: &'static [SyntaxKind],
) -> impl Iterator<Item = SyntaxToken> + use<> {
    parent
        .children_with_tokens()
        .filter_map(|element| element.into_token())
        .filter(move |token| kinds.contains(&token.kind()))
}
