//! FROM: relations and joins.

use super::SqlParser;
use super::expr::required_expr;
use super::name::{name, name_list, names, table_alias};
use super::relation::{at_relation, relation};
use super::select::{at_prefix_alias, prefix_alias};
use super::statement::shown;
use super::words::RECOVERY;
use crate::parser::TokenSet;
use crate::tree::SyntaxKind::*;

/// `FROM a, b JOIN c ON …`
pub(super) fn from_clause(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.keyword();
    loop {
        if at_relation(p) {
            from_item(p);
        } else {
            p.error("expected a table, a subquery or a table function");
            if !p.at(COMMA) && !at_join(p) {
                break;
            }
        }
        while at_join(p) {
            // A join whose left side is missing.
            join(p);
        }
        if p.at(JINJA_ISLAND) && !p.nth_at(1, DOT) {
            let clause = p.start();
            p.bump();
            clause.complete(p, JINJA_CLAUSE);
        }
        if p.at(COMMA) {
            p.bump();
            if !at_relation(p) && RECOVERY.contains(p.current()) {
                if !p.dialect.trailing_commas
                    && !matches!(p.current(), WHERE_KW | GROUP_KW | SELECT_KW | ORDER_KW | R_PAREN)
                {
                    p.error("expected a table after the comma");
                }
                break;
            }
            continue;
        }
        break;
    }
    m.complete(p, FROM_CLAUSE);
}

/// A relation and the joins after it.
pub(super) fn from_item(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    if at_prefix_alias(p) {
        prefix_alias(p);
    }
    relation(p);
    if p.at(TABLESAMPLE_KW) {
        // After a pivot.
        super::relation::sample(p);
    }
    joins(p);
    m.complete(p, FROM_ITEM);
}

/// Any number of joins.
pub(super) fn joins(p: &mut SqlParser<'_, '_>) {
    loop {
        if at_join(p) || (p.at(IDENT) && p.at_misspelt_clause(&[JOIN_KW]) && p.mend(&[JOIN_KW])) {
            join(p);
        } else if at_stray_on(p) {
            let m = p.start();
            p.error(format!("unexpected {}: the join before it has its condition", shown(p)));
            constraint(p);
            m.complete(p, ERROR_NODE);
        } else {
            break;
        }
    }
}

fn at_stray_on(p: &SqlParser<'_, '_>) -> bool {
    p.at(ON_KW) || (p.at(USING_KW) && p.nth_at(1, L_PAREN))
}

const JOIN_FOLLOWS: TokenSet =
    TokenSet::new(&[JOIN_KW, LEFT_KW, RIGHT_KW, FULL_KW, INNER_KW, OUTER_KW, SEMI_KW, ANTI_KW]);

/// Whether a join starts here.
pub(super) fn at_join(p: &SqlParser<'_, '_>) -> bool {
    match p.current() {
        JOIN_KW | STRAIGHT_JOIN_KW => true,
        RIGHT_KW | NATURAL_KW | CROSS_KW => true,
        LEFT_KW | FULL_KW | INNER_KW => {
            let operator = if p.nth_at(1, OUTER_KW) { 2 } else { 1 };
            !matches!(p.nth(operator), UNION_KW | INTERSECT_KW | EXCEPT_KW) && !p.at_damaged_operator()
        }
        ASOF_KW | SEMI_KW | ANTI_KW | POSITIONAL_KW | GLOBAL_KW => p.nth_in(1, JOIN_FOLLOWS),
        DIRECTED_KW => p.nth_at(1, JOIN_KW),
        OUTER_KW => matches!(p.nth(1), APPLY_KW | JOIN_KW),
        _ => false,
    }
}

/// One join with its right side and its condition.
pub(super) fn join(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    let mut unconditional = join_words(p);
    // Snowflake's directed joins and hints in brackets stand nowhere else.
    unconditional |= p.at(LATERAL_KW);
    if at_relation(p) {
        if at_prefix_alias(p) {
            prefix_alias(p);
        }
        relation(p);
    } else {
        p.error("expected a table to join");
    }
    unconditional |= p.at(MATCH_CONDITION_KW);
    if p.at(MATCH_CONDITION_KW) {
        let condition = p.start();
        p.bump();
        required_expr(p, "a condition in parentheses");
        condition.complete(p, MATCH_CONDITION);
    }
    let open = !(p.at(ON_KW) || p.at(USING_KW));
    if open && at_join(p) && p.nth_at(1, JOIN_KW) | p.at(JOIN_KW) && deferred_condition(p) {
        // `a JOIN b JOIN c ON … ON …`: the inner join comes first.
        join(p);
    }
    let conditional = !unconditional && open && !p.at(ON_KW) && !p.at(USING_KW);
    if conditional && p.has_standard_grammar() && !at_join(p) {
        p.error_after_previous("expected ON or USING and the condition of the join");
    }
    constraint(p);
    m.complete(p, JOIN);
}

