//! What stands at a position of a model: from an offset of the file to a thing of its body.

use crate::Analysis;
use rocky_compiler::RootDatabase;
use rocky_compiler::base_db::File;
use rocky_compiler::hir::body::{Body, BodySourceMap, Expr, ExprId, QueryId, RelationId, RelationKind};
use rocky_compiler::hir::{ModelTree, ReferenceTarget, model_dialect, parsed_model, resolved_references};
use rocky_compiler::syntax::{
    NodeOrToken, SyntaxKind, SyntaxNode, SyntaxToken, TextRange, TextSize, parse_sql,
};
use rocky_compiler::types::{
    Inference, RelationInfo, Resolution, body_with_map, lowered_model, model_facts, model_inference,
    model_sql, range_in_file,
};
use smol_str::SmolStr;
use std::sync::Arc;

/// A thing of a body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Thing {
    /// The name of a table in a FROM clause.
    Relation(RelationId),
    /// What a relation is called: at its alias or before a column's name.
    Alias(RelationId),
    /// The name of a common table expression, where it is defined.
    CommonTableExpression(QueryId),
    /// A column in an expression.
    Column(ExprId),
    /// The alias of a select item.
    Item(ExprId),
    /// A function's name.
    Function(SmolStr),
}

/// A thing and where it stands in the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Found {
    /// What it is.
    pub(crate) thing: Thing,
    /// Where it is.
    pub(crate) range: TextRange,
}

/// A model with everything that is known of its body.
pub(crate) struct ModelView<'a> {
    /// The database.
    pub(crate) db: &'a RootDatabase,
    /// The model.
    pub(crate) file: File,
    /// Its body.
    pub(crate) body: &'a Body,
    /// Where the body's parts stand in the SQL.
    pub(crate) map: &'a BodySourceMap,
    /// What they mean.
    pub(crate) inference: &'a Inference,
    /// Its SQL: its own text, or what it was lowered to.
    pub(crate) sql: Arc<str>,
}

/// Makes sure that nothing recurses along the graph when `file` is asked about.
pub(crate) fn prime(analysis: &Analysis, file: File) {
    analysis.host().prime(file);
    // A second model of the same name is not in the graph; what it reads is.
    for target in resolved_references(analysis.db(), file) {
        if let ReferenceTarget::Model(model) = target {
            analysis.host().prime(*model);
            model_facts(analysis.db(), *model);
        }
    }
}

impl<'a> ModelView<'a> {
    /// The model `file`, everything it reads computed first.
    pub(crate) fn new(analysis: &'a Analysis, file: File) -> ModelView<'a> {
        prime(analysis, file);
        let db = analysis.db();
        let (body, map) = body_with_map(db, file);
        ModelView { db, file, body, map, inference: model_inference(db, file), sql: model_sql(db, file) }
    }

    /// The thing at an offset of the file.
    pub(crate) fn at(&self, offset: TextSize) -> Option<Found> {
        let tree = self.tree();
        let Some(lowered) = lowered_model(self.db, self.file) else {
            let (thing, range) = self.at_sql(&tree, offset)?;
            return Some(Found { thing, range });
        };
        lowered.source_map.sql_at(offset).into_iter().find_map(|piece| {
            let (thing, range) = self.at_sql(&tree, piece.start())?;
            let range = lowered.source_map.dsl_of(range)?;
            range.contains_inclusive(offset).then_some(Found { thing, range })
        })
    }

    fn tree(&self) -> SyntaxNode {
        match parsed_model(self.db, self.file) {
            ModelTree::Sql(parse) => parse.syntax(),
            ModelTree::Rocky(_) => parse_sql(&self.sql, model_dialect(self.db, self.file)).syntax(),
        }
    }

    fn at_sql(&self, tree: &SyntaxNode, offset: TextSize) -> Option<(Thing, TextRange)> {
        let token = name_at(tree, offset)?;
        let at = token.text_range();
        if let Some(found) = self.relation_at(at) {
            return Some(found);
        }
        if let Some((query, range)) = self.map.cte_names.iter().find(|(_, range)| range.contains_range(at)) {
            return Some((Thing::CommonTableExpression(*query), *range));
        }
        if let Some((item, range)) = self.map.item_aliases.iter().find(|(_, range)| range.contains_range(at))
        {
            return Some((Thing::Item(*item), *range));
        }
        if let Some(name) = function_name(&token) {
            return Some((Thing::Function(name), at));
        }
        self.column_at(&token)
    }

    fn relation_at(&self, at: TextRange) -> Option<(Thing, TextRange)> {
        for (index, alias) in self.map.relation_aliases.iter().enumerate() {
            let relation = RelationId(index as u32);
            if let Some(alias) = alias.filter(|alias| alias.contains_range(at)) {
                return Some((Thing::Alias(relation), alias));
            }
            let name = self.map.relations[index];
            if matches!(self.body.relation(relation).kind, RelationKind::Table(_)) && name.contains_range(at)
            {
                return Some((Thing::Relation(relation), name));
            }
        }
        None
    }

    fn column_at(&self, token: &SyntaxToken) -> Option<(Thing, TextRange)> {
        let at = token.text_range();
        let names = self.map.exprs.iter().enumerate().filter(|(index, range)| {
            matches!(self.body.exprs[*index], Expr::Column(_)) && range.contains_range(at)
        });
        let (index, _) = names.min_by_key(|(_, range)| range.len())?;
        let expr = ExprId(index as u32);
        let Expr::Column(parts) = self.body.expr(expr) else { return None };
        let segment = segment_of(token);
        let thing = match self.inference.resolutions.get(index)?.as_ref() {
            Some(
                Resolution::Column { relation, fields, .. } | Resolution::OpenColumn { relation, fields, .. },
            ) if segment + 1 + fields.len() < parts.len() => Thing::Alias(*relation),
            Some(Resolution::Row(relation)) => Thing::Alias(*relation),
            _ => Thing::Column(expr),
        };
        Some((thing, at))
    }

    /// What is known of a relation.
    pub(crate) fn relation(&self, relation: RelationId) -> Option<&'a RelationInfo> {
        self.inference.relations.get(relation.index())
    }

