//! DuckDB.

use std::collections::BTreeSet;
use std::path::Path;

use rocky_plan_model::{CatalogName, Dialect, RelationName, SchemaName};

use super::{MAX_LITERAL_BYTES, SqlDialect, TimestampKind};
use crate::{AdapterError, ErrorKind, Result};

/// Words that cannot stand bare where a column or table name is meant: DuckDB's keyword categories `reserved` and
/// `type_function`. A test compares the list with the engine's own.
#[rustfmt::skip]
pub const DUCKDB_QUOTED_KEYWORDS: &[&str] = &[
    "all", "analyse", "analyze", "and", "anti", "any", "array", "as", "asc",
    "asof", "asymmetric", "at", "authorization", "binary", "both", "by", "case", "cast",
    "check", "collate", "collation", "column", "columns", "concurrently", "constraint", "create", "cross",
    "default", "deferrable", "desc", "describe", "distinct", "do", "else", "end", "except",
    "false", "fetch", "for", "foreign", "freeze", "from", "full", "generated", "glob",
    "group", "having", "ilike", "in", "initially", "inner", "intersect", "into", "is",
    "isnull", "join", "lambda", "lateral", "leading", "left", "like", "limit", "map",
    "natural", "not", "notnull", "null", "offset", "on", "only", "or", "order",
    "outer", "overlaps", "pivot", "pivot_longer", "pivot_wider", "placing", "positional", "primary", "qualify",
    "references", "returning", "right", "select", "semi", "show", "similar", "some", "struct",
    "summarize", "symmetric", "table", "tablesample", "then", "to", "trailing", "true", "try_cast",
    "union", "unique", "unpack", "unpivot", "using", "variadic", "verbose", "when", "where",
    "window", "with",
];

/// The name DuckDB attaches a database file under: the file's stem, `memory` without a file.
pub fn attached_name(database: Option<&Path>) -> String {
    database
        .and_then(Path::file_stem)
        .map_or_else(|| "memory".to_owned(), |stem| stem.to_string_lossy().into_owned())
}

/// DuckDB's text primitives. It has no catalogs of its own: a configured catalog becomes part of the text only when it
/// names an attached database.
#[derive(Debug, Clone)]
pub struct DuckDbDialect {
    attached: BTreeSet<String>,
}

impl DuckDbDialect {
    /// The dialect for these attached databases.
    pub fn new<'a>(attached: impl IntoIterator<Item = &'a str>) -> Self {
        Self { attached: attached.into_iter().map(str::to_lowercase).collect() }
    }

    /// The dialect for a database file (none: in memory), before anything is opened.
    pub fn for_database(database: Option<&Path>) -> Self {
        Self::new([attached_name(database).as_str()])
    }

    /// Whether this catalog names an attached database.
    pub fn is_attached(&self, catalog: &CatalogName) -> bool {
        !catalog.is_empty() && self.attached.contains(&catalog.as_str().to_lowercase())
    }
}

impl SqlDialect for DuckDbDialect {
    fn dialect(&self) -> Dialect {
        Dialect::DuckDb
    }

    fn identifier(&self, name: &str) -> String {
        let mut letters = name.chars();
        let ordinary = letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
            && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        let keyword = || DUCKDB_QUOTED_KEYWORDS.binary_search(&name.to_ascii_lowercase().as_str()).is_ok();
        if ordinary && !keyword() { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
    }

    fn string_literal(&self, text: &str) -> Result<String> {
        if text.contains('\0') {
            return Err(AdapterError::new(
                ErrorKind::Query,
                "a text value holds a NUL character, which no literal can",
            )
            .with_hint("remove the character"));
        }
        if text.len() > MAX_LITERAL_BYTES {
            return Err(AdapterError::new(
                ErrorKind::Query,
                format!("a text value of {} bytes is longer than the {MAX_LITERAL_BYTES} bytes a literal may have", text.len()),
            )
            .with_hint("shorten the value"));
        }
        Ok(format!("'{}'", text.replace('\'', "''")))
    }

    fn table_ref(&self, relation: &RelationName) -> String {
        format!(
            "{}.{}",
            self.schema_ref(&relation.catalog, &relation.schema),
            self.identifier(relation.table.as_str())
        )
    }

    fn schema_ref(&self, catalog: &CatalogName, schema: &SchemaName) -> String {
        let schema = self.identifier(schema.as_str());
        if self.is_attached(catalog) {
            format!("{}.{schema}", self.identifier(catalog.as_str()))
        } else {
            schema
        }
    }

    fn string_type(&self) -> &'static str {
        "VARCHAR"
    }

    fn create_catalog(&self, catalog: &CatalogName) -> Result<String> {
        Err(AdapterError::new(
            ErrorKind::Unsupported,
            format!("DuckDB cannot create the catalog '{catalog}'"),
        )
        .with_hint("set auto_create_catalogs = false"))
    }

    fn epoch(&self, kind: TimestampKind) -> &'static str {
        match kind {
            TimestampKind::Date => "DATE '1970-01-01'",
            TimestampKind::Timestamp => "TIMESTAMP '1970-01-01'",
        }
    }

    fn timestamp_kind(&self, data_type: &str) -> Option<TimestampKind> {
        let data_type = data_type.to_ascii_uppercase();
        if data_type == "DATE" {
            Some(TimestampKind::Date)
        } else if data_type.starts_with("TIMESTAMP") || data_type.starts_with("DATETIME") {
            Some(TimestampKind::Timestamp)
        } else {
            None
        }
    }

    fn sample_clause(&self, percent: u8) -> String {
        format!("USING SAMPLE {percent} PERCENT (bernoulli)")
    }

    fn regex_match(&self, column: &str, pattern: &str) -> Result<String> {
        Ok(format!("regexp_matches({}, {})", self.identifier(column), self.string_literal(pattern)?))
    }
}

#[cfg(test)]
mod tests;
