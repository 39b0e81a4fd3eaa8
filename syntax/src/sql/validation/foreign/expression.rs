//! Constructs of expressions.

use rowan::NodeOrToken;

use super::{Found, at_start, at_token, calls, child, first_token, token};
use crate::sql::validation::constructs::ConstructKind::*;
use crate::tree::SyntaxKind::{self, *};
use crate::tree::{SyntaxNode, SyntaxToken};

pub(super) fn is_rare(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        NULL_TREATMENT
            | FILTER_CLAUSE
            | HAVING_BOUND
            | SEPARATOR_CLAUSE
            | NAMED_ARG
            | POSTFIX_CAST
            | JSON_PATH_EXPR
            | LAMBDA_EXPR
            | STRUCT_LITERAL
            | MAP_LITERAL
            | LIST_COMPREHENSION
            | TYPED_CONSTRUCTOR
            | ARRAY_SUBQUERY
            | INDEX_EXPR
            | POSITIONAL_COLUMN
            | BETWEEN_EXPR
            | OVERLAPS_EXPR
    )
}

/// An operator or a literal that is a token.
pub(super) fn of_token(token: &SyntaxToken) -> Option<Found> {
    let parent = token.parent()?.kind();
    let kind = match token.kind() {
        STRING if parent == LITERAL => DollarQuotes,
        _ if parent != BINARY_EXPR => return None,
        EQ_EQ => DoubleEquals,
        LT_EQ_GT => NullSafeEqual,
        SLASH_SLASH => IntegerDivision,
        STAR_STAR => Power,
        ARROW if may_be_lambda(token) => return None,
        ARROW | LONG_ARROW => JsonArrow,
        HASH_GT | HASH_GT_GT => JsonHashArrow,
        AT_GT | LT_AT => Containment,
        CARET_AT => StartsWithOperator,
        AMP_AMP => ListOverlap,
        TILDE | TILDE_STAR | BANG_TILDE | BANG_TILDE_STAR => RegexOperator,
        AT_AT | AT_QUESTION | QUESTION_PIPE | QUESTION_AMP => TextSearchOperator,
        DIV_KW => DivWord,
        XOR_KW => XorWord,
        _ => return None,
    };
    Some((kind, token.text_range()))
}

/// `f(x -> 'text')`: access to a document, or a lambda that always gives the text.
fn may_be_lambda(arrow: &SyntaxToken) -> bool {
    let Some(access) = arrow.parent() else { return false };
    access.parent().is_some_and(|parent| parent.kind() == ARG_LIST)
        && access.first_child().is_some_and(|first| first.kind() == COLUMN_REF)
}

pub(super) fn of_node(node: &SyntaxNode) -> Option<Found> {
    match node.kind() {
        FUNCTION_CALL => function_call(node),
        NULL_TREATMENT => {
            let inside = node.parent()?.kind() == ARG_LIST;
            at_start(if inside { NullsInside } else { NullsAfter }, node)
        }
        FILTER_CLAUSE => at_start(Filter, node),
        HAVING_BOUND => at_start(HavingBound, node),
        ARG_LIST => child(node, LIMIT_CLAUSE).and_then(|limit| at_start(AggregateLimit, &limit)),
        SEPARATOR_CLAUSE => at_start(Separator, node),
        NAMED_ARG => at_token(FatArrow, node, FAT_ARROW).or_else(|| at_token(ColonEquals, node, COLON_EQ)),
        INTERVAL_EXPR => bare_interval(node),
        POSTFIX_CAST => {
            at_token(TryDoubleColon, node, QUESTION).or_else(|| at_token(DoubleColon, node, COLON_COLON))
        }
        CAST_EXPR => at_token(TryCast, node, TRY_CAST_KW)
            .or_else(|| at_token(SafeCast, node, SAFE_CAST_KW))
            .or_else(|| child(node, FORMAT_CLAUSE).and_then(|format| at_start(CastFormat, &format))),
        JSON_PATH_EXPR => child(node, JSON_PATH_STEP).and_then(|step| at_start(JsonPath, &step)),
        LAMBDA_EXPR => at_token(WordLambda, node, LAMBDA_KW).or_else(|| at_token(ArrowLambda, node, ARROW)),
        STRUCT_LITERAL => at_start(StructLiteral, node),
        MAP_LITERAL => at_start(MapLiteral, node),
        ARRAY_EXPR => array(node),
        LIST_COMPREHENSION => at_token(ListComprehension, node, FOR_KW),
        TYPED_CONSTRUCTOR => at_start(TypedConstructor, node),
        ARRAY_SUBQUERY => at_start(ArraySubquery, node),
        INDEX_EXPR => index(node),
        POSITIONAL_COLUMN => at_start(PositionalColumn, node),
        LIKE_EXPR => like(node),
        IS_EXPR => at_token(IsNullWord, node, ISNULL_KW).or_else(|| at_token(IsNullWord, node, NOTNULL_KW)),
        IN_EXPR => in_expr(node),
        BETWEEN_EXPR => at_token(Symmetric, node, SYMMETRIC_KW),
        OVERLAPS_EXPR => at_token(Overlaps, node, OVERLAPS_KW),
        _ => None,
    }
}