    /// A range of the SQL as a range of the file.
    pub(crate) fn in_file(&self, range: TextRange) -> Option<TextRange> {
        range_in_file(self.db, self.file, range)
    }

    /// Where a select item is named: its alias, else its expression.
    pub(crate) fn item_range(&self, item: ExprId) -> Option<TextRange> {
        let alias = self.map.item_aliases.iter().find(|(expr, _)| *expr == item).map(|(_, range)| *range);
        self.in_file(alias.or_else(|| self.map.exprs.get(item.index()).copied())?)
    }

    /// The select item that gives a query's column.
    pub(crate) fn item_of(&self, query: QueryId, column: &str) -> Option<ExprId> {
        let columns = &self.inference.queries.get(query.index())?.columns;
        columns.iter().find(|known| known.column.name.eq_ignore_ascii_case(column))?.item
    }

    /// The query and the output column of a select item.
    pub(crate) fn column_of(&self, item: ExprId) -> Option<(QueryId, usize)> {
        self.inference.queries.iter().enumerate().find_map(|(query, info)| {
            let column = info.columns.iter().position(|column| column.item == Some(item))?;
            Some((QueryId(query as u32), column))
        })
    }

    /// The name of a query that is a common table expression, and where it stands in the SQL.
    pub(crate) fn cte_name(&self, query: QueryId) -> Option<(SmolStr, TextRange)> {
        let (_, range) = self.map.cte_names.iter().find(|(known, _)| *known == query)?;
        let entries = self.body.queries.iter().flat_map(|query| &query.ctes);
        let name = entries.filter(|cte| cte.query == query).map(|cte| cte.name.text.clone()).next()?;
        Some((name, *range))
    }

    /// The text of a piece of the SQL.
    pub(crate) fn sql_text(&self, range: TextRange) -> &str {
        self.sql.get(std::ops::Range::<usize>::from(range)).unwrap_or_default()
    }
}

/// The word at an offset; the one before it when it stands behind a word.
fn name_at(tree: &SyntaxNode, offset: TextSize) -> Option<SyntaxToken> {
    if offset > tree.text_range().end() {
        return None;
    }
    let is_name = |token: &SyntaxToken| {
        matches!(token.kind(), SyntaxKind::IDENT | SyntaxKind::QUOTED_IDENT) || token.kind().is_keyword()
    };
    let tokens = tree.token_at_offset(offset);
    tokens.clone().right_biased().filter(is_name).or_else(|| tokens.left_biased().filter(is_name))
}

/// Which segment of its dotted name a token is.
fn segment_of(token: &SyntaxToken) -> usize {
    let before = token.siblings_with_tokens(rocky_compiler::syntax::Direction::Prev).skip(1);
    before
        .filter_map(NodeOrToken::into_token)
        .filter(|token| matches!(token.kind(), SyntaxKind::IDENT | SyntaxKind::QUOTED_IDENT))
        .count()
}

fn function_name(token: &SyntaxToken) -> Option<SmolStr> {
    let path = token.parent().filter(|node| node.kind() == SyntaxKind::PATH)?;
    let call = path.parent().filter(|node| node.kind() == SyntaxKind::FUNCTION_CALL)?;
    let is_own = call.first_child().is_some_and(|first| first == path);
    is_own.then(|| SmolStr::new(path.text().to_string().trim().to_uppercase()))
}
