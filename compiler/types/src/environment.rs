//! What inference knows of the world around one body.

use crate::{DialectKind, Schema};
use rocky_hir::body::Ident;
use smol_str::SmolStr;
use std::fmt;
use std::sync::Arc;

/// What a name in a FROM clause stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RelationSchema {
    /// The model's name, or the external table's name as lineage prints it.
    pub id: SmolStr,
    /// Whether it is a model.
    pub is_model: bool,
    /// Its columns.
    pub schema: Arc<Schema>,
}

/// The surroundings of a body.
#[derive(Clone, Copy)]
pub struct Environment<'a> {
    /// Whose SQL it is.
    pub dialect: DialectKind,
    /// Gives what is known of a table name; `None` when nothing is.
    pub relations: &'a dyn Fn(&[Ident]) -> Option<RelationSchema>,
}

impl fmt::Debug for Environment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment").field("dialect", &self.dialect).finish_non_exhaustive()
    }
}
