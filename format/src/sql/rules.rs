//! From a tree to a document: one rule for each kind of node, driven by a stack of work.

use super::partial::stays;
use super::tree::{Child, NodeId, TokenId, Tree, is_close_sign};
use crate::document::{Case, Element, Text};
use crate::options::{Commas, LetterCase, Options};
use rocky_syntax::SyntaxKind::{self, *};
use rocky_syntax::TextRange;

/// What is left to do, the next thing on top of a stack.
#[derive(Debug, Clone, Copy)]
pub(super) enum Work {
    /// An element of the document.
    Put(Element),
    /// The rule of a node.
    Node(NodeId),
    /// A token with its comments.
    Token(TokenId),
    /// A token that is a function's name.
    Function(TokenId),
    /// A token that must touch what stands before it exactly where it does in the source.
    Glued(TokenId),
    /// A comma and the line end at it.
    Comma(TokenId, AfterComma),
    /// The source of a node.
    Verbatim(NodeId),
}

/// What stands after a comma of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AfterComma {
    /// The next item, on its own line when the list is broken.
    Line,
    /// The next item, on the same line.
    Space,
    /// The next item in a group of its own: a line takes what fits. The rule closes the group.
    Fill,
    /// An empty line.
    Empty,
}

/// Rules at work.
pub(super) struct Rules<'t> {
    pub(super) tree: &'t Tree,
    pub(super) options: &'t Options,
    errors: &'t [TextRange],
    /// Work of the rule that is running, in order.
    pub(super) queue: Vec<Work>,
    out: Vec<Element>,
    /// The next comment that is not printed yet.
    comment: usize,
    /// The next token that is not printed yet.
    next: TokenId,
    /// The token printed last, while the comments that belong to it may still have to be printed.
    trailed: Option<TokenId>,
}

/// The document of a file.
pub(super) fn document(tree: &Tree, options: &Options, errors: &[TextRange]) -> Vec<Element> {
    let out = Vec::with_capacity(tree.tokens.len() * 3);
    let mut rules =
        Rules { tree, options, errors, queue: Vec::new(), out, comment: 0, next: 0, trailed: None };
    rules.run();
    rules.out
}

/// The document of a node without what stands around it.
pub(super) fn document_of(tree: &Tree, node: NodeId, options: &Options) -> Vec<Element> {
    let first = tree.nodes[node as usize].tokens.start;
    let comment = tree.tokens.get(first as usize).map_or(0, |token| token.comments_end as usize);
    let (queue, out) = (Vec::new(), Vec::new());
    let mut rules = Rules { tree, options, errors: &[], queue, out, comment, next: first, trailed: None };
    rules.work(node);
    rules.out
}

