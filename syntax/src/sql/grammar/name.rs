//! Names, dotted paths and aliases.

use super::SqlParser;
use super::words::RECOVERY;
use crate::parser::CompletedMarker;
use crate::sql::dialect::{DialectKind, NamePosition};
use crate::tree::SyntaxKind::*;

impl SqlParser<'_, '_> {
    /// Whether any word stands `n` places ahead, reserved or not.
    pub(super) fn at_any_word(&self, n: usize) -> bool {
        let kind = self.nth(n);
        matches!(kind, IDENT | QUOTED_IDENT) || kind.is_keyword()
    }

    /// Whether a word that may be a name at the position stands `n` places ahead.
    pub(super) fn at_name(&self, n: usize, position: NamePosition) -> bool {
        let kind = self.nth(n);
        matches!(kind, IDENT | QUOTED_IDENT)
            || (kind.is_keyword() && !self.dialect.is_reserved(position, kind))
    }

    /// Whether a word that this dialect does not reserve stands `n` places ahead, and before what follows names.
    pub(super) fn at_soft_name(&self, n: usize) -> bool {
        self.dialect.is_soft(self.nth(n))
            && matches!(
                self.nth(n + 1),
                COMMA
                    | R_PAREN
                    | SEMICOLON
                    | EOF
                    | DOT
                    | AS_KW
                    | FROM_KW
                    | WHERE_KW
                    | IS_KW
                    | EQ
                    | LT
                    | GT
                    | LT_EQ
                    | GT_EQ
                    | BANG_EQ
                    | LT_GT
                    | AND_KW
                    | OR_KW
            )
    }

    /// The same for an alias without AS: at the end of the text the word rather starts a clause.
    fn at_soft_alias(&self) -> bool {
        self.at_soft_name(0)
            && !self.at(END_KW)
            && (!self.nth_at(1, EOF) || matches!(self.current(), BY_KW | OVERLAPS_KW | WINDOW_KW))
    }

    /// Consumes a word as a name, whatever keyword it is.
    pub(super) fn bump_name(&mut self) {
        let kind = if self.at(QUOTED_IDENT) { QUOTED_IDENT } else { IDENT };
        self.bump_as(kind);
    }
}

/// A name that is defined here: an alias, a CTE, a window. Reserved words are names where nothing else can
/// stand, except clause words, which rather mean that the name is missing.
pub(super) fn name(p: &mut SqlParser<'_, '_>, what: &str) -> Option<CompletedMarker> {
    match p.current() {
        JINJA_ISLAND => {
            let m = p.start();
            p.bump();
            if p.at_any_word(0) && joint_to_previous(p) {
                p.bump_name();
            }
            Some(m.complete(p, NAME))
        }
        AT_NAME => {
            let m = p.start();
            super::primary::macro_reference(p);
            Some(m.complete(p, NAME))
        }
        AS_KW => {
            p.error(format!("expected {what}"));
            None
        }
        kind if p.at_any_word(0)
            && (!RECOVERY.contains(kind) || clause_word_is_name(p) || p.at_soft_name(0)) =>
        {
            let m = p.start();
            p.bump_name();
            if p.at(JINJA_ISLAND) && joint_to_previous(p) {
                p.bump();
            }
            Some(m.complete(p, NAME))
        }
        _ => {
            p.error(format!("expected {what}"));
            None
        }
    }
}

/// A name, or a text where a dialect takes one for an alias.
pub(super) fn alias_name(p: &mut SqlParser<'_, '_>) {
    if p.at(STRING) {
        let m = p.start();
        p.bump();
        m.complete(p, NAME);
    } else {
        name(p, "an alias after AS");
    }
}

/// Whether a clause word after AS is an alias: `a AS order, b`, `a AS group FROM t`.
fn clause_word_is_name(p: &SqlParser<'_, '_>) -> bool {
    let next = p.nth(1);
    p.current().is_keyword()
        && match next {
            COMMA | R_PAREN | SEMICOLON | MATCH_CONDITION_KW => true,
            EOF => !p.at(FROM_KW),
            FROM_KW => true,
            _ => false,
        }
}

/// Whether the current token touches the one before it.
pub(super) fn joint_to_previous(p: &SqlParser<'_, '_>) -> bool {
    p.joint_to_previous()
}

/// `(a, b)`
pub(super) fn name_list(p: &mut SqlParser<'_, '_>, what: &str) {
    let m = p.start();
    p.expect(L_PAREN);
    if p.at(R_PAREN) {
        p.error(format!("expected {what}"));
    }
    names(p, what);
    p.close_paren();
    m.complete(p, NAME_LIST);
}

