//! Expressions: the Pratt loop. Chains of one level are one flat node.

use super::SqlParser;
use super::name::name;
use super::primary::{primary, type_follows_cast};
use super::statement::shown;
use super::words::{EXPR_START_SIGNS, EXPR_START_WORDS, RECOVERY};
use crate::parser::{CompletedMarker, TokenSet};
use crate::sql::dialect::{Level, NamePosition};
use crate::tree::SyntaxKind::{self, *};

/// Whether an expression starts here.
pub(super) fn at_expr(p: &SqlParser<'_, '_>) -> bool {
    nth_at_expr(p, 0)
}

pub(super) fn nth_at_expr(p: &SqlParser<'_, '_>, n: usize) -> bool {
    let kind = p.nth(n);
    if EXPR_START_SIGNS.contains(kind) || EXPR_START_WORDS.contains(kind) {
        return true;
    }
    if matches!(kind, LEFT_KW | RIGHT_KW) && is_side_column(p.nth(n + 1)) {
        return true;
    }
    kind.is_keyword()
        && (!p.dialect.is_reserved(NamePosition::Expression, kind)
            || (p.nth_at(n + 1, L_PAREN) && !p.dialect.is_reserved(NamePosition::FunctionName, kind))
            || p.at_soft_name(n))
}

/// What follows LEFT or RIGHT where it is a column and not the side of a join.
fn is_side_column(next: SyntaxKind) -> bool {
    matches!(
        next,
        COMMA
            | R_PAREN
            | DOT
            | IS_KW
            | AS_KW
            | FROM_KW
            | ARROW
            | EQ
            | LT
            | GT
            | LT_EQ
            | GT_EQ
            | PLUS
            | MINUS
            | STAR
            | SLASH
            | AND_KW
            | OR_KW
            | THEN_KW
            | ELSE_KW
            | WHEN_KW
            | END_KW
    )
}

/// An expression, if one stands here; an error if not.
pub(super) fn expr(p: &mut SqlParser<'_, '_>) -> Option<CompletedMarker> {
    expr_at(p, Level::LOWEST)
}

/// The same with a word for what is missing.
pub(super) fn required_expr(p: &mut SqlParser<'_, '_>, what: &str) {
    if at_expr(p) {
        expr(p);
    } else {
        p.error(format!("expected {what}"));
        if !p.at_set(RECOVERY)
            && !matches!(p.current(), COMMA | R_BRACKET | R_BRACE)
            && p.current().is_token()
        {
            stray(p);
        }
    }
}

/// Puts one token that starts no expression into an error node, if what follows can still be one.
fn stray(p: &mut SqlParser<'_, '_>) {
    if super::from::at_join(p) || !nth_at_expr(p, 1) || p.current().is_keyword() {
        return;
    }
    let m = p.start();
    p.bump();
    m.complete(p, ERROR_NODE);
    expr(p);
}

/// An expression that ends before IN.
pub(super) fn expr_above_in(p: &mut SqlParser<'_, '_>) {
    if at_expr(p) {
        expr_at(p, Level::RANGE.tighter());
    } else {
        p.error("expected an expression");
    }
}

/// An expression that ends before AND.
pub(super) fn expr_above_and(p: &mut SqlParser<'_, '_>) {
    expr_at(p, Level::NOT);
}

/// Expressions separated by commas, up to the closer; a trailing comma is fine.
pub(super) fn expr_list(p: &mut SqlParser<'_, '_>, closer: SyntaxKind) {
    while !p.at(closer) && !p.at_end() {
        if p.at(COMMA) {
            p.error("expected an expression before this comma");
            p.bump();
            continue;
        }
        if !at_expr(p) {
            if !p.at_set(RECOVERY) {
                p.error(format!("expected an expression, found {}", shown(p)));
            } else {
                p.error("expected an expression");
            }
            break;
        }
        expr(p);
        if !p.eat(COMMA) {
            break;
        }
    }
}

fn expr_at(p: &mut SqlParser<'_, '_>, min: Level) -> Option<CompletedMarker> {
    if !at_expr(p) {
        if p.at_end() || p.at_set(RECOVERY) {
            p.error("expected an expression");
        } else {
            p.error(format!("expected an expression, found {}", shown(p)));
        }
        return None;
    }
    if !p.enter() {
        return Some(p.too_deep());
    }
    let lhs = prefix(p);
    let result = continue_expr(p, lhs, min);
    p.leave();
    Some(result)
}

