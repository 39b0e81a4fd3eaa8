//! SQL: dialects as data, the lexer, the grammar, the typed tree, validation.

mod ast_ext;
mod dialect;
mod grammar;
mod lexer;
mod literal;
mod validation;

pub use dialect::{Dialect, DialectKind, DoubleQuote, IdentifierCase, LexicalRules, NamePosition};
pub use literal::{decode_string_literal, unquote_identifier};
pub use validation::{CONSTRUCTS, Construct, validate_sql};

use crate::parse::Parse;
use crate::parser::Parser;

/// The typed tree of SQL.
pub mod ast {
    pub use crate::generated::sql_ast::*;
    pub use crate::sql::ast_ext::*;
    pub use crate::{AstChildren, AstNode, AstToken};
}

/// Errors nearer than this to the one before are its consequences more often than not.
const ERROR_DISTANCE: usize = 4;

/// Parses one SQL file. Total: any text has a tree whose text is the input.
pub fn parse_sql(text: &str, dialect: DialectKind) -> Parse<ast::SqlFile> {
    let dialect = Dialect::of(dialect);
    let mut lexed = lexer::lex(text, dialect);
    let mut errors = lexed.take_errors();
    let mut parser =
        grammar::SqlParser::new(Parser::new(&lexed, "S001").with_error_distance(ERROR_DISTANCE), dialect);
    grammar::file(&mut parser);
    let (green, mut grammar_errors) = parser.into_kit().finish();
    errors.append(&mut grammar_errors);
    errors.sort_by_key(|error| (error.range.start(), error.range.end()));
    Parse::new(green, errors)
}
