//! What can be done about the findings at a place.

use crate::Analysis;
use rocky_compiler::base_db::{Diagnostic, FilePath, Severity};
use rocky_compiler::check::fixed_text;
use rocky_compiler::hir::{Language, ModelTree};
use rocky_compiler::hir::{language, model_dialect, parse_model, without_frontmatter};
use rocky_compiler::lint::RuleId;
use rocky_compiler::syntax::{SyntaxKind, TextRange, TextSize};

/// What an action is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ActionKind {
    /// It mends one finding, or all of its kind.
    QuickFix,
    /// It mends all that can be mended unseen.
    FixAll,
}

/// A change that is offered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Action {
    /// What it does, in the imperative.
    pub title: String,
    /// What it is for.
    pub kind: ActionKind,
    /// The finding that it is about.
    pub finding: Option<Diagnostic>,
    /// Whether it is what most people would choose.
    pub is_preferred: bool,
    /// The file to change.
    pub path: FilePath,
    /// Replacements: sorted, not overlapping.
    pub edits: Vec<(TextRange, String)>,
}

/// The fixes of the findings that touch `range`, and what mends more at once.
pub(crate) fn quick_fixes(analysis: &Analysis, path: &FilePath, range: TextRange) -> Vec<Action> {
    let findings = analysis.diagnostics(path);
    let touches = |finding: &&Diagnostic| {
        finding.range.is_some_and(|own| own.start() <= range.end() && range.start() <= own.end())
    };
    let mut actions = Vec::new();
    let mut codes: Vec<&str> = Vec::new();
    for finding in findings.iter().filter(touches) {
        if let Some(fix) = &finding.fix {
            actions.push(Action {
                title: fix.title.clone(),
                kind: ActionKind::QuickFix,
                finding: Some(finding.clone()),
                is_preferred: fix.is_safe,
                path: fix.file.clone(),
                edits: fix.edits.clone(),
            });
            codes.push(finding.code.as_str());
        }
    }
    codes.dedup();
    for code in codes {
        let same = findings.iter().filter(|finding| finding.code.as_str() == code && finding.fix.is_some());
        let Some(rule) = RuleId::of_code(code).filter(|_| same.count() > 1) else { continue };
        let title = format!("Fix all of '{}' in this file", rule.rule().name);
        actions.extend(fixed(analysis, path, Some(&[code]), title, ActionKind::QuickFix));
    }
    for finding in findings.iter().filter(touches).filter(|finding| finding.severity != Severity::Error) {
        actions.extend(suppression(analysis, path, finding));
    }
    actions
}

/// Everything in a file that can be mended unseen.
pub(crate) fn fix_all(analysis: &Analysis, path: &FilePath) -> Option<Action> {
    let is_safe = |finding: &Diagnostic| finding.fix.as_ref().is_some_and(|fix| fix.is_safe);
    if !analysis.diagnostics(path).iter().any(is_safe) {
        return None;
    }
    fixed(analysis, path, None, "Fix everything that can be fixed safely".to_owned(), ActionKind::FixAll)
}

fn fixed(
    analysis: &Analysis,
    path: &FilePath,
    codes: Option<&[&str]>,
    title: String,
    kind: ActionKind,
) -> Option<Action> {
    let model = analysis.host().model_at(path)?;
    let source = analysis.source(path)?;
    // Who asks for all of one rule has seen one of them.
    let after = fixed_text(analysis.db(), model, codes, codes.is_some());
    let edit = difference(&source.text, &after.text)?;
    Some(Action { title, kind, finding: None, is_preferred: false, path: path.clone(), edits: vec![edit] })
}

/// The one replacement that makes one text of another.
fn difference(before: &str, after: &str) -> Option<(TextRange, String)> {
    if before == after {
        return None;
    }
    let same = |(left, right): &(char, char)| left == right;
    let prefix: usize =
        before.chars().zip(after.chars()).take_while(same).map(|(character, _)| character.len_utf8()).sum();
    let (rest, new_rest) = (&before[prefix..], &after[prefix..]);
    let backwards = rest.chars().rev().zip(new_rest.chars().rev());
    let suffix: usize = backwards.take_while(same).map(|(character, _)| character.len_utf8()).sum();
    let offset = |at: usize| TextSize::try_from(at).ok();
    let range = TextRange::new(offset(prefix)?, offset(before.len() - suffix)?);
    Some((range, after[prefix..after.len() - suffix].to_owned()))
}

/// A comment above the line that drops the finding.
fn suppression(analysis: &Analysis, path: &FilePath, finding: &Diagnostic) -> Option<Action> {
    let model = analysis.host().model_at(path)?;
    let source = analysis.source(path)?;
    let at = usize::from(finding.range?.start()).min(source.text.len());
    let start = source.text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let indent: String = source.text[start..].chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
    let offset = TextSize::try_from(start).ok()?;
    let (language, dialect) = (language(analysis.db(), model), model_dialect(analysis.db(), model));
    if is_inside_token(&without_frontmatter(&source.text), language, dialect, offset) {
        return None;
    }
    let code = finding.code.as_str();
    Some(Action {
        title: format!("Suppress {code} here"),
        kind: ActionKind::QuickFix,
        finding: Some(finding.clone()),
        is_preferred: false,
        path: path.clone(),
        edits: vec![(TextRange::empty(offset), format!("{indent}-- rocky: ignore[{code}]\n"))],
    })
}

/// Whether a line starts in the middle of a text literal or comment, where another comment would be none.
fn is_inside_token(
    text: &str,
    language: Language,
    dialect: rocky_compiler::syntax::DialectKind,
    offset: TextSize,
) -> bool {
    let root = match parse_model(text, language, dialect) {
        ModelTree::Sql(parse) => parse.syntax(),
        ModelTree::Rocky(parse) => parse.syntax(),
    };
    let is_inner = |token: rocky_compiler::syntax::SyntaxToken| {
        token.kind() != SyntaxKind::WHITESPACE && token.text_range().start() < offset
    };
    root.token_at_offset(offset).right_biased().is_some_and(is_inner)
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn the_difference_is_one_replacement() {
        assert_eq!(difference("abc", "abc"), None);
        let (range, text) = difference("äbcä", "äxcä").unwrap();
        assert_eq!((u32::from(range.start()), u32::from(range.end()), text.as_str()), (2, 3, "x"));
        let (range, text) = difference("aaa", "aa").unwrap();
        assert_eq!((u32::from(range.len()), text.as_str()), (1, ""));
    }
}