/// `a, b`
pub(super) fn names(p: &mut SqlParser<'_, '_>, what: &str) {
    loop {
        if p.at(R_PAREN) || (p.dialect.trailing_commas && matches!(p.current(), EOF | SEMICOLON)) {
            break;
        }
        if name(p, what).is_none() {
            break;
        }
        if !p.eat(COMMA) {
            break;
        }
    }
}

/// A dotted path whose first segment stands here: `a.b.c`, `` `p.d`.t ``, `db..t`, `{{ x }}.t`, `my-project.d.t`.
pub(super) fn path(p: &mut SqlParser<'_, '_>) -> CompletedMarker {
    let m = p.start();
    path_segments(p, true);
    m.complete(p, PATH)
}

/// Consumes the segments of a path into the open node.
pub(super) fn path_segments(p: &mut SqlParser<'_, '_>, dashes: bool) {
    segment(p, dashes);
    while p.at(DOT) {
        if dashes && p.nth_at(1, DOT) && (p.at_any_word(2) || p.nth_at(2, JINJA_ISLAND)) {
            p.bump();
        }
        if p.nth_at(1, PARAMETER) {
            // Snowflake's `t.$1`
            p.bump();
            p.bump_as(IDENT);
            continue;
        }
        if matches!(p.nth(1), STAR | L_BRACKET) {
            break;
        }
        if p.nth_at(1, JINJA_ISLAND) || (p.at_any_word(1) && !clause_after_dot(p)) {
            p.bump();
            segment(p, dashes);
            continue;
        }
        // `t.` before a clause or at the end: the name is still being typed.
        p.bump();
        p.error("expected a name after `.`");
        break;
    }
    if at_method_bang(p) {
        p.bump();
        p.bump_name();
    }
}

/// Snowflake's `model!PREDICT(…)`, `model!role`
fn at_method_bang(p: &SqlParser<'_, '_>) -> bool {
    p.at(BANG)
        && joint_to_previous(p)
        && p.nth_joint(0)
        && p.at_any_word(1)
        && (p.nth_at(2, L_PAREN) || p.dialect.kind == DialectKind::Snowflake)
}

/// Whether the word after the dot starts the next clause: it is reserved and does not touch the dot.
pub(super) fn clause_after_dot(p: &SqlParser<'_, '_>) -> bool {
    !p.nth_joint(0) && p.nth(1).is_keyword() && p.dialect.is_reserved(NamePosition::Expression, p.nth(1))
}

/// Whether a quoted name with escapes of Unicode stands here: `U&"d\0061ta"`.
fn at_unicode_name(p: &SqlParser<'_, '_>) -> bool {
    p.at_two(IDENT, AMP)
        && p.nth_at(2, QUOTED_IDENT)
        && p.nth_joint(0)
        && p.nth_joint(1)
        && p.nth_text(0).eq_ignore_ascii_case("u")
        && matches!(p.dialect.kind, DialectKind::Postgres | DialectKind::Ansi | DialectKind::Permissive)
}

fn segment(p: &mut SqlParser<'_, '_>, dashes: bool) {
    if p.at(JINJA_ISLAND) {
        p.bump();
    } else if p.at(PARAMETER) {
        p.bump_as(IDENT);
    } else if at_unicode_name(p) {
        p.bump_glued(QUOTED_IDENT, 3);
        if p.at_two(UESCAPE_KW, STRING) {
            p.bump();
            p.bump();
        }
    } else if dashes
        && p.dialect.lexical.dashed_names
        && p.at_any_word(0)
        && p.nth_joint(0)
        && p.nth_at(1, MINUS)
    {
        let mut count = 1;
        while count < 60
            && p.nth_at(count, MINUS)
            && p.nth_joint(count - 1)
            && p.nth_joint(count)
            && (p.at_any_word(count + 1) || p.nth_at(count + 1, INT_NUMBER))
        {
            count += 2;
        }
        p.bump_glued(IDENT, count as u8);
    } else {
        p.bump_name();
    }
    while (p.at(JINJA_ISLAND) || p.at(IDENT)) && joint_to_previous(p) {
        p.bump();
    }
}

/// `[AS] name` after an expression, and Databricks' `AS (a, b)`.
pub(super) fn column_alias(p: &mut SqlParser<'_, '_>) {
    if p.at(AS_KW) {
        let m = p.start();
        p.bump();
        if p.at(L_PAREN) {
            column_alias_list(p);
        } else {
            alias_name(p);
        }
        m.complete(p, ALIAS);
    } else if (p.at_name(0, NamePosition::ColumnAlias)
        && !at_clause_pair(p)
        && !p.at_misspelt_clause(&[FROM_KW]))
        || p.at_soft_alias()
        || at_alias_of_spark(p)
        || (p.at(JINJA_ISLAND) && !p.nth_starts_line(0))
        || (p.at(STRING) && p.nth_before(0) != STRING)
    {
        let m = p.start();
        alias_name(p);
        m.complete(p, ALIAS);
    }
}

