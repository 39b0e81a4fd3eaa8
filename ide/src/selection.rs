//! What a growing selection takes: token, expression, list item, list, clause, query, file.

use crate::SyntaxDocument;
use crate::matching::text_inside;
use crate::syntax_document::significant_range;
use crate::toml_syntax::{TomlKind, TomlNode};
use rocky_compiler::syntax::{
    NodeOrToken, SyntaxElement, SyntaxKind, SyntaxNode, SyntaxToken, TextRange, TextSize, TokenAtOffset,
};

impl SyntaxDocument {
    /// What to select at each of the offsets: ranges from the innermost to the whole file. Each holds its
    /// offset and lies within the next, which is longer.
    pub fn selection_ranges(&self, offsets: &[TextSize]) -> Vec<Vec<TextRange>> {
        offsets.iter().map(|offset| self.selection_at(self.clamp(*offset))).collect()
    }

    fn selection_at(&self, offset: TextSize) -> Vec<TextRange> {
        let mut chain = Chain { offset, ranges: Vec::new() };
        match self.toml_at(offset) {
            Some(tree) => {
                self.toml_selection(&tree.nodes, &mut chain);
                chain.push(self.frontmatter.map_or(tree.range, |block| block.toml));
                chain.push(self.frontmatter.map_or(tree.range, |block| block.whole));
            }
            None => {
                chain.extend(self.frontmatter.map(|block| block.whole));
                self.query_selection(&mut chain);
            }
        }
        chain.push(self.whole());
        chain.ranges
    }

    fn query_selection(&self, chain: &mut Chain) {
        let Some(root) = &self.query else { return };
        if chain.offset > root.text_range().end() {
            return;
        }
        let token = match root.token_at_offset(chain.offset) {
            TokenAtOffset::None => return,
            TokenAtOffset::Single(token) => token,
            TokenAtOffset::Between(left, right) => {
                if interest(&right) >= interest(&left) {
                    right
                } else {
                    left
                }
            }
        };
        self.token_selection(&token, chain);
        let mut child = SyntaxElement::Token(token.clone());
        let mut parent = token.parent();
        while let Some(node) = parent {
            if node.parent().is_some() || self.frontmatter.is_none() {
                around(&node, &child, chain);
                chain.extend(significant_range(&node));
            }
            parent = node.parent();
            child = SyntaxElement::Node(node);
        }
    }

    fn token_selection(&self, token: &SyntaxToken, chain: &mut Chain) {
        let range = token.text_range();
        match token.kind() {
            SyntaxKind::WHITESPACE => {}
            SyntaxKind::STRING | SyntaxKind::QUOTED_IDENT | SyntaxKind::BYTE_STRING => {
                if let Some((inside, _)) = text_inside(token)
                    && inside.contains_inclusive(chain.offset)
                {
                    self.word(inside, chain);
                    chain.push(inside);
                }
                chain.push(range);
            }
            SyntaxKind::LINE_COMMENT | SyntaxKind::BLOCK_COMMENT | SyntaxKind::JINJA_COMMENT => {
                self.word(range, chain);
                let written = self.slice(range);
                let body = written
                    .trim_start_matches(['-', '/', '*', '#', '{', ' '])
                    .trim_end_matches(['*', '/', '#', '}', ' ']);
                let start = written.len() - written.trim_start_matches(['-', '/', '*', '#', '{', ' ']).len();
                chain.push(TextRange::at(range.start() + TextSize::new(start as u32), TextSize::of(body)));
                chain.push(TextRange::at(range.start(), TextSize::of(written.trim_end())));
                chain.push(self.comment_run(token));
            }
            SyntaxKind::JINJA_ISLAND | SyntaxKind::JINJA_STATEMENT => {
                self.word(range, chain);
                chain.push(range);
            }
            _ => chain.push(range),
        }
    }

    /// The word at the offset, within a token whose words mean nothing to the grammar.
    fn word(&self, within: TextRange, chain: &mut Chain) {
        let text = self.slice(within);
        let at = usize::from(chain.offset.max(within.start()) - within.start()).min(text.len());
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let start = text[..at]
            .rfind(|c| !is_word(c))
            .map_or(0, |found| found + text[found..].chars().next().map_or(1, char::len_utf8));
        let end = text[at..].find(|c| !is_word(c)).map_or(text.len(), |found| at + found);
        let size = |length: usize| TextSize::new(length as u32);
        if start < end {
            chain.push(TextRange::new(within.start() + size(start), within.start() + size(end)));
        }
    }

    /// The comments above and below a line comment that have no blank line between.
    fn comment_run(&self, token: &SyntaxToken) -> TextRange {
        let mut range = token.text_range();
        if token.kind() != SyntaxKind::LINE_COMMENT || !self.begins_line(range.start()) {
            return range;
        }
        let is_blank = |token: &SyntaxToken| {
            token.kind() == SyntaxKind::WHITESPACE && token.text().matches('\n').count() <= 1
        };
        let belongs = |token: &SyntaxToken| {
            token.kind() == SyntaxKind::LINE_COMMENT && self.begins_line(token.text_range().start())
        };
        let forward = std::iter::successors(token.next_token(), SyntaxToken::next_token);
        let backward = std::iter::successors(token.prev_token(), SyntaxToken::prev_token);
        for neighbour in forward.take_while(|token| is_blank(token) || belongs(token)).filter(belongs) {
            range = range.cover(neighbour.text_range());
        }
        for neighbour in backward.take_while(|token| is_blank(token) || belongs(token)).filter(belongs) {
            range = range.cover(neighbour.text_range());
        }
        range
    }

