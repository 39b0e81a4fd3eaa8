//! Calls: arguments and what may follow them.

use super::SqlParser;
use super::expr::{at_expr, expr, lambda, lambda_word, required_expr};
use super::group_order::{limit_clause, order_by_clause};
use super::name::{joint_to_previous, name, path, path_segments};
use super::query::{close_query, query};
use super::statement::shown;
use super::window::{over_clause, partition_by_clause};
use super::words::RECOVERY;
use crate::parser::{CompletedMarker, TokenSet};
use crate::tree::SyntaxKind::*;

/// A call whose name stands here.
pub(super) fn function_call(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    let m = p.start();
    path_segments(p, false);
    let path = m.complete(p, PATH);
    call_after_path(p, path)
}

/// A call whose name is parsed.
pub(super) fn call_after_path(p: &mut SqlParser<'_, '_>, path: CompletedMarker) -> CompletedMarker {
    // These have a language of their own between the parentheses; its tokens are kept as they are.
    let opaque = is_opaque(p.previous_text());
    let aliases = takes_aliases(p.previous_text());
    let m = path.precede(p);
    if p.at(L_PAREN) {
        if opaque {
            opaque_args(p);
        } else {
            let before = std::mem::replace(&mut p.argument_aliases, aliases);
            arg_list(p);
            p.argument_aliases = before;
        }
        if p.at(L_PAREN) && joint_to_previous(p) {
            // Snowflake's `IDENTIFIER('f')(x)`
            arg_list(p);
        }
        call_suffixes(p);
    } else {
        p.error("expected arguments in parentheses");
    }
    m.complete(p, FUNCTION_CALL)
}

/// Arguments in a language of their own: the first one is an expression or a table, and so is what a text is
/// read from; other tokens are kept as they are.
fn opaque_args(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    let is_view = p.previous_text().eq_ignore_ascii_case("semantic_view");
    if !p.enter() {
        p.too_deep();
        m.complete(p, ARG_LIST);
        return;
    }
    p.bump();
    if is_view && p.at_any_word(0) {
        let view = p.start();
        path(p);
        view.complete(p, TABLE_ARG);
    } else if at_expr(p) && !p.at(STRING) {
        p.with_colon(false, |p| expr(p));
    }
    while !p.at_end() && !p.at(R_PAREN) && !p.at(SEMICOLON) {
        let is_source = p.nth_text(0).eq_ignore_ascii_case("passing");
        p.bump_balanced();
        if is_source && at_expr(p) {
            p.with_colon(false, |p| expr(p));
        }
    }
    p.close_paren();
    p.leave();
    m.complete(p, ARG_LIST);
}

/// Functions whose arguments are named by AS.
fn takes_aliases(name: &str) -> bool {
    ["struct", "xmlattributes", "xmlforest", "xmlnamespaces", "tuple", "named_struct"]
        .iter()
        .any(|other| other.eq_ignore_ascii_case(name))
}

fn is_opaque(name: &str) -> bool {
    ["semantic_view", "json_table", "xmltable", "graph_table"]
        .iter()
        .any(|opaque| opaque.eq_ignore_ascii_case(name))
}

/// WITHIN GROUP, FILTER, OVER and the like.
pub(super) fn call_suffixes(p: &mut SqlParser<'_, '_>) {
    loop {
        match p.current() {
            IGNORE_KW | RESPECT_KW if p.nth_at(1, NULLS_KW) => null_treatment(p),
            WITHIN_KW if p.nth_at(1, GROUP_KW) => {
                let m = p.start();
                p.bump();
                p.bump();
                p.expect(L_PAREN);
                if p.at(ORDER_KW) {
                    order_by_clause(p);
                } else {
                    p.error("expected ORDER BY");
                }
                p.close_paren();
                m.complete(p, WITHIN_GROUP);
            }
            FILTER_KW if p.nth_at(1, L_PAREN) || (p.nth_at(1, WHERE_KW) && p.nth_at(2, L_PAREN)) => {
                let m = p.start();
                p.bump();
                if p.at(WHERE_KW) {
                    p.error_and_bump("expected `(` before WHERE");
                }
                p.bump();
                p.eat(WHERE_KW);
                p.with_colon(false, |p| required_expr(p, "a condition"));
                p.close_paren();
                m.complete(p, FILTER_CLAUSE);
            }
            FROM_KW
                if matches!(p.nth(1), FIRST_KW | LAST_KW)
                    && matches!(p.nth(2), OVER_KW | IGNORE_KW | RESPECT_KW) =>
            {
                let m = p.start();
                p.bump();
                p.bump();
                m.complete(p, FROM_FIRST_LAST);
            }
            OVER_KW => over_clause(p),
            USING_KW if p.nth_at(1, STRING) => {
                let m = p.start();
                p.bump();
                p.bump();
                m.complete(p, TRANSFORM_USING);
            }
            _ if at_row_format(p) => row_format(p),
            _ => break,
        }
    }
}

