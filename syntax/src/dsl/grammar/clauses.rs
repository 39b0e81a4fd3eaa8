//! Lists in braces, sort keys and windows.

use super::expressions::{Names, at_expression, expression, path, postfix};
use super::steps::close_brace;
use super::{alias, any_name, at_list_end, expected, expected_with_help, name_token, skip_to_item_end};
use crate::SyntaxKind::{self, *};
use crate::dsl::words::{self, RESERVED};
use crate::parser::{Parser, TokenSet};

const AFTER_ITEM: TokenSet = TokenSet::new(&[COMMA, R_BRACE, AS_KW, DOT]);

/// `{ name: expr, … }`
pub(super) fn entry_block(p: &mut Parser<'_, '_>) {
    if !p.at(L_BRACE) {
        expected(p, "`{`");
        return;
    }
    let block = p.start();
    p.bump();
    while !at_list_end(p, R_BRACE) {
        if p.at(COMMA) {
            p.bump();
        } else if at_entry(p) {
            entry(p);
        } else if words::is_name(p.current()) && !p.has_error_here() {
            let bare = p.start();
            name_token(p);
            expected_with_help(p, "`:` and an expression", "entries are written `name: expression`");
            bare.complete(p, ENTRY);
        } else {
            expected(p, "an entry `name: expression`");
            skip_item(p);
        }
    }
    close_brace(p);
    block.complete(p, ENTRY_BLOCK);
}

pub(super) fn at_entry(p: &Parser<'_, '_>) -> bool {
    p.nth_at(1, COLON) && (words::is_name(p.current()) || p.at_set(RESERVED))
}

fn entry(p: &mut Parser<'_, '_>) {
    let entry = p.start();
    name_token(p);
    p.bump();
    expression(p, Names::Free);
    entry.complete(p, ENTRY);
}

/// Skips to the next item of a list in braces. Consumes at least one token.
fn skip_item(p: &mut Parser<'_, '_>) {
    let error = p.start();
    loop {
        p.bump_balanced();
        if at_list_end(p, R_BRACE) || p.at(COMMA) || at_entry(p) {
            break;
        }
    }
    error.complete(p, ERROR_NODE);
}

/// The items of `select { … }` and `{ keep … }`, up to the brace.
pub(super) fn select_items(p: &mut Parser<'_, '_>) {
    while !at_list_end(p, R_BRACE) {
        if p.at(COMMA) {
            p.bump();
        } else if at_entry(p) {
            entry(p);
        } else if p.at(STAR) {
            let item = p.start();
            p.bump();
            item.complete(p, STAR_ITEM);
        } else if (words::is_name(p.current()) || p.at_set(RESERVED)) && p.nth_at(1, DOT) && p.nth_at(2, STAR)
        {
            let item = p.start();
            name_token(p);
            p.bump();
            p.bump();
            item.complete(p, STAR_ITEM);
        } else if p.at_set(RESERVED) && p.nth_in(1, AFTER_ITEM) {
            let item = p.start();
            path(p);
            alias(p);
            item.complete(p, EXPR_ITEM);
        } else if at_expression(p) {
            let item = p.start();
            expression(p, Names::Listed);
            alias(p);
            item.complete(p, EXPR_ITEM);
        } else {
            expected(p, "a column");
            skip_item(p);
        }
    }
}

/// `{ keep d.city, d.zone as area }`
pub(super) fn keep_block(p: &mut Parser<'_, '_>) {
    let block = p.start();
    p.bump();
    if p.at(KEEP_KW) {
        p.bump();
    } else {
        expected_with_help(p, "`keep`", "a join takes columns with `{ keep alias.column }`");
    }
    select_items(p);
    close_brace(p);
    block.complete(p, KEEP_BLOCK);
}

