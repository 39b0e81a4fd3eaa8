//! Steps (02 §4).

use super::clauses::{entry_block, keep_block, select_items, sort_key};
use super::expressions::{Names, at_expression, expression};
use super::{
    alias, at_join, at_one_word_join, at_step, at_strong_step, at_two_word_join, expected,
    expected_with_help, found, name_token, relation, report,
};
use crate::SyntaxKind::*;
use crate::closest::closest;
use crate::dsl::words::{self, JOIN_SIDES, JOIN_WORDS, RESERVED, STEP_NAMES, STEPS};
use crate::parser::{Parser, TokenSet};

/// The step that stands here, if one does.
pub(super) fn step(p: &mut Parser<'_, '_>) -> bool {
    if at_join(p) {
        join(p);
        return true;
    }
    match p.current() {
        FROM_KW => from(p),
        WHERE_KW => filter(p),
        GROUP_KW => group(p),
        DERIVE_KW => derive(p),
        SELECT_KW => select(p),
        SORT_KW => sort(p),
        TAKE_KW => take(p),
        DISTINCT_KW => {
            let step = p.start();
            p.bump();
            step.complete(p, DISTINCT_STEP);
        }
        REPLICATE_KW => {
            let step = p.start();
            p.bump();
            step.complete(p, REPLICATE_STEP);
        }
        UNION_KW => union(p),
        _ => return false,
    }
    true
}

/// Reports what stands where a step should, and skips to the next step.
pub(super) fn not_a_step(p: &mut Parser<'_, '_>) {
    if p.has_error_here() {
        skip_to_step(p);
        return;
    }
    let text = p.nth_text(0);
    let kind = p.current();
    let steps = format!("the steps are {}", STEP_NAMES.map(|name| format!("`{name}`")).join(", "));
    let folded = text.to_ascii_lowercase();
    if kind == ORDER_KW {
        report(p, "`order` is reserved, not supported", "did you mean `sort`?");
        p.replacement("sort", false);
    } else if matches!(kind, WINDOW_KW | CHECK_KW | BY_KW | IN_KW) {
        p.error(format!("`{text}` is reserved, not supported"));
        p.help(steps);
        if matches!(kind, WINDOW_KW | CHECK_KW) {
            let reserved = p.start();
            p.bump();
            reserved.complete(p, RESERVED_STEP);
            if p.at_end() || at_step(p) || p.at(PIPE) || p.at(LET_KW) {
                return;
            }
        }
    } else if kind == IDENT && words::is_reserved(&folded) {
        p.error(format!("unknown step `{text}`: keywords are lower-case"));
        p.help(format!("write `{folded}`"));
        p.replacement(&folded, true);
    } else if words::is_name(kind) {
        p.error(format!("expected a pipeline step, found `{text}`"));
        let near = words::step_for(&folded).or_else(|| closest(text, STEP_NAMES));
        p.help(near.map_or(steps, |near| format!("did you mean `{near}`?")));
        if let Some(near) = near {
            p.replacement(near, false);
        }
    } else if kind == SEMICOLON || kind == ERROR_TOKEN {
        p.error("unexpected character");
    } else {
        let found = found(p);
        p.error(format!("expected a pipeline step, found {found}"));
        p.help(steps);
    }
    skip_to_step(p);
}

/// Puts everything up to the next step into an error node. Always consumes something.
fn skip_to_step(p: &mut Parser<'_, '_>) {
    let error = p.start();
    let mut open = 0usize;
    loop {
        match p.current() {
            EOF => break,
            L_BRACE | L_PAREN | L_BRACKET => open += 1,
            R_BRACE | R_PAREN | R_BRACKET => open = open.saturating_sub(1),
            _ => {}
        }
        p.bump();
        if p.at_end()
            || (at_strong_step(p) && !p.nth_at(1, COLON))
            || (open == 0 && (at_step(p) || p.at(PIPE)))
        {
            break;
        }
    }
    error.complete(p, ERROR_NODE);
}

// from ops.raw.parcels as p
fn from(p: &mut Parser<'_, '_>) {
    let step = p.start();
    p.bump();
    while p.at(FROM_KW) {
        report(p, "`from` is written twice", "remove one of the two");
        let twice = p.start();
        p.bump();
        twice.complete(p, ERROR_NODE);
    }
    if at_join_instead_of_name(p) {
        expected(p, "the name of a model or table");
    } else if relation(p) {
        alias(p);
    }
    step.complete(p, FROM_STEP);
}

/// Whether a join stands where the name of a relation should: its words are names too, but not before a table
/// that they join, and not where something is wrong with the `from` already.
fn at_join_instead_of_name(p: &Parser<'_, '_>) -> bool {
    let is_cross = p.at(CROSS_KW) && words::is_name(p.nth(2)) && !p.nth_at(3, ON_KW) && !p.nth_at(3, AS_KW);
    at_one_word_join(p) || (at_two_word_join(p) && (is_cross || p.error_is_near(2)))
}

/// Whether a binding starts with the name of its relation instead of `from`.
pub(super) fn at_relation_without_from(p: &Parser<'_, '_>) -> bool {
    let name = usize::from(p.at(PIPE));
    let next = if p.nth_at(name + 1, FROM_KW) { name + 2 } else { name + 1 };
    words::is_name(p.nth(name)) && (p.nth_at(next, PIPE) || p.nth_in(next, STEPS.union(JOIN_WORDS)))
}

pub(super) fn relation_without_from(p: &mut Parser<'_, '_>) {
    if p.at(PIPE) {
        p.bump();
    }
    let step = p.start();
    expected(p, "`from`");
    relation(p);
    if p.at(FROM_KW) {
        let moved = p.start();
        p.bump();
        moved.complete(p, ERROR_NODE);
    }
    alias(p);
    step.complete(p, FROM_STEP);
}

