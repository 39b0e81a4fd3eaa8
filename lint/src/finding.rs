//! What a rule reports.

use crate::rule::RuleId;
use rocky_syntax::{Correction, TextEdit, TextRange};

/// A change that mends a finding.
pub type Fix = Correction;

/// One place that a rule objects to.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: RuleId,
    /// The code of the diagnostic.
    pub code: &'static str,
    /// Where, in bytes of the text.
    pub range: TextRange,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// A change that mends it.
    pub fix: Option<Fix>,
}

impl Finding {
    /// Says what to do.
    pub(crate) fn help(&mut self, help: impl Into<String>) -> &mut Finding {
        self.help = Some(help.into());
        self
    }

    /// Adds a change after which the query means the same.
    pub(crate) fn safe_fix(&mut self, title: impl Into<String>, edits: Vec<TextEdit>) -> &mut Finding {
        self.fix(title, edits, true)
    }

    /// Adds a change.
    pub(crate) fn fix(
        &mut self,
        title: impl Into<String>,
        mut edits: Vec<TextEdit>,
        is_safe: bool,
    ) -> &mut Finding {
        edits.sort_by_key(|edit| (edit.range.start(), edit.range.end()));
        self.fix = Some(Fix { title: title.into(), edits, is_safe });
        self
    }
}
