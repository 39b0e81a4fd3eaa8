//! SELECT bodies: the select list and the clauses.

use super::SqlParser;
use super::expr::{at_expr, expr, expr_list, required_expr};
use super::from::{from_clause, lateral_view};
use super::group_order::group_by_clause;
use super::name::{column_alias, name, path};
use super::statement::shown;
use super::window::window_clause;
use super::words::{QUERY_END, RECOVERY};
use crate::parser::CompletedMarker;
use crate::sql::dialect::DialectKind;
use crate::tree::SyntaxKind::{self, *};

/// `SELECT … [FROM …] [WHERE …] …`, or FROM first.
pub(super) fn select(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    if !p.enter() {
        return p.too_deep();
    }
    let m = p.start();
    if p.at(FROM_KW) {
        from_clause(p);
    }
    if p.at(SELECT_KW) {
        select_clause(p);
    }
    clauses(p);
    p.leave();
    m.complete(p, SELECT)
}

/// A SELECT body whose SELECT is missing.
pub(super) fn headless_select(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    if !p.enter() {
        return p.too_deep();
    }
    let m = p.start();
    p.error(format!("expected SELECT before {}", shown(p)));
    let list = p.start();
    select_head(p);
    select_items(p);
    list.complete(p, SELECT_CLAUSE);
    clauses(p);
    p.leave();
    m.complete(p, SELECT)
}

/// The clauses after the select list.
fn clauses(p: &mut SqlParser<'_, '_>) {
    let mut last = (SelectRank::Start, "");
    loop {
        let Some(rank) = clause_rank(p) else {
            if recover_clause(p) {
                continue;
            }
            break;
        };
        let word = p.current().fixed_text().unwrap_or_default();
        let repeats = matches!(rank, SelectRank::LateralView | SelectRank::ConnectBy | SelectRank::Last);
        if rank == last.0 && !repeats {
            p.error(format!("there is a {} clause already", clause_name(word)));
        } else if rank < last.0 {
            wrong_order(p, word, &clause_name(last.1));
        } else {
            last = (rank, word);
        }
        clause(p);
    }
}

/// Says that a clause stands after another one that it belongs in front of.
pub(super) fn wrong_order(p: &mut SqlParser<'_, '_>, word: &str, last: &str) {
    p.error(format!("{} must stand before {last}", clause_name(word)));
    p.help("the order is FROM, WHERE, GROUP BY, HAVING, QUALIFY, ORDER BY, LIMIT");
}

/// A clause as messages name it.
fn clause_name(word: &str) -> String {
    match word {
        "GROUP" | "ORDER" | "CONNECT" => format!("{word} BY"),
        "START" => "START WITH".to_owned(),
        "LATERAL" => "LATERAL VIEW".to_owned(),
        _ => word.to_owned(),
    }
}

/// Where a clause stands among the clauses of a SELECT body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum SelectRank {
    Start,
    Into,
    From,
    LateralView,
    Where,
    ConnectBy,
    GroupBy,
    Having,
    Last,
}

fn clause_rank(p: &SqlParser<'_, '_>) -> Option<SelectRank> {
    Some(match p.current() {
        INTO_KW => SelectRank::Into,
        FROM_KW => SelectRank::From,
        LATERAL_KW if p.nth_at(1, VIEW_KW) => SelectRank::LateralView,
        WHERE_KW => SelectRank::Where,
        START_KW | WITH_KW if p.at_start_with() => SelectRank::ConnectBy,
        CONNECT_KW if p.nth_at(1, BY_KW) => SelectRank::ConnectBy,
        GROUP_KW => SelectRank::GroupBy,
        HAVING_KW => SelectRank::Having,
        QUALIFY_KW | WINDOW_KW => SelectRank::Last,
        USING_KW if p.nth_at(1, SAMPLE_KW) => SelectRank::Last,
        _ => return None,
    })
}

