//! One relation of a FROM clause and what may follow it.

use super::SqlParser;
use super::expr::{expr, expr_list, required_expr};
use super::from::{from_item, joins};
use super::function::{arg_list, function_call};
use super::name::{joint_to_previous, name, path, table_alias};
use super::pivot::{match_recognize, pivot_table, unpivot_table};
use super::primary::macro_reference;
use super::query::{at_query_continuation, close_query, query, query_from_operand, values_body};
use super::statement::shown;
use crate::parser::{CompletedMarker, TokenSet};
use crate::sql::dialect::NamePosition;
use crate::tree::SyntaxKind::*;

/// Whether a relation starts here.
pub(super) fn at_relation(p: &SqlParser<'_, '_>) -> bool {
    match p.current() {
        MINUS_KW if super::query::at_set_operator(p) => false,
        _ if p.at_rare_clause() => false,
        L_PAREN | STRING | AT_NAME | AT | JINJA_ISLAND | LATERAL_KW | VALUES_KW | PARAMETER => true,
        // LEFT(…) is no relation, but a name like `left` in quotes is.
        _ => p.at_name(0, NamePosition::TableName) || p.at_soft_name(0),
    }
}

/// One relation with alias, sample, time travel, pivots.
pub(super) fn relation(p: &mut SqlParser<'_, '_>) {
    let Some(mut factor) = factor(p) else {
        p.error("expected a table, a subquery or a table function");
        return;
    };
    loop {
        factor = match p.current() {
            PIVOT_KW if p.nth_at(1, L_PAREN) => pivot_table(p, factor),
            UNPIVOT_KW if matches!(p.nth(1), L_PAREN | INCLUDE_KW | EXCLUDE_KW) => unpivot_table(p, factor),
            MATCH_RECOGNIZE_KW if p.nth_at(1, L_PAREN) => match_recognize(p, factor),
            _ => break,
        };
    }
}

fn factor(p: &mut SqlParser<'_, '_>) -> Option<CompletedMarker> {
    match p.current() {
        L_PAREN => Some(bracketed(p)),
        STRING => {
            let m = p.start();
            p.bump();
            if p.at(L_PAREN) && !matches!(p.nth(2), COMMA | R_PAREN) {
                arg_list(p);
            }
            suffixes(p);
            Some(m.complete(p, FILE_TABLE))
        }
        AT_NAME if p.nth_at(1, L_PAREN) && p.nth_joint(0) => Some(macro_table(p)),
        AT_NAME | AT => Some(stage_table(p)),
        VALUES_KW => {
            let m = p.start();
            values_body(p);
            table_alias(p);
            Some(m.complete(p, VALUES_TABLE))
        }
        LATERAL_KW => Some(lateral(p)),
        TABLE_KW if p.nth_at(1, L_PAREN) => Some(table_of(p)),
        SUBSTRING_KW | SUBSTR_KW | EXTRACT_KW | TRIM_KW | POSITION_KW | OVERLAY_KW
            if p.nth_at(1, L_PAREN) =>
        {
            // Postgres and DuckDB take any function for a table, `substring(x FROM 1 FOR 2)` as well.
            let m = p.start();
            let word = p.current();
            if super::special_form::special_form(p, word).is_none() {
                return Some(named_rest(p, m));
            }
            suffixes(p);
            Some(m.complete(p, TABLE_FUNCTION))
        }
        ROWS_KW if p.nth_at(1, FROM_KW) && p.nth_at(2, L_PAREN) => {
            let m = p.start();
            p.bump();
            p.bump();
            p.bump();
            while p.at_any_word(0) {
                function_call(p);
                table_alias(p);
                if !p.eat(COMMA) {
                    break;
                }
            }
            p.close_paren();
            suffixes(p);
            Some(m.complete(p, TABLE_FUNCTION))
        }

        _ if p.at_name(0, NamePosition::TableName)
            || p.at_soft_name(0)
            || matches!(p.current(), JINJA_ISLAND | PARAMETER) =>
        {
            Some(named(p))
        }
        _ => None,
    }
}

/// A table's or a table function's name.
fn named(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    let m = p.start();
    if matches!(p.current(), ONLY_KW | STREAM_KW)
        && p.at_name(1, NamePosition::TableName)
        && !p.nth_at(1, AS_KW)
        && starts_relation_name(p)
    {
        p.bump();
    }
    named_rest(p, m)
}

