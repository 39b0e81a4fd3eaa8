//! Queries: WITH, set operations, and the clauses that come after them.

use super::SqlParser;
use super::expr::at_expr;
use super::group_order::{
    fetch_clause, limit_clause, locking_clause, offset_clause, order_by_clause, sort_by_clause,
};
use super::name::{name, name_list, names, path};
use super::pipe::pipe_steps;
use super::pivot::{pivot_body, unpivot_body};
use super::relation::{sample_method, sample_seed};
use super::select::select;
use super::statement::shown;
use super::words::{QUERY_END, RECOVERY, SET_OPERATORS};
use crate::parser::{CompletedMarker, TokenSet};
use crate::sql::dialect::NamePosition;
use crate::tree::SyntaxKind::*;

/// `[WITH …] body [ORDER BY …] [LIMIT …] [|> …]`
pub(super) fn query(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    if !p.enter() {
        return p.too_deep();
    }
    let m = p.start();
    p.with_colon(false, |p| {
        if p.at(WITH_KW) {
            with_clause(p);
            while p.at_unmatched_paren() {
                p.error_and_bump("this `)` closes nothing");
            }
            if at_change(p) && !p.in_parentheses() {
                // The statement is none of ours.
                return;
            }
        }
        query_body(p);
        query_tail(p);
    });
    p.leave();
    m.complete(p, QUERY)
}

/// Whether a statement that changes rows starts here.
pub(super) fn at_change(p: &SqlParser<'_, '_>) -> bool {
    matches!(p.current(), INSERT_KW | UPDATE_KW | DELETE_KW | MERGE_KW)
}

/// Continues a query whose first operand, a bracketed query, is parsed already.
pub(super) fn query_from_operand(p: &mut SqlParser<'_, '_>, operand: CompletedMarker) -> CompletedMarker {
    let body = set_operation_from(p, operand);
    let m = body.precede(p);
    query_tail(p);
    m.complete(p, QUERY)
}

/// Whether what stands here continues a bracketed query as a query.
pub(super) fn at_query_continuation(p: &SqlParser<'_, '_>) -> bool {
    p.at_set(SET_OPERATORS)
        || p.at_two(ORDER_KW, BY_KW)
        || p.at(LIMIT_KW)
        || p.at(FETCH_KW)
        || p.at(PIPE_GT)
        || (p.at(OFFSET_KW)
            && matches!(
                p.nth(1),
                INT_NUMBER | PARAMETER | QUESTION | COLON | AT_NAME | L_PAREN | JINJA_ISLAND
            ))
}

fn query_body(p: &mut SqlParser<'_, '_>) {
    if p.at_moved_select() {
        p.skip_before_select();
    }
    match intersection(p) {
        Some(first) => {
            set_operation_from(p, first);
        }
        None if p.mend(&[SELECT_KW]) => query_body(p),
        None if (p.at_headless_select() || (at_expr(p) && p.nth_before(0) != WITH_KW && in_operand(p))) => {
            let first = super::select::headless_select(p);
            set_operation_from(p, first);
        }
        None => no_query(p),
    }
}

/// Where a query is wanted and none stands.
fn no_query(p: &mut SqlParser<'_, '_>) {
    let message = if matches!(p.current(), EOF | R_PAREN | SEMICOLON) {
        "expected a query here: SELECT, FROM or VALUES".to_owned()
    } else {
        match p.current() {
            INSERT_KW | UPDATE_KW | DELETE_KW | MERGE_KW => format!("{} is not a query", shown(p)),
            _ => format!("expected a query here, found {}", shown(p)),
        }
    };
    p.error(message);
    p.skip_until(RECOVERY);
    if at_set_operator(p) {
        let first = p.start();
        let first = first.complete(p, SELECT);
        set_operation_from(p, first);
    } else if super::statement::at_query_part(p) {
        let first = select(p);
        set_operation_from(p, first);
    }
}

/// `first UNION second …`: the chain is one node.
fn set_operation_from(p: &mut SqlParser<'_, '_>, first: CompletedMarker) -> CompletedMarker {
    let first = intersection_from(p, first);
    if !at_set_operator(p) && !at_second_query(p) {
        return first;
    }
    let m = first.precede(p);
    while at_set_operator(p) || at_second_query(p) {
        if matches!(p.current(), SELECT_KW | L_PAREN) {
            p.error("expected UNION, INTERSECT or EXCEPT between two queries");
        } else {
            set_operator(p);
        }
        operand_or_error(p);
    }
    m.complete(p, SET_OPERATION)
}