/// Operators in front of an operand.
fn prefix(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    let level = match p.current() {
        NOT_KW => Level::NOT,
        MINUS | PLUS | TILDE | AT => Level::UNARY,
        BANG | BANG_BANG | PIPE_SLASH | PIPE_PIPE_SLASH => Level::UNARY,
        FINAL_KW | RUNNING_KW if p.at_any_word(1) && p.nth_at(2, L_PAREN) => {
            let m = p.start();
            p.bump();
            operand(p, Level::UNARY);
            return m.complete(p, PRIOR_EXPR);
        }
        PRIOR_KW | CONNECT_BY_ROOT_KW if nth_at_expr(p, 1) && !p.nth_at(1, L_PAREN) => {
            let m = p.start();
            p.bump();
            operand(p, Level::UNARY);
            return m.complete(p, PRIOR_EXPR);
        }
        _ => return primary(p),
    };
    let m = p.start();
    p.bump();
    operand(p, level);
    m.complete(p, UNARY_EXPR)
}

fn operand(p: &mut SqlParser<'_, '_>, level: Level) {
    if at_expr(p) {
        expr_at(p, level);
    } else {
        p.error("expected an operand");
    }
}

/// The loop: operators that bind at least as tightly as `min`, on the right of what is parsed.
pub(super) fn continue_expr(
    p: &mut SqlParser<'_, '_>,
    mut lhs: CompletedMarker,
    min: Level,
) -> CompletedMarker {
    loop {
        lhs = match infix(p) {
            Infix::Binary(level) if level >= min => chain(p, lhs, level),
            Infix::Is if Level::IS >= min => is_expr(p, lhs),
            Infix::Range if Level::RANGE >= min => range_expr(p, lhs),
            Infix::Postfix if Level::POSTFIX >= min => postfix(p, lhs),
            Infix::AtTimeZone if Level::UNARY >= min => at_time_zone(p, lhs),
            Infix::Collate if Level::POSTFIX >= min => {
                let m = lhs.precede(p);
                p.bump();
                if p.at_any_word(0) {
                    super::name::path(p);
                } else if p.at(STRING) {
                    p.bump();
                } else {
                    p.error("expected a collation");
                }
                m.complete(p, COLLATE_EXPR)
            }
            Infix::Overlaps if Level::COMPARISON >= min => {
                let m = lhs.precede(p);
                p.bump();
                operand(p, Level::COMPARISON.tighter());
                m.complete(p, OVERLAPS_EXPR)
            }
            _ => return lhs,
        };
    }
}

enum Infix {
    Binary(Level),
    Is,
    Range,
    Postfix,
    AtTimeZone,
    Collate,
    Overlaps,
    None,
}

fn infix(p: &SqlParser<'_, '_>) -> Infix {
    match p.current() {
        IS_KW | ISNULL_KW | NOTNULL_KW => Infix::Is,
        NOT_KW => match p.nth(1) {
            IN_KW | BETWEEN_KW | LIKE_KW | ILIKE_KW | RLIKE_KW | REGEXP_KW | SIMILAR_KW | GLOB_KW => {
                Infix::Range
            }
            NULL_KW => Infix::Is,
            _ => Infix::None,
        },
        IN_KW | BETWEEN_KW | LIKE_KW | ILIKE_KW => Infix::Range,
        RLIKE_KW | REGEXP_KW | GLOB_KW if nth_at_expr(p, 1) => Infix::Range,
        SIMILAR_KW if p.nth_at(1, TO_KW) => Infix::Range,
        COLON_COLON | L_BRACKET => Infix::Postfix,
        DOT if (p.at_any_word(1) && !super::name::clause_after_dot(p))
            || p.nth_at(1, STAR)
            || p.nth_at(1, L_BRACKET) =>
        {
            Infix::Postfix
        }
        QUESTION if p.nth_at(1, COLON_COLON) => Infix::Postfix,
        COLON if at_json_path(p) => Infix::Postfix,
        BANG if !nth_at_expr(p, 1) => Infix::Postfix,
        AT_KW if p.nth_at(1, TIME_KW) || p.nth_at(1, LOCAL_KW) => Infix::AtTimeZone,
        COLLATE_KW => Infix::Collate,
        OVERLAPS_KW if nth_at_expr(p, 1) => Infix::Overlaps,
        OPERATOR_KW if p.nth_at(1, L_PAREN) => Infix::Binary(Level::OTHER),
        GT if p.nth_at(1, GT) && p.nth_joint(0) => Infix::Binary(Level::SHIFT),
        DIV_KW | MOD_KW | XOR_KW if !nth_at_expr(p, 1) => Infix::None,
        QUESTION | HASH if !nth_at_expr(p, 1) => Infix::None,
        kind => p.dialect.operator_level(kind).map_or(Infix::None, Infix::Binary),
    }
}

