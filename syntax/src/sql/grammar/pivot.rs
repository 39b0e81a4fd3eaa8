//! PIVOT, UNPIVOT and MATCH_RECOGNIZE.

use super::SqlParser;
use super::expr::{at_expr, expr, required_expr};
use super::group_order::{group_by_clause, order_by_clause};
use super::name::{column_alias, name, name_list, names, table_alias};
use super::query::query;
use super::relation::relation;
use super::select::select_item;
use super::window::partition_by_clause;
use crate::parser::{CompletedMarker, TokenSet};
use crate::tree::SyntaxKind::*;

/// `t PIVOT (SUM(x) FOR c IN (…)) AS p`
pub(super) fn pivot_table(p: &mut SqlParser<'_, '_>, input: CompletedMarker) -> CompletedMarker {
    let m = input.precede(p);
    p.bump();
    p.expect(L_PAREN);
    pivot_items(p);
    if p.at(DEFAULT_KW) {
        let default = p.start();
        p.bump();
        p.eat(ON_KW);
        p.eat(NULL_KW);
        p.expect(L_PAREN);
        required_expr(p, "a value");
        p.close_paren();
        default.complete(p, DEFAULT_ON_NULL);
    }
    if p.at(GROUP_KW) {
        group_by_clause(p);
    }
    close(p);
    table_alias(p);
    m.complete(p, PIVOT_TABLE)
}

fn close(p: &mut SqlParser<'_, '_>) {
    if !p.at(R_PAREN) {
        p.error(format!("unexpected {} in the parentheses", super::statement::shown(p)));
    }
    p.close_paren();
}

/// The aggregates and the FOR parts.
pub(super) fn pivot_items(p: &mut SqlParser<'_, '_>) {
    while at_expr(p) && !p.at(FOR_KW) {
        select_item(p);
        if !p.eat(COMMA) {
            break;
        }
    }
    if !p.at(FOR_KW) {
        p.error("expected FOR and the column to pivot on");
        return;
    }
    while p.at(FOR_KW) {
        for_item(p);
        while at_expr(p) && !p.at(FOR_KW) && !p.at(DEFAULT_KW) {
            // DuckDB: `FOR a IN (…) b IN (…)`
            let m = p.start();
            for_column(p);
            m.complete(p, PIVOT_FOR_ITEM);
        }
        p.eat(COMMA);
    }
}

fn for_item(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.bump();
    for_column(p);
    m.complete(p, PIVOT_FOR_ITEM);
}

fn for_column(p: &mut SqlParser<'_, '_>) {
    super::expr::expr_above_in(p);
    while p.eat(COMMA) {
        // Databricks takes `FOR a, b IN (…)` for `FOR (a, b) IN (…)`.
        super::expr::expr_above_in(p);
    }
    if p.at(IN_KW) {
        in_list(p);
    } else {
        p.error("expected IN and the values");
    }
}

/// `IN ('a' AS x, 'b')`, `IN (ANY ORDER BY c)`, `IN (SELECT …)`, `IN enum_type`
fn in_list(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.bump();
    if p.eat(L_PAREN) {
        if p.at(ANY_KW) && matches!(p.nth(1), R_PAREN | ORDER_KW) {
            p.bump();
            if p.at(ORDER_KW) {
                order_by_clause(p);
            }
        } else if p.at_query(0) || matches!(p.current(), ALL_KW | DISTINCT_KW) {
            query(p);
        } else {
            items(p);
        }
        close(p);
    } else {
        required_expr(p, "values in parentheses");
    }
    m.complete(p, PIVOT_IN_LIST);
}

fn items(p: &mut SqlParser<'_, '_>) {
    while at_expr(p) {
        item(p);
        if !p.eat(COMMA) {
            break;
        }
    }
}

/// `a`, `a AS x`, and BigQuery's `a AS 'x'`, `a 'x'`, `a AS 1`
fn item(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    expr(p);
    if p.at(STRING) || (p.at(AS_KW) && p.nth_at(1, INT_NUMBER)) {
        let alias = p.start();
        p.eat(AS_KW);
        let label = p.start();
        p.bump();
        label.complete(p, NAME);
        alias.complete(p, ALIAS);
    } else {
        column_alias(p);
    }
    m.complete(p, SELECT_ITEM);
}

/// `t UNPIVOT INCLUDE NULLS (v FOR n IN (a, b))`
pub(super) fn unpivot_table(p: &mut SqlParser<'_, '_>, input: CompletedMarker) -> CompletedMarker {
    let m = input.precede(p);
    p.bump();
    nulls_inclusion(p);
    p.expect(L_PAREN);
    unpivot_parts(p);
    close(p);
    table_alias(p);
    m.complete(p, UNPIVOT_TABLE)
}