// where kg > 30 and state != "lost"
fn filter(p: &mut Parser<'_, '_>) {
    let step = p.start();
    p.bump();
    expression(p, Names::Free);
    step.complete(p, WHERE_STEP);
}

// group depot, day: date_trunc("day", at) { n: count() }
fn group(p: &mut Parser<'_, '_>) {
    let step = p.start();
    p.bump();
    while !p.at(L_BRACE) && !p.at_end() && (!p.at_set(STEPS) || p.nth_at(1, COLON)) {
        if p.at(COMMA) {
            p.bump();
            continue;
        }
        let key = p.start();
        let named = p.nth_at(1, COLON) && (words::is_name(p.current()) || p.at_set(RESERVED));
        if named {
            name_token(p);
            p.bump();
            expression(p, Names::Free);
        } else if words::is_name(p.current()) {
            super::expressions::path(p);
        } else {
            key.abandon(p);
            expected(p, "a group key or `{`");
            step.complete(p, GROUP_STEP);
            return;
        }
        key.complete(p, GROUP_KEY);
    }
    entry_block(p);
    step.complete(p, GROUP_STEP);
}

// derive { cost: kg * rate, heavy: kg > 30 }
fn derive(p: &mut Parser<'_, '_>) {
    let step = p.start();
    p.bump();
    entry_block(p);
    step.complete(p, DERIVE_STEP);
}

// select { id, d.city, cost: kg * rate }
fn select(p: &mut Parser<'_, '_>) {
    let step = p.start();
    p.bump();
    if p.at(L_BRACE) {
        p.bump();
        select_items(p);
        close_brace(p);
    } else {
        expected(p, "`{`");
    }
    step.complete(p, SELECT_STEP);
}

pub(super) fn close_brace(p: &mut Parser<'_, '_>) {
    if !p.at(R_BRACE) {
        expected(p, "`}`");
        return;
    }
    p.bump();
}

// left join depots as d on depot_id { keep d.city }
fn join(p: &mut Parser<'_, '_>) {
    let step = p.start();
    let is_cross = p.at(CROSS_KW) || p.at(CROSS_JOIN_KW);
    if p.at_set(JOIN_SIDES) {
        p.bump();
        p.bump();
    } else {
        debug_assert!(p.at(JOIN_KW) || p.at_set(JOIN_WORDS));
        p.bump();
    }
    if relation(p) {
        alias(p);
        if p.at(ON_KW) {
            if is_cross {
                report(p, "a cross join has no `on`", "remove the `on`, or use `join`");
            }
            on(p);
        } else if !is_cross {
            expected(p, "`on` and the join keys");
        }
        if p.at(L_BRACE) {
            keep_block(p);
        }
    }
    step.complete(p, JOIN_STEP);
}

fn on(p: &mut Parser<'_, '_>) {
    let clause = p.start();
    p.bump();
    if at_one_word_join(p) {
        expected(p, "the join keys");
        clause.complete(p, ON_CLAUSE);
        return;
    }
    loop {
        if expression(p, Names::Free).is_none() {
            break;
        }
        if !p.at(COMMA) {
            break;
        }
        p.bump();
        if !at_expression(p) {
            break;
        }
    }
    clause.complete(p, ON_CLAUSE);
}

// sort kg desc, -day, name nulls last
fn sort(p: &mut Parser<'_, '_>) {
    const AFTER_NAME: TokenSet = TokenSet::new(&[COMMA, ASC_KW, DESC_KW]);
    let step = p.start();
    p.bump();
    loop {
        let reserved = p.at_set(RESERVED) && !p.at(MATCH_KW) && !p.at(NOT_KW);
        let starts_step = p.at_set(STEPS) || p.at(LET_KW);
        let is_word = reserved && (p.nth_in(1, AFTER_NAME) || (!starts_step && is_unused_word(p)));
        if is_word {
            let key = p.start();
            let path = p.start();
            super::dotted_rest(p);
            path.complete(p, PATH_EXPR);
            super::clauses::sort_suffix(p);
            key.complete(p, SORT_KEY);
        } else if at_expression(p) && !starts_step {
            sort_key(p, Names::Free);
        } else {
            break;
        }
        if !p.at(COMMA) {
            break;
        }
        p.bump();
    }
    step.complete(p, SORT_STEP);
}

/// A reserved word that starts nothing, so it can only be a name here.
fn is_unused_word(p: &Parser<'_, '_>) -> bool {
    matches!(
        p.current(),
        WINDOW_KW
            | CHECK_KW
            | BY_KW
            | ORDER_KW
            | PARTITION_KW
            | ROWS_KW
            | RANGE_KW
            | UNBOUNDED_KW
            | CURRENT_KW
            | KEEP_KW
    )
}

// take 10 offset 20
fn take(p: &mut Parser<'_, '_>) {
    let step = p.start();
    p.bump();
    if number(p) && p.at(OFFSET_KW) {
        p.bump();
        number(p);
    }
    step.complete(p, TAKE_STEP);
}

fn number(p: &mut Parser<'_, '_>) -> bool {
    if p.at(INT_NUMBER) || p.at(FLOAT_NUMBER) {
        p.bump();
        return true;
    }
    expected_with_help(p, "a number", "write how many rows to take, e.g. `take 10`");
    false
}

// union all ops.raw.old_parcels
fn union(p: &mut Parser<'_, '_>) {
    let step = p.start();
    p.bump();
    let quantified =
        (p.at(ALL_KW) && (words::is_name(p.nth(1)) && !p.nth_at(1, JOIN_KW))) || p.at(DISTINCT_KW);
    if quantified {
        p.bump();
    }
    relation(p);
    step.complete(p, UNION_STEP);
}