/// Whether a relation's name follows the word in front of it, rather than the alias of a relation so called.
fn starts_relation_name(p: &SqlParser<'_, '_>) -> bool {
    p.at(ONLY_KW) || matches!(p.nth(2), L_PAREN | DOT)
}

fn named_rest(p: &mut SqlParser<'_, '_>, m: crate::parser::Marker) -> CompletedMarker {
    let name = path(p);
    if p.at(L_PAREN) {
        super::function::call_after_path(p, name);
        suffixes(p);
        return m.complete(p, TABLE_FUNCTION);
    }
    if p.at(STAR) && !p.at_name(1, NamePosition::TableAlias) {
        p.bump();
    }
    if matches!(p.current(), AT_NAME | AT) && joint_to_previous(p) {
        // `t@v1`, `t@20240101000000000`
        let travel = p.start();
        if p.at(AT) && p.nth_at(1, INT_NUMBER) {
            p.bump();
        }
        p.bump();
        travel.complete(p, TIME_TRAVEL);
    }
    suffixes(p);
    m.complete(p, TABLE_REF)
}

/// `LATERAL (query)`, `LATERAL f(x)`, `LATERAL TABLE(f(x))`
fn lateral(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    let m = p.start();
    p.bump();
    if p.at(L_PAREN) {
        derived(p, m)
    } else if p.at(TABLE_KW) && p.nth_at(1, L_PAREN) {
        table_of_rest(p, m)
    } else if p.at_any_word(0) {
        named_rest(p, m)
    } else {
        p.error("expected a subquery or a table function after LATERAL");
        m.complete(p, TABLE_FUNCTION)
    }
}

/// `TABLE(f(x))`, `TABLE(query)`, `TABLE('name')`
fn table_of(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    let m = p.start();
    table_of_rest(p, m)
}

fn table_of_rest(p: &mut SqlParser<'_, '_>, m: crate::parser::Marker) -> CompletedMarker {
    if p.at_query(2) {
        p.bump();
        return derived(p, m);
    }
    if (p.at_any_word(2) && matches!(p.nth(3), L_PAREN | DOT)) && !p.nth_at(3, R_PAREN) {
        p.bump();
        p.bump();
        function_call(p);
        if p.at(L_PAREN) {
            arg_list(p);
        }
        p.close_paren();
    } else {
        // `TABLE('name')`, `TABLE($1)`: a call like any other.
        let inner = p.start();
        p.bump_name();
        let name = inner.complete(p, PATH);
        super::function::call_after_path(p, name);
    }
    suffixes(p);
    m.complete(p, TABLE_FUNCTION)
}

/// `(query)` with a marker that began before it.
fn derived(p: &mut SqlParser<'_, '_>, m: crate::parser::Marker) -> CompletedMarker {
    if !p.enter() {
        p.too_deep();
        return m.complete(p, DERIVED_TABLE);
    }
    p.bump();
    query(p);
    close_query(p);
    p.leave();
    suffixes(p);
    m.complete(p, DERIVED_TABLE)
}

