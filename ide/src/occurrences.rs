//! The other places of what a name means, in a model whose names are resolved.

use crate::highlights::{Highlight, HighlightKind};
use crate::model_at::{Found, ModelView, Thing};
use crate::semantic_tokens::TokenModifiers;
use crate::{Analysis, FilePosition, SyntaxDocument};
use rocky_compiler::hir::body::{ExprId, QueryId, RelationId, RelationKind};
use rocky_compiler::hir::{macro_expansion, path_text};
use rocky_compiler::types::{RelationTarget, Resolution};
use smol_str::SmolStr;

/// What a name may stand for. Two names are one thing when they share a key.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Key {
    /// A relation of a FROM clause.
    Relation(RelationId),
    /// The table or model behind it.
    Table(SmolStr),
    /// A common table expression.
    Query(QueryId),
    /// A column of a relation.
    Column(RelationId, SmolStr),
    /// A select item.
    Item(ExprId),
    /// A function.
    Function(SmolStr),
}

/// What belongs to the thing at a position: names by what they mean where the project knows that, else by how they are
/// spelled; keywords by their construct.
pub(crate) fn highlights(
    analysis: &Analysis,
    at: &FilePosition,
    document: &SyntaxDocument,
) -> Vec<Highlight> {
    resolved(analysis, at, document).unwrap_or_else(|| document.highlights(at.offset))
}

fn resolved(analysis: &Analysis, at: &FilePosition, document: &SyntaxDocument) -> Option<Vec<Highlight>> {
    let own = document.name_at(at.offset)?;
    let file = analysis.host().model_at(&at.path)?;
    // Expanded text stands elsewhere, and a pipeline's names mean one thing from step to step.
    if at.path.extension() != Some("sql") || macro_expansion(analysis.db(), file).is_some() {
        return None;
    }
    let view = ModelView::new(analysis, file);
    let wanted = view.at(own.start()).map(|found| keys(&view, &found))?;
    if wanted.is_empty() {
        return None;
    }
    let spelling = document.slice(own).trim_matches(['"', '`']).to_lowercase();
    let tokens = document.semantic_tokens(None);
    let is_same_word = |word: &str| word.trim_matches(['"', '`']).to_lowercase() == spelling;
    let same = tokens.iter().filter(|token| is_same_word(document.slice(token.range)));
    let places = same.filter(|token| {
        let found = view.at(token.range.start()).filter(|found| found.range.contains_range(token.range));
        found.is_some_and(|found| keys(&view, &found).iter().any(|key| wanted.contains(key)))
    });
    let places: Vec<Highlight> = places
        .map(|token| {
            let declares = token.modifiers.holds(TokenModifiers::DECLARATION);
            let kind = if declares { HighlightKind::Write } else { HighlightKind::Read };
            Highlight { range: token.range, kind }
        })
        .collect();
    places.iter().any(|place| place.range == own).then_some(places)
}

fn keys(view: &ModelView<'_>, found: &Found) -> Vec<Key> {
    match &found.thing {
        Thing::Relation(relation) => of_table(view, *relation),
        Thing::Alias(relation) => match view.map.relation_aliases.get(relation.index()) {
            Some(Some(_)) => vec![Key::Relation(*relation)],
            _ => of_table(view, *relation),
        },
        Thing::CommonTableExpression(query) => vec![Key::Query(*query)],
        Thing::Item(item) => vec![Key::Item(*item)],
        Thing::Function(name) => vec![Key::Function(name.clone())],
        Thing::Column(expr) => of_column(view, *expr),
    }
}

/// A table by its own name; where it has no alias, that is also what its columns are qualified with.
fn of_table(view: &ModelView<'_>, relation: RelationId) -> Vec<Key> {
    let mut keys = match view.relation(relation).map(|info| &info.target) {
        Some(RelationTarget::Cte(query)) => vec![Key::Query(*query)],
        Some(RelationTarget::Model(name)) => vec![Key::Table(SmolStr::new(name.to_lowercase()))],
        _ => match &view.body.relation(relation).kind {
            RelationKind::Table(path) => vec![Key::Table(SmolStr::new(path_text(path).to_lowercase()))],
            _ => Vec::new(),
        },
    };
    if view.map.relation_aliases.get(relation.index()).is_none_or(Option::is_none) {
        keys.push(Key::Relation(relation));
    }
    keys
}

/// A column as one of its relation, and as the item of the query that gives it.
fn of_column(view: &ModelView<'_>, expr: ExprId) -> Vec<Key> {
    let mut keys = Vec::new();
    let mut add = |relation: RelationId, column: &str| {
        keys.push(Key::Column(relation, SmolStr::new(column.to_lowercase())));
        if let Some(RelationTarget::Cte(query) | RelationTarget::Derived(query)) =
            view.relation(relation).map(|info| &info.target)
        {
            keys.extend(view.item_of(*query, column).map(Key::Item));
        }
    };
    match view.inference.resolutions.get(expr.index()).and_then(Option::as_ref) {
        Some(
            Resolution::Column { relation, column, .. } | Resolution::OpenColumn { relation, column, .. },
        ) => {
            add(*relation, column);
        }
        Some(Resolution::MergedColumn { relations, column, .. }) => {
            relations.iter().for_each(|relation| add(*relation, column));
        }
        Some(Resolution::Alias { item, .. }) => keys.push(Key::Item(*item)),
        _ => return Vec::new(),
    }
    // It may be an item itself, without an alias.
    keys.push(Key::Item(expr));
    keys
}