/// Whether a second query follows without a set operator: in the same parentheses, in the same line, or in
/// parentheses of its own behind such a one. On a line of its own it is rather the next statement.
pub(super) fn at_second_query(p: &SqlParser<'_, '_>) -> bool {
    match p.current() {
        SELECT_KW if p.in_parentheses() => p.innermost_is_closed(),
        SELECT_KW => !p.nth_starts_line(0),
        L_PAREN => p.nth_before(0) == R_PAREN && p.at_bracketed_query(),
        _ => false,
    }
}

/// Whether what stands here can only be an operand whose SELECT is missing.
fn in_operand(p: &SqlParser<'_, '_>) -> bool {
    match p.nth_before(0) {
        ALL_KW | UNION_KW | INTERSECT_KW | EXCEPT_KW | DISTINCT_KW => true,
        L_PAREN => p.is_operand_at(p.position() - 1),
        _ => false,
    }
}

fn operand_or_error(p: &mut SqlParser<'_, '_>) {
    match mended_operand(p) {
        Some(first) => {
            intersection_from(p, first);
        }
        None => {
            p.error("expected a query after the set operator");
            p.help("write SELECT …, VALUES … or a query in parentheses");
        }
    }
}

/// An operand, also one whose SELECT is misspelt or missing.
fn mended_operand(p: &mut SqlParser<'_, '_>) -> Option<CompletedMarker> {
    if p.at_moved_select() {
        p.skip_before_select();
    }
    let whole = operand(p);
    if whole.is_some() {
        return whole;
    }
    if p.mend(&[SELECT_KW]) {
        return operand(p);
    }
    (at_expr(p) && !p.at_set(RECOVERY)).then(|| super::select::headless_select(p))
}

fn intersection(p: &mut SqlParser<'_, '_>) -> Option<CompletedMarker> {
    let first = operand(p)?;
    Some(intersection_from(p, first))
}

fn intersection_from(p: &mut SqlParser<'_, '_>, first: CompletedMarker) -> CompletedMarker {
    if !p.at(INTERSECT_KW) {
        return first;
    }
    let m = first.precede(p);
    while p.at(INTERSECT_KW) {
        set_operator(p);
        if mended_operand(p).is_none() {
            p.error("expected a query after INTERSECT");
        }
    }
    m.complete(p, SET_OPERATION)
}

pub(super) fn at_set_operator(p: &SqlParser<'_, '_>) -> bool {
    match p.current() {
        UNION_KW => !p.at_union_type(),
        EXCEPT_KW => !p.at_star_except(),
        MINUS_KW => {
            const OPERAND: TokenSet =
                TokenSet::new(&[SELECT_KW, L_PAREN, ALL_KW, DISTINCT_KW, FROM_KW, VALUES_KW, WITH_KW]);
            p.nth_in(1, OPERAND)
                || p.nth_at(2, SELECT_KW)
                || (super::expr::nth_at_expr(p, 1) && p.nth_before(0) != DOT && p.sees_from(1))
        }
        // BigQuery's `LEFT OUTER UNION ALL BY NAME`, `FULL UNION …`
        LEFT_KW | FULL_KW | INNER_KW
            if SET_OPERATORS.contains(p.nth(1))
                || (p.nth_at(1, OUTER_KW) && SET_OPERATORS.contains(p.nth(2))) =>
        {
            true
        }
        _ => p.at_damaged_operator(),
    }
}

