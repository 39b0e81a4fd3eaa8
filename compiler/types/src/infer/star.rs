//! `*`, `t.*` and their modifiers.

use super::Inferrer;
use super::name_pattern::NamePattern;
use super::scope::ScopeId;
use super::value::{Column, Output, Sources, Value, names_match};
use crate::{Anchor, DataType, RelationTarget, Transform};
use rocky_base_db::Severity;
use rocky_hir::body::{Expr, ExprId, Ident, Star};
use rocky_hir::name_test::NameTest;
use smol_str::SmolStr;

impl Inferrer<'_> {
    /// Adds the columns a star stands for.
    pub(super) fn expand_star(&mut self, expr: ExprId, scope: ScopeId, output: &mut Output) {
        let body = self.body;
        let Expr::Star(star) = body.expr(expr) else {
            return;
        };
        let mut expanded = match (&star.base, &star.qualifier) {
            (Some(base), _) => fields_of(self.value(*base)),
            (None, None) => {
                self.note_star(expr, scope, None);
                self.all_columns(scope, None)
            }
            (None, Some(qualifier)) => self.qualified_columns(expr, qualifier, scope),
        };
        self.apply_modifiers(expr, star, scope, &mut expanded);
        for mut column in expanded.columns {
            column.item = Some(expr);
            output.columns_mut().push(column);
        }
        output.open |= expanded.open;
        output.cached |= expanded.cached;
        for base in &expanded.bases {
            output.add_base(base);
        }
        output.excluded.extend(expanded.excluded);
    }

    fn qualified_columns(&mut self, expr: ExprId, qualifier: &[Ident], scope: ScopeId) -> Output {
        let owner = self
            .scope_chain(scope)
            .find_map(|scope| self.named_relation(qualifier, scope).map(|relation| (scope, relation)));
        if let Some((scope, relation)) = owner {
            self.note_star(expr, scope, Some(relation));
            return self.all_columns(scope, Some(relation));
        }
        // a struct column, or nothing at all
        self.column(expr, qualifier, scope);
        let value = self.value(expr).clone();
        self.values[expr.index()] = Value::unknown(value.sources.clone());
        fields_of(&value)
    }

    /// The columns of one relation of a scope, or of all of them with merged columns once.
    pub(super) fn all_columns(&self, scope: ScopeId, only: Option<usize>) -> Output {
        let scope = self.scope(scope);
        let mut output = Output::default();
        for (position, relation) in scope.relations.iter().enumerate() {
            if !relation.visible || only.is_some_and(|only| only != position) {
                continue;
            }
            output.open |= relation.output.open;
            output.cached |= relation.output.cached;
            for base in &relation.output.bases {
                output.add_base(base);
            }
            if relation.output.open && scope.relations.len() == 1 {
                output.excluded.extend(relation.output.excluded.iter().cloned());
            }
            for (index, column) in relation.output.columns.iter().enumerate() {
                if only.is_none() && relation.merged_columns.contains(&index) {
                    continue;
                }
                let mut column = column.clone();
                column.value.literal = false;
                let merged = scope
                    .merged
                    .iter()
                    .find(|merged| only.is_none() && merged.members.first() == Some(&(position, index)));
                if let Some(merged) = merged {
                    column.value = merged.value.clone();
                }
                output.columns_mut().push(column);
            }
        }
        if scope.relations.is_empty() || scope.opaque {
            output.open = true;
        }
        output
    }

    fn apply_modifiers(&mut self, expr: ExprId, star: &Star, scope: ScopeId, expanded: &mut Output) {
        for name in &star.exclude {
            let found = expanded.columns.iter().any(|column| self.means(name, column));
            if !found {
                self.report_not_in_star(expr, "EXCLUDE", name, expanded, scope);
            }
            let dialect = self.dialect;
            expanded.columns_mut().retain(|column| !names_match(name, &column.name, column.quoted, dialect));
            if expanded.open {
                expanded.excluded.push(name.text.clone());
            }
        }
        for (value, name) in &star.replace {
            let value = self.value(*value).clone();
            let position = expanded.columns.iter().position(|column| self.means(name, column));
            match position {
                Some(position) => {
                    let column = &mut expanded.columns_mut()[position];
                    column.value = Value { literal: false, ..value };
                }
                None if expanded.open => {
                    expanded.excluded.push(name.text.clone());
                    let mut column = Column { value, ..Column::default() };
                    column.rename(name);
                    expanded.columns_mut().push(column);
                }
                None => self.report_not_in_star(expr, "REPLACE", name, expanded, scope),
            }
        }
        for (from, to) in &star.rename {
            let position = expanded.columns.iter().position(|column| self.means(from, column));
            match position {
                Some(position) => expanded.columns_mut()[position].rename(to),
                None if expanded.open => self.rename_unknown(from, to, expanded),
                None => self.report_not_in_star(expr, "RENAME", from, expanded, scope),
            }
        }
        for test in &star.filters {
            self.filter_names(expr, test, scope, expanded);
        }
    }

    /// Keeps the columns whose names pass a test.
    fn filter_names(&mut self, expr: ExprId, test: &NameTest, scope: ScopeId, expanded: &mut Output) {
        let pattern = NamePattern::of(test).filter(|_| expanded.columns.iter().all(|c| !c.name.is_empty()));
        let Some(pattern) = pattern else {
            expanded.open = true;
            expanded.bases.clear();
            expanded.columns_mut().clear();
            return;
        };
        let names: Vec<SmolStr> = expanded.columns.iter().map(|column| column.name.clone()).collect();
        expanded.columns_mut().retain(|column| pattern.holds(&column.name));
        let provable = !expanded.open && !self.body.incomplete && !self.is_opaque(scope);
        if expanded.columns.is_empty() && provable {
            let severity = if expanded.cached { Severity::Warning } else { Severity::Error };
            let message = "no column has a name that this star chooses".to_owned();
            let finding = self.report("E003", severity, Anchor::Expr(expr), message);
            let shown: Vec<&str> = names.iter().take(6).map(SmolStr::as_str).collect();
            let more = if names.len() > shown.len() { ", …" } else { "" };
            self.suggest(finding, format!("the columns are {}{more}", shown.join(", ")));
        }
    }

    /// A `COLUMNS(…)` below an expression: then the expression is one for each column.
    pub(super) fn inner_columns(&self, root: ExprId) -> Vec<ExprId> {
        let mut found = Vec::new();
        let mut stack = vec![root];
        while let Some(id) = stack.pop() {
            if let Expr::Star(star) = self.body.expr(id)
                && star.columns
                && !star.unpacked
            {
                found.push(id);
            }
            self.children(id, &mut stack);
        }
        found
    }

    /// The columns that one `COLUMNS(…)` stands for.
    pub(super) fn columns_of(&mut self, expr: ExprId, scope: ScopeId) -> Output {
        let mut output = Output::default();
        self.expand_star(expr, scope, &mut output);
        output
    }

    /// What an alias makes of a column's name: `COLUMNS('(.*)_id') AS '\\1'`.
    pub(super) fn alias_of_column(&self, star: ExprId, name: &str, alias: &Ident) -> Ident {
        let pattern = match self.body.expr(star) {
            Expr::Star(star) if alias.text.contains('\\') => star.filters.first().and_then(NamePattern::of),
            _ => None,
        };
        match pattern.and_then(|pattern| pattern.renamed(name, &alias.text)) {
            Some(text) => Ident { text: SmolStr::from(text), quoted: alias.quoted },
            None => alias.clone(),
        }
    }

    /// RENAME of one of the unknown columns.
    fn rename_unknown(&mut self, from: &Ident, to: &Ident, expanded: &mut Output) {
        let sources = match expanded.single_base().cloned() {
            Some(base) => self.source(&base.relation, base.is_model, &from.text),
            None => Sources::default(),
        };
        expanded.excluded.push(from.text.clone());
        let mut column = Column { value: Value::unknown(sources), ..Column::default() };
        column.rename(to);
        expanded.columns_mut().push(column);
    }

    fn means(&self, name: &Ident, column: &Column) -> bool {
        names_match(name, &column.name, column.quoted, self.dialect)
    }

    fn report_not_in_star(
        &mut self,
        expr: ExprId,
        clause: &str,
        name: &Ident,
        expanded: &Output,
        scope: ScopeId,
    ) {
        // DuckDB ignores a RENAME of what is not there
        let ignored = clause == "RENAME" && self.dialect == crate::DialectKind::DuckDb;
        if expanded.open || self.body.incomplete || self.is_opaque(scope) || ignored {
            return;
        }
        let severity = if expanded.cached { Severity::Warning } else { Severity::Error };
        let names: Vec<SmolStr> = expanded.columns.iter().map(|column| column.name.clone()).collect();
        let message = format!("'{}' in {clause} is not among the columns of the star", name.text);
        let finding = self.report("E003", severity, Anchor::Expr(expr), message);
        self.suggest_name(finding, &name.text, &names);
    }

    /// Remembers what a star covers: models without known columns (W002), anything else (I001).
    fn note_star(&mut self, expr: ExprId, scope: ScopeId, only: Option<usize>) {
        if self.silent_stars > 0 {
            return;
        }
        let mut unknown: Vec<SmolStr> = Vec::new();
        let mut known = false;
        for (position, relation) in self.scope(scope).relations.iter().enumerate() {
            if !relation.visible || only.is_some_and(|only| only != position) {
                continue;
            }
            match relation.id.map(|id| &self.relations[id.index()].target) {
                Some(RelationTarget::Model(model)) if relation.output.open => unknown.push(model.clone()),
                Some(RelationTarget::Model(_) | RelationTarget::External(_)) => known = true,
                _ => {}
            }
        }
        for model in unknown {
            if self.starred_models.contains(&model) {
                continue;
            }
            let message = format!(
                "'*' takes columns from model '{model}', but the upstream schema is unknown: its columns \
                 cannot be checked here"
            );
            let finding = self.report("W002", Severity::Warning, Anchor::Expr(expr), message);
            self.suggest(finding, format!("name the columns in '{model}' or provide its source schemas"));
            self.starred_models.push(model);
        }
        if known && self.starred.is_none() {
            self.starred = Some(expr);
            let message = "SELECT * takes whatever columns the table has".to_owned();
            let finding = self.report("I001", Severity::Info, Anchor::Expr(expr), message);
            self.suggest(finding, "name the columns that are needed".to_owned());
        }
    }
}

/// The fields of a struct as columns.
fn fields_of(value: &Value) -> Output {
    let DataType::Struct(fields) = &value.ty else {
        return Output::unknown();
    };
    let columns = fields
        .iter()
        .map(|field| {
            let nullability = value.nullability.any(field.nullability);
            let exact = value.exact && !field.ty.is_unknown();
            let sources = value.sources.within(&Transform::Direct);
            Column::new(&field.name, Value { exact, sources, ..Value::new(field.ty.clone(), nullability) })
        })
        .collect();
    Output::closed(columns)
}
