//! Lines and blanks.

use crate::context::Context;
use crate::rule::{Check, FixSafety, Languages, Parameter, ParameterKind, Rule};
use crate::settings::Level;
use rocky_syntax::SyntaxKind::WHITESPACE;
use rocky_syntax::{TextEdit, TextRange, TextSize, TokenView};

pub(crate) const LINE_LENGTH: Rule = Rule {
    name: "line_length",
    code: "S131",
    languages: Languages::Both,
    default: Level::Off,
    recommended: Level::Off,
    parameter: Some(Parameter {
        key: "max",
        kind: ParameterKind::Number { default: 120 },
        meaning: "characters that a line may have",
    }),
    fix: FixSafety::None,
    summary: "lines longer than the limit",
    why: "Long lines are read badly and compared badly.",
    bad: "select a_rather_long_name, another_rather_long_name, a_third_name_that_is_long, a_fourth_one, and_one_that_is_too_much from orders\n",
    good: "select\n  a_rather_long_name, another_rather_long_name, a_third_name_that_is_long, a_fourth_one,\n  and_one_that_is_too_much\nfrom orders\n",
    check: Check::Text(line_length),
};

pub(crate) const TRAILING_WHITESPACE: Rule = Rule {
    name: "trailing_whitespace",
    code: "S132",
    languages: Languages::Both,
    default: Level::Off,
    recommended: Level::Warning,
    parameter: None,
    fix: FixSafety::Safe,
    summary: "blanks at the end of a line",
    why: "They show up as changes where nothing changed.",
    bad: "select id  \nfrom orders\n",
    good: "select id\nfrom orders\n",
    check: Check::Tokens(&[WHITESPACE], trailing_whitespace),
};

pub(crate) const FINAL_NEWLINE: Rule = Rule {
    name: "final_newline",
    code: "S133",
    languages: Languages::Both,
    default: Level::Off,
    recommended: Level::Warning,
    parameter: None,
    fix: FixSafety::Safe,
    summary: "a file that does not end with one line end",
    why: "Other programs expect one.",
    bad: "select id from orders",
    good: "select id from orders\n",
    check: Check::Text(final_newline),
};

pub(crate) const TABS: Rule = Rule {
    name: "tabs",
    code: "S134",
    languages: Languages::Both,
    default: Level::Off,
    recommended: Level::Off,
    parameter: Some(Parameter {
        key: "width",
        kind: ParameterKind::Number { default: 4 },
        meaning: "spaces that the fix writes for a tab",
    }),
    fix: FixSafety::Safe,
    summary: "tabs between words",
    why: "Every editor shows them in another width.",
    bad: "select\n\tid\nfrom orders\n",
    good: "select\n    id\nfrom orders\n",
    check: Check::Tokens(&[WHITESPACE], tabs),
};

pub(crate) const BLANK_LINES: Rule = Rule {
    name: "blank_lines",
    code: "S135",
    languages: Languages::Both,
    default: Level::Off,
    recommended: Level::Off,
    parameter: Some(Parameter {
        key: "max",
        kind: ParameterKind::Number { default: 1 },
        meaning: "empty lines that may follow each other",
    }),
    fix: FixSafety::Safe,
    summary: "more empty lines in a row than allowed",
    why: "They push the query out of sight.",
    bad: "select id\n\n\n\nfrom orders\n",
    good: "select id\n\nfrom orders\n",
    check: Check::Tokens(&[WHITESPACE], blank_lines),
};

fn size(length: usize) -> TextSize {
    TextSize::try_from(length).unwrap_or_default()
}

/// The part of a token that belongs to the model, and where it starts.
fn in_model<'t>(cx: &Context<'_>, token: &TokenView<'t>) -> (&'t str, TextSize) {
    let start = token.range.start().max(cx.source.start.min(token.range.end()));
    let skip = usize::from(start - token.range.start());
    (token.text.get(skip..).unwrap_or_default(), start)
}

