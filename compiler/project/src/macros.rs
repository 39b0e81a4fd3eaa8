//! Macros: SQL snippets with parameters, called as `@name(…)` in model bodies.

use crate::Finding;
use rocky_syntax::{TextRange, TextSize};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::ops::Range;

mod declaration;
mod expansion;
mod scan;

pub use declaration::parse_macro;
pub use expansion::{Expansion, ExpansionPiece, MacroUse, expand_macros, macro_uses};

/// A macro.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Macro {
    /// Its name.
    pub name: SmolStr,
    /// Its parameters in order.
    pub parameters: Vec<MacroParameter>,
    /// The comment lines above the declaration.
    pub documentation: String,
    /// What a call becomes, with `{parameter}` or `@parameter`.
    pub body: String,
    /// Where the name stands in its file.
    pub name_range: TextRange,
    /// Where the body starts in its file.
    pub body_start: TextSize,
}

/// A parameter of a macro.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct MacroParameter {
    /// Its name.
    pub name: SmolStr,
    /// What arguments must look like.
    pub kind: ParameterKind,
}

/// What an argument must look like.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum ParameterKind {
    Any,
    Column,
    String,
    Number,
    Boolean,
    Expression,
}

/// A parsed macro file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MacroDocument {
    /// The macro, if its declaration is valid.
    pub declared: Option<Macro>,
    /// What is wrong with the file.
    pub findings: Vec<Finding>,
}

/// The macros of a project by name.
pub type MacroTable = BTreeMap<SmolStr, Macro>;

/// Calls inside calls at most.
pub const DEPTH_LIMIT: usize = 16;

const KINDS: &[(&str, ParameterKind)] = &[
    ("any", ParameterKind::Any),
    ("column", ParameterKind::Column),
    ("model", ParameterKind::Column),
    ("string", ParameterKind::String),
    ("str", ParameterKind::String),
    ("number", ParameterKind::Number),
    ("int", ParameterKind::Number),
    ("integer", ParameterKind::Number),
    ("float", ParameterKind::Number),
    ("numeric", ParameterKind::Number),
    ("bool", ParameterKind::Boolean),
    ("boolean", ParameterKind::Boolean),
    ("expr", ParameterKind::Expression),
    ("expression", ParameterKind::Expression),
    ("date", ParameterKind::Expression),
    ("timestamp", ParameterKind::Expression),
];

impl ParameterKind {
    /// The kind of a word; `None` when there is no such kind.
    pub fn of(word: &str) -> Option<ParameterKind> {
        KINDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, kind)| *kind)
    }

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("any", |(word, _)| word)
    }

    /// Whether an argument's text looks like this kind.
    fn accepts(self, argument: &str) -> bool {
        match self {
            ParameterKind::Any | ParameterKind::Expression => true,
            ParameterKind::Column => {
                let is_quoted = |quote: char| {
                    argument.len() > 2 && argument.starts_with(quote) && argument.ends_with(quote)
                };
                !argument.is_empty()
                    && (argument.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.')
                        || is_quoted('"')
                        || is_quoted('`'))
            }
            ParameterKind::String => {
                argument.len() >= 2
                    && (argument.starts_with('\'') && argument.ends_with('\'')
                        || argument.starts_with('"') && argument.ends_with('"'))
            }
            ParameterKind::Number => argument.parse::<f64>().is_ok_and(f64::is_finite),
            ParameterKind::Boolean => {
                argument.eq_ignore_ascii_case("true") || argument.eq_ignore_ascii_case("false")
            }
        }
    }
}

fn text_range(range: Range<usize>) -> TextRange {
    TextRange::new(text_size(range.start), text_size(range.end))
}

fn text_size(offset: usize) -> TextSize {
    TextSize::from(u32::try_from(offset).unwrap_or(u32::MAX))
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
