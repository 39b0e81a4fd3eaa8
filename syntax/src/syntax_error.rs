//! What the parsers report.

use rowan::TextRange;

use crate::text_edit::TextEdit;

/// A change of the text that mends a finding.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Correction {
    /// What it does, in the imperative.
    pub title: String,
    /// The change: sorted, not overlapping.
    pub edits: Vec<TextEdit>,
    /// Whether the text means afterwards what it was meant to mean before.
    pub is_safe: bool,
}

impl Correction {
    /// Replaces one range.
    pub fn replacement(range: TextRange, new_text: impl Into<String>, is_safe: bool) -> Correction {
        let new_text = new_text.into();
        let title = format!("Write `{new_text}`");
        Correction { title, edits: vec![TextEdit::replace(range, new_text)], is_safe }
    }
}

/// One finding about the text of one file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SyntaxError {
    /// Where, in bytes of the parsed text.
    pub range: TextRange,
    /// What is wrong and what was expected.
    pub message: String,
    /// The code of the diagnostic (`S001`, …).
    pub code: &'static str,
    /// What to do about it.
    pub help: Option<String>,
    /// A change that mends it.
    pub correction: Option<Correction>,
}

impl SyntaxError {
    /// A finding without advice.
    pub fn new(code: &'static str, range: TextRange, message: impl Into<String>) -> SyntaxError {
        SyntaxError { range, message: message.into(), code, help: None, correction: None }
    }

    /// The same finding with advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> SyntaxError {
        self.help = Some(help.into());
        self
    }
}
