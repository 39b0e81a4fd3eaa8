//! The lineage-diff document.

use crate::output::{LineageDiffOutput, LineageDiffSummary, VERSION};
use crate::project_diff::{Comparison, lineage_differences, not_comparable};
use crate::render::lineage_diff_markdown;

/// How the lineage differs between two states of a project, as a document.
pub(crate) fn lineage_diff_document(comparison: &Comparison, only: Option<&str>) -> LineageDiffOutput {
    let models = lineage_differences(comparison, only);
    let columns = || models.iter().flat_map(|model| &model.columns);
    let summary = LineageDiffSummary {
        models_changed: models.len() as u64,
        columns_changed: columns().count() as u64,
        edges_added: columns().map(|column| column.added.len() as u64).sum(),
        edges_removed: columns().map(|column| column.removed.len() as u64).sum(),
        transforms_changed: columns().map(|column| column.changed.len() as u64).sum(),
    };
    let mut not_evaluated = not_comparable(comparison);
    not_evaluated.retain(|entry| only.is_none_or(|only| entry.model == only));
    let mut document = LineageDiffOutput {
        version: VERSION,
        command: "lineage-diff",
        base_ref: comparison.base_ref.clone(),
        head_ref: "HEAD".to_owned(),
        mode: comparison.mode,
        base_commit: comparison.base_commit.id.clone(),
        summary,
        models,
        not_evaluated,
        markdown: String::new(),
    };
    document.markdown = lineage_diff_markdown::render(&document);
    document
}