fn at_json_path(p: &SqlParser<'_, '_>) -> bool {
    !p.colon_separates
        && (p.nth_joint(0) || (p.dialect.colon_paths && !p.dialect.prefix_aliases && !p.nth_starts_line(0)))
        && ((p.at_any_word(1) && (p.nth_joint(0) || !p.nth_in(1, RECOVERY)))
            || matches!(p.nth(1), L_BRACKET | STRING))
}

/// `a op b op c` of one level as one flat node.
fn chain(p: &mut SqlParser<'_, '_>, first: CompletedMarker, level: Level) -> CompletedMarker {
    let m = first.precede(p);
    while matches!(infix(p), Infix::Binary(next) if next == level) {
        operator(p);
        if matches!(p.current(), ANY_KW | ALL_KW | SOME_KW) && p.nth_at(1, L_PAREN) && level > Level::AND {
            quantified(p);
        } else if p.at(STAR) && nth_at_expr(p, 1) {
            // A star is no operand here; one operand too few, or one operator too many.
            p.error("expected an expression before `*`");
            let stray = p.start();
            p.bump();
            stray.complete(p, ERROR_NODE);
            expr_at(p, level.tighter());
        } else if at_expr(p) && !p.at(STAR) {
            expr_at(p, level.tighter());
        } else {
            missing_operand(p);
            break;
        }
    }
    m.complete(p, BINARY_EXPR)
}

fn missing_operand(p: &mut SqlParser<'_, '_>) {
    if p.at_end() || p.at_set(RECOVERY) {
        p.error("expected an expression after the operator");
    } else {
        p.error(format!("expected an expression after the operator, found {}", shown(p)));
    }
}

fn operator(p: &mut SqlParser<'_, '_>) {
    if p.at(GT) && p.nth_at(1, GT) && p.nth_joint(0) {
        p.bump_glued(GT_GT, 2);
    } else if p.at(OPERATOR_KW) {
        let m = p.start();
        p.bump();
        p.bump_balanced();
        m.complete(p, OPERATOR_CALL);
    } else {
        p.bump();
    }
}

/// `ANY (…)` on the right of an operator.
fn quantified(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.bump();
    p.bump();
    if p.at_query(0) {
        super::query::query(p);
        super::query::close_query(p);
    } else {
        let start = p.checkpoint();
        p.with_colon(false, |p| expr_list(p, R_PAREN));
        if p.back_to_headless_query(&start) {
            super::query::query(p);
            super::query::close_query(p);
        } else {
            p.close_paren();
        }
    }
    m.complete(p, QUANTIFIED_EXPR);
}

fn is_expr(p: &mut SqlParser<'_, '_>, lhs: CompletedMarker) -> CompletedMarker {
    let m = lhs.precede(p);
    if p.at(ISNULL_KW) || p.at(NOTNULL_KW) {
        p.bump();
        return m.complete(p, IS_EXPR);
    }
    p.eat(IS_KW);
    p.eat(NOT_KW);
    match p.current() {
        NULL_KW | TRUE_KW | FALSE_KW | UNKNOWN_KW | NORMALIZED_KW | DOCUMENT_KW => p.bump(),
        JSON_KW => {
            p.bump();
            p.eat_any(TokenSet::new(&[VALUE_KW, ARRAY_KW, OBJECT_KW, SCALAR_KW]));
            unique_keys(p);
        }
        _ if p.at_any_word(0) && p.nth_at(1, NORMALIZED_KW) => {
            p.bump_name();
            p.bump();
        }
        DISTINCT_KW => {
            p.keyword();
            if p.at(FROM_KW) {
                p.keyword();
                operand(p, Level::IS.tighter());
            } else {
                p.error("expected `FROM`");
            }
        }
        _ => p.error("expected NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM after IS"),
    }
    m.complete(p, IS_EXPR)
}

