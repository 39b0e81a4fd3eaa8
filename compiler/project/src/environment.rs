//! `${NAME}` and `${NAME:-default}` in TOML texts, replaced before the text is parsed.

use crate::Finding;
use rocky_syntax::{TextRange, TextSize};
use smol_str::SmolStr;
use std::borrow::Cow;

/// How environment variables are looked up.
pub type Environment<'e> = &'e dyn Fn(&str) -> Option<String>;

/// A placeholder whose variable is not set and that has no default.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct UnsetVariable {
    /// The variable.
    pub name: SmolStr,
    /// The placeholder in the text on disk.
    pub range: TextRange,
}

/// A text with its placeholders replaced, and the way back to the text on disk.
pub(crate) struct Substitution<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) map: OffsetMap,
    /// Placeholders left in place, in text order.
    pub(crate) unset: Vec<UnsetVariable>,
    /// Malformed placeholders and values that cannot stand where they would be put.
    pub(crate) findings: Vec<Finding>,
}

/// Leads positions of the substituted text back to the text on disk.
#[derive(Default)]
pub(crate) struct OffsetMap {
    /// Where the parsed text starts in the file; not 0 for a frontmatter block.
    base: usize,
    replaced: Vec<Replaced>,
}

struct Replaced {
    new: std::ops::Range<usize>,
    old: std::ops::Range<usize>,
}

impl OffsetMap {
    pub(crate) fn starting_at(base: usize) -> OffsetMap {
        OffsetMap { base, replaced: Vec::new() }
    }

    /// The range on disk. A position inside a replaced value stands for the whole placeholder.
    pub(crate) fn range(&self, range: std::ops::Range<usize>) -> TextRange {
        let start = self.old_offset(range.start, false);
        let end = self.old_offset(range.end, true).max(start);
        TextRange::new(text_size(start + self.base), text_size(end + self.base))
    }

    fn old_offset(&self, offset: usize, is_end: bool) -> usize {
        let index =
            self.replaced.partition_point(|replaced| replaced.new.start < offset + usize::from(!is_end));
        let Some(replaced) = index.checked_sub(1).and_then(|index| self.replaced.get(index)) else {
            return offset;
        };
        if offset >= replaced.new.end && !(offset == replaced.new.end && is_end) {
            return replaced.old.end + (offset - replaced.new.end);
        }
        if is_end { replaced.old.end } else { replaced.old.start }
    }
}

fn text_size(offset: usize) -> TextSize {
    TextSize::from(u32::try_from(offset).unwrap_or(u32::MAX))
}

/// Where in the TOML text a placeholder stands; decides how its value is written.
#[derive(Clone, Copy, PartialEq)]
enum Context {
    Plain,
    Comment,
    Basic,
    Literal,
    MultiBasic,
    MultiLiteral,
}

/// Replaces the placeholders of `text`, which starts at byte `base` of its file.
pub(crate) fn substitute<'a>(text: &'a str, base: usize, environment: Environment<'_>) -> Substitution<'a> {
    let mut result = Substitution {
        text: Cow::Borrowed(text),
        map: OffsetMap::starting_at(base),
        unset: Vec::new(),
        findings: Vec::new(),
    };
    if text.contains("${") {
        Substituter {
            text,
            environment,
            out: String::with_capacity(text.len()),
            copied: 0,
            result: &mut result,
        }
        .run();
    }
    result
}

struct Substituter<'s, 'a> {
    text: &'a str,
    environment: Environment<'s>,
    out: String,
    /// How much of `text` is already in `out`.
    copied: usize,
    result: &'s mut Substitution<'a>,
}

impl Substituter<'_, '_> {
    fn run(mut self) {
        let bytes = self.text.as_bytes();
        let mut context = Context::Plain;
        let mut at = 0;
        while at < bytes.len() {
            let rest = &self.text[at..];
            if bytes[at] == b'$' && context != Context::Comment {
                if let Some(length) = escaped_placeholder(rest) {
                    self.replace(at, at + length, &rest[1..length]);
                    at += length;
                    continue;
                }
                if let Some(length) = placeholder(rest) {
                    self.placeholder(at, at + length, context);
                    at += length;
                    continue;
                }
            }
            let (next, length) = step(context, rest);
            context = next;
            at += length;
        }
        self.out.push_str(&self.text[self.copied..]);
        self.result.text = Cow::Owned(self.out);
    }

    fn replace(&mut self, from: usize, to: usize, value: &str) {
        self.out.push_str(&self.text[self.copied..from]);
        let start = self.out.len();
        self.out.push_str(value);
        self.copied = to;
        self.result.map.replaced.push(Replaced { new: start..self.out.len(), old: from..to });
    }

