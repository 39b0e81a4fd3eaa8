//! `rocky run` for people.

use super::style::{Style, Tone};
use crate::output::{RunOutput, RunStatus};
use std::fmt::Write as _;

/// What was written, what failed, what was skipped and why, the figures.
pub(crate) fn render(output: &RunOutput, skipped: &[(String, String)], style: Style) -> String {
    let mut text = String::new();
    if let Some(earlier) = &output.resumed_from {
        let _ = writeln!(
            text,
            "Resumed {earlier}: {} already done.\n",
            super::counted(output.tables_skipped, "table")
        );
    }
    let names: Vec<String> = output.materializations.iter().map(|entry| entry.asset_key.join(".")).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    for (entry, name) in output.materializations.iter().zip(&names) {
        let rows =
            entry.rows_copied.map(|rows| format!("  {}", super::counted(rows, "row"))).unwrap_or_default();
        let line = format!(
            "{name:width$}  {:12}  {:>8}{rows}",
            entry.metadata.strategy,
            super::duration(entry.duration_ms)
        );
        let _ = writeln!(text, "  {} {}", style.check(), line.trim_end());
    }
    for error in &output.errors {
        let name = error.asset_key.join(".");
        let _ = writeln!(text, "  {} {name}  [{}]", style.cross(), error.failure_kind);
        for line in error.error.lines() {
            let _ = writeln!(text, "      {line}");
        }
    }
    for (name, reason) in skipped {
        let _ = writeln!(text, "  {} {name}  skipped, {reason}", style.warning());
    }
    for check in output.check_results.iter().flat_map(|table| &table.checks).filter(|check| !check.passed) {
        let _ = writeln!(text, "  {} check {} failed", style.warning(), check.name);
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(&summary(output, style));
    text
}

fn summary(output: &RunOutput, style: Style) -> String {
    let mut text = String::new();
    let done = super::counted(output.tables_copied, "table");
    let time = super::duration(output.duration_ms);
    let failed =
        if output.tables_failed > 0 { format!(", {} failed", output.tables_failed) } else { String::new() };
    let verdict = match output.status {
        _ if output.interrupted => style.paint(Tone::Doubtful, "Interrupted"),
        RunStatus::Success => style.paint(Tone::Good, "Done"),
        RunStatus::PartialFailure => style.paint(Tone::Doubtful, "Partly done"),
        RunStatus::Failure => style.paint(Tone::Bad, "Failed"),
    };
    let _ = writeln!(text, "{verdict}: {done} in {time}{failed} (run_id: {})", output.run_id);
    if output.drift.tables_drifted > 0 {
        let _ = writeln!(
            text,
            "Drift: {} of {} changed their columns.",
            output.drift.tables_drifted,
            super::counted(output.drift.tables_checked, "table")
        );
    }
    if let Some(metrics) = output.metrics.as_ref().filter(|metrics| metrics.retries_attempted > 0) {
        let _ =
            writeln!(text, "Retries: {} of {} helped.", metrics.retries_succeeded, metrics.retries_attempted);
    }
    text
}
