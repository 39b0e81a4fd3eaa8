//! Documents from texts, with cursors.

use rocky_ide::{DialectKind, SourceLanguage, SyntaxDocument, TextSize};
use std::sync::Arc;

pub(crate) const SQL: SourceLanguage = SourceLanguage::Sql(DialectKind::DuckDb);
pub(crate) const ROCKY: SourceLanguage = SourceLanguage::Rocky;
pub(crate) const TOML: SourceLanguage = SourceLanguage::Toml;

pub(crate) fn document(text: &str, language: SourceLanguage) -> SyntaxDocument {
    SyntaxDocument::new(Arc::from(text), language)
}

/// A document without its cursor mark `§`, and where that was.
pub(crate) fn with_cursor(marked: &str, language: SourceLanguage) -> (SyntaxDocument, TextSize) {
    let at = marked.find('§').expect("the text has a cursor");
    (document(&marked.replace('§', ""), language), TextSize::new(at as u32))
}
