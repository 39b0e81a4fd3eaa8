//! The grammar of the DSL (02 §3): recursive descent over the parser kit.
//!
//! Recovery: lists skip to the next item, `}` or step; a broken step is skipped to the next
//! step keyword. One mistake gives one message, because a token carries at most one.

mod clauses;
mod expressions;
mod steps;

use crate::SyntaxKind::{self, *};
use crate::dsl::words::{self, JOIN_SIDES, JOIN_WORDS, RESERVED, STEPS, STRONG_STEPS};
use crate::parser::{Parser, TokenSet};

/// A whole file.
pub(super) fn file(p: &mut Parser<'_, '_>) {
    let file = p.start();
    let mut has_main = false;
    while !p.at_end() {
        if !has_main && words::is_name(p.current()) && p.nth_at(1, LET_KW) {
            // The word and its name have changed places.
            expected(p, "`let` or a pipeline");
            let moved = p.start();
            p.bump();
            moved.complete(p, ERROR_NODE);
        }
        if p.at(LET_KW) || (!has_main && at_nameless_binding(p)) {
            if has_main {
                report(
                    p,
                    "`let` must stand before the main pipeline",
                    "move the binding to the start of the file",
                );
            }
            binding(p);
        } else {
            has_main = true;
            pipeline(p, Place::Main);
        }
    }
    file.complete(p, DSL_FILE);
}

/// Whose steps a pipeline holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Main,
    /// A `let`: ends at the second `from`, which starts the main pipeline.
    Binding,
}

/// Whether a binding stands here that lacks its `let`.
fn at_nameless_binding(p: &Parser<'_, '_>) -> bool {
    words::is_name(p.current()) && p.nth_at(1, EQ) && (p.nth_at(2, FROM_KW) || p.nth_at(2, PIPE))
}

/// `let big = from parcels | where kg > 30`
fn binding(p: &mut Parser<'_, '_>) {
    let binding = p.start();
    if p.at(LET_KW) {
        p.bump();
    } else {
        expected(p, "`let`");
    }
    // Its name may stand in front of it, which has been said.
    let has_name = !(p.at(EQ) && p.error_is_near(2)) && name(p, "a name for the binding");
    if !has_name && RESERVED.contains(p.current()) && p.nth_at(1, EQ) {
        p.bump_as(IDENT);
    }
    if p.at(PIPE) && p.nth_at(1, EQ) {
        expected(p, "`=`");
        let moved = p.start();
        p.bump();
        moved.complete(p, ERROR_NODE);
    }
    if p.at(EQ_EQ) {
        p.error("`==` compares; a binding is written with `=`");
        p.bump_as(EQ);
    } else {
        p.expect(EQ);
    }
    while p.at(EQ) {
        report(p, "`=` is written twice", "remove one of the two");
        let twice = p.start();
        p.bump();
        twice.complete(p, ERROR_NODE);
    }
    if !has_name && words::is_name(p.current()) && (p.nth_at(1, PIPE) || p.nth_at(1, FROM_KW)) {
        // The name stands behind the `=`.
        let moved = p.start();
        p.bump();
        moved.complete(p, ERROR_NODE);
    }
    pipeline(p, Place::Binding);
    binding.complete(p, LET_BINDING);
}

fn pipeline(p: &mut Parser<'_, '_>, place: Place) {
    let pipeline = p.start();
    let is_binding = place == Place::Binding;
    let mut has_from = is_binding && steps::at_relation_without_from(p);
    if has_from {
        steps::relation_without_from(p);
    }
    loop {
        if p.at(PIPE) || p.at(PIPE_PIPE) {
            p.bump();
            continue;
        }
        let ends = p.at(LET_KW) || (is_binding && (at_nameless_binding(p) || has_from && p.at(FROM_KW)));
        if p.at_end() || ends {
            break;
        }
        has_from |= p.at(FROM_KW);
        if !steps::step(p) {
            steps::not_a_step(p);
        }
    }
    pipeline.complete(p, PIPELINE);
}

// ---------------------------------------------------------------- what stands here

/// Whether a step starts here.
fn at_step(p: &Parser<'_, '_>) -> bool {
    p.at_set(STEPS) || at_join(p)
}

/// Whether a step starts here that cannot be anything else, inside brackets or not.
fn at_strong_step(p: &Parser<'_, '_>) -> bool {
    p.at_set(STRONG_STEPS.union(TokenSet::new(&[LET_KW]))) || at_two_word_join(p)
}

/// Whether a join starts here, given that a step may.
fn at_join(p: &Parser<'_, '_>) -> bool {
    p.at(JOIN_KW) || p.at_set(JOIN_WORDS) || at_two_word_join(p)
}

fn at_two_word_join(p: &Parser<'_, '_>) -> bool {
    p.at_set(JOIN_SIDES) && p.nth_at(1, JOIN_KW)
}

/// Whether a join in one word stands here and its table behind it, so that its word is no name.
fn at_one_word_join(p: &Parser<'_, '_>) -> bool {
    const OPERATORS: TokenSet = TokenSet::new(&[LIKE_KW, BETWEEN_KW]);
    let next_is_join = p.nth_in(1, JOIN_WORDS) || (p.nth_in(1, JOIN_SIDES) && p.nth_at(2, JOIN_KW));
    p.at_set(JOIN_WORDS) && words::is_name(p.nth(1)) && !next_is_join && !p.nth_in(1, OPERATORS)
}

