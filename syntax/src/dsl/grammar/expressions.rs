//! Expressions (02 §5.1): precedence climbing, with one flat node per run of operators of a
//! level, so that chains cost no depth.

use super::clauses::{at_entry, close_paren, over_clause, type_after_colons, type_in_cast};
use super::{at_list_end, dotted_rest, expected, expected_with_help, report, skip_to_item_end};
use crate::SyntaxKind::{self, *};
use crate::dsl::words::{self, RESERVED};
use crate::parser::{CompletedMarker, NESTING_LIMIT, Parser, TokenSet};

/// Whether an expression stands among items that need no commas, where a name after it is the
/// next item (`select { a * }` are two).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    Free,
    Listed,
    /// Among arguments, where the next item may also be a call.
    Argument,
}

/// Levels, loosest first.
const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const COMPARISON: u8 = 4;
const ADDITIVE: u8 = 5;
const MULTIPLICATIVE: u8 = 6;

/// How far a closing parenthesis is looked for.
const FAR: usize = 200;

const START: TokenSet = TokenSet::new(&[
    STRING,
    INT_NUMBER,
    FLOAT_NUMBER,
    DATE_LITERAL,
    TRUE_KW,
    FALSE_KW,
    NULL_KW,
    MATCH_KW,
    L_PAREN,
    L_BRACKET,
    NOT_KW,
    MINUS,
]);

/// Whether an expression can start here.
pub(super) fn at_expression(p: &Parser<'_, '_>) -> bool {
    starts_expression(p.current())
}

fn starts_expression(kind: SyntaxKind) -> bool {
    START.contains(kind) || words::is_name(kind)
}

/// An expression, or a message.
pub(super) fn expression(p: &mut Parser<'_, '_>, names: Names) -> Option<CompletedMarker> {
    binary(p, OR, names)
}

/// The level of the operator here; `None` if no operator stands here.
fn operator_level(p: &Parser<'_, '_>, names: Names, first: Option<SyntaxKind>) -> Option<u8> {
    Some(match p.current() {
        OR_KW => OR,
        AND_KW => AND,
        EQ_EQ | BANG_EQ | LT | LT_EQ | GT | GT_EQ | IS_KW | IN_KW | EQ | LT_GT => COMPARISON,
        NOT_KW if p.nth_at(1, IN_KW) || word_operator(p, 1, names) => COMPARISON,
        LIKE_KW | BETWEEN_KW if word_operator(p, 0, names) => COMPARISON,
        PLUS | MINUS | PIPE_PIPE => ADDITIVE,
        STAR if names == Names::Listed && first == Some(PATH_EXPR) && star_is_item(p) => return None,
        STAR | SLASH | PERCENT => MULTIPLICATIVE,
        _ => return None,
    })
}

/// `like` and `between` are names too; an operand after them shows the operator.
fn word_operator(p: &Parser<'_, '_>, ahead: usize, names: Names) -> bool {
    const VALUE: TokenSet =
        TokenSet::new(&[STRING, INT_NUMBER, FLOAT_NUMBER, DATE_LITERAL, MINUS, NULL_KW, L_PAREN]);
    let next = p.nth(ahead + 1);
    // `like()` is a call.
    let shown = VALUE.contains(next) && !(next == L_PAREN && p.nth_at(ahead + 2, R_PAREN));
    match p.nth(ahead) {
        LIKE_KW | BETWEEN_KW if names == Names::Listed => shown,
        LIKE_KW | BETWEEN_KW if names == Names::Argument => shown && next != L_PAREN,
        LIKE_KW | BETWEEN_KW => shown || (words::is_name(next) && !p.nth_at(ahead + 2, COLON)),
        _ => false,
    }
}

