//! Table functions.

use super::Inferrer;
use super::call_rules::element_of;
use super::scope::ScopeId;
use super::value::{Column, Output, Sources, Value};
use crate::{DataType, DialectKind, InfluenceKind, Nullability, RelationTarget, Transform};
use rocky_hir::body::{Call, Expr, ExprId, Ident, Relation, RelationId};
use smol_str::SmolStr;

impl Inferrer<'_> {
    /// A table function in FROM; it sees its left siblings.
    pub(super) fn function_relation(
        &mut self,
        scope: ScopeId,
        id: RelationId,
        relation: &Relation,
        call: ExprId,
        offset: Option<&Ident>,
    ) {
        // DuckDB takes a name that is no column as a text: `glob(file)`.
        let texts = self.dialect == DialectKind::DuckDb
            && !matches!(self.body.expr(call), Expr::Call(call)
                if matches!(call.name.as_str(), "UNNEST" | "RANGE" | "GENERATE_SERIES" | "GENERATE_SUBSCRIPTS"));
        let opaque = std::mem::replace(&mut self.scope_mut(scope).opaque, texts);
        self.scope_mut(scope).opaque |= opaque;
        self.eval(call, scope);
        self.scope_mut(scope).opaque = opaque;
        self.influence_of(call, InfluenceKind::Join);
        let mut output = self.table_function(call, relation.alias.as_ref());
        if let Some(offset) = offset {
            let mut column = Column::new("", Value::new(DataType::Int64, Nullability::NotNull));
            column.rename(offset);
            output.columns_mut().push(column);
        }
        self.rename_columns(&mut output, &relation.columns);
        self.add_relation(scope, id, relation, output, RelationTarget::Other);
    }

    /// The function's name, as the relation's name when there is no alias.
    pub(super) fn call_name(&self, call: ExprId) -> Option<Ident> {
        match self.body.expr(call) {
            Expr::Call(call) => Some(Ident::new(&call.name.to_ascii_lowercase())),
            _ => None,
        }
    }

    fn table_function(&mut self, id: ExprId, alias: Option<&Ident>) -> Output {
        let body = self.body;
        let Expr::Call(call) = body.expr(id) else {
            return Output::unknown();
        };
        if let ("TABLE" | "LATERAL", [arg]) = (call.name.as_str(), call.args.as_slice()) {
            return self.table_function(arg.value, alias);
        }
        let sources = self.sources_of(call.args.iter().map(|arg| arg.value), &Transform::Expression);
        let argument = self.first_argument(call);
        match call.name.as_str() {
            "UNNEST" if call.args.len() == 1 => {
                let element = Value { sources, ..element_of(Some(&argument)) };
                self.element_output(element, alias)
            }
            "EXPLODE" | "EXPLODE_OUTER" => explode(&argument, &sources, false),
            "POSEXPLODE" | "POSEXPLODE_OUTER" => explode(&argument, &sources, true),
            "INLINE" | "INLINE_OUTER" => {
                let element = Value { sources, ..element_of(Some(&argument)) };
                struct_columns(&element).unwrap_or_else(Output::unknown)
            }
            "STACK" => self.stack(call, &sources),
            "JSON_TUPLE" => {
                let columns = (0..call.args.len().saturating_sub(1))
                    .map(|position| {
                        column(&format!("c{position}"), DataType::String, Nullability::Nullable, &sources)
                    })
                    .collect();
                Output::closed(columns)
            }
            "FLATTEN" => flatten(&sources),
            "SPLIT_TO_TABLE" | "STRTOK_SPLIT_TO_TABLE" => Output::closed(vec![
                column("SEQ", DataType::Int64, Nullability::NotNull, &Sources::default()),
                column("INDEX", DataType::Int64, Nullability::NotNull, &Sources::default()),
                column("VALUE", DataType::String, Nullability::NotNull, &sources),
            ]),
            "RANGE" | "GENERATE_SERIES" => self.series(call, &argument, &sources),
            "GENERATE_SUBSCRIPTS" => Output::closed(vec![column(
                "generate_subscripts",
                DataType::Int64,
                Nullability::NotNull,
                &sources,
            )]),
            _ => Output::unknown(),
        }
    }

    /// The first argument, or the one called `input`.
    fn first_argument(&self, call: &Call) -> Value {
        let input = call
            .args
            .iter()
            .find(|arg| arg.name.as_ref().is_some_and(|name| name.text.eq_ignore_ascii_case("input")));
        input.or(call.args.first()).map(|arg| self.value(arg.value).clone()).unwrap_or_default()
    }

    /// The columns an element gives: on BigQuery a struct's fields, else one column.
    pub(super) fn element_output(&self, element: Value, alias: Option<&Ident>) -> Output {
        let expands = matches!(self.dialect, DialectKind::BigQuery);
        if expands && let Some(output) = struct_columns(&element) {
            return output;
        }
        let open = expands && element.ty.is_unknown();
        let name = match (self.dialect, alias) {
            (DialectKind::BigQuery | DialectKind::Permissive, Some(alias)) => alias.text.clone(),
            (DialectKind::Databricks, _) => SmolStr::new_static("col"),
            _ => SmolStr::new_static("unnest"),
        };
        Output { open, ..Output::closed(vec![Column::new(&name, element)]) }
    }

    fn series(&self, call: &Call, first: &Value, sources: &Sources) -> Output {
        let name = match self.dialect {
            DialectKind::Databricks => SmolStr::new_static("id"),
            _ => SmolStr::from(call.name.to_ascii_lowercase()),
        };
        let ty = match &first.ty {
            DataType::Date => DataType::TimestampNtz,
            ty if ty.is_timestamp() => ty.clone(),
            ty if ty.is_numeric() => DataType::Int64,
            _ => DataType::Unknown,
        };
        Output::closed(vec![column(&name, ty, Nullability::NotNull, sources)])
    }

    /// STACK(rows, value, …)
    fn stack(&self, call: &Call, sources: &Sources) -> Output {
        let rows = match call.args.first().map(|arg| self.body.expr(arg.value)) {
            Some(Expr::Literal(rocky_hir::body::Literal::Number(text))) => text.parse::<usize>().unwrap_or(0),
            _ => 0,
        };
        let values = call.args.get(1..).unwrap_or_default();
        if rows == 0 || values.is_empty() {
            return Output::unknown();
        }
        let width = values.len().div_ceil(rows);
        let columns = (0..width)
            .map(|position| {
                let cells: Vec<&Value> =
                    values.iter().skip(position).step_by(width).map(|arg| self.value(arg.value)).collect();
                let mut value = self.common(&cells);
                value.nullability =
                    cells.iter().fold(Nullability::NotNull, |null, cell| null.any(cell.nullability));
                if values.len() % width != 0 {
                    value.nullability = Nullability::Nullable;
                }
                value.sources = sources.clone();
                value.literal = false;
                Column::new(&format!("col{position}"), value)
            })
            .collect();
        Output::closed(columns)
    }
}

