//! SQL: from a file to its formatted text.

mod clauses;
mod expressions;
mod flow;
mod law;
mod rules;
mod tree;

use crate::document;
use crate::error::FormatError;
use crate::options::Options;
use crate::{frontmatter, layout, toml_file};
use rocky_syntax::{DialectKind, TextRange, parse_sql};

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
    let (mark, rest) = layout::split_mark(text);
    let Some(parts) = frontmatter::split(rest) else {
        let body = format_body(rest, dialect, options, broken).map_err(|error| error.moved(mark.len()))?;
        return Ok(format!("{mark}{body}"));
    };
    let toml = toml_file::format_file(&rest[parts.toml..parts.closing], 0, options)
        .map_err(|error| error.moved(mark.len() + parts.toml))?;
    let body = &rest[parts.body..];
    let formatted = format_body(body, dialect, options, broken)
        .map_err(|error| error.moved(mark.len() + parts.body))?;
    let line_end = layout::line_end(rest);
    let blank = &body[..body.len() - body.trim_start().len()];
    let opening = rest[..parts.toml].trim();
    let closing = rest[parts.closing..parts.body].trim_end();
    let gap = if layout::line_ends(blank) > 0 { line_end } else { "" };
    Ok(format!("{mark}{opening}{line_end}{toml}{closing}{line_end}{gap}{formatted}"))
}

fn format_body(
    text: &str,
    dialect: DialectKind,
    options: &Options,
    broken: Broken,
) -> Result<String, FormatError> {
    let parse = parse_sql(text, dialect);
    if let (Some(error), Broken::Refuse) = (parse.errors().first(), broken) {
        return Err(FormatError::Syntax { offset: error.range.start(), message: error.message.clone() });
    }
    let errors: Vec<TextRange> = parse.errors().iter().map(|error| error.range).collect();
    let tree = tree::Tree::of(&parse.syntax(), text);
    let elements = rules::document(&tree, options, &errors);
    let line_end = layout::line_end(text);
    let mut formatted = document::print(text, &elements, options, line_end);
    if !formatted.is_empty() {
        formatted.push_str(line_end);
    }
    if formatted == text {
        return Ok(formatted);
    }
    law::check(text, &parse, &formatted, dialect)?;
    Ok(formatted)
}