/// Spark reserves neither LIMIT nor OFFSET, so that they are the alias of the last column where no number follows.
fn at_alias_of_spark(p: &SqlParser<'_, '_>) -> bool {
    p.dialect.kind == DialectKind::Databricks
        && matches!(p.current(), LIMIT_KW | OFFSET_KW)
        && matches!(p.nth(1), EOF | SEMICOLON)
}

/// Word pairs that start a clause although their first word alone would be a fine alias.
pub(super) fn at_clause_pair(p: &SqlParser<'_, '_>) -> bool {
    match p.current() {
        SORT_KW | CLUSTER_KW | DISTRIBUTE_KW => p.at_sort_clause(),
        START_KW => p.at_start_with(),
        CONNECT_KW => p.nth_at(1, BY_KW),
        AT_KW => matches!(p.nth(1), L_PAREN | TIME_KW),
        BEFORE_KW | CHANGES_KW => p.nth_at(1, L_PAREN),
        TIMESTAMP_KW | VERSION_KW => p.nth_at(1, AS_KW) && p.nth_at(2, OF_KW),
        SAMPLE_KW => matches!(p.nth(1), L_PAREN | INT_NUMBER),
        INCLUDE_KW | EXCLUDE_KW => p.nth_at(1, NULLS_KW),
        _ => false,
    }
}

/// `[AS] name [(columns)]` after a relation.
pub(super) fn table_alias(p: &mut SqlParser<'_, '_>) {
    let implicit = (p.at_name(0, NamePosition::TableAlias) || soft_table_alias(p))
        && !p.at_misspelt_after_table()
        && !(p.at(MINUS_KW) && super::query::at_set_operator(p));
    if p.at(AS_KW) {
        // `t TIMESTAMP AS OF …` was taken before; `AS OF` alone is DuckDB's ASOF spelled apart.
        let m = p.start();
        p.bump();
        if p.at(L_PAREN) {
            column_alias_list(p);
        } else {
            alias_name(p);
            if p.at(L_PAREN) {
                column_alias_list(p);
            }
        }
        m.complete(p, ALIAS);
    } else if implicit && !at_clause_pair(p) {
        let m = p.start();
        name(p, "an alias");
        if p.at(L_PAREN) {
            column_alias_list(p);
        }
        m.complete(p, ALIAS);
    }
}

/// Join words that start no join here are names.
fn soft_table_alias(p: &SqlParser<'_, '_>) -> bool {
    match p.current() {
        ASOF_KW | SEMI_KW | ANTI_KW | POSITIONAL_KW => {
            !matches!(p.nth(1), JOIN_KW | LEFT_KW | RIGHT_KW | FULL_KW | INNER_KW)
        }
        SAMPLE_KW => !matches!(p.nth(1), L_PAREN | INT_NUMBER),
        PIVOT_KW | UNPIVOT_KW | MATCH_RECOGNIZE_KW | MATCH_CONDITION_KW => {
            !matches!(p.nth(1), L_PAREN | INCLUDE_KW | EXCLUDE_KW)
        }
        OFFSET_KW => !starts_number(p, 1),
        _ if p.at_soft_alias() => true,
        _ => false,
    }
}

pub(super) fn starts_number(p: &SqlParser<'_, '_>, n: usize) -> bool {
    matches!(
        p.nth(n),
        INT_NUMBER
            | FLOAT_NUMBER
            | L_PAREN
            | PARAMETER
            | QUESTION
            | COLON
            | JINJA_ISLAND
            | AT_NAME
            | IDENT
            | MINUS
    )
}

/// `(a, b INT)`
pub(super) fn column_alias_list(p: &mut SqlParser<'_, '_>) {
    let m = p.start();
    p.expect(L_PAREN);
    while !p.at(R_PAREN) && !p.at_end() {
        let column = p.start();
        if name(p, "a column name").is_none() {
            column.abandon(p);
            break;
        }
        if !matches!(p.current(), COMMA | R_PAREN) && p.at_any_word(0) && !RECOVERY.contains(p.current()) {
            super::data_type::data_type(p);
        }
        column.complete(p, COLUMN_ALIAS);
        if !p.eat(COMMA) {
            break;
        }
    }
    p.close_paren();
    m.complete(p, COLUMN_ALIAS_LIST);
}
