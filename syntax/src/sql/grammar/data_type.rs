//! Types.

use super::SqlParser;
use super::expr::expr_list;
use super::function::arg_list;
use super::name::name;
use crate::parser::{CompletedMarker, Marker};
use crate::tree::SyntaxKind::*;

/// A type. The caller has seen a word.
pub(super) fn data_type(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    let m = p.start();
    if !p.enter() {
        p.too_deep();
        return m.complete(p, NAMED_TYPE);
    }
    let mut ty = base_type(p, m);
    loop {
        if p.at(L_BRACKET) && (p.nth_at(1, R_BRACKET) || (p.nth_at(1, INT_NUMBER) && p.nth_at(2, R_BRACKET)))
        {
            let array = ty.precede(p);
            p.bump();
            p.eat(INT_NUMBER);
            p.expect(R_BRACKET);
            ty = array.complete(p, ARRAY_TYPE);
        } else if p.at(ARRAY_KW) {
            let array = ty.precede(p);
            p.bump();
            if p.eat(L_BRACKET) {
                p.eat(INT_NUMBER);
                p.expect(R_BRACKET);
            }
            ty = array.complete(p, ARRAY_TYPE);
        } else {
            break;
        }
    }
    p.leave();
    ty
}

fn base_type(p: &mut SqlParser<'_, '_>, m: Marker) -> CompletedMarker {
    let word = p.current();
    match word {
        JINJA_ISLAND => {
            p.bump();
            return m.complete(p, NAMED_TYPE);
        }
        STRUCT_KW | ROW_KW | OBJECT_KW | UNION_KW | TABLE_KW if matches!(p.nth(1), LT | L_PAREN) => {
            p.bump_name();
            fields(p);
            return m.complete(p, STRUCT_TYPE);
        }
        _ if p.nth_at(1, LT)
            && takes_type_arguments(p.nth_text(0))
            && p.after_type_arguments(1).is_some() =>
        {
            p.bump_name();
            type_arguments(p);
            not_null(p);
            return m.complete(p, GENERIC_TYPE);
        }
        ARRAY_KW | MAP_KW | LIST_KW if p.nth_at(1, L_PAREN) && p.at_any_word(2) => {
            p.bump_name();
            type_arguments(p);
            not_null(p);
            return m.complete(p, GENERIC_TYPE);
        }
        _ => {}
    }
    p.bump_name();
    while p.at(DOT) && p.at_any_word(1) {
        p.bump();
        p.bump_name();
    }
    more_words(p, word);
    if p.at(L_PAREN) {
        let params = p.start();
        p.bump();
        expr_list(p, R_PAREN);
        p.close_paren();
        params.complete(p, TYPE_PARAMS);
    }
    after_params(p, word);
    m.complete(p, NAMED_TYPE)
}

/// Whether types in angle brackets may follow the word. Behind any other type a `<` compares: `a::DOUBLE < b`.
fn takes_type_arguments(word: &str) -> bool {
    const NAMES: &[&str] = &[
        "array",
        "enum",
        "list",
        "lowcardinality",
        "map",
        "multiset",
        "nested",
        "nullable",
        "object",
        "range",
        "row",
        "struct",
        "table",
        "tuple",
        "union",
        "vector",
    ];
    NAMES.iter().any(|name| name.eq_ignore_ascii_case(word))
}

fn more_words(p: &mut SqlParser<'_, '_>, word: crate::tree::SyntaxKind) {
    match p.current() {
        PRECISION_KW | VARYING_KW | UNSIGNED_KW | SIGNED_KW => p.bump(),
        // `NATIONAL CHARACTER VARYING`
        CHARACTER_KW if p.nth_at(1, VARYING_KW) => {
            p.bump();
            p.bump();
        }
        _ => {}
    }
    if word == INTERVAL_KW {
        // `INTERVAL DAY TO SECOND`
        while p.at_any_word(0) && is_interval_field(p.nth_text(0)) || p.at(TO_KW) {
            if p.at(TO_KW) {
                p.bump();
            } else {
                p.bump_name();
            }
        }
    }
}