/// One clause of a SELECT body.
pub(super) fn clause(p: &mut SqlParser<'_, '_>) {
    match p.current() {
        INTO_KW => {
            let m = p.start();
            p.bump();
            while p.at_any_word(0) && p.at_any_word(1) && !p.nth_at(1, FROM_KW) {
                // `INTO TEMP TABLE t`
                p.bump_name();
            }
            p.eat(COLON);
            if p.at_any_word(0) {
                path(p);
            }
            m.complete(p, INTO_CLAUSE);
        }
        FROM_KW => from_clause(p),
        LATERAL_KW => lateral_view(p),
        WHERE_KW => condition_clause(p, WHERE_CLAUSE),
        HAVING_KW => condition_clause(p, HAVING_CLAUSE),
        QUALIFY_KW => condition_clause(p, QUALIFY_CLAUSE),
        GROUP_KW => group_by_clause(p),
        WINDOW_KW => window_clause(p),
        USING_KW => super::query::using_sample(p),
        START_KW | CONNECT_KW | WITH_KW => connect_by_clause(p),
        _ => p.error_and_bump("expected a clause"),
    }
}

/// `START WITH …`, `CONNECT BY [NOCYCLE] …`
fn connect_by_clause(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    match p.current() {
        WITH_KW => {
            p.error("expected START before WITH");
            p.keyword();
            p.eat(START_KW);
        }
        START_KW => {
            p.keyword();
            if !p.eat_keyword(WITH_KW) {
                p.error("expected WITH after START");
            }
        }
        _ => {
            p.keyword();
            p.eat_keyword(BY_KW);
        }
    }
    p.eat(NOCYCLE_KW);
    required_expr(p, "a condition");
    m.complete(p, CONNECT_BY_CLAUSE);
}

fn condition_clause(p: &mut SqlParser<'_, '_>, kind: SyntaxKind) {
    let m = p.start();
    p.keyword();
    required_expr(p, "a condition");
    m.complete(p, kind);
}

/// Skips what stands between two clauses and belongs to neither. `false` where the body ends.
fn recover_clause(p: &mut SqlParser<'_, '_>) -> bool {
    let kind = p.current();
    let ends = (RECOVERY.contains(kind) && !p.at_star_except())
        || super::query::at_query_continuation(p)
        || p.at_two(OFFSET_KW, EOF)
        || matches!(kind, MINUS_KW | FOR_KW | USING_KW | JINJA_ISLAND | WITH_KW | COMMA)
        || super::name::at_clause_pair(p)
        || super::query::at_set_operator(p);
    if p.mend_clause() {
        return true;
    }
    if p.at_unmatched_paren() {
        p.error_and_bump("this `)` closes nothing");
        return true;
    }
    if ends && !(kind == COMMA && clause_follows(p)) {
        return false;
    }
    p.error(format!("unexpected {}", shown(p)));
    p.skip_to_clause(false);
    clause_rank(p).is_some()
}

/// Whether a clause of this body comes before its end.
fn clause_follows(p: &SqlParser<'_, '_>) -> bool {
    for n in 1..64 {
        match p.nth(n) {
            WHERE_KW | GROUP_KW | HAVING_KW | QUALIFY_KW | ORDER_KW | LIMIT_KW => return true,
            kind if QUERY_END.contains(kind) || kind == SELECT_KW => return false,
            _ => {}
        }
    }
    false
}

/// `SELECT [DISTINCT] items`
pub(super) fn select_clause(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.keyword();
    select_head(p);
    select_items(p);
    m.complete(p, SELECT_CLAUSE);
}

