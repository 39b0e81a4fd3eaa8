//! A tree of TOML for the editor: any text has one, half-typed text too.
//!
//! What a document *means* is read elsewhere, by a TOML library that gives up at the first error. Here
//! every line counts for itself.

use crate::folding::region_mark;
use rocky_compiler::syntax::{TextRange, TextSize};
use std::ops::Range;

/// What a piece of TOML is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum TomlKind {
    /// A header and what follows it.
    Table,
    /// `[a.b]`, `[[a]]`
    Header,
    /// `key = value`
    Entry,
    /// `a.b`
    DottedKey,
    /// One part of a key.
    Key,
    /// `=`
    Equals,
    /// A text in quotes of any kind.
    Text,
    /// A number.
    Number,
    /// A date, a time or both.
    Date,
    /// `true`, `false`
    Boolean,
    /// `[…]`
    Array,
    /// `{…}`
    InlineTable,
    /// `# …`
    Comment,
    /// What is none of these.
    Unknown,
}

/// A piece of TOML with what is inside, in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct TomlNode {
    pub(crate) kind: TomlKind,
    pub(crate) range: TextRange,
    /// How long the bracket or quote at its start is, and at its end if it has one there.
    pub(crate) open: u32,
    /// See `open`; zero when it is not closed.
    pub(crate) close: u32,
    pub(crate) children: Vec<TomlNode>,
}

impl TomlNode {
    fn leaf(kind: TomlKind, range: TextRange) -> TomlNode {
        TomlNode { kind, range, open: 0, close: 0, children: Vec::new() }
    }

    fn parent(kind: TomlKind, children: Vec<TomlNode>) -> Option<TomlNode> {
        let range = children.iter().map(|child| child.range).reduce(TextRange::cover)?;
        Some(TomlNode { kind, range, open: 0, close: 0, children })
    }

    /// What stands between its brackets or quotes.
    pub(crate) fn inside(&self) -> Option<TextRange> {
        let start = self.range.start() + TextSize::new(self.open);
        let end = self.range.end().checked_sub(TextSize::new(self.close))?;
        (self.open > 0 && start <= end).then(|| TextRange::new(start, end))
    }
}

/// A whole document, or the block at the start of a model.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct TomlTree {
    /// Where it stands in the file.
    pub(crate) range: TextRange,
    /// Entries, tables and comments, in order.
    pub(crate) nodes: Vec<TomlNode>,
}

/// Brackets deeper than this are not looked into.
const NESTING_LIMIT: u32 = 64;

/// The tree of the TOML that stands at `range` of a text.
pub(crate) fn parse_toml(text: &str, range: TextRange) -> TomlTree {
    let span = Range::<usize>::from(range);
    let mut parser = Parser { text: &text[..span.end], at: span.start, depth: 0 };
    let mut document = Sections::default();
    while let Some(first) = parser.peek() {
        match first {
            ' ' | '\t' | '\r' | '\n' | '\u{feff}' => parser.at += first.len_utf8(),
            '#' => document.comment(parser.comment()),
            '[' => {
                let header = parser.header();
                document.header(header, text);
            }
            _ => {
                let entry = parser.entry();
                document.entry(entry);
            }
        }
    }
    TomlTree { range, nodes: document.finish(text) }
}

/// Collects entries into tables.
#[derive(Default)]
struct Sections {
    top: Vec<TomlNode>,
    table: Option<Vec<TomlNode>>,
    /// Comments since the last entry: they belong to what follows, if nothing is between.
    pending: Vec<TomlNode>,
}

impl Sections {
    fn comment(&mut self, comment: TomlNode) {
        self.pending.push(comment);
    }

    fn entry(&mut self, entry: TomlNode) {
        let target = self.table.as_mut().unwrap_or(&mut self.top);
        target.append(&mut self.pending);
        target.push(entry);
    }

    fn header(&mut self, header: TomlNode, text: &str) {
        let mut start = header.range.start();
        let mut kept = self.pending.len();
        while let Some(comment) = kept.checked_sub(1).and_then(|index| self.pending.get(index)) {
            let between = &text[usize::from(comment.range.end())..usize::from(start)];
            if between.matches('\n').count() != 1 || !starts_line(text, comment.range.start()) {
                break;
            }
            start = comment.range.start();
            kept -= 1;
        }
        let own = self.pending.split_off(kept);
        self.close_table(text);
        self.top.extend(own);
        self.table = Some(vec![header]);
    }

