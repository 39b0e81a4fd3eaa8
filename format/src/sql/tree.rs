//! A flat copy of a syntax tree: nodes and tokens by number, blanks dropped, comments beside their token.

use crate::layout;
use rocky_syntax::SyntaxKind::*;
use rocky_syntax::{NodeOrToken, Parse, SyntaxKind};
use std::ops::Range;

/// The number of a node.
pub(super) type NodeId = u32;
/// The number of a token.
pub(super) type TokenId = u32;

/// A part of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Child {
    /// A node.
    Node(NodeId),
    /// A token.
    Token(TokenId),
}

/// A node.
#[derive(Debug)]
pub(super) struct Node {
    /// What it is.
    pub(super) kind: SyntaxKind,
    /// The kind of the node around it.
    pub(super) parent: SyntaxKind,
    /// Its parts in [`Tree::children`].
    children: Range<u32>,
    /// Its tokens.
    pub(super) tokens: Range<TokenId>,
}

/// A token.
#[derive(Debug)]
pub(super) struct Token {
    /// What it is.
    pub(super) kind: SyntaxKind,
    /// Where it starts.
    pub(super) start: u32,
    /// Where it ends.
    pub(super) end: u32,
    /// Line ends between it and what stands before it, comments included; two stand for more.
    pub(super) line_ends: u8,
    /// Its column in the source, where it is the first of its line.
    pub(super) column: Option<u32>,
    /// Comments before it end here in [`Tree::comments`].
    pub(super) comments_end: u32,
    /// Whether nothing at all stands between it and the token before it.
    pub(super) touches: bool,
    /// The node that it is a part of.
    pub(super) node: NodeId,
}

/// A comment, or a Jinja statement.
#[derive(Debug)]
pub(super) struct Comment {
    /// Where it starts.
    pub(super) start: u32,
    /// Where it ends.
    pub(super) end: u32,
    /// Line ends before it; two stand for more.
    pub(super) line_ends: u8,
    /// Its column in the source, where it is the first of its line.
    pub(super) column: Option<u32>,
    /// Whether a line end must follow it.
    pub(super) to_line_end: bool,
    /// Whether it belongs to the token before it.
    pub(super) trails: bool,
}

/// The copy.
#[derive(Debug)]
pub(super) struct Tree {
    /// All nodes; a node comes before its parts.
    pub(super) nodes: Vec<Node>,
    /// All tokens in text order.
    pub(super) tokens: Vec<Token>,
    /// All comments in text order.
    pub(super) comments: Vec<Comment>,
    /// Ranges of Jinja statements.
    pub(super) jinja: Vec<Range<u32>>,
    children: Vec<Child>,
}

impl Tree {
    /// The parts of a node.
    pub(super) fn children(&self, node: NodeId) -> &[Child] {
        let range = &self.nodes[node as usize].children;
        &self.children[range.start as usize..range.end as usize]
    }

    /// The kind of a part.
    pub(super) fn kind(&self, child: Child) -> SyntaxKind {
        match child {
            Child::Node(node) => self.nodes[node as usize].kind,
            Child::Token(token) => self.tokens[token as usize].kind,
        }
    }

    /// The kind of the first token of a part.
    pub(super) fn first_kind(&self, child: Child) -> SyntaxKind {
        match child {
            Child::Node(node) => {
                let first = self.nodes[node as usize].tokens.start as usize;
                self.tokens.get(first).map_or(TOMBSTONE, |token| token.kind)
            }
            Child::Token(token) => self.tokens[token as usize].kind,
        }
    }

    /// Whether a part touches the token before it.
    pub(super) fn touches(&self, child: Child) -> bool {
        let first = match child {
            Child::Node(node) => self.nodes[node as usize].tokens.start,
            Child::Token(token) => token,
        };
        self.tokens.get(first as usize).is_some_and(|token| token.touches)
    }

    /// The first part of a kind.
    pub(super) fn find(&self, node: NodeId, kind: SyntaxKind) -> Option<NodeId> {
        self.children(node).iter().find_map(|child| match child {
            Child::Node(id) if self.nodes[*id as usize].kind == kind => Some(*id),
            _ => None,
        })
    }

    /// How many parts are nodes of a kind.
    pub(super) fn count(&self, node: NodeId, kind: SyntaxKind) -> usize {
        self.children(node).iter().filter(|child| self.kind(**child) == kind).count()
    }

    /// Where the text of a node is.
    pub(super) fn range(&self, node: NodeId) -> Option<(u32, u32)> {
        let tokens = &self.nodes[node as usize].tokens;
        let first = self.tokens.get(tokens.start as usize)?;
        let last = self.tokens.get((tokens.end as usize).checked_sub(1)?)?;
        (tokens.start < tokens.end).then_some((first.start, last.end))
    }

    /// Copies a tree. Walks the green one, which needs no nodes with positions.
    pub(super) fn of<T>(parse: &Parse<T>, text: &str) -> Tree {
        let mut copy = Copy::new(text);
        let root = parse.green();
        let mut offset = 0;
        copy.enter(root.kind().into());
        let mut open = vec![root.children()];
        while let Some(children) = open.last_mut() {
            match children.next() {
                Some(NodeOrToken::Node(node)) => {
                    copy.enter(node.kind().into());
                    open.push(node.children());
                }
                Some(NodeOrToken::Token(token)) => {
                    let end = offset + u32::from(token.text_len());
                    copy.token(token.kind().into(), offset, end);
                    offset = end;
                }
                None => {
                    copy.leave();
                    open.pop();
                }
            }
        }
        copy.tree.settle(copy.gap, false);
        copy.tree
    }

