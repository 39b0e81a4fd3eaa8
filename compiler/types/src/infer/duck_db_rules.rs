//! Rules of functions that only DuckDB has.

use super::Inferrer;
use super::call_rules::{element_of, quantile_shape};
use super::value::Value;
use super::whole_number::{WholeNumber, whole_divisor};
use crate::functions::NamedRule;
use crate::{DataType, Nullability, StructField};
use rocky_hir::body::{Call, Expr, ExprId, Literal};
use smol_str::SmolStr;

impl Inferrer<'_> {
    /// The type of a call; nullability and sources are the caller's.
    pub(super) fn apply_duck_db(&self, rule: NamedRule, call: &Call, args: &[Value]) -> Value {
        let none = Value::default();
        let first = args.first().unwrap_or(&none);
        let second = args.get(1).unwrap_or(&none);
        match rule {
            NamedRule::Bitwise => self.bitwise(first, second),
            NamedRule::Divisor => whole_divisor(first, second).unwrap_or_default(),
            NamedRule::Float => {
                let single = args.iter().all(|arg| arg.ty == DataType::Float32);
                let ty = if single { DataType::Float32 } else { DataType::Float64 };
                Value { exact: args.iter().all(|arg| arg.exact), ..Value::new(ty, Nullability::Unknown) }
            }
            NamedRule::Deviation => {
                let ty = match &first.ty {
                    ty if ty.is_temporal() || *ty == DataType::Time => DataType::Interval,
                    _ if WholeNumber::of(first).is_some() => DataType::Float64,
                    ty => ty.clone(),
                };
                Value { exact: first.exact, ..Value::new(ty, Nullability::Unknown) }
            }
            NamedRule::QuantileApproximate => {
                let (input, fraction) = self.quantile_parts(call, args);
                quantile_shape(approximate(&input, call.name.starts_with("APPROX")), &fraction)
            }
            NamedRule::TimeZone if args.len() < 2 => Value::new(DataType::Int64, Nullability::Unknown),
            NamedRule::TimeZone => {
                let ty = match second.ty {
                    DataType::TimestampNtz => DataType::Timestamp,
                    DataType::Timestamp => DataType::TimestampNtz,
                    DataType::Time => DataType::Time,
                    _ => DataType::UnknownTemporal,
                };
                let exact = second.exact && !ty.is_unknown();
                Value { exact, ..Value::new(ty, Nullability::Unknown) }
            }
            NamedRule::ListAggregate => self.list_aggregate(call, first),
            NamedRule::Zip => zipped(args),
            NamedRule::StructField => match &first.ty {
                DataType::Struct(fields) => {
                    let index: Vec<ExprId> = call.args.iter().skip(1).map(|arg| arg.value).collect();
                    let ty = self.indexed_field(fields, &index);
                    Value { exact: first.exact && !ty.is_unknown(), ..Value::new(ty, Nullability::Unknown) }
                }
                _ => Value::default(),
            },
            NamedRule::StructInsert => match &first.ty {
                DataType::Struct(fields) => {
                    let mut fields = fields.clone();
                    for arg in call.args.iter().skip(1) {
                        let name = arg.name.as_ref().or(arg.alias.as_ref());
                        let name = name.map(|name| name.text.clone()).unwrap_or_default();
                        fields.push(self.struct_field(name, arg.value));
                    }
                    let exact = args.iter().all(|arg| arg.exact);
                    Value { exact, ..Value::new(DataType::Struct(fields), Nullability::Unknown) }
                }
                _ => Value::default(),
            },
            _ => Value::new(DataType::Binary, Nullability::Unknown).with_raw("BIT"),
        }
    }

    /// What an aggregate gives over the elements of a list.
    fn list_aggregate(&self, call: &Call, list: &Value) -> Value {
        let DataType::Array(_) = &list.ty else {
            return Value::default();
        };
        let named = match call.args.get(1).map(|arg| self.body.expr(arg.value)) {
            Some(Expr::Literal(Literal::Text(name))) if call.name.contains("AGGR") => {
                Some(SmolStr::from(name.to_ascii_uppercase()))
            }
            _ => call.name.strip_prefix("LIST_").map(SmolStr::new),
        };
        let Some(signature) = named.and_then(|name| self.functions.get(&name)) else {
            return Value::default();
        };
        let mut element = element_of(Some(list));
        if element.ty == DataType::Decimal(38, 0) {
            // far more often a list of HUGEINT than of DECIMAL(38,0)
            element = element.with_raw("HUGEINT");
        }
        self.apply(signature, call, &[element])
    }
}

/// LIST_ZIP: a list of tuples.
fn zipped(lists: &[Value]) -> Value {
    let mut fields = Vec::new();
    for list in lists {
        let DataType::Array(element) = &list.ty else {
            return Value::default();
        };
        let ty = (**element).clone();
        fields.push(StructField { name: SmolStr::default(), ty, nullability: Nullability::Nullable });
    }
    let exact = lists.iter().all(|list| list.exact);
    Value { exact, ..Value::new(DataType::array_of(DataType::Struct(fields)), Nullability::Unknown) }
}

/// Approximate quantiles count in integers or floating point.
fn approximate(input: &Value, coarse: bool) -> Value {
    let ty = match (&input.ty, input.raw.as_deref()) {
        (DataType::Int32, Some("SMALLINT") | None) => DataType::Int32,
        (DataType::Int32, Some("TINYINT")) if !coarse => DataType::Int32,
        (DataType::Int32 | DataType::Int64, _) => DataType::Int64,
        (DataType::Decimal(precision, _), None) => match precision {
            0..=9 => DataType::Int32,
            10..=18 => DataType::Int64,
            _ => DataType::Decimal(38, 0),
        },
        (DataType::Decimal(..), _) => DataType::Decimal(38, 0),
        (DataType::Float32, _) if coarse => DataType::Float64,
        (ty, _) => ty.clone(),
    };
    let huge = ty == DataType::Decimal(38, 0);
    let value = Value { exact: input.exact, ..Value::new(ty, Nullability::Unknown) };
    if huge { value.with_raw("HUGEINT") } else { value }
}
