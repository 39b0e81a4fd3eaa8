//! How a call's type follows from its arguments.

use super::Inferrer;
use super::value::Value;
use super::whole_number::rounded_whole;
use crate::functions::{NamedRule, Signature, TypeRule};
use crate::{DataType, DialectKind, Nullability, StructField};
use rocky_hir::body::{Call, Expr, Literal};
use smol_str::SmolStr;

impl Inferrer<'_> {
    /// The type of a call; nullability and sources are the caller's.
    pub(super) fn apply(&self, signature: &Signature, call: &Call, args: &[Value]) -> Value {
        let mut value = match &signature.ty {
            TypeRule::Fixed(DataType::String)
                if call.name == "CONCAT"
                    && args.first().is_some_and(|arg| matches!(arg.ty, DataType::Array(_))) =>
            {
                self.common(&args.iter().collect::<Vec<_>>())
            }
            TypeRule::Fixed(DataType::TimestampNtz)
                if call.name.ends_with("STRPTIME") && self.reads_zone(call) =>
            {
                Value::new(DataType::Timestamp, Nullability::Unknown)
            }
            TypeRule::Fixed(ty) => Value::new(ty.clone(), Nullability::Unknown),
            TypeRule::Argument(position) => args.get(*position).cloned().unwrap_or_default(),
            TypeRule::Supertype(from) => self.common(&args.iter().skip(*from).collect::<Vec<_>>()),
            TypeRule::ArrayOf(position) => list_of(args.get(*position)),
            TypeRule::Element(position) if call.name == "UNNEST" => {
                self.unnested(call, args.get(*position).cloned().unwrap_or_default())
            }
            TypeRule::Element(position) => element_of(args.get(*position)),
            TypeRule::Named(rule) => self.apply_named(*rule, call, args),
        };
        value.exact &= signature.exact;
        value
    }

    /// Whether a format of STRPTIME has a time zone.
    fn reads_zone(&self, call: &Call) -> bool {
        match call.args.get(1).map(|arg| self.body.expr(arg.value)) {
            Some(Expr::Literal(Literal::Text(format))) => format.contains("%z") || format.contains("%Z"),
            _ => false,
        }
    }

    fn apply_named(&self, rule: NamedRule, call: &Call, args: &[Value]) -> Value {
        let none = Value::default();
        let first = args.first().unwrap_or(&none);
        let second = args.get(1).unwrap_or(&none);
        match rule {
            NamedRule::Sum | NamedRule::Average | NamedRule::QuantileContinuous => {
                self.aggregate_number(rule, call, args)
            }
            NamedRule::QuantileDiscrete => {
                let (input, fraction) = self.quantile_parts(call, args);
                quantile_shape(input.clone(), &fraction)
            }
            NamedRule::Extreme => {
                let by = call.name.contains("BY") || call.name.starts_with("ARG");
                let counted = args.len() > if by { 2 } else { 1 };
                if counted { list_of(args.first()) } else { first.clone() }
            }
            NamedRule::HugeInt => huge_integer(),
            NamedRule::UnsignedHugeInt => {
                Value::new(DataType::Decimal(38, 0), Nullability::Unknown).with_raw("UHUGEINT")
            }
            NamedRule::UnsignedBigInt => {
                Value::new(DataType::Decimal(38, 0), Nullability::Unknown).with_raw("UBIGINT")
            }
            NamedRule::TinyInt => Value::new(DataType::Int32, Nullability::Unknown).with_raw("TINYINT"),
            NamedRule::Uuid => Value::new(DataType::String, Nullability::Unknown).with_raw("UUID"),
            NamedRule::TimeTz => {
                Value::new(DataType::Time, Nullability::Unknown).with_raw("TIME WITH TIME ZONE")
            }
            NamedRule::Lag => match args.get(2) {
                Some(default) if !default.literal && self.dialect != DialectKind::DuckDb => {
                    self.common(&[first, default])
                }
                _ => first.clone(),
            },
            NamedRule::Ceil => self.ceil(first),
            NamedRule::Round => self.round(call, first),
            NamedRule::Modulo => self.modulo(first, second),
            NamedRule::Divide => self.divide_call(first, second),
            NamedRule::IntegerDivide => self.integer_divide(first, second),
            NamedRule::If | NamedRule::Nvl2 => self.common(&args.iter().skip(1).take(2).collect::<Vec<_>>()),
            NamedRule::Decode => self.decode(args),
            NamedRule::DatePart => self.date_part_call(call),
            NamedRule::DateTrunc => {
                let input = args.iter().find(|arg| arg.ty.is_temporal() || arg.ty == DataType::Interval);
                let input = input.or_else(|| args.iter().find(|arg| !arg.literal));
                self.date_trunc(input.unwrap_or(&none))
            }
            NamedRule::TimeBucket => self.time_bucket(second),
            NamedRule::DateAdd => self.date_add(call, args),
            NamedRule::DateDiff if self.dialect == DialectKind::Databricks && args.len() == 2 => {
                Value::new(DataType::Int32, Nullability::Unknown)
            }
            NamedRule::DateDiff => Value::new(DataType::Int64, Nullability::Unknown),
            NamedRule::EpochMs if first.ty.is_numeric() => {
                Value::new(DataType::TimestampNtz, Nullability::Unknown)
            }
            NamedRule::EpochMs => Value::new(DataType::Int64, Nullability::Unknown),
            NamedRule::Struct => self.struct_call(call),
            NamedRule::Array => {
                let items: Vec<_> = call.args.iter().map(|arg| arg.value).collect();
                self.array(&items)
            }
            NamedRule::DecimalParameters => self.decimal_parameters(call),
            duck_rule @ (NamedRule::Bitwise
            | NamedRule::Divisor
            | NamedRule::Float
            | NamedRule::Deviation
            | NamedRule::QuantileApproximate
            | NamedRule::TimeZone
            | NamedRule::ListAggregate
            | NamedRule::Zip
            | NamedRule::StructField
            | NamedRule::StructInsert
            | NamedRule::StructUpdate
            | NamedRule::StructConcat
            | NamedRule::Vector
            | NamedRule::EnumCode
            | NamedRule::JsonPath
            | NamedRule::RegexGroups
            | NamedRule::BitCount
            | NamedRule::Reduce
            | NamedRule::Bit) => self.apply_duck_db(duck_rule, call, args),
            list_rule => self.apply_list(list_rule, call, first, second),
        }
    }

    /// Rules about lists and maps.
    fn apply_list(&self, rule: NamedRule, call: &Call, first: &Value, second: &Value) -> Value {
        let with = |ty: DataType, exact: bool| Value { exact, ..Value::new(ty, Nullability::Unknown) };
        match rule {
            NamedRule::Append => self.append(first, second),
            NamedRule::Prepend => self.append(second, first),
            NamedRule::Transform => match self.lambda_result(call) {
                Some(result) => with(DataType::array_of(result.ty.clone()), result.exact),
                None => Value::default(),
            },
            NamedRule::Lambda => self.lambda_result(call).cloned().unwrap_or_default(),
            NamedRule::Histogram => {
                with(DataType::map_of(first.ty.clone(), DataType::Decimal(38, 0)), first.exact)
            }
            NamedRule::ListSum => match &first.ty {
                DataType::Array(element) => {
                    let element = Value { exact: first.exact, ..with((**element).clone(), first.exact) };
                    self.sum(&element)
                }
                _ => Value::default(),
            },
            NamedRule::Range | NamedRule::Sequence => {
                let element = match &first.ty {
                    DataType::Date => DataType::TimestampNtz,
                    ty if ty.is_timestamp() => ty.clone(),
                    ty if ty.is_integer() && rule == NamedRule::Sequence => ty.clone(),
                    ty if ty.is_integer() => DataType::Int64,
                    _ => DataType::Unknown,
                };
                with(DataType::array_of(element), first.exact)
            }
            NamedRule::ElementOfElement => element_of(Some(&element_of(Some(first)))),
            NamedRule::MapFromArrays | NamedRule::Map => match (&first.ty, &second.ty) {
                (DataType::Array(key), DataType::Array(value)) => {
                    let ty = DataType::map_of((**key).clone(), (**value).clone());
                    with(ty, first.exact && second.exact)
                }
                _ => Value::default(),
            },
            NamedRule::MapFromEntries => match &first.ty {
                DataType::Array(entry) => match entry.as_ref() {
                    DataType::Struct(fields) if fields.len() == 2 => {
                        with(DataType::map_of(fields[0].ty.clone(), fields[1].ty.clone()), first.exact)
                    }
                    _ => Value::default(),
                },
                _ => Value::default(),
            },
            _ => self.apply_map(rule, first),
        }
    }

    fn apply_map(&self, rule: NamedRule, map: &Value) -> Value {
        let DataType::Map(pair) = &map.ty else {
            return if matches!(rule, NamedRule::MapValueList) && matches!(map.ty, DataType::Array(_)) {
                element_of(Some(map))
            } else {
                Value::default()
            };
        };
        let ty = match rule {
            NamedRule::MapKeys => DataType::array_of(pair.0.clone()),
            NamedRule::MapValues | NamedRule::MapValueList => DataType::array_of(pair.1.clone()),
            NamedRule::MapEntries => {
                let field = |name: &str, ty: &DataType| StructField {
                    name: SmolStr::new(name),
                    ty: ty.clone(),
                    nullability: Nullability::Unknown,
                };
                let fields = vec![field("key", &pair.0), field("value", &pair.1)];
                DataType::array_of(DataType::Struct(fields))
            }
            _ => pair.1.clone(),
        };
        Value { exact: map.exact, ..Value::new(ty, Nullability::Unknown) }
    }

    fn append(&self, list: &Value, element: &Value) -> Value {
        match &list.ty {
            DataType::Array(known) => {
                let known =
                    Value { exact: list.exact, ..Value::new((**known).clone(), Nullability::Unknown) };
                let both = self.common(&[&known, element]);
                Value { exact: both.exact, ..Value::new(DataType::array_of(both.ty), Nullability::Unknown) }
            }
            _ => Value::default(),
        }
    }

    fn aggregate_number(&self, rule: NamedRule, call: &Call, args: &[Value]) -> Value {
        let none = Value::default();
        match rule {
            NamedRule::Sum => self.sum(args.first().unwrap_or(&none)),
            NamedRule::Average => self.average(args.first().unwrap_or(&none)),
            _ => {
                let (input, fraction) = self.quantile_parts(call, args);
                let ty = match &input.ty {
                    DataType::Decimal(..) if input.is_huge_integer() => DataType::Float64,
                    DataType::Date => DataType::TimestampNtz,
                    ty if ty.is_integer() => DataType::Float64,
                    ty => ty.clone(),
                };
                let exact = input.exact && !ty.is_unknown();
                quantile_shape(Value { exact, ..Value::new(ty, Nullability::Unknown) }, &fraction)
            }
        }
    }

    /// What a quantile is taken of, and of which fraction.
    pub(super) fn quantile_parts(&self, call: &Call, args: &[Value]) -> (Value, Value) {
        if self.is_within_group(call) {
            let input = call.order_by.first().map(|key| self.value(*key).clone());
            return (input.unwrap_or_default(), args.first().cloned().unwrap_or_default());
        }
        (args.first().cloned().unwrap_or_default(), args.get(1).cloned().unwrap_or_default())
    }

    pub(super) fn sum(&self, input: &Value) -> Value {
        let duck = self.dialect == DialectKind::DuckDb;
        let value = match &input.ty {
            DataType::Boolean if duck => huge_integer(),
            ty if ty.is_integer() && duck => huge_integer(),
            ty if ty.is_integer() => Value::new(DataType::Int64, Nullability::Unknown),
            DataType::Decimal(..) if input.raw.as_deref() == Some("UHUGEINT") => {
                Value::new(DataType::Float64, Nullability::Unknown)
            }
            DataType::Decimal(..) if input.is_huge_integer() => huge_integer(),
            DataType::Decimal(_, scale) => {
                let ty = DataType::Decimal(38, *scale);
                Value { exact: duck, ..Value::new(ty, Nullability::Unknown) }
            }
            ty if ty.is_float() => Value::new(DataType::Float64, Nullability::Unknown),
            DataType::Interval if !duck => Value::new(DataType::Interval, Nullability::Unknown),
            _ => Value::default(),
        };
        Value { exact: value.exact && input.exact, ..value }
    }

    fn average(&self, input: &Value) -> Value {
        let duck = self.dialect == DialectKind::DuckDb;
        let ty = match &input.ty {
            DataType::Decimal(..) if !duck => DataType::Unknown,
            DataType::Boolean if duck => DataType::Float64,
            ty if ty.is_numeric() => DataType::Float64,
            DataType::Interval => DataType::Interval,
            DataType::Date if duck => DataType::TimestampNtz,
            DataType::Time if duck => DataType::Time,
            ty if ty.is_timestamp() && duck => ty.clone(),
            _ => DataType::Unknown,
        };
        let precise = !(self.dialect == DialectKind::Snowflake && input.ty.is_integer());
        let exact = input.exact && precise && !ty.is_unknown();
        Value { exact, ..Value::new(ty, Nullability::Unknown) }
    }

    fn ceil(&self, input: &Value) -> Value {
        let duck = self.dialect == DialectKind::DuckDb;
        let (ty, exact) = match &input.ty {
            DataType::Decimal(..) if input.is_huge_integer() => (DataType::Float64, input.exact),
            DataType::Decimal(precision, _) => (DataType::Decimal(*precision, 0), input.exact && duck),
            ty if ty.is_integer() && duck => (DataType::Float64, input.exact),
            ty if ty.is_float() && self.dialect == DialectKind::Databricks => (ty.clone(), false),
            ty if ty.is_numeric() => (ty.clone(), input.exact),
            _ => (DataType::Unknown, false),
        };
        Value { exact, ..Value::new(ty, Nullability::Unknown) }
    }

    fn round(&self, call: &Call, input: &Value) -> Value {
        if input.ty.is_temporal() {
            return self.date_trunc(input);
        }
        if call.name == "ROUND"
            && self.dialect == DialectKind::DuckDb
            && let Some(signed) = rounded_whole(input)
        {
            return signed;
        }
        let DataType::Decimal(precision, scale) = input.ty else {
            let known = input.ty.is_numeric();
            return if known { input.clone() } else { Value::default() };
        };
        if input.is_huge_integer() {
            return input.clone();
        }
        let kept = match call.args.get(1).map(|arg| self.body.expr(arg.value)) {
            None => Some(0),
            Some(Expr::Literal(Literal::Number(text))) => text.parse::<u8>().ok(),
            Some(Expr::Unary { .. }) => Some(0),
            Some(_) => None,
        };
        let Some(kept) = kept else {
            return Value { exact: false, ..input.clone() };
        };
        let exact = input.exact && self.dialect == DialectKind::DuckDb;
        let ty = DataType::Decimal(precision, kept.min(scale));
        Value { exact, ..Value::new(ty, Nullability::Unknown) }
    }

    /// DECODE(value, key, result, …, default)
    fn decode(&self, args: &[Value]) -> Value {
        let results: Vec<&Value> = args
            .iter()
            .enumerate()
            .filter(|(position, _)| {
                let last = position + 1 == args.len();
                *position >= 2 && (position % 2 == 0 || (last && args.len().is_multiple_of(2)))
            })
            .map(|(_, value)| value)
            .collect();
        self.common(&results)
    }

    fn struct_call(&self, call: &Call) -> Value {
        let mut fields = Vec::new();
        if call.name == "NAMED_STRUCT" {
            for pair in call.args.chunks_exact(2) {
                let name = match self.body.expr(pair[0].value) {
                    Expr::Literal(Literal::Text(name)) => name.clone(),
                    _ => return Value::default(),
                };
                fields.push(self.struct_field(name, pair[1].value));
            }
        } else {
            for arg in &call.args {
                let named = arg.name.as_ref().or(arg.alias.as_ref()).map(|name| name.text.clone());
                let name = match (named, self.body.expr(arg.value)) {
                    (Some(name), _) => name,
                    (None, Expr::Column(parts)) if call.name != "ROW" => {
                        parts.last().map(|name| name.text.clone()).unwrap_or_default()
                    }
                    _ => SmolStr::default(),
                };
                fields.push(self.struct_field(name, arg.value));
            }
        }
        let exact = call.args.iter().all(|arg| self.value(arg.value).exact);
        Value { exact, ..Value::new(DataType::Struct(fields), Nullability::NotNull) }
    }

    /// TO_NUMBER(text [, format] [, precision [, scale]])
    fn decimal_parameters(&self, call: &Call) -> Value {
        let numbers: Vec<u8> = call
            .args
            .iter()
            .skip(1)
            .filter_map(|arg| match self.body.expr(arg.value) {
                Expr::Literal(Literal::Number(text)) => text.parse().ok(),
                _ => None,
            })
            .collect();
        let ty = match numbers.as_slice() {
            [precision, scale] if *scale > 0 => DataType::Decimal((*precision).min(38), (*scale).min(38)),
            _ => DataType::Int64,
        };
        Value::new(ty, Nullability::Unknown)
    }
}

fn huge_integer() -> Value {
    Value::new(DataType::Decimal(38, 0), Nullability::Unknown).with_raw("HUGEINT")
}

/// A list of a value's type.
fn list_of(value: Option<&Value>) -> Value {
    let value = value.cloned().unwrap_or_default();
    let exact = value.exact;
    Value { exact, ..Value::new(DataType::array_of(value.ty), Nullability::Unknown) }
}

/// An element of a list.
pub(super) fn element_of(value: Option<&Value>) -> Value {
    match value {
        Some(Value { ty: DataType::Array(element), exact, .. }) => {
            let exact = *exact && !element.is_unknown();
            Value { exact, ..Value::new((**element).clone(), Nullability::Nullable) }
        }
        _ => Value::default(),
    }
}

/// One quantile, or a list of them for a list of fractions.
pub(super) fn quantile_shape(value: Value, fraction: &Value) -> Value {
    if matches!(fraction.ty, DataType::Array(_)) { list_of(Some(&value)) } else { value }
}
