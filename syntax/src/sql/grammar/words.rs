//! Sets of words that several parts of the grammar look for.

use crate::parser::TokenSet;
use crate::tree::SyntaxKind::*;

/// Words that start a query.
pub(super) const QUERY_START: TokenSet = TokenSet::new(&[SELECT_KW, WITH_KW, FROM_KW, VALUES_KW]);

/// Words that join two queries.
pub(super) const SET_OPERATORS: TokenSet = TokenSet::new(&[UNION_KW, INTERSECT_KW, EXCEPT_KW, MINUS_KW]);

/// Words that start a clause of a SELECT body or of a query. They end every list before them, whatever is
/// missing there.
pub(super) const CLAUSE_START: TokenSet = TokenSet::new(&[
    SELECT_KW,
    FROM_KW,
    WHERE_KW,
    GROUP_KW,
    HAVING_KW,
    QUALIFY_KW,
    WINDOW_KW,
    ORDER_KW,
    LIMIT_KW,
    FETCH_KW,
    UNION_KW,
    INTERSECT_KW,
    EXCEPT_KW,
    PIPE_GT,
]);

/// What ends a query or a part of it.
pub(super) const QUERY_END: TokenSet = TokenSet::new(&[EOF, R_PAREN, SEMICOLON]);

/// Where a broken part of a query ends.
pub(super) const RECOVERY: TokenSet = CLAUSE_START.union(QUERY_END);

/// What starts an expression, besides words.
pub(super) const EXPR_START_SIGNS: TokenSet = TokenSet::new(&[
    IDENT,
    QUOTED_IDENT,
    INT_NUMBER,
    FLOAT_NUMBER,
    STRING,
    BYTE_STRING,
    PARAMETER,
    AT_NAME,
    JINJA_ISLAND,
    L_PAREN,
    L_BRACKET,
    L_BRACE,
    PLUS,
    MINUS,
    TILDE,
    BANG,
    STAR,
    QUESTION,
    COLON,
    AT,
    PIPE_SLASH,
    PIPE_PIPE_SLASH,
    BANG_BANG,
    HASH,
    STAR_STAR,
]);

/// Reserved words that start an expression all the same.
pub(super) const EXPR_START_WORDS: TokenSet =
    TokenSet::new(&[NOT_KW, CASE_KW, NULL_KW, TRUE_KW, FALSE_KW, CAST_KW, EXISTS_KW, INTERVAL_KW]);
