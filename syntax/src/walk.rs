//! A walk over all of a tree that costs next to nothing: it reads the tree without positions, tells where it is, and
//! makes a node with a position only for those who ask.

use std::cell::OnceCell;
use std::ops::ControlFlow;

use rowan::{GreenNodeData, NodeOrToken, TextRange, TextSize};

use crate::tree::{SyntaxKind, SyntaxNode};

/// A token as the walk sees it.
#[derive(Debug, Clone, Copy)]
pub struct TokenView<'t> {
    /// Its kind.
    pub kind: SyntaxKind,
    /// Its text.
    pub text: &'t str,
    /// Where it is.
    pub range: TextRange,
    /// The kind of the node it stands in.
    pub parent: SyntaxKind,
}

/// A node as the walk sees it, with what is below it. Copying it and asking it allocates nothing.
#[derive(Debug, Clone, Copy)]
pub struct NodeView<'t> {
    /// Its kind.
    pub kind: SyntaxKind,
    /// Where it is.
    pub range: TextRange,
    green: &'t GreenNodeData,
}

impl<'t> NodeView<'t> {
    fn new(green: &'t GreenNodeData, start: TextSize) -> NodeView<'t> {
        NodeView { kind: green.kind().into(), range: TextRange::at(start, green.text_len()), green }
    }

    /// What is directly below it, in text order.
    pub fn children(self) -> impl Iterator<Item = NodeOrToken<NodeView<'t>, TokenView<'t>>> {
        let (mut offset, parent) = (self.range.start(), self.kind);
        self.green.children().map(move |child| {
            let start = offset;
            match child {
                NodeOrToken::Node(green) => {
                    offset += green.text_len();
                    NodeOrToken::Node(NodeView::new(green, start))
                }
                NodeOrToken::Token(green) => {
                    offset += green.text_len();
                    let range = TextRange::new(start, offset);
                    NodeOrToken::Token(TokenView {
                        kind: green.kind().into(),
                        text: green.text(),
                        range,
                        parent,
                    })
                }
            }
        })
    }

    /// The nodes directly below it.
    pub fn nodes(self) -> impl Iterator<Item = NodeView<'t>> {
        self.children().filter_map(NodeOrToken::into_node)
    }

    /// The tokens directly below it.
    pub fn tokens(self) -> impl Iterator<Item = TokenView<'t>> {
        self.children().filter_map(NodeOrToken::into_token)
    }

    /// The first node of the kind directly below it.
    pub fn child(self, kind: SyntaxKind) -> Option<NodeView<'t>> {
        self.nodes().find(|node| node.kind == kind)
    }

    /// The first token of the kind directly below it.
    pub fn token(self, kind: SyntaxKind) -> Option<TokenView<'t>> {
        self.tokens().find(|token| token.kind == kind)
    }

    /// The first token in it that is no trivia.
    pub fn first_significant(self) -> Option<TokenView<'t>> {
        let mut first = None;
        self.descend(|part| match part {
            NodeOrToken::Node(_) => first.is_none(),
            NodeOrToken::Token(token) => {
                if first.is_none() && !token.kind.is_trivia() {
                    first = Some(token);
                }
                false
            }
        });
        first
    }

    /// The last token in it that is no trivia.
    pub fn last_significant(self) -> Option<TokenView<'t>> {
        let (mut parent, mut end) = (self.green, self.range.end());
        'deeper: loop {
            for child in parent.children().rev() {
                match child {
                    NodeOrToken::Node(node) if node.text_len() > TextSize::new(0) => {
                        parent = node;
                        continue 'deeper;
                    }
                    NodeOrToken::Token(token) if !SyntaxKind::from(token.kind()).is_trivia() => {
                        let range = TextRange::new(end - token.text_len(), end);
                        let (kind, parent) = (token.kind().into(), parent.kind().into());
                        return Some(TokenView { kind, text: token.text(), range, parent });
                    }
                    NodeOrToken::Node(_) => {}
                    NodeOrToken::Token(token) => end -= token.text_len(),
                }
            }
            return None;
        }
    }

    /// Its range without trivia at its ends.
    pub fn significant_range(self) -> TextRange {
        match (self.first_significant(), self.last_significant()) {
            (Some(first), Some(last)) => first.range.cover(last.range),
            _ => self.range,
        }
    }

    /// Shows what is below it, in text order; the answer says whether to go into a node.
    pub fn descend(self, mut visit: impl FnMut(NodeOrToken<NodeView<'t>, TokenView<'t>>) -> bool) {
        let mut stack = vec![(self.kind, self.range.start(), self.green.children())];
        while let Some((parent, offset, children)) = stack.last_mut() {
            let Some(child) = children.next() else {
                stack.pop();
                continue;
            };
            let start = *offset;
            match child {
                NodeOrToken::Node(green) => {
                    *offset += green.text_len();
                    let node = NodeView::new(green, start);
                    if visit(NodeOrToken::Node(node)) {
                        stack.push((node.kind, start, green.children()));
                    }
                }
                NodeOrToken::Token(green) => {
                    *offset += green.text_len();
                    let range = TextRange::new(start, *offset);
                    let (kind, parent) = (green.kind().into(), *parent);
                    visit(NodeOrToken::Token(TokenView { kind, text: green.text(), range, parent }));
                }
            }
        }
    }
}

/// The node where the walk is, with those around it.
#[derive(Clone, Copy)]
pub struct Visited<'w, 't> {
    /// The node.
    pub view: NodeView<'t>,
    frames: &'w [Frame<'t>],
}