/// In `{ a * b }` the star is an item, as in `{ * }`; in `{ a * b as c }` it multiplies.
fn star_is_item(p: &Parser<'_, '_>) -> bool {
    if !starts_expression(p.nth(1)) {
        return true;
    }
    let after = if p.nth_at(2, DOT) { p.nth(4) } else { p.nth(2) };
    words::is_name(p.nth(1)) && (matches!(after, COMMA | R_BRACE | STAR) || words::is_name(after))
}

/// Operators at `level` and tighter.
fn binary(p: &mut Parser<'_, '_>, level: u8, names: Names) -> Option<CompletedMarker> {
    let mut left = if p.at(NOT_KW) && level <= NOT { not(p, COMPARISON, names) } else { unary(p)? };
    let mut compared = false;
    while let Some(found) = operator_level(p, names, Some(left.kind())) {
        if found < level {
            break;
        }
        if found == COMPARISON {
            if compared {
                report(p, "comparisons cannot be chained", "join two comparisons with `and`");
            }
            compared = true;
            left = comparison(p, left, names);
            continue;
        }
        let chain = left.precede(p);
        while operator_level(p, names, Some(left.kind())) == Some(found) {
            let operator = p.start();
            p.bump();
            operator.complete(p, CHAIN_OPERATOR);
            if binary(p, found + 1, names).is_none() {
                break;
            }
        }
        left = chain.complete(p, CHAIN_EXPR);
    }
    Some(left)
}

/// `not x`, where the operand reaches to operators of `level`.
fn not(p: &mut Parser<'_, '_>, level: u8, names: Names) -> CompletedMarker {
    if !p.enter() {
        return too_deep(p);
    }
    let prefix = p.start();
    p.bump();
    if p.at(NOT_KW) {
        not(p, level, names);
    } else if level == COMPARISON {
        binary(p, level, names);
    } else {
        unary(p);
    }
    p.leave();
    prefix.complete(p, PREFIX_EXPR)
}

/// One comparison; its left side is parsed.
fn comparison(p: &mut Parser<'_, '_>, left: CompletedMarker, names: Names) -> CompletedMarker {
    let node = left.precede(p);
    let negated = p.at(NOT_KW);
    if negated {
        p.bump();
    }
    match p.current() {
        IS_KW => {
            p.bump();
            if p.at(NOT_KW) {
                p.bump();
            }
            if p.at(NULL_KW) {
                p.bump();
            } else {
                expected_with_help(p, "`null` or `not null`", "compare other values with `==`");
            }
            node.complete(p, IS_NULL_EXPR)
        }
        IN_KW => {
            p.bump();
            in_list(p);
            node.complete(p, IN_EXPR)
        }
        LIKE_KW => {
            p.bump();
            binary(p, ADDITIVE, names);
            node.complete(p, LIKE_EXPR)
        }
        BETWEEN_KW => {
            p.bump();
            binary(p, ADDITIVE, names);
            if p.at(AND_KW) {
                p.bump();
                binary(p, ADDITIVE, names);
            } else {
                expected(p, "`and` and the upper bound");
            }
            node.complete(p, BETWEEN_EXPR)
        }
        _ => {
            compare_operator(p);
            binary(p, ADDITIVE, names);
            node.complete(p, COMPARE_EXPR)
        }
    }
}

/// `==` and its like; `=` and `<>` with a message.
fn compare_operator(p: &mut Parser<'_, '_>) {
    let operator = p.start();
    if p.at(EQ) {
        if !p.has_error_here() {
            report(p, "`=` does not compare", "use `==`");
            p.replacement("==", true);
        }
        p.bump_as(EQ_EQ);
    } else if p.at(LT_GT) {
        if !p.has_error_here() {
            report(p, "`<>` is not an operator", "use `!=`");
            p.replacement("!=", true);
        }
        p.bump_as(BANG_EQ);
    } else {
        p.bump();
    }
    operator.complete(p, COMPARE_OPERATOR);
}

