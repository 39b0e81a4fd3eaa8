//! A document is a flat list of elements; printing it decides which groups stay on one line.
//!
//! Widths of groups are summed on the way in, the room that is needed behind a group on the way back, so
//! that printing is linear.

use crate::options::Options;

/// A part of a document. Text is given as a range of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Element {
    /// A token.
    Text(Text),
    /// A comma; it passes comments that end the line.
    Comma(Text),
    /// A comment that ends its line: printed when the line ends.
    LineSuffix(Text),
    /// A space.
    Space,
    /// A line end in a broken group, else a space.
    Line {
        /// Whether an empty line of the source is kept here.
        blank: bool,
    },
    /// A line end in a broken group, else nothing.
    SoftLine,
    /// A line end, always.
    HardLine {
        /// Whether an empty line of the source is kept here.
        blank: bool,
    },
    /// A line end and an empty line, always.
    EmptyLine,
    /// A line end unless the line is empty still; for comments on lines of their own.
    FreshLine,
    /// The source has an empty line here.
    Blank,
    /// Breaks the groups around it.
    Break,
    /// One level more from the next line end on.
    Indent,
    /// One level less from the next line end on.
    Dedent,
    /// Starts a group.
    Open,
    /// Ends a group.
    Close,
}

/// A piece of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Text {
    /// Where it starts.
    pub(crate) start: u32,
    /// Where it ends.
    pub(crate) end: u32,
    /// What happens to its letters.
    pub(crate) case: Case,
    /// Whether it touches the text before it in the source.
    pub(crate) touches: bool,
    /// Whether it must touch the text before it exactly where it does in the source.
    pub(crate) glued: bool,
}

/// What happens to the letters of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    /// Nothing.
    Keep,
    /// Upper case.
    Upper,
    /// Lower case.
    Lower,
}

/// Wider than any line.
const ENDLESS: u32 = u32::MAX / 4;

/// What must be written before the next text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pending {
    Nothing,
    Space,
    Newline { level: usize, blank_allowed: bool, blank: bool },
}

struct Printer<'s> {
    source: &'s str,
    options: &'s Options,
    line_end: &'static str,
    out: String,
    column: usize,
    levels: usize,
    pending: Pending,
    suffix: Vec<Text>,
}

/// The document as text, without a line end at its end.
pub(crate) fn print(source: &str, elements: &[Element], options: &Options, line_end: &'static str) -> String {
    let Measured { widths, room, columns } = measure(source, elements);
    let mut printer = Printer {
        source,
        options,
        line_end,
        out: String::with_capacity(source.len() + source.len() / 4),
        column: 0,
        levels: 0,
        pending: Pending::Nothing,
        suffix: Vec::new(),
    };
    let mut broken = vec![true];
    let mut group = 0;
    for (element, columns) in elements.iter().zip(columns) {
        let is_broken = broken.last().copied().unwrap_or(true);
        match *element {
            Element::Open => {
                let needed = widths[group].saturating_add(room[group]) as usize;
                group += 1;
                let fits = printer.next_column().saturating_add(needed) <= options.line_width;
                broken.push(is_broken && !fits);
            }
            Element::Close => {
                broken.pop();
            }
            other => printer.element(other, columns, is_broken),
        }
    }
    printer.end()
}

/// What the printer must know about widths.
struct Measured {
    /// Of each group, in order of its start, on one line.
    widths: Vec<u32>,
    /// Of what follows the group up to the next place where a line can end.
    room: Vec<u32>,
    /// Of each element.
    columns: Vec<Columns>,
}

