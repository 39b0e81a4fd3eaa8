//! Commas, semicolons, operators in two spellings.

use crate::context::Context;
use crate::rule::{Check, FixSafety, Languages, Parameter, ParameterKind, Rule};
use crate::settings::Level;
use crate::tree::{
    child, first_significant, last_significant, next_significant, parent_kind, previous_significant, tokens,
    with_blanks_before,
};
use rocky_syntax::SyntaxKind::*;
use rocky_syntax::{DialectKind, SyntaxToken, TextEdit, TextRange, TextSize, TokenView, Visited};

pub(crate) const TRAILING_COMMA: Rule = Rule {
    name: "trailing_comma",
    code: "S110",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Warning,
    parameter: Some(Parameter {
        key: "style",
        kind: ParameterKind::Word(&["forbid", "require"]),
        meaning: "whether the last column of a select list has a comma; `require` counts where the warehouse \
                  takes one and the list is broken over lines",
    }),
    fix: FixSafety::Safe,
    summary: "a comma after the last column of a select list",
    why: "Some warehouses refuse it; where all take it, it keeps changes to one line.",
    bad: "select\n  id,\n  amount,\nfrom orders\n",
    good: "select\n  id,\n  amount\nfrom orders\n",
    check: Check::Nodes(&[SELECT_CLAUSE], trailing_comma),
};

pub(crate) const COMMA_POSITION: Rule = Rule {
    name: "comma_position",
    code: "S111",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Off,
    parameter: Some(Parameter {
        key: "style",
        kind: ParameterKind::Word(&["trailing", "leading"]),
        meaning: "at the end of a line, or at the start of the next",
    }),
    fix: FixSafety::Safe,
    summary: "commas at the wrong side of a line end",
    why: "One style lets the eye find the columns.",
    bad: "select\n    id\n  , amount\nfrom orders\n",
    good: "select\n    id,\n  amount\nfrom orders\n",
    check: Check::Tokens(&[COMMA], comma_position),
};

pub(crate) const NOT_EQUAL: Rule = Rule {
    name: "not_equal",
    code: "S116",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Off,
    parameter: Some(Parameter {
        key: "operator",
        kind: ParameterKind::Word(&["<>", "!="]),
        meaning: "the one to write",
    }),
    fix: FixSafety::Safe,
    summary: "the other spelling of \"not equal\"",
    why: "`<>` is the standard's; either is fine, both are not.",
    bad: "select id from orders where status != 'open'\n",
    good: "select id from orders where status <> 'open'\n",
    check: Check::Tokens(&[BANG_EQ, LT_GT], not_equal),
};

pub(crate) const SEMICOLON_AT_END: Rule = Rule {
    name: "final_semicolon",
    code: "S136",
    languages: Languages::Sql,
    default: Level::Off,
    recommended: Level::Off,
    parameter: Some(Parameter {
        key: "style",
        kind: ParameterKind::Word(&["forbid", "require"]),
        meaning: "whether the query ends with a semicolon",
    }),
    fix: FixSafety::Safe,
    summary: "a semicolon at the end of the query",
    why: "A model is one query, so nothing needs to end it.",
    bad: "select id from orders;\n",
    good: "select id from orders\n",
    check: Check::Nodes(&[QUERY_STATEMENT], final_semicolon),
};

pub(crate) const LIST_COMMA: Rule = Rule {
    name: "list_comma",
    code: "S150",
    languages: Languages::Rocky,
    default: Level::Off,
    recommended: Level::Off,
    parameter: Some(Parameter {
        key: "style",
        kind: ParameterKind::Word(&["forbid", "require"]),
        meaning: "whether the last entry of a block broken over lines has a comma",
    }),
    fix: FixSafety::Safe,
    summary: "commas after the last entry of a block",
    why: "One style keeps changes to the lines that changed.",
    bad: "from orders\nderive {\n    double: amount * 2,\n}\n",
    good: "from orders\nderive {\n    double: amount * 2\n}\n",
    check: Check::Nodes(&[ENTRY_BLOCK, SELECT_STEP, KEEP_BLOCK], list_comma),
};

fn trailing_comma(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    let ends_with_comma = visited.view.last_significant().is_some_and(|last| last.kind == COMMA);
    if ends_with_comma == (cx.value() == 1) {
        return;
    }
    let Some(clause) = &visited.node() else { return };
    let Some(last) = last_significant(clause) else { return };
    let is_comma = last.kind() == COMMA;
    match cx.value() {
        0 if is_comma => {
            let range = last.text_range();
            cx.report(range, "a comma follows the last column")
                .help("remove it")
                .safe_fix("Remove the comma", vec![TextEdit::delete(range)]);
        }
        1 if !is_comma => {
            let takes =
                matches!(cx.dialect(), DialectKind::DuckDb | DialectKind::BigQuery | DialectKind::Snowflake);
            let from = next_significant(&last).filter(|next| next.kind() == FROM_KW);
            let is_item = child(clause, SELECT_ITEM).is_some();
            let Some(from) = from.filter(|_| takes && is_item) else { return };
            let between = TextRange::new(last.text_range().end(), from.text_range().start());
            if cx.text(between).contains('\n') {
                let end = last.text_range().end();
                cx.report(last.text_range(), "no comma follows the last column")
                    .help("add one")
                    .safe_fix("Add a comma", vec![TextEdit::insert(end, ",")]);
            }
        }
        _ => {}
    }
}