impl<'t> Visited<'_, 't> {
    /// The nodes around it, the nearest first.
    pub fn ancestors(&self) -> impl Iterator<Item = NodeView<'t>> {
        self.frames.iter().rev().skip(1).map(|frame| frame.view)
    }

    /// The kind of the node around it.
    pub fn parent_kind(&self) -> Option<SyntaxKind> {
        self.ancestors().next().map(|node| node.kind)
    }

    /// The node with its position; made at the first request.
    pub fn node(&self) -> Option<SyntaxNode> {
        materialise(self.frames)
    }
}

/// Who is shown the tree.
pub trait Visitor {
    /// Whether nodes or tokens of the kind are shown.
    fn wants(&self, kind: SyntaxKind) -> bool;
    /// A node, before what is in it.
    fn node(&mut self, node: Visited<'_, '_>) -> ControlFlow<()>;
    /// A token.
    fn token(&mut self, token: TokenView<'_>) -> ControlFlow<()>;
}

/// A node on the way from the root to where the walk is.
struct Frame<'t> {
    view: NodeView<'t>,
    /// The node with its position, once somebody needed it.
    node: OnceCell<SyntaxNode>,
    children: rowan::Children<'t>,
    /// Where the next child starts.
    offset: TextSize,
}

/// Shows `visitor` what it wants of the tree, in text order.
pub fn walk(root: &SyntaxNode, visitor: &mut impl Visitor) {
    let green = root.green();
    let mut stack = Vec::with_capacity(32);
    stack.push(Frame::new(NodeView::new(&green, root.text_range().start())));
    let _ = stack[0].node.set(root.clone());
    let view = stack[0].view;
    if visitor.wants(view.kind) && visitor.node(Visited { view, frames: &stack }).is_break() {
        return;
    }
    while let Some(top) = stack.last_mut() {
        let Some(child) = top.children.next() else {
            stack.pop();
            continue;
        };
        let start = top.offset;
        let flow = match child {
            NodeOrToken::Node(green) => {
                top.offset += green.text_len();
                let view = NodeView::new(green, start);
                stack.push(Frame::new(view));
                if visitor.wants(view.kind) {
                    visitor.node(Visited { view, frames: &stack })
                } else {
                    ControlFlow::Continue(())
                }
            }
            NodeOrToken::Token(green) => {
                let (kind, text) = (green.kind().into(), green.text());
                top.offset += TextSize::of(text);
                if visitor.wants(kind) {
                    let range = TextRange::new(start, top.offset);
                    visitor.token(TokenView { kind, text, range, parent: top.view.kind })
                } else {
                    ControlFlow::Continue(())
                }
            }
        };
        if flow.is_break() {
            return;
        }
    }
}

impl<'t> Frame<'t> {
    fn new(view: NodeView<'t>) -> Frame<'t> {
        Frame { view, node: OnceCell::new(), children: view.green.children(), offset: view.range.start() }
    }
}

/// The node of the topmost frame; makes those of its ancestors as well, so that siblings find them.
fn materialise(stack: &[Frame<'_>]) -> Option<SyntaxNode> {
    let known = stack.iter().rposition(|frame| frame.node.get().is_some())?;
    for level in known + 1..stack.len() {
        let parent = stack[level - 1].node.get()?;
        let NodeView { kind, range, .. } = stack[level].view;
        let is_it = |node: &SyntaxNode| node.kind() == kind && node.text_range() == range;
        let near = parent.child_or_token_at_range(range).and_then(NodeOrToken::into_node);
        // Several empty nodes may stand at one offset.
        let node = near.filter(is_it).or_else(|| parent.children().find(is_it))?;
        let _ = stack[level].node.set(node);
    }
    stack.last()?.node.get().cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DialectKind, parse_sql};

    struct Everything(Vec<(SyntaxKind, TextRange)>);

    impl Visitor for Everything {
        fn wants(&self, _: SyntaxKind) -> bool {
            true
        }
        fn node(&mut self, visited: Visited<'_, '_>) -> ControlFlow<()> {
            let node = visited.node().unwrap();
            assert_eq!((node.kind(), node.text_range()), (visited.view.kind, visited.view.range));
            assert_eq!(node.parent().map(|parent| parent.kind()), visited.parent_kind());
            let significant = |token: &crate::SyntaxToken| !token.kind().is_trivia();
            let mut tokens =
                node.descendants_with_tokens().filter_map(NodeOrToken::into_token).filter(significant);
            let first = tokens.next();
            let ends = (first.clone(), tokens.last().or(first));
            let view = visited.view;
            assert_eq!(view.first_significant().map(|it| it.range), ends.0.map(|it| it.text_range()));
            assert_eq!(view.last_significant().map(|it| it.range), ends.1.map(|it| it.text_range()));
            self.0.push((node.kind(), node.text_range()));
            ControlFlow::Continue(())
        }
        fn token(&mut self, token: TokenView<'_>) -> ControlFlow<()> {
            self.0.push((token.kind, token.range));
            ControlFlow::Continue(())
        }
    }

    #[test]
    fn sees_what_the_tree_of_nodes_sees() {
        for text in ["", "select a, from", "with x as (select 1) select f(a), (b) from x -- c\n where"] {
            let root = parse_sql(text, DialectKind::DuckDb).syntax();
            let mut seen = Everything(Vec::new());
            walk(&root, &mut seen);
            let expected: Vec<(SyntaxKind, TextRange)> = root
                .descendants_with_tokens()
                .map(|element| (element.kind(), element.text_range()))
                .collect();
            assert_eq!(seen.0, expected, "{text}");
        }
    }
}