/// `v FOR n IN (a, b)`
pub(super) fn unpivot_parts(p: &mut SqlParser<'_, '_>) {
    let value = p.start();
    if p.at(L_PAREN) {
        name_list(p, "a column name");
    } else {
        name(p, "the name of the value column");
    }
    value.complete(p, UNPIVOT_VALUE);
    if !p.expect(FOR_KW) {
        return;
    }
    if p.at(IN_KW) && p.nth_at(1, L_PAREN) {
        p.error("expected the name of the name column before IN");
    } else {
        name(p, "the name of the name column");
    }
    if p.expect(IN_KW) && p.expect(L_PAREN) {
        items(p);
        close(p);
    }
}

fn nulls_inclusion(p: &mut SqlParser<'_, '_>) {
    if matches!(p.current(), INCLUDE_KW | EXCLUDE_KW) && p.nth_at(1, NULLS_KW) {
        let m = p.start();
        p.bump();
        p.bump();
        m.complete(p, NULLS_INCLUSION);
    }
}

/// DuckDB's `PIVOT t ON c IN (…) USING sum(x) GROUP BY k`
pub(super) fn pivot_body(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    let m = p.start();
    p.bump();
    relation(p);
    if p.eat(ON_KW) {
        loop {
            let item = p.start();
            super::expr::expr_above_in(p);
            if p.at(IN_KW) {
                in_list(p);
            }
            item.complete(p, PIVOT_ON_ITEM);
            if !p.eat(COMMA) {
                break;
            }
        }
    }
    if p.at(USING_KW) && !p.nth_at(1, SAMPLE_KW) {
        p.bump();
        items(p);
    }
    if p.at(GROUP_KW) {
        group_by_clause(p);
    }
    m.complete(p, PIVOT_BODY)
}

/// DuckDB's `UNPIVOT t ON a, b INTO NAME n VALUE v`
pub(super) fn unpivot_body(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    let m = p.start();
    p.bump();
    nulls_inclusion(p);
    relation(p);
    nulls_inclusion(p);
    if p.expect(ON_KW) {
        items(p);
    }
    if p.at(INTO_KW) {
        let into = p.start();
        p.bump();
        if p.expect(NAME_KW) {
            name(p, "the name of the name column");
        }
        if p.eat_any(TokenSet::new(&[VALUE_KW, VALUES_KW])) {
            names(p, "the name of the value column");
        } else {
            p.error("expected VALUE and the name of the value column");
        }
        into.complete(p, UNPIVOT_INTO);
    }
    m.complete(p, UNPIVOT_BODY)
}

/// `t MATCH_RECOGNIZE (…)`
pub(super) fn match_recognize(p: &mut SqlParser<'_, '_>, input: CompletedMarker) -> CompletedMarker {
    let m = input.precede(p);
    p.bump();
    p.expect(L_PAREN);
    loop {
        match p.current() {
            PARTITION_KW => partition_by_clause(p),
            ORDER_KW => order_by_clause(p),
            MEASURES_KW => {
                let measures = p.start();
                p.bump();
                items(p);
                measures.complete(p, MEASURES_CLAUSE);
            }
            ONE_KW | ALL_KW => {
                let rows = p.start();
                while !p.at_end() && !matches!(p.current(), MATCH_KW | R_PAREN) {
                    p.bump();
                }
                p.eat(MATCH_KW);
                // `ALL ROWS PER MATCH SHOW EMPTY MATCHES`, `WITH UNMATCHED ROWS`
                while matches!(
                    p.current(),
                    SHOW_KW | OMIT_KW | WITH_KW | EMPTY_KW | UNMATCHED_KW | ROWS_KW | MATCHES_KW
                ) {
                    p.bump();
                }
                rows.complete(p, ROWS_PER_MATCH);
            }
            AFTER_KW => after_match(p),
            PATTERN_KW => {
                let pattern = p.start();
                p.bump();
                if p.at(L_PAREN) {
                    p.bump_balanced();
                } else {
                    p.error("expected a row pattern in parentheses");
                }
                pattern.complete(p, PATTERN_CLAUSE);
            }
            SUBSET_KW => {
                let subset = p.start();
                while !p.at_end() && !matches!(p.current(), DEFINE_KW | R_PAREN) {
                    p.bump_balanced();
                }
                subset.complete(p, SUBSET_CLAUSE);
            }
            DEFINE_KW => define(p),
            _ => break,
        }
    }
    close(p);
    table_alias(p);
    m.complete(p, MATCH_RECOGNIZE_TABLE)
}

fn after_match(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.bump();
    p.eat(MATCH_KW);
    p.eat(SKIP_KW);
    while !p.at_end() && !matches!(p.current(), PATTERN_KW | R_PAREN | SUBSET_KW | DEFINE_KW) {
        p.bump();
    }
    m.complete(p, AFTER_MATCH);
}

fn define(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.bump();
    loop {
        let item = p.start();
        if name(p, "a pattern variable").is_none() {
            item.abandon(p);
            break;
        }
        if p.expect(AS_KW) {
            expr(p);
        }
        item.complete(p, DEFINE_ITEM);
        if !p.eat(COMMA) {
            break;
        }
    }
    m.complete(p, DEFINE_CLAUSE);
}
