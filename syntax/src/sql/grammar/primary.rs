//! Operands: names, literals, brackets, and the words that start a special form.

use super::SqlParser;
use super::collection::{array, map_literal, struct_literal, typed_collection};
use super::data_type::data_type;
use super::expr::{expr, expr_list};
use super::function::{arg_list, call_after_path};
use super::name::{joint_to_previous, path_segments};
use super::query::{at_query_continuation, close_query, query, query_from_operand};
use super::special_form::special_form;
use super::statement::shown;
use super::words::RECOVERY;
use crate::parser::{Checkpoint, CompletedMarker, Marker};
use crate::tree::SyntaxKind::{self, *};

/// One operand. The caller has seen that an expression starts here.
pub(super) fn primary(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    match p.current() {
        IDENT | QUOTED_IDENT => name_or_call(p),
        INT_NUMBER | FLOAT_NUMBER => number(p),
        STRING | BYTE_STRING => string(p),
        L_PAREN => bracketed(p),
        STAR | STAR_STAR => star_or_unpack(p),
        PARAMETER => one_token(p, PLACEHOLDER),
        QUESTION => placeholder(p),
        COLON => placeholder(p),
        AT_NAME => macro_reference(p),
        JINJA_ISLAND => jinja(p),
        L_BRACKET => array(p),
        L_BRACE if at_escape(p) => escape(p),
        L_BRACE => struct_literal(p),
        HASH => {
            let m = p.start();
            p.bump();
            if p.at(INT_NUMBER) {
                p.bump();
            } else {
                p.error("expected the number of a column after `#`");
            }
            m.complete(p, POSITIONAL_COLUMN)
        }
        NULL_KW | TRUE_KW | FALSE_KW => {
            if matches!(p.nth(1), L_PAREN | DOT) {
                return name_or_call(p);
            }
            one_token(p, LITERAL)
        }
        _ if super::select::at_moved_star(p) => super::select::star(p, None),
        kind if kind.is_keyword() => word(p, kind),
        _ => {
            p.error(format!("expected an expression, found {}", shown(p)));
            let m = p.start();
            p.bump();
            m.complete(p, ERROR_NODE)
        }
    }
}

fn one_token(p: &mut SqlParser<'_, '_>, kind: SyntaxKind) -> CompletedMarker {
    let m = p.start();
    p.bump();
    m.complete(p, kind)
}

/// A word: a special form, or a name.
fn word(p: &mut SqlParser<'_, '_>, kind: SyntaxKind) -> CompletedMarker {
    if kind == CASE_KW && !matches!(p.nth(1), DOT | COMMA) {
        return case(p);
    }
    if let Some(form) = special_form(p, kind) {
        return form;
    }
    match kind {
        EXISTS_KW
            if p.nth_at(1, L_PAREN) && (p.at_query(2) || p.nth_at(2, L_PAREN) || exists_headless(p)) =>
        {
            subquery_of(p, EXISTS_EXPR)
        }
        UNIQUE_KW | PRIMARY_KW if p.nth_at(1, L_PAREN) && p.at_query(2) => subquery_of(p, UNIQUE_KEY_EXPR),
        ARRAY_KW if p.nth_at(1, L_PAREN) && (p.at_query(2) || exists_headless(p)) => {
            subquery_of(p, ARRAY_SUBQUERY)
        }
        ARRAY_KW if p.nth_at(1, L_BRACKET) => array(p),
        ARRAY_KW | STRUCT_KW | RANGE_KW | MAP_KW if p.nth_at(1, LT) => match p.after_type_arguments(1) {
            Some(n) if matches!(p.nth(n), L_PAREN | L_BRACKET | STRING) => typed_collection(p),
            _ => name_or_call(p),
        },
        MAP_KW if p.nth_at(1, L_BRACE) => map_literal(p),
        ROW_KW if p.nth_at(1, L_PAREN) && !(p.nth_at(2, R_PAREN) && p.nth_at(3, OVER_KW)) => {
            let m = p.start();
            p.bump();
            if !p.enter() {
                p.too_deep();
                return m.complete(p, TUPLE_EXPR);
            }
            p.bump();
            p.with_colon(false, |p| expr_list(p, R_PAREN));
            p.close_paren();
            p.leave();
            m.complete(p, TUPLE_EXPR)
        }
        _ => name_or_call(p),
    }
}

/// Whether FROM or SELECT stands in the parentheses of EXISTS, although no query begins there.
fn exists_headless(p: &SqlParser<'_, '_>) -> bool {
    p.find_in_parens(1, crate::parser::TokenSet::new(&[FROM_KW, SELECT_KW])).is_some()
}

