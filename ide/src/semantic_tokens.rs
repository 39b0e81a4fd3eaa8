//! What every word of a document is, for highlighting.
//!
//! The tree decides; what it cannot know (is this table a model of the project?) it is told. Half-typed
//! text has tokens as well: what the parser could not place keeps what the lexer saw.

mod pipeline;
mod settings;
mod sql;

use crate::{Analysis, FilePath, SourceLanguage, SyntaxDocument};
use rocky_compiler::hir::body::Ident;
use rocky_compiler::hir::{ReferenceTarget, model_dialect, model_index, resolve_reference};
use rocky_compiler::project::layout;
use rocky_compiler::syntax::{DialectKind, SyntaxKind, SyntaxToken, TextRange, TextSize, unquote_identifier};
use rustc_hash::FxHasher;
use smol_str::SmolStr;
use std::hash::{Hash as _, Hasher as _};

/// What a token is. The order is that of the protocol's legend; the first six must not move.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TokenKind {
    /// A model or another table, and an alias of one.
    Namespace,
    /// A column.
    Variable,
    /// A function.
    Function,
    /// A word of the grammar.
    Keyword,
    /// A data type.
    Type,
    /// A macro, a placeholder, a template.
    Macro,
    /// A common table expression, a `let`, a subquery's alias.
    Class,
    /// A field of a struct, a key of a TOML document.
    Property,
    /// A parameter of a lambda or a query, the name of a named argument.
    Parameter,
    /// A text.
    String,
    /// A number or a date.
    Number,
    /// A comment.
    Comment,
    /// An operator.
    Operator,
    /// A fixed word that is no keyword: `day` in an interval.
    EnumMember,
}

impl TokenKind {
    /// All kinds, in the order of the legend.
    pub const ALL: [TokenKind; 14] = [
        TokenKind::Namespace,
        TokenKind::Variable,
        TokenKind::Function,
        TokenKind::Keyword,
        TokenKind::Type,
        TokenKind::Macro,
        TokenKind::Class,
        TokenKind::Property,
        TokenKind::Parameter,
        TokenKind::String,
        TokenKind::Number,
        TokenKind::Comment,
        TokenKind::Operator,
        TokenKind::EnumMember,
    ];

    /// Its name in the legend.
    pub fn name(self) -> &'static str {
        match self {
            TokenKind::Namespace => "namespace",
            TokenKind::Variable => "variable",
            TokenKind::Function => "function",
            TokenKind::Keyword => "keyword",
            TokenKind::Type => "type",
            TokenKind::Macro => "macro",
            TokenKind::Class => "class",
            TokenKind::Property => "property",
            TokenKind::Parameter => "parameter",
            TokenKind::String => "string",
            TokenKind::Number => "number",
            TokenKind::Comment => "comment",
            TokenKind::Operator => "operator",
            TokenKind::EnumMember => "enumMember",
        }
    }
}

/// More about a token: a set of flags.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct TokenModifiers(u32);

impl TokenModifiers {
    /// Nothing more.
    pub const NONE: TokenModifiers = TokenModifiers(0);
    /// The name is introduced here.
    pub const DECLARATION: TokenModifiers = TokenModifiers(1);
    /// And what it stands for follows.
    pub const DEFINITION: TokenModifiers = TokenModifiers(1 << 1);
    /// A table that the project reads and does not build; a value given from outside.
    pub const READONLY: TokenModifiers = TokenModifiers(1 << 2);
    /// A function that the warehouse brings.
    pub const DEFAULT_LIBRARY: TokenModifiers = TokenModifiers(1 << 4);
    /// The column is given another value here.
    pub const MODIFICATION: TokenModifiers = TokenModifiers(1 << 5);
    /// The word begins a step.
    pub const CONTROL_FLOW: TokenModifiers = TokenModifiers(1 << 7);

    /// The names of the flags, from the lowest bit.
    pub const NAMES: [&'static str; 8] = [
        "declaration",
        "definition",
        "readonly",
        "deprecated",
        "defaultLibrary",
        "modification",
        "async",
        "controlFlow",
    ];

    /// Both.
    pub const fn and(self, other: TokenModifiers) -> TokenModifiers {
        TokenModifiers(self.0 | other.0)
    }

    /// Whether all of `other` are among them.
    pub fn holds(self, other: TokenModifiers) -> bool {
        self.0 & other.0 == other.0
    }

    /// As the protocol counts them.
    pub fn bits(self) -> u32 {
        self.0
    }
}

/// A piece of text and what it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SemanticToken {
    /// Where it stands. Comments and texts may go over several lines.
    pub range: TextRange,
    /// What it is.
    pub kind: TokenKind,
    /// More about it.
    pub modifiers: TokenModifiers,
}

/// Whether a table is a model of the project; `None` when nobody knows.
type IsModel<'a> = dyn Fn(&[Ident]) -> Option<bool> + 'a;

impl SyntaxDocument {
    /// The tokens that touch a range, or all of them: sorted, none over another.
    pub fn semantic_tokens(&self, within: Option<TextRange>) -> Vec<SemanticToken> {
        self.tokens_with(within, &|_| None)
    }

