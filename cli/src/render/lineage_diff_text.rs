//! `rocky lineage-diff` for people.

use super::ci_diff_text::not_evaluated;
use super::style::{Style, Tone};
use crate::output::{LineageDiffColumn, LineageDiffOutput, LineageEdgeRecord};
use std::fmt::Write as _;

/// How many columns below a changed one are shown.
const SHOWN_BELOW: usize = 8;

/// The columns whose sources differ, and what is below them.
pub(crate) fn render(output: &LineageDiffOutput, style: Style) -> String {
    let mut text = String::new();
    for model in &output.models {
        let _ = writeln!(text, "{}", style.paint(Tone::Strong, &model.model));
        model.columns.iter().for_each(|column| render_column(&mut text, column, style));
    }
    if !output.models.is_empty() {
        text.push('\n');
    }
    text.push_str(&not_evaluated(&output.not_evaluated, style));
    let _ = writeln!(text, "{}", totals(output));
    text
}

/// The figures in a sentence.
pub(super) fn totals(output: &LineageDiffOutput) -> String {
    let summary = output.summary;
    if output.models.is_empty() {
        let rest = if output.not_evaluated.is_empty() { "" } else { " in what could be compared" };
        return format!("Compared with {}: no changes of lineage{rest}.", output.base_ref);
    }
    format!(
        "Compared with {}: {} of {}; {} added, {} removed, {} changed.",
        output.base_ref,
        super::counted(summary.columns_changed, "column"),
        super::counted(summary.models_changed, "model"),
        super::counted(summary.edges_added, "source"),
        summary.edges_removed,
        summary.transforms_changed
    )
}

fn render_column(text: &mut String, column: &LineageDiffColumn, style: Style) {
    let _ = writeln!(text, "  {}", column.column);
    for edge in &column.added {
        let _ = writeln!(text, "    {} {}", style.paint(Tone::Good, "+"), source(edge));
    }
    for edge in &column.removed {
        let _ = writeln!(text, "    {} {}", style.paint(Tone::Bad, "-"), source(edge));
    }
    for change in &column.changed {
        let _ = writeln!(
            text,
            "    {} {}.{}: {} → {}",
            style.paint(Tone::Doubtful, "~"),
            change.source.model,
            change.source.column,
            change.old_transform,
            change.new_transform
        );
    }
    if !column.downstream.is_empty() {
        let _ = writeln!(text, "    reaches {}", below(column, SHOWN_BELOW));
    }
}

/// The columns below, as many as are to be shown.
pub(super) fn below(column: &LineageDiffColumn, shown: usize) -> String {
    let names: Vec<String> = column
        .downstream
        .iter()
        .take(shown)
        .map(|column| format!("{}.{}", column.model, column.column))
        .collect();
    let more = column.downstream.len().saturating_sub(shown);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", names.join(", "))
}

/// `orders.amount (aggregation: sum)`
pub(super) fn source(edge: &LineageEdgeRecord) -> String {
    format!("{}.{} ({})", edge.source.model, edge.source.column, edge.transform)
}