/// `EXISTS (query)` and its like.
fn subquery_of(p: &mut SqlParser<'_, '_>, kind: SyntaxKind) -> CompletedMarker {
    let m = p.start();
    p.bump();
    if !p.enter() {
        p.too_deep();
        return m.complete(p, kind);
    }
    p.bump();
    query(p);
    close_query(p);
    p.leave();
    m.complete(p, kind)
}

/// A name, a call, or a literal that a type's name introduces.
fn name_or_call(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    if p.nth_at(1, STRING) && !p.at(QUOTED_IDENT) {
        // `DATE '2024-01-01'`
        let m = p.start();
        let ty = p.start();
        p.bump_name();
        ty.complete(p, NAMED_TYPE);
        p.bump();
        while p.at(STRING) && p.nth_starts_line(0) {
            p.bump();
        }
        return m.complete(p, TYPED_LITERAL);
    }
    if matches!(p.current(), TIMESTAMP_KW | TIME_KW)
        && matches!(p.nth(1), WITH_KW | WITHOUT_KW)
        && p.nth_at(2, TIME_KW)
        && p.nth_at(4, STRING)
    {
        let m = p.start();
        data_type(p);
        p.bump();
        return m.complete(p, TYPED_LITERAL);
    }
    let m = p.start();
    path_segments(p, false);
    if p.at(L_PAREN) {
        let path = m.complete(p, PATH);
        return call_after_path(p, path);
    }
    m.complete(p, COLUMN_REF)
}

/// Whether an escape of ODBC starts here: `{fn f(x)}`, `{d '2024-01-01'}`.
fn at_escape(p: &SqlParser<'_, '_>) -> bool {
    let is = |word: &str| p.nth_text(1).eq_ignore_ascii_case(word);
    p.nth_at(1, IDENT)
        && ((is("fn") && p.at_any_word(2)) || (p.nth_at(2, STRING) && (is("d") || is("t") || is("ts"))))
}

fn escape(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    let m = p.start();
    p.bump();
    if p.nth_at(1, STRING) {
        name_or_call(p);
    } else {
        p.bump_name();
        p.with_colon(false, |p| expr(p));
    }
    p.expect(R_BRACE);
    m.complete(p, PAREN_EXPR)
}

fn number(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    let m = p.start();
    // Databricks' `10L`, `1.5BD`: the letters touch the digits.
    if p.nth_joint(0) && p.nth_at(1, IDENT) && is_number_suffix(p.nth_text(1)) {
        let kind = p.current();
        p.bump_glued(kind, 2);
    } else {
        p.bump();
    }
    m.complete(p, LITERAL)
}

fn is_number_suffix(text: &str) -> bool {
    ["L", "S", "Y", "F", "D", "BD"].iter().any(|suffix| suffix.eq_ignore_ascii_case(text))
}

/// Adjacent strings are one literal.
fn string(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    let m = p.start();
    let kind = p.current();
    p.bump();
    while (p.at(kind) || p.at(STRING)) && (p.dialect.adjacent_text_in_line || p.nth_starts_line(0)) {
        p.bump();
    }
    if p.at_two(UESCAPE_KW, STRING) {
        p.bump();
        p.bump();
    }
    m.complete(p, LITERAL)
}

/// `?`, `?1`, `:name`, `:1`
fn placeholder(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    let m = p.start();
    let colon = p.at(COLON);
    p.bump();
    if joint_to_previous(p) && p.at(INT_NUMBER) {
        p.bump();
    } else if colon {
        if joint_to_previous(p) && p.at_any_word(0) {
            p.bump_name();
        } else {
            p.error("expected the name of a parameter after `:`");
        }
    }
    m.complete(p, PLACEHOLDER)
}

/// `@macro(args)` or `@start_date`
pub(super) fn macro_reference(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    let m = p.start();
    let call = p.nth_at(1, L_PAREN) && p.nth_joint(0);
    p.bump();
    if call {
        arg_list(p);
        return m.complete(p, MACRO_CALL);
    }
    m.complete(p, MACRO_VARIABLE)
}

/// `{{ … }}`, alone or as a part of a name.
fn jinja(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    let m = p.start();
    if p.nth_at(1, DOT) || (p.nth_joint(0) && p.at_any_word(1)) {
        path_segments(p, false);
        return m.complete(p, COLUMN_REF);
    }
    p.bump();
    m.complete(p, JINJA_EXPR)
}