/// `UNION ALL BY NAME`
pub(super) fn set_operator(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    if p.at(OUTER_KW) {
        p.error("expected LEFT or FULL before OUTER");
    }
    p.eat_any(TokenSet::new(&[LEFT_KW, FULL_KW, INNER_KW]));
    p.eat(OUTER_KW);
    if p.at_set(SET_OPERATORS) {
        p.keyword();
    } else {
        p.error("expected UNION, INTERSECT or EXCEPT between two queries");
    }
    p.mend_before_query(&[ALL_KW, DISTINCT_KW]);
    if at_stray_before_operand(p) {
        let message = format!("expected ALL, DISTINCT or a query, found {}", shown(p));
        p.error_and_bump(message);
    }
    if !p.eat_keyword(ALL_KW) {
        p.eat_keyword(DISTINCT_KW);
    }
    p.eat(STRICT_KW);
    p.eat_keyword(CORRESPONDING_KW);
    if p.at(BY_KW) {
        p.keyword();
        p.eat_keyword(NAME_KW);
        if p.eat(ON_KW) || p.eat(MATCHING_KW) || (p.at(L_PAREN) && !p.at_bracketed_query()) {
            name_list(p, "a column name");
        }
    }
    const WORDS: TokenSet = TokenSet::new(&[ALL_KW, DISTINCT_KW, BY_KW, NAME_KW, OUTER_KW, LEFT_KW, FULL_KW])
        .union(SET_OPERATORS)
        .union(TokenSet::new(&[INNER_KW, STRICT_KW, CORRESPONDING_KW]));
    while p.at_set(WORDS) {
        let message = format!("unexpected {} after the set operator", shown(p));
        p.error_and_bump(message);
        if p.at_two(ON_KW, L_PAREN) {
            p.bump();
            name_list(p, "a column name");
        }
    }
    m.complete(p, SET_OPERATOR);
}

/// Whether one token too many stands between the operator's first word and the rest of it, or a query.
fn at_stray_before_operand(p: &SqlParser<'_, '_>) -> bool {
    matches!(p.current(), IDENT | QUOTED_IDENT | INT_NUMBER | FLOAT_NUMBER | STRING | NULL_KW)
        && (matches!(p.nth(1), ALL_KW | DISTINCT_KW | SELECT_KW)
            || (p.nth_at(1, BY_KW) && p.nth_at(2, NAME_KW)))
}

/// One operand of a set operation.
pub(super) fn operand(p: &mut SqlParser<'_, '_>) -> Option<CompletedMarker> {
    match p.current() {
        SELECT_KW | FROM_KW => Some(select(p)),
        L_PAREN if !p.is_operand_at(p.position()) && p.at_bracketed_item() => None,
        L_PAREN => Some(paren_query(p)),
        VALUES_KW => {
            let m = p.start();
            values_rows(p);
            if p.at(L_PAREN) {
                let alias = p.start();
                super::name::column_alias_list(p);
                alias.complete(p, ALIAS);
            } else {
                super::name::table_alias(p);
            }
            Some(m.complete(p, VALUES_BODY))
        }
        // A WITH after a set operator belongs to a query of its own.
        WITH_KW => {
            p.error("a WITH clause must stand at the start of the query or in parentheses");
            let m = p.start();
            query(p);
            Some(m.complete(p, PAREN_QUERY))
        }
        TABLE_KW => {
            let m = p.start();
            p.bump();
            if p.at_any_word(0) {
                path(p);
            } else {
                p.error("expected a table name");
            }
            Some(m.complete(p, TABLE_BODY))
        }
        PIVOT_KW | PIVOT_WIDER_KW => Some(pivot_body(p)),
        UNPIVOT_KW | PIVOT_LONGER_KW => Some(unpivot_body(p)),
        DESCRIBE_KW | DESC_KW | SUMMARIZE_KW | SHOW_KW => {
            let m = p.start();
            p.bump();
            if p.at_query(0) {
                query(p);
            } else if p.at_any_word(0) {
                path(p);
            }
            Some(m.complete(p, DESCRIBE_BODY))
        }
        JINJA_ISLAND => {
            let m = p.start();
            p.bump();
            Some(m.complete(p, JINJA_BODY))
        }
        _ => None,
    }
}

/// `( query )`
pub(super) fn paren_query(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    if !p.enter() {
        return p.too_deep();
    }
    let m = p.start();
    p.bump();
    query(p);
    close_query(p);
    p.leave();
    if (p.at(AS_KW) && p.nth_at(2, PIPE_GT))
        || (p.at_name(0, NamePosition::TableAlias) && p.nth_at(1, PIPE_GT))
    {
        super::name::table_alias(p);
    }
    m.complete(p, PAREN_QUERY)
}

/// The parenthesis after a query; what stands before it is unexpected.
pub(super) fn close_query(p: &mut SqlParser<'_, '_>) {
    if !matches!(p.current(), R_PAREN | EOF | SEMICOLON) {
        if p.innermost_is_closed() {
            p.error(format!("unexpected {} in the subquery", shown(p)));
        } else {
            p.error(format!("expected `)` before {}", shown(p)));
        }
    }
    p.close_paren();
}