/// `-kg`, `kg desc nulls last`
pub(super) fn sort_key(p: &mut Parser<'_, '_>, names: Names) {
    let key = p.start();
    let negated = p.at(MINUS) && matches!(p.nth(1), kind if words::is_name(kind));
    if negated {
        p.bump();
    }
    match names {
        Names::Free if !negated => expression(p, names),
        _ => postfix(p),
    };
    sort_suffix(p);
    key.complete(p, SORT_KEY);
}

/// `asc`, `desc`, `nulls first`
pub(super) fn sort_suffix(p: &mut Parser<'_, '_>) {
    if p.at(ASC_KW) || p.at(DESC_KW) {
        p.bump();
    }
    if p.at(NULLS_KW) && (p.nth_at(1, FIRST_KW) || p.nth_at(1, LAST_KW)) {
        let nulls = p.start();
        p.bump();
        p.bump();
        nulls.complete(p, NULLS_ORDER);
    }
}

/// `over (partition depot, sort -day, rows unbounded..current)`
pub(super) fn over_clause(p: &mut Parser<'_, '_>) {
    let over = p.start();
    p.bump();
    if !p.at(L_PAREN) {
        expected(p, "`(`");
        over.complete(p, OVER_CLAUSE);
        return;
    }
    p.bump();
    while !at_list_end(p, R_PAREN) && !p.at(R_BRACE) {
        match p.current() {
            COMMA => p.bump(),
            PARTITION_KW => partition(p),
            SORT_KW | ORDER_KW => window_sort(p),
            ROWS_KW | RANGE_KW => frame(p),
            GROUPS_KW if at_groups_frame(p, 0) => frame(p),
            _ => {
                expected(p, "`partition`, `sort`, a frame or `)`");
                let error = p.start();
                p.bump_balanced();
                error.complete(p, ERROR_NODE);
                skip_to_item_end(p);
            }
        }
    }
    close_paren(p);
    over.complete(p, OVER_CLAUSE);
}

pub(super) fn close_paren(p: &mut Parser<'_, '_>) {
    if p.at(R_PAREN) {
        p.bump();
    } else {
        expected(p, "`)`");
    }
}

/// `groups` is a name too; a bound after it shows the frame.
fn at_groups_frame(p: &Parser<'_, '_>, ahead: usize) -> bool {
    const BOUND: TokenSet = TokenSet::new(&[UNBOUNDED_KW, CURRENT_KW, INT_NUMBER, FLOAT_NUMBER]);
    p.nth_in(ahead + 1, BOUND) || (p.nth_at(ahead + 1, BETWEEN_KW) && p.nth_in(ahead + 2, BOUND))
}

/// Whether a key of `partition` or `sort` stands here: a name, an expression in brackets, or a
/// reserved word that a comma shows to be a name.
fn at_window_key(p: &Parser<'_, '_>, ahead: usize) -> bool {
    let kind: SyntaxKind = p.nth(ahead);
    match kind {
        GROUPS_KW => !at_groups_frame(p, ahead),
        L_PAREN | MATCH_KW => true,
        ORDER_KW => p.nth_at(ahead + 1, COMMA) || p.nth_at(ahead + 1, R_PAREN),
        PARTITION_KW | ROWS_KW | RANGE_KW => p.nth_at(ahead + 1, COMMA),
        SORT_KW => false,
        kind if RESERVED.contains(kind) => p.nth_at(ahead + 1, COMMA) || p.nth_at(ahead + 1, R_PAREN),
        kind => words::is_name(kind),
    }
}

fn eat_by(p: &mut Parser<'_, '_>) {
    if p.at(BY_KW) && !p.nth_at(1, COMMA) && !p.nth_at(1, R_PAREN) {
        p.bump();
    }
}

fn partition(p: &mut Parser<'_, '_>) {
    let part = p.start();
    p.bump();
    eat_by(p);
    loop {
        if p.at(COMMA) && at_window_key(p, 1) {
            p.bump();
        } else if at_window_key(p, 0) {
            window_key(p);
        } else {
            break;
        }
    }
    part.complete(p, WINDOW_PARTITION);
}

