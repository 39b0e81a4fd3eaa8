//! Hover: what is to be known about the thing at a position, as Markdown.

use crate::model_at::{Found, ModelView, Thing, prime};
use crate::settings_at::{Mention, mention_at};
use crate::{Analysis, FilePosition};
use rocky_compiler::RootDatabase;
use rocky_compiler::base_db::File;
use rocky_compiler::hir::body::{ExprId, RelationId};
use rocky_compiler::hir::{dag, find_model, model_dialect};
use rocky_compiler::lineage::{Edge, incoming_edges, outgoing_edges};
use rocky_compiler::project::model_config;
use rocky_compiler::syntax::TextRange;
use rocky_compiler::types::functions::{FunctionKind, TypeRule, functions};
use rocky_compiler::types::{DataType, Nullability, RelationTarget, Resolution, TypedColumn, output_schema};
use std::fmt::Write as _;

/// How many entries a list shows.
const LIST_LIMIT: usize = 20;

/// What is to be known about a thing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hover {
    /// Markdown.
    pub markdown: String,
    /// The thing's range.
    pub range: TextRange,
}

pub(crate) fn hover(analysis: &Analysis, at: &FilePosition) -> Option<Hover> {
    if let Some((mention, range)) = mention_at(analysis, at) {
        let markdown = match mention {
            Mention::Model(model) => model_text(analysis, model),
            Mention::Column(model, column) => {
                prime(analysis, model);
                let schema = output_schema(analysis.db(), model);
                column_text(analysis, model, schema.column(&column)?)
            }
        };
        return Some(Hover { markdown, range });
    }
    let file = analysis.host().model_at(&at.path)?;
    let view = ModelView::new(analysis, file);
    let Found { thing, range } = view.at(at.offset)?;
    let markdown = match thing {
        Thing::Relation(relation) => relation_text(analysis, &view, relation)?,
        Thing::Alias(relation) => alias_text(analysis, &view, relation)?,
        Thing::CommonTableExpression(query) => {
            let (name, _) = view.cte_name(query)?;
            let columns = view.inference.queries.get(query.index())?.columns.iter();
            cte_text(&name, columns.map(|column| &column.column))
        }
        Thing::Column(expr) => expression_text(analysis, &view, expr)?,
        Thing::Item(item) => item_text(analysis, &view, item)?,
        Thing::Function(name) => function_text(&view, &name)?,
    };
    Some(Hover { markdown, range })
}

fn relation_text(analysis: &Analysis, view: &ModelView<'_>, relation: RelationId) -> Option<String> {
    let info = view.relation(relation)?;
    Some(match &info.target {
        RelationTarget::Model(name) => model_text(analysis, find_model(view.db, name)?),
        RelationTarget::Cte(query) => {
            let (name, _) = view.cte_name(*query)?;
            cte_text(&name, info.columns.iter())
        }
        RelationTarget::External(name) => {
            let mut text = format!("**External table:** {name}");
            if info.columns.is_empty() {
                text.push_str("\n\nIts columns are not known.");
            }
            column_list(&mut text, info.columns.iter());
            text
        }
        RelationTarget::Derived(_) | RelationTarget::Other => {
            let mut text = format!("**Relation:** {}", info.name.as_deref().unwrap_or("(unnamed)"));
            column_list(&mut text, info.columns.iter());
            text
        }
    })
}

fn alias_text(analysis: &Analysis, view: &ModelView<'_>, relation: RelationId) -> Option<String> {
    let info = view.relation(relation)?;
    let name = info.name.as_deref().unwrap_or("(unnamed)");
    let what = match &info.target {
        RelationTarget::Model(model) => format!("model {model}"),
        RelationTarget::Cte(query) => format!("common table expression {}", view.cte_name(*query)?.0),
        RelationTarget::External(table) => format!("external table {table}"),
        RelationTarget::Derived(_) => "subquery".to_owned(),
        RelationTarget::Other => return relation_text(analysis, view, relation),
    };
    let mut text = format!("**Alias:** {name} = {what}");
    column_list(&mut text, info.columns.iter());
    Some(text)
}

fn cte_text<'c>(name: &str, columns: impl Iterator<Item = &'c TypedColumn>) -> String {
    let mut text = format!("**Common table expression:** {name}");
    column_list(&mut text, columns);
    text
}

