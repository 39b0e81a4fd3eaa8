//! The parts of an expression, and facts that follow from its shape alone.

use super::Inferrer;
use crate::DialectKind;
use crate::functions::FunctionKind;
use rocky_hir::body::{Call, Expr, ExprId, Ident, Literal, Window};

/// Words that stand for parts of dates.
const DATE_PARTS: &[&str] = &[
    "YEAR",
    "YEARS",
    "YYYY",
    "YY",
    "QUARTER",
    "QUARTERS",
    "QTR",
    "MONTH",
    "MONTHS",
    "MON",
    "MM",
    "WEEK",
    "WEEKS",
    "ISOWEEK",
    "ISOYEAR",
    "DAY",
    "DAYS",
    "DD",
    "D",
    "DAYOFWEEK",
    "DAYOFYEAR",
    "DOW",
    "DOY",
    "HOUR",
    "HOURS",
    "HH",
    "MINUTE",
    "MINUTES",
    "MI",
    "SECOND",
    "SECONDS",
    "SS",
    "S",
    "MILLISECOND",
    "MILLISECONDS",
    "MS",
    "MICROSECOND",
    "MICROSECONDS",
    "US",
    "NANOSECOND",
    "NANOSECONDS",
    "NS",
    "DECADE",
    "CENTURY",
    "MILLENNIUM",
    "EPOCH",
    "EPOCH_SECOND",
    "EPOCH_MILLISECOND",
    "EPOCH_MICROSECOND",
    "EPOCH_NANOSECOND",
    "YEAROFWEEKISO",
    "WEEKISO",
    "DAYOFWEEKISO",
    "DAYOFWEEK_ISO",
    "TIMEZONE_HOUR",
    "TIMEZONE_MINUTE",
    "DATE",
    "TIME",
    "MONDAY",
    "SUNDAY",
    "TUESDAY",
    "WEDNESDAY",
    "THURSDAY",
    "FRIDAY",
    "SATURDAY",
    "WEEKDAY",
    "YEAROFWEEK",
    "DAYOFMONTH",
];