fn line_length(cx: &mut Context<'_>) {
    let limit = cx.value() as usize;
    let mut offset = usize::from(cx.source.start);
    for line in cx.source.text.get(offset..).unwrap_or_default().split_inclusive('\n') {
        let visible = line.trim_end_matches(['\n', '\r']);
        // A line has no more characters than bytes.
        if visible.len() > limit
            && let Some((at, _)) = visible.char_indices().nth(limit)
        {
            let range = TextRange::new(size(offset + at), size(offset + visible.len()));
            let length = visible.chars().count();
            cx.report(range, format!("the line has {length} characters, {limit} are allowed"))
                .help("break it at a comma or before a keyword");
        }
        offset += line.len();
    }
}

fn trailing_whitespace(cx: &mut Context<'_>, token: &TokenView<'_>) {
    let is_last = token.range.end() == TextSize::of(cx.source.text);
    let ends_blank = |pair: &[u8]| pair[1] == b'\n' && matches!(pair[0], b' ' | b'\t' | b'\r');
    // Nearly all blanks are between words or indent a line.
    if !is_last && !token.text.as_bytes().windows(2).any(ends_blank) {
        return;
    }
    let (text, start) = in_model(cx, token);
    let mut offset = 0;
    for piece in text.split_inclusive('\n') {
        let ends_line = piece.ends_with('\n') || is_last;
        let body = piece.trim_end_matches('\n');
        let body = body.strip_suffix('\r').unwrap_or(body);
        if ends_line && !body.is_empty() {
            let range = TextRange::at(start + size(offset), TextSize::of(body));
            cx.report(range, "the line ends with blanks")
                .help("remove them")
                .safe_fix("Remove the blanks", vec![TextEdit::delete(range)]);
        }
        offset += piece.len();
    }
}

fn final_newline(cx: &mut Context<'_>) {
    let text = cx.source.text;
    let body = text.get(usize::from(cx.source.start)..).unwrap_or_default();
    if body.trim().is_empty() {
        return;
    }
    let end = TextSize::of(text);
    if !text.ends_with('\n') {
        cx.report(TextRange::empty(end), "the file does not end with a line end")
            .help("add one")
            .safe_fix("Add a line end", vec![TextEdit::insert(end, "\n")]);
        return;
    }
    let kept = text.trim_end_matches(['\n', '\r']).len();
    let extra = &text[kept..];
    let first = extra.find('\n').map_or(0, |at| at + 1);
    if first < extra.len() {
        let range = TextRange::new(size(kept + first), end);
        cx.report(range, "the file ends with empty lines")
            .help("remove them")
            .safe_fix("Remove the empty lines", vec![TextEdit::delete(range)]);
    }
}

fn tabs(cx: &mut Context<'_>, token: &TokenView<'_>) {
    if !token.text.contains('\t') {
        return;
    }
    let (text, start) = in_model(cx, token);
    let spaces = " ".repeat(cx.value().clamp(1, 16) as usize);
    let mut rest = 0;
    while let Some(at) = text[rest..].find('\t') {
        let from = rest + at;
        let count = text[from..].bytes().take_while(|byte| *byte == b'\t').count();
        let range = TextRange::at(start + size(from), size(count));
        cx.report(range, "a tab stands here")
            .help("write spaces")
            .safe_fix("Write spaces", vec![TextEdit::replace(range, spaces.repeat(count))]);
        rest = from + count;
    }
}

fn blank_lines(cx: &mut Context<'_>, token: &TokenView<'_>) {
    let allowed = cx.value() as usize;
    if token.text.bytes().filter(|byte| *byte == b'\n').count() <= allowed + 1 {
        return;
    }
    let (text, start) = in_model(cx, token);
    if token.range.end() == TextSize::of(cx.source.text) {
        // How a file ends is another rule's business.
        return;
    }
    let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
    if ends.len() > allowed + 1 {
        let range = TextRange::new(start + size(ends[allowed]), start + size(ends[ends.len() - 1]));
        let empty = ends.len() - 1;
        cx.report(range, format!("{empty} empty lines follow each other, {allowed} are allowed"))
            .help("remove some")
            .safe_fix("Remove empty lines", vec![TextEdit::delete(range)]);
    }
}
