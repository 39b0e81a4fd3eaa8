//! Names: a newtype for each kind, checked when it is made, so that no unchecked text becomes part of a statement.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a text is not a name of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{value}' is not a valid {kind}: {rule}")]
pub struct NameError {
    /// The rejected text.
    pub value: String,
    /// The kind of name that was wanted.
    pub kind: &'static str,
    /// The rule it breaks.
    pub rule: &'static str,
}

const IDENTIFIER_RULE: &str = "use letters, digits and underscores only, at least one";
const CATALOG_RULE: &str = "use letters, digits and underscores (a BigQuery project: lower-case letters, digits and hyphens), or leave it empty";
const ANY_TEXT_RULE: &str = "it must not be empty and must not hold control characters";

fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A BigQuery project id, `project` or `domain:project`.
fn is_project(text: &str) -> bool {
    let (domain, project) = match text.split_once(':') {
        Some((domain, project)) => (Some(domain), project),
        None => (None, text),
    };
    let domain_fits = domain.is_none_or(|domain| {
        !domain.is_empty()
            && domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-')
    });
    domain_fits
        && (6..=30).contains(&project.len())
        && project.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && project.starts_with(|first: char| first.is_ascii_lowercase())
        && !project.ends_with('-')
}

fn is_catalog(text: &str) -> bool {
    text.is_empty() || is_identifier(text) || is_project(text)
}

fn is_any_text(text: &str) -> bool {
    !text.is_empty() && !text.chars().any(char::is_control)
}

macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $check:ident, $rule:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks the text and makes the name.
            pub fn new(text: impl Into<String>) -> Result<Self, NameError> {
                let value = text.into();
                if $check(&value) { Ok(Self(value)) } else { Err(NameError { value, kind: $kind, rule: $rule }) }
            }

            /// The text of the name.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;
            fn try_from(text: String) -> Result<Self, NameError> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

name_type! {
    /// A catalog (database, project); empty when the relation has a two-part name.
    CatalogName, "catalog name", is_catalog, CATALOG_RULE
}
name_type! {
    /// A schema (dataset).
    SchemaName, "schema name", is_identifier, IDENTIFIER_RULE
}
name_type! {
    /// A table or view.
    TableName, "table name", is_identifier, IDENTIFIER_RULE
}
name_type! {
    /// A column. Any text a query can produce as a column name; the dialect quotes it where it must.
    ColumnName, "column name", is_any_text, ANY_TEXT_RULE
}
name_type! {
    /// A model of the project.
    ModelName, "model name", is_any_text, ANY_TEXT_RULE
}
name_type! {
    /// A pipeline of `rocky.toml`.
    PipelineName, "pipeline name", is_any_text, ANY_TEXT_RULE
}
name_type! {
    /// An adapter of `rocky.toml`.
    AdapterName, "adapter name", is_any_text, ANY_TEXT_RULE
}
name_type! {
    /// The identity of a node inside one plan, for instance `model:orders`.
    NodeId, "node id", is_any_text, ANY_TEXT_RULE
}

impl CatalogName {
    /// The empty catalog: two-part names.
    pub fn none() -> Self {
        Self(String::new())
    }

    /// Whether this is the empty catalog.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl NodeId {
    /// The id of a model's node.
    pub fn model(name: &ModelName) -> Self {
        Self(format!("model:{name}"))
    }
}

/// The full name of a table or view, as configured. Its `Display` form `catalog.schema.table` is the key in
/// outputs and in the state file; SQL text is made by the dialect only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct RelationName {
    /// Catalog, may be empty.
    pub catalog: CatalogName,
    /// Schema.
    pub schema: SchemaName,
    /// Table.
    pub table: TableName,
}

impl RelationName {
    /// Checks the three parts and makes the name.
    pub fn new(catalog: &str, schema: &str, table: &str) -> Result<Self, NameError> {
        Ok(Self {
            catalog: CatalogName::new(catalog)?,
            schema: SchemaName::new(schema)?,
            table: TableName::new(table)?,
        })
    }

    /// The asset key of a model: catalog, schema, table.
    pub fn asset_key(&self) -> Vec<String> {
        vec![self.catalog.to_string(), self.schema.to_string(), self.table.to_string()]
    }
}

impl fmt::Display for RelationName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.catalog.is_empty() {
            write!(formatter, "{}.", self.catalog)?;
        }
        write!(formatter, "{}.{}", self.schema, self.table)
    }
}
