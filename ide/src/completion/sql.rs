//! Completion in SQL.

use super::scope::{MarkedSql, Place, World, column_detail, spelled};
use super::{CompletionKind, Items, Rank, relations};
use crate::Analysis;
use crate::model_at::prime;
use rocky_compiler::base_db::File;
use rocky_compiler::hir::body::{Expr, Ident, QueryBody};
use rocky_compiler::syntax::{SyntaxKind, SyntaxNode, TextSize};
use rocky_compiler::types::functions::{FunctionKind, functions};
use rocky_compiler::types::{DataType, RelationInfo, RelationTarget};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

const CLAUSES: &[&str] = &[
    "SELECT",
    "FROM",
    "WHERE",
    "GROUP BY",
    "HAVING",
    "QUALIFY",
    "ORDER BY",
    "LIMIT",
    "OFFSET",
    "JOIN",
    "INNER JOIN",
    "LEFT JOIN",
    "RIGHT JOIN",
    "FULL JOIN",
    "CROSS JOIN",
    "ON",
    "USING",
    "UNION",
    "UNION ALL",
    "INTERSECT",
    "EXCEPT",
    "WITH",
    "AS",
    "ASC",
    "DESC",
    "NULLS FIRST",
    "NULLS LAST",
    "AND",
    "OR",
];

const EXPRESSION_WORDS: &[&str] = &[
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "AND",
    "OR",
    "NOT",
    "IN",
    "IS NULL",
    "IS NOT NULL",
    "LIKE",
    "BETWEEN",
    "EXISTS",
    "DISTINCT",
    "NULL",
    "TRUE",
    "FALSE",
    "INTERVAL",
    "OVER",
    "PARTITION BY",
    "FROM",
    "SELECT",
];

const TYPES: &[&str] = &[
    "BIGINT",
    "BOOLEAN",
    "DATE",
    "DECIMAL",
    "DOUBLE",
    "FLOAT",
    "INTEGER",
    "SMALLINT",
    "TIME",
    "TIMESTAMP",
    "VARCHAR",
];

/// What stands before a name that begins here in a FROM clause.
const RELATION_WORDS: &[&str] = &["LATERAL", "UNNEST", "VALUES"];

pub(super) fn complete(analysis: &Analysis, file: File, text: &str, items: &mut Items<'_>) {
    prime(analysis, file);
    let world = World { analysis, file };
    let start = items.word.range.start();
    let marked = MarkedSql::new(&world, &items.word.marked(text), start);
    if is_in_text(&marked.tree, start) {
        return;
    }
    match marked.place() {
        Place::Relation(qualifier) => {
            if qualifier.is_empty() {
                common_table_expressions(&marked, items);
                items.keywords(Rank::Fallback, RELATION_WORDS);
            }
            relations::complete(&world, &qualifier, items);
        }
        Place::Expression(qualifier) => match qualifier.last() {
            Some(name) => qualified(&world, &marked, &qualifier, name, items),
            None => expression(&world, &marked, items),
        },
        Place::Using(relation) => {
            let joined = marked.inference.relations.get(relation.index());
            let others = marked.visible();
            for column in joined.iter().flat_map(|joined| &joined.columns) {
                let named = |info: &&&RelationInfo| {
                    info.columns.iter().any(|known| known.name.eq_ignore_ascii_case(&column.name))
                };
                if others.iter().filter(named).count() > 1 {
                    add_column(&world, Rank::First, &column.name, column_detail(column, None), items);
                }
            }
        }
        Place::Type => {
            for name in TYPES {
                items.add(Rank::Likely, CompletionKind::Keyword, name, Some("type".to_owned()));
            }
        }
        Place::Other => {
            items.keywords(Rank::Likely, CLAUSES);
            if is_misplaced(&marked.tree, start) {
                expression(&world, &marked, items);
            }
        }
    }
}

/// Whether the marker is inside a text or a comment.
pub(super) fn is_in_text(tree: &SyntaxNode, start: TextSize) -> bool {
    let token = tree.token_at_offset(start).right_biased();
    token.is_some_and(|token| {
        token.text_range().start() < start
            && (token.kind().is_trivia() && token.kind() != SyntaxKind::WHITESPACE
                || matches!(token.kind(), SyntaxKind::STRING | SyntaxKind::BYTE_STRING))
    })
}

/// Whether the parser found no place for the marker.
fn is_misplaced(tree: &SyntaxNode, start: TextSize) -> bool {
    let token = tree.token_at_offset(start).right_biased();
    let mut around = token.iter().flat_map(|token| token.parent_ancestors());
    around.any(|node| node.kind() == SyntaxKind::ERROR_NODE)
}

fn common_table_expressions(marked: &MarkedSql, items: &mut Items<'_>) {
    let Some(query) = marked.query() else { return };
    for (name, _) in marked.inference.visible_ctes(query) {
        let detail = Some("common table expression".to_owned());
        items.add(Rank::First, CompletionKind::CommonTableExpression, &name, detail);
    }
}

