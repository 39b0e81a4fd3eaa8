//! What the lowering must know of functions: which ones aggregate.

use super::expression::{Call, Expr, ExprKind};

/// What a call does with rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FunctionKind {
    /// Many rows to one value.
    Aggregate,
    /// One row to one value.
    Scalar,
    /// Not known: a user function may be either.
    Unknown,
}

/// Sorted.
const AGGREGATES: &[&str] = &[
    "any_value",
    "approx_count_distinct",
    "approx_percentile",
    "approx_quantile",
    "approx_quantiles",
    "approx_top_count",
    "arg_max",
    "arg_min",
    "array_agg",
    "array_concat_agg",
    "arrayagg",
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "bool_and",
    "bool_or",
    "booland_agg",
    "boolor_agg",
    "collect_list",
    "collect_set",
    "corr",
    "count",
    "count_distinct",
    "count_if",
    "countif",
    "covar_pop",
    "covar_samp",
    "every",
    "favg",
    "first",
    "fsum",
    "group_concat",
    "grouping",
    "histogram",
    "kurtosis",
    "last",
    "list",
    "listagg",
    "logical_and",
    "logical_or",
    "max",
    "max_by",
    "mean",
    "median",
    "min",
    "min_by",
    "mode",
    "object_agg",
    "percentile",
    "percentile_approx",
    "percentile_cont",
    "percentile_disc",
    "product",
    "quantile",
    "quantile_cont",
    "quantile_disc",
    "skewness",
    "some",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "string_agg",
    "sum",
    "sum_if",
    "sumif",
    "var_pop",
    "var_samp",
    "variance",
];

/// Aggregates whose value depends on the order of the rows. Sorted.
const ORDER_SENSITIVE: &[&str] = &[
    "array_agg",
    "array_concat_agg",
    "arrayagg",
    "collect_list",
    "first",
    "group_concat",
    "last",
    "list",
    "listagg",
    "string_agg",
];

/// Well-known functions of one row. Sorted.
const SCALARS: &[&str] = &[
    "abs",
    "cast",
    "ceil",
    "ceiling",
    "coalesce",
    "concat",
    "current_date",
    "current_timestamp",
    "date",
    "date_add",
    "date_diff",
    "date_part",
    "date_sub",
    "date_trunc",
    "dateadd",
    "datediff",
    "datetrunc",
    "day",
    "exp",
    "extract",
    "floor",
    "greatest",
    "hour",
    "if",
    "iff",
    "ifnull",
    "initcap",
    "least",
    "left",
    "length",
    "ln",
    "log",
    "lower",
    "lpad",
    "ltrim",
    "md5",
    "minute",
    "mod",
    "month",
    "now",
    "nullif",
    "nvl",
    "position",
    "power",
    "quarter",
    "regexp_extract",
    "regexp_replace",
    "replace",
    "right",
    "round",
    "rpad",
    "rtrim",
    "second",
    "sha256",
    "sign",
    "split_part",
    "sqrt",
    "strpos",
    "substr",
    "substring",
    "to_date",
    "to_timestamp",
    "trim",
    "upper",
    "week",
    "year",
];

pub(crate) fn kind(call: &Call) -> FunctionKind {
    if call.over.is_some() {
        return FunctionKind::Scalar;
    }
    let [name] = call.name.as_slice() else { return FunctionKind::Unknown };
    let folded = name.text.to_ascii_lowercase();
    let is_in = |list: &[&str]| list.binary_search(&folded.as_str()).is_ok();
    if is_in(AGGREGATES) {
        FunctionKind::Aggregate
    } else if is_in(SCALARS) {
        FunctionKind::Scalar
    } else {
        FunctionKind::Unknown
    }
}

/// Whether an aggregate in the expression depends on the order of its rows.
pub(crate) fn is_order_sensitive(expr: &Expr) -> bool {
    expr.any(&|expr| match &expr.kind {
        ExprKind::Call(call) => {
            call.name.last().is_some_and(|name| {
                ORDER_SENSITIVE.binary_search(&name.text.to_ascii_lowercase().as_str()).is_ok()
            }) && call.over.is_none()
        }
        _ => false,
    })
}

/// Functions that are written without parentheses; SQL knows them as names.
pub(crate) fn is_niladic(name: &str) -> bool {
    ["current_date", "current_timestamp", "current_time"]
        .iter()
        .any(|niladic| niladic.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::{AGGREGATES, ORDER_SENSITIVE, SCALARS};

    #[test]
    fn tables_are_sorted() {
        for table in [AGGREGATES, ORDER_SENSITIVE, SCALARS] {
            assert!(table.is_sorted());
        }
    }
}