/// Whether a list in brackets has to end here, because a step or the end of the text follows.
fn at_list_end(p: &Parser<'_, '_>, close: SyntaxKind) -> bool {
    const LISTED: TokenSet = TokenSet::new(&[COLON, COMMA, DOT]);
    // Inside parentheses and brackets there are no entries: theirs begins the next one.
    let leaves = close != R_BRACE && words::is_name(p.current()) && p.nth_at(1, COLON);
    p.at(close) || p.at_end() || leaves || (at_strong_step(p) && !p.nth_in(1, LISTED) && !p.nth_at(1, close))
}

// ---------------------------------------------------------------- names

/// A name, or a message that `what` is expected.
fn name(p: &mut Parser<'_, '_>, what: &str) -> bool {
    if words::is_name(p.current()) {
        name_token(p);
        return true;
    }
    if p.at_set(RESERVED) {
        let word = p.nth_text(0);
        expected_with_help(
            p,
            what,
            format!("`{word}` is a reserved word: write it in backticks to use it as a name"),
        );
    } else {
        expected(p, what);
    }
    false
}

/// The current token as a name, whatever it is.
fn name_token(p: &mut Parser<'_, '_>) {
    let name = p.start();
    let kind = if p.at(QUOTED_IDENT) { QUOTED_IDENT } else { IDENT };
    p.bump_as(kind);
    name.complete(p, NAME);
}

/// A name where any word may be one: after `.` and `as`.
fn any_name(p: &mut Parser<'_, '_>, what: &str) -> bool {
    if p.current().is_keyword() {
        name_token(p);
        return true;
    }
    name(p, what)
}

/// `a.b.c`; the first part stands here.
fn dotted_rest(p: &mut Parser<'_, '_>) {
    let dotted = p.start();
    name_token(p);
    while p.at(DOT) && !p.nth_at(1, STAR) {
        // A dot that the next step follows: its name is still to be typed.
        let half_typed = p.nth_in(1, STEPS) && !p.nth_joint(0);
        p.bump();
        if half_typed {
            expected(p, "a name after `.`");
        }
        if half_typed || !any_name(p, "a name after `.`") {
            break;
        }
    }
    dotted.complete(p, DOTTED_NAME);
}

/// The name of a relation.
fn relation(p: &mut Parser<'_, '_>) -> bool {
    if words::is_name(p.current()) {
        dotted_rest(p);
        return true;
    }
    if p.at_set(RESERVED) && p.nth_at(1, DOT) {
        dotted_rest(p);
        return true;
    }
    name(p, "the name of a model or table")
}

/// Whether the word after `as` starts the next step, as the name is still to be typed: a step's word is a
/// name only where nothing follows that the step could hold.
fn at_step_after_as(p: &Parser<'_, '_>) -> bool {
    p.at_set(STEPS)
        && !p.nth_in(1, STEPS.union(JOIN_WORDS).union(JOIN_SIDES))
        && !matches!(p.nth(1), EOF | PIPE | ON_KW | COMMA | R_BRACE | LET_KW)
}

/// `as name`
fn alias(p: &mut Parser<'_, '_>) {
    if p.at(AS_KW) {
        let alias = p.start();
        p.bump();
        if at_step_after_as(p) {
            expected(p, "a name after `as`");
        } else {
            any_name(p, "a name after `as`");
        }
        alias.complete(p, ALIAS_CLAUSE);
    }
}

// ---------------------------------------------------------------- messages

/// Reports that `what` is expected here.
fn expected(p: &mut Parser<'_, '_>, what: &str) {
    let found = found(p);
    p.error(format!("expected {what}, found {found}"));
}

/// Reports that `what` is expected here, with advice.
fn expected_with_help(p: &mut Parser<'_, '_>, what: &str, help: impl Into<String>) {
    let found = found(p);
    report(p, format!("expected {what}, found {found}"), help);
}

/// Reports an error at the current token with advice, unless there is one at it already.
fn report(p: &mut Parser<'_, '_>, message: impl Into<String>, help: impl Into<String>) {
    if !p.has_error_here() {
        p.error(message);
        p.help(help);
    }
}

/// Skips what cannot be understood up to the end of an item: a comma, a closing bracket, a step.
fn skip_to_item_end(p: &mut Parser<'_, '_>) {
    let at_end = |p: &Parser<'_, '_>| {
        at_list_end(p, R_PAREN) || at_step(p) || matches!(p.current(), COMMA | R_BRACE | R_BRACKET | PIPE)
    };
    if at_end(p) {
        return;
    }
    let error = p.start();
    while !at_end(p) {
        p.bump_balanced();
    }
    error.complete(p, ERROR_NODE);
}

/// The current token as messages name it.
fn found(p: &Parser<'_, '_>) -> String {
    if p.at_end() {
        return "the end of the file".to_owned();
    }
    let text = p.nth_text(0);
    match p.current() {
        STRING => "a string".to_owned(),
        _ if text.chars().count() > 40 => format!("`{}…`", text.chars().take(40).collect::<String>()),
        _ => format!("`{text}`"),
    }
}