/// A model: intent, neighbours, columns.
fn model_text(analysis: &Analysis, model: File) -> String {
    prime(analysis, model);
    let db = analysis.db();
    let config = model_config(db, model);
    let mut text = format!("**Model:** {}", config.name);
    if let Some(intent) = &config.intent {
        quote(&mut text, intent);
    }
    let dag = dag(db, analysis.host().project());
    if let Some(number) = dag.number(model) {
        let names = |numbers: &[u32]| -> Vec<String> {
            let mut names: Vec<String> =
                numbers.iter().map(|number| dag.names[*number as usize].to_string()).collect();
            names.sort();
            names
        };
        let (upstream, downstream) =
            (names(&dag.reads[number as usize]), names(&dag.readers[number as usize]));
        let shown = if upstream.is_empty() { "none (leaf)".to_owned() } else { comma_list(&upstream) };
        let _ = write!(text, "\n\n**Upstream:** {shown}");
        if !downstream.is_empty() {
            let _ = write!(text, "\n\n**Downstream:** {}", comma_list(&downstream));
        }
    }
    let schema = output_schema(db, model);
    column_list(&mut text, schema.columns.iter());
    if schema.open {
        text.push_str("\n\nThere may be more columns.");
    }
    text
}

fn comma_list(names: &[String]) -> String {
    let shown = names[..names.len().min(LIST_LIMIT)].join(", ");
    match names.len().checked_sub(LIST_LIMIT) {
        Some(more) if more > 0 => format!("{shown} and {more} more"),
        _ => shown,
    }
}

fn quote(text: &mut String, words: &str) {
    text.push_str("\n\n");
    let lines: Vec<String> = words.trim().lines().map(|line| format!("> {line}")).collect();
    text.push_str(&lines.join("\n"));
}

fn column_list<'c>(text: &mut String, columns: impl Iterator<Item = &'c TypedColumn>) {
    for (position, column) in columns.enumerate() {
        if position == 0 {
            text.push_str("\n\n**Columns:**\n");
        }
        let name = if column.name.is_empty() { "(unnamed)" } else { &column.name };
        let _ = write!(text, "\n- `{name}: {}`", type_text(column));
    }
}

/// A column's type as people write it; `?` behind it says that it may be NULL.
pub(crate) fn type_text(column: &TypedColumn) -> String {
    let name = match &column.raw {
        Some(raw) => raw.to_string(),
        None => type_name(&column.ty),
    };
    if column.nullability == Nullability::Nullable { format!("{name}?") } else { name }
}

fn type_name(ty: &DataType) -> String {
    if ty.is_unknown() { "unknown".to_owned() } else { ty.to_string() }
}

fn expression_text(analysis: &Analysis, view: &ModelView<'_>, expr: ExprId) -> Option<String> {
    let (ty, nullability) = view.inference.type_of(expr);
    let typed = |name: &str, known: Option<&TypedColumn>| TypedColumn {
        raw: known.filter(|known| known.ty == *ty).and_then(|known| known.raw.clone()),
        ..TypedColumn::new(name, ty.clone(), nullability)
    };
    match view.inference.resolutions.get(expr.index())?.as_ref()? {
        Resolution::Column { relation, column, fields } => {
            let info = view.relation(*relation)?;
            let known = info.columns.iter().find(|known| known.name == *column);
            if !fields.is_empty() {
                let path = format!("{column}.{}", fields.join("."));
                return Some(format!("**Field:** `{path} : {}`", type_text(&typed(&path, None))));
            }
            Some(relation_column_text(analysis, view, *relation, &typed(column, known)))
        }
        Resolution::MergedColumn { relations, column, .. } => {
            let names: Vec<&str> =
                relations.iter().filter_map(|relation| view.relation(*relation)?.name.as_deref()).collect();
            let shown = type_text(&typed(column, None));
            Some(format!("**Column:** `{column} : {shown}`\n\nMerged from {}.", names.join(", ")))
        }
        Resolution::OpenColumn { relation, column, .. } => {
            let name = relation_name(view, *relation);
            Some(format!("**Column:** `{name}.{column}`\n\nThe columns of {name} are not known."))
        }
        Resolution::Alias { item, .. } => item_text(analysis, view, *item),
        Resolution::Parameter { .. } => Some("**Parameter** of a lambda".to_owned()),
        Resolution::Row(relation) => alias_text(analysis, view, *relation),
        Resolution::Builtin | Resolution::DatePart => None,
    }
}

fn relation_name(view: &ModelView<'_>, relation: RelationId) -> String {
    let Some(info) = view.relation(relation) else { return String::new() };
    let own = match &info.target {
        RelationTarget::Model(name) | RelationTarget::External(name) => Some(name.to_string()),
        RelationTarget::Cte(query) => view.cte_name(*query).map(|(name, _)| name.to_string()),
        RelationTarget::Derived(_) | RelationTarget::Other => info.name.as_ref().map(ToString::to_string),
    };
    own.unwrap_or_else(|| "(subquery)".to_owned())
}