/// `WITH UNIQUE KEYS`
pub(super) fn unique_keys(p: &mut SqlParser<'_, '_>) {
    if matches!(p.current(), WITH_KW | WITHOUT_KW) && p.nth_at(1, UNIQUE_KW) {
        p.bump();
    }
    if p.eat(UNIQUE_KW) {
        p.eat(KEYS_KW);
    }
}

/// `[NOT] IN`, `BETWEEN`, `LIKE` and its relatives.
fn range_expr(p: &mut SqlParser<'_, '_>, lhs: CompletedMarker) -> CompletedMarker {
    let m = lhs.precede(p);
    p.eat(NOT_KW);
    match p.current() {
        IN_KW => {
            p.bump();
            in_rest(p);
            m.complete(p, IN_EXPR)
        }
        BETWEEN_KW => {
            p.bump();
            p.eat_any(TokenSet::new(&[SYMMETRIC_KW, ASYMMETRIC_KW]));
            operand(p, Level::RANGE.tighter());
            if p.eat(AND_KW) {
                operand(p, Level::RANGE.tighter());
            } else {
                p.error("expected AND and the upper bound of BETWEEN");
            }
            m.complete(p, BETWEEN_EXPR)
        }
        _ => {
            p.bump();
            p.eat(TO_KW);
            if matches!(p.current(), ANY_KW | ALL_KW | SOME_KW)
                && (p.nth_at(1, L_PAREN) || (p.at_any_word(1) && p.nth_at(2, L_PAREN)))
            {
                p.bump();
            }
            operand(p, Level::RANGE.tighter());
            if p.at(ESCAPE_KW) {
                let escape = p.start();
                p.bump();
                operand(p, Level::RANGE.tighter());
                escape.complete(p, ESCAPE_CLAUSE);
            }
            m.complete(p, LIKE_EXPR)
        }
    }
}

fn in_rest(p: &mut SqlParser<'_, '_>) {
    if p.at(L_PAREN) {
        if !p.enter() {
            p.too_deep();
            return;
        }
        let list = p.start();
        p.bump();
        let start = p.checkpoint();
        if p.at_query(0) {
            super::query::query(p);
            super::query::close_query(p);
        } else {
            if p.at_end() {
                p.error("expected values or a query in the parentheses");
            } else if p.at(R_PAREN) {
                // `IN ()` is an error in most dialects, but no breakage.
                p.error("expected at least one value in the list");
            }
            let is_query = p.with_colon(false, list_or_query);
            if !is_query && p.back_to_headless_query(&start) {
                super::query::query(p);
                super::query::close_query(p);
            } else {
                if !is_query && !p.at(R_PAREN) && !p.at_set(RECOVERY) {
                    p.error(format!("expected `,` or `)` in the list, found {}", shown(p)));
                }
                p.close_paren();
            }
        }
        list.complete(p, IN_LIST);
        p.leave();
    } else {
        operand(p, Level::RANGE.tighter());
    }
}

/// `1, 2`, or a query that starts with a bracketed one: `(SELECT 1) UNION (SELECT 2)`.
fn list_or_query(p: &mut SqlParser<'_, '_>) -> bool {
    if p.at(L_PAREN) && p.at_bracketed_query() {
        let Some(mut first) = expr(p) else { return false };
        let continues = super::query::at_query_continuation(p)
            || super::query::at_set_operator(p)
            || super::query::at_second_query(p);
        if first.kind() == SUBQUERY_EXPR && continues {
            first.change_kind(p, PAREN_QUERY);
            super::query::query_from_operand(p, first);
            return true;
        }
        if !p.eat(COMMA) {
            return false;
        }
    }
    if p.at(L_PAREN) && p.is_operand_at(p.position()) {
        let first = super::query::paren_query(p);
        super::query::query_from_operand(p, first);
        return true;
    }
    expr_list(p, R_PAREN);
    false
}

fn at_time_zone(p: &mut SqlParser<'_, '_>, lhs: CompletedMarker) -> CompletedMarker {
    let m = lhs.precede(p);
    p.bump();
    if p.eat(LOCAL_KW) {
        return m.complete(p, AT_TIME_ZONE_EXPR);
    }
    p.bump();
    p.expect(ZONE_KW);
    operand(p, Level::UNARY);
    m.complete(p, AT_TIME_ZONE_EXPR)
}

