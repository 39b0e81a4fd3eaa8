//! UNION, INTERSECT, EXCEPT.

use super::Inferrer;
use super::scope::ScopeId;
use super::value::{Column, Output, Sources, Value, folded};
use crate::{Anchor, DataType, DialectKind, InfluenceKind, Nullability, RelatedPlace};
use rocky_base_db::Severity;
use rocky_hir::body::{Cte, QueryId, SetKind, SetOperator};

/// The sources of each column from all branches, united once: many branches stay linear.
pub(super) struct BranchSources {
    columns: Vec<Vec<Sources>>,
    by_name: bool,
}

impl BranchSources {
    pub(super) fn of(first: &Output) -> BranchSources {
        let columns = first.columns.iter().map(|column| vec![column.value.sources.clone()]).collect();
        BranchSources { columns, by_name: false }
    }

    /// Adds a branch whose columns stand in the same order.
    pub(super) fn add(&mut self, operator: SetOperator, branch: &Output) {
        self.by_name |= operator.by_name;
        if operator.kind == SetKind::Except || branch.open {
            return;
        }
        for (column, added) in self.columns.iter_mut().zip(&branch.columns) {
            column.push(added.value.sources.clone());
        }
    }

    /// Sets the sources of a result whose columns stand in the same order.
    pub(super) fn give(self, result: &mut Output) {
        if self.by_name {
            return;
        }
        for (column, sources) in result.columns_mut().iter_mut().zip(&self.columns) {
            column.value.sources = Sources::union(sources);
        }
    }
}

