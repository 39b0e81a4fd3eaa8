//! Lossless syntax of the two languages of models: SQL in every dialect, and Rocky.
//!
//! The language-neutral kit (lexer, event parser, tree builder, line index) serves both. Parsing is
//! total: any UTF-8 text has a tree whose text is the input, and a list of errors.
//!
//! Must not know: salsa, files and paths, other files, models, catalogs, names' meanings, types.

mod ast_support;
mod generated;
mod tree;

pub mod sql;

pub use ast_support::{AstChildren, AstNode, AstToken};
pub use rowan::{Direction, NodeOrToken, TextRange, TextSize, TokenAtOffset, WalkEvent};
pub use tree::{
    RockyLanguage, SyntaxElement, SyntaxKind, SyntaxNode, SyntaxNodeChildren, SyntaxNodePtr, SyntaxToken,
};
