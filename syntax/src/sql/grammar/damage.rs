//! Look-ahead for texts in which a word is lost, doubled or moved: which reading keeps the other clauses.

use super::SqlParser;
use super::words::{QUERY_END, SET_OPERATORS};
use crate::parser::TokenSet;
use crate::tree::SyntaxKind::*;

/// How far a word that decides is looked for.
const FAR: usize = 400;
/// How many words a set operator and what is wrong with it may have.
const OPERATOR_WORDS: usize = 10;

impl SqlParser<'_, '_> {
    /// Whether word pairs that start a rarer clause stand here; they name no table, column or alias.
    pub(super) fn at_rare_clause(&self) -> bool {
        match self.current() {
            SORT_KW | CLUSTER_KW | DISTRIBUTE_KW | CONNECT_KW => self.nth_at(1, BY_KW),
            START_KW => {
                self.nth_at(1, WITH_KW) && !matches!(self.nth(2), OFFSET_KW | ORDINALITY_KW | L_PAREN)
            }
            LATERAL_KW => self.nth_at(1, VIEW_KW),
            USING_KW => self.nth_at(1, SAMPLE_KW),
            _ => false,
        }
    }

    /// Whether SORT BY or one of its like stands here, BY or not.
    pub(super) fn at_sort_clause(&self) -> bool {
        matches!(self.current(), SORT_KW | CLUSTER_KW | DISTRIBUTE_KW)
            && matches!(self.nth(1), BY_KW | IDENT | QUOTED_IDENT)
    }

    /// Whether START WITH stands here, or one of its two words before a condition that CONNECT BY follows.
    pub(super) fn at_start_with(&self) -> bool {
        match self.current() {
            START_KW if self.nth_at(1, WITH_KW) => true,
            // `t start START WITH …`: an alias.
            START_KW if self.nth_at(1, START_KW) && self.nth_at(2, WITH_KW) => false,
            START_KW => super::expr::nth_at_expr(self, 1) && self.connect_by_follows(),
            WITH_KW => self.connect_by_follows(),
            _ => false,
        }
    }

    fn connect_by_follows(&self) -> bool {
        let mut depth = 0u32;
        for n in 1..FAR {
            match self.nth(n) {
                L_PAREN | L_BRACKET | L_BRACE => depth += 1,
                R_PAREN | R_BRACKET | R_BRACE if depth > 0 => depth -= 1,
                CONNECT_KW if depth == 0 && self.nth_at(n + 1, BY_KW) => return true,
                SELECT_KW | FROM_KW | WHERE_KW | GROUP_KW | ORDER_KW if depth == 0 => return false,
                kind if depth == 0 && QUERY_END.contains(kind) => return false,
                EOF => return false,
                _ => {}
            }
        }
        false
    }

    /// Whether a FROM follows `n` places ahead at this level, before anything ends the select list around it.
    pub(super) fn sees_from(&self, n: usize) -> bool {
        let mut depth = 0u32;
        for ahead in n..n + FAR {
            match self.nth(ahead) {
                L_PAREN | L_BRACKET | L_BRACE => depth += 1,
                R_PAREN | R_BRACKET | R_BRACE if depth > 0 => depth -= 1,
                _ if depth == 0 && self.nth_before(ahead) == DOT => {}
                FROM_KW if depth == 0 && !matches!(self.nth_before(ahead), DISTINCT_KW | ROWS_KW) => {
                    return true;
                }
                SELECT_KW | WHERE_KW | UNION_KW | INTERSECT_KW | PIPE_GT if depth == 0 => return false,
                kind if depth == 0 && QUERY_END.contains(kind) => return false,
                EOF => return false,
                _ => {}
            }
        }
        false
    }

    /// Whether the FROM here is not the one that the select list ends at: no table can follow it, or something
    /// is wrong in the list already, and another FROM comes.
    pub(super) fn at_stray_from(&self) -> bool {
        self.at(FROM_KW)
            && !self.nth_at(1, FROM_KW)
            && (matches!(self.nth(1), AS_KW | COMMA | DOT | DISTINCT_KW) || self.statement_has_errors())
            && self.sees_from(1)
    }

    /// Whether a clause word that can only be meant as a name stands in a select list here: `t order, u`.
    pub(super) fn at_clause_word_as_item(&self) -> bool {
        matches!(
            self.current(),
            ORDER_KW | GROUP_KW | WHERE_KW | HAVING_KW | QUALIFY_KW | WINDOW_KW | LIMIT_KW | FETCH_KW
        ) && (matches!(self.nth(1), COMMA | DOT | FROM_KW | AS_KW)
            || (self.nth_before(0) == COMMA && self.sees_from(1)))
    }

    /// Whether the parentheses that open at the position are an operand of a set operation: no expression and
    /// no table in parentheses is followed by one inside other parentheses.
    pub(super) fn is_operand_at(&self, position: usize) -> bool {
        let Some(closer) = self.partner_ahead(position) else { return false };
        match self.nth(closer + 1) {
            UNION_KW | INTERSECT_KW | EXCEPT_KW => {
                matches!(self.nth(closer + 2), SELECT_KW | ALL_KW | DISTINCT_KW | VALUES_KW | FROM_KW)
                    || (self.nth_at(closer + 2, L_PAREN) && self.at_query(closer + 3))
                    || SET_OPERATORS.contains(self.nth(closer + 2))
            }
            _ => false,
        }
    }

