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
    let dialect = Dialect::of(dialect);
    parse(&mut lexer::lex(text, dialect), dialect, false).0
}

/// [`parse_sql`], and what it takes for another text to have the same tree.
pub fn parse_sql_with_layout(text: &str, dialect: DialectKind) -> (Parse<ast::SqlFile>, SqlLayout<'_>) {
    let mut tokens = SqlTokens::of(text, dialect);
    let (parse, answers) = parse(&mut tokens.lexed, Dialect::of(dialect), true);
    (parse, SqlLayout { tokens, answers })
}

/// What the tree of a SQL text owes to its blanks and line ends: whether two words touch, whether a text literal starts
/// a line.
#[derive(Debug)]
pub struct SqlLayout<'t> {
    tokens: SqlTokens<'t>,
    answers: Vec<crate::parser::Answer>,
}

impl<'t> SqlLayout<'t> {
    /// The tokens of the text.
    pub fn tokens(&self) -> &SqlTokens<'t> {
        &self.tokens
    }

    /// Whether these tokens stand to each other as those of the text did, wherever that made a difference. If they are
    /// the same tokens besides, white space and comments aside, the tree is the same.
    pub fn holds(&self, tokens: &SqlTokens<'_>) -> bool {
        crate::parser::holds(&self.answers, &tokens.lexed)
    }
}

/// A SQL text cut into tokens.
#[derive(Debug)]
pub struct SqlTokens<'t> {
    lexed: Lexed<'t>,
}

impl<'t> SqlTokens<'t> {
    /// Cuts a text. Total, like [`parse_sql`].
    pub fn of(text: &'t str, dialect: DialectKind) -> SqlTokens<'t> {
        SqlTokens { lexed: lexer::lex(text, Dialect::of(dialect)) }
    }

    /// The tokens with their texts and where they start, white space and comments included. They tile the text.
    pub fn iter(&self) -> impl Iterator<Item = (SyntaxKind, &'t str, usize)> + '_ {
        (0..self.lexed.len())
            .map(|index| (self.lexed.kind(index), self.lexed.token_text(index), self.lexed.start(index)))
    }

    /// Whether a token is not what it should be: an open literal, a character that starts nothing. The errors of a
    /// parsed text are those of its tree, not those of its tokens.
    pub fn has_errors(&self) -> bool {
        self.lexed.has_errors()
    }
}

/// Parses one SQL file to a flat tree: the same nodes and the same errors as [`parse_sql`], for a fraction of the
/// time. For those who look once at each of ten thousand texts.
pub fn parse_sql_flat(text: &str, dialect: DialectKind) -> FlatParse<'_> {
    let dialect = Dialect::of(dialect);
    let mut lexed = lexer::lex(text, dialect);
    let lexical = lexed.take_errors();
    let (tree, grammatical) = parsed(&lexed, dialect, false).finish_flat();
    FlatParse { tree, errors: all_errors(&lexed, lexical, grammatical) }
}

fn parse(
    lexed: &mut Lexed<'_>,
    dialect: &'static Dialect,
    asks_for_layout: bool,
) -> (Parse<ast::SqlFile>, Vec<crate::parser::Answer>) {
    let lexical = lexed.take_errors();
    let lexed = &*lexed;
    let mut kit = parsed(lexed, dialect, asks_for_layout);
    let answers = kit.take_layout();
    let (green, grammatical) = kit.finish();
    (Parse::new(green, all_errors(lexed, lexical, grammatical)), answers)
}

fn parsed<'l, 't>(lexed: &'l Lexed<'t>, dialect: &'static Dialect, asks_for_layout: bool) -> Parser<'l, 't> {
    let mut kit = Parser::new(lexed, "S001")
        .with_error_distance(ERROR_DISTANCE)
        .with_unbalanced_limit(UNBALANCED_LIMIT);
    if asks_for_layout {
        kit = kit.with_layout();
    }
    let mut parser = grammar::SqlParser::new(kit, dialect);
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
