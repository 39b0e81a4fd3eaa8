//! From the root query's columns to the result.

use super::Inferrer;
use super::value::{Column, Output, canonical, folded};
use crate::{Anchor, ColumnLineage, DataType, DialectKind, Inference, Nullability, Schema, TypedColumn};
use rocky_base_db::Severity;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

impl Inferrer<'_> {
    pub(super) fn finish(mut self, output: Option<Output>) -> Inference {
        let failed = self.findings.iter().any(|finding| finding.severity == Severity::Error);
        let (schema, column_lineage) = match output {
            Some(output) => self.output_schema(output, failed),
            None => (Schema::unknown(), Vec::new()),
        };
        let influences = self.take_influences();
        self.findings.sort_by(|left, right| {
            (place(left.anchor), &left.code, &left.message).cmp(&(
                place(right.anchor),
                &right.code,
                &right.message,
            ))
        });
        self.findings.dedup();
        Inference {
            schema,
            expr_types: self.values.into_iter().map(|value| (value.ty, value.nullability)).collect(),
            resolutions: self.resolutions,
            relations: self.relations,
            queries: self.queries,
            findings: self.findings,
            column_lineage,
            influences,
        }
    }

    fn output_schema(&mut self, mut output: Output, failed: bool) -> (Schema, Vec<ColumnLineage>) {
        let root = self.body.root.map(Anchor::Query);
        let mut open = output.open || self.body.incomplete;
        let mut columns: Vec<TypedColumn> = Vec::new();
        let mut lineage = Vec::new();
        let mut first_unknown = None;
        let mut seen: FxHashMap<SmolStr, Option<Anchor>> = FxHashMap::default();
        if self.dialect == DialectKind::DuckDb {
            self.report_renamed(&output);
            number_duplicates(&mut output);
        }
        for (position, column) in output.columns.into_iter().enumerate() {
            let anchor = column.item.map(Anchor::Item).or(root);
            if column.name.is_empty() {
                open = true;
                self.report_unnamed(position, anchor);
            } else {
                let key = canonical(&column.name, column.quoted, self.dialect);
                if let Some(first) = seen.get(&key).copied() {
                    self.report_duplicate(&column, anchor, first);
                    continue;
                }
                seen.insert(key, anchor);
            }
            let sources = column
                .value
                .sources
                .iter()
                .filter_map(|(id, transform)| Some((self.sources.column(*id)?.clone(), transform.clone())))
                .collect();
            if column.value.ty.is_unknown() && first_unknown.is_none() {
                first_unknown = anchor;
            }
            lineage.push(ColumnLineage { column: column.name.clone(), sources });
            columns.push(self.output_column(&column));
        }
        let unknown = columns.iter().filter(|column| column.ty.is_unknown()).count();
        if unknown > 0 && unknown < columns.len() && !failed && !self.body.incomplete {
            self.report_unknown(unknown, columns.len(), first_unknown);
        }
        (Schema::new(columns, open), lineage)
    }

    /// DuckDB makes a column of nothing but NULL an INTEGER.
    fn output_column(&self, column: &Column) -> TypedColumn {
        let mut typed = column.typed();
        if column.value.is_null_literal() && self.dialect == DialectKind::DuckDb {
            typed.ty = DataType::Int32;
            typed.exact = true;
            typed.nullability = Nullability::Nullable;
        }
        typed
    }

    fn report_unnamed(&mut self, position: usize, anchor: Option<Anchor>) {
        let Some(anchor) = anchor else {
            return;
        };
        let message = format!("output column {} has no name: the warehouse will choose one", position + 1);
        let finding = self.report("I103", Severity::Info, anchor, message);
        self.suggest(finding, "give it a name with AS".to_owned());
    }

    /// Duplicates that DuckDB gives another name.
    fn report_renamed(&mut self, output: &Output) {
        let root = self.body.root.map(Anchor::Query);
        let mut renamed = output.clone();
        number_duplicates(&mut renamed);
        let mut first: FxHashMap<SmolStr, Option<Anchor>> = FxHashMap::default();
        for (column, renamed) in output.columns.iter().zip(&renamed.columns) {
            let anchor = column.item.map(Anchor::Item).or(root);
            let earlier = *first.entry(folded(&column.name)).or_insert(anchor);
            if column.name == renamed.name {
                continue;
            }
            let message = format!(
                "'{}' is an output column already: DuckDB calls this one '{}'",
                column.name, renamed.name
            );
            self.report_twice(column, anchor, earlier, message);
        }
    }

    fn report_duplicate(&mut self, column: &Column, anchor: Option<Anchor>, first: Option<Anchor>) {
        let message = format!("'{}' is an output column already: the first one is kept", column.name);
        self.report_twice(column, anchor, first, message);
    }

    fn report_twice(
        &mut self,
        column: &Column,
        anchor: Option<Anchor>,
        first: Option<Anchor>,
        message: String,
    ) {
        let Some(anchor) = anchor else {
            return;
        };
        let finding = self.report("W101", Severity::Warning, anchor, message);
        self.suggest(finding, "rename one of them or leave it out".to_owned());
        if let Some(first) = first.filter(|first| *first != anchor) {
            let message = format!("the first '{}'", column.name);
            self.findings[finding].related.push(crate::RelatedPlace { anchor: first, message });
        }
    }

    fn report_unknown(&mut self, unknown: usize, all: usize, anchor: Option<Anchor>) {
        let Some(anchor) = anchor else {
            return;
        };
        let message = format!("the types of {unknown} of {all} output columns are not known");
        let finding = self.report("I002", Severity::Info, anchor, message);
        self.suggest(finding, "provide the schemas of the sources, or cast the columns".to_owned());
    }
}

/// DuckDB's names for columns of a table or subquery: the second `id` becomes `id_1`.
pub(super) fn number_duplicates(output: &mut Output) {
    let mut seen: FxHashSet<SmolStr> = FxHashSet::default();
    let mut renamed = Vec::new();
    for (position, column) in output.columns.iter().enumerate().filter(|(_, column)| !column.name.is_empty())
    {
        let mut name = column.name.clone();
        let mut number = 0;
        while !seen.insert(folded(&name)) {
            number += 1;
            name = SmolStr::from(format!("{}_{number}", column.name));
        }
        if number > 0 {
            renamed.push((position, name));
        }
    }
    if !renamed.is_empty() {
        let columns = output.columns_mut();
        for (position, name) in renamed {
            columns[position].name = name;
        }
    }
}

/// Findings are listed by arena and number.
fn place(anchor: Anchor) -> (u32, u32) {
    match anchor {
        Anchor::Relation(relation) => (0, relation.0),
        Anchor::Expr(expr) | Anchor::Item(expr) => (1, expr.0),
        Anchor::Query(query) => (2, query.0),
    }
}