/// What may stand between SELECT and the first item.
fn select_head(p: &mut SqlParser<'_, '_>) {
    quantifier(p);
    if p.at(TOP_KW) && at_top(p) {
        let top = p.start();
        p.bump();
        if p.at(L_PAREN) {
            super::primary::primary(p);
        } else {
            p.with_colon(true, |p| super::primary::primary(p));
        }
        p.eat(PERCENT_KW);
        if p.at(WITH_KW) && p.nth_at(1, TIES_KW) {
            p.bump();
            p.bump();
        }
        top.complete(p, TOP_CLAUSE);
        quantifier(p);
    }
    if p.at(AS_KW) {
        let select_as = p.start();
        p.bump();
        if matches!(p.current(), STRUCT_KW | VALUE_KW) {
            p.bump();
        } else if !matches!(p.dialect.kind, DialectKind::BigQuery | DialectKind::Permissive) {
            p.error("expected a column or an expression before AS");
        } else if p.at_any_word(0) {
            path(p);
        }
        select_as.complete(p, SELECT_AS);
    }
}

fn quantifier(p: &mut SqlParser<'_, '_>) {
    if p.at(ALL_KW) && !matches!(p.nth(1), DOT) {
        p.bump();
    } else if p.eat_keyword(DISTINCT_KW) && p.at(ON_KW) {
        let on = p.start();
        p.bump();
        p.expect(L_PAREN);
        expr_list(p, R_PAREN);
        p.close_paren();
        on.complete(p, DISTINCT_ON);
    }
}

fn at_top(p: &SqlParser<'_, '_>) -> bool {
    match p.nth(1) {
        INT_NUMBER | PARAMETER => true,
        L_PAREN => {
            p.nth_at(2, INT_NUMBER) && p.nth_at(3, R_PAREN) && !matches!(p.nth(4), COMMA | FROM_KW | EOF)
        }
        _ => false,
    }
}

/// Items separated by commas; a comma may stand after the last one.
pub(super) fn select_items(p: &mut SqlParser<'_, '_>) {
    if !at_select_item(p) && !p.at(COMMA) {
        if !(p.dialect.empty_select_list && matches!(p.current(), FROM_KW | EOF | R_PAREN | SEMICOLON)) {
            p.error("expected a column or an expression");
        }
        if !stray_before_item(p) {
            return;
        }
    }
    loop {
        if p.at(COMMA) {
            let empty = p.start();
            p.error("expected a column or an expression before this comma");
            empty.complete(p, SELECT_ITEM);
        } else {
            select_item(p);
        }
        if p.at(COMMA) {
            p.bump();
            if !at_select_item(p) && !p.at(COMMA) {
                if stray_before_item(p) {
                    continue;
                }
                after_last_comma(p);
                break;
            }
            continue;
        }
        if !recover_item(p) {
            break;
        }
    }
}

/// After a comma: skips what starts no item, up to the next comma or clause. `true` if an item or a comma
/// follows.
fn stray_before_item(p: &mut SqlParser<'_, '_>) -> bool {
    let is_item = p.at_star_except() || p.at_stray_from() || p.at_clause_word_as_item() || p.at_union_type();
    let ends = p.at_set(RECOVERY) && !is_item
        || p.at_rare_clause()
        || p.at_two(OFFSET_KW, INT_NUMBER)
        || matches!(p.current(), INTO_KW | JINJA_ISLAND | LATERAL_KW | USING_KW | FOR_KW | WITH_KW)
        || super::from::at_join(p);
    if ends {
        return false;
    }
    p.error(format!("expected a column or an expression, found {}", shown(p)));
    p.skip_to_clause(true);
    p.at(COMMA) && {
        p.bump();
        at_select_item(p) || p.at(COMMA)
    }
}

/// A comma before FROM is fine in most dialects; at the end of the text the next item is missing.
fn after_last_comma(p: &mut SqlParser<'_, '_>) {
    if p.dialect.trailing_commas {
        return;
    }
    if matches!(p.current(), FROM_KW | INTO_KW | WHERE_KW | GROUP_KW | ORDER_KW | QUALIFY_KW)
        || p.at(JINJA_ISLAND)
    {
        return;
    }
    let empty = p.start();
    p.error("expected a column or an expression after the comma");
    empty.complete(p, SELECT_ITEM);
}

