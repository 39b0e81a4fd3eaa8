//! The formatter: SQL, Rocky and TOML, from text to text.
//!
//! [`format()`] gives the formatted text, [`format_edits`] the same as edits of a text or of a part of it,
//! [`edits_after_typing`] what follows a keystroke. A result is checked before anybody gets it: the sequence of
//! tokens and comments is that of the input, commas and the case of keywords aside, and it parses as the input does.
//!
//! Must not know: salsa, files and paths, projects, models, catalogs, protocols, terminals.

mod diff;
mod document;
mod dsl;
mod edits;
mod error;
mod layout;
mod options;
mod sql;
mod toml_file;
mod typing;

pub use diff::unified_diff;
pub use edits::text_edits;
pub use error::FormatError;
pub use options::{Commas, Indent, LetterCase, Options, Settings, Spacing};
pub use rocky_syntax::{DialectKind, TextEdit, TextRange, TextSize};
pub use typing::edits_after_typing;

/// What a text is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// SQL of a dialect, with or without a `---toml` block at its top.
    Sql(DialectKind),
    /// A `.rocky` pipeline, with or without a `---toml` block at its top.
    Rocky,
    /// TOML.
    Toml,
}

/// The formatted text.
///
/// # Errors
/// When the text has syntax errors; and when the result would not say the same, which is a bug of ours.
pub fn format(text: &str, language: Language, options: &Options) -> Result<String, FormatError> {
    match language {
        Language::Sql(dialect) => sql::format_file(text, dialect, options, sql::Broken::Refuse),
        Language::Rocky => dsl::format_file(text, options),
        Language::Toml => toml_file::format_file(text, 0, options),
    }
}

/// The edits that format a text, or what of it lies in `range`. In a SQL file with errors a range formats the
/// statements that have none.
///
/// # Errors
/// As [`format()`]; with a range, errors elsewhere in a SQL file are none.
pub fn format_edits(
    text: &str,
    language: Language,
    options: &Options,
    range: Option<TextRange>,
) -> Result<Vec<TextEdit>, FormatError> {
    let Some(range) = range else {
        return Ok(text_edits(text, &format(text, language, options)?));
    };
    let formatted = match language {
        Language::Sql(dialect) => sql::format_file(text, dialect, options, sql::Broken::Keep)?,
        _ => format(text, language, options)?,
    };
    Ok(edits::edits_in_range(text, &formatted, range))
}
