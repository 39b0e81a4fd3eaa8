//! `rocky lineage-diff` as a comment of a pull request.

use super::ci_diff_markdown::{more, not_evaluated};
use super::lineage_diff_text::{below, source, totals};
use crate::output::{LineageDiffColumn, LineageDiffOutput};
use rocky_report::markdown_text::{code, plain};
use std::fmt::Write as _;

/// How many rows are shown: comments have a size limit.
const SHOWN_ROWS: usize = 60;
const SHOWN_BELOW: usize = 5;

/// The document as Markdown.
pub(crate) fn render(output: &LineageDiffOutput) -> String {
    let mut text = format!("## Rocky Lineage Diff\n\n{}\n\n", plain(&totals(output)));
    let rows: Vec<String> = output
        .models
        .iter()
        .flat_map(|model| model.columns.iter().map(|column| row(&model.model, column)))
        .collect();
    if !rows.is_empty() {
        text.push_str("| Column | Sources | Reaches |\n|---|---|---|\n");
        rows.iter().take(SHOWN_ROWS).for_each(|row| text.push_str(row));
        more(&mut text, rows.len(), SHOWN_ROWS);
        text.push('\n');
    }
    text.push_str(&not_evaluated(&output.not_evaluated));
    while text.ends_with("\n\n") {
        text.pop();
    }
    text
}

fn row(model: &str, column: &LineageDiffColumn) -> String {
    let mut sources: Vec<String> =
        column.added.iter().map(|edge| format!("➕ {}", plain(&source(edge)))).collect();
    sources.extend(column.removed.iter().map(|edge| format!("➖ {}", plain(&source(edge)))));
    sources.extend(column.changed.iter().map(|change| {
        let name = format!("{}.{}", change.source.model, change.source.column);
        format!("✏️ {}: {} → {}", plain(&name), plain(&change.old_transform), plain(&change.new_transform))
    }));
    let mut text = String::new();
    let name = code(&format!("{model}.{}", column.column));
    let _ = writeln!(text, "| {name} | {} | {} |", sources.join("<br>"), plain(&below(column, SHOWN_BELOW)));
    text
}
