//! What a probe of a relation finds.

use serde::{Deserialize, Serialize};

use crate::AdapterError;

/// The kind of an existing relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// A table.
    Table,
    /// A view.
    View,
    /// Something else under that name.
    Other,
}

impl RelationKind {
    /// The word in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            RelationKind::Table => "table",
            RelationKind::View => "view",
            RelationKind::Other => "object that is neither table nor view",
        }
    }
}

/// A column of an existing relation or of a query's result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableColumn {
    /// Its name.
    pub name: String,
    /// Its type as the warehouse spells it.
    pub data_type: String,
    /// Whether NULL is allowed; true when the warehouse does not say.
    #[serde(default = "nullable_by_default")]
    pub nullable: bool,
}

fn nullable_by_default() -> bool {
    true
}

/// A relation that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresentRelation {
    /// Its kind.
    pub kind: RelationKind,
    /// Its columns, in order.
    pub columns: Vec<TableColumn>,
}

impl PresentRelation {
    /// The column of this name; warehouses compare names without case.
    pub fn column(&self, name: &str) -> Option<&TableColumn> {
        self.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name))
    }
}

/// What is known of a target. Only a definite not-found is `Absent`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetState {
    /// It certainly does not exist.
    Absent,
    /// It exists.
    Present(PresentRelation),
    /// The question could not be answered. Never a reason to write.
    Unknown(AdapterError),
}