fn measure(source: &str, elements: &[Element]) -> Measured {
    let columns: Vec<Columns> = elements.iter().map(|element| Columns::of(source, *element)).collect();
    let mut widths: Vec<u32> = Vec::new();
    let mut room: Vec<u32> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut closes: Vec<usize> = Vec::new();
    let mut total: u64 = 0;
    let mut endless: u64 = 0;
    let mut starts: Vec<(u64, u64)> = Vec::new();
    for (element, columns) in elements.iter().zip(&columns) {
        match element {
            Element::Open => {
                open.push(widths.len());
                starts.push((total, endless));
                widths.push(0);
            }
            Element::Close => {
                if let (Some(group), Some((before, endless_before))) = (open.pop(), starts.pop()) {
                    let width = if endless > endless_before { u64::from(ENDLESS) } else { total - before };
                    widths[group] = u32::try_from(width).unwrap_or(ENDLESS).min(ENDLESS);
                    closes.push(group);
                }
            }
            Element::LineSuffix(_)
            | Element::HardLine { .. }
            | Element::EmptyLine
            | Element::FreshLine
            | Element::Break => endless += 1,
            _ => total += u64::from(columns.first),
        }
    }
    room.resize(widths.len(), 0);
    let mut tail: u32 = 0;
    let mut before_comma = false;
    for (element, columns) in elements.iter().zip(&columns).rev() {
        match element {
            // The comma behind the comment will pass it.
            Element::LineSuffix(_) if before_comma => tail = 1,
            Element::Close => {
                if let Some(group) = closes.pop() {
                    room[group] = tail;
                }
            }
            Element::Line { .. }
            | Element::SoftLine
            | Element::HardLine { .. }
            | Element::EmptyLine
            | Element::FreshLine
            | Element::LineSuffix(_) => tail = 0,
            _ => tail = tail.saturating_add(columns.first).min(ENDLESS),
        }
        before_comma = matches!(element, Element::Comma(_))
            || before_comma && matches!(element, Element::LineSuffix(_) | Element::Close | Element::Dedent);
    }
    Measured { widths, room, columns }
}

/// The width of an element.
#[derive(Clone, Copy)]
struct Columns {
    /// Of its first line.
    first: u32,
    /// Of its last line, where that is another one.
    last: Option<u32>,
}

impl Columns {
    fn of(source: &str, element: Element) -> Columns {
        match element {
            Element::Text(text) | Element::Comma(text) => {
                let text = &source[text.start as usize..text.end as usize];
                match (text.find('\n'), text.rfind('\n')) {
                    (Some(first), Some(last)) => {
                        Columns { first: columns(&text[..first]), last: Some(columns(&text[last + 1..])) }
                    }
                    _ => Columns { first: columns(text), last: None },
                }
            }
            Element::Space | Element::Line { .. } => Columns { first: 1, last: None },
            _ => Columns { first: 0, last: None },
        }
    }
}

fn columns(text: &str) -> u32 {
    let columns = if text.is_ascii() { text.len() } else { text.chars().count() };
    u32::try_from(columns).unwrap_or(ENDLESS)
}

