//! The result says what the text said. For most texts tokens prove that: the grammar sees kinds and texts of tokens and,
//! in a few places, whether they touch or start a line, so with all of these the same the tree is the same. Where they do
//! not prove it, the result is parsed and the trees are compared.

use super::tree::{Token, Tree};
use crate::error::{FormatError, size};
use rocky_syntax::sql::ast::SqlFile;
use rocky_syntax::{DialectKind, Parse, SqlLayout, SqlTokens, SyntaxKind, parse_sql};

/// Whether the tokens prove that the formatted text of a text without errors says the same.
pub(super) fn holds((tree, layout): (&Tree, &SqlLayout<'_>), formatted: &str, dialect: DialectKind) -> bool {
    let (old, new) = (layout.tokens(), SqlTokens::of(formatted, dialect));
    if new.has_errors() || !layout.holds(&new) {
        return false;
    }
    let words =
        |(kind, ..): &(SyntaxKind, &str, usize)| !matches!(kind, SyntaxKind::WHITESPACE | SyntaxKind::COMMA);
    let mut others = new.iter().filter(words);
    for (kind, word, start) in old.iter().filter(words) {
        let Some((new_kind, new_word, _)) = others.next() else { return false };
        let in_another_case = || {
            let token = tree.tokens.binary_search_by_key(&start, |token| token.start as usize);
            let token = token.ok().map(|index| &tree.tokens[index]);
            word.eq_ignore_ascii_case(new_word) && token.is_some_and(|token| token.kind.is_keyword())
        };
        if kind != new_kind || word != new_word && !in_another_case() {
            return false;
        }
    }
    others.next().is_none() && signs(old).eq(signs(&new))
}

/// The kinds of all tokens, commas among them, without comments.
fn signs(tokens: &SqlTokens<'_>) -> impl Iterator<Item = SyntaxKind> {
    tokens.iter().map(|(kind, ..)| kind).filter(|kind| !kind.is_trivia())
}

/// Checks that the text and its formatted text have the same nodes, tokens and comments in the same order. Commas may
/// pass comments; only words in a keyword's role, and names of functions, may differ in case. The value is
/// the result, parsed.
pub(super) fn check(
    (text, tree, parse): (&str, &Tree, &Parse<SqlFile>),
    formatted: &str,
    dialect: DialectKind,
) -> Result<(Parse<SqlFile>, Tree), FormatError> {
    let after = parse_sql(formatted, dialect);
    let new_tree = Tree::of(&after, formatted);
    let (old, new) = (Words::new(text, tree), Words::new(formatted, &new_tree));
    same_words(old, new, text.len())?;
    same_tokens((text, tree), (formatted, &new_tree))?;
    same_nodes(tree, &new_tree, text)?;
    if let (true, Some(error)) = (parse.errors().is_empty(), after.errors().first()) {
        let message = format!("the result has an error: {}", error.message);
        return Err(FormatError::Changed { offset: size(0), message });
    }
    Ok((after, new_tree))
}

/// Tokens without commas, and comments, in text order.
struct Words<'t> {
    text: &'t str,
    tree: &'t Tree,
    token: usize,
    comment: usize,
}

/// A token or a comment.
struct Word<'t> {
    start: u32,
    text: &'t str,
    token: Option<&'t Token>,
}

impl<'t> Words<'t> {
    fn new(text: &'t str, tree: &'t Tree) -> Words<'t> {
        Words { text, tree, token: 0, comment: 0 }
    }

    fn slice(&self, start: u32, end: u32) -> &'t str {
        &self.text[start as usize..end as usize]
    }
}

impl<'t> Iterator for Words<'t> {
    type Item = Word<'t>;

    fn next(&mut self) -> Option<Word<'t>> {
        loop {
            let token = self.tree.tokens.get(self.token);
            let comments_end = token.map_or(self.tree.comments.len(), |token| token.comments_end as usize);
            if let Some(comment) = self.tree.comments[..comments_end].get(self.comment) {
                self.comment += 1;
                let text = self.slice(comment.start, comment.end);
                return Some(Word { start: comment.start, text, token: None });
            }
            let token = token?;
            self.token += 1;
            if token.kind != SyntaxKind::COMMA {
                let text = self.slice(token.start, token.end);
                return Some(Word { start: token.start, text, token: Some(token) });
            }
        }
    }
}

fn same_words(old: Words<'_>, mut new: Words<'_>, length: usize) -> Result<(), FormatError> {
    let tree = old.tree;
    for word in old {
        let other = new.next();
        let same = other.as_ref().is_some_and(|other| match (word.token, other.token) {
            (None, None) => word.text == other.text,
            (Some(token), Some(other_token)) => {
                same_token(tree, (token, word.text), (other_token, other.text))
            }
            _ => false,
        });
        if !same {
            let message = match other {
                Some(other) => format!("`{}` would become `{}`", word.text, other.text),
                None => format!("`{}` would be lost", word.text),
            };
            return Err(FormatError::Changed { offset: size(word.start as usize), message });
        }
    }
    match new.next() {
        None => Ok(()),
        Some(other) => {
            let message = format!("`{}` would appear", other.text);
            Err(FormatError::Changed { offset: size(length), message })
        }
    }
}

fn same_token(tree: &Tree, (token, text): (&Token, &str), (other, other_text): (&Token, &str)) -> bool {
    token.kind == other.kind
        && (text == other_text || may_differ_in_case(tree, token) && text.eq_ignore_ascii_case(other_text))
}

fn may_differ_in_case(tree: &Tree, token: &Token) -> bool {
    let node = &tree.nodes[token.node as usize];
    token.kind.is_keyword()
        || token.kind == SyntaxKind::IDENT
            && node.kind == SyntaxKind::PATH
            && node.parent == SyntaxKind::FUNCTION_CALL
}

/// All tokens, commas among them, without comments.
fn same_tokens((text, old): (&str, &Tree), (_, new): (&str, &Tree)) -> Result<(), FormatError> {
    let other = old.tokens.iter().zip(&new.tokens).find(|(token, other)| token.kind != other.kind);
    let token = match other {
        Some((token, _)) => token,
        None if old.tokens.len() == new.tokens.len() => return Ok(()),
        None => match old.tokens.last() {
            Some(token) => token,
            None => return Ok(()),
        },
    };
    Err(misread(token, text))
}

fn same_nodes(old: &Tree, new: &Tree, text: &str) -> Result<(), FormatError> {
    let same_count = old.nodes.len() == new.nodes.len();
    let mut pairs = old.nodes.iter().zip(&new.nodes);
    match pairs.find(|(node, other)| node.kind != other.kind || node.tokens != other.tokens) {
        None if same_count => Ok(()),
        None => Err(FormatError::Changed {
            offset: size(text.len()),
            message: "the text would be read as something else".to_owned(),
        }),
        Some((node, _)) => match old.tokens.get(node.tokens.start as usize).or(old.tokens.last()) {
            Some(token) => Err(misread(token, text)),
            None => Ok(()),
        },
    }
}

fn misread(token: &Token, text: &str) -> FormatError {
    let written = &text[token.start as usize..token.end as usize];
    FormatError::Changed {
        offset: size(token.start as usize),
        message: format!("`{written}` would be read as something else"),
    }
}
