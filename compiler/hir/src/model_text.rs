//! A model's text with its trees, each made when it is first asked for.

use crate::summary::{Language, ModelTree, parse_model};
use rocky_syntax::{DialectKind, FlatParse, TextSize, parse_sql_flat};
use std::cell::OnceCell;

/// A model's text, and what is made of it. Most texts are only ever read flat; the lossless tree is for those
/// that somebody types in, and for those that have something to be found.
pub struct ModelText<'a> {
    /// The language it is in.
    pub language: Language,
    /// Whose SQL it is.
    pub dialect: DialectKind,
    /// The text, its macros expanded, a frontmatter block blanked.
    pub text: &'a str,
    /// Whether the text was the promised one, without which nothing may be stored.
    pub matches_digest: bool,
    /// The text as it is written, a frontmatter block blanked.
    pub(crate) written: &'a str,
    /// Where the query begins in it.
    pub(crate) start: TextSize,
    /// Whether macros were expanded, so that the tree is of another text.
    pub(crate) is_expanded: bool,
    /// Where a tree is kept that others want as well.
    pub(crate) kept: Option<&'a dyn Fn() -> &'a ModelTree>,
    pub(crate) own: OnceCell<ModelTree>,
    pub(crate) flat: OnceCell<FlatParse<'a>>,
}

impl<'a> ModelText<'a> {
    /// A text by itself.
    pub fn new(text: &'a str, language: Language, dialect: DialectKind) -> ModelText<'a> {
        ModelText {
            language,
            dialect,
            text,
            matches_digest: true,
            written: text,
            start: TextSize::new(0),
            is_expanded: false,
            kept: None,
            own: OnceCell::new(),
            flat: OnceCell::new(),
        }
    }

    /// Its lossless tree.
    pub fn tree(&self) -> &ModelTree {
        match self.kept {
            Some(kept) => kept(),
            None => self.own.get_or_init(|| parse_model(self.text, self.language, self.dialect)),
        }
    }

    /// Its lossless tree, if it is needed.
    pub(crate) fn tree_if(&self, needed: bool) -> Option<&ModelTree> {
        needed.then(|| self.tree())
    }

    /// Its flat tree; of an SQL text.
    pub(crate) fn flat(&self) -> &FlatParse<'a> {
        self.flat.get_or_init(|| parse_sql_flat(self.text, self.dialect))
    }
}
