//! Queries: common table expressions, recursion, ORDER BY.

use super::scope::{Scope, ScopeId, ScopeRelation};
use super::set_operation::BranchSources;
use super::value::{Column, Output, Value};
use super::{CteBinding, DEEPEST, Inferrer};
use crate::{InfluenceKind, Nullability, QueryColumn};
use rocky_hir::body::{Cte, Ident, Query, QueryBody, QueryId};
use rocky_hir::body::{Expr, ExprId, Literal, SetOperator};
use std::rc::Rc;

/// How often a recursive query is typed before its unstable columns are given up.
const ROUNDS: usize = 4;

impl Inferrer<'_> {
    /// Types a query. `parent` is the scope whose columns it may read; `recursion` the common table
    /// expression it defines, if it may read itself.
    pub(super) fn query(&mut self, id: QueryId, parent: Option<ScopeId>, recursion: Option<&Cte>) -> Output {
        if self.depth >= DEEPEST {
            return Output::unknown();
        }
        self.depth += 1;
        let outer = self.current_query.replace(id);
        let visible = self.ctes.len();
        let body = self.body;
        let query = body.query(id);
        for cte in &query.ctes {
            self.define_cte(cte, query.recursive, parent);
        }
        let info = &mut self.queries[id.index()];
        info.enclosing = outer;
        info.parent = parent.and_then(|scope| self.scopes[scope.0].query);
        info.ctes = query.ctes.iter().map(|cte| (cte.name.text.clone(), cte.query)).collect();
        let output = self.query_body(id, query, parent, recursion);
        let info = &mut self.queries[id.index()];
        info.open = output.open;
        info.columns = output
            .columns
            .iter()
            .map(|column| QueryColumn { column: column.typed(), item: column.item })
            .collect();
        self.ctes.truncate(visible);
        self.current_query = outer;
        self.depth -= 1;
        output
    }

    fn query_body(
        &mut self,
        id: QueryId,
        query: &Query,
        parent: Option<ScopeId>,
        recursion: Option<&Cte>,
    ) -> Output {
        match &query.body {
            QueryBody::Select(select) => self.select(id, query, select, parent),
            QueryBody::SetOperation { first, rest } => {
                let output = self.set_operation(*first, rest, parent, recursion);
                self.order_of_output(id, query, &output, parent);
                output
            }
            QueryBody::Values(rows) => {
                let output = self.rows(id, rows, parent);
                self.order_of_output(id, query, &output, parent);
                output
            }
            QueryBody::Table(relation) => {
                let scope = self.add_scope(Scope { parent, query: Some(id), ..Scope::default() });
                self.relation(scope, *relation);
                self.queries[id.index()].relations = vec![*relation];
                self.scopes[scope.0].relations.pop().map_or_else(Output::unknown, |found| found.output)
            }
            QueryBody::Nested(inner) => {
                let output = self.query(*inner, parent, recursion);
                self.order_of_output(id, query, &output, parent);
                output
            }
            QueryBody::Opaque { relations, exprs } => {
                let scope =
                    self.add_scope(Scope { parent, query: Some(id), opaque: true, ..Scope::default() });
                for relation in relations {
                    self.relation(scope, *relation);
                }
                self.eval_all(exprs, scope);
                self.queries[id.index()].relations.clone_from(relations);
                Output::unknown()
            }
        }
    }

    fn define_cte(&mut self, cte: &Cte, recursive: bool, parent: Option<ScopeId>) {
        let mut output = self.query(cte.query, parent, recursive.then_some(cte));
        self.rename_columns(&mut output, &cte.columns);
        self.distinguish_columns(&mut output);
        self.ctes.push(CteBinding { name: cte.name.clone(), query: cte.query, output: Rc::new(output) });
    }

    /// Gives the first columns these names.
    pub(super) fn rename_columns(&self, output: &mut Output, names: &[Ident]) {
        if names.is_empty() {
            return;
        }
        if output.open {
            // which of the columns the names belong to is not known
            let columns = names
                .iter()
                .map(|name| {
                    let mut column = Column::default();
                    column.rename(name);
                    column
                })
                .collect();
            *output = Output { open: true, ..Output::closed(columns) };
            return;
        }
        for (column, name) in output.columns_mut().iter_mut().zip(names) {
            column.rename(name);
        }
    }

    /// DuckDB numbers the columns of a subquery that have one name: `id`, `id_1`.
    pub(super) fn distinguish_columns(&self, output: &mut Output) {
        if self.dialect == crate::DialectKind::DuckDb && output.columns.len() > 1 {
            super::output::number_duplicates(output);
        }
    }

    /// Types the branches of a recursive query until its columns are stable, and gives the result.
    pub(super) fn recursive_branches(
        &mut self,
        cte: &Cte,
        seed: &Output,
        rest: &[(SetOperator, QueryId)],
        parent: Option<ScopeId>,
    ) -> Output {
        let mut known = seed.clone();
        let findings = self.findings.len();
        for round in 0..ROUNDS {
            self.findings.truncate(findings);
            let mut binding = known.clone();
            if round + 1 == ROUNDS {
                for column in binding.columns_mut() {
                    column.value.nullability = column.value.nullability.any(Nullability::Unknown);
                }
            }
            self.rename_columns(&mut binding, &cte.columns);
            let binding = CteBinding { name: cte.name.clone(), query: cte.query, output: Rc::new(binding) };
            self.ctes.push(binding);
            let mut result = seed.clone();
            let mut sources = BranchSources::of(seed);
            for (operator, branch) in rest {
                let output = self.query(*branch, parent, None);
                sources.add(*operator, &output);
                result = self.combine(*operator, result, output, *branch, true);
            }
            sources.give(&mut result);
            self.ctes.pop();
            let stable = result.open == known.open
                && result.columns.len() == known.columns.len()
                && result.columns.iter().zip(&known.columns).all(|(new, old)| new.value == old.value);
            known = result;
            if stable {
                break;
            }
        }
        known
    }

    /// ORDER BY and LIMIT around something that is no SELECT: keys are output columns.
    fn order_of_output(&mut self, id: QueryId, query: &Query, output: &Output, parent: Option<ScopeId>) {
        if query.order_by.is_empty() && query.limits.is_empty() {
            return;
        }
        let mut scope = Scope { parent, query: Some(id), ..Scope::default() };
        scope.relations.push(ScopeRelation {
            id: None,
            name: None,
            path: Vec::new(),
            output: output.clone(),
            visible: true,
            merged_columns: Vec::new(),
        });
        let scope = self.add_scope(scope);
        self.order(query, scope, output);
        if !output.open && !output.columns.is_empty() && !self.body.incomplete {
            self.check_positions(&query.order_by, output.columns.len(), "ORDER BY");
        }
    }

    /// Types ORDER BY keys and limits.
    pub(super) fn order(&mut self, query: &Query, scope: ScopeId, output: &Output) {
        self.scope_mut(scope).alias_first = true;
        for key in &query.order_by {
            if !self.is_order_by_all(*key) {
                self.eval(*key, scope);
            }
            if query.limited {
                self.key_influence(*key, output, InfluenceKind::Order);
            }
        }
        self.scope_mut(scope).alias_first = false;
        self.eval_all(&query.limits, scope);
        for limit in &query.limits {
            self.influence_of(*limit, InfluenceKind::Filter);
        }
    }

    /// A key of ORDER BY, GROUP BY or DISTINCT ON: an expression, a position in the output, or ALL.
    pub(super) fn key_influence(&mut self, key: ExprId, output: &Output, kind: InfluenceKind) {
        let position = match self.body.expr(key) {
            Expr::Literal(Literal::Number(text)) => text.parse::<usize>().ok(),
            _ => None,
        };
        let chosen = match position {
            Some(position) => output.columns.get(position.wrapping_sub(1)..position),
            None if self.is_order_by_all(key) => Some(output.columns.as_slice()),
            None => None,
        };
        match chosen {
            Some(columns) => {
                for column in columns {
                    self.influence(&column.value.sources, kind);
                }
            }
            None => self.influence_of(key, kind),
        }
    }

    /// `ORDER BY ALL`
    fn is_order_by_all(&self, key: ExprId) -> bool {
        matches!(self.body.expr(key), Expr::Column(parts)
            if matches!(parts.as_slice(), [name] if !name.quoted && name.text.eq_ignore_ascii_case("all")))
    }

    /// VALUES
    fn rows(&mut self, id: QueryId, rows: &[Vec<ExprId>], parent: Option<ScopeId>) -> Output {
        let scope = self.add_scope(Scope { parent, query: Some(id), ..Scope::default() });
        for row in rows {
            self.eval_all(row, scope);
        }
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        let columns = (0..width)
            .map(|position| {
                let cells: Vec<ExprId> = rows.iter().filter_map(|row| row.get(position)).copied().collect();
                let values: Vec<&Value> = cells.iter().map(|cell| self.value(*cell)).collect();
                let mut value = self.common(&values);
                value.nullability = self.any_null(cells.iter().copied());
                value.sources = super::value::Sources::union(values.iter().map(|value| &value.sources));
                if value.is_null_literal() && self.dialect == crate::DialectKind::DuckDb {
                    value.ty = crate::DataType::Int32;
                    value.exact = true;
                }
                value.literal = false;
                Column::new(&self.values_column_name(position), value)
            })
            .collect();
        Output::closed(columns)
    }

    /// What the warehouse calls a column of VALUES.
    fn values_column_name(&self, position: usize) -> String {
        match self.dialect {
            crate::DialectKind::DuckDb => format!("col{position}"),
            crate::DialectKind::Snowflake => format!("COLUMN{}", position + 1),
            crate::DialectKind::Databricks => format!("col{}", position + 1),
            _ => format!("column{}", position + 1),
        }
    }
}
