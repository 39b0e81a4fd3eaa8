//! What a text with a marker in it means: the body, what its names stand for, where the marker is.

use super::MARKER;
use crate::Analysis;
use rocky_compiler::base_db::File;
use rocky_compiler::hir::body::{
    Body, BodySourceMap, Expr, ExprId, Ident, QueryId, RelationId, RelationKind,
};
use rocky_compiler::hir::lower::lower_sql;
use rocky_compiler::hir::{ReferenceTarget, model_dialect, resolve_reference};
use rocky_compiler::project::model_config;
use rocky_compiler::syntax::dsl::{LowerContext, RelationColumns, lower_dsl, parse_dsl};
use rocky_compiler::syntax::{DialectKind, SyntaxNode, TextRange, TextSize, parse_sql};
use rocky_compiler::types::{
    Environment, Inference, RelationInfo, RelationSchema, Schema, TypedColumn, infer, output_schema,
    surroundings,
};

/// What a model's names in FROM clauses stand for, also names that its saved text does not have yet.
pub(super) struct World<'a> {
    pub(super) analysis: &'a Analysis,
    pub(super) file: File,
}

impl World<'_> {
    pub(super) fn dialect(&self) -> DialectKind {
        model_dialect(self.analysis.db(), self.file)
    }

    pub(super) fn relation(&self, path: &[Ident]) -> Option<RelationSchema> {
        let db = self.analysis.db();
        if let Some(known) = surroundings(db, self.file).find(path) {
            return Some(known.clone());
        }
        match resolve_reference(db, self.file, path) {
            ReferenceTarget::Model(model) => {
                self.analysis.host().prime(model);
                let schema = output_schema(db, model);
                Some(RelationSchema { id: model_config(db, model).name.clone(), is_model: true, schema })
            }
            ReferenceTarget::Itself | ReferenceTarget::External => None,
        }
    }

    /// The output columns of a pipeline text.
    pub(super) fn pipeline_columns(&self, text: &str) -> Schema {
        let relation = |parts: &[String]| {
            let path: Vec<Ident> = parts.iter().map(|part| Ident::new(part)).collect();
            self.relation(&path).map(|relation| RelationColumns {
                columns: relation.schema.columns.iter().map(|column| column.name.clone()).collect(),
                complete: !relation.schema.open,
            })
        };
        let context = LowerContext { dialect: self.dialect(), relation: &relation };
        let lowered = lower_dsl(&parse_dsl(text), &context);
        let (body, _) = lower_sql(&lowered.sql, self.dialect());
        self.infer(&body).schema
    }

    fn infer(&self, body: &Body) -> Inference {
        let relations = |path: &[Ident]| self.relation(path);
        infer(body, &Environment { dialect: self.dialect(), relations: &relations })
    }
}

/// Where the marker is.
pub(super) enum Place {
    /// A name in a FROM clause; the segments before the marker.
    Relation(Vec<Ident>),
    /// A name in an expression; the segments before the marker.
    Expression(Vec<Ident>),
    /// A column of a USING list: the relation joined.
    Using(RelationId),
    /// The type of a cast.
    Type,
    /// Something else.
    Other,
}

/// An SQL text with the marker, understood.
pub(super) struct MarkedSql {
    pub(super) tree: SyntaxNode,
    pub(super) body: Body,
    pub(super) map: BodySourceMap,
    pub(super) inference: Inference,
    pub(super) marker: TextRange,
}

impl MarkedSql {
    pub(super) fn new(world: &World<'_>, marked: &str, start: TextSize) -> MarkedSql {
        let parse = parse_sql(marked, world.dialect());
        let (body, map) = lower_sql(marked, world.dialect());
        let inference = world.infer(&body);
        let marker = TextRange::at(start, TextSize::of(MARKER));
        MarkedSql { tree: parse.syntax(), body, map, inference, marker }
    }

    pub(super) fn place(&self) -> Place {
        for relation in &self.body.relations {
            if let RelationKind::Table(path) = &relation.kind
                && let Some(qualifier) = before_marker(path)
            {
                return Place::Relation(qualifier);
            }
        }
        for expr in &self.body.exprs {
            match expr {
                Expr::Column(path) => {
                    if let Some(qualifier) = before_marker(path) {
                        return Place::Expression(qualifier);
                    }
                }
                Expr::Cast { ty, .. } if ty.to_lowercase().contains(MARKER) => return Place::Type,
                _ => {}
            }
        }
        self.using_place().unwrap_or(Place::Other)
    }

    fn using_place(&self) -> Option<Place> {
        use rocky_compiler::hir::body::QueryBody;
        self.body.queries.iter().find_map(|query| {
            let QueryBody::Select(select) = &query.body else { return None };
            let mut joins = select.from.iter().flat_map(|item| &item.joins);
            let join = joins.find(|join| join.using.iter().any(|name| name.text == MARKER))?;
            Some(Place::Using(join.relation))
        })
    }

    /// The innermost query around the marker.
    pub(super) fn query(&self) -> Option<QueryId> {
        let around = self.map.queries.iter().enumerate();
        let around = around.filter(|(_, range)| range.contains_range(self.marker));
        let innermost = around.min_by_key(|(_, range)| range.len());
        innermost.map(|(index, _)| QueryId(index as u32)).or(self.body.root)
    }

    /// The relations whose columns may be named at the marker.
    pub(super) fn visible(&self) -> Vec<&RelationInfo> {
        let Some(query) = self.query() else { return Vec::new() };
        let visible = self.inference.visible_relations(query);
        visible.iter().filter_map(|relation| self.inference.relations.get(relation.index())).collect()
    }

    /// The relation of a qualifier: a visible one, else any of that name in the text.
    pub(super) fn relation_named(&self, name: &str) -> Option<&RelationInfo> {
        let is_called =
            |info: &&RelationInfo| info.name.as_ref().is_some_and(|known| known.eq_ignore_ascii_case(name));
        self.visible().into_iter().find(is_called).or_else(|| self.inference.relations.iter().find(is_called))
    }

    /// Whether an expression's range holds the marker.
    pub(super) fn holds_marker(&self, expr: ExprId) -> bool {
        self.map.exprs.get(expr.index()).is_some_and(|range| range.contains_range(self.marker))
    }
}

fn before_marker(path: &[Ident]) -> Option<Vec<Ident>> {
    let at = path.iter().position(|part| part.text == MARKER)?;
    Some(path[..at].to_vec())
}

/// A name as it has to be written: quoted when it is no plain word.
pub(super) fn spelled(name: &str, dialect: DialectKind) -> String {
    let mut characters = name.chars();
    let starts_well = characters.next().is_some_and(|first| first.is_alphabetic() || first == '_');
    if starts_well && characters.all(|character| character.is_alphanumeric() || character == '_') {
        return name.to_owned();
    }
    let quote = match dialect {
        DialectKind::Databricks | DialectKind::BigQuery => '`',
        _ => '"',
    };
    let doubled: String = [quote, quote].iter().collect();
    format!("{quote}{}{quote}", name.replace(quote, &doubled))
}

/// What is shown behind a column.
pub(super) fn column_detail(column: &TypedColumn, owner: Option<&str>) -> String {
    let shown = crate::hover::type_text(column);
    match owner {
        Some(owner) => format!("{shown} · {owner}"),
        None => shown,
    }
}
