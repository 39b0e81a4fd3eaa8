//! What changed columns and removed models do to what reads them.

use super::columns::{nullability_differs, shown_type, types_differ};
use super::flow::{Flow, Reached};
use super::{Comparison, Side};
use crate::output::{
    ColumnChangeType, DiffResult, ImpactEffect, ImpactOutput, ImpactedColumn, LineageQualifiedColumn,
    ModelDiffCause, ModelDiffStatus,
};
use rocky_compiler::base_db::{Diagnostic, Severity};
use rocky_compiler::lineage::QualifiedColumn;
use std::collections::{BTreeMap, BTreeSet};

/// The errors of the new side that the base does not have. A place that moved makes no new error.
pub(crate) fn new_errors(comparison: &Comparison) -> Vec<Diagnostic> {
    let errors = |side: &Side| -> Vec<Diagnostic> {
        let found = side.compiled.diagnostics.iter();
        found.filter(|finding| finding.severity == Severity::Error).cloned().collect()
    };
    let identity = |finding: &Diagnostic| {
        (finding.model.to_string(), finding.code.as_str().to_owned(), finding.message.clone())
    };
    let mut known: BTreeMap<_, usize> = BTreeMap::new();
    for error in errors(&comparison.base) {
        *known.entry(identity(&error)).or_default() += 1;
    }
    let mut new = errors(&comparison.head);
    new.retain(|error| match known.get_mut(&identity(error)) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    });
    new
}

/// What the differences do to what reads them. Differences that reach nothing are left out.
pub(crate) fn impacts(
    comparison: &Comparison,
    differences: &[DiffResult],
    new_errors: &[Diagnostic],
) -> Vec<ImpactOutput> {
    let search =
        Search { comparison, base: Flow::of(&comparison.base), head: Flow::of(&comparison.head), new_errors };
    let mut impacts = Vec::new();
    for result in differences {
        let model = result.model_name.as_str();
        if result.status == ModelDiffStatus::Removed {
            impacts.extend(search.removed_model(model));
            continue;
        }
        if result.status == ModelDiffStatus::Added {
            continue;
        }
        for change in &result.column_changes {
            let (effect, flow) = match change.change_type {
                ColumnChangeType::Added => continue,
                ColumnChangeType::Removed => (ImpactEffect::ColumnRemoved, &search.base),
                ColumnChangeType::TypeChanged => (ImpactEffect::TypeChanged, &search.head),
            };
            impacts.extend(search.changed_column(model, &change.column_name, effect, flow));
        }
        let retyped = |name: &str| result.column_changes.iter().any(|change| change.column_name == name);
        for change in result.nullability_changes.iter().filter(|change| !retyped(&change.column_name)) {
            let effect = ImpactEffect::NullabilityChanged;
            impacts.extend(search.changed_column(model, &change.column_name, effect, &search.head));
        }
    }
    without_consequences(impacts, differences)
}

/// Leaves out what only passes on what happened above it: that is told with the column where it began.
fn without_consequences(impacts: Vec<ImpactOutput>, differences: &[DiffResult]) -> Vec<ImpactOutput> {
    let passed_on: BTreeSet<&str> = differences
        .iter()
        .filter(|difference| difference.cause == Some(ModelDiffCause::Upstream))
        .map(|difference| difference.model_name.as_str())
        .collect();
    let told: BTreeSet<(String, Option<String>)> = impacts
        .iter()
        .flat_map(|impact| &impact.affected)
        .map(|affected| (affected.model.clone(), affected.column.clone()))
        .collect();
    let is_consequence = |impact: &ImpactOutput| {
        passed_on.contains(impact.model.as_str())
            && told.contains(&(impact.model.clone(), impact.column.clone()))
    };
    impacts.into_iter().filter(|impact| !is_consequence(impact)).collect()
}

struct Search<'c> {
    comparison: &'c Comparison,
    base: Flow,
    head: Flow,
    new_errors: &'c [Diagnostic],
}