/// `(query)`, `(a JOIN b …)`, `((query) UNION (query))`
fn bracketed(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    let m = p.start();
    // A star or a quantifier begins the list of a query whose SELECT is missing.
    let holds_query = p.at_query(1) || matches!(p.nth(1), STAR | ALL_KW | DISTINCT_KW);
    if holds_query || (!p.nth_at(1, L_PAREN) && p.at_headless_in_parens()) {
        return derived(p, m);
    }
    if !p.enter() {
        p.too_deep();
        return m.complete(p, PAREN_TABLE);
    }
    p.bump();
    let start = p.checkpoint();
    let mut kind = PAREN_TABLE;
    if p.at(L_PAREN) && (p.at_bracketed_query() || at_damaged_operand(p)) {
        // A bracketed query or a relation in brackets: what follows it decides.
        let inner = bracketed_bare(p);
        let continues =
            at_query_continuation(p) || super::query::at_set_operator(p) || super::query::at_second_query(p);
        if inner.kind() == DERIVED_TABLE && continues {
            let mut operand = inner;
            operand.change_kind(p, PAREN_QUERY);
            query_from_operand(p, operand);
            kind = DERIVED_TABLE;
        } else if inner.kind() == DERIVED_TABLE && p.at(R_PAREN) {
            let mut operand = inner;
            operand.change_kind(p, PAREN_QUERY);
            operand.precede(p).complete(p, QUERY);
            kind = DERIVED_TABLE;
        } else {
            let outer = inner.precede(p);
            suffixes(p);
            let mut factor =
                outer.complete(p, if inner.kind() == DERIVED_TABLE { TOMBSTONE } else { PAREN_TABLE });
            if inner.kind() == DERIVED_TABLE {
                factor = inner;
            }
            let item = factor.precede(p);
            joins(p);
            item.complete(p, FROM_ITEM);
        }
    } else if at_relation(p) {
        from_item(p);
    } else {
        p.error("expected a query or a table in the parentheses");
    }
    while p.at(COMMA) && kind == PAREN_TABLE {
        p.bump();
        from_item(p);
    }
    if kind == PAREN_TABLE && p.back_to_headless_query(&start) {
        query(p);
        kind = DERIVED_TABLE;
    }
    if kind == DERIVED_TABLE {
        close_query(p);
    } else {
        if !p.at(R_PAREN) {
            p.error(format!("unexpected {} in the parentheses", shown(p)));
        }
        p.close_paren();
    }
    p.leave();
    suffixes(p);
    m.complete(p, kind)
}

/// Whether the parentheses here are a query whose SELECT is missing or misplaced.
fn at_damaged_operand(p: &SqlParser<'_, '_>) -> bool {
    p.is_operand_at(p.position()) || (!p.nth_at(1, L_PAREN) && p.at_headless_in_parens())
}

/// A bracketed query without the suffixes of a relation.
fn bracketed_bare(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    let m = p.start();
    if !p.enter() {
        p.too_deep();
        return m.complete(p, PAREN_TABLE);
    }
    p.bump();
    if p.at(L_PAREN) {
        let inner = bracketed_bare(p);
        if inner.kind() == DERIVED_TABLE {
            let mut operand = inner;
            operand.change_kind(p, PAREN_QUERY);
            query_from_operand(p, operand);
        }
    } else {
        query(p);
    }
    close_query(p);
    p.leave();
    m.complete(p, DERIVED_TABLE)
}

/// `@macro(…)`, `@var(schema).t`
fn macro_table(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    let m = p.start();
    macro_reference(p);
    while (p.at(DOT) && (p.at_any_word(1) || p.nth_at(1, AT_NAME)))
        || (p.at_any_word(0) && joint_to_previous(p))
    {
        p.eat(DOT);
        if p.at(AT_NAME) {
            macro_reference(p);
        } else {
            p.bump_name();
        }
    }
    suffixes(p);
    m.complete(p, MACRO_TABLE)
}

/// `@stage/path/file.csv (FILE_FORMAT => …)`
fn stage_table(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    let m = p.start();
    let stage = p.start();
    p.bump();
    while !p.at_end() && joint_to_previous(p) && !matches!(p.current(), L_PAREN | R_PAREN | COMMA | SEMICOLON)
    {
        p.bump();
    }
    stage.complete(p, STAGE_PATH);
    if p.at(L_PAREN) {
        arg_list(p);
    }
    suffixes(p);
    m.complete(p, STAGE_TABLE)
}