/// `*`, `* EXCLUDE (…)`, `*COLUMNS(…)`
fn star_or_unpack(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    if p.at(STAR) && p.nth_at(2, L_PAREN) && p.nth_text(1).eq_ignore_ascii_case("columns") {
        let m = p.start();
        p.bump();
        primary(p);
        return m.complete(p, UNPACK_EXPR);
    }
    super::select::star(p, None)
}

/// `(expr)`, `(a, b)`, `(query)`
fn bracketed(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    if p.at_query(1) || p.nth_at(1, DISTINCT_KW) {
        let m = p.start();
        if !p.enter() {
            p.too_deep();
            return m.complete(p, SUBQUERY_EXPR);
        }
        p.bump();
        query(p);
        close_query(p);
        p.leave();
        return m.complete(p, SUBQUERY_EXPR);
    }
    let m = p.start();
    p.bump();
    let start = p.checkpoint();
    p.with_colon(false, |p| bracketed_rest(p, m, &start))
}

fn bracketed_rest(p: &mut SqlParser<'_, '_>, m: Marker, start: &Checkpoint) -> CompletedMarker {
    if p.at(R_PAREN) {
        p.error("expected an expression in the parentheses");
        p.bump();
        return m.complete(p, TUPLE_EXPR);
    }
    if p.at(L_PAREN) && p.nth_before(0) == L_PAREN && p.is_operand_at(p.position()) {
        let operand = super::query::paren_query(p);
        query_from_operand(p, operand);
        close_query(p);
        return m.complete(p, SUBQUERY_EXPR);
    }
    let first = expr(p);
    if p.back_to_headless_query(start) {
        query(p);
        close_query(p);
        return m.complete(p, SUBQUERY_EXPR);
    }
    if let Some(first) = first
        && first.kind() == SUBQUERY_EXPR
        && (at_query_continuation(p) || super::query::at_set_operator(p) || super::query::at_second_query(p))
    {
        let mut operand = first;
        operand.change_kind(p, PAREN_QUERY);
        query_from_operand(p, operand);
        close_query(p);
        return m.complete(p, SUBQUERY_EXPR);
    }
    if p.at(COMMA) {
        p.bump();
        expr_list(p, R_PAREN);
        if p.back_to_headless_query(start) {
            query(p);
            close_query(p);
            return m.complete(p, SUBQUERY_EXPR);
        }
        close(p);
        return m.complete(p, TUPLE_EXPR);
    }
    if p.at(AS_KW) && p.dialect.row_aliases {
        while p.at(AS_KW) {
            super::name::column_alias(p);
            if p.eat(COMMA) {
                expr(p);
            }
        }
        close(p);
        return m.complete(p, TUPLE_EXPR);
    }
    close(p);
    m.complete(p, PAREN_EXPR)
}

/// The parenthesis after an expression.
fn close(p: &mut SqlParser<'_, '_>) {
    if !p.at(R_PAREN) && !p.at_set(RECOVERY) {
        p.error(format!("expected `)`, found {}", shown(p)));
    }
    p.close_paren();
}

/// `CASE [x] WHEN … THEN … [ELSE …] END`
fn case(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    let m = p.start();
    if !p.enter() {
        p.too_deep();
        return m.complete(p, CASE_EXPR);
    }
    p.bump();
    if !matches!(p.current(), WHEN_KW | ELSE_KW | END_KW) && super::expr::at_expr(p) {
        expr(p);
    }
    if !p.at(WHEN_KW) {
        p.error("expected WHEN");
    }
    while p.at(WHEN_KW) {
        let arm = p.start();
        p.bump();
        super::expr::required_expr(p, "a condition");
        if p.expect(THEN_KW) {
            super::expr::required_expr(p, "a value");
        }
        arm.complete(p, WHEN_ARM);
    }
    if p.at(ELSE_KW) {
        let arm = p.start();
        p.bump();
        super::expr::required_expr(p, "a value");
        arm.complete(p, ELSE_ARM);
    }
    if !p.at(END_KW) && !p.at_set(RECOVERY) && !p.at(COMMA) {
        p.error(format!("expected WHEN, ELSE or END, found {}", shown(p)));
        p.skip_until(RECOVERY.union(crate::parser::TokenSet::new(&[END_KW, COMMA])));
    }
    p.expect(END_KW);
    p.leave();
    m.complete(p, CASE_EXPR)
}

/// The type after `::`.
pub(super) fn type_follows_cast(p: &mut SqlParser<'_, '_>) {
    let is_union = p.at(UNION_KW) && p.nth_at(1, L_PAREN) && !p.at_query(2);
    if p.at_any_word(0) && !RECOVERY.contains(p.current()) || is_union || p.at(JINJA_ISLAND) {
        data_type(p);
    } else {
        p.error("expected a type after `::`");
    }
}