fn comma_position(cx: &mut Context<'_>, view: &TokenView<'_>) {
    let text = cx.source.text;
    let (start, end) = (usize::from(view.range.start()), usize::from(view.range.end()));
    let starts_line = text[..start].trim_end_matches([' ', '\t']).ends_with('\n');
    let leading = cx.value() == 1;
    if !leading && !starts_line {
        return;
    }
    let rest = text[end..].trim_start_matches([' ', '\t']);
    if leading && !(rest.starts_with(['\n', '\r']) || rest.starts_with("--")) {
        return;
    }
    let Some(comma) = cx.token_at(view.range) else { return };
    let (Some(previous), Some(next)) = (previous_significant(&comma), next_significant(&comma)) else {
        return;
    };
    let gap = TextRange::new(previous.text_range().end(), next.text_range().start());
    let is_jinja = |token: &SyntaxToken| token.kind() == JINJA_STATEMENT;
    let mut between = std::iter::successors(previous.next_token(), SyntaxToken::next_token)
        .take_while(|token| gap.contains_range(token.text_range()));
    let has_jinja = between.any(|token| is_jinja(&token));
    let ends_list = matches!(next.kind(), FROM_KW | R_PAREN | R_BRACKET | R_BRACE);
    if leading && (ends_list || starts_line) {
        return;
    }
    let (message, advice) = if leading {
        ("the comma ends a line", "write it at the start of the next line")
    } else {
        ("the comma starts a line", "write it at the end of the line before")
    };
    let edits = if leading {
        vec![TextEdit::delete(view.range), TextEdit::insert(next.text_range().start(), ", ")]
    } else {
        let blank = u32::from(text[end..].starts_with(' '));
        let removed = TextRange::new(view.range.start(), view.range.end() + TextSize::new(blank));
        vec![TextEdit::insert(previous.text_range().end(), ","), TextEdit::delete(removed)]
    };
    let finding = cx.report(view.range, message);
    finding.help(advice);
    if !has_jinja {
        finding.safe_fix("Move the comma", edits);
    }
}

fn not_equal(cx: &mut Context<'_>, token: &TokenView<'_>) {
    let wanted = if cx.value() == 0 { "<>" } else { "!=" };
    if token.text != wanted && matches!(token.parent, BINARY_EXPR | QUANTIFIED_EXPR) {
        let range = token.range;
        cx.report(range, format!("`{}` is written `{wanted}` here", token.text))
            .help(format!("write `{wanted}`"))
            .safe_fix(format!("Write `{wanted}`"), vec![TextEdit::replace(range, wanted)]);
    }
}

fn final_semicolon(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    if visited.view.token(SEMICOLON).is_some() == (cx.value() == 1) {
        return;
    }
    let Some(statement) = &visited.node() else { return };
    let semicolon = tokens(statement).find(|token| token.kind() == SEMICOLON);
    match (semicolon, cx.value()) {
        (Some(semicolon), 0) if next_significant(&semicolon).is_none() => {
            let range = with_blanks_before(&semicolon);
            let range = if cx.text(range).contains('\n') { range } else { semicolon.text_range() };
            // A comment before it ends with the line; the blanks must stay then.
            let after_comment = previous_is_comment(&semicolon);
            let range = if after_comment { semicolon.text_range() } else { range };
            cx.report(semicolon.text_range(), "the query ends with a semicolon")
                .help("remove it")
                .safe_fix("Remove the semicolon", vec![TextEdit::delete(range)]);
        }
        (None, 1) => {
            let Some(last) = last_significant(statement) else { return };
            let next = next_significant(&last);
            if last.kind() == SEMICOLON || next.is_some_and(|next| next.kind() == SEMICOLON) {
                return;
            }
            let end = last.text_range().end();
            cx.report(TextRange::empty(end), "the query does not end with a semicolon")
                .help("add one")
                .safe_fix("Add a semicolon", vec![TextEdit::insert(end, ";")]);
        }
        _ => {}
    }
}

fn previous_is_comment(token: &SyntaxToken) -> bool {
    std::iter::successors(token.prev_token(), SyntaxToken::prev_token)
        .find(|previous| previous.kind() != WHITESPACE)
        .is_some_and(|previous| previous.kind().is_trivia())
}

fn list_comma(cx: &mut Context<'_>, visited: Visited<'_, '_>) {
    let Some(block) = &visited.node() else { return };
    let Some(close) = last_significant(block).filter(|last| last.kind() == R_BRACE) else { return };
    let Some(last) = previous_significant(&close) else { return };
    let has_entries = first_significant(block).is_some() && !matches!(last.kind(), L_BRACE | KEEP_KW);
    let gap = TextRange::new(last.text_range().end(), close.text_range().start());
    match (last.kind() == COMMA, cx.value()) {
        (true, 0) => {
            let range = last.text_range();
            cx.report(range, "a comma follows the last entry")
                .help("remove it")
                .safe_fix("Remove the comma", vec![TextEdit::delete(range)]);
        }
        (false, 1) if has_entries && parent_kind(block).is_some() && cx.text(gap).contains('\n') => {
            let end = last.text_range().end();
            cx.report(last.text_range(), "no comma follows the last entry")
                .help("add one")
                .safe_fix("Add a comma", vec![TextEdit::insert(end, ",")]);
        }
        _ => {}
    }
}
