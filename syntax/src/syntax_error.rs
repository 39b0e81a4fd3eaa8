//! What the parsers report.

use rowan::TextRange;

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
}

impl SyntaxError {
    /// A finding without advice.
    pub fn new(code: &'static str, range: TextRange, message: impl Into<String>) -> SyntaxError {
        SyntaxError { range, message: message.into(), code, help: None }
    }

    /// The same finding with advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> SyntaxError {
        self.help = Some(help.into());
        self
    }
}
