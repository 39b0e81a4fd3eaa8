//! Is the filter of a time window half-open? (spec 03 §12, W106)

use rocky_hir::body::{BinaryOperator, Body, Expr};

/// A comparison that takes the end of the window in, so that rows on the border belong to two partitions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ClosedEnd {
    /// The expression's number in the body.
    pub(crate) expr: usize,
    /// Whether it is a BETWEEN.
    pub(crate) is_between: bool,
}

/// Every such comparison: `x <= @end_date`, `@end_date >= x`, `x BETWEEN … AND @end_date`.
pub(crate) fn closed_ends(body: &Body) -> Vec<ClosedEnd> {
    let is_end = |expr: rocky_hir::body::ExprId| {
        matches!(
            body.exprs.get(expr.index()),
            Some(Expr::MacroVariable(name)) if name.trim_start_matches('@') == "end_date"
        )
    };
    let mut found = Vec::new();
    for (number, expr) in body.exprs.iter().enumerate() {
        match expr {
            Expr::Chain { first, rest } => {
                let mut left = *first;
                for (operator, right) in rest {
                    let takes_end_in = match operator {
                        BinaryOperator::LessOrEqual => is_end(*right),
                        BinaryOperator::GreaterOrEqual => is_end(left),
                        _ => false,
                    };
                    if takes_end_in {
                        found.push(ClosedEnd { expr: number, is_between: false });
                    }
                    left = *right;
                }
            }
            Expr::Between { high, negated: false, .. } if is_end(*high) => {
                found.push(ClosedEnd { expr: number, is_between: true });
            }
            _ => {}
        }
    }
    found
}
