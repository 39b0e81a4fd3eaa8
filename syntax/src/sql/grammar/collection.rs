//! Literals of nested values: arrays, structs, maps, comprehensions.

use super::SqlParser;
use super::data_type::data_type;
use super::expr::{at_expr, expr, expr_list, required_expr};
use super::function::arg_list;
use super::name::names;
use super::statement::shown;
use super::words::RECOVERY;
use crate::parser::CompletedMarker;
use crate::tree::SyntaxKind::*;

/// `[1, 2]`, `ARRAY[1, 2]`, `[f(x) FOR x IN l IF p]`
pub(super) fn array(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    let m = p.start();
    p.eat(ARRAY_KW);
    if !p.enter() {
        p.too_deep();
        return m.complete(p, ARRAY_EXPR);
    }
    p.bump();
    let kind = p.with_colon(false, |p| {
        if !at_expr(p) {
            return ARRAY_EXPR;
        }
        expr(p);
        if p.at(FOR_KW) {
            p.bump();
            names(p, "a name");
            if p.expect(IN_KW) {
                required_expr(p, "a list");
            }
            if p.eat(IF_KW) {
                required_expr(p, "a condition");
            }
            return LIST_COMPREHENSION;
        }
        if p.eat(COMMA) {
            expr_list(p, R_BRACKET);
        }
        ARRAY_EXPR
    });
    if !p.at(R_BRACKET) && !p.at_set(RECOVERY) {
        p.error(format!("expected `,` or `]`, found {}", shown(p)));
        p.skip_until(RECOVERY.union(crate::parser::TokenSet::new(&[R_BRACKET])));
    }
    p.expect(R_BRACKET);
    p.leave();
    m.complete(p, kind)
}

/// `ARRAY<INT64>[1]`, `STRUCT<a INT64>(1)`, `RANGE<DATE> '…'`
pub(super) fn typed_collection(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    let m = p.start();
    let is_array = p.at(ARRAY_KW);
    if is_array && p.after_type_arguments(1).is_some_and(|n| p.nth_at(n, L_BRACKET)) {
        p.bump();
        super::data_type::type_arguments(p);
        if p.enter() {
            p.bump();
            p.with_colon(false, |p| expr_list(p, R_BRACKET));
            p.expect(R_BRACKET);
            p.leave();
        } else {
            p.too_deep();
        }
        return m.complete(p, ARRAY_EXPR);
    }
    data_type(p);
    if p.at(L_PAREN) {
        arg_list(p);
    } else {
        p.expect(STRING);
    }
    m.complete(p, TYPED_CONSTRUCTOR)
}

/// `{'a': 1, b: 2}`
pub(super) fn struct_literal(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    let m = p.start();
    entries(p);
    m.complete(p, STRUCT_LITERAL)
}

/// `MAP {k: v}`
pub(super) fn map_literal(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    let m = p.start();
    p.bump();
    entries(p);
    m.complete(p, MAP_LITERAL)
}

fn entries(p: &mut SqlParser<'_, '_>) {
    if !p.enter() {
        p.too_deep();
        return;
    }
    p.bump();
    while at_expr(p) {
        let entry = p.start();
        p.with_colon(true, |p| expr(p));
        if p.eat(COLON) {
            p.with_colon(false, |p| required_expr(p, "a value"));
        } else if entry_is_star(p) {
            // Snowflake's `{* EXCLUDE a}` has no values.
        } else {
            p.error("expected `:` and a value");
        }
        entry.complete(p, STRUCT_ENTRY);
        if !p.eat(COMMA) {
            break;
        }
    }
    if !p.at(R_BRACE) && !p.at_set(RECOVERY) {
        p.error(format!("expected `,` or `}}`, found {}", shown(p)));
        p.skip_until(RECOVERY.union(crate::parser::TokenSet::new(&[R_BRACE])));
    }
    p.expect(R_BRACE);
    p.leave();
}

fn entry_is_star(p: &SqlParser<'_, '_>) -> bool {
    p.at(R_BRACE) || p.at(COMMA)
}