    /// Whether the parentheses here hold a query that lacks its SELECT, or has it at the wrong place.
    pub(super) fn at_headless_in_parens(&self) -> bool {
        if self.at_two(L_PAREN, ROWS_KW) && self.nth_at(2, FROM_KW) {
            return false;
        }
        let mut depth = 0u32;
        for n in 0..FAR {
            match self.nth(n) {
                L_PAREN | L_BRACKET | L_BRACE => depth += 1,
                R_PAREN | R_BRACKET | R_BRACE => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return false;
                    }
                }
                FROM_KW if depth == 1 && !matches!(self.nth_before(n), DISTINCT_KW | ROWS_KW) => return true,
                SELECT_KW if depth == 1 => return true,
                EOF | SEMICOLON => return false,
                _ => {}
            }
        }
        false
    }

    /// Whether the parentheses here are the first item of a select list, or of its first item, whose SELECT is
    /// missing: `(1 + 2) * 3, a FROM t`.
    pub(super) fn at_bracketed_item(&self) -> bool {
        let Some(closer) = self.partner_ahead(self.position()) else { return false };
        let after = self.nth(closer + 1);
        let ends = QUERY_END.contains(after)
            || SET_OPERATORS.contains(after)
            || matches!(
                after,
                ORDER_KW | LIMIT_KW | OFFSET_KW | FETCH_KW | PIPE_GT | SELECT_KW | L_PAREN | ALL_KW
            )
            || matches!(after, DISTINCT_KW | FOR_KW | JINJA_ISLAND | WITH_KW | USING_KW | INSERT_KW);
        !ends && self.sees_from(closer + 1)
    }

    /// Whether the words of a set operator that lacks one, or has one at the wrong place, lead to a query here.
    pub(super) fn at_damaged_operator(&self) -> bool {
        if !matches!(self.current(), ALL_KW | DISTINCT_KW | LEFT_KW | FULL_KW | INNER_KW | OUTER_KW) {
            return false;
        }
        let mut n = 0;
        let mut decided = false;
        while n < OPERATOR_WORDS {
            match self.nth(n) {
                LEFT_KW | FULL_KW | INNER_KW | OUTER_KW | BY_KW | STRICT_KW | MATCHING_KW => {}
                NAME_KW => decided |= self.nth_before(n) == BY_KW,
                ALL_KW | DISTINCT_KW | UNION_KW | INTERSECT_KW | EXCEPT_KW | CORRESPONDING_KW => {
                    decided = true
                }
                ON_KW if decided && self.nth_at(n + 1, L_PAREN) => {
                    return self
                        .partner_ahead(self.position() + n + 1)
                        .is_some_and(|closer| self.nth_at(closer + 1, SELECT_KW));
                }
                SELECT_KW => return decided,
                L_PAREN => return decided && self.at_query(n + 1),
                _ => return false,
            }
            n += 1;
        }
        false
    }

    /// Whether UNION is a type here: `x::union(a INT, b TEXT)`, or what is left of it.
    pub(super) fn at_union_type(&self) -> bool {
        self.at(UNION_KW)
            && (self.nth_at(1, COLON_COLON)
                || (self.nth_at(1, L_PAREN) && self.nth_at(2, IDENT) && self.nth_at(3, IDENT))
                || (self.nth_at(1, UNION_KW)
                    && self.nth_at(2, L_PAREN)
                    && self.nth_at(3, IDENT)
                    && self.nth_at(4, IDENT)))
            && !self.holds_query(1)
    }

    /// Whether the parentheses that open `n` places ahead hold a word that only queries have.
    pub(super) fn holds_query(&self, n: usize) -> bool {
        self.find_in_parens(n, TokenSet::new(&[FROM_KW, SELECT_KW])).is_some()
    }

    /// Consumes a closing bracket, past whatever stands in front of it.
    pub(super) fn close_bracket(&mut self) {
        if self.eat(R_BRACKET) {
            return;
        }
        let mut depth = 0u32;
        for n in 0..FAR {
            match self.nth(n) {
                L_PAREN | L_BRACKET | L_BRACE => depth += 1,
                R_BRACKET if depth == 0 => {
                    let found = self.shown();
                    self.error(format!("expected `]`, found {found}"));
                    let skipped = self.start();
                    while !self.at(R_BRACKET) && !self.at_end() {
                        self.bump_balanced();
                    }
                    skipped.complete(self, ERROR_NODE);
                    self.eat(R_BRACKET);
                    return;
                }
                R_PAREN | R_BRACKET | R_BRACE if depth > 0 => depth -= 1,
                R_PAREN | R_BRACE | EOF | SEMICOLON | SELECT_KW | FROM_KW | COMMA if depth == 0 => break,
                EOF => break,
                _ => {}
            }
        }
        self.expect(R_BRACKET);
    }
}
