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
                let coarse = call.name.starts_with("APPROX");
                if coarse && matches!(fraction.ty, DataType::Array(_)) {
                    return quantile_shape(input, &fraction);
                }
                quantile_shape(approximate(&input, coarse), &fraction)
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
            NamedRule::StructUpdate => self.struct_update(call, first),
            NamedRule::StructConcat => joined_structs(args),
            NamedRule::Vector => {
                let single = element_of(Some(first)).ty == DataType::Float32;
                let ty = if single { DataType::Float32 } else { DataType::Float64 };
                Value { exact: first.exact, ..Value::new(ty, Nullability::Unknown) }
            }
            NamedRule::EnumCode => Value::new(DataType::Int32, Nullability::Unknown).with_raw("UTINYINT"),
            NamedRule::JsonPath => json_path(call, second),
            NamedRule::RegexGroups => self.regex_groups(call),
            NamedRule::BitCount if first.ty == DataType::Binary => {
                Value::new(DataType::Int64, Nullability::Unknown)
            }
            NamedRule::BitCount => Value::new(DataType::Int32, Nullability::Unknown).with_raw("TINYINT"),
            NamedRule::Reduce if call.args.len() < 3 => element_of(Some(first)),
            NamedRule::Reduce => self.lambda_result(call).cloned().unwrap_or_default(),
            _ => Value::new(DataType::Binary, Nullability::Unknown).with_raw("BIT"),
        }
    }

    /// `STRUCT_UPDATE(s, field := value)`
    fn struct_update(&self, call: &Call, first: &Value) -> Value {
        let DataType::Struct(fields) = &first.ty else {
            return Value::default();
        };
        let mut fields = fields.clone();
        let mut exact = first.exact;
        for arg in call.args.iter().skip(1) {
            let Some(name) = arg.name.as_ref().or(arg.alias.as_ref()) else {
                return Value::default();
            };
            let new = self.struct_field(name.text.clone(), arg.value);
            exact &= self.value(arg.value).exact;
            match fields.iter_mut().find(|field| field.name.eq_ignore_ascii_case(&name.text)) {
                Some(field) => *field = StructField { name: field.name.clone(), ..new },
                None => fields.push(new),
            }
        }
        Value { exact, ..Value::new(DataType::Struct(fields), Nullability::Unknown) }
    }

    /// `REGEXP_EXTRACT(text, pattern, ['a', 'b'])` is a struct, with a number or nothing a text.
    fn regex_groups(&self, call: &Call) -> Value {
        let Some(Expr::Array(names)) = call.args.get(2).map(|arg| self.body.expr(arg.value)) else {
            return Value::new(DataType::String, Nullability::Unknown);
        };
        let fields: Option<Vec<StructField>> = names
            .iter()
            .map(|name| match self.body.expr(*name) {
                Expr::Literal(Literal::Text(name)) => Some(StructField {
                    name: name.clone(),
                    ty: DataType::String,
                    nullability: Nullability::Nullable,
                }),
                _ => None,
            })
            .collect();
        fields
            .map_or_else(Value::default, |fields| Value::new(DataType::Struct(fields), Nullability::Unknown))
    }

    /// What UNNEST gives: the elements, with `max_depth` those of the lists inside, with `recursive` the innermost.
    pub(super) fn unnested(&self, call: &Call, list: Value) -> Value {
        let mut depth = 1;
        for arg in call.args.iter().skip(1) {
            let name = arg.name.as_ref().map(|name| name.text.to_ascii_lowercase());
            match (name.as_deref(), self.body.expr(arg.value)) {
                (Some("recursive"), Expr::Literal(Literal::Boolean(true))) => depth = usize::MAX,
                (Some("recursive"), Expr::Literal(Literal::Boolean(false))) => {}
                (Some("max_depth"), Expr::Literal(Literal::Number(text))) => {
                    depth = text.parse().unwrap_or(1);
                }
                _ => return Value::default(),
            }
        }
        let mut value = list;
        while depth > 0 && matches!(value.ty, DataType::Array(_)) {
            value = element_of(Some(&value));
            depth -= 1;
        }
        value
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

/// STRUCT_CONCAT: all fields one after the other.
fn joined_structs(args: &[Value]) -> Value {
    let mut fields = Vec::new();
    for arg in args {
        let DataType::Struct(own) = &arg.ty else {
            return Value::default();
        };
        fields.extend(own.iter().cloned());
    }
    let exact = args.iter().all(|arg| arg.exact);
    Value { exact, ..Value::new(DataType::Struct(fields), Nullability::Unknown) }
}

/// What a function of JSON gives for one path, as a list for a list of paths.
fn json_path(call: &Call, path: &Value) -> Value {
    let one = match call.name.as_str() {
        "JSON_EXTRACT" | "JSON_EXTRACT_PATH" => Value::new(DataType::Variant, Nullability::Unknown),
        "JSON_ARRAY_LENGTH" => Value::new(DataType::Decimal(38, 0), Nullability::Unknown).with_raw("UBIGINT"),
        "JSON_KEYS" => Value::new(DataType::array_of(DataType::String), Nullability::Unknown),
        "JSON_EXISTS" => Value::new(DataType::Boolean, Nullability::Unknown),
        _ => Value::new(DataType::String, Nullability::Unknown),
    };
    match path.ty {
        DataType::Array(_) => Value::new(DataType::array_of(one.ty), Nullability::Unknown),
        _ => one,
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
        (DataType::Decimal(..), Some("UHUGEINT")) => DataType::Float64,
        (DataType::Decimal(..), _) => DataType::Decimal(38, 0),
        (DataType::Float32, _) if coarse => DataType::Float64,
        (ty, _) => ty.clone(),
    };
    let huge = ty == DataType::Decimal(38, 0);
    let value = Value { exact: input.exact, ..Value::new(ty, Nullability::Unknown) };
    if huge { value.with_raw("HUGEINT") } else { value }
}