/// Behind `alias.`: the relation's columns, or the fields of a struct column.
fn qualified(
    world: &World<'_>,
    marked: &MarkedSql,
    qualifier: &[Ident],
    name: &Ident,
    items: &mut Items<'_>,
) {
    if let Some(info) = marked.relation_named(&name.text) {
        for column in info.columns.iter().filter(|column| !column.name.is_empty()) {
            let owner = info.name.as_deref();
            add_column(world, Rank::First, &column.name, column_detail(column, owner), items);
        }
        return;
    }
    let visible = marked.visible();
    let columns = visible.iter().flat_map(|info| &info.columns);
    let mut fields = columns.filter(|column| column.name.eq_ignore_ascii_case(&name.text));
    if let Some(DataType::Struct(fields)) = fields.next().map(|column| &column.ty) {
        for field in fields {
            add_column(world, Rank::First, &field.name, field.ty.to_string(), items);
        }
        return;
    }
    // There is no FROM clause yet: a model of that name is what will stand in it.
    for column in world.relation(qualifier).iter().flat_map(|relation| &relation.schema.columns) {
        add_column(world, Rank::First, &column.name, column_detail(column, Some(&name.text)), items);
    }
}

fn add_column(world: &World<'_>, rank: Rank, name: &str, detail: String, items: &mut Items<'_>) {
    let insert = spelled(name, world.dialect());
    items.add_text(rank, CompletionKind::Column, name, insert, Some(detail));
}

fn expression(world: &World<'_>, marked: &MarkedSql, items: &mut Items<'_>) {
    own_columns(world, marked, items);
    let selected = already_selected(marked);
    let visible = marked.visible();
    let mut owners: FxHashMap<String, usize> = FxHashMap::default();
    for column in visible.iter().flat_map(|info| &info.columns) {
        *owners.entry(column.name.to_lowercase()).or_default() += 1;
    }
    for info in &visible {
        let owner = info.name.as_deref();
        for column in info.columns.iter().filter(|column| !column.name.is_empty()) {
            let rank = if selected.contains(&column.name) { Rank::Likely } else { Rank::First };
            let detail = column_detail(column, owner);
            match owner {
                Some(owner) if owners.get(&column.name.to_lowercase()).is_some_and(|count| *count > 1) => {
                    let label = format!("{owner}.{}", column.name);
                    let dialect = world.dialect();
                    let insert = format!("{}.{}", spelled(owner, dialect), spelled(&column.name, dialect));
                    items.add_text(rank, CompletionKind::Column, &label, insert, Some(detail));
                }
                _ => add_column(world, rank, &column.name, detail, items),
            }
        }
    }
    for info in &visible {
        if let Some(name) = &info.name {
            let detail = match &info.target {
                RelationTarget::Model(model) => format!("model {model}"),
                RelationTarget::External(table) => format!("external table {table}"),
                RelationTarget::Cte(_) => "common table expression".to_owned(),
                RelationTarget::Derived(_) => "subquery".to_owned(),
                RelationTarget::Other => "relation".to_owned(),
            };
            let insert = spelled(name, world.dialect());
            items.add_text(Rank::Possible, CompletionKind::Alias, name, insert, Some(detail));
        }
    }
    add_functions(world, items, false);
    items.keywords(Rank::Last, EXPRESSION_WORDS);
}

pub(super) fn add_functions(world: &World<'_>, items: &mut Items<'_>, lower_case: bool) {
    let table = functions(world.dialect());
    for name in table.names() {
        let detail = table.get(name).map(|signature| match signature.kind {
            FunctionKind::Aggregate => "aggregate function".to_owned(),
            FunctionKind::Window => "window function".to_owned(),
            FunctionKind::Scalar => "function".to_owned(),
        });
        let written = if lower_case { name.to_lowercase() } else { name.to_owned() };
        let insert = format!("{written}(");
        items.add_text(Rank::Fallback, CompletionKind::Function, &written, insert, detail);
    }
}

/// In ORDER BY: the query's own columns.
fn own_columns(world: &World<'_>, marked: &MarkedSql, items: &mut Items<'_>) {
    let Some(query) = marked.query() else { return };
    if !marked.body.query(query).order_by.iter().any(|key| marked.holds_marker(*key)) {
        return;
    }
    let Some(info) = marked.inference.queries.get(query.index()) else { return };
    for column in info.columns.iter().filter(|column| !column.column.name.is_empty()) {
        let detail = column_detail(&column.column, Some("this query"));
        add_column(world, Rank::First, &column.column.name, detail, items);
    }
}

/// Names that the select list around the marker already has.
fn already_selected(marked: &MarkedSql) -> Vec<SmolStr> {
    let Some(query) = marked.query() else { return Vec::new() };
    let QueryBody::Select(select) = &marked.body.query(query).body else { return Vec::new() };
    if !select.items.iter().any(|item| marked.holds_marker(item.expr)) {
        return Vec::new();
    }
    let names = select.items.iter().filter_map(|item| match marked.body.expr(item.expr) {
        Expr::Column(path) => path.last().map(|part| part.text.clone()),
        _ => None,
    });
    names.collect()
}