/// Alias, sample, time travel, ordinality: in any order, as the dialects differ.
fn suffixes(p: &mut SqlParser<'_, '_>) {
    let mut has_alias = false;
    loop {
        match p.current() {
            TABLESAMPLE_KW => sample(p),
            SAMPLE_KW if matches!(p.nth(1), L_PAREN) || (p.at_any_word(1) && p.nth_at(2, L_PAREN)) => {
                sample(p)
            }
            FOR_KW
                if matches!(p.nth(1), SYSTEM_TIME_KW | SYSTEM_VERSION_KW | VERSION_KW | TIMESTAMP_KW)
                    || (p.nth_at(2, TIME_KW) && p.nth_at(3, AS_KW)) =>
            {
                time_travel(p);
            }
            TIMESTAMP_KW | VERSION_KW | SYSTEM_TIME_KW | SYSTEM_VERSION_KW
                if p.nth_at(1, AS_KW) && p.nth_at(2, OF_KW) =>
            {
                time_travel(p);
            }
            AT_KW | BEFORE_KW | CHANGES_KW | END_KW if p.nth_at(1, L_PAREN) => time_travel(p),
            PARTITION_KW if p.nth_at(1, L_PAREN) => {
                let m = p.start();
                p.bump();
                p.bump();
                expr_list(p, R_PAREN);
                p.close_paren();
                m.complete(p, PARTITION_SELECTOR);
            }
            WITH_KW if p.nth_at(1, OFFSET_KW) => with_offset(p),
            WITH_KW if p.nth_at(1, ORDINALITY_KW) => {
                let m = p.start();
                p.bump();
                p.bump();
                m.complete(p, WITH_ORDINALITY);
            }
            WITH_KW if p.nth_at(1, L_PAREN) => {
                let m = p.start();
                p.bump();
                p.bump();
                expr_list(p, R_PAREN);
                p.close_paren();
                m.complete(p, TABLE_HINTS);
            }
            L_PAREN if !has_alias && p.at_any_word(1) && matches!(p.nth(2), COMMA | R_PAREN) => {
                // `(VALUES (1, 2)) (a, b)`
                let m = p.start();
                super::name::column_alias_list(p);
                m.complete(p, ALIAS);
                has_alias = true;
            }
            _ if !has_alias => {
                let before = p.position();
                table_alias(p);
                if p.position() == before {
                    return;
                }
                has_alias = true;
            }
            _ => return,
        }
    }
}

fn with_offset(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.bump();
    p.bump();
    if p.eat(AS_KW) || p.at_name(0, NamePosition::TableAlias) {
        name(p, "a name for the offset");
    }
    m.complete(p, WITH_OFFSET);
}

/// `TABLESAMPLE BERNOULLI (10 PERCENT) REPEATABLE (1)`, `SAMPLE (10)`
pub(super) fn sample(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.bump();
    if p.at_any_word(0) {
        sample_method(p);
    }
    if p.at(L_PAREN) {
        p.bump();
        sample_size(p);
        p.close_paren();
    } else {
        sample_size(p);
    }
    sample_seed(p);
    m.complete(p, SAMPLE_CLAUSE);
}

pub(super) fn sample_method(p: &mut SqlParser<'_, '_>) {
    if p.at_any_word(0) {
        p.bump_name();
    }
}

/// `10`, `10%`, `10 PERCENT`, `5 ROWS`, `BUCKET 1 OUT OF 4`
pub(super) fn sample_size(p: &mut SqlParser<'_, '_>) {
    if matches!(p.current(), INT_NUMBER | FLOAT_NUMBER) {
        let m = p.start();
        p.bump();
        m.complete(p, LITERAL);
        if p.at(IDENT) {
            // A number of bytes: `100 M`.
            p.bump();
        }
    } else if p.at_any_word(0) && p.nth_at(1, INT_NUMBER) {
        while (p.at_any_word(0) && !p.at(ON_KW)) || p.at(INT_NUMBER) {
            if p.at(INT_NUMBER) {
                p.bump();
            } else {
                p.bump_name();
            }
        }
        if p.eat(ON_KW) {
            required_expr(p, "an expression");
        }
    } else {
        required_expr(p, "a sample size");
    }
    p.eat_any(TokenSet::new(&[PERCENT, PERCENT_KW, ROWS_KW]));
}

pub(super) fn sample_seed(p: &mut SqlParser<'_, '_>) {
    if matches!(p.current(), REPEATABLE_KW | SEED_KW) && p.nth_at(1, L_PAREN) {
        let m = p.start();
        p.bump();
        p.bump();
        required_expr(p, "a number");
        p.close_paren();
        m.complete(p, SAMPLE_SEED);
    }
}

fn time_travel(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.eat(FOR_KW);
    if p.nth_at(1, TIME_KW) {
        // `FOR SYSTEM TIME AS OF`
        p.bump_name();
    }
    p.bump();
    if p.at(L_PAREN) {
        arg_list(p);
    } else {
        p.expect(AS_KW);
        p.expect(OF_KW);
        expr(p);
    }
    m.complete(p, TIME_TRAVEL);
}
