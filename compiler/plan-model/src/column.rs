//! What a model's query puts out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ColumnName;

/// A type as the warehouse spells it, for instance `DECIMAL(18,2)`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RawType(pub String);

/// A column the compiler expects in the result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExpectedColumn {
    /// Its name, as written.
    pub name: ColumnName,
    /// Its type in the plan's dialect, when inference knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_type: Option<RawType>,
    /// Whether NULL can occur, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nullable: Option<bool>,
}

impl ExpectedColumn {
    /// A column of which only the name is known.
    pub fn named(name: ColumnName) -> Self {
        Self { name, data_type: None, nullable: None }
    }
}

/// The output columns of a model, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OutputSchema {
    /// Every column is known.
    Closed {
        /// The columns.
        columns: Vec<ExpectedColumn>,
    },
    /// The query selects everything from something whose columns the compiler does not know. The engine asks the
    /// warehouse before it writes.
    Open {
        /// The columns that are known; there may be more.
        columns: Vec<ExpectedColumn>,
    },
}

impl OutputSchema {
    /// The known columns.
    pub fn columns(&self) -> &[ExpectedColumn] {
        match self {
            OutputSchema::Closed { columns } | OutputSchema::Open { columns } => columns,
        }
    }

    /// The column of this name. Warehouses compare column names without case.
    pub fn column(&self, name: &ColumnName) -> Option<&ExpectedColumn> {
        self.columns().iter().find(|column| column.name.as_str().eq_ignore_ascii_case(name.as_str()))
    }
}