fn column(name: &str, ty: DataType, nullability: Nullability, sources: &Sources) -> Column {
    Column::new(name, Value { sources: sources.clone(), ..Value::new(ty, nullability) })
}

/// The fields of a struct as columns.
fn struct_columns(value: &Value) -> Option<Output> {
    let DataType::Struct(fields) = &value.ty else {
        return None;
    };
    let columns = fields
        .iter()
        .map(|field| {
            let exact = value.exact && !field.ty.is_unknown();
            let mut column = column(&field.name, field.ty.clone(), Nullability::Nullable, &value.sources);
            column.value.exact = exact;
            column
        })
        .collect();
    Some(Output::closed(columns))
}

/// EXPLODE: elements of a list, or keys and values of a map.
fn explode(argument: &Value, sources: &Sources, position: bool) -> Output {
    let mut columns = Vec::new();
    if position {
        columns.push(column("pos", DataType::Int32, Nullability::Nullable, &Sources::default()));
    }
    match &argument.ty {
        DataType::Map(pair) => {
            columns.push(column("key", pair.0.clone(), Nullability::Nullable, sources));
            columns.push(column("value", pair.1.clone(), Nullability::Nullable, sources));
        }
        DataType::Array(element) => {
            columns.push(column("col", (**element).clone(), Nullability::Nullable, sources));
        }
        _ => {
            let unknown = Output { open: true, ..Output::closed(columns) };
            return unknown;
        }
    }
    Output::closed(columns)
}

/// Snowflake's FLATTEN.
fn flatten(sources: &Sources) -> Output {
    let none = Sources::default();
    Output::closed(vec![
        column("SEQ", DataType::Int64, Nullability::NotNull, &none),
        column("KEY", DataType::String, Nullability::Nullable, &none),
        column("PATH", DataType::String, Nullability::Nullable, &none),
        column("INDEX", DataType::Int64, Nullability::Nullable, &none),
        column("VALUE", DataType::Variant, Nullability::Nullable, sources),
        column("THIS", DataType::Variant, Nullability::Nullable, sources),
    ])
}
