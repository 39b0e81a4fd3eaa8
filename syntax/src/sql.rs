//! SQL: dialects as data, the lexer, the grammar, the typed tree, validation.

mod ast_ext;
mod dialect;
mod grammar;
mod lexer;
mod literal;
mod validation;

pub use dialect::{Dialect, DialectKind, DoubleQuote, IdentifierCase, LexicalRules, NamePosition};
pub use literal::{decode_string_literal, unquote_identifier};
pub use validation::{CONSTRUCTS, Construct, validate_sql, validates_silently};

use rowan::TextRange;

use crate::flat::FlatParse;
use crate::lexer::Lexed;
use crate::parse::Parse;
use crate::parser::Parser;
use crate::syntax_error::SyntaxError;
use crate::tree::SyntaxKind;

/// The typed tree of SQL.
pub mod ast {
    pub use crate::generated::sql_ast::*;
    pub use crate::sql::ast_ext::*;
    pub use crate::{AstChildren, AstNode, AstToken};
}

/// The keyword that an unquoted word is, in any mixture of cases; in most places it may still be a name.
pub fn keyword_kind(word: &str) -> Option<SyntaxKind> {
    crate::lexer::keywords::sql_keyword(word)
}

/// The tokens of a text, white space and comments included, without a tree: each kind and where it starts. They tile
/// the text. Total, like [`parse_sql`]; what starts no token is an error token of one character.
pub fn sql_tokens(text: &str, dialect: DialectKind) -> impl Iterator<Item = (SyntaxKind, TextRange)> + '_ {
    let lexed = lexer::lex(text, Dialect::of(dialect));
    (0..lexed.len()).map(move |index| (lexed.kind(index), lexed.range(index)))
}

/// Errors nearer than this to the one before are its consequences more often than not.
const ERROR_DISTANCE: usize = 4;

/// How many errors of a statement without balanced brackets are told.
const UNBALANCED_LIMIT: usize = 2;

/// Parses one SQL file. Total: any text has a tree whose text is the input.
pub fn parse_sql(text: &str, dialect: DialectKind) -> Parse<ast::SqlFile> {
    let (lexed, lexical) = lexed(text, dialect);
    let (green, grammatical) = parsed(&lexed, dialect).finish();
    Parse::new(green, all_errors(&lexed, lexical, grammatical))
}

/// Parses one SQL file to a flat tree: the same nodes and the same errors as [`parse_sql`], for a fraction of the
/// time. For those who look once at each of ten thousand texts.
pub fn parse_sql_flat(text: &str, dialect: DialectKind) -> FlatParse<'_> {
    let (lexed, lexical) = lexed(text, dialect);
    let (tree, grammatical) = parsed(&lexed, dialect).finish_flat();
    FlatParse { tree, errors: all_errors(&lexed, lexical, grammatical) }
}

fn lexed(text: &str, dialect: DialectKind) -> (Lexed<'_>, Vec<SyntaxError>) {
    let mut lexed = lexer::lex(text, Dialect::of(dialect));
    let errors = lexed.take_errors();
    (lexed, errors)
}

fn parsed<'l, 't>(lexed: &'l Lexed<'t>, dialect: DialectKind) -> Parser<'l, 't> {
    let mut parser = grammar::SqlParser::new(
        Parser::new(lexed, "S001")
            .with_error_distance(ERROR_DISTANCE)
            .with_unbalanced_limit(UNBALANCED_LIMIT),
        Dialect::of(dialect),
    );
    grammar::file(&mut parser);
    parser.into_kit()
}

fn all_errors(
    lexed: &Lexed<'_>,
    mut errors: Vec<SyntaxError>,
    mut grammatical: Vec<SyntaxError>,
) -> Vec<SyntaxError> {
    if !grammatical.is_empty()
        && let Some(tag) = (0..lexed.len()).find(|&index| lexed.kind(index) == SyntaxKind::JINJA_STATEMENT)
    {
        // What stands behind a tag of control flow is a template: its branches together are no SQL.
        let end = lexed.range(tag).end();
        grammatical.retain(|error| error.range.start() < end);
    }
    errors.append(&mut grammatical);
    errors.sort_by_key(|error| (error.range.start(), error.range.end()));
    errors
}
