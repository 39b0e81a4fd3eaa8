//! What the parts of a body are made of: one place that knows every child.

use crate::body::{
    Call, Expr, ExprId, FromItem, Query, QueryBody, QueryId, Relation, RelationId, RelationKind, Select,
    SelectItem, Window,
};

/// A direct part of an expression, a query or a relation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// An expression.
    Expr(ExprId),
    /// A query. Entries of a query's own WITH are not among its parts.
    Query(QueryId),
    /// A relation.
    Relation(RelationId),
}

/// The direct parts of an expression.
pub fn of_expr(expr: &Expr, each: &mut impl FnMut(Part)) {
    match expr {
        Expr::Missing
        | Expr::Column(_)
        | Expr::Literal(_)
        | Expr::TypedLiteral { .. }
        | Expr::Placeholder
        | Expr::MacroVariable(_) => {}
        Expr::Interval(value) => optional(*value, each),
        Expr::Tuple(parts) | Expr::Array(parts) | Expr::Opaque(parts) => exprs(parts, each),
        Expr::Subquery(query) | Expr::Exists(query) | Expr::ArraySubquery(query) => each(Part::Query(*query)),
        Expr::Struct(fields) => fields.iter().for_each(|(_, value)| each(Part::Expr(*value))),
        Expr::Map(entries) => entries.iter().for_each(|(key, value)| {
            each(Part::Expr(*key));
            each(Part::Expr(*value));
        }),
        Expr::Call(call) => of_call(call, each),
        Expr::Cast { value, .. } | Expr::Extract { value, .. } => each(Part::Expr(*value)),
        Expr::Case { subject, arms, otherwise } => {
            optional(*subject, each);
            for (condition, result) in arms {
                each(Part::Expr(*condition));
                each(Part::Expr(*result));
            }
            optional(*otherwise, each);
        }
        Expr::Unary { operand, .. } => each(Part::Expr(*operand)),
        Expr::Chain { first, rest } => {
            each(Part::Expr(*first));
            rest.iter().for_each(|(_, operand)| each(Part::Expr(*operand)));
        }
        Expr::Is { value, other, .. } => {
            each(Part::Expr(*value));
            optional(*other, each);
        }
        Expr::Like { value, pattern, .. } => exprs(&[*value, *pattern], each),
        Expr::In { value, list, query, .. } => {
            each(Part::Expr(*value));
            exprs(list, each);
            query.iter().for_each(|query| each(Part::Query(*query)));
        }
        Expr::Between { value, low, high, .. } => exprs(&[*value, *low, *high], each),
        Expr::Quantified { query, exprs: list } => {
            query.iter().for_each(|query| each(Part::Query(*query)));
            exprs(list, each);
        }
        Expr::Field { base, .. } => each(Part::Expr(*base)),
        Expr::Index { base, indices, .. } | Expr::JsonPath { base, indices, .. } => {
            each(Part::Expr(*base));
            exprs(indices, each);
        }
        Expr::Lambda { body, .. } => each(Part::Expr(*body)),
        Expr::Star(star) => {
            optional(star.base, each);
            star.replace.iter().for_each(|(value, _)| each(Part::Expr(*value)));
        }
    }
}

/// The direct parts of a query, its WITH entries left out: they have a scope of their own.
pub fn of_query(query: &Query, each: &mut impl FnMut(Part)) {
    match &query.body {
        QueryBody::Select(select) => of_select(select, each),
        QueryBody::SetOperation { first, rest } => {
            each(Part::Query(*first));
            rest.iter().for_each(|(_, branch)| each(Part::Query(*branch)));
        }
        QueryBody::Values(rows) => rows.iter().for_each(|row| exprs(row, each)),
        QueryBody::Table(relation) => each(Part::Relation(*relation)),
        QueryBody::Nested(query) => each(Part::Query(*query)),
        QueryBody::Opaque { relations, exprs: list } => {
            relations.iter().for_each(|relation| each(Part::Relation(*relation)));
            exprs(list, each);
        }
    }
    exprs(&query.order_by, each);
    exprs(&query.limits, each);
}

/// The direct parts of a relation.
pub fn of_relation(relation: &Relation, each: &mut impl FnMut(Part)) {
    match &relation.kind {
        RelationKind::Table(_) => {}
        RelationKind::Derived(query) => each(Part::Query(*query)),
        RelationKind::Function { call, .. } => each(Part::Expr(*call)),
        RelationKind::Nested(item) => of_from_item(item, each),
        RelationKind::Pivot { input, aggregates, columns, value_queries, group_by } => {
            each(Part::Relation(*input));
            items(aggregates, each);
            for (column, values) in columns {
                each(Part::Expr(*column));
                items(values.as_deref().unwrap_or_default(), each);
            }
            value_queries.iter().for_each(|query| each(Part::Query(*query)));
            exprs(group_by, each);
        }
        RelationKind::Unpivot { input, columns, .. } => {
            each(Part::Relation(*input));
            items(columns, each);
        }
        RelationKind::Opaque { inputs, exprs: list } => {
            inputs.iter().for_each(|input| each(Part::Relation(*input)));
            exprs(list, each);
        }
    }
}

fn of_select(select: &Select, each: &mut impl FnMut(Part)) {
    exprs(&select.distinct_on, each);
    items(&select.items, each);
    select.from.iter().for_each(|item| of_from_item(item, each));
    optional(select.filter, each);
    exprs(&select.group_by.keys, each);
    optional(select.having, each);
    select.windows.iter().for_each(|(_, window)| of_window(window, each));
    optional(select.qualify, each);
}

fn of_from_item(item: &FromItem, each: &mut impl FnMut(Part)) {
    each(Part::Relation(item.relation));
    for join in &item.joins {
        each(Part::Relation(join.relation));
        exprs(&join.conditions, each);
    }
}

fn of_call(call: &Call, each: &mut impl FnMut(Part)) {
    call.args.iter().for_each(|arg| each(Part::Expr(arg.value)));
    exprs(&call.order_by, each);
    optional(call.filter, each);
    if let Some(window) = &call.over {
        of_window(window, each);
    }
}

fn of_window(window: &Window, each: &mut impl FnMut(Part)) {
    exprs(&window.partition_by, each);
    exprs(&window.order_by, each);
    exprs(&window.frame, each);
}

fn items(items: &[SelectItem], each: &mut impl FnMut(Part)) {
    items.iter().for_each(|item| each(Part::Expr(item.expr)));
}

fn exprs(list: &[ExprId], each: &mut impl FnMut(Part)) {
    list.iter().for_each(|expr| each(Part::Expr(*expr)));
}

fn optional(expr: Option<ExprId>, each: &mut impl FnMut(Part)) {
    if let Some(expr) = expr {
        each(Part::Expr(expr));
    }
}