/// The words of a join. `true` if they make one without a condition.
fn join_words(p: &mut SqlParser<'_, '_>) -> bool {
    const WORDS: TokenSet = TokenSet::new(&[
        NATURAL_KW,
        GLOBAL_KW,
        ASOF_KW,
        POSITIONAL_KW,
        LEFT_KW,
        RIGHT_KW,
        FULL_KW,
        INNER_KW,
        CROSS_KW,
        OUTER_KW,
        SEMI_KW,
        ANTI_KW,
        DIRECTED_KW,
    ]);
    const SIDES: TokenSet = TokenSet::new(&[LEFT_KW, RIGHT_KW, FULL_KW, INNER_KW, CROSS_KW]);
    let mut has_side = false;
    let mut unconditional = false;
    while p.at_set(WORDS) {
        unconditional |= matches!(p.current(), NATURAL_KW | CROSS_KW | POSITIONAL_KW);
        if p.at_set(SIDES) && std::mem::replace(&mut has_side, true) {
            p.error(format!("unexpected {}: the join has its side already", shown(p)));
        }
        p.keyword();
    }
    if p.at(IDENT) && matches!(p.nth(1), IDENT | QUOTED_IDENT | L_PAREN) {
        p.mend(&[JOIN_KW]);
    }
    unconditional |= matches!(p.current(), APPLY_KW | STRAIGHT_JOIN_KW);
    if !(p.eat_keyword(JOIN_KW) || p.eat(APPLY_KW) || p.eat(STRAIGHT_JOIN_KW)) {
        p.error("expected JOIN");
    }
    unconditional
}

/// Whether two conditions follow the next relation, so that the second one belongs to this join.
fn deferred_condition(p: &SqlParser<'_, '_>) -> bool {
    let mut depth = 0u32;
    let mut joins = 0u32;
    let mut conditions = 0u32;
    for n in 0..400 {
        match p.nth(n) {
            L_PAREN => depth += 1,
            R_PAREN if depth == 0 => break,
            R_PAREN => depth -= 1,
            EOF | SEMICOLON => break,
            WHERE_KW | GROUP_KW | ORDER_KW | LIMIT_KW | SELECT_KW | COMMA | CROSS_KW | NATURAL_KW
                if depth == 0 =>
            {
                break;
            }
            JOIN_KW if depth == 0 => joins += 1,
            ON_KW | USING_KW if depth == 0 => {
                conditions += 1;
                if conditions > joins {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

fn constraint(p: &mut SqlParser<'_, '_>) {
    if p.at(ON_KW) {
        let on = p.start();
        p.keyword();
        required_expr(p, "a join condition");
        on.complete(p, ON_CLAUSE);
    } else if p.at(USING_KW) && !p.nth_at(1, SAMPLE_KW) {
        let using = p.start();
        p.bump();
        if p.at(L_PAREN) {
            if p.at_any_word(1) && p.nth_at(2, DOT) {
                qualified_names(p);
            } else {
                name_list(p, "a column name");
            }
            if p.at(AS_KW) {
                table_alias(p);
            }
        } else {
            p.error("expected column names in parentheses");
        }
        using.complete(p, USING_CLAUSE);
    }
}

/// Snowflake's `USING (t.a, t.b)`
fn qualified_names(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.bump();
    loop {
        if p.at_any_word(0) && p.nth_at(1, DOT) {
            let qualifier = p.start();
            p.bump_name();
            qualifier.complete(p, PATH);
            p.bump();
        }
        if name(p, "a column name").is_none() || !p.eat(COMMA) {
            break;
        }
    }
    p.close_paren();
    m.complete(p, NAME_LIST);
}

/// Databricks' `LATERAL VIEW [OUTER] explode(x) t AS a, b`
pub(super) fn lateral_view(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.bump();
    p.bump();
    p.eat(OUTER_KW);
    if p.at_any_word(0) && !p.at_set(RECOVERY) {
        super::function::function_call(p);
    } else {
        p.error("expected a table function");
    }
    if !p.at(AS_KW) && p.at_any_word(0) && !RECOVERY.contains(p.current()) && !at_join(p) && !p.at(LATERAL_KW)
    {
        name(p, "the name of the view");
    }
    let columns = p.at_any_word(0) && !RECOVERY.contains(p.current()) && !at_join(p) && !p.at(LATERAL_KW);
    if p.eat(AS_KW) || columns {
        if p.at_rare_clause() {
            p.error("expected a column name");
        } else {
            names(p, "a column name");
        }
    }
    m.complete(p, LATERAL_VIEW);
}
