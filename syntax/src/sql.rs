//! SQL: dialects as data, the grammar, the typed tree, validation.

/// The typed tree of SQL.
pub mod ast {
    pub use crate::generated::sql_ast::*;
    pub use crate::{AstChildren, AstNode, AstToken};
}