/// `VALUES (1, 2), (3, 4)`
pub(super) fn values_body(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    let m = p.start();
    values_rows(p);
    m.complete(p, VALUES_BODY)
}

fn values_rows(p: &mut SqlParser<'_, '_>) {
    p.bump();
    loop {
        let row = p.start();
        let bare_row = p.at(ROW_KW);
        if bare_row {
            p.bump();
        }
        if p.at(L_PAREN) {
            p.bump();
            p.with_colon(false, |p| super::expr::expr_list(p, R_PAREN));
            while p.at(AS_KW) && p.dialect.row_aliases {
                super::name::column_alias(p);
                if p.eat(COMMA) {
                    p.with_colon(false, |p| super::expr::expr_list(p, R_PAREN));
                }
            }
            p.close_paren();
        } else if at_expr(p) {
            // Databricks takes `VALUES 1, 2` as rows of one column.
            super::expr::expr(p);
        } else {
            row.abandon(p);
            p.error("expected a row in parentheses");
            break;
        }
        row.complete(p, VALUES_ROW);
        // `FROM VALUES 1, VALUES 2` are two relations.
        if p.nth_at(1, VALUES_KW) || !p.eat(COMMA) || !(p.at(L_PAREN) || p.at(ROW_KW) || at_expr(p)) {
            break;
        }
    }
}

fn query_tail(p: &mut SqlParser<'_, '_>) {
    let mut limited = false;
    loop {
        limited |= matches!(p.current(), LIMIT_KW | FETCH_KW);
        match p.current() {
            ORDER_KW => {
                if limited {
                    super::select::wrong_order(p, "ORDER", "LIMIT");
                }
                order_by_clause(p);
            }
            SORT_KW | CLUSTER_KW | DISTRIBUTE_KW if p.at_sort_clause() => sort_by_clause(p),
            LIMIT_KW => limit_clause(p),
            OFFSET_KW => offset_clause(p),
            FETCH_KW => fetch_clause(p),
            FOR_KW if matches!(p.nth(1), UPDATE_KW | SHARE_KW) => locking_clause(p),
            USING_KW if p.nth_at(1, SAMPLE_KW) => using_sample(p),
            JINJA_ISLAND => {
                let clause = p.start();
                p.bump();
                clause.complete(p, JINJA_CLAUSE);
            }
            WHERE_KW | GROUP_KW | HAVING_KW | QUALIFY_KW | WINDOW_KW => {
                let word = p.current().fixed_text().unwrap_or_default();
                super::select::wrong_order(p, word, "ORDER BY and LIMIT");
                let misplaced = p.start();
                super::select::clause(p);
                misplaced.complete(p, ERROR_NODE);
            }
            IDENT if p.mend_clause() => {}
            kind if !QUERY_END.contains(kind) && !at_tail_end(p) && p.tail_clause_follows() => {
                p.error(format!("unexpected {}", shown(p)));
                p.skip_to_tail_clause();
            }
            _ => break,
        }
    }
    if p.at(PIPE_GT) {
        pipe_steps(p);
    }
}

/// Whether what stands here belongs to the text around the query.
fn at_tail_end(p: &SqlParser<'_, '_>) -> bool {
    at_set_operator(p)
        || p.at(INTERSECT_KW)
        || matches!(p.current(), PIPE_GT | SELECT_KW | WITH_KW | COMMA | FOR_KW | R_BRACKET | R_BRACE)
            && !(p.at(COMMA) && p.nth_before(0) == COMMA)
}

/// DuckDB's `USING SAMPLE 10%`, `USING SAMPLE reservoir(20 ROWS)`
pub(super) fn using_sample(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.bump();
    p.bump();
    if p.at_any_word(0) && p.nth_at(1, L_PAREN) {
        p.bump_name();
    }
    let bracket = p.eat(L_PAREN);
    super::relation::sample_size(p);
    if bracket {
        p.close_paren();
    }
    if p.at(L_PAREN) {
        // `USING SAMPLE 10% (bernoulli, 42)`
        p.bump();
        sample_method(p);
        if p.eat(COMMA) {
            super::expr::expr(p);
        }
        p.close_paren();
    }
    sample_seed(p);
    m.complete(p, USING_SAMPLE_CLAUSE);
}

