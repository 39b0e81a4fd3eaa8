//! The ci-diff document.

use super::findings::findings;
use crate::output::{CiDiffOutput, DiffSummary, ImpactEffect, ModelDiffStatus, VERSION};
use crate::project_diff::{Comparison, impacts, model_differences, new_errors, not_comparable};
use crate::render::ci_diff_markdown;
use std::collections::BTreeSet;

/// What differs between two states of a project, as a document.
pub(crate) fn ci_diff_document(comparison: &Comparison) -> CiDiffOutput {
    let models = model_differences(comparison);
    let errors = new_errors(comparison);
    let impacts = impacts(comparison, &models, &errors);
    let breaks = |effect| matches!(effect, ImpactEffect::Error | ImpactEffect::ReadsRemovedModel);
    let breaking = !errors.is_empty()
        || impacts.iter().any(|impact| impact.affected.iter().any(|one| breaks(one.effect)));
    let count = |status| models.iter().filter(|model| model.status == status).count() as u64;
    let names: BTreeSet<&str> = [&comparison.base, &comparison.head]
        .into_iter()
        .flat_map(|side| side.compiled.models.iter().map(|model| model.name.as_str()))
        .collect();
    let summary = DiffSummary {
        total_models: names.len() as u64,
        unchanged: names.len() as u64 - models.len() as u64,
        modified: count(ModelDiffStatus::Modified),
        added: count(ModelDiffStatus::Added),
        removed: count(ModelDiffStatus::Removed),
    };
    let mut document = CiDiffOutput {
        version: VERSION,
        command: "ci-diff",
        base_ref: comparison.base_ref.clone(),
        head_ref: "HEAD".to_owned(),
        mode: comparison.mode,
        base_commit: comparison.base_commit.id.clone(),
        summary,
        models,
        breaking,
        impacts,
        new_errors: findings(&comparison.head.project, &errors),
        not_evaluated: not_comparable(comparison),
        markdown: String::new(),
    };
    document.markdown = ci_diff_markdown::render(&document);
    document
}
