//! What users are told.

use crate::FilePath;
use rocky_syntax::TextRange;
use smol_str::SmolStr;
use std::cmp::Ordering;

/// How bad it is. Only [`Severity::Error`] makes a command fail.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
pub enum Severity {
    /// The project cannot be run as it is.
    Error,
    /// Probably not what was meant.
    Warning,
    /// Worth knowing.
    Info,
}

/// A stable code such as `E003` or `S001`; spec 03 §10.6 has the one list.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
pub struct Code(SmolStr);

impl Code {
    /// A code from its text.
    pub fn new(code: &str) -> Code {
        Code(SmolStr::new(code))
    }

    /// The code's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A second place that explains a diagnostic.
#[derive(Clone, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
pub struct Annotation {
    /// The file of that place.
    pub file: FilePath,
    /// Bytes of that file's text.
    pub range: TextRange,
    /// What is to be seen there.
    pub message: String,
}

/// A change that mends the finding.
#[derive(Clone, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
pub struct Fix {
    /// What the change does, in the imperative.
    pub title: String,
    /// The file to change.
    pub file: FilePath,
    /// Replacements, sorted, not overlapping.
    pub edits: Vec<(TextRange, String)>,
    /// Whether it may be applied unseen: it changes no meaning, or nothing else can have been meant.
    pub is_safe: bool,
}

/// One finding. All faces (terminal, JSON, editor) render this value.
#[derive(Clone, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
pub struct Diagnostic {
    /// Its code.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong and why, for a newcomer.
    pub message: String,
    /// The file it is about.
    pub file: FilePath,
    /// Bytes of that file's text; `None` when it is about the file as a whole.
    pub range: Option<TextRange>,
    /// The model it belongs to; empty when it belongs to none.
    pub model: SmolStr,
    /// What to do next.
    pub suggestion: Option<String>,
    /// Further places.
    pub related: Vec<Annotation>,
    /// A change that mends it, if one exists.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A finding with its four necessary parts; the rest is set by the methods below.
    pub fn new(
        code: &str,
        severity: Severity,
        file: FilePath,
        range: impl Into<Option<TextRange>>,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic {
            code: Code::new(code),
            severity,
            message: message.into(),
            file,
            range: range.into(),
            model: SmolStr::default(),
            suggestion: None,
            related: Vec::new(),
            fix: None,
        }
    }

    /// Names the model it belongs to.
    pub fn with_model(mut self, model: &str) -> Diagnostic {
        self.model = SmolStr::new(model);
        self
    }

    /// Says what to do next.
    pub fn with_suggestion(mut self, suggestion: impl Into<String>) -> Diagnostic {
        self.suggestion = Some(suggestion.into());
        self
    }

    /// Adds a further place.
    pub fn with_related(mut self, annotation: Annotation) -> Diagnostic {
        self.related.push(annotation);
        self
    }

    /// Adds a mending change.
    pub fn with_fix(mut self, fix: Fix) -> Diagnostic {
        self.fix = Some(fix);
        self
    }
}

/// The one order of findings: file, place, code, message.
pub fn compare_diagnostics(left: &Diagnostic, right: &Diagnostic) -> Ordering {
    fn place(diagnostic: &Diagnostic) -> (u32, u32) {
        diagnostic.range.map_or((0, 0), |range| (range.start().into(), range.end().into()))
    }
    left.file
        .cmp(&right.file)
        .then_with(|| place(left).cmp(&place(right)))
        .then_with(|| left.code.cmp(&right.code))
        .then_with(|| left.message.cmp(&right.message))
}

/// Puts findings in order; of equal ones behind each other the first stays.
pub fn sort_diagnostics(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(compare_diagnostics);
    diagnostics.dedup();
}
