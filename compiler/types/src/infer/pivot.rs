//! PIVOT and UNPIVOT.

use super::Inferrer;
use super::scope::{Scope, ScopeId};
use super::value::{Column, Output, Sources, Value, folded};
use crate::column_names::duck_db_name;
use crate::{DataType, DialectKind, InfluenceKind, Nullability};
use rocky_hir::body::{Expr, ExprId, Ident, Literal, RelationId, RelationKind, SelectItem};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

/// From how many new columns on PIVOT's output is left open.
const MOST_COLUMNS: usize = 10_000;

/// The parts of a PIVOT.
struct Pivot<'p> {
    aggregates: &'p [SelectItem],
    columns: &'p [(ExprId, Option<Vec<SelectItem>>)],
    group_by: &'p [ExprId],
}

impl Inferrer<'_> {
    /// The columns of a PIVOT or UNPIVOT.
    pub(super) fn pivot(&mut self, scope: ScopeId, kind: &RelationKind) -> Output {
        match kind {
            RelationKind::Pivot { input, aggregates, columns, value_queries, group_by } => {
                let inner = self.input_scope(scope, *input);
                for query in value_queries {
                    self.query(*query, Some(inner), None);
                }
                self.pivot_columns(inner, &Pivot { aggregates, columns, group_by })
            }
            RelationKind::Unpivot { input, values, name, columns, include_nulls } => {
                let inner = self.input_scope(scope, *input);
                self.unpivot_columns(inner, (values, name.as_ref()), columns, *include_nulls)
            }
            _ => Output::unknown(),
        }
    }

    /// A scope with the input alone, beside what the FROM clause sees.
    fn input_scope(&mut self, scope: ScopeId, input: RelationId) -> ScopeId {
        let parent = self.scope(scope).parent;
        let inner = self.add_scope(Scope { parent, grouped: true, ..Scope::default() });
        self.relation(inner, input);
        inner
    }

    fn pivot_columns(&mut self, scope: ScopeId, pivot: &Pivot<'_>) -> Output {
        let mut used = FxHashSet::default();
        for aggregate in pivot.aggregates {
            self.eval(aggregate.expr, scope);
            self.check_pivot_aggregate(aggregate.expr);
            self.names_in(aggregate.expr, &mut used);
        }
        for (key, values) in pivot.columns {
            self.eval(*key, scope);
            self.influence_of(*key, InfluenceKind::Group);
            self.names_in(*key, &mut used);
            for value in values.iter().flatten() {
                if !matches!(self.body.expr(value.expr), Expr::Column(_)) {
                    self.eval(value.expr, scope);
                }
            }
        }
        let input = self.all_columns(scope, None);
        let mut output = Output { open: input.open, cached: input.cached, ..Output::default() };
        if pivot.group_by.is_empty() {
            *output.columns_mut() =
                input.columns.into_iter().filter(|column| !used.contains(&folded(&column.name))).collect();
        } else {
            output.open = false;
            for key in pivot.group_by {
                self.eval(*key, scope);
                let mut column = Column { value: self.value(*key).clone(), ..Column::default() };
                match self.body.expr(*key) {
                    Expr::Column(parts) => {
                        if let Some(last) = parts.last() {
                            column.rename(last);
                        }
                    }
                    _ => column.name = duck_db_name(self.body, *key).unwrap_or_default(),
                }
                output.columns_mut().push(column);
            }
        }
        for position in 0..output.columns.len() {
            let sources = output.columns[position].value.sources.clone();
            self.influence(&sources, InfluenceKind::Group);
        }
        match self.value_names(pivot.columns) {
            Some(names) => self.pivoted(&names, pivot.aggregates, &mut output),
            None => output.open = true,
        }
        output
    }

    /// The combinations of pivot values as name parts; `None` when not known or too many.
    fn value_names(&self, columns: &[(ExprId, Option<Vec<SelectItem>>)]) -> Option<Vec<String>> {
        let mut names = vec![String::new()];
        for (_, values) in columns {
            let mut longer = Vec::new();
            for name in &names {
                for value in values.as_ref()? {
                    let part = self.value_name(value)?;
                    longer.push(if name.is_empty() { part } else { format!("{name}_{part}") });
                    if longer.len() > MOST_COLUMNS {
                        return None;
                    }
                }
            }
            names = longer;
        }
        Some(names)
    }

    fn value_name(&self, value: &SelectItem) -> Option<String> {
        if let Some(alias) = &value.alias {
            return Some(alias.text.to_string());
        }
        let text = match self.body.expr(value.expr) {
            Expr::Literal(Literal::Text(text)) if self.dialect == DialectKind::Snowflake => {
                format!("'{text}'")
            }
            Expr::Literal(Literal::Text(text) | Literal::Number(text)) => text.to_string(),
            Expr::Literal(Literal::Boolean(value)) => value.to_string(),
            Expr::Literal(Literal::Null) => "NULL".to_owned(),
            Expr::TypedLiteral { value, .. } => value.to_string(),
            Expr::Column(parts) => parts.last()?.text.to_string(),
            Expr::Tuple(items) => {
                let parts: Option<Vec<String>> = items
                    .iter()
                    .map(|item| {
                        let item = SelectItem { expr: *item, alias: None, column_aliases: Vec::new() };
                        self.value_name(&item)
                    })
                    .collect();
                parts?.join("_")
            }
            _ => return None,
        };
        Some(text)
    }

    fn pivoted(&self, names: &[String], aggregates: &[SelectItem], output: &mut Output) {
        for name in names {
            for aggregate in aggregates {
                let value = self.value(aggregate.expr);
                let counts =
                    matches!(self.body.expr(aggregate.expr), Expr::Call(call) if call.name == "COUNT");
                let nullability = if counts { Nullability::Unknown } else { Nullability::Nullable };
                let value = Value { nullability, literal: false, ..value.clone() };
                let name = self.pivoted_name(name, aggregate, aggregates.len());
                output.open |= name.is_empty();
                output.columns_mut().push(Column { item: Some(aggregate.expr), ..Column::new(&name, value) });
            }
        }
    }

    /// What the warehouse calls the column of one value and one aggregate.
    fn pivoted_name(&self, value: &str, aggregate: &SelectItem, count: usize) -> String {
        let alias = aggregate.alias.as_ref().map(|alias| alias.text.to_string());
        match (self.dialect, alias) {
            (DialectKind::BigQuery, Some(alias)) => format!("{alias}_{value}"),
            (DialectKind::Databricks | DialectKind::Snowflake, _) if count == 1 => value.to_owned(),
            (_, Some(alias)) => format!("{value}_{alias}"),
            (_, None) if count == 1 => value.to_owned(),
            (DialectKind::DuckDb, None) => duck_db_name(self.body, aggregate.expr)
                .map(|aggregate| format!("{value}_{aggregate}"))
                .unwrap_or_default(),
            _ => String::new(),
        }
    }

    /// Adds the names of the columns an expression reads.
    fn names_in(&self, root: ExprId, out: &mut FxHashSet<SmolStr>) {
        let mut stack = vec![root];
        while let Some(id) = stack.pop() {
            if let Expr::Column(parts) = self.body.expr(id)
                && let Some(last) = parts.last()
            {
                out.insert(folded(&last.text));
            }
            self.children(id, &mut stack);
        }
    }

    fn unpivot_columns(
        &mut self,
        scope: ScopeId,
        (values, name): (&[Ident], Option<&Ident>),
        columns: &[SelectItem],
        include_nulls: bool,
    ) -> Output {
        let mut used = FxHashSet::default();
        let mut several: Vec<Vec<Value>> = vec![Vec::new(); values.len()];
        let mut unclear = false;
        for item in columns {
            self.eval(item.expr, scope);
            if matches!(self.body.expr(item.expr), Expr::Star(_)) {
                let chosen = self.columns_of(item.expr, scope);
                unclear |= chosen.open || values.len() > 1;
                for column in chosen.columns {
                    used.insert(folded(&column.name));
                    several.iter_mut().for_each(|target| target.push(column.value.clone()));
                }
                continue;
            }
            unclear |= matches!(self.body.expr(item.expr), Expr::Opaque(_));
            self.names_in(item.expr, &mut used);
            let parts = match self.body.expr(item.expr) {
                Expr::Tuple(parts) if values.len() > 1 => parts.clone(),
                _ => vec![item.expr],
            };
            for (target, part) in several.iter_mut().zip(parts) {
                target.push(self.values[part.index()].clone());
            }
        }
        let input = self.all_columns(scope, None);
        let mut output = Output { open: input.open || unclear, cached: input.cached, ..Output::default() };
        *output.columns_mut() =
            input.columns.into_iter().filter(|column| !used.contains(&folded(&column.name))).collect();
        let names = name.map(|name| {
            let mut column = Column::new("", Value::new(DataType::String, Nullability::NotNull));
            column.rename(name);
            column
        });
        // BigQuery puts the values first
        let (before, after) = match self.dialect {
            DialectKind::BigQuery => (None, names),
            _ => (names, None),
        };
        output.columns_mut().extend(before);
        let mut dropped = Vec::new();
        for (name, cells) in values.iter().zip(several) {
            let cells: Vec<&Value> = cells.iter().collect();
            let mut value = self.common(&cells);
            value.sources = Sources::union(cells.iter().map(|cell| &cell.sources));
            value.literal = false;
            if !include_nulls {
                dropped.push(value.sources.clone());
            }
            value.nullability = if include_nulls {
                cells.iter().fold(Nullability::NotNull, |null, cell| null.any(cell.nullability))
            } else if values.len() == 1 {
                Nullability::NotNull
            } else {
                Nullability::Unknown
            };
            if unclear {
                value = Value::unknown(value.sources);
            }
            let mut column = Column { value, ..Column::default() };
            column.rename(name);
            output.columns_mut().push(column);
        }
        output.columns_mut().extend(after);
        for sources in &dropped {
            self.influence(sources, InfluenceKind::Filter);
        }
        output
    }
}
