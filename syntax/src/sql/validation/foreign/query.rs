//! Constructs of queries and their clauses.

use rowan::TextRange;

use super::{Found, at_start, at_token, child, first_token, last_token, token};
use crate::sql::validation::constructs::ConstructKind::{self, *};
use crate::tree::SyntaxKind::{self, *};
use crate::tree::SyntaxNode;

/// Nodes that every occurrence of is a construct of the table, or that are rare enough to look at.
pub(super) fn is_rare(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        QUALIFY_CLAUSE
            | GROUP_BY_ALL
            | DISTINCT_ON
            | TOP_CLAUSE
            | LIMIT_SKIP
            | LIMIT_BY
            | FETCH_CLAUSE
            | SELECT_AS
            | PIPE_STEP
            | PREFIX_ALIAS
            | STAR_EXCLUDE
            | STAR_REPLACE
            | STAR_RENAME
            | STAR_LIKE
            | UNPACK_EXPR
            | ALIAS
            | CONNECT_BY_CLAUSE
            | SORT_BY_CLAUSE
            | WITH_ROLLUP
            | USING_KEY_CLAUSE
            | SEARCH_CLAUSE
            | CYCLE_CLAUSE
            | WINDOW_CLAUSE
            | FRAME_EXCLUDE
            | WINDOW_FRAME
            | PIVOT_BODY
            | UNPIVOT_BODY
            | VALUES_BODY
            | TABLE_BODY
            | DESCRIBE_BODY
            | USING_SAMPLE_CLAUSE
    )
}

pub(super) fn of_node(node: &SyntaxNode) -> Option<Found> {
    match node.kind() {
        QUALIFY_CLAUSE => at_start(Qualify, node),
        GROUP_BY_ALL => at_start(GroupByAll, node),
        ORDER_ITEM => order_by_all(node),
        DISTINCT_ON => at_start(DistinctOn, node),
        TOP_CLAUSE => at_start(Top, node),
        LIMIT_CLAUSE => {
            at_token(LimitPercent, node, PERCENT).or_else(|| at_token(LimitPercent, node, PERCENT_KW))
        }
        LIMIT_SKIP => at_start(LimitSkip, node),
        LIMIT_BY => at_start(LimitBy, node),
        FETCH_CLAUSE => at_start(Fetch, node),
        SELECT_AS => at_start(SelectAs, node),
        SELECT => from_first(node),
        PIPE_STEP => at_start(Pipe, node),
        PREFIX_ALIAS => at_start(PrefixAlias, node),
        SELECT_CLAUSE => trailing_comma(TrailingComma, node),
        FROM_CLAUSE | GROUP_BY_CLAUSE => trailing_comma(TrailingCommaElsewhere, node),
        IN_LIST => comma_before_paren(node),
        STAR_EXCLUDE => at_token(StarExcept, node, EXCEPT_KW).or_else(|| at_start(StarExclude, node)),
        STAR_REPLACE => at_start(StarReplace, node),
        STAR_RENAME => at_start(StarRename, node),
        STAR_LIKE => at_token(StarIlike, node, ILIKE_KW).or_else(|| at_start(StarLike, node)),
        UNPACK_EXPR => at_start(UnpackColumns, node),
        ALIAS => multi_alias(node),
        CONNECT_BY_CLAUSE => at_start(ConnectBy, node),
        SORT_BY_CLAUSE => at_start(SortBy, node),
        WITH_ROLLUP if token(node, ROLLUP_KW).is_some() => at_start(WithRollup, node),
        WITH_CLAUSE => trailing_comma(CteComma, node),
        CTE if token(node, AS_KW).is_none() => at_token(CteWithoutAs, node, L_PAREN),
        USING_KEY_CLAUSE => at_start(UsingKey, node),
        SEARCH_CLAUSE | CYCLE_CLAUSE => at_start(SearchCycle, node),
        SET_OPERATOR => set_operator(node),
        WINDOW_CLAUSE => at_start(WindowClause, node),
        FRAME_EXCLUDE => at_start(FrameExclude, node),
        WINDOW_FRAME => at_token(FrameGroups, node, GROUPS_KW),
        PIVOT_BODY => at_start(PivotStatement, node),
        UNPIVOT_BODY => at_start(UnpivotStatement, node),
        VALUES_BODY => at_start(Values, node),
        TABLE_BODY => at_start(TableQuery, node),
        DESCRIBE_BODY => at_start(Describe, node),
        USING_SAMPLE_CLAUSE => at_start(UsingSample, node),
        _ => None,
    }
}

/// The second construct of a set operator: whether it says ALL or DISTINCT.
pub(super) fn second(node: &SyntaxNode) -> Option<Found> {
    if node.kind() != SET_OPERATOR || token(node, ALL_KW).is_some() || token(node, DISTINCT_KW).is_some() {
        return None;
    }
    [UNION_KW, INTERSECT_KW, EXCEPT_KW].into_iter().find_map(|word| at_token(BareSetOperator, node, word))
}

fn set_operator(node: &SyntaxNode) -> Option<Found> {
    if token(node, CORRESPONDING_KW).is_some() {
        return at_token(Corresponding, node, CORRESPONDING_KW);
    }
    if let Some(side) = [LEFT_KW, FULL_KW, INNER_KW].into_iter().find_map(|side| token(node, side)) {
        return Some((SidedSetOperation, side.text_range()));
    }
    if let (Some(by), Some(name)) = (token(node, BY_KW), token(node, NAME_KW)) {
        return Some((ByName, by.text_range().cover(name.text_range())));
    }
    at_token(Minus, node, MINUS_KW)
}

/// Of the query, not of a window or an aggregate.
fn order_by_all(item: &SyntaxNode) -> Option<Found> {
    let query = item.parent()?.parent()?;
    if query.kind() == QUERY { at_token(OrderByAll, item, ALL_KW) } else { None }
}

/// FROM before SELECT, or without one. A query of pipes starts with FROM in every dialect that has pipes.
fn from_first(select: &SyntaxNode) -> Option<Found> {
    let from = select.first_child().filter(|first| first.kind() == FROM_CLAUSE)?;
    if child(select, SELECT_CLAUSE).is_some() {
        return at_start(FromFirst, &from);
    }
    let piped = select.parent().is_some_and(|query| child(&query, PIPE_STEP).is_some());
    if piped { None } else { at_start(BareFrom, &from) }
}

fn trailing_comma(kind: ConstructKind, node: &SyntaxNode) -> Option<Found> {
    let last = last_token(node).filter(|last| last.kind() == COMMA)?;
    (last.parent().as_ref() == Some(node)).then(|| (kind, last.text_range()))
}

fn comma_before_paren(list: &SyntaxNode) -> Option<Found> {
    let close = token(list, R_PAREN)?;
    let before = std::iter::successors(close.prev_token(), |token| token.prev_token())
        .find(|token| !token.kind().is_trivia())?;
    (before.kind() == COMMA && before.parent().as_ref() == Some(list))
        .then(|| (TrailingCommaElsewhere, before.text_range()))
}

/// `expr AS (a, b)` in a select list.
fn multi_alias(alias: &SyntaxNode) -> Option<Found> {
    let item = alias.parent().filter(|parent| parent.kind() == SELECT_ITEM)?;
    let list = child(alias, COLUMN_ALIAS_LIST)?;
    if item.parent()?.kind() != SELECT_CLAUSE {
        return None;
    }
    let start = first_token(alias)?.text_range().start();
    Some((MultiAlias, TextRange::new(start, list.text_range().end())))
}
