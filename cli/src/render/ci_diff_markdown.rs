//! `rocky ci-diff` as a comment of a pull request.

use super::ci_diff_text::{affected_words, impact_words, is_breaking, nullability_words, way};
use crate::output::{
    CiDiffOutput, ColumnChangeType, DiffResult, ModelDiffCause, ModelDiffStatus, NotEvaluatedOutput,
};
use rocky_report::markdown_text::{code, plain};
use std::fmt::Write as _;

/// How many rows of one table are shown: comments have a size limit.
const SHOWN_ROWS: usize = 50;
/// How many models get a table of their columns.
const SHOWN_MODELS: usize = 25;

/// The document as Markdown.
pub(crate) fn render(output: &CiDiffOutput) -> String {
    let mut text = String::from("## Rocky CI Diff\n\n");
    let summary = output.summary;
    let _ = write!(
        text,
        "Compared with {}: **{} added**, **{} modified**, **{} removed**, {} unchanged.\n\n",
        code(&output.base_ref),
        summary.added,
        summary.modified,
        summary.removed,
        summary.unchanged
    );
    match (output.models.is_empty(), output.not_evaluated.is_empty()) {
        (true, true) => text.push_str("No data changes detected.\n\n"),
        (true, false) => text.push_str("No data changes detected in what could be compared.\n\n"),
        (false, _) => models(&mut text, output),
    }
    if output.breaking {
        text.push_str("❌ **This breaks something.**\n\n");
    }
    impacts(&mut text, output);
    new_errors(&mut text, output);
    text.push_str(&not_evaluated(&output.not_evaluated));
    output.models.iter().take(SHOWN_MODELS).for_each(|model| columns(&mut text, model));
    while text.ends_with("\n\n") {
        text.pop();
    }
    text
}

fn models(text: &mut String, output: &CiDiffOutput) {
    text.push_str("| Model | Status | Columns | Cause |\n|---|---|---|---|\n");
    for model in output.models.iter().take(SHOWN_ROWS) {
        let status = match model.status {
            ModelDiffStatus::Added => "added",
            ModelDiffStatus::Removed => "removed",
            ModelDiffStatus::Modified => "modified",
            ModelDiffStatus::Unchanged => "unchanged",
        };
        let cause = match model.cause {
            Some(ModelDiffCause::Files) => "files",
            Some(ModelDiffCause::Settings) => "settings",
            Some(ModelDiffCause::Upstream) => "what it reads",
            None => "",
        };
        let _ = writeln!(text, "| {} | {status} | {} | {cause} |", code(&model.model_name), figures(model));
    }
    more(text, output.models.len(), SHOWN_ROWS);
    text.push('\n');
}

fn figures(model: &DiffResult) -> String {
    let count = |wanted: ColumnChangeType| {
        model.column_changes.iter().filter(|change| change.change_type == wanted).count()
    };
    let parts = [
        (count(ColumnChangeType::Added), "added"),
        (count(ColumnChangeType::Removed), "removed"),
        (count(ColumnChangeType::TypeChanged), "retyped"),
        (model.nullability_changes.len(), "with other nullability"),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    if parts.is_empty() { "—".to_owned() } else { parts.join(", ") }
}

fn impacts(text: &mut String, output: &CiDiffOutput) {
    if output.impacts.is_empty() {
        return;
    }
    text.push_str("### What this does to others\n\n| Change | Effect |\n|---|---|\n");
    let rows: Vec<String> = output
        .impacts
        .iter()
        .flat_map(|impact| {
            impact.affected.iter().map(|affected| {
                let mark = if is_breaking(affected.effect) { "❌" } else { "⚠️" };
                format!(
                    "| {} | {mark} {}{} |\n",
                    plain(&impact_words(impact)),
                    plain(&affected_words(affected)),
                    plain(&way(affected))
                )
            })
        })
        .collect();
    rows.iter().take(SHOWN_ROWS).for_each(|row| text.push_str(row));
    more(text, rows.len(), SHOWN_ROWS);
    text.push('\n');
}

fn new_errors(text: &mut String, output: &CiDiffOutput) {
    if output.new_errors.is_empty() {
        return;
    }
    text.push_str("### New errors\n\n| Code | Place | Message |\n|---|---|---|\n");
    for error in output.new_errors.iter().take(SHOWN_ROWS) {
        let place = match &error.span {
            Some(span) => code(&format!("{}:{}:{}", span.file, span.line, span.col)),
            None => code(&error.model),
        };
        let _ = writeln!(text, "| {} | {place} | {} |", plain(&error.code), plain(&error.message));
    }
    more(text, output.new_errors.len(), SHOWN_ROWS);
    text.push('\n');
}

/// What could not be compared, folded away.
pub(super) fn not_evaluated(entries: &[NotEvaluatedOutput]) -> String {
    if entries.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "<details><summary>Not fully compared ({})</summary>\n\n| Model | Side | Why |\n|---|---|---|\n",
        entries.len()
    );
    for entry in entries.iter().take(SHOWN_ROWS) {
        let _ = writeln!(text, "| {} | {} | {} |", code(&entry.model), entry.side, plain(&entry.reason));
    }
    more(&mut text, entries.len(), SHOWN_ROWS);
    text.push_str("\n</details>\n\n");
    text
}

/// The columns of one model, folded away.
fn columns(text: &mut String, model: &DiffResult) {
    if model.column_changes.is_empty() && model.nullability_changes.is_empty() {
        return;
    }
    let _ = write!(
        text,
        "<details><summary>{}</summary>\n\n| Column | Change | Before | After |\n|---|---|---|---|\n",
        plain(&model.model_name)
    );
    for change in model.column_changes.iter().take(SHOWN_ROWS) {
        let word = match change.change_type {
            ColumnChangeType::Added => "added",
            ColumnChangeType::Removed => "removed",
            ColumnChangeType::TypeChanged => "type changed",
        };
        let ty = |ty: &Option<String>| ty.as_ref().map(|ty| code(ty)).unwrap_or_default();
        let _ = writeln!(
            text,
            "| {} | {word} | {} | {} |",
            code(&change.column_name),
            ty(&change.old_type),
            ty(&change.new_type)
        );
    }
    more(text, model.column_changes.len(), SHOWN_ROWS);
    if !model.nullability_changes.is_empty() {
        text.push('\n');
        for change in &model.nullability_changes {
            let _ = writeln!(text, "* {}", plain(nullability_words(change).trim_start_matches("~ ")));
        }
    }
    text.push_str("\n</details>\n\n");
}

/// Says how much of a table is not shown.
pub(super) fn more(text: &mut String, all: usize, shown: usize) {
    if all > shown {
        let _ = write!(text, "\n… and {} more.\n", all - shown);
    }
}