impl Inferrer<'_> {
    /// Types a set operation, folded from the left.
    pub(super) fn set_operation(
        &mut self,
        first: QueryId,
        rest: &[(SetOperator, QueryId)],
        parent: Option<ScopeId>,
        recursion: Option<&Cte>,
    ) -> Output {
        let seed = self.query(first, parent, None);
        if let Some(cte) = recursion {
            return self.recursive_branches(cte, &seed, rest, parent);
        }
        let mut result = seed;
        let mut sources = BranchSources::of(&result);
        for (operator, branch) in rest {
            let output = self.query(*branch, parent, None);
            sources.add(*operator, &output);
            result = self.combine(*operator, result, output, *branch, false);
        }
        sources.give(&mut result);
        result
    }

    /// One set operator. In a recursive query DuckDB keeps the seed's types.
    pub(super) fn combine(
        &mut self,
        operator: SetOperator,
        left: Output,
        right: Output,
        branch: QueryId,
        recursive: bool,
    ) -> Output {
        if !operator.all {
            for column in left.columns.iter().chain(&right.columns) {
                self.influence(&column.value.sources, InfluenceKind::Group);
            }
        } else if operator.kind == SetKind::Except {
            for column in &right.columns {
                self.influence(&column.value.sources, InfluenceKind::Filter);
            }
        }
        if operator.by_name {
            return self.combine_by_name(left, right, branch);
        }
        let open = left.open || right.open;
        if !open && !self.body.incomplete && left.columns.len() != right.columns.len() {
            self.report_arity(left.columns.len(), right.columns.len(), branch);
        }
        let mut result = Output { open, cached: left.cached || right.cached, ..Output::default() };
        for base in left.bases.iter().chain(&right.bases) {
            result.add_base(base);
        }
        // behind a star of unknown width positions prove nothing
        let aligned = !open;
        let keep = recursive && self.dialect == DialectKind::DuckDb;
        let mut columns = Vec::with_capacity(left.columns.len());
        for (position, column) in left.columns.into_iter().enumerate() {
            let other = right.columns.get(position).filter(|_| aligned);
            columns.push(match other {
                Some(other) => self.combine_columns(operator.kind, column, other, branch, keep),
                None => loosen(column, open),
            });
        }
        *result.columns_mut() = columns;
        result
    }

    fn combine_by_name(&mut self, left: Output, right: Output, branch: QueryId) -> Output {
        let mut columns: Vec<Column> = Vec::new();
        let mut taken = vec![false; right.columns.len()];
        for column in left.columns {
            let name = folded(&column.name);
            let other = right.columns.iter().position(|other| folded(&other.name) == name);
            columns.push(match other {
                Some(position) => {
                    taken[position] = true;
                    let other = &right.columns[position];
                    let mut both = self.combine_columns(SetKind::Union, column, other, branch, false);
                    both.value.sources = Sources::union([&both.value.sources, &other.value.sources]);
                    both
                }
                None if right.open => loosen(column, true),
                None => nullable(column),
            });
        }
        for (column, taken) in right.columns.into_iter().zip(taken) {
            if !taken {
                columns.push(if left.open { loosen(column, true) } else { nullable(column) });
            }
        }
        let open = left.open || right.open;
        let mut result = Output { open, cached: left.cached || right.cached, ..Output::closed(columns) };
        for base in left.bases.iter().chain(&right.bases) {
            result.add_base(base);
        }
        result
    }

    fn combine_columns(
        &mut self,
        kind: SetKind,
        left: Column,
        right: &Column,
        branch: QueryId,
        keep_type: bool,
    ) -> Column {
        let value = if keep_type { left.value.clone() } else { self.set_value(&left, right, branch) };
        let nullability = match kind {
            SetKind::Union => left.value.nullability.any(right.value.nullability),
            SetKind::Intersect => left.value.nullability.all(right.value.nullability),
            SetKind::Except => left.value.nullability,
        };
        let sources = left.value.sources.clone();
        let literal = left.value.literal && right.value.literal;
        Column { value: Value { nullability, sources, literal, ..value }, ..left }
    }

    /// The type of a column of a set operation.
    fn set_value(&mut self, left: &Column, right: &Column, branch: QueryId) -> Value {
        let (l, r) = (&left.value, &right.value);
        if l.is_null_literal() {
            return r.clone();
        }
        if r.is_null_literal() {
            return l.clone();
        }
        let text = |value: &Value| value.ty == DataType::String;
        let duck = self.dialect == DialectKind::DuckDb;
        // DuckDB turns everything into text as soon as one branch is text
        if duck && (text(l) != text(r)) && !l.ty.is_unknown() && !r.ty.is_unknown() {
            let exact = l.exact && r.exact && l.ty != DataType::Variant && r.ty != DataType::Variant;
            let ty = if exact { DataType::String } else { DataType::Unknown };
            return Value { exact, ..Value::new(ty, Nullability::Unknown) };
        }
        let common = self.common(&[l, r]);
        if common.ty == DataType::Unknown
            && let Some((from, to)) = self.conflict(&[l, r])
        {
            self.report_set_conflict(left, right, &from, &to, branch);
        }
        common
    }

    fn report_arity(&mut self, left: usize, right: usize, branch: QueryId) {
        let word = |count: usize| if count == 1 { "column" } else { "columns" };
        let message = format!(
            "the branches of this set operation differ in width: {left} {} before, {right} {} here",
            word(left),
            word(right)
        );
        let finding = self.report("E101", Severity::Error, Anchor::Query(branch), message);
        self.suggest(finding, "select the same number of columns in every branch".to_owned());
    }

    fn report_set_conflict(
        &mut self,
        left: &Column,
        right: &Column,
        from: &DataType,
        to: &DataType,
        branch: QueryId,
    ) {
        let severity = match self.dialect {
            DialectKind::Databricks | DialectKind::Snowflake => Severity::Warning,
            _ => Severity::Error,
        };
        let message = format!(
            "'{}' has no common type across the branches of this set operation: {} and {}",
            left.name,
            from.contract_name(),
            to.contract_name()
        );
        let anchor = right.item.map_or(Anchor::Query(branch), Anchor::Item);
        let finding = self.report("E102", severity, anchor, message);
        self.suggest(finding, "cast the column to one type in every branch".to_owned());
        if let Some(item) = left.item {
            let message = format!("{} here", from.contract_name());
            self.findings[finding].related.push(RelatedPlace { anchor: Anchor::Item(item), message });
        }
    }
}

/// A column whose counterpart is not known.
fn loosen(mut column: Column, open: bool) -> Column {
    if open {
        let sources = column.value.sources.clone();
        column.value = Value::unknown(sources);
    }
    column
}

/// A column that one branch does not have.
fn nullable(mut column: Column) -> Column {
    column.value.nullability = Nullability::Nullable;
    column
}
