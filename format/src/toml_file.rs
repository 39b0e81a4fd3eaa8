//! TOML: lines stay lines, spaces are made even, items of long arrays are indented.

mod scan;

use crate::error::{FormatError, size};
use crate::layout;
use crate::options::Options;
use scan::{Kind, Token, scan};

/// Empty lines in a row at most.
const EMPTY_LINES: usize = 2;

/// Formats a file, or a block whose lines start at `levels`.
pub(crate) fn format_file(text: &str, levels: usize, options: &Options) -> Result<String, FormatError> {
    let before = parse(text)?;
    let (mark, rest) = layout::split_mark(text);
    let tokens = scan(rest);
    let formatted = format!("{mark}{}", layout_lines(rest, &tokens, levels, options));
    if formatted != text {
        check(text, mark.len(), &before, &tokens, &formatted)?;
    }
    Ok(formatted)
}

/// The document. A placeholder of an environment variable may stand where TOML wants a value.
fn parse(text: &str) -> Result<toml::Table, FormatError> {
    without_placeholders(text).parse::<toml::Table>().map_err(|error| {
        let offset = size(error.span().map_or(0, |span| span.start));
        FormatError::Syntax { offset, message: error.message().trim().to_owned() }
    })
}

/// The text with a number of the same length for each `${…}`.
fn without_placeholders(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start..].find(['}', '\n']).filter(|at| rest[start + at..].starts_with('}'))
        else {
            out.push_str(&rest[..start + 2]);
            rest = &rest[start + 2..];
            continue;
        };
        out.push_str(&rest[..start]);
        out.extend(std::iter::repeat_n('1', length + 1));
        rest = &rest[start + length + 1..];
    }
    out.push_str(rest);
    out
}

fn layout_lines(text: &str, tokens: &[Token], levels: usize, options: &Options) -> String {
    let line_end = layout::line_end(text);
    let mut out = String::with_capacity(text.len() + 16);
    let mut open: Vec<u8> = Vec::new();
    let mut line_ends = 0;
    let mut blank = "";
    let mut previous: Option<(Kind, &str)> = None;
    let mut is_header = false;
    for token in tokens {
        let written = &text[token.start..token.end];
        match token.kind {
            Kind::Blank => blank = written,
            Kind::LineEnd => {
                line_ends += 1;
                blank = "";
            }
            kind => {
                let closes = kind == Kind::Sign && matches!(written, "]" | "}");
                if closes {
                    open.pop();
                }
                let starts_line = line_ends > 0 || previous.is_none();
                if starts_line {
                    if previous.is_some() {
                        let kept = line_ends.min(EMPTY_LINES + 1);
                        out.extend(std::iter::repeat_n(line_end, kept));
                    }
                    options.indent.write(levels + open.len(), &mut out);
                    is_header = open.is_empty() && kind == Kind::Sign && written == "[";
                } else if let Some(previous) = previous {
                    out.push_str(space_between(previous, (kind, written), blank, is_header));
                }
                if kind == Kind::Sign && matches!(written, "[" | "{") {
                    open.push(written.as_bytes()[0]);
                }
                out.push_str(if kind == Kind::Comment { written.trim_end() } else { written });
                previous = Some((kind, written));
                line_ends = 0;
                blank = "";
            }
        }
    }
    if previous.is_some() {
        out.push_str(line_end);
    }
    out
}

fn space_between<'b>(
    (kind, written): (Kind, &str),
    (next_kind, next): (Kind, &str),
    blank: &'b str,
    is_header: bool,
) -> &'b str {
    if next_kind == Kind::Comment {
        return if blank.is_empty() { " " } else { blank };
    }
    let (sign, next_sign) = (kind == Kind::Sign, next_kind == Kind::Sign);
    if is_header {
        return if sign || next_sign || blank.is_empty() { "" } else { " " };
    }
    if next_sign && next == "," || sign && written == "[" || next_sign && next == "]" {
        return "";
    }
    if sign && written == "{" && next_sign && next == "}" {
        return "";
    }
    let spaced = sign && matches!(written, "=" | "," | "{") || next_sign && matches!(next, "=" | "}");
    if spaced || !blank.is_empty() { " " } else { "" }
}

/// The result has the tokens and comments of the text, and its values.
fn check(
    text: &str,
    mark: usize,
    before: &toml::Table,
    tokens: &[Token],
    formatted: &str,
) -> Result<(), FormatError> {
    let rest = &formatted[mark..];
    let new_tokens = scan(rest);
    let is_word = |token: &&Token| !matches!(token.kind, Kind::Blank | Kind::LineEnd);
    let mut others = new_tokens.iter().filter(is_word);
    for token in tokens.iter().filter(is_word) {
        let written = text[mark..][token.start..token.end].trim_end();
        let other = others.next();
        let same = other.is_some_and(|other| {
            other.kind == token.kind && rest[other.start..other.end].trim_end() == written
        });
        if !same {
            let message = format!("`{written}` would not stay");
            return Err(FormatError::Changed { offset: size(mark + token.start), message });
        }
    }
    let same_values = parse(formatted).is_ok_and(|after| after == *before);
    if others.next().is_some() || !same_values {
        let message = "the values would not be the same".to_owned();
        return Err(FormatError::Changed { offset: size(0), message });
    }
    Ok(())
}
