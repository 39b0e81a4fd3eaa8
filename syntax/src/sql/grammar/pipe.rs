//! Pipe syntax: `FROM t |> WHERE … |> AGGREGATE …`

use super::SqlParser;
use super::expr::required_expr;
use super::from::{at_join, from_clause, join};
use super::function::function_call;
use super::group_order::{group_alias_items, group_by_clause, limit_clause, offset_clause, order_by_clause};
use super::name::{name, names, table_alias};
use super::pivot::{pivot_items, unpivot_parts};
use super::query::{operand, set_operator, with_clause};
use super::relation::sample;
use super::select::{clause, select_clause, select_items};
use super::words::{QUERY_END, SET_OPERATORS};
use crate::parser::TokenSet;
use crate::tree::SyntaxKind::*;

/// All steps of a pipe.
pub(super) fn pipe_steps(p: &mut SqlParser<'_, '_>) {
    while p.at(PIPE_GT) {
        let m = p.start();
        p.bump();
        step(p);
        if p.at(OFFSET_KW) {
            offset_clause(p);
        }
        m.complete(p, PIPE_STEP);
        if !p.at(PIPE_GT) && !p.at_set(QUERY_END) {
            p.error(format!("unexpected {} in the pipe", super::statement::shown(p)));
            p.skip_until(QUERY_END.union(TokenSet::new(&[PIPE_GT])));
        }
    }
}

fn step(p: &mut SqlParser<'_, '_>) {
    match p.current() {
        SELECT_KW => select_clause(p),
        WHERE_KW => clause(p),
        FROM_KW => from_clause(p),
        ORDER_KW => order_by_clause(p),
        LIMIT_KW => limit_clause(p),
        TABLESAMPLE_KW => sample(p),
        WITH_KW => with_clause(p),
        EXTEND_KW | WINDOW_KW => {
            let kind = if p.at(EXTEND_KW) { PIPE_EXTEND } else { PIPE_WINDOW };
            let m = p.start();
            p.bump();
            select_items(p);
            m.complete(p, kind);
        }
        DISTINCT_KW => {
            let m = p.start();
            p.bump();
            m.complete(p, PIPE_DISTINCT);
        }
        SET_KW => set(p),
        DROP_KW => {
            let m = p.start();
            p.bump();
            names(p, "a column name");
            m.complete(p, PIPE_DROP);
        }
        RENAME_KW => rename(p),
        AS_KW => {
            let m = p.start();
            p.bump();
            name(p, "an alias");
            m.complete(p, PIPE_AS);
        }
        AGGREGATE_KW => {
            let m = p.start();
            p.bump();
            group_alias_items(p);
            if p.at(GROUP_KW) {
                group_by_clause(p);
            }
            m.complete(p, PIPE_AGGREGATE);
        }
        PIVOT_KW | UNPIVOT_KW => pivot(p),
        CALL_KW => {
            let m = p.start();
            p.bump();
            if p.at_any_word(0) {
                function_call(p);
            } else {
                p.error("expected a table function");
            }
            table_alias(p);
            m.complete(p, PIPE_CALL);
        }
        _ if at_join(p) => join(p),
        LEFT_KW | FULL_KW => set_operation(p),
        _ if p.at_set(SET_OPERATORS) => set_operation(p),
        _ => p.error("expected a pipe operator: WHERE, SELECT, EXTEND, AGGREGATE, JOIN, …"),
    }
}

fn set_operation(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    set_operator(p);
    loop {
        if operand(p).is_none() {
            p.error("expected a query in parentheses");
            break;
        }
        if !p.eat(COMMA) {
            break;
        }
    }
    m.complete(p, PIPE_SET_OPERATION);
}

fn set(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.bump();
    loop {
        let item = p.start();
        if name(p, "a column name").is_none() {
            item.abandon(p);
            break;
        }
        if p.expect(EQ) {
            required_expr(p, "a value");
        }
        item.complete(p, PIPE_SET_ITEM);
        if !p.eat(COMMA) {
            break;
        }
    }
    m.complete(p, PIPE_SET);
}

fn rename(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.bump();
    loop {
        let item = p.start();
        if name(p, "a column name").is_none() {
            item.abandon(p);
            break;
        }
        p.eat(AS_KW);
        name(p, "the new name");
        item.complete(p, PIPE_RENAME_ITEM);
        if !p.eat(COMMA) {
            break;
        }
    }
    m.complete(p, PIPE_RENAME);
}

fn pivot(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    let unpivot = p.at(UNPIVOT_KW);
    p.bump();
    p.expect(L_PAREN);
    if unpivot {
        unpivot_parts(p);
    } else {
        pivot_items(p);
    }
    p.close_paren();
    table_alias(p);
    m.complete(p, PIPE_PIVOT);
}
