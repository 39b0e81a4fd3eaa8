//! Why there is no formatted text.

use rocky_syntax::TextSize;

/// Why a text was not formatted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormatError {
    /// The text has a syntax error.
    Syntax {
        /// Where it is.
        offset: TextSize,
        /// What it is.
        message: String,
    },
    /// The result would not say the same as the text: a bug of the formatter.
    Changed {
        /// Where the two part.
        offset: TextSize,
        /// What parts them.
        message: String,
    },
}

impl FormatError {
    /// Where in the text it is.
    #[must_use]
    pub fn offset(&self) -> TextSize {
        match self {
            FormatError::Syntax { offset, .. } | FormatError::Changed { offset, .. } => *offset,
        }
    }

    /// The same error in a text that has so much in front.
    pub(crate) fn moved(self, by: usize) -> FormatError {
        let by = size(by);
        match self {
            FormatError::Syntax { offset, message } => FormatError::Syntax { offset: offset + by, message },
            FormatError::Changed { offset, message } => FormatError::Changed { offset: offset + by, message },
        }
    }
}

/// An offset as the trees count.
pub(crate) fn size(offset: usize) -> TextSize {
    TextSize::from(u32::try_from(offset).unwrap_or(u32::MAX))
}

impl std::fmt::Display for FormatError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            FormatError::Syntax { message, .. } => f.write_str(message),
            FormatError::Changed { message, .. } => {
                write!(
                    f,
                    "the formatter would have changed more than blanks: {message}; this is a bug in Rocky"
                )
            }
        }
    }
}

impl std::error::Error for FormatError {}
