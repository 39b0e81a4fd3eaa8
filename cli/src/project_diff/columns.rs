//! Which models and columns differ.

use super::{Comparison, Side};
use crate::output::{
    ColumnChangeType, ColumnDiff, DiffResult, ModelDiffCause, ModelDiffStatus, NotEvaluatedOutput,
    NullabilityDiff,
};
use rocky_compiler::ModelReport;
use rocky_compiler::base_db::{Digest, FilePath};
use rocky_compiler::project::{model_config, model_parts};
use rocky_compiler::types::{Nullability, Schema, TypedColumn};
use std::collections::BTreeSet;

/// The models that differ, by name.
pub(crate) fn model_differences(comparison: &Comparison) -> Vec<DiffResult> {
    let names = |side: &Side| -> BTreeSet<String> {
        side.compiled.models.iter().map(|model| model.name.to_string()).collect()
    };
    let (base, head) = (names(&comparison.base), names(&comparison.head));
    let mut differences = Vec::new();
    for name in base.union(&head) {
        let result = match (comparison.base.model(name), comparison.head.model(name)) {
            (None, Some(model)) => whole(model, ModelDiffStatus::Added),
            (Some(model), None) => whole(model, ModelDiffStatus::Removed),
            (Some(old), Some(new)) => match modified(comparison, old, new) {
                Some(result) => result,
                None => continue,
            },
            (None, None) => continue,
        };
        differences.push(result);
    }
    differences
}

/// A model of one side only: all its columns.
fn whole(model: &ModelReport, status: ModelDiffStatus) -> DiffResult {
    let is_added = status == ModelDiffStatus::Added;
    let changes = model.schema.columns.iter().map(|column| {
        let shown = shown_type(column);
        ColumnDiff {
            column_name: column.name.to_string(),
            change_type: if is_added { ColumnChangeType::Added } else { ColumnChangeType::Removed },
            old_type: if is_added { None } else { shown.clone() },
            new_type: if is_added { shown } else { None },
        }
    });
    DiffResult {
        model_name: model.name.to_string(),
        status,
        cause: None,
        column_changes: changes.collect(),
        nullability_changes: Vec::new(),
    }
}

fn modified(comparison: &Comparison, old: &ModelReport, new: &ModelReport) -> Option<DiffResult> {
    let column_changes = column_changes(&old.schema, &new.schema);
    let nullability_changes = nullability_changes(&old.schema, &new.schema);
    let cause = if contents(&comparison.base, old) != contents(&comparison.head, new) {
        ModelDiffCause::Files
    } else if !same_settings(comparison, old, new) {
        ModelDiffCause::Settings
    } else if !column_changes.is_empty() || !nullability_changes.is_empty() {
        ModelDiffCause::Upstream
    } else {
        return None;
    };
    Some(DiffResult {
        model_name: new.name.to_string(),
        status: ModelDiffStatus::Modified,
        cause: Some(cause),
        column_changes,
        nullability_changes,
    })
}

/// The contents of a model's own files: its query, its sidecar, its contract. Where they lie counts as well.
fn contents(side: &Side, model: &ModelReport) -> Vec<(FilePath, Option<Digest>)> {
    let snapshot = side.project.snapshot();
    let db = snapshot.db();
    let mut paths = vec![model.file.clone()];
    if let Some(file) = snapshot.model_at(&model.file)
        && let Some(parts) = model_parts(db, file)
    {
        paths.extend(parts.sidecar.iter().chain(&parts.contract).map(|file| file.path(db).clone()));
    }
    paths.extend(model.contract.iter().map(|contract| contract.file.clone()));
    paths.sort();
    paths.dedup();
    paths.into_iter().map(|path| (path.clone(), snapshot.file(&path).map(|file| file.digest(db)))).collect()
}

/// Whether everything that is said about a model outside its query is the same.
fn same_settings(comparison: &Comparison, old: &ModelReport, new: &ModelReport) -> bool {
    let config = |side: &Side, model: &ModelReport| {
        let snapshot = side.project.snapshot();
        let mut config = (*model_config(snapshot.db(), snapshot.model_at(&model.file)?)).clone();
        // A handle of one database means nothing in the other.
        config.settings_file = None;
        Some(config)
    };
    config(&comparison.base, old) == config(&comparison.head, new)
}

/// Added, removed and retyped columns, in the order of the new side, removed ones last. What may merely not be known
/// is no difference.
fn column_changes(old: &Schema, new: &Schema) -> Vec<ColumnDiff> {
    let mut changes = Vec::new();
    for column in &new.columns {
        match old.column(&column.name) {
            None if old.open => {}
            None => changes.push(ColumnDiff {
                column_name: column.name.to_string(),
                change_type: ColumnChangeType::Added,
                old_type: None,
                new_type: shown_type(column),
            }),
            Some(before) => {
                if types_differ(before, column) {
                    changes.push(ColumnDiff {
                        column_name: column.name.to_string(),
                        change_type: ColumnChangeType::TypeChanged,
                        old_type: shown_type(before),
                        new_type: shown_type(column),
                    });
                }
            }
        }
    }
    if new.open {
        return changes;
    }
    for column in old.columns.iter().filter(|column| new.column(&column.name).is_none()) {
        changes.push(ColumnDiff {
            column_name: column.name.to_string(),
            change_type: ColumnChangeType::Removed,
            old_type: shown_type(column),
            new_type: None,
        });
    }
    changes
}

fn nullability_changes(old: &Schema, new: &Schema) -> Vec<NullabilityDiff> {
    let pairs = new.columns.iter().filter_map(|column| Some((old.column(&column.name)?, column)));
    pairs
        .filter_map(|(before, column)| {
            let (old_nullable, new_nullable) = nullability_differs(before, column)?;
            Some(NullabilityDiff { column_name: column.name.to_string(), old_nullable, new_nullable })
        })
        .collect()
}

/// Whether both types are known and not the same.
pub(super) fn types_differ(old: &TypedColumn, new: &TypedColumn) -> bool {
    !old.ty.has_unknown() && !new.ty.has_unknown() && old.ty != new.ty
}

/// Whether the column may be NULL before and after, when both are known and not the same.
pub(super) fn nullability_differs(old: &TypedColumn, new: &TypedColumn) -> Option<(bool, bool)> {
    let known = |column: &TypedColumn| match column.nullability {
        Nullability::NotNull => Some(false),
        Nullability::Nullable => Some(true),
        Nullability::Unknown => None,
    };
    let (old, new) = (known(old)?, known(new)?);
    (old != new).then_some((old, new))
}

/// A type that is known.
pub(super) fn shown_type(column: &TypedColumn) -> Option<String> {
    (!column.ty.is_unknown()).then(|| column.ty.to_string())
}

/// Models whose columns cannot be compared completely, and why.
pub(crate) fn not_comparable(comparison: &Comparison) -> Vec<NotEvaluatedOutput> {
    let mut reasons = Vec::new();
    for (side, name) in [(&comparison.base, "base"), (&comparison.head, "head")] {
        for model in side.compiled.models.iter().filter(|model| model.schema.open) {
            let reason = match model.has_errors {
                true => "it does not compile, so not all of its columns are known",
                false => "not all of its columns are known: declare the columns of what it reads",
            };
            reasons.push(NotEvaluatedOutput {
                model: model.name.to_string(),
                side: name,
                reason: reason.to_owned(),
            });
        }
    }
    reasons.sort_by(|left, right| (&left.model, left.side).cmp(&(&right.model, right.side)));
    reasons
}