impl Inferrer<'_> {
    /// Adds the parts of an expression that are typed in the same scope before it.
    pub(super) fn children(&self, id: ExprId, out: &mut Vec<ExprId>) {
        match self.body.expr(id) {
            Expr::Missing
            | Expr::Column(_)
            | Expr::Literal(_)
            | Expr::TypedLiteral { .. }
            | Expr::Placeholder
            | Expr::MacroVariable(_)
            | Expr::Subquery(_)
            | Expr::Exists(_)
            | Expr::ArraySubquery(_)
            | Expr::Lambda { .. }
            | Expr::Opaque(_) => {}
            Expr::Interval(amount) => out.extend(amount),
            Expr::Tuple(items) | Expr::Array(items) => out.extend(items),
            Expr::Struct(fields) => out.extend(fields.iter().map(|(_, value)| value)),
            Expr::Map(entries) => out.extend(entries.iter().flat_map(|(key, value)| [key, value])),
            Expr::Call(call) => self.call_children(call, out),
            Expr::Cast { value, .. } | Expr::Extract { value, .. } => out.push(*value),
            Expr::Case { subject, arms, otherwise } => {
                out.extend(subject);
                out.extend(arms.iter().flat_map(|(condition, result)| [condition, result]));
                out.extend(otherwise);
            }
            Expr::Unary { operand, .. } => out.push(*operand),
            Expr::Chain { first, rest } => {
                out.push(*first);
                out.extend(rest.iter().map(|(_, operand)| operand));
            }
            Expr::Is { value, other, .. } => {
                out.push(*value);
                out.extend(other);
            }
            Expr::Like { value, pattern, .. } => out.extend([value, pattern]),
            Expr::In { value, list, .. } => {
                out.push(*value);
                out.extend(list);
            }
            Expr::Between { value, low, high, .. } => out.extend([value, low, high]),
            Expr::Quantified { exprs, .. } => out.extend(exprs),
            Expr::Field { base, .. } => out.push(*base),
            Expr::Index { base, indices, .. } | Expr::JsonPath { base, indices, .. } => {
                out.push(*base);
                out.extend(indices);
            }
            Expr::Star(star) => {
                out.extend(star.base);
                out.extend(star.replace.iter().map(|(value, _)| value));
            }
        }
    }

    fn call_children(&self, call: &Call, out: &mut Vec<ExprId>) {
        for (position, arg) in call.args.iter().enumerate() {
            let part = self.is_date_part(call, position) || self.may_be_date_part(call, position);
            if !self.is_lambda(arg.value) && !part {
                out.push(arg.value);
            }
        }
        out.extend(&call.order_by);
        out.extend(call.filter);
        if let Some(window) = &call.over {
            window_exprs(window, out);
        }
    }

    pub(super) fn is_lambda(&self, expr: ExprId) -> bool {
        matches!(self.body.expr(expr), Expr::Lambda { .. })
    }

    /// Whether an argument is a bare date part, which is no column.
    pub(super) fn is_date_part(&self, call: &Call, position: usize) -> bool {
        let Some(signature) = self.functions.get(&call.name).filter(|_| call.args.len() > 1) else {
            return false;
        };
        if !signature.parts.contains(&position) {
            return false;
        }
        let is_part = |position: usize| match call.args.get(position).map(|arg| self.body.expr(arg.value)) {
            Some(Expr::Column(parts)) => is_part_name(parts),
            Some(Expr::Call(inner)) => {
                matches!(inner.name.as_str(), "WEEK" | "ISOWEEK") && inner.args.len() == 1 && position > 0
            }
            _ => false,
        };
        let is_text = |position: &usize| {
            let arg = call.args.get(*position).map(|arg| self.body.expr(arg.value));
            matches!(arg, Some(Expr::Literal(Literal::Text(_))))
        };
        if !is_part(position) || signature.parts.iter().any(is_text) {
            return false;
        }
        // of two candidates the one whose neighbour cannot be the part is it; else the first, and BigQuery, where
        // parts come last, has the last: `DATE_TRUNC(d, MONTH)`
        let mut candidates = signature.parts.iter().copied().filter(|candidate| is_part(*candidate));
        let chosen = match self.dialect {
            DialectKind::BigQuery => candidates.next_back(),
            _ => candidates.next(),
        };
        // DATEDIFF(end, start) has no part
        let short = position == 0 && signature.parts.contains(&2) && call.args.len() < 3;
        chosen == Some(position) && !short
    }

    /// Whether an argument of a function that is not known looks like a date part.
    pub(super) fn may_be_date_part(&self, call: &Call, position: usize) -> bool {
        self.functions.get(&call.name).is_none()
            && call.args.get(position).is_some_and(
                |arg| matches!(self.body.expr(arg.value), Expr::Column(parts) if is_part_name(parts)),
            )
    }

    /// Whether this holds of an expression or one below it; subqueries are left out.
    fn any_below(&self, root: ExprId, test: impl Fn(&Expr) -> bool) -> bool {
        let mut stack = vec![root];
        let mut children = Vec::new();
        while let Some(id) = stack.pop() {
            let expr = self.body.expr(id);
            if test(expr) {
                return true;
            }
            children.clear();
            self.children(id, &mut children);
            if let Expr::Opaque(parts) = expr {
                children.extend(parts);
            }
            if let Expr::Lambda { body, .. } = expr {
                children.push(*body);
            }
            stack.append(&mut children);
        }
        false
    }

    /// Whether an expression holds an aggregate of its own query.
    pub(super) fn has_aggregate(&self, root: ExprId) -> bool {
        self.any_below(
            root,
            |expr| matches!(expr, Expr::Call(call) if call.over.is_none() && self.is_aggregate(call)),
        )
    }

    /// Whether a call aggregates.
    pub(super) fn is_aggregate(&self, call: &Call) -> bool {
        match self.functions.get(&call.name) {
            Some(signature) => signature.kind == FunctionKind::Aggregate,
            None => call.distinct || call.filter.is_some() || !call.order_by.is_empty(),
        }
    }

    /// Whether an expression names a column or holds something not understood.
    pub(super) fn has_column(&self, root: ExprId) -> bool {
        self.any_below(root, |expr| match expr {
            Expr::Column(parts) => !matches!(parts.as_slice(), [name] if is_clock(name)),
            expr => matches!(expr, Expr::Star(_)),
        })
    }

    /// Whether an expression may give several rows or none.
    pub(super) fn has_set_function(&self, root: ExprId) -> bool {
        self.any_below(root, |expr| match expr {
            Expr::Call(call) => gives_rows(call),
            Expr::Opaque(_) => true,
            _ => false,
        })
    }
}

/// Whether a call gives several rows or none for one.
pub(super) fn gives_rows(call: &Call) -> bool {
    ["UNNEST", "EXPLODE", "POSEXPLODE", "INLINE", "STACK"].iter().any(|name| call.name.starts_with(name))
}

/// Whether a name is a function without parentheses: `current_date` and its relatives.
pub(super) fn is_clock(name: &Ident) -> bool {
    let text = name.text.to_ascii_uppercase();
    !name.quoted && (text.starts_with("CURRENT_") || matches!(text.as_str(), "LOCALTIME" | "LOCALTIMESTAMP"))
}

/// Whether a name is a bare date part.
fn is_part_name(parts: &[Ident]) -> bool {
    matches!(parts, [name] if !name.quoted
        && DATE_PARTS.contains(&name.text.to_ascii_uppercase().as_str()))
}

/// Adds the expressions of a window.
pub(super) fn window_exprs(window: &Window, out: &mut Vec<ExprId>) {
    out.extend(&window.partition_by);
    out.extend(&window.order_by);
    out.extend(&window.frame);
}
