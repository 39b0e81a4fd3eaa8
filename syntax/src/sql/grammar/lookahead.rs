//! Bounded look-ahead.

use super::SqlParser;
use super::words::QUERY_START;
use crate::parser::TokenSet;
use crate::tree::SyntaxKind::{self, *};

/// How far the grammar looks for the word that decides between two forms.
const FAR: usize = 2_000;

impl SqlParser<'_, '_> {
    /// Whether a query starts `n` places ahead. PIVOT, TABLE and the like count only before a name.
    pub(super) fn at_query(&self, mut n: usize) -> bool {
        const PIVOTS: TokenSet = TokenSet::new(&[PIVOT_KW, PIVOT_WIDER_KW, PIVOT_LONGER_KW, UNPIVOT_KW]);
        let end = n + FAR;
        while n < end && self.nth_in(n, PIVOTS) && self.nth_at(n + 1, L_PAREN) {
            n += 2;
        }
        let kind = self.nth(n);
        if kind == FROM_KW && self.is_unmatched_before(n) && self.nth_before(n) == L_PAREN {
            // `SELECT count( FROM t`: the clause of the query around it, while its arguments are being typed.
            return false;
        }
        if kind == VALUES_KW {
            return !matches!(self.nth(n + 1), R_PAREN | COMMA | DOT | AS_KW);
        }
        if QUERY_START.contains(kind) {
            return true;
        }
        match kind {
            kind if PIVOTS.contains(kind) && self.nth_at(n + 1, STRING) => true,
            TABLE_KW | PIVOT_KW | PIVOT_WIDER_KW | PIVOT_LONGER_KW | UNPIVOT_KW | DESCRIBE_KW
            | SUMMARIZE_KW | SHOW_KW | DESC_KW => {
                matches!(self.nth(n + 1), IDENT | QUOTED_IDENT | SELECT_KW | FROM_KW | WITH_KW)
                    || (self.at_any_word(n + 1) && self.nth_at(n + 2, ON_KW))
            }
            _ => false,
        }
    }

    /// Whether brackets that start here lead to a query: `(((SELECT`.
    pub(super) fn at_bracketed_query(&self) -> bool {
        let mut n = 0;
        while self.nth_at(n, L_PAREN) && n < FAR {
            n += 1;
        }
        n > 0 && self.at_query(n)
    }

    /// The first token of the set inside the parenthesis that stands `n` places ahead, at its own level.
    pub(super) fn find_in_parens(&self, n: usize, set: TokenSet) -> Option<SyntaxKind> {
        let mut depth = 0u32;
        for ahead in n..n + FAR {
            match self.nth(ahead) {
                EOF => return None,
                L_PAREN | L_BRACKET | L_BRACE => depth += 1,
                R_PAREN | R_BRACKET | R_BRACE => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return None;
                    }
                }
                kind if depth == 1 && set.contains(kind) => return Some(kind),
                _ => {}
            }
        }
        None
    }

    /// How many places ahead the token after the `<…>` that stands `n` places ahead is, if the brackets hold
    /// nothing but what a type may hold.
    pub(super) fn after_type_arguments(&self, n: usize) -> Option<usize> {
        let mut depth = 0u32;
        for ahead in n..n + 256 {
            match self.nth(ahead) {
                LT => depth += 1,
                GT => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(ahead + 1);
                    }
                }
                IDENT | QUOTED_IDENT | INT_NUMBER | COMMA | COLON | DOT | L_PAREN | R_PAREN | L_BRACKET
                | R_BRACKET => {}
                kind if kind.is_keyword() => {}
                _ => return None,
            }
        }
        None
    }

    /// Whether a lambda's parameters start here: `x ->`, `(x, y) ->`, with types as well.
    pub(super) fn at_lambda(&self) -> bool {
        if self.at_any_word(0) && self.nth_at(1, ARROW) {
            // `j -> 'key'` is JSON access.
            return !(matches!(self.nth(2), STRING | INT_NUMBER)
                && matches!(self.nth(3), R_PAREN | COMMA | ARROW | LONG_ARROW | COLON_COLON));
        }
        if self.at_any_word(0) && self.at_any_word(1) && self.nth_at(2, ARROW) {
            return true;
        }
        if !self.at(L_PAREN) {
            return false;
        }
        let mut ahead = 1;
        while ahead < 256 {
            match self.nth(ahead) {
                R_PAREN => return self.nth_at(ahead + 1, ARROW),
                COMMA => {}
                _ if self.at_any_word(ahead) => {}
                _ => return false,
            }
            ahead += 1;
        }
        false
    }
}
