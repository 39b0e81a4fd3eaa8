//! One SELECT.

use super::Inferrer;
use super::scope::{Scope, ScopeId};
use super::value::{Column, Output, Value, folded};
use super::walk::{is_clock, window_exprs};
use crate::{DataType, DialectKind, InfluenceKind, Nullability, Resolution, StructField};
use rocky_hir::body::{Expr, ExprId, Query, QueryBody, QueryId, Select, SelectAs, SelectItem};
use smol_str::SmolStr;

impl Inferrer<'_> {
    /// Types a SELECT with the ORDER BY and LIMIT around it.
    pub(super) fn select(
        &mut self,
        id: QueryId,
        query: &Query,
        select: &Select,
        parent: Option<ScopeId>,
    ) -> Output {
        let scope =
            self.add_scope(Scope { parent, query: Some(id), opaque: select.opaque, ..Scope::default() });
        for item in &select.from {
            self.joined_relations(scope, item);
        }
        self.queries[id.index()].relations =
            self.scope(scope).relations.iter().filter_map(|relation| relation.id).collect();
        for condition in [select.filter, select.having, select.qualify].into_iter().flatten() {
            self.refine(condition, scope);
        }
        self.scope_mut(scope).grouped = self.groups_rows(select);
        self.scope_mut(scope).plain_windows = select
            .windows
            .iter()
            .filter(|(_, window)| !window.has_frame && window.base.is_none())
            .map(|(name, _)| folded(&name.text))
            .collect();
        if select.group_by.grouping_sets {
            self.loosen_keys(select, scope);
        }
        let mut output = self.items(select, scope);
        self.clauses(select, scope, &output);
        self.order(query, scope, &output);
        if !select.distinct_on.is_empty() {
            for key in &query.order_by {
                self.key_influence(*key, &output, InfluenceKind::Order);
            }
        }
        if select.distinct {
            for position in 0..output.columns.len() {
                let sources = output.columns[position].value.sources.clone();
                self.influence(&sources, InfluenceKind::Group);
            }
        }
        if select.opaque {
            output.open = true;
        }
        let width = (!output.open && !output.columns.is_empty()).then_some(output.columns.len());
        self.check_clauses(id, query, select, width);
        if select.select_as == Some(SelectAs::Value) {
            output = value_table(output);
        }
        output
    }

    /// Whether no group of rows can be empty: there is a key.
    fn groups_rows(&self, select: &Select) -> bool {
        let group_by = &select.group_by;
        if group_by.grouping_sets {
            return false;
        }
        if !group_by.keys.is_empty() {
            return true;
        }
        group_by.all
            && select.items.iter().any(|item| self.has_column(item.expr) && !self.has_aggregate(item.expr))
    }

    /// ROLLUP and its relatives make keys NULL.
    fn loosen_keys(&mut self, select: &Select, scope: ScopeId) {
        let names: Vec<_> = select
            .group_by
            .keys
            .iter()
            .filter_map(|key| match self.body.expr(*key) {
                Expr::Column(parts) => Some(parts),
                _ => None,
            })
            .collect();
        for parts in names {
            self.set_nullability(parts, scope, Nullability::Nullable);
        }
    }

    fn items(&mut self, select: &Select, scope: ScopeId) -> Output {
        let mut output = Output::default();
        for item in &select.items {
            self.eval(item.expr, scope);
            if matches!(self.body.expr(item.expr), Expr::Star(_)) {
                self.chosen_star(item, scope, &mut output);
                continue;
            }
            if let Expr::Chain { first, .. } = self.body.expr(item.expr)
                && matches!(self.body.expr(*first), Expr::Star(star) if !star.columns)
            {
                // `* ~~ 'x%'` is a filter that is not evaluated.
                output.open = true;
                continue;
            }
            let stars = self.inner_columns(item.expr);
            if !stars.is_empty() {
                self.each_column(item, &stars, scope, &mut output);
                continue;
            }
            self.item(item, select, &mut output);
            if let Some(alias) = &item.alias {
                let name = folded(&alias.text);
                self.scope_mut(scope).aliases.entry(name).or_insert(item.expr);
            }
        }
        output
    }

    /// A star; `COLUMNS(…) AS name` gives all its columns that name.
    fn chosen_star(&mut self, item: &SelectItem, scope: ScopeId, output: &mut Output) {
        let before = output.columns.len();
        self.expand_star(item.expr, scope, output);
        let Some(alias) = &item.alias else { return };
        for position in before..output.columns.len() {
            let name = self.alias_of_column(item.expr, &output.columns[position].name, alias);
            output.columns_mut()[position].rename(&name);
        }
    }

    /// An expression around `COLUMNS(…)`: once for each column, under the column's name.
    fn each_column(&mut self, item: &SelectItem, stars: &[ExprId], scope: ScopeId, output: &mut Output) {
        let mut columns = self.columns_of(stars[0], scope);
        output.open |= columns.open;
        for column in std::mem::take(columns.columns_mut()) {
            self.chosen.extend(stars.iter().map(|star| (*star, column.value.clone())));
            self.eval(item.expr, scope);
            let value = self.value(item.expr).clone();
            let mut chosen =
                Column { name: column.name, quoted: column.quoted, value, item: Some(item.expr) };
            if let Some(alias) = &item.alias {
                let name = self.alias_of_column(stars[0], &chosen.name, alias);
                chosen.rename(&name);
            }
            output.columns_mut().push(chosen);
        }
        self.chosen.clear();
    }

    fn item(&self, item: &SelectItem, select: &Select, output: &mut Output) {
        let mut value = self.value(item.expr).clone();
        if select.group_by.grouping_sets
            && value.nullability == Nullability::NotNull
            && !self.has_aggregate(item.expr)
            && (!value.literal
                || select.group_by.keys.iter().any(|key| self.same_expression(item.expr, *key)))
        {
            let plain = select.group_by.keys.iter().all(|key| {
                matches!(self.body.expr(*key), Expr::Column(parts)
                    if !matches!(parts.as_slice(), [name] if is_clock(name)))
            });
            if !plain {
                value.nullability = Nullability::Unknown;
            }
        }
        if !item.column_aliases.is_empty() {
            self.several_columns(item, &value, output);
            return;
        }
        if item.alias.is_none() && self.expands_fields(item.expr, &value, output) {
            return;
        }
        let mut column = Column { value, item: Some(item.expr), ..Column::default() };
        match &item.alias {
            Some(alias) => column.rename(alias),
            None => self.name_item(item.expr, output.columns.len(), &mut column),
        }
        output.columns_mut().push(column);
    }

    /// `expr AS (a, b)`
    fn several_columns(&self, item: &SelectItem, value: &Value, output: &mut Output) {
        let types: Vec<DataType> = match &value.ty {
            DataType::Struct(fields) => fields.iter().map(|field| field.ty.clone()).collect(),
            _ => Vec::new(),
        };
        for (position, name) in item.column_aliases.iter().enumerate() {
            let ty = types.get(position).cloned().unwrap_or_default();
            let exact = value.exact && !ty.is_unknown();
            let value =
                Value { exact, sources: value.sources.clone(), ..Value::new(ty, Nullability::Unknown) };
            let mut column = Column { value, item: Some(item.expr), ..Column::default() };
            column.rename(name);
            output.columns_mut().push(column);
        }
    }

    /// DuckDB's `UNNEST(struct)` gives a column for each field.
    fn expands_fields(&self, expr: ExprId, value: &Value, output: &mut Output) -> bool {
        let Expr::Call(call) = self.body.expr(expr) else {
            return false;
        };
        if call.name != "UNNEST" || self.dialect != DialectKind::DuckDb {
            return false;
        }
        let Some(arg) = call.args.first() else {
            return false;
        };
        // With a depth the structs inside the lists become columns too.
        let argument = self.value(arg.value);
        let argument = if call.args.len() > 1 { value } else { argument };
        let DataType::Struct(fields) = &argument.ty else {
            return false;
        };
        for StructField { name, ty, .. } in fields {
            let value = Value {
                exact: argument.exact && !ty.is_unknown(),
                sources: value.sources.clone(),
                ..Value::new(ty.clone(), Nullability::Nullable)
            };
            output.columns_mut().push(Column { item: Some(expr), ..Column::new(name, value) });
        }
        true
    }

    /// The name of an item without alias, where the warehouse's rule is simple.
    fn name_item(&self, expr: ExprId, position: usize, column: &mut Column) {
        match self.body.expr(expr) {
            Expr::Column(parts) => {
                if let Some(last) = parts.last() {
                    column.rename(last);
                }
                self.restore_case(expr, column);
            }
            Expr::Field { base, name }
                if self.dialect != DialectKind::DuckDb
                    || matches!(self.body.expr(*base), Expr::Column(_)) =>
            {
                column.rename(name);
            }
            Expr::JsonPath { .. } => {}
            _ => match self.dialect {
                DialectKind::BigQuery => column.name = SmolStr::from(format!("f{position}_")),
                DialectKind::DuckDb => {
                    column.name = crate::column_names::duck_db_name(self.body, expr).unwrap_or_default();
                }
                _ => {}
            },
        }
    }

    /// DuckDB gives a column the name it was declared with, whatever its case in the query.
    fn restore_case(&self, expr: ExprId, column: &mut Column) {
        let declared = match &self.resolutions[expr.index()] {
            Some(
                Resolution::Column { column, fields, .. } | Resolution::MergedColumn { column, fields, .. },
            ) if fields.is_empty() => column,
            _ => return,
        };
        if self.dialect == DialectKind::DuckDb && declared.eq_ignore_ascii_case(&column.name) {
            column.name = declared.clone();
        }
    }

    /// Types what stands around the select list.
    fn clauses(&mut self, select: &Select, scope: ScopeId, output: &Output) {
        if let Some(filter) = select.filter {
            self.condition(filter, scope, InfluenceKind::Filter);
            self.check_equalities(filter, scope);
        }
        for key in &select.group_by.keys {
            self.eval(*key, scope);
            self.key_influence(*key, output, InfluenceKind::Group);
        }
        if select.group_by.all {
            for item in &select.items {
                if !self.has_aggregate(item.expr) {
                    self.influence_of(item.expr, InfluenceKind::Group);
                }
            }
        }
        self.eval_all(&select.distinct_on, scope);
        for key in &select.distinct_on {
            self.key_influence(*key, output, InfluenceKind::Group);
        }
        for (_, window) in &select.windows {
            let mut exprs = Vec::new();
            window_exprs(window, &mut exprs);
            self.eval_all(&exprs, scope);
            for expr in exprs {
                self.influence_of(expr, InfluenceKind::Window);
            }
        }
        for condition in [select.having, select.qualify].into_iter().flatten() {
            self.condition(condition, scope, InfluenceKind::Filter);
        }
    }

    /// Whether a query always gives exactly one row: an aggregate without keys, or constants alone.
    pub(super) fn gives_one_row(&self, id: QueryId) -> bool {
        let query = self.body.query(id);
        if query.limited || !query.limits.is_empty() {
            return false;
        }
        let select = match &query.body {
            QueryBody::Select(select) => select,
            _ => return false,
        };
        let [item] = select.items.as_slice() else {
            return false;
        };
        if matches!(self.body.expr(item.expr), Expr::Star(_)) {
            return false;
        }
        if select.having.is_some() || select.qualify.is_some() || select.opaque {
            return false;
        }
        if select.group_by.is_grouped() || self.has_set_function(item.expr) {
            return false;
        }
        let constant = select.from.is_empty() && select.filter.is_none();
        constant || self.has_aggregate(item.expr)
    }
}

/// `SELECT AS VALUE e`: the fields of the one item are the columns.
fn value_table(output: Output) -> Output {
    let [column] = output.columns.as_slice() else {
        return output;
    };
    let DataType::Struct(fields) = &column.value.ty else {
        return Output { open: column.value.ty.is_unknown() || output.open, ..output };
    };
    let columns = fields
        .iter()
        .map(|field| Column {
            item: column.item,
            ..Column::new(
                &field.name,
                Value {
                    exact: column.value.exact,
                    sources: column.value.sources.clone(),
                    ..Value::new(field.ty.clone(), field.nullability)
                },
            )
        })
        .collect();
    Output::closed(columns)
}