/// `[a, b]` or `(a, b)`
fn in_list(p: &mut Parser<'_, '_>) {
    let close = match p.current() {
        L_BRACKET => R_BRACKET,
        L_PAREN => R_PAREN,
        _ => {
            expected(p, "a list `[a, b]`");
            return;
        }
    };
    if !p.enter() {
        let _ = too_deep(p);
        return;
    }
    let list = p.start();
    p.bump();
    if p.at(close) {
        report(p, "the list is empty", "name at least one value");
    }
    items(p, close);
    list.complete(p, IN_LIST);
    p.leave();
}

/// Expressions up to the closing bracket.
fn items(p: &mut Parser<'_, '_>, close: SyntaxKind) {
    while !at_list_end(p, close) {
        if p.at(COMMA) {
            p.bump();
        } else if at_expression(p) {
            expression(p, Names::Argument);
        } else if matches!(p.current(), R_BRACE | R_PAREN | R_BRACKET | L_BRACE | PIPE) {
            break;
        } else {
            expected(p, "an expression");
            let error = p.start();
            p.bump_balanced();
            error.complete(p, ERROR_NODE);
        }
    }
    if p.at(close) {
        p.bump();
    } else {
        expected(p, if close == R_PAREN { "`)`" } else { "`]`" });
    }
}

fn unary(p: &mut Parser<'_, '_>) -> Option<CompletedMarker> {
    match p.current() {
        NOT_KW => Some(not(p, MULTIPLICATIVE, Names::Free)),
        MINUS => {
            if !p.enter() {
                return Some(too_deep(p));
            }
            let prefix = p.start();
            p.bump();
            unary(p);
            p.leave();
            Some(prefix.complete(p, PREFIX_EXPR))
        }
        _ => postfix(p),
    }
}

/// A primary with casts and subscripts after it.
pub(super) fn postfix(p: &mut Parser<'_, '_>) -> Option<CompletedMarker> {
    let mut left = primary(p)?;
    let mut count = 0;
    loop {
        if matches!(p.current(), COLON_COLON | L_BRACKET) {
            count += 1;
            if count > NESTING_LIMIT {
                let _ = too_deep(p);
                continue;
            }
        }
        match p.current() {
            COLON_COLON => {
                let node = left.precede(p);
                p.bump();
                type_after_colons(p);
                left = node.complete(p, CONVERT_EXPR);
            }
            L_BRACKET => {
                if !p.enter() {
                    let _ = too_deep(p);
                    continue;
                }
                let node = left.precede(p);
                p.bump();
                expression(p, Names::Free);
                if p.at(R_BRACKET) {
                    p.bump();
                } else {
                    expected(p, "`]`");
                }
                left = node.complete(p, INDEX_EXPR);
                p.leave();
            }
            _ => return Some(left),
        }
    }
}

fn primary(p: &mut Parser<'_, '_>) -> Option<CompletedMarker> {
    if !p.enter() {
        return Some(too_deep(p));
    }
    let node = nested(p);
    p.leave();
    node
}

fn nested(p: &mut Parser<'_, '_>) -> Option<CompletedMarker> {
    match p.current() {
        STRING | INT_NUMBER | FLOAT_NUMBER | DATE_LITERAL | TRUE_KW | FALSE_KW | NULL_KW => {
            let literal = p.start();
            p.bump();
            Some(literal.complete(p, LITERAL))
        }
        L_PAREN => {
            let paren = p.start();
            p.bump();
            if expression(p, Names::Free).is_some() && !p.at(R_PAREN) {
                expected(p, "`)`");
                skip_to_paren(p);
            }
            if p.at(R_PAREN) {
                p.bump();
            }
            Some(paren.complete(p, PAREN_EXPR))
        }
        L_BRACKET => {
            let array = p.start();
            p.bump();
            items(p, R_BRACKET);
            Some(array.complete(p, ARRAY_EXPR))
        }
        MATCH_KW => Some(match_expression(p)),
        INTERVAL_KW if p.nth_at(1, STRING) => {
            let interval = p.start();
            p.bump();
            p.bump();
            Some(interval.complete(p, INTERVAL_EXPR))
        }
        kind if words::is_name(kind) => Some(path_or_call(p)),
        kind if RESERVED.contains(kind) && p.nth_at(1, DOT) => Some(path_or_call(p)),
        _ => {
            expected(p, "an expression");
            if p.at_set(RESERVED)
                && matches!(p.nth(1), R_PAREN | COMMA | EQ_EQ | BANG_EQ | LT | GT | LT_EQ | GT_EQ)
            {
                let word = p.nth_text(0);
                p.help(format!("`{word}` is a reserved word: write it in backticks to use it as a name"));
            }
            None
        }
    }
}

