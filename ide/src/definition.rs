//! Go to definition: the nearest place that says what the thing at a position is.

use crate::model_at::{ModelView, Thing};
use crate::settings_at::{Mention, mention_at};
use crate::{Analysis, FilePosition};
use rocky_compiler::base_db::{File, FilePath};
use rocky_compiler::hir::body::{RelationId, RelationKind};
use rocky_compiler::hir::{find_model, path_text};
use rocky_compiler::project::{model_config, seeds, settings_spans};
use rocky_compiler::syntax::{TextRange, TextSize};
use rocky_compiler::types::{RelationTarget, Resolution};

/// A place to go to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NavigationTarget {
    /// The file.
    pub path: FilePath,
    /// The name there.
    pub focus_range: TextRange,
}

pub(crate) fn definition(analysis: &Analysis, at: &FilePosition) -> Vec<NavigationTarget> {
    let found = match mention_at(analysis, at) {
        Some((Mention::Model(model), _)) => vec![start_of(analysis, model)],
        Some((Mention::Column(model, column), _)) => {
            column_of_model(analysis, model, &column).into_iter().collect()
        }
        None => in_model(analysis, at).unwrap_or_default(),
    };
    let mut targets: Vec<NavigationTarget> = Vec::new();
    for target in found {
        if !targets.contains(&target) {
            targets.push(target);
        }
    }
    targets
}

fn in_model(analysis: &Analysis, at: &FilePosition) -> Option<Vec<NavigationTarget>> {
    let file = analysis.host().model_at(&at.path)?;
    let view = ModelView::new(analysis, file);
    let found = view.at(at.offset)?;
    let here = |range: TextRange| NavigationTarget { path: at.path.clone(), focus_range: range };
    Some(match found.thing {
        Thing::Relation(relation) => of_relation(analysis, &view, relation).into_iter().collect(),
        Thing::Alias(relation) => {
            let alias = view.map.relation_aliases.get(relation.index()).copied().flatten();
            let name = alias.or_else(|| view.map.relations.get(relation.index()).copied())?;
            vec![here(view.in_file(name)?)]
        }
        Thing::CommonTableExpression(_) => vec![here(found.range)],
        Thing::Item(_) => vec![here(found.range)],
        Thing::Column(expr) => match view.inference.resolutions.get(expr.index())?.as_ref()? {
            Resolution::Column { relation, column, .. } | Resolution::OpenColumn { relation, column, .. } => {
                of_column(analysis, &view, *relation, column).into_iter().collect()
            }
            Resolution::MergedColumn { relations, column, .. } => relations
                .iter()
                .filter_map(|relation| of_column(analysis, &view, *relation, column))
                .collect(),
            Resolution::Alias { item, .. } => vec![here(view.item_range(*item)?)],
            Resolution::Row(relation) => of_relation(analysis, &view, *relation).into_iter().collect(),
            Resolution::Parameter { .. } | Resolution::Builtin | Resolution::DatePart => Vec::new(),
        },
        Thing::Function(_) => Vec::new(),
    })
}

/// What a name in a FROM clause stands for.
fn of_relation(analysis: &Analysis, view: &ModelView<'_>, relation: RelationId) -> Option<NavigationTarget> {
    match &view.relation(relation)?.target {
        RelationTarget::Model(name) => Some(start_of(analysis, find_model(view.db, name)?)),
        RelationTarget::Cte(query) => {
            let (_, range) = view.cte_name(*query)?;
            let path = view.file.path(view.db).clone();
            Some(NavigationTarget { path, focus_range: view.in_file(range)? })
        }
        RelationTarget::External(_) => external(analysis, view, relation),
        RelationTarget::Derived(_) | RelationTarget::Other => None,
    }
}

/// A seed's file, or the entry of `[[sources]]` that declares the table.
fn external(analysis: &Analysis, view: &ModelView<'_>, relation: RelationId) -> Option<NavigationTarget> {
    let RelationKind::Table(path) = &view.body.relation(relation).kind else { return None };
    let name = path_text(path);
    let last = path.last()?;
    let seed = seeds(view.db, analysis.host().project()).iter().find(|seed| {
        seed.name == last.text
            && match path.as_slice() {
                [.., schema, _] => seed.schema.eq_ignore_ascii_case(&schema.text),
                _ => true,
            }
    });
    if let Some(seed) = seed {
        return Some(start_of(analysis, seed.file));
    }
    let config = model_config(view.db, view.file);
    let declared = config.sources.iter().position(|source| {
        let full = format!("{}.{}.{}", source.catalog, source.schema, source.table).to_lowercase();
        full == name.to_lowercase() || full.ends_with(&format!(".{}", name.to_lowercase()))
    })?;
    let settings = config.settings_file?;
    let spans = settings_spans(view.db, settings);
    let range = spans.nearest(&format!("sources.{declared}.table"))?;
    Some(NavigationTarget { path: settings.path(view.db).clone(), focus_range: range })
}

fn of_column(
    analysis: &Analysis,
    view: &ModelView<'_>,
    relation: RelationId,
    column: &str,
) -> Option<NavigationTarget> {
    match &view.relation(relation)?.target {
        RelationTarget::Model(name) => column_of_model(analysis, find_model(view.db, name)?, column),
        RelationTarget::Cte(query) | RelationTarget::Derived(query) => {
            let item = view.item_of(*query, column)?;
            let path = view.file.path(view.db).clone();
            Some(NavigationTarget { path, focus_range: view.item_range(item)? })
        }
        RelationTarget::External(_) => external(analysis, view, relation),
        RelationTarget::Other => None,
    }
}

/// The select item that defines a model's column; the model's first byte when it cannot be told.
fn column_of_model(analysis: &Analysis, model: File, column: &str) -> Option<NavigationTarget> {
    let view = ModelView::new(analysis, model);
    let item = view.body.root.and_then(|root| view.item_of(root, column));
    let Some(range) = item.and_then(|item| view.item_range(item)) else {
        return Some(start_of(analysis, model));
    };
    Some(NavigationTarget { path: model.path(view.db).clone(), focus_range: range })
}

fn start_of(analysis: &Analysis, file: File) -> NavigationTarget {
    NavigationTarget {
        path: file.path(analysis.db()).clone(),
        focus_range: TextRange::empty(TextSize::new(0)),
    }
}