/// Casts, brackets, fields and JSON paths.
fn postfix(p: &mut SqlParser<'_, '_>, lhs: CompletedMarker) -> CompletedMarker {
    match p.current() {
        COLON_COLON | QUESTION => {
            let m = lhs.precede(p);
            p.eat(QUESTION);
            p.bump();
            type_follows_cast(p);
            m.complete(p, POSTFIX_CAST)
        }
        L_BRACKET => index(p, lhs),
        COLON => json_path(p, lhs),
        BANG => {
            let m = lhs.precede(p);
            p.bump();
            m.complete(p, UNARY_EXPR)
        }
        _ if p.nth_at(1, STAR) => super::select::star(p, Some(lhs)),
        _ if p.nth_at(1, L_BRACKET) => {
            // DuckDB's list access in method chains: `x.[1]` does not exist; keep the dot in the index.
            let m = lhs.precede(p);
            p.bump();
            bracket(p);
            m.complete(p, INDEX_EXPR)
        }
        _ => {
            let m = lhs.precede(p);
            p.bump();
            let field = p.start();
            p.bump_name();
            field.complete(p, NAME);
            if p.at(L_PAREN) {
                super::function::arg_list(p);
                super::function::call_suffixes(p);
                return m.complete(p, METHOD_CALL);
            }
            m.complete(p, FIELD_ACCESS)
        }
    }
}

fn index(p: &mut SqlParser<'_, '_>, lhs: CompletedMarker) -> CompletedMarker {
    let m = lhs.precede(p);
    bracket(p);
    m.complete(p, INDEX_EXPR)
}

/// `[0]`, `[1:3]`, `[:-1]`, `[*]`
fn bracket(p: &mut SqlParser<'_, '_>) {
    p.bump();
    p.with_colon(true, |p| {
        while !p.at(R_BRACKET) && !p.at_end() {
            if p.at(COLON) || p.at(COMMA) {
                p.bump();
            } else if p.at(COLON_COLON) {
                // `a[::2]`
                p.bump();
            } else if p.at(MINUS) && matches!(p.nth(1), COLON | R_BRACKET) {
                p.bump();
            } else if at_expr(p) && !p.at_set(RECOVERY) {
                if p.at(STAR) {
                    p.bump();
                } else {
                    expr(p);
                }
                if !matches!(p.current(), COLON | COMMA | R_BRACKET | COLON_COLON) {
                    break;
                }
            } else {
                break;
            }
        }
    });
    p.close_bracket();
}

/// `v:a.b[0]:c`
fn json_path(p: &mut SqlParser<'_, '_>, lhs: CompletedMarker) -> CompletedMarker {
    let m = lhs.precede(p);
    loop {
        let step = p.start();
        match p.current() {
            COLON if p.nth_at(1, L_BRACKET) => {
                p.bump();
                bracket(p);
            }
            COLON if p.nth_at(1, STRING) => {
                p.bump();
                p.bump();
            }
            COLON | DOT if p.at_any_word(1) => {
                p.bump();
                p.bump_name();
            }
            L_BRACKET => bracket(p),
            _ => {
                step.abandon(p);
                break;
            }
        }
        step.complete(p, JSON_PATH_STEP);
    }
    m.complete(p, JSON_PATH_EXPR)
}

/// `x -> e`, `(x, y) -> e`
pub(super) fn lambda(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    let bracket = p.eat(L_PAREN);
    while p.at_any_word(0) {
        lambda_param(p);
        if !p.eat(COMMA) {
            break;
        }
    }
    if bracket {
        p.close_paren();
    }
    p.expect(ARROW);
    operand(p, Level::LOWEST);
    m.complete(p, LAMBDA_EXPR);
}

/// DuckDB's `lambda x, y: e`
pub(super) fn lambda_word(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.bump();
    while p.at_any_word(0) {
        let param = p.start();
        name(p, "a parameter");
        param.complete(p, LAMBDA_PARAM);
        if !p.eat(COMMA) {
            break;
        }
    }
    p.expect(COLON);
    operand(p, Level::LOWEST);
    m.complete(p, LAMBDA_EXPR);
}

fn lambda_param(p: &mut SqlParser<'_, '_>) {
    let param = p.start();
    name(p, "a parameter");
    if p.at_any_word(0) {
        super::data_type::data_type(p);
    }
    param.complete(p, LAMBDA_PARAM);
}
