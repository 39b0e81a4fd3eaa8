//! Rocky: lines stay lines; each is indented by the braces around it (02 §10).

use crate::error::{FormatError, size};
use crate::options::{Options, Spacing};
use crate::{frontmatter, layout};
use rocky_syntax::SyntaxKind::{self, *};
use rocky_syntax::dsl::{ast::DslFile, parse_dsl};
use rocky_syntax::{Parse, SyntaxElement, SyntaxToken};

/// Empty lines in a row at most.
const EMPTY_LINES: usize = 2;

/// Formats a file: the TOML at its top, then its lines.
pub(crate) fn format_file(text: &str, options: &Options) -> Result<String, FormatError> {
    match frontmatter::split(text) {
        Some(parts) => parts.formatted(options, |body| format_body(body, options)),
        None => format_body(text, options),
    }
}

fn format_body(text: &str, options: &Options) -> Result<String, FormatError> {
    let parse = parse_dsl(text);
    if let Some(error) = parse.errors().first() {
        return Err(FormatError::Syntax { offset: error.range.start(), message: error.message.clone() });
    }
    let formatted = layout_lines(text, &parse, options);
    if formatted != text {
        check(text, &parse, &formatted)?;
    }
    Ok(formatted)
}

/// How deep the line that starts at `offset` is indented, whatever the text's errors.
pub(crate) fn levels_at(text: &str, offset: usize) -> usize {
    let parse = parse_dsl(text);
    let mut depth = 0usize;
    for token in tokens(&parse).filter(|token| token.kind() != WHITESPACE) {
        let start = usize::from(token.text_range().start());
        match token.kind() {
            _ if start >= offset => {
                let on_line = !text[offset..start].contains('\n');
                return if on_line && token.kind() == R_BRACE { depth.saturating_sub(1) } else { depth };
            }
            L_BRACE => depth += 1,
            R_BRACE => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    depth
}

fn tokens(parse: &Parse<DslFile>) -> impl Iterator<Item = SyntaxToken> {
    parse.syntax().descendants_with_tokens().filter_map(SyntaxElement::into_token)
}

fn layout_lines(text: &str, parse: &Parse<DslFile>, options: &Options) -> String {
    let line_end = layout::line_end(text);
    let mut out = String::with_capacity(text.len() + 64);
    let mut lines = Lines::default();
    let mut gap: Option<String> = None;
    let mut previous: Option<SyntaxToken> = None;
    for token in tokens(parse) {
        if token.kind() == WHITESPACE {
            let mark =
                if out.is_empty() && previous.is_none() { layout::split_mark(token.text()).0 } else { "" };
            out.push_str(mark);
            gap = Some(token.text()[mark.len()..].to_owned());
            continue;
        }
        let blank = gap.take().unwrap_or_default();
        let at_start = previous.is_none();
        let line_ends = layout::line_ends(&blank);
        if line_ends > 0 || at_start {
            let kept = line_ends.min(EMPTY_LINES + usize::from(!at_start));
            out.extend(std::iter::repeat_n(line_end, kept));
            options.indent.write(lines.start_line(token.kind(), options.rocky_spacing), &mut out);
        } else if options.rocky_spacing == Spacing::Normalize {
            out.push_str(space_between(previous.as_ref(), &token, &blank));
        } else {
            out.push_str(&blank);
        }
        lines.pass(token.kind(), options.rocky_spacing);
        out.push_str(printed(&token));
        previous = Some(token);
    }
    if previous.is_some() {
        out.push_str(line_end);
    }
    out
}

/// The text of a token: a comment does not end in blanks.
fn printed(token: &SyntaxToken) -> &str {
    let text = token.text();
    if token.kind() == LINE_COMMENT { text.trim_end() } else { text }
}

/// Open brackets. Each closing one counts once, wherever on its line it stands.
#[derive(Default)]
struct Lines {
    depth: usize,
}

impl Lines {
    /// The levels of a line that starts with a token of this kind.
    fn start_line(&self, first: SyntaxKind, spacing: Spacing) -> usize {
        if closes(first, spacing) { self.depth.saturating_sub(1) } else { self.depth }
    }

    fn pass(&mut self, kind: SyntaxKind, spacing: Spacing) {
        if closes(kind, spacing) {
            self.depth = self.depth.saturating_sub(1);
        } else if kind == L_BRACE || spacing == Spacing::Normalize && kind == L_PAREN {
            self.depth += 1;
        }
    }
}

fn closes(kind: SyntaxKind, spacing: Spacing) -> bool {
    kind == R_BRACE || spacing == Spacing::Normalize && kind == R_PAREN
}

/// What stands between two tokens of a line when spaces are made even.
fn space_between<'b>(previous: Option<&SyntaxToken>, token: &SyntaxToken, blank: &'b str) -> &'b str {
    let Some(previous) = previous else { return "" };
    let (before, after) = (previous.kind(), token.kind());
    if matches!(after, LINE_COMMENT | BLOCK_COMMENT) {
        return if blank.is_empty() { " " } else { blank };
    }
    if matches!(after, COMMA | R_PAREN | DOT | COLON) || matches!(before, L_PAREN | DOT) {
        return "";
    }
    let needs = matches!(before, COMMA | COLON | L_BRACE)
        || matches!(after, L_BRACE | R_BRACE)
        || is_spaced_sign(before)
        || is_spaced_sign(after);
    if needs || !blank.is_empty() { " " } else { "" }
}

fn is_spaced_sign(kind: SyntaxKind) -> bool {
    matches!(kind, EQ_EQ | BANG_EQ | LT | GT | LT_EQ | GT_EQ | FAT_ARROW | PIPE_PIPE | AMP_AMP | EQ)
}

/// The result has the tokens and comments of the text and no error.
fn check(text: &str, before: &Parse<DslFile>, formatted: &str) -> Result<(), FormatError> {
    let after = parse_dsl(formatted);
    let mut others = tokens(&after).filter(|token| token.kind() != WHITESPACE);
    for token in tokens(before).filter(|token| token.kind() != WHITESPACE) {
        let other = others.next();
        let same = other
            .as_ref()
            .is_some_and(|other| other.kind() == token.kind() && printed(other) == printed(&token));
        if !same {
            let message = match other {
                Some(other) => format!("`{}` would become `{}`", token.text(), other.text()),
                None => format!("`{}` would be lost", token.text()),
            };
            return Err(FormatError::Changed { offset: token.text_range().start(), message });
        }
    }
    if let Some(extra) = others.next() {
        let message = format!("`{}` would appear", extra.text());
        return Err(FormatError::Changed { offset: size(text.len()), message });
    }
    match after.errors().first() {
        Some(error) => Err(FormatError::Changed {
            offset: size(0),
            message: format!("the result has an error: {}", error.message),
        }),
        None => Ok(()),
    }
}
