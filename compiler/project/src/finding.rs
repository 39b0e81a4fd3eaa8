//! What a document parser has to say about a text.

use rocky_base_db::{Diagnostic, FilePath, Fix, Severity};
use rocky_syntax::TextRange;

/// A finding in one configuration document: a code, a place, what is wrong and what to do.
///
/// It does not know which file it is in; [`Finding::into_diagnostic`] adds that.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Finding {
    /// The stable code, such as `V003`.
    pub code: &'static str,
    /// How bad it is. [`Severity::Info`] is what `rocky validate` calls a lint.
    pub severity: Severity,
    /// Bytes of the text on disk.
    pub range: TextRange,
    /// Dotted path of the key it is about, such as `pipeline.web.source.adapter`; may be empty.
    pub field: String,
    /// What is wrong and why.
    pub message: String,
    /// What to do next.
    pub suggestion: Option<String>,
    /// A change of this text that mends it.
    pub fix: Option<TextFix>,
}

/// A replacement that mends a [`Finding`].
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TextFix {
    /// What it does, in the imperative.
    pub title: String,
    /// The bytes to replace; empty for an insertion.
    pub range: TextRange,
    /// What to put there.
    pub replacement: String,
}

impl Finding {
    /// An error.
    pub fn error(code: &'static str, range: TextRange, message: impl Into<String>) -> Finding {
        Finding::new(code, Severity::Error, range, message.into())
    }

    /// A warning.
    pub fn warning(code: &'static str, range: TextRange, message: impl Into<String>) -> Finding {
        Finding::new(code, Severity::Warning, range, message.into())
    }

    fn new(code: &'static str, severity: Severity, range: TextRange, message: String) -> Finding {
        Finding { code, severity, range, field: String::new(), message, suggestion: None, fix: None }
    }

    /// Names the key it is about.
    #[must_use]
    pub fn at_field(mut self, field: impl Into<String>) -> Finding {
        self.field = field.into();
        self
    }

    /// Says what to do next.
    #[must_use]
    pub fn suggest(mut self, suggestion: impl Into<String>) -> Finding {
        self.suggestion = Some(suggestion.into());
        self
    }

    /// Adds a mending replacement.
    #[must_use]
    pub fn fix(
        mut self,
        title: impl Into<String>,
        range: TextRange,
        replacement: impl Into<String>,
    ) -> Finding {
        self.fix = Some(TextFix { title: title.into(), range, replacement: replacement.into() });
        self
    }

    /// The finding as a diagnostic of `file`.
    pub fn into_diagnostic(self, file: &FilePath) -> Diagnostic {
        let mut diagnostic =
            Diagnostic::new(self.code, self.severity, file.clone(), self.range, self.message);
        diagnostic.suggestion = self.suggestion;
        diagnostic.fix = self.fix.map(|fix| Fix {
            title: fix.title,
            file: file.clone(),
            edits: vec![(fix.range, fix.replacement)],
            // What was meant is guessed.
            is_safe: false,
        });
        diagnostic
    }
}