    /// Decides for the comments since the last token which of them belong to it.
    fn settle(&mut self, gap: Gap, before_sign: bool) {
        let comments = &mut self.comments[gap.first_comment..];
        let at_end = gap.line_ends > 0 || gap.at_end;
        let line_ends = |comments: &[Comment], index: usize| {
            comments.get(index).map_or(u8::from(at_end), |comment| comment.line_ends)
        };
        let same_line = (0..comments.len()).take_while(|index| comments[*index].line_ends == 0).count();
        // The comments of the line belong to the token before them if the line, or the part of the list, ends
        // after them.
        let ends = before_sign || line_ends(comments, same_line) > 0 || same_line < comments.len();
        let opens =
            self.tokens.last().is_some_and(|token| matches!(token.kind, L_PAREN | L_BRACKET | L_BRACE));
        let stays = !opens || comments[..same_line].iter().any(|comment| comment.to_line_end);
        if ends && gap.has_token_before && stays {
            comments[..same_line].iter_mut().for_each(|comment| comment.trails = true);
        }
    }
}

/// Signs that stand close to the word before them.
pub(super) fn is_close_sign(kind: SyntaxKind) -> bool {
    matches!(kind, COMMA | SEMICOLON | R_PAREN | R_BRACKET | R_BRACE | DOT | COLON | COLON_COLON)
}

/// What stands between two tokens.
#[derive(Clone, Copy)]
struct Gap {
    first_comment: usize,
    line_ends: u8,
    has_token_before: bool,
    at_end: bool,
}

struct Copy<'t> {
    text: &'t str,
    tree: Tree,
    open: Vec<(NodeId, usize)>,
    pending: Vec<Child>,
    gap: Gap,
    touches: bool,
    line_start: u32,
}

impl<'t> Copy<'t> {
    fn new(text: &'t str) -> Copy<'t> {
        let tokens = text.len() / 4 + 8;
        Copy {
            text,
            tree: Tree {
                nodes: Vec::with_capacity(tokens),
                tokens: Vec::with_capacity(tokens),
                comments: Vec::new(),
                jinja: Vec::new(),
                children: Vec::with_capacity(tokens * 2),
            },
            open: Vec::new(),
            pending: Vec::new(),
            gap: Gap { first_comment: 0, line_ends: 0, has_token_before: false, at_end: true },
            touches: false,
            line_start: 0,
        }
    }

    fn enter(&mut self, kind: SyntaxKind) {
        let id = self.tree.nodes.len() as NodeId;
        let around = self.open.last().and_then(|(parent, _)| self.tree.nodes.get(*parent as usize));
        let parent = around.map_or(TOMBSTONE, |node| node.kind);
        let first = self.tree.tokens.len() as TokenId;
        if !self.open.is_empty() {
            self.pending.push(Child::Node(id));
        }
        self.tree.nodes.push(Node { kind, parent, children: 0..0, tokens: first..first });
        self.open.push((id, self.pending.len()));
    }

    fn leave(&mut self) {
        let Some((id, first)) = self.open.pop() else { return };
        let start = self.tree.children.len() as u32;
        self.tree.children.extend(self.pending.drain(first..));
        let node = &mut self.tree.nodes[id as usize];
        node.children = start..self.tree.children.len() as u32;
        node.tokens.end = self.tree.tokens.len() as TokenId;
    }

    fn token(&mut self, kind: SyntaxKind, start: u32, end: u32) {
        if kind == WHITESPACE {
            let blank = &self.text[start as usize..end as usize];
            let found = layout::line_ends(blank);
            self.gap.line_ends = self.gap.line_ends.saturating_add(found.min(2) as u8).min(2);
            if let Some(at) = blank.rfind(['\n', '\r']) {
                self.line_start = start + at as u32 + 1;
            }
            self.touches = false;
            return;
        }
        let column = (self.gap.line_ends > 0).then(|| start - self.line_start);
        if kind.is_trivia() {
            if kind == JINJA_STATEMENT || kind == JINJA_COMMENT {
                self.tree.jinja.push(start..end);
            }
            self.tree.comments.push(Comment {
                start,
                end,
                line_ends: std::mem::take(&mut self.gap.line_ends),
                column,
                to_line_end: kind == LINE_COMMENT,
                // A hint belongs to the word that it stands behind.
                trails: column.is_none()
                    && self.gap.has_token_before
                    && self.tree.comments.len() == self.gap.first_comment
                    && self.text[start as usize..].starts_with("/*+"),
            });
            self.touches = false;
            return;
        }
        self.gap.at_end = false;
        let previous = self.tree.tokens.last().map_or(EOF, |token| token.kind);
        let before_sign = is_close_sign(kind)
            || matches!(kind, L_PAREN | L_BRACKET) && matches!(previous, IDENT | QUOTED_IDENT)
            || kind == L_BRACKET && matches!(previous, R_PAREN | R_BRACKET);
        self.tree.settle(self.gap, before_sign);
        self.pending.push(Child::Token(self.tree.tokens.len() as TokenId));
        self.tree.tokens.push(Token {
            kind,
            start,
            end,
            line_ends: self.gap.line_ends,
            column,
            comments_end: self.tree.comments.len() as u32,
            touches: self.touches,
            node: self.open.last().map_or(0, |(node, _)| *node),
        });
        self.touches = true;
        self.gap = Gap {
            first_comment: self.tree.comments.len(),
            line_ends: 0,
            has_token_before: true,
            at_end: true,
        };
    }
}