fn window_key(p: &mut Parser<'_, '_>) {
    if p.at_set(RESERVED) && !p.at(MATCH_KW) {
        path(p);
    } else {
        postfix(p);
    }
}

fn window_sort(p: &mut Parser<'_, '_>) {
    let part = p.start();
    p.bump();
    eat_by(p);
    loop {
        let ahead = usize::from(p.at(COMMA));
        let minus = usize::from(p.nth_at(ahead, MINUS));
        if !at_window_key(p, ahead + minus) {
            break;
        }
        if ahead == 1 {
            p.bump();
        }
        let key = p.start();
        if minus == 1 {
            p.bump();
        }
        window_key(p);
        sort_suffix(p);
        key.complete(p, SORT_KEY);
    }
    part.complete(p, WINDOW_SORT);
}

/// `rows unbounded..current`, `rows between 6 preceding and current row`
fn frame(p: &mut Parser<'_, '_>) {
    let frame = p.start();
    p.bump();
    let between = p.at(BETWEEN_KW);
    if between {
        p.bump();
    }
    let mut complete = false;
    if bound(p) {
        let separator = if between { AND_KW } else { DOT_DOT };
        if p.at(separator) || p.at(DOT_DOT) {
            p.bump();
            complete = bound(p);
        } else {
            expected(p, if between { "`and`" } else { "`..`" });
        }
    }
    if !complete {
        skip_to_item_end(p);
    }
    frame.complete(p, WINDOW_FRAME);
}

fn bound(p: &mut Parser<'_, '_>) -> bool {
    if !matches!(p.current(), UNBOUNDED_KW | CURRENT_KW | INT_NUMBER | FLOAT_NUMBER) {
        expected(p, "a frame bound (`unbounded`, `current`, or a number)");
        return false;
    }
    let bound = p.start();
    let current = p.at(CURRENT_KW);
    p.bump();
    if current {
        if p.at(ROW_KW) {
            p.bump();
        }
    } else if p.at(PRECEDING_KW) || p.at(FOLLOWING_KW) {
        p.bump();
    }
    bound.complete(p, FRAME_BOUND);
    true
}

/// The type after `as` in a cast: everything up to the bracket.
pub(super) fn type_in_cast(p: &mut Parser<'_, '_>) {
    if !p.current().is_keyword() && !p.at(IDENT) {
        expected(p, "a type");
        return;
    }
    let ty = p.start();
    let mut angles = 0u32;
    while !(matches!(p.current(), EOF | R_PAREN | L_BRACE | R_BRACE) || p.at(COMMA) && angles == 0) {
        match p.current() {
            LT => angles += 1,
            GT => angles = angles.saturating_sub(1),
            _ => {}
        }
        match p.current() {
            kind if kind == IDENT || kind.is_keyword() => p.bump_as(IDENT),
            L_PAREN | L_BRACKET => p.bump_balanced(),
            _ => p.bump(),
        }
    }
    ty.complete(p, TYPE_NAME);
}

/// The type after `::`: a name, its arguments, `[]`.
pub(super) fn type_after_colons(p: &mut Parser<'_, '_>) {
    let ty = p.start();
    if p.current().is_keyword() || p.at(IDENT) {
        let double =
            p.nth_text(0).eq_ignore_ascii_case("double") && p.nth_text(1).eq_ignore_ascii_case("precision");
        p.bump_as(IDENT);
        if double {
            p.bump_as(IDENT);
        }
        if p.at(L_PAREN) && p.nth_at(1, INT_NUMBER) {
            p.bump_balanced();
        }
        while p.at(L_BRACKET) && p.nth_at(1, R_BRACKET) {
            p.bump();
            p.bump();
        }
    } else {
        any_name(p, "a type after `::`");
    }
    ty.complete(p, TYPE_NAME);
}
