//! GROUP BY, ORDER BY and the clauses that cut the result.

use super::SqlParser;
use super::expr::{at_expr, expr, expr_list, required_expr};
use super::name::column_alias;
use super::words::RECOVERY;
use crate::parser::TokenSet;
use crate::tree::SyntaxKind::*;

/// `GROUP BY …`
pub(super) fn group_by_clause(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.keyword();
    p.eat_any(TokenSet::new(&[ALL_KW, DISTINCT_KW]));
    if p.at_two(AND_KW, ORDER_KW) {
        // BigQuery's `GROUP AND ORDER BY` in pipe steps.
        p.bump();
        p.bump();
    }
    by(p);
    if p.at(DISTINCT_KW) {
        p.bump();
    }
    group_items(p);
    if p.at(WITH_KW) && matches!(p.nth(1), ROLLUP_KW | CUBE_KW | TOTALS_KW) {
        let with = p.start();
        p.bump();
        p.bump();
        with.complete(p, WITH_ROLLUP);
    }
    m.complete(p, GROUP_BY_CLAUSE);
}

/// BY, which may be misspelt or missing.
fn by(p: &mut SqlParser<'_, '_>) {
    if p.at(IDENT) && super::expr::nth_at_expr(p, 1) && !p.nth_at(1, L_PAREN) && near_by(p) {
        p.mend_keyword(BY_KW);
    }
    if !p.eat_keyword(BY_KW) {
        p.error("expected BY");
    }
}

/// BY is too short for the usual measure.
fn near_by(p: &SqlParser<'_, '_>) -> bool {
    let text = p.nth_text(0);
    text.len() <= 3 && (text.contains(['b', 'B']) || text.contains(['y', 'Y']))
}

fn group_items(p: &mut SqlParser<'_, '_>) {
    loop {
        if p.at(COMMA) {
            p.error("expected a grouping expression before this comma");
            p.bump();
            continue;
        }
        if !group_item(p) {
            p.error("expected a grouping expression");
            break;
        }
        if p.at(COMMA) {
            p.bump();
            if !at_group_item(p) && !p.at(COMMA) {
                if p.dialect.trailing_commas && RECOVERY.contains(p.current()) {
                    break;
                }
                p.error("expected a grouping expression after the comma");
                break;
            }
            continue;
        }
        // Databricks' `GROUP BY a, b GROUPING SETS (…)`
        if !p.at_two(GROUPING_KW, SETS_KW) {
            break;
        }
    }
}

fn at_group_item(p: &SqlParser<'_, '_>) -> bool {
    at_expr(p) || p.at(ALL_KW)
}

fn group_item(p: &mut SqlParser<'_, '_>) -> bool {
    let (list, kind) = match p.current() {
        ALL_KW => {
            let m = p.start();
            p.bump();
            m.complete(p, GROUP_BY_ALL);
            return true;
        }
        ROLLUP_KW if p.nth_at(1, L_PAREN) => (true, ROLLUP),
        CUBE_KW if p.nth_at(1, L_PAREN) => (true, CUBE),
        GROUPING_KW if p.nth_at(1, SETS_KW) => (false, GROUPING_SETS),
        L_PAREN if p.nth_at(1, R_PAREN) => {
            // The grand total.
            let m = p.start();
            p.bump();
            p.bump();
            m.complete(p, TUPLE_EXPR);
            return true;
        }
        _ if at_expr(p) => {
            group_key(p);
            return true;
        }
        _ => return false,
    };
    if !p.enter() {
        p.too_deep();
        return true;
    }
    let m = p.start();
    p.bump();
    if list {
        p.expect(L_PAREN);
        expr_list(p, R_PAREN);
    } else {
        p.bump();
        p.expect(L_PAREN);
        if !p.at(R_PAREN) {
            group_items(p);
        }
    }
    p.close_paren();
    p.leave();
    m.complete(p, kind);
    true
}

/// An expression; in pipe steps it may have an alias and a direction.
fn group_key(p: &mut SqlParser<'_, '_>) {
    let Some(key) = expr(p) else { return };
    if p.at(AS_KW) || p.at(ASC_KW) || p.at(DESC_KW) {
        let m = key.precede(p);
        column_alias(p);
        direction(p);
        m.complete(p, GROUP_ALIAS_ITEM);
    }
}

/// `x AS y ASC`: the items of `|> AGGREGATE`.
pub(super) fn group_alias_items(p: &mut SqlParser<'_, '_>) {
    while at_expr(p) {
        let m = p.start();
        expr(p);
        column_alias(p);
        direction(p);
        m.complete(p, GROUP_ALIAS_ITEM);
        if !p.eat(COMMA) {
            break;
        }
    }
}

