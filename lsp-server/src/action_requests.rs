//! Code actions: from what can be done to protocol values.

use crate::convert;
use crate::requests::View;
use crate::workspace::uri_of;
use rocky_ide::{Action, ActionKind, Analysis, FilePath, Interrupted, TextRange};
use std::collections::HashMap;
use tower_lsp::lsp_types::*;

/// The kind of the action that fixes everything in a file.
pub(crate) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.rocky");

/// What the server offers, for `initialize`.
pub(crate) fn capability() -> CodeActionProviderCapability {
    CodeActionProviderCapability::Options(CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, FIX_ALL]),
        ..CodeActionOptions::default()
    })
}

pub(crate) fn code_actions(
    view: &View,
    range: Range,
    only: Option<&[CodeActionKind]>,
) -> Result<Option<CodeActionResponse>, Interrupted> {
    view.on_document(|analysis, path| {
        let source = analysis.source(path)?;
        let offset = |position| view.encoding.offset(&source.line_index, &source.text, position);
        let (start, end) = (offset(range.start), offset(range.end));
        let place = TextRange::new(start, end.max(start));
        let mut actions = Vec::new();
        if is_wanted(&CodeActionKind::QUICKFIX, only) {
            actions.extend(analysis.quick_fixes(path, place));
        }
        if is_wanted(&FIX_ALL, only) {
            actions.extend(analysis.fix_all(path));
        }
        let actions = actions.into_iter().filter_map(|action| code_action(view, analysis, path, action));
        Some(actions.map(CodeActionOrCommand::CodeAction).collect())
    })
}

/// A kind is wanted when it or a kind above it was asked for.
fn is_wanted(kind: &CodeActionKind, only: Option<&[CodeActionKind]>) -> bool {
    only.is_none_or(|only| {
        only.iter().any(|asked| {
            let rest = kind.as_str().strip_prefix(asked.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || asked.as_str().is_empty())
        })
    })
}

fn code_action(view: &View, analysis: &Analysis, path: &FilePath, action: Action) -> Option<CodeAction> {
    let source = analysis.source(&action.path)?;
    let edits: Vec<TextEdit> = action
        .edits
        .into_iter()
        .map(|(range, new_text)| TextEdit { range: view.encoding.range(&source.line_index, range), new_text })
        .collect();
    let finding = action.finding.filter(|finding| finding.file == *path);
    let diagnostics =
        finding.map(|finding| convert::diagnostics(&[finding], analysis, &view.root, view.encoding));
    Some(CodeAction {
        title: action.title,
        kind: Some(match action.kind {
            ActionKind::QuickFix => CodeActionKind::QUICKFIX,
            ActionKind::FixAll => FIX_ALL,
        }),
        diagnostics,
        is_preferred: action.is_preferred.then_some(true),
        edit: Some(WorkspaceEdit {
            changes: Some(HashMap::from([(uri_of(&view.root, &action.path)?, edits)])),
            ..WorkspaceEdit::default()
        }),
        ..CodeAction::default()
    })
}