/// Skips what stands in front of the closing parenthesis, if that follows in this item.
fn skip_to_paren(p: &mut Parser<'_, '_>) {
    let mut depth = 0u32;
    for n in 0..FAR {
        match p.nth(n) {
            L_PAREN | L_BRACKET => depth += 1,
            R_PAREN if depth == 0 => {
                let error = p.start();
                while !p.at(R_PAREN) && !p.at_end() {
                    p.bump_balanced();
                }
                error.complete(p, ERROR_NODE);
                return;
            }
            R_PAREN | R_BRACKET => depth = depth.saturating_sub(1),
            EOF | L_BRACE | R_BRACE | COLON | PIPE => break,
            _ => {}
        }
    }
    skip_to_item_end(p);
}

/// Whether a type and the `as` in front of it have changed places: `cast(x decimal as (10, 2))`.
fn at_moved_as(p: &Parser<'_, '_>) -> bool {
    words::is_name(p.current()) && p.nth_at(1, AS_KW)
}

/// `a.b`, as an expression.
pub(super) fn path(p: &mut Parser<'_, '_>) -> CompletedMarker {
    let path = p.start();
    dotted_rest(p);
    path.complete(p, PATH_EXPR)
}

fn path_or_call(p: &mut Parser<'_, '_>) -> CompletedMarker {
    let is_case = p.nth_text(0).eq_ignore_ascii_case("case") && p.nth_text(1).eq_ignore_ascii_case("when");
    if is_case {
        report(p, "there is no `case`", "use `match { condition => value, _ => other }`");
    }
    let node = p.start();
    if is_case {
        skip_to_item_end(p);
        return node.complete(p, PATH_EXPR);
    }
    dotted_rest(p);
    if !p.at(L_PAREN) {
        return node.complete(p, PATH_EXPR);
    }
    let args = p.start();
    p.bump();
    if p.at(DISTINCT_KW) {
        p.bump();
    }
    if p.at(STAR) && p.nth_at(1, R_PAREN) {
        let star = p.start();
        p.bump();
        star.complete(p, COUNT_STAR);
    } else if at_expression(p) {
        expression(p, Names::Argument);
        if at_moved_as(p) {
            expected(p, "`as`");
            let moved = p.start();
            p.bump();
            moved.complete(p, ERROR_NODE);
            args.abandon(p);
            p.bump();
            skip_to_paren(p);
            close_paren(p);
            return node.complete(p, CAST_EXPR);
        }
        if p.at(AS_KW) {
            args.abandon(p);
            p.bump();
            type_in_cast(p);
            close_paren(p);
            return node.complete(p, CAST_EXPR);
        }
    }
    items(p, R_PAREN);
    args.complete(p, ARG_LIST);
    if p.at(OVER_KW) {
        over_clause(p);
    }
    node.complete(p, CALL_EXPR)
}

/// At the nesting limit: one error, and the rest of the item in an error node.
fn too_deep(p: &mut Parser<'_, '_>) -> CompletedMarker {
    if !p.has_error_here() {
        p.error(format!("nested more than {NESTING_LIMIT} levels deep"));
        p.recode("S017");
        p.help("split the expression with `derive`");
    }
    let error = p.start();
    p.bump_balanced();
    skip_to_item_end(p);
    error.complete(p, ERROR_NODE)
}