impl Rules<'_> {
    fn run(&mut self) {
        self.work(0);
        self.trailing();
        self.leading(self.tree.comments.len(), None, false);
    }

    fn work(&mut self, node: NodeId) {
        let mut stack = vec![Work::Node(node)];
        while let Some(work) = stack.pop() {
            match work {
                Work::Put(element) => self.put_element(element),
                Work::Node(node) => {
                    self.node(node);
                    stack.extend(self.queue.drain(..).rev());
                }
                Work::Token(token) => self.put_token(token, false),
                Work::Function(token) => self.put_function(token),
                Work::Glued(token) => self.put_token(token, true),
                Work::Comma(token, after) => self.put_comma(token, after),
                Work::Verbatim(node) => self.put_verbatim(node),
            }
        }
    }

    /// Comments stay outside of groups that they do not have to break: those of the last token come after the
    /// group's end, those of the first one before its start.
    fn put_element(&mut self, element: Element) {
        match element {
            Element::Close | Element::Dedent => {}
            Element::Open => {
                self.trailing();
                if (self.next as usize) < self.tree.tokens.len() {
                    self.leading_of(self.next);
                }
            }
            _ => self.trailing(),
        }
        self.out.push(element);
    }

    // ------------------------------------------------------------ what rules say

    pub(super) fn put(&mut self, element: Element) {
        self.queue.push(Work::Put(element));
    }

    pub(super) fn child(&mut self, child: Child) {
        self.queue.push(match child {
            Child::Node(node) => Work::Node(node),
            Child::Token(token) => Work::Token(token),
        });
    }

    pub(super) fn space(&mut self) {
        self.put(Element::Space);
    }

    /// A line end that keeps an empty line of the source.
    pub(super) fn line(&mut self) {
        self.put(Element::Line { blank: true });
    }

    pub(super) fn open(&mut self) {
        self.put(Element::Open);
    }

    pub(super) fn close(&mut self) {
        self.put(Element::Close);
    }

    pub(super) fn indent(&mut self) {
        self.put(Element::Indent);
    }

    pub(super) fn dedent(&mut self) {
        self.put(Element::Dedent);
    }

    // ------------------------------------------------------------ the file

    /// Statements, each on lines of its own.
    pub(super) fn file(&mut self, node: NodeId) {
        let tree = self.tree;
        for (index, child) in tree.children(node).iter().enumerate() {
            if index > 0 && tree.kind(*child) != SEMICOLON {
                self.put(Element::HardLine { blank: true });
            }
            match child {
                Child::Node(statement) if self.stays(*statement) => {
                    self.queue.push(Work::Verbatim(*statement))
                }
                child => self.child(*child),
            }
        }
    }

    /// Whether a statement is printed as written: it has errors, or Jinja statements that choose its text.
    fn stays(&self, statement: NodeId) -> bool {
        self.tree.range(statement).is_some_and(|range| stays(self.tree, self.errors, range))
    }

    // ------------------------------------------------------------ tokens and comments

    fn text_of(&self, token: TokenId, case: LetterCase) -> Text {
        let token = &self.tree.tokens[token as usize];
        let case = match case {
            LetterCase::Upper => Case::Upper,
            LetterCase::Lower => Case::Lower,
            LetterCase::Preserve => Case::Keep,
        };
        Text { start: token.start, end: token.end, case, touches: token.touches, glued: false }
    }

    fn put_token(&mut self, token: TokenId, glued: bool) {
        self.leading_of(token);
        let kind = self.tree.tokens[token as usize].kind;
        let case = if kind.is_keyword() { self.options.keyword_case } else { LetterCase::Preserve };
        let mut text = self.text_of(token, case);
        let previous = (token as usize).checked_sub(1).map_or(EOF, |before| self.tree.tokens[before].kind);
        // Jinja gives a part of a word: what touches it is the same word.
        let is_jinja = kind == JINJA_ISLAND || previous == JINJA_ISLAND;
        text.glued = glued || is_jinja && is_word(kind) && is_word(previous);
        self.out.push(Element::Text(text));
        self.printed(token);
    }

    fn printed(&mut self, token: TokenId) {
        self.next = token + 1;
        self.trailed = Some(token);
    }

    fn put_function(&mut self, token: TokenId) {
        self.leading_of(token);
        self.out.push(Element::Text(self.text_of(token, self.options.function_case)));
        self.printed(token);
    }

    fn put_verbatim(&mut self, node: NodeId) {
        let tree = self.tree;
        let Some((start, end)) = tree.range(node) else { return };
        let tokens = &tree.nodes[node as usize].tokens;
        self.leading_of(tokens.start);
        let first = &tree.tokens[tokens.start as usize];
        let text = Text { start, end, case: Case::Keep, touches: first.touches, glued: false };
        self.out.push(Element::Text(text));
        let last = tokens.end - 1;
        self.comment = tree.tokens[last as usize].comments_end as usize;
        self.printed(last);
    }

    fn put_comma(&mut self, token: TokenId, after: AfterComma) {
        let tree = self.tree;
        self.trailing();
        let text = self.text_of(token, LetterCase::Preserve);
        let own_end = tree.tokens[token as usize].comments_end as usize;
        if self.options.commas == Commas::Leading && after != AfterComma::Space {
            self.put_leading_comma(token, text, after);
            return;
        }
        // A comment that ends the line lets the comma pass, but no second comment.
        let line_is_full = matches!(self.out.last(), Some(Element::LineSuffix(_)));
        self.out.push(Element::Comma(text));
        if self.comment < own_end || line_is_full {
            // Comments on lines of their own in front of the comma go behind it.
            self.line_after_comma(after);
            self.leading(self.trailing_end(token), None, line_is_full);
            self.next = token + 1;
        } else {
            self.printed(token);
            self.trailing();
            self.line_after_comma(after);
        }
    }

    /// Where the comments end that stand before a token or belong to it.
    fn trailing_end(&self, token: TokenId) -> usize {
        let tree = self.tree;
        let own_end = tree.tokens[token as usize].comments_end as usize;
        let next_end =
            tree.tokens.get(token as usize + 1).map_or(tree.comments.len(), |it| it.comments_end as usize);
        own_end + tree.comments[own_end..next_end].iter().take_while(|comment| comment.trails).count()
    }

    fn line_after_comma(&mut self, after: AfterComma) {
        match after {
            AfterComma::Line => self.out.push(Element::Line { blank: true }),
            AfterComma::Space => self.out.push(Element::Space),
            AfterComma::Fill => self.out.extend([Element::Open, Element::Line { blank: true }]),
            AfterComma::Empty => self.out.push(Element::EmptyLine),
        }
    }

    /// The line end, then the comma; comments of the next item that have lines of their own go before it.
    fn put_leading_comma(&mut self, token: TokenId, text: Text, after: AfterComma) {
        let tree = self.tree;
        let own_end = tree.tokens[token as usize].comments_end as usize;
        let line_is_full = matches!(self.out.last(), Some(Element::LineSuffix(_)));
        let has_own_lines = self.comment < own_end || line_is_full;
        if !has_own_lines {
            self.printed(token);
            // What ends the line behind the comma must come before the comma's new line.
            self.trailing();
        }
        match after {
            AfterComma::Empty => self.out.push(Element::EmptyLine),
            AfterComma::Fill => self.out.extend([Element::Open, Element::SoftLine]),
            _ => self.out.push(Element::SoftLine),
        }
        if has_own_lines {
            self.leading(self.trailing_end(token), None, line_is_full);
        }
        self.next = token + 1;
        let next_end =
            tree.tokens.get(token as usize + 1).map_or(self.comment, |it| it.comments_end as usize);
        if tree.comments[self.comment..next_end].first().is_some_and(|it| it.line_ends > 0) {
            self.leading(next_end, None, false);
        }
        self.out.extend([Element::Text(text), Element::Space]);
    }

    /// Comments that belong to the token printed last.
    fn trailing(&mut self) {
        let Some(token) = self.trailed.take() else { return };
        let tree = self.tree;
        let end =
            tree.tokens.get(token as usize + 1).map_or(tree.comments.len(), |it| it.comments_end as usize);
        while let Some(comment) = tree.comments[..end].get(self.comment).filter(|comment| comment.trails) {
            let text = comment_text(comment.start, comment.end);
            if comment.to_line_end {
                self.out.push(Element::LineSuffix(text));
            } else {
                self.out.extend([Element::Space, Element::Text(text)]);
            }
            self.comment += 1;
        }
    }

    fn leading_of(&mut self, token: TokenId) {
        self.trailing();
        let data = &self.tree.tokens[token as usize];
        self.leading(data.comments_end as usize, Some(token), false);
        if data.line_ends >= 2 {
            self.out.push(Element::Blank);
        }
    }

    /// Comments up to a number that belong to the token that comes next.
    fn leading(&mut self, end: usize, next: Option<TokenId>, on_own_line: bool) {
        let tree = self.tree;
        let next = next.map(|token| &tree.tokens[token as usize]);
        let hugs = next.is_some_and(|next| is_close_sign(next.kind));
        let line_ends_after =
            |comment: usize| match tree.comments.get(comment + 1).filter(|_| comment + 1 < end) {
                Some(following) => following.line_ends,
                None => next.map_or(1, |next| next.line_ends),
            };
        let first = self.comment;
        while self.comment < end {
            let number = self.comment;
            let comment = &tree.comments[number];
            self.comment += 1;
            let own_line = on_own_line && number == first
                || comment.line_ends > 0 && (number..end).any(|later| line_ends_after(later) > 0);
            let inside =
                own_line && next.is_some_and(|next| is_inside(comment.column, next.column, next.kind));
            if inside {
                self.out.push(Element::Indent);
            }
            if own_line {
                self.out.push(Element::FreshLine);
            } else if hugs {
                self.out.push(Element::Space);
            }
            if comment.line_ends >= 2 {
                self.out.push(Element::Blank);
            }
            self.out.push(Element::Text(comment_text(comment.start, comment.end)));
            if inside {
                self.out.push(Element::Dedent);
            }
            if line_ends_after(number) > 0 || comment.to_line_end {
                self.out.push(Element::HardLine { blank: true });
            } else if !hugs || self.comment < end {
                self.out.push(Element::Space);
            }
        }
    }
}

fn is_word(kind: SyntaxKind) -> bool {
    kind.is_keyword()
        || matches!(
            kind,
            IDENT | QUOTED_IDENT | INT_NUMBER | FLOAT_NUMBER | STRING | AT_NAME | PARAMETER | JINJA_ISLAND
        )
}

fn comment_text(start: u32, end: u32) -> Text {
    Text { start, end, case: Case::Keep, touches: false, glued: false }
}

/// Whether a comment on a line of its own belongs to what stands before the next token: inside brackets
/// that it closes, or to the clause before it, as its column says.
fn is_inside(comment: Option<u32>, next: Option<u32>, kind: SyntaxKind) -> bool {
    match kind {
        R_PAREN | R_BRACKET | R_BRACE => true,
        FROM_KW | WHERE_KW | GROUP_KW | HAVING_KW | QUALIFY_KW | WINDOW_KW | ORDER_KW | LIMIT_KW
        | UNION_KW | INTERSECT_KW | EXCEPT_KW | END_KW => match (comment, next) {
            (Some(comment), Some(next)) => comment > next,
            _ => false,
        },
        _ => false,
    }
}