    fn tokens_with(&self, within: Option<TextRange>, is_model: &IsModel<'_>) -> Vec<SemanticToken> {
        let within = within.unwrap_or(self.whole());
        let mut sink = Sink { document: self, within, found: Vec::new() };
        if let Some(block) = self.frontmatter {
            let opening = TextRange::new(block.whole.start(), self.line_at(block.whole.start()).end());
            sink.push(
                opening.intersect(block.whole).unwrap_or(opening),
                TokenKind::Comment,
                TokenModifiers::NONE,
            );
        }
        if let Some(tree) = &self.toml {
            settings::tokens(tree, &mut sink);
        }
        if let Some(block) = self.frontmatter
            && block.toml.end() < block.whole.end()
        {
            let closing = TextRange::new(block.toml.end(), block.whole.end());
            sink.push(closing, TokenKind::Comment, TokenModifiers::NONE);
        }
        if let Some(root) = &self.query {
            match self.language {
                SourceLanguage::Sql(dialect) => sql::tokens(root, dialect, is_model, &mut sink),
                _ => pipeline::tokens(root, is_model, &mut sink),
            }
        }
        sink.found
    }
}

/// The tokens of a file of the project.
pub(crate) fn project_tokens(
    analysis: &Analysis,
    path: &FilePath,
    document: &SyntaxDocument,
    within: Option<TextRange>,
) -> Vec<SemanticToken> {
    let model = analysis.host().model_at(path);
    document.tokens_with(within, &|names| {
        Some(resolve_reference(analysis.db(), model?, names) != ReferenceTarget::External)
    })
}

/// What [`project_tokens`] of any text depends on besides the text.
pub(crate) fn basis(analysis: &Analysis) -> u64 {
    let (db, project) = (analysis.db(), analysis.host().project());
    let (index, files) = (model_index(db, project), layout(db, project));
    let mut hasher = FxHasher::default();
    for name in index.by_name.keys().chain(index.by_target.keys()) {
        name.hash(&mut hasher);
    }
    for (path, (model, _)) in &files.models {
        (path, model_dialect(db, *model) as u8).hash(&mut hasher);
    }
    for file in &files.macros {
        file.path(db).hash(&mut hasher);
    }
    hasher.finish()
}

/// Collects tokens in the order of the text.
struct Sink<'a> {
    document: &'a SyntaxDocument,
    within: TextRange,
    found: Vec<SemanticToken>,
}

impl Sink<'_> {
    fn push(&mut self, range: TextRange, kind: TokenKind, modifiers: TokenModifiers) {
        let text = self.document.slice(range);
        let range = TextRange::at(range.start(), TextSize::of(text.trim_end()));
        let overlaps = self.found.last().is_some_and(|last| last.range.end() > range.start());
        if !range.is_empty() && !overlaps && self.wants(range) {
            self.found.push(SemanticToken { range, kind, modifiers });
        }
    }

    /// Whether a range touches what is asked for.
    fn wants(&self, range: TextRange) -> bool {
        range.start() < self.within.end() && self.within.start() < range.end()
    }

    /// What the lexer alone knows of a token: texts, numbers, comments, operators, keywords.
    fn lexical(&mut self, token: &SyntaxToken) {
        use SyntaxKind::*;
        let kind = match token.kind() {
            LINE_COMMENT | BLOCK_COMMENT | JINJA_COMMENT => TokenKind::Comment,
            JINJA_STATEMENT | JINJA_ISLAND | AT_NAME => TokenKind::Macro,
            STRING | BYTE_STRING => TokenKind::String,
            INT_NUMBER | FLOAT_NUMBER | DATE_LITERAL => TokenKind::Number,
            PARAMETER => TokenKind::Parameter,
            UNDERSCORE => TokenKind::Keyword,
            CUSTOM_OPERATOR
            | PLUS
            | MINUS
            | STAR
            | SLASH
            | PERCENT
            | CARET
            | AMP
            | PIPE
            | TILDE
            | BANG
            | EQ
            | LT
            | GT
            | EQ_EQ
            | BANG_EQ
            | LT_GT
            | LT_EQ
            | GT_EQ
            | LT_EQ_GT
            | PIPE_PIPE
            | AMP_AMP
            | PIPE_GT
            | COLON_COLON
            | COLON_EQ
            | FAT_ARROW
            | ARROW
            | LONG_ARROW
            | HASH_GT
            | HASH_GT_GT
            | HASH_MINUS
            | STAR_STAR
            | SLASH_SLASH
            | LT_LT
            | GT_GT
            | AT_GT
            | LT_AT
            | AT_AT
            | AT_QUESTION
            | CARET_AT
            | QUESTION_AMP
            | QUESTION_PIPE
            | TILDE_STAR
            | BANG_TILDE
            | BANG_TILDE_STAR
            | TILDE_TILDE
            | TILDE_TILDE_STAR
            | TILDE_TILDE_TILDE
            | BANG_TILDE_TILDE
            | BANG_TILDE_TILDE_STAR
            | BANG_BANG
            | PIPE_SLASH
            | PIPE_PIPE_SLASH
            | DOT_DOT => TokenKind::Operator,
            kind if kind.is_keyword() => TokenKind::Keyword,
            _ => return,
        };
        self.push(token.text_range(), kind, TokenModifiers::NONE);
    }
}

/// A name as the project compares it.
fn ident(token: &SyntaxToken) -> Ident {
    let quoted = token.kind() == SyntaxKind::QUOTED_IDENT;
    let text = if quoted {
        SmolStr::new(unquote_identifier(token.text(), DialectKind::Permissive))
    } else {
        SmolStr::new(token.text())
    };
    Ident { text, quoted }
}

/// A name for looking up aliases and common table expressions.
fn folded(token: &SyntaxToken) -> SmolStr {
    SmolStr::new(ident(token).text.to_lowercase())
}

fn is_name(token: &SyntaxToken) -> bool {
    matches!(token.kind(), SyntaxKind::IDENT | SyntaxKind::QUOTED_IDENT)
}