    fn toml_selection(&self, nodes: &[TomlNode], chain: &mut Chain) {
        let touching = nodes.iter().filter(|node| node.range.contains_inclusive(chain.offset));
        let Some(node) =
            touching.max_by_key(|node| (node.range.contains(chain.offset), node.kind != TomlKind::Equals))
        else {
            return;
        };
        self.toml_selection(&node.children, chain);
        match node.kind {
            TomlKind::Text | TomlKind::Comment => {
                let inside = node.inside().unwrap_or(node.range);
                if inside.contains_inclusive(chain.offset) {
                    self.word(inside, chain);
                    chain.push(inside);
                }
            }
            TomlKind::Array | TomlKind::InlineTable | TomlKind::Header => {
                let items = node.children.iter().map(|child| child.range).reduce(TextRange::cover);
                chain.extend(items);
                chain.extend(node.inside());
            }
            _ => {}
        }
        chain.push(node.range);
    }
}

/// Grows from the inside; takes only what fits around what it has.
struct Chain {
    offset: TextSize,
    ranges: Vec<TextRange>,
}

impl Chain {
    fn push(&mut self, range: TextRange) {
        let fits = match self.ranges.last() {
            Some(last) => range.contains_range(*last) && range.len() > last.len(),
            None => range.contains_inclusive(self.offset),
        };
        if fits {
            self.ranges.push(range);
        }
    }

    fn extend(&mut self, range: Option<TextRange>) {
        if let Some(range) = range {
            self.push(range);
        }
    }
}

/// How much a cursor between two tokens means this one.
fn interest(token: &SyntaxToken) -> u8 {
    match token.kind() {
        SyntaxKind::WHITESPACE => 0,
        kind if kind.is_trivia() => 1,
        SyntaxKind::IDENT
        | SyntaxKind::QUOTED_IDENT
        | SyntaxKind::INT_NUMBER
        | SyntaxKind::FLOAT_NUMBER
        | SyntaxKind::STRING
        | SyntaxKind::BYTE_STRING
        | SyntaxKind::DATE_LITERAL
        | SyntaxKind::PARAMETER
        | SyntaxKind::AT_NAME => 4,
        kind if kind.is_keyword() => 3,
        _ => 2,
    }
}

/// What lies between a child and its node: the list that the child is an item of, what stands between the
/// brackets around it, and these with the brackets.
fn around(node: &SyntaxNode, child: &SyntaxElement, chain: &mut Chain) {
    let before = std::iter::successors(child.prev_sibling_or_token(), SyntaxElement::prev_sibling_or_token);
    let after = std::iter::successors(child.next_sibling_or_token(), SyntaxElement::next_sibling_or_token);
    let left = side(before);
    let right = side(after);
    if left.has_comma
        || right.has_comma
        || matches!(node.kind(), SyntaxKind::CASE_EXPR | SyntaxKind::PIPELINE)
    {
        let item = match child {
            NodeOrToken::Node(node) => significant_range(node),
            NodeOrToken::Token(token) => (!token.kind().is_trivia()).then(|| token.text_range()),
        };
        let ranges = [left.items, item, right.items];
        chain.extend(ranges.into_iter().flatten().reduce(TextRange::cover));
    }
    let brackets = left.bracket.filter(|(_, opens)| *opens).zip(right.bracket.filter(|(_, opens)| !*opens));
    if let Some(((open, _), (close, _))) = brackets {
        let inside = TextRange::new(open.end(), close.start());
        chain.extend(trimmed(node, inside));
        chain.push(inside);
        chain.push(open.cover(close));
    }
}

/// What stands on one side of a child.
#[derive(Default)]
struct Side {
    /// From the child outwards, up to the first keyword or bracket.
    items: Option<TextRange>,
    has_comma: bool,
    /// The first bracket that is not closed on the way, and whether it opens.
    bracket: Option<(TextRange, bool)>,
}

fn side(siblings: impl Iterator<Item = SyntaxElement>) -> Side {
    let mut side = Side::default();
    let mut in_list = true;
    for sibling in siblings {
        let range = match &sibling {
            NodeOrToken::Node(node) => significant_range(node),
            NodeOrToken::Token(token) => match token.kind() {
                SyntaxKind::L_PAREN | SyntaxKind::L_BRACKET | SyntaxKind::L_BRACE => {
                    side.bracket = Some((token.text_range(), true));
                    return side;
                }
                SyntaxKind::R_PAREN | SyntaxKind::R_BRACKET | SyntaxKind::R_BRACE => {
                    side.bracket = Some((token.text_range(), false));
                    return side;
                }
                SyntaxKind::COMMA => {
                    side.has_comma |= in_list;
                    None
                }
                kind if kind.is_trivia() => None,
                kind => {
                    in_list &= !kind.is_keyword();
                    Some(token.text_range())
                }
            },
        };
        if in_list && let Some(range) = range {
            side.items = Some(side.items.map_or(range, |known| known.cover(range)));
        }
    }
    side
}

/// A part of a node without blanks and comments at its ends.
fn trimmed(node: &SyntaxNode, part: TextRange) -> Option<TextRange> {
    let elements = node.children_with_tokens().filter(|child| part.contains_range(child.text_range()));
    let ranges = elements.filter_map(|child| match child {
        NodeOrToken::Node(node) => significant_range(&node),
        NodeOrToken::Token(token) => (!token.kind().is_trivia()).then(|| token.text_range()),
    });
    ranges.reduce(TextRange::cover)
}
