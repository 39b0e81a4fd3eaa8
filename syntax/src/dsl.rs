//! The Rocky DSL: pipelines that lower to SQL (spec 02).
//!
//! A `---toml … ---` block at the start of a file is one leading token of the tree that means
//! nothing to the grammar, so all positions are positions in the file.

mod grammar;
mod lexer;
mod lints;
mod lower;
mod references;
mod text;
mod validation;
mod words;

/// The typed tree of the DSL.
pub mod ast {
    pub use crate::generated::dsl_ast::*;
    pub use crate::{AstChildren, AstNode, AstToken};
}

pub use lints::lint_dsl;
pub use lower::{LowerContext, Lowered, LoweringFinding, RelationColumns, Severity, SourceMap, lower_dsl};
pub use references::{Reference, ReferenceKind, dsl_references};
pub use validation::validate_dsl;

use std::collections::BTreeSet;

use rowan::TextSize;

use crate::Parse;
use crate::parser::Parser;

/// How many errors of a file without balanced brackets are told: the others tend to follow from them.
const UNBALANCED_LIMIT: usize = 3;

/// Parses a `.rocky` file. Every text has a tree; the errors say what is wrong with it.
///
/// Rules that need more than the grammar are checked by [`validate_dsl`].
pub fn parse_dsl(text: &str) -> Parse<ast::DslFile> {
    let mut lexed = lexer::lex(text);
    let lexical = lexed.take_errors();
    let mut parser = Parser::new(&lexed, "S011").with_unbalanced_limit(UNBALANCED_LIMIT);
    grammar::file(&mut parser);
    let (green, grammatical) = parser.finish();
    let reported: BTreeSet<TextSize> = lexical.iter().map(|error| error.range.start()).collect();
    let mut errors = lexical;
    // One mistake, one message: what the lexer reported needs no second one.
    errors.extend(grammatical.into_iter().filter(|error| !reported.contains(&error.range.start())));
    errors.sort_by_key(|error| (error.range.start(), error.range.end()));
    Parse::new(green, errors)
}
