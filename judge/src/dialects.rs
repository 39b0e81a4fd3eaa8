//! What the page says of each dialect: how many functions are known, and the types of some expressions.

use std::fmt::Write as _;

use rocky_hir::body::Ident;
use rocky_hir::lower::lower_sql;
use rocky_types::functions::{FunctionKind, TypeRule, functions};
use rocky_types::{
    DataType, DialectKind, Environment, Nullability, RelationSchema, Schema, TypedColumn, infer,
};

const DIALECTS: &[(&str, DialectKind)] = &[
    ("DuckDB", DialectKind::DuckDb),
    ("Databricks", DialectKind::Databricks),
    ("Snowflake", DialectKind::Snowflake),
    ("BigQuery", DialectKind::BigQuery),
];

/// Expressions over `i INTEGER`, `b BIGINT`, `d DECIMAL(10,2)`, `f` double precision, `s` text, `day DATE`.
const EXPRESSIONS: &[&str] = &[
    "1",
    "1.5",
    "1e0",
    "i + i",
    "i + b",
    "i + d",
    "d + d",
    "d * d",
    "i / i",
    "d / d",
    "i + f",
    "i % i",
    "count(*)",
    "sum(i)",
    "sum(b)",
    "sum(d)",
    "sum(f)",
    "avg(i)",
    "avg(d)",
    "min(d)",
    "ceil(d)",
    "ceil(f)",
    "round(d, 1)",
    "abs(i)",
    "length(s)",
    "coalesce(i, b)",
    "coalesce(i, d)",
    "day - day",
    "extract(year FROM day)",
    "date_trunc('month', day)",
    "current_timestamp",
    "row_number() OVER (ORDER BY i)",
    "rank() OVER (ORDER BY i)",
    "array_agg(i)",
];

/// The section of the page.
pub(crate) fn section() -> String {
    let mut out = String::from(
        "\n## Functions\n\nHow many functions each dialect's catalogue knows, from `compiler/types/data/functions`. A function that is \
         not\nknown has an unknown type and is reported as nothing.\n\n\
         | | all | scalar | aggregate | window | type approximate | type not known |\n|---|---|---|---|---|---|---|\n",
    );
    for (name, dialect) in DIALECTS {
        let table = functions(*dialect);
        let signatures: Vec<_> = table.names().into_iter().filter_map(|name| table.get(name)).collect();
        let kind = |kind| signatures.iter().filter(|signature| signature.kind == kind).count();
        let approximate = signatures.iter().filter(|signature| !signature.exact).count();
        let unknown =
            signatures.iter().filter(|signature| signature.ty == TypeRule::Fixed(DataType::Unknown)).count();
        let _ = writeln!(
            out,
            "| {name} | {} | {} | {} | {} | {approximate} | {unknown} |",
            signatures.len(),
            kind(FunctionKind::Scalar),
            kind(FunctionKind::Aggregate),
            kind(FunctionKind::Window)
        );
    }
    out.push_str(
        "\n## Result types\n\nWhat Rocky infers over `i INTEGER`, `b BIGINT`, `d DECIMAL(10,2)`, `f` in double precision, `s` of text \
         and\n`day DATE`. `~` marks an approximation, `?` a type that is not known. The column of DuckDB is judged above; the\n\
         others follow the documentation of the warehouses.\n\n| expression |",
    );
    for (name, _) in DIALECTS {
        let _ = write!(out, " {name} |");
    }
    out.push_str("\n|---|---|---|---|---|\n");
    for expression in EXPRESSIONS {
        let _ = write!(out, "| `{expression}` |");
        for (_, dialect) in DIALECTS {
            let _ = write!(out, " {} |", result(expression, *dialect));
        }
        out.push('\n');
    }
    out
}

fn result(expression: &str, dialect: DialectKind) -> String {
    let sql = format!("SELECT {expression} AS result FROM t");
    let (body, _) = lower_sql(&sql, dialect);
    let column = |name: &str, ty: DataType| TypedColumn::new(name, ty, Nullability::Nullable);
    let whole = match dialect {
        DialectKind::Snowflake | DialectKind::BigQuery => DataType::Int64,
        _ => DataType::Int32,
    };
    let columns = vec![
        column("i", whole),
        column("b", DataType::Int64),
        column("d", DataType::Decimal(10, 2)),
        column("f", DataType::Float64),
        column("s", DataType::String),
        column("day", DataType::Date),
    ];
    let table =
        RelationSchema { id: "t".into(), is_model: false, schema: Schema::new(columns, false).into() };
    let relations = |_: &[Ident]| Some(table.clone());
    let inference = infer(&body, &Environment { dialect, relations: &relations });
    let Some(column) = inference.schema.columns.first() else { return "?".to_owned() };
    if column.ty.is_unknown() {
        return "?".to_owned();
    }
    let raw = column.raw.as_deref().filter(|raw| *raw != column.ty.to_string());
    let raw = raw.map(|raw| format!(" ({raw})")).unwrap_or_default();
    format!("{}{}{raw}", if column.exact { "" } else { "~" }, column.ty.contract_name())
}
