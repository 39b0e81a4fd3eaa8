//! Lossless syntax of the two languages of models: SQL in every dialect, and Rocky.
//!
//! The language-neutral kit (lexer, event parser, tree builder, line index) serves both. Parsing is
//! total: any UTF-8 text has a tree whose text is the input, and a list of errors.
//!
//! Must not know: salsa, files and paths, other files, models, catalogs, names' meanings, types.

mod ast_support;
mod closest;
mod flat;
mod frontmatter;
mod generated;
mod lexer;
mod line_index;
mod parse;
mod parser;
mod syntax_error;
mod text_edit;
mod tree;
mod walk;

pub mod dsl;
pub mod sql;

pub use ast_support::{AstChildren, AstNode, AstToken};
pub use closest::edit_distance;
pub use flat::{FlatElement, FlatNode, FlatParse, FlatToken, FlatTree};
pub use frontmatter::{FrontmatterBlock, frontmatter_block, has_frontmatter};
pub use line_index::{LineCol, LineIndex};
pub use parse::Parse;
pub use rowan::{Direction, NodeOrToken, TextRange, TextSize, TokenAtOffset, WalkEvent};
pub use sql::{
    CONSTRUCTS, Construct, Dialect, DialectKind, IdentifierCase, SqlLayout, SqlTokens, decode_string_literal,
    keyword_kind, parse_sql, parse_sql_flat, parse_sql_with_layout, sql_tokens, unquote_identifier,
    validate_sql, validates_silently,
};
pub use syntax_error::{Correction, SyntaxError};
pub use text_edit::{TextEdit, TextEditError, apply_edits};
pub use tree::{
    RockyLanguage, SyntaxElement, SyntaxKind, SyntaxNode, SyntaxNodeChildren, SyntaxNodePtr, SyntaxToken,
};
pub use walk::{NodeView, TokenView, Visited, Visitor, walk};
