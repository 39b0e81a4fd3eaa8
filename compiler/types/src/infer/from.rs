//! FROM: relations, joins, merged columns.

use super::Inferrer;
use super::scope::{Merged, Scope, ScopeId, ScopeRelation};
use super::value::{Base, Column, Output, Sources, Value};
use crate::{Anchor, DialectKind, InfluenceKind, Nullability, RelationInfo, RelationTarget, TypedColumn};
use rocky_base_db::Severity;
use rocky_hir::body::{FromItem, Ident, Join, JoinKind, Relation, RelationId, RelationKind};
use smol_str::SmolStr;
use std::ops::Range;

impl Inferrer<'_> {
    /// A relation and the joins after it.
    pub(super) fn joined_relations(&mut self, scope: ScopeId, item: &FromItem) {
        let start = self.scope(scope).relations.len();
        self.relation(scope, item.relation);
        let apart = start > 0 && self.dialect == DialectKind::DuckDb;
        for join in &item.joins {
            let middle = self.scope(scope).relations.len();
            self.relation(scope, join.relation);
            let end = self.scope(scope).relations.len();
            self.scope_mut(scope).inner_from = apart.then_some(start);
            self.join(scope, join, start..middle, middle..end);
            self.scope_mut(scope).inner_from = None;
        }
    }

    fn join(&mut self, scope: ScopeId, join: &Join, left: Range<usize>, right: Range<usize>) {
        let natural;
        let using = if join.natural {
            natural = self.natural_columns(scope, &left, &right);
            &natural
        } else {
            &join.using
        };
        for name in using {
            self.merge(scope, name, join, &left, &right);
        }
        for condition in &join.conditions {
            self.condition(*condition, scope, InfluenceKind::Join);
            self.check_equalities(*condition, scope);
        }
        if matches!(join.kind, JoinKind::Inner | JoinKind::Semi) {
            for condition in &join.conditions {
                self.refine(*condition, scope);
            }
        }
        if matches!(join.kind, JoinKind::Left | JoinKind::Full) {
            self.make_nullable(scope, right.clone());
        }
        if matches!(join.kind, JoinKind::Right | JoinKind::Full) {
            self.make_nullable(scope, left);
        }
        if matches!(join.kind, JoinKind::Semi | JoinKind::Anti) {
            for relation in &mut self.scope_mut(scope).relations[right] {
                relation.visible = false;
            }
        }
    }

    /// The side an outer join fills with NULL.
    fn make_nullable(&mut self, scope: ScopeId, side: Range<usize>) {
        let scope = self.scope_mut(scope);
        for relation in &mut scope.relations[side.clone()] {
            for column in &mut relation.output.columns {
                column.value.nullability = Nullability::Nullable;
            }
        }
        for merged in &mut scope.merged {
            if merged.members.iter().all(|(relation, _)| side.contains(relation)) {
                merged.value.nullability = Nullability::Nullable;
            }
        }
    }

    /// Names both sides of a NATURAL join have.
    fn natural_columns(&self, scope: ScopeId, left: &Range<usize>, right: &Range<usize>) -> Vec<Ident> {
        let scope = self.scope(scope);
        let mut names: Vec<Ident> = Vec::new();
        for relation in scope.relations[left.clone()].iter().filter(|relation| relation.visible) {
            for column in &relation.output.columns {
                let name = Ident { text: column.name.clone(), quoted: column.quoted };
                let shared = scope.relations[right.clone()]
                    .iter()
                    .any(|other| other.output.find(&name, self.dialect).is_some());
                if shared && !names.iter().any(|known| self.same_ident(known, &name)) {
                    names.push(name);
                }
            }
        }
        names
    }

    /// One USING column.
    fn merge(
        &mut self,
        scope: ScopeId,
        name: &Ident,
        join: &Join,
        left: &Range<usize>,
        right: &Range<usize>,
    ) {
        let known = self.scope(scope).merged.iter().position(|merged| {
            self.same_ident(&merged.name, name)
                && merged.members.iter().all(|(relation, _)| left.contains(relation))
        });
        let left_member = self.member(scope, name, left.clone());
        let right_member = self.member(scope, name, right.clone());
        let left_value = match (known, left_member) {
            (Some(known), _) => Some(self.scope(scope).merged[known].value.clone()),
            (None, Some(member)) => Some(self.member_value(scope, member)),
            (None, None) => self.missing_using(scope, name, join, left.clone()),
        };
        let right_value = match right_member {
            Some(member) => Some(self.member_value(scope, member)),
            None if left_value.is_none() => None,
            None => self.missing_using(scope, name, join, right.clone()),
        };
        let (Some(left_value), Some(right_value)) = (left_value, right_value) else {
            // what was meant may be merged: names in this scope prove nothing now
            self.scope_mut(scope).opaque = true;
            return;
        };
        self.influence(&left_value.sources, InfluenceKind::Join);
        self.influence(&right_value.sources, InfluenceKind::Join);
        if let (Some(l), Some(r)) = (left_member, right_member) {
            self.check_merged(join, name, (scope, l, &left_value), (scope, r, &right_value));
        }
        let value = self.merged_value(join.kind, &left_value, &right_value);
        if join.kind == JoinKind::Inner {
            // of a column merged before, the first member may be on the side an outer join filled
            let left_member = left_member.filter(|_| known.is_none());
            for (relation, column) in left_member.into_iter().chain(right_member) {
                let relation = &mut self.scope_mut(scope).relations[relation];
                relation.output.columns[column].value.nullability = Nullability::NotNull;
            }
        }
        if let Some((relation, column)) = right_member {
            self.scope_mut(scope).relations[relation].merged_columns.push(column);
        }
        let scope = self.scope_mut(scope);
        match known {
            Some(known) => {
                scope.merged[known].members.extend(right_member);
                scope.merged[known].value = value;
            }
            None => {
                let members = left_member.into_iter().chain(right_member).collect();
                scope.merged.push(Merged { name: name.clone(), members, value });
            }
        }
    }

    fn member(&self, scope: ScopeId, name: &Ident, side: Range<usize>) -> Option<(usize, usize)> {
        let relations = &self.scope(scope).relations;
        side.filter(|relation| relations[*relation].visible).find_map(|relation| {
            let column = relations[relation].output.find(name, self.dialect)?;
            Some((relation, column))
        })
    }

    fn member_value(&self, scope: ScopeId, (relation, column): (usize, usize)) -> Value {
        self.scope(scope).relations[relation].output.columns[column].value.clone()
    }

    /// A USING column one side does not have: an unknown one of an open side, or an error.
    fn missing_using(
        &mut self,
        scope: ScopeId,
        name: &Ident,
        join: &Join,
        side: Range<usize>,
    ) -> Option<Value> {
        let relations = &self.scope(scope).relations[side];
        if let Some(open) = relations.iter().find(|relation| relation.output.open) {
            let base = open.output.single_base().cloned();
            let sources = match base {
                Some(base) => self.source(&base.relation, base.is_model, &name.text),
                None => Sources::default(),
            };
            return Some(Value::unknown(sources));
        }
        if self.body.incomplete || self.is_opaque(scope) || join.natural {
            return None;
        }
        let cached = relations.iter().any(|relation| relation.output.cached);
        let severity = if cached { Severity::Warning } else { Severity::Error };
        let names: Vec<SmolStr> = relations
            .iter()
            .flat_map(|relation| relation.output.columns.iter().map(|column| column.name.clone()))
            .collect();
        let tables: Vec<String> = relations
            .iter()
            .filter_map(|relation| relation.name.as_ref().map(|name| format!("'{}'", name.text)))
            .collect();
        let message = format!("'{}' in USING is not a column of {}", name.text, tables.join(" or "));
        let finding = self.report("E003", severity, Anchor::Relation(join.relation), message);
        self.suggest_name(finding, &name.text, &names);
        None
    }

    /// The value of a merged column.
    fn merged_value(&self, kind: JoinKind, left: &Value, right: &Value) -> Value {
        let duck = self.dialect == DialectKind::DuckDb;
        let mut value = match kind {
            JoinKind::Right if duck => right.clone(),
            JoinKind::Full => self.common(&[left, right]),
            _ if duck => left.clone(),
            _ => self.common(&[left, right]),
        };
        let sources = match kind {
            JoinKind::Right => right.sources.clone(),
            JoinKind::Full => Sources::union([&left.sources, &right.sources]),
            _ => left.sources.clone(),
        };
        value.nullability = match kind {
            JoinKind::Inner | JoinKind::Semi => Nullability::NotNull,
            JoinKind::Left | JoinKind::Anti => left.nullability,
            JoinKind::Right => right.nullability,
            JoinKind::Full => left.nullability.any(right.nullability),
        };
        Value { sources, literal: false, ..value }
    }

    /// Adds a relation to a scope.
    pub(super) fn relation(&mut self, scope: ScopeId, id: RelationId) {
        let body = self.body;
        let relation = body.relation(id);
        if self.depth >= super::DEEPEST {
            self.add_relation(scope, id, relation, Output::unknown(), RelationTarget::Other);
            return;
        }
        match &relation.kind {
            RelationKind::Table(parts) => self.table(scope, id, relation, parts),
            RelationKind::Derived(query) => {
                let sees_siblings =
                    relation.lateral || matches!(self.dialect, DialectKind::DuckDb | DialectKind::Permissive);
                let parent = if sees_siblings { Some(scope) } else { self.scope(scope).parent };
                let mut output = self.query(*query, parent, None);
                self.rename_columns(&mut output, &relation.columns);
                self.distinguish_columns(&mut output);
                self.add_relation(scope, id, relation, output, RelationTarget::Derived(*query));
            }
            RelationKind::Function { call, offset } => {
                self.function_relation(scope, id, relation, *call, offset.as_ref());
            }
            RelationKind::Nested(item) => self.nested(scope, id, relation, item),
            RelationKind::Pivot { .. } | RelationKind::Unpivot { .. } => {
                self.depth += 1;
                let mut output = self.pivot(scope, &relation.kind);
                self.depth -= 1;
                self.rename_columns(&mut output, &relation.columns);
                self.add_relation(scope, id, relation, output, RelationTarget::Other);
            }
            RelationKind::Opaque { inputs, exprs } => {
                self.depth += 1;
                let inner = self.add_scope(Scope { parent: Some(scope), opaque: true, ..Scope::default() });
                for input in inputs {
                    self.relation(inner, *input);
                }
                self.eval_all(exprs, inner);
                self.depth -= 1;
                self.add_relation(scope, id, relation, Output::unknown(), RelationTarget::Other);
            }
        }
    }

    /// Joins in parentheses: their relations are visible by their own names, unless there is an alias.
    fn nested(&mut self, scope: ScopeId, id: RelationId, relation: &Relation, item: &FromItem) {
        self.depth += 1;
        if relation.alias.is_none() {
            self.joined_relations(scope, item);
        } else {
            let parent = self.scope(scope).parent;
            let inner = self.add_scope(Scope { parent, ..Scope::default() });
            self.joined_relations(inner, item);
            let mut output = self.all_columns(inner, None);
            self.rename_columns(&mut output, &relation.columns);
            self.add_relation(scope, id, relation, output, RelationTarget::Other);
        }
        self.depth -= 1;
    }

    fn table(&mut self, scope: ScopeId, id: RelationId, relation: &Relation, parts: &[Ident]) {
        if let [name] = parts
            && let Some(cte) = self.ctes.iter().rev().find(|cte| self.same_ident(&cte.name, name))
        {
            let (query, mut output) = (cte.query, (*cte.output).clone());
            self.rename_columns(&mut output, &relation.columns);
            self.add_relation(scope, id, relation, output, RelationTarget::Cte(query));
            return;
        }
        if parts.len() > 1 && self.sibling_array(scope, id, relation, parts) {
            return;
        }
        let known = (self.env.relations)(parts);
        let (name, is_model) = match &known {
            Some(known) => (known.id.clone(), known.is_model),
            None => (SmolStr::from(super::report::written(parts)), false),
        };
        let mut output = Output::unknown();
        if let Some(known) = known {
            output.open = known.schema.open;
            output.cached = !known.is_model && !known.schema.open;
            *output.columns_mut() = known
                .schema
                .columns
                .iter()
                .cloned()
                .map(|column| self.source_column(&name, is_model, column))
                .collect();
        }
        if output.open {
            output.add_base(&Base { relation: name.clone(), is_model });
        }
        self.rename_columns(&mut output, &relation.columns);
        let target = if is_model { RelationTarget::Model(name) } else { RelationTarget::External(name) };
        self.add_relation(scope, id, relation, output, target);
    }

    fn source_column(&mut self, relation: &SmolStr, is_model: bool, column: TypedColumn) -> Column {
        let sources = self.source(relation, is_model, &column.name);
        Column {
            name: column.name,
            quoted: column.quoted,
            item: None,
            value: Value {
                ty: column.ty,
                nullability: column.nullability,
                exact: column.exact,
                raw: column.raw,
                literal: false,
                number: None,
                sources,
            },
        }
    }

    /// `FROM t, t.items`: the elements of a column of a relation to the left.
    fn sibling_array(
        &mut self,
        scope: ScopeId,
        id: RelationId,
        relation: &Relation,
        parts: &[Ident],
    ) -> bool {
        if !matches!(self.dialect, DialectKind::BigQuery | DialectKind::Permissive) {
            return false;
        }
        let [qualifier, name, ..] = parts else {
            return false;
        };
        let owner = self.scope_chain(scope).find_map(|scope| {
            let relation = self.named_relation(std::slice::from_ref(qualifier), scope)?;
            Some((scope, relation))
        });
        let Some((owner, sibling)) = owner else {
            return false;
        };
        let output = &self.scope(owner).relations[sibling].output;
        let value = match output.find(name, self.dialect) {
            Some(column) => output.columns[column].value.clone(),
            None if self.dialect == DialectKind::BigQuery => Value::default(),
            None => return false,
        };
        self.influence(&value.sources, InfluenceKind::Join);
        let element = super::call_rules::element_of(Some(&value));
        let element = Value {
            sources: value.sources.within(&crate::Transform::Expression),
            ..if parts.len() == 2 { element } else { Value::default() }
        };
        let output = self.element_output(element, relation.alias.as_ref().or(parts.last()));
        self.add_relation(scope, id, relation, output, RelationTarget::Other);
        true
    }

    /// Makes a relation visible.
    pub(super) fn add_relation(
        &mut self,
        scope: ScopeId,
        id: RelationId,
        relation: &Relation,
        output: Output,
        target: RelationTarget,
    ) {
        let (name, path) = match (&relation.alias, &relation.kind) {
            (Some(alias), _) => (Some(alias.clone()), Vec::new()),
            (None, RelationKind::Table(parts)) => (parts.last().cloned(), parts.clone()),
            (None, RelationKind::Function { call, .. }) => (self.call_name(*call), Vec::new()),
            (None, RelationKind::Pivot { input, .. } | RelationKind::Unpivot { input, .. }) => {
                let input = self.body.relation(*input);
                let name = match (&input.alias, &input.kind) {
                    (Some(alias), _) => Some(alias.clone()),
                    (None, RelationKind::Table(parts)) => parts.last().cloned(),
                    _ => None,
                };
                (name, Vec::new())
            }
            (None, _) => (None, Vec::new()),
        };
        self.relations[id.index()] = RelationInfo {
            name: name.as_ref().map(|name| name.text.clone()),
            target,
            columns: output.columns.iter().map(Column::typed).collect(),
            open: output.open,
        };
        self.scope_mut(scope).relations.push(ScopeRelation {
            id: Some(id),
            name,
            path,
            output,
            visible: true,
            merged_columns: Vec::new(),
        });
    }
}