fn function_call(call: &SyntaxNode) -> Option<Found> {
    let parent = call.parent()?.kind();
    let arguments = child(call, ARG_LIST)?;
    if calls(call, "unnest") && !matches!(parent, TABLE_FUNCTION | IN_EXPR | LATERAL_VIEW) {
        return at_start(UnnestInSelect, call);
    }
    // A text as the only argument might be for a function of the user's own.
    if calls(call, "columns") && child(&arguments, STAR_EXPR).is_some() && parent != UNPACK_EXPR {
        return at_start(Columns, call);
    }
    if calls(call, "struct") && child(&arguments, ALIASED_ARG).is_some() {
        return at_start(StructAliases, call);
    }
    None
}

fn bare_interval(interval: &SyntaxNode) -> Option<Found> {
    let value = child(interval, LITERAL)?;
    let number = matches!(first_token(&value)?.kind(), INT_NUMBER | FLOAT_NUMBER);
    if number { at_start(BareInterval, interval) } else { None }
}

/// Postgres writes lists inside lists without the word.
fn array(node: &SyntaxNode) -> Option<Found> {
    if child(node, TYPE_ARG_LIST).is_some() {
        return at_start(TypedConstructor, node);
    }
    let inside = node.parent().is_some_and(|parent| parent.kind() == ARRAY_EXPR);
    if inside || token(node, ARRAY_KW).is_some() { None } else { at_start(ListLiteral, node) }
}

fn index(node: &SyntaxNode) -> Option<Found> {
    if let Some(colon) = token(node, COLON) {
        return Some((Slice, colon.text_range()));
    }
    let open =
        node.children_with_tokens().skip_while(|child| child.kind() != L_BRACKET).find_map(|child| {
            match child {
                NodeOrToken::Node(node) => Some(node),
                NodeOrToken::Token(_) => None,
            }
        })?;
    ["offset", "ordinal", "safe_offset", "safe_ordinal"]
        .iter()
        .any(|name| calls(&open, name))
        .then(|| at_start(OffsetIndex, &open))?
}

fn like(node: &SyntaxNode) -> Option<Found> {
    // One pattern in parentheses may be an array or a query.
    let quantifier = [ANY_KW, ALL_KW, SOME_KW].into_iter().find_map(|word| token(node, word));
    if let Some(word) = quantifier.filter(|_| child(node, TUPLE_EXPR).is_some()) {
        return Some((LikeAny, word.text_range()));
    }
    at_token(Ilike, node, ILIKE_KW)
        .or_else(|| at_token(Rlike, node, RLIKE_KW))
        .or_else(|| at_token(Rlike, node, REGEXP_KW))
        .or_else(|| at_token(SimilarTo, node, SIMILAR_KW))
        .or_else(|| at_token(Glob, node, GLOB_KW))
}

/// `x IN list`, `x IN UNNEST(list)`; parameters, macros and Jinja may stand for a list in parentheses.
fn in_expr(node: &SyntaxNode) -> Option<Found> {
    if child(node, IN_LIST).is_some() {
        return None;
    }
    let list = node.last_child()?;
    match list.kind() {
        FUNCTION_CALL if calls(&list, "unnest") => at_start(InUnnest, &list),
        COLUMN_REF | ARRAY_EXPR => at_token(InName, node, IN_KW),
        _ => None,
    }
}