/// After an item that neither a comma nor a clause follows: `true` when another item stands here.
fn recover_item(p: &mut SqlParser<'_, '_>) -> bool {
    if p.at_unmatched_paren() {
        p.error_and_bump("this `)` closes nothing");
        return p.at(COMMA) && {
            p.bump();
            at_select_item(p)
        };
    }
    let kind = p.current();
    let is_item = p.at_star_except() || p.at_stray_from() || p.at_clause_word_as_item() || p.at_union_type();
    if !is_item
        && (RECOVERY.contains(kind)
            || kind == JINJA_ISLAND
            || p.at_rare_clause()
            || super::name::at_clause_pair(p)
                && !matches!(kind, AT_KW | SORT_KW | CLUSTER_KW | DISTRIBUTE_KW)
            || super::query::at_query_continuation(p)
            || super::query::at_set_operator(p)
            || p.at_two(OFFSET_KW, EOF))
    {
        return false;
    }
    if p.at_misspelt_clause(&[FROM_KW]) {
        return false;
    }
    if at_select_item(p) && kind != STAR && !matches!(kind, FOR_KW | USING_KW | MINUS_KW) {
        p.error(format!("expected `,` or FROM before {}", shown(p)));
        return true;
    }
    if matches!(
        kind,
        INTO_KW | LATERAL_KW | FOR_KW | WITH_KW | MINUS_KW | LEFT_KW | FULL_KW | INNER_KW | ON_KW
    ) {
        return false;
    }
    if kind == AS_KW {
        p.error("this expression has an alias already");
    } else {
        p.error(format!("unexpected {} in the select list", shown(p)));
    }
    p.skip_to_clause(true);
    if p.at(COMMA) {
        p.bump();
        return at_select_item(p);
    }
    false
}

fn at_select_item(p: &SqlParser<'_, '_>) -> bool {
    at_expr(p) && !p.at_two(OFFSET_KW, INT_NUMBER) && !p.at_rare_clause()
}

/// `[alias:] expr [AS alias]`
pub(super) fn select_item(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    if at_prefix_alias(p) {
        prefix_alias(p);
    }
    expr(p);
    column_alias(p);
    if super::function::at_row_format(p) {
        super::function::row_format(p);
    }
    m.complete(p, SELECT_ITEM);
}

/// DuckDB's `name: expr`; where colons start JSON paths, only with a blank after the colon.
pub(super) fn at_prefix_alias(p: &SqlParser<'_, '_>) -> bool {
    p.nth_at(1, COLON)
        && matches!(p.current(), IDENT | QUOTED_IDENT)
        && (!p.dialect.colon_paths || (p.dialect.prefix_aliases && !p.nth_joint(1)))
        && !p.colon_separates
}

pub(super) fn prefix_alias(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    name(p, "an alias");
    p.bump();
    m.complete(p, PREFIX_ALIAS);
}

/// `*` and what may follow it. The qualifier, if any, is complete already.
pub(super) fn star(p: &mut SqlParser<'_, '_>, qualifier: Option<CompletedMarker>) -> CompletedMarker {
    let m = match qualifier {
        Some(qualifier) => {
            let m = qualifier.precede(p);
            p.bump();
            m
        }
        None => p.start(),
    };
    if p.at(STAR_STAR) {
        p.bump();
    } else if !at_moved_star(p) {
        p.expect(STAR);
    }
    loop {
        match p.current() {
            EXCLUDE_KW => star_exclude(p),
            EXCEPT_KW if p.nth_at(1, L_PAREN) && !p.at_query(2) && !p.nth_at(2, L_PAREN) => star_exclude(p),
            EXCEPT_KW if p.nth_at(1, EXCEPT_KW) && p.nth_at(2, L_PAREN) => star_exclude(p),
            EXCEPT_KW if matches!(p.nth(1), IDENT | QUOTED_IDENT) => star_exclude(p),
            L_PAREN if at_unnamed_exclude(p) => star_exclude(p),
            REPLACE_KW => star_replace(p),
            RENAME_KW => star_rename(p),
            LIKE_KW | ILIKE_KW | GLOB_KW | SIMILAR_KW | RLIKE_KW | REGEXP_KW => star_like(p),
            NOT_KW
                if matches!(p.nth(1), LIKE_KW | ILIKE_KW | GLOB_KW | SIMILAR_KW | RLIKE_KW | REGEXP_KW) =>
            {
                star_like(p)
            }
            _ => break,
        }
    }
    m.complete(p, STAR_EXPR)
}