impl Search<'_> {
    fn changed_column(
        &self,
        model: &str,
        column: &str,
        change: ImpactEffect,
        flow: &Flow,
    ) -> Option<ImpactOutput> {
        let mut affected = Vec::new();
        let mut in_error = BTreeSet::new();
        for reached in flow.below(model, column) {
            affected.extend(self.effect(&reached, change, &mut in_error));
        }
        (!affected.is_empty()).then(|| ImpactOutput {
            model: model.to_owned(),
            column: Some(column.to_owned()),
            change,
            affected,
        })
    }

    /// What happens to something below a changed column. Errors of a model are told once a change.
    fn effect(
        &self,
        reached: &Reached,
        change: ImpactEffect,
        in_error: &mut BTreeSet<String>,
    ) -> Option<ImpactedColumn> {
        let impacted = |effect, column: Option<String>, detail: String| ImpactedColumn {
            model: reached.model.clone(),
            column,
            effect,
            detail,
            path: reached.path.iter().map(shown).collect(),
        };
        let Some(after) = self.comparison.head.model(&reached.model) else {
            // A removed model is told by itself.
            return None;
        };
        let mut errors = self.new_errors.iter().filter(|error| error.model == reached.model);
        if let Some(error) = errors.find(|error| is_about(error, reached, change)) {
            let detail = format!("{}: {}", error.code.as_str(), error.message);
            return in_error
                .insert(reached.model.clone())
                .then(|| impacted(ImpactEffect::Error, reached.column.clone(), detail));
        }
        let column = reached.column.as_ref()?;
        let before = self.comparison.base.model(&reached.model)?.schema.column(column)?;
        let Some(now) = after.schema.column(column) else {
            let gone = !after.schema.open;
            return gone.then(|| impacted(ImpactEffect::ColumnRemoved, Some(column.clone()), String::new()));
        };
        if change != ImpactEffect::NullabilityChanged && types_differ(before, now) {
            let text = |column| shown_type(column).unwrap_or_default();
            let detail = format!("{} → {}", text(before), text(now));
            return Some(impacted(ImpactEffect::TypeChanged, Some(column.clone()), detail));
        }
        let (_, nullable) = nullability_differs(before, now)?;
        // A column that is merely computed from one that is gone is not nullable because of that.
        if change == ImpactEffect::ColumnRemoved {
            return None;
        }
        let detail = if nullable { "may be NULL now" } else { "is never NULL any more" };
        Some(impacted(ImpactEffect::NullabilityChanged, Some(column.clone()), detail.to_owned()))
    }

    /// What reads a model that is gone.
    fn removed_model(&self, model: &str) -> Option<ImpactOutput> {
        let still_reading = self.head.readers(model);
        let mut affected = Vec::new();
        for reader in self.base.readers(model) {
            let Some(after) = self.comparison.head.model(&reader) else { continue };
            let error = self.new_errors.iter().find(|error| error.model == after.name);
            let (effect, detail) = match error {
                Some(error) => (ImpactEffect::Error, format!("{}: {}", error.code.as_str(), error.message)),
                None if still_reading.contains(&reader) => (
                    ImpactEffect::ReadsRemovedModel,
                    format!("reads '{model}', which is taken for a table of the warehouse now"),
                ),
                None => continue,
            };
            affected.push(ImpactedColumn { model: reader, column: None, effect, detail, path: Vec::new() });
        }
        (!affected.is_empty()).then(|| ImpactOutput {
            model: model.to_owned(),
            column: None,
            change: ImpactEffect::ModelRemoved,
            affected,
        })
    }
}

/// Whether an error comes from a change: it names the column, here or one step above, and a column is missing only
/// where one was removed.
fn is_about(error: &Diagnostic, reached: &Reached, change: ImpactEffect) -> bool {
    let names = |column: &str| error.message.contains(&format!("'{column}'"));
    let above = reached.path.last().is_some_and(|column| names(&column.column));
    match error.code.as_str() {
        "E003" => change == ImpactEffect::ColumnRemoved && above,
        _ => above || reached.column.as_deref().is_some_and(names),
    }
}

fn shown(column: &QualifiedColumn) -> LineageQualifiedColumn {
    LineageQualifiedColumn { model: column.model.to_string(), column: column.column.to_string() }
}