/// Whether Spark's description of the rows that a script reads or writes starts here.
pub(super) fn at_row_format(p: &SqlParser<'_, '_>) -> bool {
    p.at_two(ROW_KW, FORMAT_KW)
}

/// `ROW FORMAT DELIMITED FIELDS TERMINATED BY ','`, `ROW FORMAT SERDE 'x' WITH SERDEPROPERTIES (…)`
pub(super) fn row_format(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.bump();
    while !p.at_end() && !p.at_set(RECOVERY) && !p.at(USING_KW) {
        p.bump_balanced();
    }
    m.complete(p, ROW_FORMAT);
}

fn null_treatment(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.bump();
    p.bump();
    m.complete(p, NULL_TREATMENT);
}

/// `(args)` with everything an aggregate may hold inside.
pub(super) fn arg_list(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    if !p.enter() {
        p.too_deep();
        m.complete(p, ARG_LIST);
        return;
    }
    p.bump();
    p.with_colon(false, arg_list_rest);
    p.leave();
    m.complete(p, ARG_LIST);
}

fn arg_list_rest(p: &mut SqlParser<'_, '_>) {
    if p.at(DISTINCT_KW) || (p.at(ALL_KW) && !matches!(p.nth(1), COMMA | R_PAREN | DOT)) {
        p.bump();
    }
    args(p);
    arg_clauses(p);
    if !p.at(R_PAREN) && !p.at_set(RECOVERY) {
        p.error(format!("expected `,` or `)` after the argument, found {}", shown(p)));
    }
    p.close_paren();
}

fn args(p: &mut SqlParser<'_, '_>) {
    if at_row_clause(p) && !p.at(ORDER_KW) {
        p.error(format!("expected an argument before {}", shown(p)));
    }
    loop {
        if p.at(COMMA) {
            p.error("expected an argument before this comma");
            p.bump();
            continue;
        }
        if p.at(R_PAREN) || !arg(p) {
            break;
        }
        if p.at(COMMA) {
            p.bump();
            if p.at(R_PAREN) || at_row_clause(p) {
                p.error("expected an argument after the comma");
            }
            continue;
        }
        if p.at_set(RECOVERY) || at_arg_clause(p) {
            break;
        }
        if at_expr(p) && p.nth_starts_line(0) && !p.at(FOR_KW) && !p.at(USING_KW) && !p.at(STAR) {
            p.error(format!("expected `,` before {}", shown(p)));
            continue;
        }
        break;
    }
}

/// Whether a clause about the rows of an aggregate starts here; it needs an argument in front of it.
fn at_row_clause(p: &SqlParser<'_, '_>) -> bool {
    matches!(p.current(), ORDER_KW | LIMIT_KW | HAVING_KW)
}

fn at_arg_clause(p: &SqlParser<'_, '_>) -> bool {
    matches!(
        p.current(),
        ORDER_KW
            | LIMIT_KW
            | IGNORE_KW
            | RESPECT_KW
            | HAVING_KW
            | SEPARATOR_KW
            | ON_KW
            | RETURNING_KW
            | PARTITION_KW
    ) || (matches!(p.current(), NULL_KW | ABSENT_KW) && p.nth_at(1, ON_KW))
}

/// One argument; `false` when none stands here.
fn arg(p: &mut SqlParser<'_, '_>) -> bool {
    if p.at(VARIADIC_KW)
        && (p.at_any_word(1) || matches!(p.nth(1), STRING | L_BRACKET))
        && !matches!(p.nth(1), AS_KW)
    {
        p.bump();
    }
    if p.at(NAME_KW) && p.at_any_word(1) && matches!(p.nth(2), COMMA | R_PAREN) {
        // `XMLELEMENT(NAME foo)`
        p.bump();
    }
    if p.at_any_word(0) && matches!(p.nth(1), FAT_ARROW | COLON_EQ) {
        let m = p.start();
        name(p, "an argument's name");
        p.bump();
        if !arg(p) {
            p.error("expected a value");
        }
        m.complete(p, NAMED_ARG);
        return true;
    }
    if p.at_query(0) && !p.at(TABLE_KW) {
        let m = p.start();
        query(p);
        if !matches!(p.current(), R_PAREN | COMMA) {
            close_query_arg(p);
        }
        m.complete(p, QUERY_ARG);
        return true;
    }
    if matches!(p.current(), TABLE_KW | MODEL_KW | CONNECTION_KW)
        && matches!(p.nth(1), IDENT | QUOTED_IDENT | JINJA_ISLAND)
    {
        table_arg(p);
        return true;
    }
    if p.at_two(TABLE_KW, L_PAREN) {
        if p.at_query(2) {
            // `TABLE(SELECT …)` as an argument
            let m = p.start();
            p.bump();
            let argument = p.start();
            p.bump();
            query(p);
            close_query(p);
            argument.complete(p, PAREN_QUERY);
            m.complete(p, TABLE_ARG);
            return true;
        }
        if p.at_any_word(2) && !p.nth_at(3, L_PAREN) {
            table_arg(p);
            return true;
        }
    }
    if p.at(LAMBDA_KW) && p.at_any_word(1) && matches!(p.nth(2), COLON | COMMA) {
        p.with_colon(true, lambda_word);
        return true;
    }
    if p.at_lambda() {
        lambda(p);
        return true;
    }
    if !at_expr(p) {
        if !p.at(R_PAREN) && !at_arg_clause(p) {
            p.error(if p.at_set(RECOVERY) {
                "expected an argument or `)`".to_owned()
            } else {
                format!("expected an argument, found {}", shown(p))
            });
        }
        return false;
    }
    expr_arg(p);
    true
}

