//! Types of columns that are joined: E001 and W001.

use super::Inferrer;
use super::scope::{Found, ScopeId};
use super::value::Value;
use crate::{Anchor, DataType, DialectKind};
use rocky_base_db::Severity;
use rocky_hir::body::{BinaryOperator, Expr, ExprId, Ident, Join};
use smol_str::SmolStr;

/// One side of a join's equality.
struct Side {
    /// The column's name.
    column: SmolStr,
    /// The relation's name.
    label: SmolStr,
    /// The relation's position in the scope.
    relation: usize,
    ty: DataType,
}

impl Inferrer<'_> {
    /// Checks every `a.x = b.y` among the conjuncts of a condition whose parts are typed.
    pub(super) fn check_equalities(&mut self, condition: ExprId, scope: ScopeId) {
        for conjunct in self.conjuncts(condition) {
            let Expr::Chain { first, rest } = self.body.expr(conjunct) else {
                continue;
            };
            let [(BinaryOperator::Equal | BinaryOperator::NullSafeEqual, second)] = rest.as_slice() else {
                continue;
            };
            let (Some(left), Some(right)) = (self.side(*first, scope), self.side(*second, scope)) else {
                continue;
            };
            if left.relation != right.relation {
                self.check_pair(&left, &right, Anchor::Expr(conjunct));
            }
        }
    }

    /// A column, or a cast of one, whose type is certain.
    fn side(&self, expr: ExprId, scope: ScopeId) -> Option<Side> {
        let value = self.value(expr);
        let ty = Some(value.ty.clone()).filter(|ty| value.exact && !value.literal && !ty.has_unknown())?;
        let mut id = expr;
        let parts = loop {
            match self.body.expr(id) {
                Expr::Column(parts) => break parts,
                Expr::Cast { value, .. } => id = *value,
                _ => return None,
            }
        };
        let (found, _) = self.lookup_path(parts, scope);
        let Found::Column { scope: owner, relation, .. } = found else {
            return None;
        };
        if owner != scope {
            return None;
        }
        let column = parts.last()?.text.clone();
        Some(Side { column, label: self.relation_label(scope, relation), relation, ty })
    }

    /// What a relation is called in messages: the model's or table's name, else the alias.
    fn relation_label(&self, scope: ScopeId, relation: usize) -> SmolStr {
        let relation = &self.scope(scope).relations[relation];
        let target = relation.id.map(|id| &self.relations[id.index()].target);
        match target {
            Some(crate::RelationTarget::Model(name) | crate::RelationTarget::External(name)) => name.clone(),
            _ => relation.name.as_ref().map(|name| name.text.clone()).unwrap_or_default(),
        }
    }

    /// Checks the two sides of a USING column.
    pub(super) fn check_merged(
        &mut self,
        join: &Join,
        name: &Ident,
        (scope, left, left_value): (ScopeId, (usize, usize), &Value),
        (_, right, right_value): (ScopeId, (usize, usize), &Value),
    ) {
        let certain = |value: &Value| value.exact && !value.literal && !value.ty.has_unknown();
        if !certain(left_value) || !certain(right_value) {
            return;
        }
        let side = |relation: usize, value: &Value| Side {
            column: name.text.clone(),
            label: self.relation_label(scope, relation),
            relation,
            ty: value.ty.clone(),
        };
        let (left, right) = (side(left.0, left_value), side(right.0, right_value));
        self.check_pair(&left, &right, Anchor::Relation(join.relation));
    }

    fn check_pair(&mut self, left: &Side, right: &Side, anchor: Anchor) {
        if left.ty == right.ty {
            return;
        }
        let date_and_time = (left.ty == DataType::Date && right.ty.is_timestamp())
            || (right.ty == DataType::Date && left.ty.is_timestamp());
        let common = self.supertype_of(&left.ty, &right.ty).is_some();
        let fails = if date_and_time { self.dialect == DialectKind::BigQuery } else { !common };
        let names = if left.column == right.column {
            format!("'{}'", left.column)
        } else {
            format!("'{}' and '{}'", left.column, right.column)
        };
        let types = format!(
            "{} in '{}' and {} in '{}'",
            left.ty.contract_name(),
            left.label,
            right.ty.contract_name(),
            right.label
        );
        if fails {
            let message = format!("join on {names}: the types do not go together: {types}");
            let finding = self.report("E001", Severity::Error, anchor, message);
            self.suggest(finding, format!("cast {names} to a common type"));
        } else {
            let message = format!("join on {names} needs an implicit cast: {types}");
            let finding = self.report("W001", Severity::Warning, anchor, message);
            let target = self.supertype_of(&left.ty, &right.ty).unwrap_or_default();
            self.suggest(finding, format!("cast one side explicitly, to {}", target.contract_name()));
        }
    }
}