    fn close_table(&mut self, text: &str) {
        match self.table.take() {
            Some(mut children) => {
                // The end of a region that began before the table is not the table's.
                let is_mark =
                    |comment: &TomlNode| region_mark(&text[Range::<usize>::from(comment.range)]).is_some();
                let mark = self.pending.iter().position(is_mark).unwrap_or(self.pending.len());
                let behind = self.pending.split_off(mark);
                children.append(&mut self.pending);
                self.top.extend(TomlNode::parent(TomlKind::Table, children));
                self.top.extend(behind);
            }
            None => self.top.append(&mut self.pending),
        }
    }

    fn finish(mut self, text: &str) -> Vec<TomlNode> {
        self.close_table(text);
        self.top
    }
}

fn starts_line(text: &str, offset: TextSize) -> bool {
    let before = &text[..usize::from(offset)];
    before.trim_end_matches([' ', '\t']).ends_with('\n') || before.trim().is_empty()
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: u32,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn range_from(&self, start: usize) -> TextRange {
        TextRange::new(TextSize::new(start as u32), TextSize::new(self.at as u32))
    }

    fn leaf(&mut self, kind: TomlKind, length: usize) -> TomlNode {
        let start = self.at;
        self.at += length;
        TomlNode::leaf(kind, self.range_from(start))
    }

    fn skip_blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start_matches([' ', '\t']).len();
    }

    fn comment(&mut self) -> TomlNode {
        let length = self.rest().find(['\n', '\r']).unwrap_or(self.rest().len());
        self.leaf(TomlKind::Comment, length)
    }

    /// What is left of the line or, inside brackets, of the value. Takes one character at least.
    fn unknown(&mut self, ends: &[char]) -> TomlNode {
        let rest = self.rest();
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let length = rest[first..].find(ends).map_or(rest.len(), |end| first + end);
        let written = rest[..length].trim_end().len().max(first);
        self.leaf(TomlKind::Unknown, written)
    }

    fn header(&mut self) -> TomlNode {
        let start = self.at;
        let open = if self.rest().starts_with("[[") { 2 } else { 1 };
        self.at += open;
        self.skip_blanks();
        let mut children: Vec<TomlNode> = self.dotted_key().into_iter().collect();
        self.skip_blanks();
        let closing = &"]]"[..open];
        let mut close = 0;
        if self.rest().starts_with(closing) {
            self.at += open;
            close = open;
        } else if !matches!(self.peek(), None | Some('\n' | '\r' | '#')) {
            children.push(self.unknown(&['\n', '\r', '#']));
        }
        TomlNode {
            kind: TomlKind::Header,
            range: self.range_from(start),
            open: open as u32,
            close: close as u32,
            children,
        }
    }

    fn dotted_key(&mut self) -> Option<TomlNode> {
        let mut parts = Vec::new();
        loop {
            let length = match self.peek() {
                Some(quote @ ('"' | '\'')) => {
                    let line = self.rest().find(['\n', '\r']).unwrap_or(self.rest().len());
                    self.rest()[1..line].find(quote).map_or(line, |end| end + 2)
                }
                _ => {
                    let is_key = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
                    self.rest().find(|c| !is_key(c)).unwrap_or(self.rest().len())
                }
            };
            if length == 0 {
                break;
            }
            parts.push(self.leaf(TomlKind::Key, length));
            let before = self.at;
            self.skip_blanks();
            if self.peek() != Some('.') {
                self.at = before;
                break;
            }
            self.at += 1;
            self.skip_blanks();
        }
        TomlNode::parent(TomlKind::DottedKey, parts)
    }

    /// `key = value`, or as much of it as is there.
    fn entry(&mut self) -> TomlNode {
        let Some(key) = self.dotted_key() else { return self.unknown(&['\n', '\r', '#', ',', '}']) };
        let mut children = vec![key];
        let before = self.at;
        self.skip_blanks();
        if self.peek() == Some('=') {
            children.push(self.leaf(TomlKind::Equals, 1));
            let after = self.at;
            self.skip_blanks();
            match self.value() {
                Some(value) => children.push(value),
                None => self.at = after,
            }
        } else {
            self.at = before;
        }
        let range = self.range_from(usize::from(children[0].range.start()));
        TomlNode { kind: TomlKind::Entry, range, open: 0, close: 0, children }
    }

    fn value(&mut self) -> Option<TomlNode> {
        match self.peek()? {
            '\n' | '\r' | '#' | ',' | ']' | '}' => None,
            '"' | '\'' => Some(self.quoted()),
            '[' if self.depth < NESTING_LIMIT => Some(self.bracketed(TomlKind::Array, ']')),
            '{' if self.depth < NESTING_LIMIT => Some(self.bracketed(TomlKind::InlineTable, '}')),
            _ => {
                let mut node = self.unknown(&['\n', '\r', '#', ',', ']', '}']);
                node.kind = plain_kind(&self.text[Range::<usize>::from(node.range)]);
                Some(node)
            }
        }
    }

    fn quoted(&mut self) -> TomlNode {
        let rest = self.rest();
        let quote = &rest[..1];
        let triple = quote.repeat(3);
        let (open, limit) = if rest.starts_with(&triple) {
            (3, rest.len())
        } else {
            (1, rest.find(['\n', '\r']).unwrap_or(rest.len()))
        };
        let closing = if open == 3 { triple.as_str() } else { quote };
        let mut at = open;
        let mut close = 0;
        while let Some(next) = rest[at..limit].chars().next() {
            if rest[at..limit].starts_with(closing) {
                at += open;
                close = open;
                break;
            }
            at += next.len_utf8();
            if next == '\\' && quote == "\"" {
                at += rest[at..limit].chars().next().map_or(0, char::len_utf8);
            }
        }
        let mut node = self.leaf(TomlKind::Text, at);
        (node.open, node.close) = (open as u32, close as u32);
        node
    }

    fn bracketed(&mut self, kind: TomlKind, closing: char) -> TomlNode {
        let start = self.at;
        self.depth += 1;
        self.at += 1;
        let mut children = Vec::new();
        let mut close = 0;
        while let Some(next) = self.peek() {
            match next {
                '\n' if self.next_line_begins_another() => break,
                ' ' | '\t' | '\r' | '\n' | ',' => self.at += 1,
                '#' => children.push(self.comment()),
                _ if next == closing => {
                    self.at += 1;
                    close = 1;
                    break;
                }
                _ if kind == TomlKind::InlineTable => children.push(self.entry()),
                _ => match self.value() {
                    Some(value) => children.push(value),
                    None => children.push(self.leaf(TomlKind::Unknown, next.len_utf8())),
                },
            }
        }
        self.depth -= 1;
        let end = children.last().map_or(start + 1, |child: &TomlNode| usize::from(child.range.end()));
        if close == 0 {
            self.at = end;
        }
        TomlNode { kind, range: self.range_from(start), open: 1, close, children }
    }

    /// A bracket that somebody is still typing ends before the next `key = …` or `[table]` at the
    /// start of a line.
    fn next_line_begins_another(&self) -> bool {
        let rest = &self.rest()[1..];
        let line = rest.lines().next().unwrap_or_default();
        if let Some(name) = line.trim_end().strip_prefix('[') {
            let name = name.trim_start_matches('[').trim_end_matches(']');
            return name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
        }
        let key = line.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')));
        key.is_some_and(|end| end > 0 && line[end..].trim_start().starts_with('='))
    }
}

fn plain_kind(text: &str) -> TomlKind {
    let bytes = text.as_bytes();
    let digits =
        |range: Range<usize>| bytes.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    match text {
        "true" | "false" => TomlKind::Boolean,
        _ if digits(0..4) && bytes.get(4) == Some(&b'-') => TomlKind::Date,
        _ if digits(0..2) && bytes.get(2) == Some(&b':') => TomlKind::Date,
        "inf" | "nan" | "+inf" | "-inf" | "+nan" | "-nan" => TomlKind::Number,
        _ if text.trim_start_matches(['+', '-']).starts_with(|c: char| c.is_ascii_digit()) => {
            TomlKind::Number
        }
        _ => TomlKind::Unknown,
    }
}
