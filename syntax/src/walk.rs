//! A walk over all of a tree that makes nodes with positions only for those who want them.

use std::ops::ControlFlow;

use rowan::{GreenNodeData, TextRange, TextSize};

use crate::tree::{RockyLanguage, SyntaxKind, SyntaxNode};

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

/// Who is shown the tree.
pub trait Visitor {
    /// Whether nodes or tokens of the kind are shown.
    fn wants(&self, kind: SyntaxKind) -> bool;
    /// A node, before what is in it.
    fn node(&mut self, node: &SyntaxNode) -> ControlFlow<()>;
    /// A token.
    fn token(&mut self, token: TokenView<'_>) -> ControlFlow<()>;
}

/// A node on the way from the root to where the walk is.
struct Frame<'g> {
    kind: SyntaxKind,
    range: TextRange,
    /// The node with its position, once somebody needed it.
    node: Option<SyntaxNode>,
    children: rowan::Children<'g>,
    /// Where the next child starts.
    offset: TextSize,
}

/// Shows `visitor` what it wants of the tree, in text order.
pub fn walk(root: &SyntaxNode, visitor: &mut impl Visitor) {
    let green = root.green();
    let start = root.text_range().start();
    let mut stack = vec![frame(&green, root.kind(), start)];
    stack[0].node = Some(root.clone());
    if visitor.wants(root.kind()) && visitor.node(root).is_break() {
        return;
    }
    while let Some(top) = stack.last_mut() {
        let Some(child) = top.children.next() else {
            stack.pop();
            continue;
        };
        let kind = kind_of(child.kind());
        let offset = top.offset;
        let flow = match child {
            rowan::NodeOrToken::Node(green) => {
                top.offset += green.text_len();
                stack.push(frame(green, kind, offset));
                if visitor.wants(kind) {
                    materialise(&mut stack).map_or(ControlFlow::Continue(()), |node| visitor.node(&node))
                } else {
                    ControlFlow::Continue(())
                }
            }
            rowan::NodeOrToken::Token(green) => {
                let length = green.text_len();
                top.offset += length;
                if visitor.wants(kind) {
                    let range = TextRange::at(offset, length);
                    visitor.token(TokenView { kind, text: green.text(), range, parent: top.kind })
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

fn kind_of(raw: rowan::SyntaxKind) -> SyntaxKind {
    <RockyLanguage as rowan::Language>::kind_from_raw(raw)
}

fn frame(green: &GreenNodeData, kind: SyntaxKind, start: TextSize) -> Frame<'_> {
    let range = TextRange::at(start, green.text_len());
    Frame { kind, range, node: None, children: green.children(), offset: start }
}

/// The node of the topmost frame; makes those of its ancestors as well, so that siblings find them.
fn materialise(stack: &mut [Frame<'_>]) -> Option<SyntaxNode> {
    let known = stack.iter().rposition(|frame| frame.node.is_some())?;
    for level in known + 1..stack.len() {
        let parent = stack[level - 1].node.clone()?;
        let Frame { kind, range, .. } = stack[level];
        let is_it = |node: &SyntaxNode| node.kind() == kind && node.text_range() == range;
        let near = parent.child_or_token_at_range(range).and_then(rowan::NodeOrToken::into_node);
        // Several empty nodes may stand at one offset.
        stack[level].node = near.filter(is_it).or_else(|| parent.children().find(is_it));
    }
    stack.last()?.node.clone()
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
        fn node(&mut self, node: &SyntaxNode) -> ControlFlow<()> {
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
