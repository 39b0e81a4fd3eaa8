//! Calls whose parentheses hold more than arguments: CAST, EXTRACT, TRIM, INTERVAL and their relatives.

use super::SqlParser;
use super::data_type::data_type;
use super::expr::{continue_expr, expr, expr_above_in, nth_at_expr, required_expr};
use super::primary::primary;
use super::statement::shown;
use super::words::RECOVERY;
use crate::parser::{CompletedMarker, TokenSet};
use crate::sql::dialect::Level;
use crate::tree::SyntaxKind::{self, *};

/// The special form that the word starts here, if it does.
pub(super) fn special_form(p: &mut SqlParser<'_, '_>, word: SyntaxKind) -> Option<CompletedMarker> {
    if word == INTERVAL_KW {
        return at_interval(p).then(|| interval(p));
    }
    if !p.nth_at(1, L_PAREN) {
        return None;
    }
    let within =
        |p: &SqlParser<'_, '_>, words: &[SyntaxKind]| p.find_in_parens(1, TokenSet::new(words)).is_some();
    let form = match word {
        CAST_KW | TRY_CAST_KW | SAFE_CAST_KW => cast,
        EXTRACT_KW | DATE_PART_KW if within(p, &[FROM_KW]) => extract,
        POSITION_KW if within(p, &[IN_KW]) => position,
        SUBSTRING_KW | SUBSTR_KW if within(p, &[FROM_KW, FOR_KW, SIMILAR_KW]) => substring,
        TRIM_KW
            if within(p, &[FROM_KW])
                || matches!(p.nth(2), BOTH_KW | LEADING_KW | TRAILING_KW)
                    && !matches!(p.nth(3), COMMA | R_PAREN) =>
        {
            trim
        }
        OVERLAY_KW if within(p, &[PLACING_KW]) => overlay,
        _ => return None,
    };
    let m = p.start();
    p.bump();
    if !p.enter() {
        p.too_deep();
        return Some(m.complete(p, ERROR_NODE));
    }
    p.bump();
    let kind = p.with_colon(false, form);
    if !p.at(R_PAREN) && !p.at_set(RECOVERY) {
        p.error(format!("expected `)`, found {}", shown(p)));
    }
    p.close_paren();
    p.leave();
    Some(m.complete(p, kind))
}

/// `CAST(x AS type FORMAT 'f')`
fn cast(p: &mut SqlParser<'_, '_>) -> SyntaxKind {
    required_expr(p, "an expression");
    if p.eat(AS_KW) || p.eat(COMMA) {
        if p.at_any_word(0) || p.at(JINJA_ISLAND) {
            data_type(p);
        } else {
            p.error("expected a type");
        }
    } else {
        p.error("expected AS and a type");
    }
    if p.at_any_word(0) && p.at_any_word(1) && p.nth_text(1).eq_ignore_ascii_case("fields") {
        // Snowflake's `CAST(x AS OBJECT(…) RENAME FIELDS)`
        p.bump_name();
        p.bump_name();
    }
    if p.at(FORMAT_KW) {
        let m = p.start();
        p.bump();
        expr(p);
        m.complete(p, FORMAT_CLAUSE);
    }
    CAST_EXPR
}

/// `EXTRACT(DAY FROM x)`
fn extract(p: &mut SqlParser<'_, '_>) -> SyntaxKind {
    let part = p.start();
    if p.at(STRING) {
        p.bump();
    } else if p.at_any_word(0) && !p.at(FROM_KW) {
        p.bump_name();
        if p.at(L_PAREN) {
            super::function::arg_list(p);
        }
    } else {
        p.error("expected a date part");
    }
    part.complete(p, EXTRACT_PART);
    if p.expect(FROM_KW) {
        required_expr(p, "an expression");
    }
    EXTRACT_EXPR
}

/// `POSITION(a IN b)`
fn position(p: &mut SqlParser<'_, '_>) -> SyntaxKind {
    expr_above_in(p);
    if p.expect(IN_KW) {
        required_expr(p, "an expression");
    }
    POSITION_EXPR
}

/// `SUBSTRING(x FROM 1 FOR 2)`
fn substring(p: &mut SqlParser<'_, '_>) -> SyntaxKind {
    required_expr(p, "an expression");
    while matches!(p.current(), FROM_KW | FOR_KW | SIMILAR_KW | ESCAPE_KW | COMMA) {
        p.bump();
        required_expr(p, "an expression");
    }
    SUBSTRING_EXPR
}

