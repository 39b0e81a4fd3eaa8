//! What is missing, misspelt or written twice.

use super::SqlParser;
use super::name::joint_to_previous;
use super::words::{QUERY_END, RECOVERY};
use crate::closest::closest;
use crate::parser::{Checkpoint, TokenSet};
use crate::sql::dialect::DialectKind;
use crate::tree::SyntaxKind::{self, *};

/// How far a missing word is looked for.
const FAR: usize = 400;

/// Words that start a clause after FROM, as candidates for misspelt ones.
const CLAUSES: &[SyntaxKind] =
    &[WHERE_KW, GROUP_KW, HAVING_KW, QUALIFY_KW, WINDOW_KW, ORDER_KW, LIMIT_KW, OFFSET_KW, UNION_KW, FROM_KW];

impl SqlParser<'_, '_> {
    /// Whether the grammar of the dialect is Postgres' or the standard's, where what may be left out is known
    /// for sure.
    pub(super) fn has_standard_grammar(&self) -> bool {
        matches!(self.dialect.kind, DialectKind::DuckDb | DialectKind::Postgres | DialectKind::Ansi)
    }

    /// Consumes a keyword, and the same one once more where it is written twice.
    pub(super) fn keyword(&mut self) {
        let kind = self.current();
        self.bump();
        self.written_twice(kind);
    }

    /// Consumes the keyword where it stands, and the same one once more where it is written twice.
    pub(super) fn eat_keyword(&mut self, kind: SyntaxKind) -> bool {
        let here = self.at(kind);
        if here {
            self.keyword();
        }
        here
    }

    fn written_twice(&mut self, kind: SyntaxKind) {
        while kind.is_keyword() && self.at(kind) {
            let word = kind.fixed_text().unwrap_or_default();
            self.error_and_bump(format!("{word} is written twice"));
        }
    }

    /// The word `n` places ahead as the one of the keywords it is a misspelling of.
    pub(super) fn misspelt(&self, n: usize, keywords: &[SyntaxKind]) -> Option<SyntaxKind> {
        if !self.nth_at(n, IDENT) {
            return None;
        }
        let near = closest(self.nth_text(n), keywords.iter().filter_map(|kind| kind.fixed_text()))?;
        keywords.iter().copied().find(|kind| kind.fixed_text() == Some(near))
    }

    /// Reads the current word as the keyword that it was meant to be.
    pub(super) fn mend(&mut self, keywords: &[SyntaxKind]) -> bool {
        match self.misspelt(0, keywords) {
            Some(keyword) => {
                self.mend_keyword(keyword);
                true
            }
            None => false,
        }
    }

    /// Reads the word in front of a query or a parenthesis as the keyword that it was meant to be.
    pub(super) fn mend_before_query(&mut self, keywords: &[SyntaxKind]) {
        if matches!(self.nth(1), SELECT_KW | L_PAREN) {
            self.mend(keywords);
        }
    }

    /// Whether the word here, which could be an alias, is a clause's word misspelt: no alias is followed by
    /// what follows it.
    pub(super) fn at_misspelt_clause(&self, keywords: &[SyntaxKind]) -> bool {
        let follows = match self.nth(1) {
            IDENT | QUOTED_IDENT | INT_NUMBER | STRING | BY_KW | NOT_KW | EXISTS_KW | CASE_KW => true,
            L_PAREN => self.at_query(2),
            _ => false,
        };
        follows && self.misspelt(0, keywords).is_some()
    }

    /// The same among the words that start a clause after FROM.
    pub(super) fn mend_clause(&mut self) -> bool {
        if self.at_misspelt_clause(CLAUSES) { self.mend(CLAUSES) } else { false }
    }

    /// Whether the word here is a clause's word misspelt rather than the alias of a table.
    pub(super) fn at_misspelt_after_table(&self) -> bool {
        self.at(IDENT) && (self.at_misspelt_clause(CLAUSES) || self.at_misspelt_clause(&[JOIN_KW]))
    }

    /// Whether a query whose SELECT is missing stands here: expressions that FROM or a set operator follows,
    /// before anything ends them. In brackets of its own, a SELECT behind them will do as well.
    pub(super) fn at_headless_select(&self) -> bool {
        if self.at(L_PAREN) && (self.is_operand_at(self.position()) || self.at_bracketed_item()) {
            return true;
        }
        let mut start = 0;
        while start < FAR && self.nth_at(start, L_PAREN) {
            start += 1;
        }
        if matches!(self.nth(start), ALL_KW | DISTINCT_KW) {
            start += 1;
        }
        if self.nth_at(start, AS_KW) && matches!(self.nth(start + 1), STRUCT_KW | VALUE_KW) {
            start += 2;
        }
        let keyed = self.nth_at(start, ON_KW) && self.nth_before(start) == DISTINCT_KW;
        if !keyed && !super::expr::nth_at_expr(self, start)
            || matches!(self.nth(start), INSERT_KW | UPDATE_KW | DELETE_KW | MERGE_KW)
            || matches!(self.nth(start), PIVOT_KW | UNPIVOT_KW | PIVOT_WIDER_KW | PIVOT_LONGER_KW)
        {
            return false;
        }
        let mut depth = 0u32;
        for n in start..start + FAR {
            match self.nth(n) {
                L_PAREN | L_BRACKET | L_BRACE => depth += 1,
                R_PAREN | R_BRACKET | R_BRACE if depth > 0 => depth -= 1,
                FROM_KW if depth == 0 && self.nth_before(n) != DISTINCT_KW => return true,
                UNION_KW | INTERSECT_KW | PIPE_GT | WHERE_KW if depth == 0 => return true,
                GROUP_KW | ORDER_KW if depth == 0 && self.nth_at(n + 1, BY_KW) => return true,
                LIMIT_KW | OFFSET_KW if depth == 0 && self.nth_at(n + 1, INT_NUMBER) => return true,
                SELECT_KW if depth == 0 && self.at(L_PAREN) => return true,
                WITH_KW if self.nth_text(n + 1).eq_ignore_ascii_case("serdeproperties") => {}
                SELECT_KW | WITH_KW if depth == 0 => return false,
                kind if depth == 0 && QUERY_END.contains(kind) => return false,
                EOF => return false,
                _ => {}
            }
        }
        false
    }

