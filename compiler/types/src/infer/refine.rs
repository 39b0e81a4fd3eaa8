//! What a condition that holds says of NULL.

use super::Inferrer;
use super::scope::{Found, ScopeId};
use crate::Nullability;
use rocky_hir::body::{BinaryOperator, Expr, ExprId, Ident, IsTest, UnaryOperator};

impl Inferrer<'_> {
    /// Columns that a condition excludes NULL for are NOT NULL from here on.
    pub(super) fn refine(&mut self, condition: ExprId, scope: ScopeId) {
        let mut strict = Vec::new();
        for conjunct in self.conjuncts(condition) {
            self.strict_columns(conjunct, &mut strict);
        }
        let body = self.body;
        for column in strict {
            if let Expr::Column(parts) = body.expr(column) {
                self.set_nullability(parts, scope, Nullability::NotNull);
            }
        }
    }

    /// The operands of the ANDs at the top of a condition.
    pub(super) fn conjuncts(&self, condition: ExprId) -> Vec<ExprId> {
        let mut found = Vec::new();
        let mut stack = vec![condition];
        while let Some(id) = stack.pop() {
            match self.body.expr(id) {
                Expr::Chain { first, rest } if rest.iter().all(|(op, _)| *op == BinaryOperator::And) => {
                    stack.extend(rest.iter().rev().map(|(_, operand)| *operand));
                    stack.push(*first);
                }
                Expr::Tuple(items) if items.len() == 1 => stack.extend(items),
                _ => found.push(id),
            }
        }
        found
    }

    /// Adds the columns that cannot be NULL where this is true.
    fn strict_columns(&self, condition: ExprId, out: &mut Vec<ExprId>) {
        match self.body.expr(condition) {
            Expr::Is { value, test: IsTest::Null, negated: true, .. }
            | Expr::Is { value, test: IsTest::True | IsTest::False, negated: false, .. } => {
                self.null_propagating(*value, out);
            }
            Expr::Unary { op: UnaryOperator::Not, operand } => match self.body.expr(*operand) {
                Expr::Is { value, test: IsTest::Null, negated: false, .. } => {
                    self.null_propagating(*value, out);
                }
                Expr::In { query: Some(_), .. } | Expr::Is { .. } => {}
                _ => self.null_propagating(*operand, out),
            },
            Expr::Chain { first, rest } if rest.iter().all(|(op, _)| *op == BinaryOperator::Or) => {
                self.strict_in_all(*first, rest, out);
            }
            _ => self.null_propagating(condition, out),
        }
    }

    /// Of alternatives, the columns each of them excludes NULL for.
    fn strict_in_all(&self, first: ExprId, rest: &[(BinaryOperator, ExprId)], out: &mut Vec<ExprId>) {
        let columns_of = |alternative: ExprId| {
            let mut columns = Vec::new();
            for conjunct in self.conjuncts(alternative) {
                self.null_propagating(conjunct, &mut columns);
            }
            columns
        };
        let mut common = columns_of(first);
        for (_, alternative) in rest {
            if common.is_empty() {
                return;
            }
            let here = columns_of(*alternative);
            common
                .retain(|column| here.iter().any(|other| self.body.expr(*other) == self.body.expr(*column)));
        }
        out.extend(common);
    }

    /// Adds the columns whose NULL makes this expression NULL.
    fn null_propagating(&self, root: ExprId, out: &mut Vec<ExprId>) {
        let mut stack = vec![root];
        while let Some(id) = stack.pop() {
            match self.body.expr(id) {
                Expr::Column(_) => out.push(id),
                Expr::Cast { value, .. } | Expr::Extract { value, .. } => stack.push(*value),
                Expr::Unary { op: UnaryOperator::Other, .. } => {}
                Expr::Unary { operand, .. }
                    if !matches!(self.body.expr(*operand), Expr::In { query: Some(_), .. }) =>
                {
                    stack.push(*operand);
                }
                Expr::Chain { first, rest } if rest.iter().all(|(op, _)| is_strict(*op)) => {
                    stack.push(*first);
                    stack.extend(rest.iter().map(|(_, operand)| *operand));
                }
                Expr::Like { value, pattern, .. } => {
                    stack.push(*value);
                    stack.push(*pattern);
                }
                Expr::Between { value, .. } => stack.push(*value),
                Expr::In { value, query, negated, .. } if query.is_none() || !negated => {
                    stack.push(*value);
                }
                Expr::Tuple(items) if items.len() == 1 => stack.extend(items),
                _ => {}
            }
        }
    }

    /// Sets what is known of a column of this scope.
    pub(super) fn set_nullability(&mut self, parts: &[Ident], scope: ScopeId, nullability: Nullability) {
        let (found, used) = self.lookup_path(parts, scope);
        if used != parts.len() {
            return;
        }
        match found {
            Found::Column { scope: owner, relation, column } if owner == scope => {
                let relation = &mut self.scope_mut(scope).relations[relation];
                relation.output.columns[column].value.nullability = nullability;
            }
            Found::Merged { scope: owner, position } if owner == scope => {
                let merged = &mut self.scope_mut(scope).merged[position];
                merged.value.nullability = nullability;
            }
            _ => {}
        }
    }
}

/// Whether NULL on either side gives NULL.
fn is_strict(op: BinaryOperator) -> bool {
    !matches!(
        op,
        BinaryOperator::And
            | BinaryOperator::Or
            | BinaryOperator::NullSafeEqual
            | BinaryOperator::Other
            | BinaryOperator::Match
            | BinaryOperator::JsonGet
            | BinaryOperator::JsonGetText
            | BinaryOperator::Concat
    )
}
