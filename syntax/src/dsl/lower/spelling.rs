//! How one dialect spells names and literals.

use super::expression::Ident;
use crate::DialectKind;
use crate::dsl::words;
use crate::sql::{Dialect, NamePosition, keyword_kind};

/// Words that hardly any dialect accepts as a bare column or table name; quoting them where one
/// does changes nothing.
const RESERVED_EVERYWHERE: &[&str] = &[
    "all",
    "and",
    "any",
    "as",
    "between",
    "case",
    "create",
    "cross",
    "distinct",
    "else",
    "end",
    "except",
    "exists",
    "false",
    "for",
    "from",
    "full",
    "group",
    "having",
    "in",
    "inner",
    "intersect",
    "into",
    "is",
    "join",
    "lateral",
    "left",
    "like",
    "limit",
    "natural",
    "not",
    "null",
    "on",
    "or",
    "order",
    "outer",
    "right",
    "select",
    "some",
    "table",
    "then",
    "to",
    "true",
    "union",
    "using",
    "when",
    "where",
    "with",
];

/// Spells names and literals for one dialect.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spelling {
    pub(crate) dialect: DialectKind,
}

impl Spelling {
    /// A name: as written where that is valid, otherwise quoted.
    pub(crate) fn ident(self, ident: &Ident) -> String {
        if ident.quoted {
            return self.quote(&ident.text);
        }
        if !needs_quotes(&ident.text) && !self.is_reserved(&ident.text) {
            return ident.text.to_string();
        }
        match self.dialect {
            DialectKind::Snowflake => self.quote(&ident.text.to_ascii_uppercase()),
            _ => self.quote(&ident.text),
        }
    }

    /// A dotted name.
    pub(crate) fn dotted(self, parts: &[Ident]) -> String {
        let parts: Vec<String> = parts.iter().map(|part| self.ident(part)).collect();
        parts.join(".")
    }

    /// Whether a word of the dialect's own stands in the way: BigQuery's `groups`.
    fn is_reserved(self, text: &str) -> bool {
        let dialect = Dialect::of(self.dialect);
        keyword_kind(text).is_some_and(|word| {
            [NamePosition::Expression, NamePosition::TableName]
                .into_iter()
                .any(|position| dialect.is_reserved(position, word))
        })
    }

    fn quote(self, text: &str) -> String {
        match self.dialect {
            DialectKind::Databricks => format!("`{}`", text.replace('`', "``")),
            DialectKind::BigQuery => format!("`{}`", text.replace('\\', "\\\\").replace('`', "\\`")),
            _ => format!("\"{}\"", text.replace('"', "\"\"")),
        }
    }

    /// A string literal with the given value.
    pub(crate) fn string(self, value: &str) -> String {
        let mut out = String::with_capacity(value.len() + 2);
        out.push('\'');
        for c in value.chars() {
            match (c, self.dialect) {
                ('\'', DialectKind::Databricks | DialectKind::BigQuery) => out.push_str("\\'"),
                ('\'', _) => out.push_str("''"),
                ('\\', DialectKind::Databricks | DialectKind::BigQuery | DialectKind::Snowflake) => {
                    out.push_str("\\\\");
                }
                ('\n', DialectKind::BigQuery) => out.push_str("\\n"),
                ('\r', DialectKind::BigQuery) => out.push_str("\\r"),
                _ => out.push(c),
            }
        }
        out.push('\'');
        out
    }

    /// The name of a function: upper-case, except user functions in a schema, whose names may
    /// be case-sensitive.
    pub(crate) fn function(self, name: &[Ident]) -> String {
        match name {
            [single] if single.quoted => self.ident(single),
            [single] => {
                let upper = single.text.to_ascii_uppercase();
                match (upper.as_str(), self.dialect) {
                    ("IF", DialectKind::Snowflake) => "IFF".to_owned(),
                    _ => upper,
                }
            }
            parts => self.dotted(parts),
        }
    }
}

fn needs_quotes(text: &str) -> bool {
    let mut chars = text.chars();
    let plain_start = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    if !plain_start || !chars.all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return true;
    }
    let folded = text.to_ascii_lowercase();
    // A reserved word of the DSL got here only through the extended grammar.
    words::is_reserved(text) || RESERVED_EVERYWHERE.contains(&folded.as_str())
}