/// `WITH [RECURSIVE] a AS (…), b AS (…)`
pub(super) fn with_clause(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.keyword();
    if p.at(RECURSIVE_KW) && !p.nth_at(1, AS_KW) {
        p.bump();
    }
    loop {
        while p.at(JINJA_ISLAND) && !p.nth_at(1, AS_KW) {
            let clause = p.start();
            p.bump();
            clause.complete(p, JINJA_CLAUSE);
            p.eat(COMMA);
        }
        if p.at(SELECT_KW) || p.at(FROM_KW) {
            // A trailing comma.
            break;
        }
        while p.at(COMMA) {
            p.error_and_bump("expected a CTE before this comma");
        }
        if !cte(p) {
            break;
        }
        if p.eat(COMMA) {
            continue;
        }
        if p.at_name(0, NamePosition::TableAlias) && p.nth_at(1, AS_KW) {
            p.error("expected `,` between two CTEs");
            continue;
        }
        break;
    }
    m.complete(p, WITH_CLAUSE);
}

fn cte(p: &mut SqlParser<'_, '_>) -> bool {
    let m = p.start();
    if p.at_two(STRING, AS_KW) {
        // DuckDB
        super::name::alias_name(p);
    } else if p.at(AS_KW) {
        p.error("expected the name of the CTE before AS");
        if p.at_any_word(1)
            && matches!(p.nth(2), L_PAREN | NOT_KW | MATERIALIZED_KW)
            && !matches!(p.nth(1), NOT_KW | MATERIALIZED_KW)
        {
            // `AS a (…)`
            p.bump();
            name(p, "the name of a CTE");
        }
    } else if p.at(L_PAREN) && p.at_bracketed_query() && p.nth_before(0) == WITH_KW {
        p.error("expected the name of a CTE");
    } else if name(p, "the name of a CTE").is_none() {
        m.abandon(p);
        return false;
    }
    if p.at(L_PAREN) && !p.at_bracketed_query() {
        name_list(p, "a column name");
    }
    if p.at_two(USING_KW, KEY_KW) {
        let key = p.start();
        p.bump();
        p.bump();
        name_list(p, "a column name");
        key.complete(p, USING_KEY_CLAUSE);
    }
    p.mend_before_query(&[AS_KW]);
    if !p.eat_keyword(AS_KW) && !p.at(L_PAREN) {
        p.error("expected AS and a query in parentheses");
        if !(p.at(MATERIALIZED_KW) || p.at_two(NOT_KW, MATERIALIZED_KW)) {
            m.complete(p, CTE);
            return true;
        }
    }
    p.eat_keyword(NOT_KW);
    p.eat_keyword(MATERIALIZED_KW);
    if matches!(p.current(), NOT_KW | AS_KW) && p.nth_at(1, L_PAREN) {
        let message = format!("expected {} before MATERIALIZED", shown(p));
        p.error_and_bump(message);
    }
    if p.eat(L_PAREN) {
        query(p);
        close_query(p);
    } else {
        p.error("expected a query in parentheses");
        if p.at_two(SELECT_KW, L_PAREN) && !p.at_query(2) && !p.unmatched_closer_follows() {
            // The word and the parenthesis have changed places.
            p.error_and_bump("expected `(` before SELECT");
            p.bump();
            query(p);
            close_query(p);
        } else if p.at(SELECT_KW) && p.unmatched_closer_follows() {
            // Only the opening parenthesis is missing.
            p.closer_ends_query = true;
            query(p);
            p.closer_ends_query = false;
            p.eat_closed(R_PAREN);
        }
    }
    search_and_cycle(p);
    m.complete(p, CTE);
    true
}

fn search_and_cycle(p: &mut SqlParser<'_, '_>) {
    if p.at(SEARCH_KW) {
        let m = p.start();
        p.bump();
        p.eat_any(TokenSet::new(&[DEPTH_KW, BREADTH_KW]));
        p.eat(FIRST_KW);
        p.eat(BY_KW);
        names(p, "a column name");
        if p.eat(SET_KW) {
            name(p, "a column name");
        }
        m.complete(p, SEARCH_CLAUSE);
    }
    if p.at(CYCLE_KW) {
        let m = p.start();
        p.bump();
        names(p, "a column name");
        if p.eat(SET_KW) {
            name(p, "a column name");
        }
        if p.eat(TO_KW) {
            super::expr::expr(p);
        }
        if p.eat(DEFAULT_KW) {
            super::expr::expr(p);
        }
        if p.eat(USING_KW) {
            name(p, "a column name");
        }
        m.complete(p, CYCLE_CLAUSE);
    }
}