    /// Whether a SELECT stands behind the one token that should follow it.
    pub(super) fn at_moved_select(&self) -> bool {
        self.nth_at(1, SELECT_KW)
            && !QUERY_END.contains(self.current())
            && !matches!(
                self.current(),
                L_PAREN | L_BRACKET | L_BRACE | WITH_KW | SELECT_KW | FROM_KW | AS_KW
            )
            || (self.at(AS_KW) && self.nth_at(1, SELECT_KW) && matches!(self.nth(2), STRUCT_KW | VALUE_KW))
    }

    /// Puts the one token in front of SELECT into an error node.
    pub(super) fn skip_before_select(&mut self) {
        let message = format!("expected SELECT before {}", self.shown());
        self.error_and_bump(message);
    }

    /// Puts what stands between two clauses into an error node, up to the next clause or, if asked, comma.
    pub(super) fn skip_to_clause(&mut self, comma: bool) {
        let skipped = self.start();
        while !(self.at_end() || comma && self.at(COMMA)) {
            let inside = comma && (self.at_stray_from() || self.at_clause_word_as_item());
            if !inside && self.at_clause_border() {
                break;
            }
            self.bump_balanced();
        }
        skipped.complete(self, ERROR_NODE);
    }

    /// Whether a clause starts or a query ends here. Words after a dot, the type UNION and the EXCEPT of a star
    /// do not count.
    fn at_clause_border(&self) -> bool {
        match self.current() {
            kind if kind.is_keyword() && self.nth_before(0) == DOT && joint_to_previous(self) => false,
            UNION_KW => self.nth_before(0) != COLON_COLON && !self.at_union_type(),
            EXCEPT_KW => !self.at_star_except(),
            FROM_KW => self.nth_before(0) != DISTINCT_KW || !self.sees_from(1),
            OFFSET_KW => self.nth_at(1, INT_NUMBER),
            kind => RECOVERY.contains(kind) || self.at_rare_clause() || self.at_damaged_operator(),
        }
    }

    /// Whether an EXCEPT stands here that columns in parentheses follow.
    pub(super) fn at_star_except(&self) -> bool {
        self.at(EXCEPT_KW)
            && ((self.nth_at(1, EXCEPT_KW) && self.nth_at(2, L_PAREN) && !self.at_query(3))
                || (self.nth_at(1, L_PAREN)
                    && !self.at_query(2)
                    && !matches!(self.nth(2), L_PAREN | ALL_KW | DISTINCT_KW)
                    && !self.holds_query(1)))
    }

    /// After expressions in parentheses: goes back to where they began if they turn out to be a query whose
    /// SELECT is missing.
    pub(super) fn back_to_headless_query(&mut self, start: &Checkpoint) -> bool {
        if matches!(self.current(), R_PAREN | COMMA | EOF) || !self.innermost_is_closed() {
            return false;
        }
        (matches!(self.current(), FROM_KW | SELECT_KW) || self.sees_from(0)) && self.rollback(start)
    }

    /// Whether one of the clauses that end a query comes before its end.
    pub(super) fn tail_clause_follows(&self) -> bool {
        let mut depth = 0u32;
        for n in 0..FAR {
            match self.nth(n) {
                L_PAREN | L_BRACKET | L_BRACE => depth += 1,
                R_PAREN | R_BRACKET | R_BRACE if depth > 0 => depth -= 1,
                ORDER_KW | LIMIT_KW | FETCH_KW | UNION_KW | INTERSECT_KW | EXCEPT_KW if depth == 0 => {
                    return true;
                }
                OFFSET_KW if depth == 0 && self.nth_at(n + 1, INT_NUMBER) => return true,
                SORT_KW | CLUSTER_KW | DISTRIBUTE_KW if depth == 0 && self.nth_at(n + 1, BY_KW) => {
                    return true;
                }
                SELECT_KW | WITH_KW if depth == 0 => return false,
                kind if depth == 0 && QUERY_END.contains(kind) => return false,
                EOF => return false,
                _ => {}
            }
        }
        false
    }

    /// Puts what stands here up to the next clause of the query's end into an error node.
    pub(super) fn skip_to_tail_clause(&mut self) {
        const STOP: TokenSet = TokenSet::new(&[
            EOF,
            R_PAREN,
            SEMICOLON,
            ORDER_KW,
            LIMIT_KW,
            FETCH_KW,
            UNION_KW,
            INTERSECT_KW,
            EXCEPT_KW,
            PIPE_GT,
        ]);
        let skipped = self.start();
        // Something is always skipped: who calls this could not use the word that stands here.
        self.bump_balanced();
        while !(self.at_set(STOP) || self.at_two(OFFSET_KW, INT_NUMBER) || self.at_rare_clause()) {
            self.bump_balanced();
        }
        skipped.complete(self, ERROR_NODE);
    }
}