/// `TRIM(BOTH 'x' FROM y)`
fn trim(p: &mut SqlParser<'_, '_>) -> SyntaxKind {
    if matches!(p.current(), BOTH_KW | LEADING_KW | TRAILING_KW) {
        p.bump();
    }
    if !p.at(FROM_KW) {
        required_expr(p, "an expression");
    }
    if p.eat(FROM_KW) || p.eat(COMMA) {
        required_expr(p, "an expression");
    }
    if p.eat(COMMA) {
        required_expr(p, "an expression");
    }
    TRIM_EXPR
}

/// `OVERLAY(x PLACING y FROM 1 FOR 2)`
fn overlay(p: &mut SqlParser<'_, '_>) -> SyntaxKind {
    required_expr(p, "an expression");
    while matches!(p.current(), PLACING_KW | FROM_KW | FOR_KW) {
        p.bump();
        required_expr(p, "an expression");
    }
    OVERLAY_EXPR
}

/// Whether INTERVAL starts an interval here and is not a name.
fn at_interval(p: &SqlParser<'_, '_>) -> bool {
    match p.nth(1) {
        STRING | INT_NUMBER | FLOAT_NUMBER | PARAMETER | AT_NAME | JINJA_ISLAND | L_PAREN | CASE_KW
        | CAST_KW => true,
        MINUS | PLUS | QUESTION => nth_at_expr(p, 2) && (p.nth_joint(1) || is_unit(p, 3)),
        COLON => p.nth_joint(1),
        // `INTERVAL n DAY`, `INTERVAL f(x) DAY`, `INTERVAL t.n DAY`
        _ => {
            p.at_any_word(1)
                && (is_unit(p, 2) || matches!(p.nth(2), DOT | L_PAREN | PLUS | MINUS | STAR | SLASH))
                && nth_at_expr(p, 1)
        }
    }
}

fn interval(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    let m = p.start();
    p.bump();
    if matches!(p.current(), MINUS | PLUS) {
        let sign = p.start();
        p.bump();
        if super::expr::at_expr(p) {
            primary(p);
        }
        let sign = sign.complete(p, UNARY_EXPR);
        if !is_unit(p, 0) {
            continue_expr(p, sign, Level::SUM);
        }
    } else {
        let value = if p.at(STRING) {
            let literal = p.start();
            p.bump();
            literal.complete(p, LITERAL)
        } else {
            primary(p)
        };
        if !is_unit(p, 0) {
            let value = continue_expr(p, value, Level::POSTFIX);
            if value.kind() != LITERAL && !is_unit(p, 0) {
                continue_expr(p, value, Level::SUM);
            }
        }
    }
    if is_unit(p, 0) {
        let unit = p.start();
        unit_word(p);
        while p.at(TO_KW) && p.at_any_word(1) {
            p.bump();
            unit_word(p);
        }
        // Databricks' `INTERVAL 1 DAY 2 HOURS`
        while matches!(p.current(), INT_NUMBER | STRING) && is_unit(p, 1) {
            p.bump();
            unit_word(p);
        }
        unit.complete(p, INTERVAL_UNIT);
    }
    m.complete(p, INTERVAL_EXPR)
}

fn unit_word(p: &mut SqlParser<'_, '_>) {
    p.bump_name();
    if p.at(L_PAREN) && p.nth_at(1, INT_NUMBER) {
        p.bump_balanced();
    }
}

const UNITS: &[&str] = &[
    "year",
    "quarter",
    "month",
    "week",
    "day",
    "dayofyear",
    "hour",
    "minute",
    "second",
    "millisecond",
    "microsecond",
    "nanosecond",
    "decade",
    "century",
    "millennium",
    "isoweek",
    "isoyear",
];

/// Whether a unit of time stands `n` places ahead, in the singular or the plural.
fn is_unit(p: &SqlParser<'_, '_>, n: usize) -> bool {
    if !p.at_any_word(n) || p.nth_at(n, QUOTED_IDENT) {
        return false;
    }
    let text = p.nth_text(n);
    let text = text.strip_suffix(['s', 'S']).unwrap_or(text);
    let is = |word: &str| word.eq_ignore_ascii_case(text);
    UNITS.iter().any(|unit| is(unit)) || is("centurie") || is("millennia")
}
