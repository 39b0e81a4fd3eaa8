//! A model as a node of the plan.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{DataTest, ModelName, OutputSchema, RelationName, TableStrategy};

/// One SELECT in the plan's dialect: trusted project text, ephemeral models inlined, references resolved to the
/// tables they read, no trailing semicolon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "String", into = "String")]
pub struct SelectSql(String);

impl SelectSql {
    /// Takes the text; trailing white space and semicolons go.
    pub fn new(text: impl Into<String>) -> Self {
        let mut text = text.into();
        let kept = text.trim_end_matches(|last: char| last.is_whitespace() || last == ';').len();
        text.truncate(kept);
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for SelectSql {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<SelectSql> for String {
    fn from(sql: SelectSql) -> String {
        sql.0
    }
}

/// What becomes of a model's result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Materialization {
    /// Nothing is written: the model is inlined where it is used.
    Ephemeral,
    /// A relation is written.
    Relation {
        /// Where.
        target: RelationName,
        /// How.
        strategy: TableStrategy,
    },
}

impl Materialization {
    /// The strategy's name in configuration and outputs.
    pub fn strategy_name(&self) -> &'static str {
        match self {
            Materialization::Ephemeral => "ephemeral",
            Materialization::Relation { strategy, .. } => strategy.name(),
        }
    }

    /// The relation that is written.
    pub fn target(&self) -> Option<&RelationName> {
        match self {
            Materialization::Ephemeral => None,
            Materialization::Relation { target, .. } => Some(target),
        }
    }

    /// Whether this version can execute it.
    pub fn is_executable(&self) -> bool {
        match self {
            Materialization::Ephemeral => true,
            Materialization::Relation { strategy, .. } => strategy.is_executable(),
        }
    }
}

/// A model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModelNode {
    /// Its name.
    pub name: ModelName,
    /// The file that defines it, relative to the project, for messages.
    pub file: String,
    /// Its query.
    pub select: SelectSql,
    /// What becomes of the result.
    pub materialization: Materialization,
    /// The result's columns.
    pub output: OutputSchema,
    /// Its `[[tests]]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<DataTest>,
}