fn close_query_arg(p: &mut SqlParser<'_, '_>) {
    if !p.at_set(RECOVERY) {
        p.error(format!("unexpected {} in the subquery", shown(p)));
    }
}

/// An expression, with an alias or as the key of a pair.
fn expr_arg(p: &mut SqlParser<'_, '_>) {
    if p.at(KEY_KW) && at_key(p) {
        let m = p.start();
        p.bump();
        expr(p);
        pair_value(p);
        m.complete(p, KEY_VALUE_ARG);
        return;
    }
    if p.at(STRING) && p.nth_at(1, COLON) {
        // `JSON_OBJECT('a': 1)`
        let m = p.start();
        p.with_colon(true, |p| expr(p));
        pair_value(p);
        m.complete(p, KEY_VALUE_ARG);
        return;
    }
    let Some(value) = expr(p) else { return };
    if p.at(AS_KW) && (p.argument_aliases || p.dialect.row_aliases) {
        let m = value.precede(p);
        super::name::column_alias(p);
        m.complete(p, ALIASED_ARG);
    } else if p.at(VALUE_KW) && value.kind() == LITERAL {
        let m = value.precede(p);
        pair_value(p);
        m.complete(p, KEY_VALUE_ARG);
    } else if p.at(FORMAT_KW) && p.nth_at(1, JSON_KW) {
        p.bump();
        p.bump();
    }
}

fn at_key(p: &SqlParser<'_, '_>) -> bool {
    matches!(p.nth(1), STRING | IDENT | QUOTED_IDENT) && matches!(p.nth(2), VALUE_KW | COLON)
}

fn pair_value(p: &mut SqlParser<'_, '_>) {
    if !(p.eat(VALUE_KW) || p.eat(COLON)) {
        p.error("expected VALUE");
    }
    required_expr(p, "a value");
}

/// `TABLE t`, `MODEL d.m`
fn table_arg(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.bump();
    let bracket = p.eat(L_PAREN);
    path(p);
    if bracket {
        p.close_paren();
    }
    if p.at(PARTITION_KW) {
        partition_by_clause(p);
    }
    if p.at(ORDER_KW) {
        order_by_clause(p);
    }
    m.complete(p, TABLE_ARG);
}

/// What may follow the arguments inside the parentheses.
fn arg_clauses(p: &mut SqlParser<'_, '_>) {
    loop {
        match p.current() {
            IGNORE_KW | RESPECT_KW if p.nth_at(1, NULLS_KW) => null_treatment(p),
            ORDER_KW => order_by_clause(p),
            LIMIT_KW => limit_clause(p),
            PARTITION_KW if p.nth_at(1, BY_KW) => partition_by_clause(p),
            HAVING_KW => {
                let m = p.start();
                p.bump();
                p.eat_any(TokenSet::new(&[MAX_KW, MIN_KW]));
                required_expr(p, "an expression");
                m.complete(p, HAVING_BOUND);
            }
            SEPARATOR_KW => {
                let m = p.start();
                p.bump();
                required_expr(p, "a separator");
                m.complete(p, SEPARATOR_CLAUSE);
            }
            ON_KW if p.nth_at(1, OVERFLOW_KW) => {
                let m = p.start();
                while !p.at_end() && !p.at(R_PAREN) {
                    p.bump_balanced();
                }
                m.complete(p, OVERFLOW_CLAUSE);
            }
            NULL_KW | ABSENT_KW if p.nth_at(1, ON_KW) => {
                let m = p.start();
                p.bump();
                p.bump();
                p.expect(NULL_KW);
                m.complete(p, NULLS_ON_CLAUSE);
            }
            WITH_KW | WITHOUT_KW if p.nth_at(1, UNIQUE_KW) => super::expr::unique_keys(p),
            RETURNING_KW => {
                let m = p.start();
                p.bump();
                super::data_type::data_type(p);
                if p.at_two(FORMAT_KW, JSON_KW) {
                    p.bump();
                    p.bump();
                    if p.nth_text(0).eq_ignore_ascii_case("encoding") && p.at_any_word(1) {
                        p.bump_name();
                        p.bump_name();
                    }
                }
                m.complete(p, RETURNING_CLAUSE);
            }
            USING_KW => {
                // `CONVERT(x USING utf8mb4)`
                p.bump();
                if p.at_any_word(0) {
                    p.bump_name();
                }
            }
            _ => break,
        }
    }
}
