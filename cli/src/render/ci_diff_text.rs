//! `rocky ci-diff` for people.

use super::style::{Style, Tone};
use crate::output::{
    CiDiffOutput, ColumnChangeType, ColumnDiff, DiffResult, ImpactEffect, ImpactOutput, ImpactedColumn,
    LineageQualifiedColumn, ModelDiffCause, ModelDiffStatus, NotEvaluatedOutput, NullabilityDiff,
};
use std::fmt::Write as _;

/// How many entries of one list are shown.
const SHOWN: usize = 20;

/// The models and columns that differ, what they do to others, new errors, what could not be compared.
pub(crate) fn render(output: &CiDiffOutput, style: Style) -> String {
    let mut text = String::new();
    for model in &output.models {
        render_model(&mut text, model, style);
    }
    if !output.models.is_empty() {
        text.push('\n');
    }
    if !output.impacts.is_empty() {
        text.push_str("What this does to others:\n");
        output.impacts.iter().for_each(|impact| render_impact(&mut text, impact, style));
        text.push('\n');
    }
    if !output.new_errors.is_empty() {
        let _ = writeln!(text, "New errors:");
        for error in &output.new_errors {
            let place = error.span.as_ref();
            let place = place.map(|span| format!("{}:{}:{}: ", span.file, span.line, span.col));
            let place = place.unwrap_or_default();
            let _ = writeln!(text, "  {} {place}{} {}", style.cross(), error.code, error.message);
        }
        text.push('\n');
    }
    text.push_str(&not_evaluated(&output.not_evaluated, style));
    let _ = writeln!(text, "{}", totals(output));
    text
}

/// The last line: the figures, and whether something breaks.
fn totals(output: &CiDiffOutput) -> String {
    let summary = output.summary;
    let verdict = match (output.breaking, output.models.is_empty(), output.not_evaluated.is_empty()) {
        (true, _, _) => "this breaks something",
        (false, true, true) => "no changes",
        (false, true, false) => "no changes in what could be compared",
        (false, false, true) => "nothing breaks",
        (false, false, false) => "nothing breaks in what could be compared",
    };
    format!(
        "Compared with {}: {} added, {} modified, {} removed, {} unchanged; {verdict}.",
        output.base_ref, summary.added, summary.modified, summary.removed, summary.unchanged
    )
}

/// What could not be compared, and why.
pub(super) fn not_evaluated(entries: &[NotEvaluatedOutput], style: Style) -> String {
    if entries.is_empty() {
        return String::new();
    }
    let mut text = String::from("Not fully compared:\n");
    for entry in entries.iter().take(SHOWN) {
        let _ = writeln!(text, "  {} {} ({}): {}", style.unknown(), entry.model, entry.side, entry.reason);
    }
    if entries.len() > SHOWN {
        let _ = writeln!(text, "  … and {} more", entries.len() - SHOWN);
    }
    text.push('\n');
    text
}

fn render_model(text: &mut String, model: &DiffResult, style: Style) {
    let (mark, tone) = match model.status {
        ModelDiffStatus::Added => ("+", Tone::Good),
        ModelDiffStatus::Removed => ("-", Tone::Bad),
        ModelDiffStatus::Modified | ModelDiffStatus::Unchanged => ("~", Tone::Doubtful),
    };
    let cause = match model.cause {
        Some(ModelDiffCause::Settings) => " (its settings)",
        Some(ModelDiffCause::Upstream) => " (because of what it reads)",
        Some(ModelDiffCause::Files) | None => "",
    };
    let _ = writeln!(text, "{} {}{cause}", style.paint(tone, mark), model.model_name);
    for change in &model.column_changes {
        let _ = writeln!(text, "    {}", column_words(change));
    }
    for change in &model.nullability_changes {
        let _ = writeln!(text, "    {}", nullability_words(change));
    }
}

/// `- amount DECIMAL(10,2)`
fn column_words(change: &ColumnDiff) -> String {
    let name = &change.column_name;
    let known = |ty: &Option<String>| ty.as_ref().map(|ty| format!(" {ty}")).unwrap_or_default();
    match change.change_type {
        ColumnChangeType::Added => format!("+ {name}{}", known(&change.new_type)),
        ColumnChangeType::Removed => format!("- {name}{}", known(&change.old_type)),
        ColumnChangeType::TypeChanged => {
            format!("~ {name}{} →{}", known(&change.old_type), known(&change.new_type))
        }
    }
}

pub(super) fn nullability_words(change: &NullabilityDiff) -> String {
    let words = if change.new_nullable { "may be NULL now" } else { "is never NULL any more" };
    format!("~ {} {words}", change.column_name)
}

fn render_impact(text: &mut String, impact: &ImpactOutput, style: Style) {
    let _ = writeln!(text, "  {}", impact_words(impact));
    for affected in impact.affected.iter().take(SHOWN) {
        let mark = if is_breaking(affected.effect) { style.cross() } else { style.warning() };
        let _ = writeln!(text, "    {mark} {}{}", affected_words(affected), way(affected));
    }
    if impact.affected.len() > SHOWN {
        let _ = writeln!(text, "    … and {} more", impact.affected.len() - SHOWN);
    }
}

/// Whether something does not work any more.
pub(super) fn is_breaking(effect: ImpactEffect) -> bool {
    matches!(effect, ImpactEffect::Error | ImpactEffect::ReadsRemovedModel)
}

/// `orders.amount is gone`
pub(super) fn impact_words(impact: &ImpactOutput) -> String {
    let name = name(&impact.model, impact.column.as_deref());
    match impact.change {
        ImpactEffect::TypeChanged => format!("{name} has another type"),
        ImpactEffect::NullabilityChanged => format!("{name} has another nullability"),
        _ => format!("{name} is gone"),
    }
}

/// `totals.total: E003: …`
pub(super) fn affected_words(affected: &ImpactedColumn) -> String {
    let name = name(&affected.model, affected.column.as_deref());
    match affected.effect {
        ImpactEffect::ColumnRemoved => format!("{name} is gone as well"),
        ImpactEffect::ModelRemoved => format!("{name} is removed"),
        ImpactEffect::NullabilityChanged => format!("{name} {}", affected.detail),
        ImpactEffect::ReadsRemovedModel => format!("{name} {}", affected.detail),
        ImpactEffect::Error | ImpactEffect::TypeChanged => format!("{name}: {}", affected.detail),
    }
}

/// The columns between the changed one and this one, when there are some.
pub(super) fn way(affected: &ImpactedColumn) -> String {
    let between: Vec<String> = affected.path.iter().skip(1).map(qualified).collect();
    if between.is_empty() { String::new() } else { format!(" (through {})", between.join(" → ")) }
}

fn qualified(column: &LineageQualifiedColumn) -> String {
    format!("{}.{}", column.model, column.column)
}

fn name(model: &str, column: Option<&str>) -> String {
    match column {
        Some(column) => format!("{model}.{column}"),
        None => model.to_owned(),
    }
}