impl Printer<'_> {
    /// Where the next text would start.
    fn next_column(&self) -> usize {
        if self.out.is_empty() {
            return 0;
        }
        if !self.suffix.is_empty() {
            return self.levels * self.options.indent.width();
        }
        match self.pending {
            Pending::Nothing => self.column,
            Pending::Space => self.column + 1,
            Pending::Newline { level, .. } => level * self.options.indent.width(),
        }
    }

    fn element(&mut self, element: Element, columns: Columns, broken: bool) {
        match element {
            Element::Text(text) => self.text(text, columns),
            Element::Comma(text) => {
                if self.pending == Pending::Nothing {
                    self.out.push_str(&self.source[text.start as usize..text.end as usize]);
                    self.column += 1;
                } else {
                    self.text(text, columns);
                }
            }
            Element::LineSuffix(text) => self.suffix.push(text),
            Element::Space => self.space(),
            Element::Line { blank } if broken => self.newline(blank),
            Element::Line { .. } => self.space(),
            Element::SoftLine if broken => self.newline(false),
            Element::HardLine { blank } => self.newline(blank),
            Element::EmptyLine => {
                self.pending = Pending::Newline { level: self.levels, blank_allowed: true, blank: true };
            }
            Element::FreshLine => match &mut self.pending {
                Pending::Newline { level, .. } => *level = self.levels,
                _ => self.newline(true),
            },
            Element::Blank => {
                if let Pending::Newline { blank_allowed: true, blank, .. } = &mut self.pending {
                    *blank = true;
                }
            }
            Element::Indent => self.levels += 1,
            Element::Dedent => self.levels = self.levels.saturating_sub(1),
            Element::SoftLine | Element::Break | Element::Open | Element::Close => {}
        }
    }

    fn space(&mut self) {
        if self.pending == Pending::Nothing {
            self.pending = Pending::Space;
        }
    }

    fn newline(&mut self, blank_allowed: bool) {
        let blank = matches!(self.pending, Pending::Newline { blank: true, .. });
        self.pending = Pending::Newline { level: self.levels, blank_allowed, blank };
    }

    fn text(&mut self, text: Text, columns: Columns) {
        let written = &self.source[text.start as usize..text.end as usize];
        self.flush(text, written);
        match text.case {
            Case::Keep => self.out.push_str(written),
            Case::Upper => self.out.extend(written.chars().map(|c| c.to_ascii_uppercase())),
            Case::Lower => self.out.extend(written.chars().map(|c| c.to_ascii_lowercase())),
        }
        match columns.last {
            Some(last) => self.column = last as usize,
            None => self.column += columns.first as usize,
        }
    }

    /// Writes what must stand before `text`.
    fn flush(&mut self, text: Text, written: &str) {
        let after_comment = !self.suffix.is_empty();
        self.flush_suffix();
        if self.out.is_empty() {
            self.pending = Pending::Nothing;
            return;
        }
        let pending = if text.glued && text.touches && !after_comment {
            Pending::Nothing
        } else if self.pending == Pending::Nothing
            && !text.touches
            && (text.glued || would_merge(&self.out, written))
        {
            Pending::Space
        } else {
            self.pending
        };
        self.pending = Pending::Nothing;
        match pending {
            Pending::Nothing => {}
            Pending::Space => {
                self.out.push(' ');
                self.column += 1;
            }
            Pending::Newline { level, blank, .. } => {
                self.out.push_str(self.line_end);
                if blank {
                    self.out.push_str(self.line_end);
                }
                self.options.indent.write(level, &mut self.out);
                self.column = level * self.options.indent.width();
            }
        }
    }

    fn flush_suffix(&mut self) {
        if self.suffix.is_empty() {
            return;
        }
        for text in std::mem::take(&mut self.suffix) {
            if !self.out.is_empty() {
                self.out.push(' ');
            }
            self.out.push_str(&self.source[text.start as usize..text.end as usize]);
        }
        if !matches!(self.pending, Pending::Newline { .. }) {
            self.newline(false);
        }
    }

    fn end(mut self) -> String {
        self.flush_suffix();
        self.out
    }
}

/// Whether two texts that did not touch would become another token, or might.
fn would_merge(before: &str, after: &str) -> bool {
    let (Some(last), Some(first)) = (before.chars().next_back(), after.chars().next()) else { return false };
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$' || !c.is_ascii();
    let is_sign = |c: char| "+-*/<>=!~^&|%#@?:{}\\".contains(c);
    let is_quote = |c: char| matches!(c, '\'' | '"' | '`');
    match (last, first) {
        (last, first) if is_word(last) => {
            is_word(first) || is_quote(first) || first == '@' || (first == '.' && last.is_ascii_digit())
        }
        ('.', first) => first.is_ascii_digit() || first == '.',
        (':', _) if before.ends_with("::") => is_sign(first),
        (last, first) if is_sign(last) => is_sign(first) || is_word(first) && "@:?#$".contains(last),
        (last, first) => is_quote(last) && (is_quote(first) || is_word(first)),
    }
}