/// Whether what follows the star of a select list stands here, and the star in front of SELECT.
pub(super) fn at_moved_star(p: &SqlParser<'_, '_>) -> bool {
    matches!(p.current(), EXCLUDE_KW | REPLACE_KW | RENAME_KW)
        && p.nth_before(0) == SELECT_KW
        && p.kind_before_previous() == STAR
}

/// Whether columns in parentheses stand here whose EXCEPT or EXCLUDE is missing or stands behind the parenthesis.
fn at_unnamed_exclude(p: &SqlParser<'_, '_>) -> bool {
    matches!(p.nth(1), EXCEPT_KW | EXCLUDE_KW) && p.at_any_word(2)
        || p.at_any_word(1) && matches!(p.nth(2), COMMA | R_PAREN)
}

fn star_exclude(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    let bracket = if p.at(L_PAREN) {
        p.error("expected EXCEPT or EXCLUDE before `(`");
        p.bump();
        p.eat_any(crate::parser::TokenSet::new(&[EXCEPT_KW, EXCLUDE_KW]));
        true
    } else {
        p.keyword();
        p.eat(L_PAREN)
    };
    loop {
        if !column_ref(p) {
            break;
        }
        if !bracket && p.at_two(L_PAREN, COMMA) {
            p.error("expected `(` before the columns");
            let skipped = p.start();
            p.bump_balanced();
            skipped.complete(p, ERROR_NODE);
        }
        if !bracket || !p.eat(COMMA) || p.at(R_PAREN) {
            break;
        }
    }
    if bracket {
        p.close_paren();
    }
    m.complete(p, STAR_EXCLUDE);
}

fn column_ref(p: &mut SqlParser<'_, '_>) -> bool {
    if !(p.at_any_word(0) || p.at(JINJA_ISLAND)) || (RECOVERY.contains(p.current())) {
        p.error("expected a column name");
        return false;
    }
    let m = p.start();
    super::name::path_segments(p, false);
    m.complete(p, COLUMN_REF);
    true
}

fn star_replace(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.bump();
    let bracket = p.eat(L_PAREN);
    loop {
        let item = p.start();
        required_expr(p, "an expression");
        if p.eat(AS_KW) || p.at_any_word(0) && !RECOVERY.contains(p.current()) {
            name(p, "the column to replace");
        } else {
            p.error("expected AS and the column to replace");
        }
        item.complete(p, STAR_REPLACE_ITEM);
        if !bracket || !p.eat(COMMA) || p.at(R_PAREN) {
            break;
        }
    }
    if bracket {
        p.close_paren();
    }
    m.complete(p, STAR_REPLACE);
}

fn star_rename(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.bump();
    let bracket = p.eat(L_PAREN);
    loop {
        let item = p.start();
        if !column_ref(p) {
            item.abandon(p);
            break;
        }
        if p.expect(AS_KW) {
            name(p, "the new name");
        }
        item.complete(p, STAR_RENAME_ITEM);
        if !bracket || !p.eat(COMMA) || p.at(R_PAREN) {
            break;
        }
    }
    if bracket {
        p.close_paren();
    }
    m.complete(p, STAR_RENAME);
}

fn star_like(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.eat(NOT_KW);
    p.bump();
    p.eat(TO_KW);
    super::primary::primary(p);
    m.complete(p, STAR_LIKE);
}
