//! Inference over one body: names, types, nullability, lineage, findings.
//!
//! Expressions are typed bottom-up with a stack of their own; only queries, lambdas and constructs that
//! are not understood recurse, to a fixed depth.

mod argument_check;
mod call;
mod call_rules;
mod clause_check;
mod duck_db_rules;
mod expr;
mod from;
mod join_check;
mod literal;
mod name_pattern;
mod names;
mod operators;
mod output;
mod pivot;
mod query;
mod refine;
mod report;
mod scope;
mod select;
mod set_operation;
mod star;
mod table_function;
mod temporal;
mod value;
mod walk;
mod whole_number;

use crate::functions::{FunctionTable, functions};
use crate::{
    DialectKind, Environment, Finding, Inference, Influence, InfluenceKind, QueryInfo, RelationInfo,
};
use crate::{Nullability, Resolution, SourceColumn, Transform};
use rocky_hir::body::{Body, ExprId, Ident, QueryId};
use rustc_hash::{FxHashMap, FxHashSet};
use scope::{Scope, ScopeId};
use smol_str::SmolStr;
use std::rc::Rc;
use value::{Output, SourceId, SourceTable, Sources, Value};

/// How deep queries, lambdas and unknown constructs may nest before inference gives up on the inner ones.
const DEEPEST: usize = 64;

/// Types, names, lineage and findings of a body.
pub fn infer(body: &Body, env: &Environment<'_>) -> Inference {
    let mut inferrer = Inferrer::new(body, env);
    let output = body.root.map(|root| inferrer.query(root, None, None));
    inferrer.finish(output)
}

/// A common table expression in scope.
#[derive(Clone, Debug)]
struct CteBinding {
    name: Ident,
    query: QueryId,
    output: Rc<Output>,
}

struct Inferrer<'a> {
    body: &'a Body,
    env: &'a Environment<'a>,
    dialect: DialectKind,
    functions: &'static FunctionTable,
    values: Vec<Value>,
    resolutions: Vec<Option<Resolution>>,
    relations: Vec<RelationInfo>,
    queries: Vec<QueryInfo>,
    scopes: Vec<Scope>,
    ctes: Vec<CteBinding>,
    sources: SourceTable,
    findings: Vec<Finding>,
    influences: FxHashSet<(SourceId, InfluenceKind)>,
    influence_order: Vec<(SourceId, InfluenceKind)>,
    starred_models: Vec<SmolStr>,
    starred: Option<ExprId>,
    /// How many EXISTS are around what is inferred now.
    silent_stars: u32,
    /// While an expression is typed for one column of the `COLUMNS(…)` in it: that column.
    chosen: FxHashMap<ExprId, Value>,
    depth: usize,
    /// The query being inferred, for the lexical chain of queries.
    current_query: Option<QueryId>,
}

impl<'a> Inferrer<'a> {
    fn new(body: &'a Body, env: &'a Environment<'a>) -> Inferrer<'a> {
        Inferrer {
            body,
            env,
            dialect: env.dialect,
            functions: functions(env.dialect),
            values: vec![Value::default(); body.exprs.len()],
            resolutions: vec![None; body.exprs.len()],
            relations: vec![RelationInfo::default(); body.relations.len()],
            queries: vec![QueryInfo::default(); body.queries.len()],
            scopes: Vec::new(),
            ctes: Vec::new(),
            sources: SourceTable::default(),
            findings: Vec::new(),
            influences: FxHashSet::default(),
            influence_order: Vec::new(),
            starred_models: Vec::new(),
            starred: None,
            silent_stars: 0,
            chosen: FxHashMap::default(),
            depth: 0,
            current_query: None,
        }
    }

    fn value(&self, expr: ExprId) -> &Value {
        &self.values[expr.index()]
    }

    fn add_scope(&mut self, scope: Scope) -> ScopeId {
        self.scopes.push(scope);
        ScopeId(self.scopes.len() - 1)
    }

    fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0]
    }

    fn scope_mut(&mut self, id: ScopeId) -> &mut Scope {
        &mut self.scopes[id.0]
    }

    fn influence(&mut self, sources: &Sources, kind: InfluenceKind) {
        for (id, _) in sources.iter() {
            if self.influences.insert((*id, kind)) {
                self.influence_order.push((*id, kind));
            }
        }
    }

    fn influence_of(&mut self, expr: ExprId, kind: InfluenceKind) {
        let sources = self.value(expr).sources.clone();
        self.influence(&sources, kind);
    }

    fn source(&mut self, relation: &SmolStr, is_model: bool, column: &str) -> Sources {
        let column = SourceColumn { relation: relation.clone(), is_model, column: SmolStr::new(column) };
        Sources::one(self.sources.id(column))
    }

    /// Sources of expressions, taking part in a larger expression.
    fn sources_of(&self, exprs: impl IntoIterator<Item = ExprId>, transform: &Transform) -> Sources {
        Sources::union(exprs.into_iter().map(|expr| &self.values[expr.index()].sources)).within(transform)
    }

    /// Of a value that is NULL as soon as one of these is.
    fn any_null(&self, exprs: impl IntoIterator<Item = ExprId>) -> Nullability {
        exprs.into_iter().fold(Nullability::NotNull, |so_far, expr| so_far.any(self.value(expr).nullability))
    }

    fn take_influences(&self) -> Vec<Influence> {
        self.influence_order
            .iter()
            .filter_map(|(id, kind)| {
                Some(Influence { source: self.sources.column(*id)?.clone(), kind: *kind })
            })
            .collect()
    }
}
