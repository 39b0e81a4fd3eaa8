//! Windows: specifications, frames, named windows.

use super::SqlParser;
use super::expr::{at_expr, expr_list};
use super::group_order::{order_by_clause, sort_by_clause};
use super::name::{name, path};
use crate::parser::TokenSet;
use crate::tree::SyntaxKind::*;

/// `WINDOW w AS (…), v AS (w ORDER BY x)`
pub(super) fn window_clause(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.bump();
    loop {
        let window = p.start();
        if name(p, "the name of a window").is_none() {
            window.abandon(p);
            break;
        }
        if p.expect(AS_KW) || p.at(L_PAREN) {
            if p.at(L_PAREN) {
                window_spec(p);
            } else if p.at_any_word(0) {
                path(p);
            } else {
                p.error("expected a window in parentheses");
            }
        }
        window.complete(p, NAMED_WINDOW);
        if !p.eat(COMMA) {
            break;
        }
    }
    m.complete(p, WINDOW_CLAUSE);
}

/// `OVER w`, `OVER (…)`
pub(super) fn over_clause(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.bump();
    if p.at(L_PAREN) {
        window_spec(p);
    } else {
        name(p, "a window: a name or parentheses");
    }
    m.complete(p, OVER_CLAUSE);
}

fn window_spec(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.bump();
    if p.at_any_word(0) && !at_window_part(p) {
        name(p, "the name of a window");
    }
    while !p.at(R_PAREN) && !p.at_end() {
        match p.current() {
            PARTITION_KW => partition_by_clause(p),
            DISTRIBUTE_KW | SORT_KW | CLUSTER_KW if p.nth_at(1, BY_KW) => sort_by_clause(p),
            ORDER_KW => order_by_clause(p),
            ROWS_KW | RANGE_KW | GROUPS_KW => window_frame(p),
            _ => break,
        }
    }
    if !p.at(R_PAREN) && !super::words::RECOVERY.contains(p.current()) {
        p.error(format!("unexpected {} in the window", super::statement::shown(p)));
    }
    p.close_paren();
    m.complete(p, WINDOW_SPEC);
}

fn at_window_part(p: &SqlParser<'_, '_>) -> bool {
    match p.current() {
        PARTITION_KW | ORDER_KW | DISTRIBUTE_KW | SORT_KW | CLUSTER_KW => {
            p.nth_at(1, BY_KW) || p.at(ORDER_KW)
        }
        ROWS_KW | RANGE_KW | GROUPS_KW => !matches!(p.nth(1), R_PAREN | ORDER_KW | PARTITION_KW),
        _ => false,
    }
}

/// `PARTITION BY a, b`
pub(super) fn partition_by_clause(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.bump();
    if p.expect(BY_KW) {
        if at_expr(p) {
            expr_list(p, R_PAREN);
        } else {
            p.error("expected an expression to partition by");
        }
    }
    m.complete(p, PARTITION_BY_CLAUSE);
}

fn window_frame(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.bump();
    if p.eat(BETWEEN_KW) {
        frame_bound(p);
        if p.expect(AND_KW) {
            frame_bound(p);
        }
    } else {
        frame_bound(p);
    }
    if p.at(EXCLUDE_KW) {
        let exclude = p.start();
        p.bump();
        match p.current() {
            CURRENT_KW => {
                p.bump();
                p.expect(ROW_KW);
            }
            NO_KW => {
                p.bump();
                p.expect(OTHERS_KW);
            }
            GROUP_KW | TIES_KW => p.bump(),
            _ => p.error("expected CURRENT ROW, GROUP, TIES or NO OTHERS"),
        }
        exclude.complete(p, FRAME_EXCLUDE);
    }
    m.complete(p, WINDOW_FRAME);
}

fn frame_bound(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    match p.current() {
        UNBOUNDED_KW => p.bump(),
        CURRENT_KW if p.nth_at(1, ROW_KW) => {
            p.bump();
            p.bump();
            m.complete(p, FRAME_BOUND);
            return;
        }
        _ if at_expr(p) => {
            super::expr::expr_above_and(p);
        }
        _ => {
            m.abandon(p);
            p.error("expected a frame bound: UNBOUNDED PRECEDING, CURRENT ROW or `n FOLLOWING`");
            return;
        }
    }
    if !p.eat_any(TokenSet::new(&[PRECEDING_KW, FOLLOWING_KW])) {
        p.error("expected PRECEDING or FOLLOWING");
    }
    m.complete(p, FRAME_BOUND);
}