fn is_interval_field(text: &str) -> bool {
    let text = text.strip_suffix(['s', 'S']).unwrap_or(text);
    ["year", "month", "day", "hour", "minute", "second"].iter().any(|field| field.eq_ignore_ascii_case(text))
}

fn after_params(p: &mut SqlParser<'_, '_>, word: crate::tree::SyntaxKind) {
    if matches!(word, TIMESTAMP_KW | TIME_KW) && matches!(p.current(), WITH_KW | WITHOUT_KW) {
        let local = p.nth_at(1, LOCAL_KW);
        if p.nth_at(1, TIME_KW) || local {
            p.bump();
            p.eat(LOCAL_KW);
            p.expect(TIME_KW);
            p.expect(ZONE_KW);
        }
    }
    if p.at(UNSIGNED_KW) || p.at(SIGNED_KW) {
        p.bump();
    }
    if p.at(CHARACTER_KW) && p.nth_at(1, SET_KW) {
        p.bump();
        p.bump();
        p.bump_name();
    }
    if p.at(COLLATE_KW) && (p.at_any_word(1) || p.nth_at(1, STRING)) {
        let m = p.start();
        p.bump();
        if p.at(STRING) {
            p.bump();
        } else {
            super::name::path(p);
        }
        m.complete(p, COLLATE_TYPE);
    }
}

fn not_null(p: &mut SqlParser<'_, '_>) {
    if p.at_two(NOT_KW, NULL_KW) {
        let m = p.start();
        p.bump();
        p.bump();
        m.complete(p, NOT_NULL);
    }
}

/// `<T, U>` or `(T, U)`
pub(super) fn type_arguments(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    let closer = if p.at(LT) { GT } else { R_PAREN };
    p.bump();
    while p.at_any_word(0) {
        data_type(p);
        not_null(p);
        if !p.eat(COMMA) {
            break;
        }
    }
    close(p, closer);
    m.complete(p, TYPE_ARG_LIST);
}

/// `<a: INT, b STRING>` or `(a INT)`; a field may have no name.
fn fields(p: &mut SqlParser<'_, '_>) {
    let closer = if p.at(LT) { GT } else { R_PAREN };
    p.bump();
    while p.at_any_word(0) || p.at(STRING) {
        let field = p.start();
        let named = p.nth_at(1, COLON) || p.at_any_word(1) || p.at(STRING);
        let named = named
            && !(matches!(p.nth(1), PRECISION_KW | VARYING_KW | NOT_KW | OPTIONS_KW)
                || (p.nth_at(1, ARRAY_KW) && !matches!(p.nth(2), LT | L_PAREN)));
        if named {
            name(p, "a field name");
            p.eat(COLON);
        }
        if p.at_any_word(0) {
            data_type(p);
        } else {
            p.error("expected a type");
        }
        not_null(p);
        if p.at(COMMENT_KW) {
            p.bump();
            p.eat(STRING);
        }
        if p.at(OPTIONS_KW) && p.nth_at(1, L_PAREN) {
            let options = p.start();
            p.bump();
            arg_list(p);
            options.complete(p, OPTIONS_CLAUSE);
        }
        field.complete(p, STRUCT_FIELD);
        if !matches!(p.current(), COMMA | R_PAREN | GT | GT_GT) && p.at_any_word(0) {
            p.error(format!("expected `,` before {}", super::statement::shown(p)));
            continue;
        }
        if !p.eat(COMMA) {
            break;
        }
        while p.at(COMMA) {
            p.error_and_bump("expected a field before this comma");
        }
    }
    close(p, closer);
}

fn close(p: &mut SqlParser<'_, '_>, closer: crate::tree::SyntaxKind) {
    if closer == R_PAREN {
        p.close_paren();
    } else {
        p.expect(closer);
    }
}