    fn range(&self, from: usize, to: usize) -> TextRange {
        let base = self.result.map.base;
        TextRange::new(text_size(from + base), text_size(to + base))
    }

    fn placeholder(&mut self, from: usize, to: usize, context: Context) {
        let inner = &self.text[from + 2..to - 1];
        let (name, default) = match inner.split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (inner, None),
        };
        let range = self.range(from, to);
        if !is_variable_name(name) {
            let message = format!(
                "'{name}' is not a name of an environment variable: letters, digits and `_`, not starting with a digit"
            );
            let finding = Finding::error("V007", range, message)
                .suggest("write `${NAME}` or `${NAME:-default}`; write `$${…}` for a literal `${…}`");
            self.result.findings.push(finding);
            if context == Context::Plain {
                self.replace(from, to, "\"\"");
            }
            return;
        }
        let value = (self.environment)(name);
        match (value, default) {
            (Some(value), None) => self.value(from, to, name, &value, context),
            (Some(value), Some(_)) if !value.is_empty() => self.value(from, to, name, &value, context),
            (_, Some(default)) => self.replace(from, to, default),
            (None, None) => {
                self.result.unset.push(UnsetVariable { name: SmolStr::new(name), range });
                // The text must stay valid TOML, so a bare placeholder becomes a string.
                if context == Context::Plain {
                    let quoted = format!("\"{}\"", &self.text[from..to]);
                    self.replace(from, to, &quoted);
                }
            }
        }
    }

    fn value(&mut self, from: usize, to: usize, name: &str, value: &str, context: Context) {
        let impossible = match context {
            Context::Literal => value.contains('\'') || value.contains(|c: char| c.is_control() && c != '\t'),
            Context::MultiLiteral => value.contains("''"),
            _ => false,
        };
        if impossible {
            let message = format!(
                "the value of environment variable '{name}' cannot stand in a single-quoted string, \
                 because it holds a quote or a line break"
            );
            let finding = Finding::error("V007", self.range(from, to), message)
                .suggest("use double quotes around the placeholder");
            self.result.findings.push(finding);
            return;
        }
        let written = match context {
            Context::Basic => Cow::Owned(escape(value, false)),
            Context::MultiBasic => Cow::Owned(escape(value, true)),
            _ => Cow::Borrowed(value),
        };
        self.replace(from, to, &written);
    }
}

/// The length of `$${…}` at the start of `rest`.
fn escaped_placeholder(rest: &str) -> Option<usize> {
    rest.strip_prefix('$').and_then(placeholder).map(|length| length + 1)
}

/// The length of `${…}` at the start of `rest`; `${}` and an unclosed one are ordinary text.
fn placeholder(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix("${")?;
    let line = inner.find('\n').unwrap_or(inner.len());
    let length = inner[..line].find('}')?;
    (length > 0).then_some(length + 3)
}

/// Whether `name` can be the name of an environment variable.
fn is_variable_name(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// One step of the TOML lexer: the context after the next piece of text, and that piece's length.
fn step(context: Context, rest: &str) -> (Context, usize) {
    let one = rest.chars().next().map_or(1, char::len_utf8);
    let starts = |text: &str| rest.starts_with(text);
    match context {
        Context::Plain if starts("\"\"\"") => (Context::MultiBasic, 3),
        Context::Plain if starts("'''") => (Context::MultiLiteral, 3),
        Context::Plain if starts("\"") => (Context::Basic, 1),
        Context::Plain if starts("'") => (Context::Literal, 1),
        Context::Plain if starts("#") => (Context::Comment, 1),
        Context::Comment | Context::Basic | Context::Literal if starts("\n") => (Context::Plain, 1),
        Context::Basic | Context::MultiBasic if starts("\\") => {
            let escaped = rest[1..].chars().next().map_or(0, char::len_utf8);
            (context, 1 + escaped)
        }
        Context::Basic if starts("\"") => (Context::Plain, 1),
        Context::Literal if starts("'") => (Context::Plain, 1),
        // Up to two quotes may stand directly before the closing three.
        Context::MultiBasic if starts("\"\"\"") && !starts("\"\"\"\"") => (Context::Plain, 3),
        Context::MultiLiteral if starts("'''") && !starts("''''") => (Context::Plain, 3),
        _ => (context, one),
    }
}

fn escape(value: &str, keep_lines: bool) -> String {
    let mut out = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' if keep_lines => out.push('\n'),
            control if control.is_control() => {
                out.push_str(&format!("\\u{:04X}", u32::from(control)));
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests;