// ---- match

/// `match kg { > 30 => "L", _ => "S" }`
fn match_expression(p: &mut Parser<'_, '_>) -> CompletedMarker {
    let node = p.start();
    p.bump();
    let has_subject = !p.at(L_BRACE);
    if has_subject {
        binary(p, ADDITIVE, Names::Free);
    }
    if !p.at(L_BRACE) {
        expected(p, "`{`");
        return node.complete(p, MATCH_EXPR);
    }
    p.bump();
    let mut has_subject = has_subject;
    while !at_list_end(p, R_BRACE) && !at_entry(p) {
        if !has_subject && at_subject_pattern(p) {
            // Said once: the other arms need it as well.
            report(
                p,
                "`match` has no value to compare here",
                "write it in front of the `{`: `match x { … }`",
            );
            has_subject = true;
        }
        if p.at(COMMA) {
            p.bump();
        } else if !arm(p, has_subject) {
            break;
        }
    }
    if p.at(R_BRACE) {
        p.bump();
    } else {
        expected(p, "`}`");
    }
    node.complete(p, MATCH_EXPR)
}

/// Whether a pattern starts here that needs a value to compare.
fn at_subject_pattern(p: &Parser<'_, '_>) -> bool {
    matches!(p.current(), EQ_EQ | BANG_EQ | LT | LT_EQ | GT | GT_EQ | EQ | LT_GT | IS_KW | IN_KW)
}

/// `pattern | pattern => result`. Returns whether it consumed anything.
fn arm(p: &mut Parser<'_, '_>, has_subject: bool) -> bool {
    let start = p.position();
    let node = p.start();
    loop {
        pattern(p, has_subject);
        if !p.at(PIPE) {
            break;
        }
        p.bump();
    }
    if p.at(FAT_ARROW) {
        p.bump();
        expression(p, Names::Free);
    } else {
        expected(p, "`=>` and a value");
        if p.position() == start || !(p.at(COMMA) || p.at(R_BRACE)) {
            skip_arm(p);
        }
    }
    node.complete(p, MATCH_ARM);
    p.position() > start
}

fn skip_arm(p: &mut Parser<'_, '_>) {
    if at_list_end(p, R_BRACE) {
        return;
    }
    let error = p.start();
    while !at_list_end(p, R_BRACE) && !p.at(COMMA) {
        p.bump_balanced();
    }
    error.complete(p, ERROR_NODE);
}

fn pattern(p: &mut Parser<'_, '_>, has_subject: bool) {
    let node = p.start();
    match p.current() {
        UNDERSCORE => {
            p.bump();
            node.complete(p, WILDCARD_PATTERN);
        }
        IS_KW if has_subject => {
            p.bump();
            if p.at(NOT_KW) {
                p.bump();
            }
            if p.at(NULL_KW) {
                p.bump();
            } else {
                expected(p, "`null` or `not null`");
            }
            node.complete(p, IS_NULL_PATTERN);
        }
        IN_KW if has_subject => {
            p.bump();
            in_list(p);
            node.complete(p, IN_PATTERN);
        }
        NOT_KW if has_subject && p.nth_at(1, IN_KW) => {
            p.bump();
            p.bump();
            in_list(p);
            node.complete(p, IN_PATTERN);
        }
        EQ_EQ | BANG_EQ | LT | LT_EQ | GT | GT_EQ | EQ | LT_GT if has_subject => {
            compare_operator(p);
            binary(p, ADDITIVE, Names::Free);
            node.complete(p, COMPARE_PATTERN);
        }
        _ if has_subject => {
            binary(p, ADDITIVE, Names::Free);
            node.complete(p, COMPARE_PATTERN);
        }
        _ => {
            expression(p, Names::Free);
            node.complete(p, COMPARE_PATTERN);
        }
    }
}
