//! SQL: from a file to its formatted text.

mod clauses;
mod expressions;
mod flow;
mod law;
mod partial;
mod rules;
mod tree;

use crate::document;
use crate::error::{FormatError, size};
use crate::options::Options;
use crate::{frontmatter, layout};
use rocky_syntax::sql::ast::SqlFile;
use rocky_syntax::{
    DialectKind, Parse, SqlLayout, SyntaxError, SyntaxKind, TextRange, parse_sql_with_layout,
};

/// How often a text with comments inside of lines is formatted at most, after the first time.
const SETTLING_ROUNDS: usize = 3;

/// What happens to statements with errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    /// The file is not formatted at all.
    Refuse,
    /// They stay as they are.
    Keep,
}

/// Formats a file: the TOML at its top, then its statements.
pub(crate) fn format_file(
    text: &str,
    dialect: DialectKind,
    options: &Options,
    broken: Broken,
) -> Result<String, FormatError> {
    if let Some(parts) = frontmatter::split(text) {
        return parts.formatted(options, |body| format_body(body, dialect, options, broken));
    }
    let (mark, rest) = layout::split_mark(text);
    let body = format_body(rest, dialect, options, broken).map_err(|error| error.moved(mark.len()))?;
    Ok(format!("{mark}{body}"))
}

fn format_body(
    text: &str,
    dialect: DialectKind,
    options: &Options,
    broken: Broken,
) -> Result<String, FormatError> {
    let (parse, layout) = parse_sql_with_layout(text, dialect);
    if let (Some(error), Broken::Refuse) = (parse.errors().first(), broken) {
        return Err(syntax_error(error));
    }
    if let Some(error) = open_comment(&parse) {
        return Err(error);
    }
    let tree = tree::Tree::of(&parse, text);
    let formatted = format_statements((text, &tree, &parse, &layout), dialect, options)?;
    if parse.errors().is_empty() && tree.jinja.is_empty() && !partial::has_other_statement(&tree) {
        return Ok(formatted);
    }
    Ok(partial::format_clauses(&formatted, dialect, options).unwrap_or(formatted))
}

/// The statements; those that have errors, or Jinja statements in them, stay.
fn format_statements(
    (text, tree, parse, layout): (&str, &tree::Tree, &Parse<SqlFile>, &SqlLayout<'_>),
    dialect: DialectKind,
    options: &Options,
) -> Result<String, FormatError> {
    let mut formatted = print(text, tree, parse, options);
    // A comment between two words of a line can change sides when the line changes.
    let can_move = tree.comments.iter().any(|comment| !comment.to_line_end);
    let is_plain = !can_move && parse.errors().is_empty();
    if formatted == text || is_plain && law::holds((tree, layout), &formatted, dialect) {
        return Ok(formatted);
    }
    // Around an error a tree is a guess, and so is where a statement without errors starts.
    // The errors behind Jinja are not told, since what it makes of the text is not known.
    let blame = |error| match (parse.errors().first(), tree.jinja.first()) {
        (Some(error), _) => syntax_error(error),
        (None, Some(tag)) => FormatError::Syntax {
            offset: size(tag.start as usize),
            message: "the SQL around this Jinja cannot be read".to_owned(),
        },
        (None, None) => error,
    };
    let (mut after, mut new_tree) = law::check((text, tree, parse), &formatted, dialect).map_err(blame)?;
    // Again, until nothing moves.
    let rounds = if can_move { SETTLING_ROUNDS } else { 0 };
    for _ in 0..rounds {
        let next = print(&formatted, &new_tree, &after, options);
        if next == formatted {
            break;
        }
        (after, new_tree) = law::check((text, tree, parse), &next, dialect).map_err(blame)?;
        formatted = next;
    }
    Ok(formatted)
}

/// A comment that nobody closed takes in whatever is written after it, even a line's end.
fn open_comment(parse: &Parse<SqlFile>) -> Option<FormatError> {
    let last = parse.syntax().last_token().filter(|last| last.kind() == SyntaxKind::BLOCK_COMMENT)?;
    let error = parse.errors().iter().find(|error| last.text_range().contains_range(error.range))?;
    Some(syntax_error(error))
}

fn syntax_error(error: &SyntaxError) -> FormatError {
    FormatError::Syntax { offset: error.range.start(), message: error.message.clone() }
}

/// The formatted text, unchecked.
fn print(text: &str, tree: &tree::Tree, parse: &Parse<SqlFile>, options: &Options) -> String {
    let errors: Vec<TextRange> = parse.errors().iter().map(|error| error.range).collect();
    let elements = rules::document(tree, options, &errors);
    let line_end = layout::line_end(text);
    let mut formatted = document::print(text, &elements, options, line_end);
    if !formatted.is_empty() {
        formatted.push_str(line_end);
    }
    formatted
}