/// A column of a relation, its type as it is where it is used.
fn relation_column_text(
    analysis: &Analysis,
    view: &ModelView<'_>,
    relation: RelationId,
    column: &TypedColumn,
) -> String {
    let target = view.relation(relation).map(|info| &info.target);
    match target {
        Some(RelationTarget::Model(name)) => match find_model(view.db, name) {
            Some(model) => column_text(analysis, model, column),
            None => format!("**Column:** `{name}.{} : {}`", column.name, type_text(column)),
        },
        Some(RelationTarget::Cte(query) | RelationTarget::Derived(query)) => {
            let name = relation_name(view, relation);
            let mut text = format!("**Column:** `{name}.{} : {}`", column.name, type_text(column));
            if let Some(item) = view.item_of(*query, &column.name) {
                defined_as(&mut text, view, item);
            }
            text
        }
        _ => {
            let name = relation_name(view, relation);
            format!("**Column:** `{name}.{} : {}`", column.name, type_text(column))
        }
    }
}

fn defined_as(text: &mut String, view: &ModelView<'_>, item: ExprId) {
    let Some(range) = view.map.exprs.get(item.index()) else { return };
    let sql = view.sql_text(*range);
    if !sql.contains('\n') && !sql.contains('`') && sql.len() <= 120 {
        let _ = write!(text, "\n\n= `{sql}`");
    }
}

fn item_text(analysis: &Analysis, view: &ModelView<'_>, item: ExprId) -> Option<String> {
    let (query, position) = view.column_of(item)?;
    let column = &view.inference.queries.get(query.index())?.columns.get(position)?.column;
    if Some(query) == view.body.root {
        return Some(column_text(analysis, view.file, column));
    }
    let owner = view.cte_name(query).map_or_else(String::new, |(name, _)| format!("{name}."));
    let mut text = format!("**Column:** `{owner}{} : {}`", column.name, type_text(column));
    defined_as(&mut text, view, item);
    Some(text)
}

/// A column of a model: its type, where it comes from, who uses it.
fn column_text(analysis: &Analysis, model: File, column: &TypedColumn) -> String {
    prime(analysis, model);
    let db = analysis.db();
    let config = model_config(db, model);
    let mut text = format!("**Column:** `{}.{} : {}`", config.name, column.name, type_text(column));
    let description = config
        .column_descriptions
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(&column.name))
        .map(|(_, description)| description);
    if let Some(description) = description {
        quote(&mut text, description);
    }
    let sources = incoming_edges(db, model);
    let sources: Vec<String> = sources
        .iter()
        .filter(|edge| edge.target.column.eq_ignore_ascii_case(&column.name))
        .map(|edge| {
            let Edge { source, target, transform } = edge;
            format!("`{} ← {}.{}` ({transform})", target.column, source.model, source.column)
        })
        .collect();
    bullets(&mut text, "Upstream sources", &sources);
    bullets(&mut text, "Downstream consumers", &consumers(analysis, db, model, &column.name));
    text
}

fn consumers(analysis: &Analysis, db: &RootDatabase, model: File, column: &str) -> Vec<String> {
    let dag = dag(db, analysis.host().project());
    let Some(number) = dag.number(model) else { return Vec::new() };
    for reader in &dag.readers[number as usize] {
        analysis.host().prime(dag.models[*reader as usize]);
    }
    let edges = outgoing_edges(db, model);
    let edges = edges.iter().filter(|edge| edge.source.column.eq_ignore_ascii_case(column));
    edges.map(|edge| format!("`{}.{}` ({})", edge.target.model, edge.target.column, edge.transform)).collect()
}

fn bullets(text: &mut String, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let _ = write!(text, "\n\n**{title}:**\n");
    for line in &lines[..lines.len().min(LIST_LIMIT)] {
        let _ = write!(text, "\n- {line}");
    }
    if lines.len() > LIST_LIMIT {
        let _ = write!(text, "\n- and {} more", lines.len() - LIST_LIMIT);
    }
}

fn function_text(view: &ModelView<'_>, name: &str) -> Option<String> {
    let signature = functions(model_dialect(view.db, view.file)).get(name)?;
    let kind = match signature.kind {
        FunctionKind::Aggregate => "Aggregate function",
        FunctionKind::Window => "Window function",
        FunctionKind::Scalar => "Function",
    };
    let mut text = format!("**{kind}:** {name}");
    if let TypeRule::Fixed(ty) = &signature.ty {
        let _ = write!(text, "\n\nGives `{}`.", type_name(ty));
    }
    Some(text)
}
