//! Constructs of FROM: relations, joins, what follows a relation.

use rowan::TextRange;

use super::{Found, at_start, at_token, calls, child, first_token, token};
use crate::sql::validation::constructs::ConstructKind::{self, *};
use crate::tree::SyntaxKind::{self, *};
use crate::tree::SyntaxNode;

pub(super) fn is_rare(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        PIVOT_TABLE
            | UNPIVOT_TABLE
            | PIVOT_IN_LIST
            | DEFAULT_ON_NULL
            | MATCH_RECOGNIZE_TABLE
            | LATERAL_VIEW
            | WITH_OFFSET
            | WITH_ORDINALITY
            | TIME_TRAVEL
            | STAGE_TABLE
            | FILE_TABLE
            | MATCH_CONDITION
            | TABLE_HINTS
            | USING_CLAUSE
            | VALUES_TABLE
            | SAMPLE_CLAUSE
    )
}

pub(super) fn of_node(node: &SyntaxNode) -> Option<Found> {
    match node.kind() {
        PIVOT_TABLE => at_token(PivotTable, node, PIVOT_KW),
        UNPIVOT_TABLE => at_token(UnpivotTable, node, UNPIVOT_KW),
        PIVOT_IN_LIST => pivot_list(node),
        DEFAULT_ON_NULL => at_start(PivotDefault, node),
        GROUP_BY_CLAUSE if node.parent()?.kind() == PIVOT_TABLE => at_start(PivotGroupBy, node),
        MATCH_RECOGNIZE_TABLE => at_token(MatchRecognize, node, MATCH_RECOGNIZE_KW),
        LATERAL_VIEW => two_words(LateralView, node, LATERAL_KW, VIEW_KW),
        TABLE_FUNCTION => table_function(node),
        WITH_OFFSET => two_words(WithOffset, node, WITH_KW, OFFSET_KW),
        WITH_ORDINALITY => two_words(WithOrdinality, node, WITH_KW, ORDINALITY_KW),
        TIME_TRAVEL => time_travel(node),
        STAGE_TABLE => at_start(Stage, node),
        FILE_TABLE => {
            let file = first_token(node)?;
            file.text().starts_with('\'').then(|| (FileTable, file.text_range()))
        }
        JOIN => join(node),
        MATCH_CONDITION => at_start(MatchCondition, node),
        TABLE_HINTS => at_start(TableHint, node),
        USING_CLAUSE => child(node, ALIAS).and_then(|alias| at_start(UsingAlias, &alias)),
        VALUES_TABLE => at_start(BareValues, node),
        SAMPLE_CLAUSE => at_token(Sample, node, SAMPLE_KW),
        _ => None,
    }
}

/// `TABLE(FLATTEN(…))` is two constructs.
pub(super) fn second(node: &SyntaxNode) -> Option<Found> {
    if node.kind() != TABLE_FUNCTION {
        return None;
    }
    token(node, TABLE_KW)
        .and_then(|table| child(node, FUNCTION_CALL).is_some().then(|| (TableOf, table.text_range())))
}

fn two_words(kind: ConstructKind, node: &SyntaxNode, first: SyntaxKind, last: SyntaxKind) -> Option<Found> {
    let (first, last) = (token(node, first)?, token(node, last)?);
    Some((kind, TextRange::new(first.text_range().start(), last.text_range().end())))
}

/// DuckDB takes a relation's columns or an enum without parentheses; ANY and queries are Snowflake's.
fn pivot_list(list: &SyntaxNode) -> Option<Found> {
    if list.parent()?.parent()?.kind() != PIVOT_TABLE {
        return None;
    }
    at_token(PivotAny, list, ANY_KW)
        .or_else(|| child(list, QUERY).and_then(|query| at_start(PivotAny, &query)))
}

fn table_function(node: &SyntaxNode) -> Option<Found> {
    if token(node, ROWS_KW).is_some() {
        return at_token(RowsFrom, node, ROWS_KW);
    }
    let call = child(node, FUNCTION_CALL)?;
    if calls(&call, "unnest") && token(node, TABLE_KW).is_none() {
        return at_start(Unnest, &call);
    }
    // A function of this name and without its named arguments may be the user's own.
    let named = child(&call, ARG_LIST).is_some_and(|arguments| {
        arguments.children().any(|argument| {
            argument.kind() == NAMED_ARG
                && first_token(&argument).is_some_and(|name| name.text().eq_ignore_ascii_case("input"))
        })
    });
    if calls(&call, "flatten") && named { at_start(Flatten, &call) } else { None }
}

fn time_travel(node: &SyntaxNode) -> Option<Found> {
    let first = first_token(node)?;
    let kind = match first.kind() {
        AT_NAME | AT => AtVersion,
        AT_KW => TravelAt,
        BEFORE_KW | CHANGES_KW => TravelBefore,
        // The end of a CHANGES clause.
        END_KW => return None,
        _ if [SYSTEM_TIME_KW].iter().any(|word| token(node, *word).is_some()) => SystemTimeAsOf,
        _ if token(node, VERSION_KW).is_some() || token(node, TIMESTAMP_KW).is_some() => VersionAsOf,
        _ => return None,
    };
    // `CHANGES (…) AT (…)` is one construct.
    let follows = node.prev_sibling().is_some_and(|before| before.kind() == TIME_TRAVEL);
    (!follows).then(|| (kind, first.text_range()))
}

fn join(node: &SyntaxNode) -> Option<Found> {
    if token(node, APPLY_KW).is_some() {
        return at_token(Apply, node, APPLY_KW);
    }
    for side in [SEMI_KW, ANTI_KW] {
        if let Some(word) = token(node, side) {
            return Some(match token(node, LEFT_KW) {
                Some(left) => (SidedSemiJoin, left.text_range().cover(word.text_range())),
                None => (SemiJoin, word.text_range()),
            });
        }
    }
    at_token(AsofJoin, node, ASOF_KW)
        .or_else(|| at_token(PositionalJoin, node, POSITIONAL_KW))
        .or_else(|| at_token(StraightJoin, node, STRAIGHT_JOIN_KW))
}
