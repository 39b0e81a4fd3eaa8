//! Lint rules, run where the tree is at hand.

use crate::model_text::ModelText;
use crate::summary::{FindingFix, Language, ModelTree, SyntaxFinding, parse_model};
use rocky_base_db::{Digest, DigestWriter, Severity};
use rocky_lint::{Settings, Source, is_silent, lint};
use smol_str::SmolStr;

/// Digest of what decides which findings there are, besides the tree.
pub(crate) fn lint_digest(settings: &Settings, written: Digest) -> Digest {
    let mut digest = DigestWriter::new();
    for (rule, value) in settings.enabled() {
        digest.text(rule.rule().code).number(u64::from(value));
    }
    digest.digest(written);
    digest.finish()
}

/// What the rules say about a model whose text has no errors. Macros are looked at as they are written.
pub(crate) fn lint_model(text: &ModelText<'_>, settings: &Settings) -> Vec<SyntaxFinding> {
    let (language, dialect) = (text.language, text.dialect);
    if language == Language::Sql && !text.is_expanded && is_silent(&text.flat().tree, dialect, settings) {
        return Vec::new();
    }
    let written;
    let tree = if text.is_expanded {
        written = parse_model(text.written, language, dialect);
        &written
    } else {
        text.tree()
    };
    let (root, errors, language) = match tree {
        ModelTree::Sql(parse) => (parse.syntax(), parse.errors(), rocky_lint::Language::Sql),
        ModelTree::Rocky(parse) => (parse.syntax(), parse.errors(), rocky_lint::Language::Rocky),
    };
    if !errors.is_empty() {
        return Vec::new();
    }
    let source = Source { text: text.written, start: text.start, root: &root, language, dialect };
    lint(&source, settings)
        .into_iter()
        .map(|finding| SyntaxFinding {
            code: SmolStr::new_static(finding.code),
            // Decided where findings are put together.
            severity: Severity::Info,
            start: finding.range.start().into(),
            end: finding.range.end().into(),
            message: finding.message,
            help: finding.help,
            fix: finding.fix.as_ref().map(FindingFix::from),
        })
        .collect()
}
