//! The SQL grammar: recursive descent with a Pratt loop for expressions. It is one permissive grammar;
//! what differs between dialects it asks the dialect's tables.

mod collection;
mod damage;
mod data_type;
mod expr;
mod from;
mod function;
mod group_order;
mod lookahead;
mod name;
mod pipe;
mod pivot;
mod primary;
mod query;
mod recovery;
mod relation;
mod select;
mod special_form;
mod statement;
mod window;
mod words;

use std::ops::{Deref, DerefMut};

use crate::parser::Parser;
use crate::sql::dialect::Dialect;
use crate::tree::SyntaxKind;

/// The parser kit's cursor and the dialect whose tables the grammar asks.
pub(super) struct SqlParser<'l, 't> {
    kit: Parser<'l, 't>,
    dialect: &'static Dialect,
    /// Inside brackets and braces a colon separates, so that it starts no JSON path.
    colon_separates: bool,
    /// Whether the arguments here may have aliases: `STRUCT(1 AS a)`.
    argument_aliases: bool,
    /// Whether a `)` without partner ends the query here, whose `(` is missing.
    closer_ends_query: bool,
}

impl<'l, 't> SqlParser<'l, 't> {
    pub(super) fn new(kit: Parser<'l, 't>, dialect: &'static Dialect) -> SqlParser<'l, 't> {
        SqlParser { kit, dialect, colon_separates: false, argument_aliases: false, closer_ends_query: false }
    }

    pub(super) fn into_kit(self) -> Parser<'l, 't> {
        self.kit
    }

    /// Reports an error at the current token, unless there is one at it already.
    fn error(&mut self, message: impl Into<String>) {
        self.kit.error(message);
    }

    /// Puts the current token into an error node, with a message.
    fn error_and_bump(&mut self, message: impl Into<String>) {
        self.kit.error_and_bump(message);
    }

    /// Consumes the closing parenthesis of the innermost open one, past whatever stands in front of it.
    fn close_paren(&mut self) -> bool {
        if self.kit.close_paren() {
            return true;
        }
        if self.at_set(words::RECOVERY) {
            return false;
        }
        self.skip_until(words::RECOVERY);
        self.kit.eat_closed(SyntaxKind::R_PAREN)
    }

    /// Whether a `)` stands here that closes nothing.
    fn at_unmatched_paren(&self) -> bool {
        !self.closer_ends_query && self.at(SyntaxKind::R_PAREN) && self.kit.at_unmatched()
    }

    /// Runs a part of the grammar where a colon separates, or where it does not.
    fn with_colon<T>(&mut self, separates: bool, part: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.colon_separates, separates);
        let result = part(self);
        self.colon_separates = before;
        result
    }
}

impl<'l, 't> Deref for SqlParser<'l, 't> {
    type Target = Parser<'l, 't>;

    fn deref(&self) -> &Parser<'l, 't> {
        &self.kit
    }
}

impl DerefMut for SqlParser<'_, '_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.kit
    }
}

/// Parses a file.
pub(super) fn file(p: &mut SqlParser<'_, '_>) {
    statement::file(p);
}
