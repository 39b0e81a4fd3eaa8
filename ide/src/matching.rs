//! Which brackets, words and quotes belong together.

use crate::SyntaxDocument;
use crate::toml_syntax::{TomlKind, TomlNode};
use rocky_compiler::syntax::{SyntaxKind, SyntaxToken, TextRange, TextSize};

/// Two ends of one construct; the first stands before the second, and they do not overlap.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Pair {
    /// `(`, `case`, `{{`, an opening quote.
    pub open: TextRange,
    /// `)`, `end`, `}}`, the closing quote.
    pub close: TextRange,
}

impl SyntaxDocument {
    /// The other end of what stands at an offset: `(` and `)`, `case` and `end`, braces of templates,
    /// quotes. Of two that touch the offset, the one behind it counts.
    pub fn matching(&self, offset: TextSize) -> Option<TextRange> {
        let pair = self.pair_at(offset)?;
        let starts = |range: TextRange| range.contains(offset);
        let at_open = starts(pair.open) || (!starts(pair.close) && pair.open.contains_inclusive(offset));
        Some(if at_open { pair.close } else { pair.open })
    }

    /// The pair one of whose ends touches an offset.
    pub fn pair_at(&self, offset: TextSize) -> Option<Pair> {
        let offset = self.clamp(offset);
        let pairs = self.pairs();
        let find = |touches: &dyn Fn(TextRange) -> bool| {
            // Ends of two pairs touch only where neither contains the other's.
            pairs.iter().copied().find(|pair| touches(pair.open) || touches(pair.close))
        };
        find(&|range| range.contains(offset)).or_else(|| find(&|range| range.end() == offset))
    }

    /// All pairs, in the order of their ends. No two of them cross, and no two share an end.
    pub fn pairs(&self) -> Vec<Pair> {
        let mut pairs = Vec::new();
        for node in self.toml.iter().flat_map(|tree| &tree.nodes) {
            toml_pairs(node, &mut pairs);
        }
        let mut open = OpenEnds::default();
        for token in self.tokens() {
            match token.kind() {
                SyntaxKind::STRING | SyntaxKind::QUOTED_IDENT | SyntaxKind::BYTE_STRING => {
                    pairs.extend(quotes(&token));
                }
                SyntaxKind::BLOCK_COMMENT => pairs.extend(edges(&token, "/*", "*/")),
                SyntaxKind::JINJA_COMMENT => pairs.extend(edges(&token, "{#", "#}")),
                SyntaxKind::JINJA_STATEMENT => pairs.extend(edges(&token, "{%", "%}")),
                SyntaxKind::JINJA_ISLAND => pairs.extend(edges(&token, "{{", "}}")),
                kind => {
                    if let Some(end) = End::of(kind) {
                        pairs.extend(open.take(end, token.text_range()));
                    }
                }
            }
        }
        pairs
    }
}

/// The constructs that have two ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Construct {
    Parentheses,
    Brackets,
    Braces,
    Case,
}

/// One end of a construct.
#[derive(Clone, Copy, Debug)]
struct End {
    construct: Construct,
    opens: bool,
}

impl End {
    fn of(kind: SyntaxKind) -> Option<End> {
        let (construct, opens) = match kind {
            SyntaxKind::L_PAREN => (Construct::Parentheses, true),
            SyntaxKind::R_PAREN => (Construct::Parentheses, false),
            SyntaxKind::L_BRACKET => (Construct::Brackets, true),
            SyntaxKind::R_BRACKET => (Construct::Brackets, false),
            SyntaxKind::L_BRACE => (Construct::Braces, true),
            SyntaxKind::R_BRACE => (Construct::Braces, false),
            SyntaxKind::CASE_KW => (Construct::Case, true),
            SyntaxKind::END_KW => (Construct::Case, false),
            _ => return None,
        };
        Some(End { construct, opens })
    }
}

/// Ends that wait for their other one. An end that finds none is left alone, so that half-typed text
/// spoils no pair around it.
#[derive(Default)]
struct OpenEnds {
    stack: Vec<(Construct, TextRange)>,
    /// How many of each construct are in the stack: looking for one that is not there costs nothing.
    counts: [usize; 4],
}

impl OpenEnds {
    fn take(&mut self, end: End, range: TextRange) -> Option<Pair> {
        if end.opens {
            self.stack.push((end.construct, range));
            self.counts[end.construct as usize] += 1;
            return None;
        }
        if self.counts[end.construct as usize] == 0 {
            return None;
        }
        // `end` closes blocks of other statements too; it never reaches out of its brackets.
        if end.construct == Construct::Case && self.stack.last().is_some_and(|(top, _)| *top != end.construct)
        {
            return None;
        }
        while let Some((construct, open)) = self.stack.pop() {
            self.counts[construct as usize] -= 1;
            if construct == end.construct {
                return Some(Pair { open, close: range });
            }
        }
        None
    }
}

fn pair(range: TextRange, open: usize, close: usize) -> Option<Pair> {
    let size = |length: usize| TextSize::new(length as u32);
    (usize::from(range.len()) >= open + close).then(|| Pair {
        open: TextRange::at(range.start(), size(open)),
        close: TextRange::new(range.end() - size(close), range.end()),
    })
}

fn edges(token: &SyntaxToken, open: &str, close: &str) -> Option<Pair> {
    let text = token.text();
    // A frontmatter block is one such token in a pipeline.
    let both = text.starts_with(open) && text.ends_with(close);
    both.then(|| pair(token.text_range(), open.len(), close.len())).flatten()
}

fn quotes(token: &SyntaxToken) -> Option<Pair> {
    let (inner, delimiter) = text_inside(token)?;
    let range = token.text_range();
    let open = TextRange::new(inner.start() - delimiter, inner.start());
    let close = TextRange::new(inner.end(), inner.end() + delimiter);
    (range.contains_range(open) && range.contains_range(close)).then_some(Pair { open, close })
}

/// What stands between the quotes of a closed text literal or quoted name, and how long one quote is.
pub(crate) fn text_inside(token: &SyntaxToken) -> Option<(TextRange, TextSize)> {
    let text = token.text();
    let at = text.find(['\'', '"', '`', '[', '$'])?;
    let rest = &text[at..];
    let first = rest.chars().next()?;
    let delimiter = match first {
        '$' => rest[1..].find('$').map(|end| &rest[..end + 2])?,
        _ if rest.len() >= 6 && rest.starts_with(&first.to_string().repeat(3)) => &rest[..3],
        _ => &rest[..1],
    };
    let closing = if first == '[' { "]" } else { delimiter };
    if rest.len() < 2 * delimiter.len() || !rest.ends_with(closing) {
        return None;
    }
    let size = TextSize::of(delimiter);
    let start = token.text_range().start() + TextSize::new(at as u32) + size;
    Some((TextRange::new(start, token.text_range().end() - size), size))
}

fn toml_pairs(node: &TomlNode, pairs: &mut Vec<Pair>) {
    for child in &node.children {
        toml_pairs(child, pairs);
    }
    let has_ends =
        matches!(node.kind, TomlKind::Array | TomlKind::InlineTable | TomlKind::Text | TomlKind::Header);
    if has_ends && node.open > 0 && node.close > 0 {
        pairs.extend(pair(node.range, node.open as usize, node.close as usize));
    }
}