/// `ORDER BY …`
pub(super) fn order_by_clause(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.keyword();
    p.eat(SIBLINGS_KW);
    by(p);
    order_items(p);
    m.complete(p, ORDER_BY_CLAUSE);
}

/// `SORT BY`, `CLUSTER BY`, `DISTRIBUTE BY`
pub(super) fn sort_by_clause(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.keyword();
    by(p);
    order_items(p);
    if p.at(BY_KW) {
        p.error_and_bump("expected BY in front of the expressions");
    }
    m.complete(p, SORT_BY_CLAUSE);
}

fn order_items(p: &mut SqlParser<'_, '_>) {
    loop {
        if p.at(COMMA) {
            p.error("expected an expression to order by before this comma");
            p.bump();
            continue;
        }
        let m = p.start();
        if p.at(ALL_KW) {
            p.bump();
        } else if p.at(DOT) && super::expr::nth_at_expr(p, 1) {
            p.error_and_bump("expected an expression to order by before `.`");
            expr(p);
        } else if !at_expr(p) || p.at_rare_clause() || p.at_two(OFFSET_KW, INT_NUMBER) {
            m.abandon(p);
            p.error("expected an expression to order by");
            break;
        } else {
            expr(p);
        }
        if p.at(USING_KW) && !p.nth_at(1, SAMPLE_KW) {
            p.bump();
            p.bump();
            if p.at(L_PAREN) {
                p.bump_balanced();
            }
        }
        direction(p);
        m.complete(p, ORDER_ITEM);
        if !p.eat(COMMA) {
            break;
        }
    }
}

fn direction(p: &mut SqlParser<'_, '_>) {
    p.eat_any(TokenSet::new(&[ASC_KW, DESC_KW]));
    if p.at(NULLS_KW) {
        let m = p.start();
        p.bump();
        if !p.eat_any(TokenSet::new(&[FIRST_KW, LAST_KW])) {
            p.error("expected FIRST or LAST");
        }
        m.complete(p, NULLS_ORDER);
    }
}

/// `LIMIT n`
pub(super) fn limit_clause(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.keyword();
    if p.at(OFFSET_KW) && p.nth_at(1, INT_NUMBER) {
        p.error("expected a number of rows");
    } else if !p.eat(ALL_KW) {
        limit_count(p);
    }
    if p.at(COMMA) {
        let skip = p.start();
        p.bump();
        required_expr(p, "a number");
        skip.complete(p, LIMIT_SKIP);
    }
    if p.at(BY_KW) {
        let by = p.start();
        p.bump();
        expr_list(p, R_PAREN);
        by.complete(p, LIMIT_BY);
    }
    m.complete(p, LIMIT_CLAUSE);
}

fn limit_count(p: &mut SqlParser<'_, '_>) {
    if matches!(p.current(), INT_NUMBER | FLOAT_NUMBER) && matches!(p.nth(1), PERCENT | PERCENT_KW) {
        let literal = p.start();
        p.bump();
        literal.complete(p, LITERAL);
        p.bump();
    } else {
        required_expr(p, "a number of rows");
        if p.at(PERCENT) || p.at(PERCENT_KW) {
            p.bump();
        }
    }
}

/// `OFFSET n [ROWS]`
pub(super) fn offset_clause(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.keyword();
    required_expr(p, "a number of rows");
    p.eat_any(TokenSet::new(&[ROW_KW, ROWS_KW]));
    m.complete(p, OFFSET_CLAUSE);
}

/// `FETCH FIRST n ROWS ONLY`
pub(super) fn fetch_clause(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.keyword();
    p.eat_any(TokenSet::new(&[FIRST_KW, NEXT_KW]));
    if !matches!(p.current(), ROW_KW | ROWS_KW) && at_expr(p) {
        expr(p);
    }
    p.eat(PERCENT_KW);
    p.eat_any(TokenSet::new(&[ROW_KW, ROWS_KW]));
    if p.at(WITH_KW) {
        p.bump();
        p.expect(TIES_KW);
    } else {
        p.eat(ONLY_KW);
    }
    m.complete(p, FETCH_CLAUSE);
}

/// `FOR UPDATE`
pub(super) fn locking_clause(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.bump();
    p.bump();
    if p.eat(OF_KW) {
        super::name::names(p, "a table");
    }
    if p.eat(SKIP_KW) {
        p.eat(LOCKED_KW);
    } else {
        p.eat(NOWAIT_KW);
    }
    m.complete(p, LOCKING_CLAUSE);
}
