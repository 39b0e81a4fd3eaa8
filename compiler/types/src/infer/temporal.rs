//! Dates and times: arithmetic, EXTRACT, truncation.

use super::Inferrer;
use super::value::Value;
use crate::{DataType, DialectKind, Nullability, StructField, Transform};
use rocky_hir::body::{BinaryOperator, Call, Expr, ExprId, Literal};

impl Inferrer<'_> {
    /// `+`, `-`, `*` where a date, a time or an interval takes part.
    pub(super) fn temporal_arithmetic(
        &self,
        op: BinaryOperator,
        left: &Value,
        right: &Value,
    ) -> Option<Value> {
        use DataType::{Date, Int64, Interval, Time, TimestampNtz, UnknownTemporal};
        let subtract = op == BinaryOperator::Subtract;
        if op == BinaryOperator::Multiply {
            let scaled = (left.ty == Interval && right.ty.is_numeric())
                || (right.ty == Interval && left.ty.is_numeric());
            return scaled.then(|| Value::new(Interval, Nullability::Unknown));
        }
        let duck = self.dialect == DialectKind::DuckDb;
        let whole = |ty: &DataType| match ty {
            DataType::Int32 => true,
            _ => !duck && (ty.is_integer() || matches!(ty, DataType::Decimal(_, 0))),
        };
        let ty = match (&left.ty, &right.ty) {
            (Interval, Interval) => Interval,
            (Date, Interval) | (Interval, Date) => return Some(self.date_plus_interval()),
            (stamp, Interval) | (Interval, stamp) if stamp.is_timestamp() => stamp.clone(),
            (Time, Interval) | (Interval, Time) => Time,
            (UnknownTemporal, Interval) | (Interval, UnknownTemporal) => UnknownTemporal,
            (Date, number) if whole(number) && self.dialect != DialectKind::BigQuery => Date,
            (number, Date) if whole(number) && !subtract && self.dialect != DialectKind::BigQuery => Date,
            (Date, Time) | (Time, Date) if !subtract && duck => TimestampNtz,
            (Date, Date) if subtract => match self.dialect {
                DialectKind::Snowflake | DialectKind::DuckDb => Int64,
                DialectKind::Databricks | DialectKind::BigQuery => Interval,
                _ => return Some(Value::default()),
            },
            (l, r) if subtract && l.is_temporal() && r.is_temporal() => {
                if self.dialect == DialectKind::Snowflake || self.dialect == DialectKind::Permissive {
                    return Some(Value::default());
                }
                Interval
            }
            (l, r) if l.is_temporal() || r.is_temporal() || *l == Interval || *r == Interval => {
                return Some(Value::default());
            }
            _ => return None,
        };
        let exact = left.exact && right.exact && !ty.is_unknown();
        Some(Value { exact, ..Value::new(ty, Nullability::Unknown) })
    }

    fn date_plus_interval(&self) -> Value {
        match self.dialect {
            DialectKind::DuckDb => Value::new(DataType::TimestampNtz, Nullability::Unknown),
            DialectKind::BigQuery => {
                Value { exact: false, ..Value::new(DataType::TimestampNtz, Nullability::Unknown) }
            }
            _ => Value::new(DataType::UnknownTemporal, Nullability::Unknown),
        }
    }

    /// `EXTRACT(part FROM value)`
    pub(super) fn extract(&self, part: &str, value: ExprId) -> Value {
        let value = self.value(value);
        let sources = value.sources.within(&Transform::Expression);
        Value { sources, ..self.date_part(part).with_nullability(value.nullability) }
    }

    /// The number a part of a date is.
    pub(super) fn date_part(&self, part: &str) -> Value {
        let part = part.to_ascii_uppercase();
        let ty = match (part.as_str(), self.dialect) {
            ("DATE", DialectKind::BigQuery) => DataType::Date,
            ("TIME", DialectKind::BigQuery) => DataType::Time,
            ("DATETIME", DialectKind::BigQuery) => DataType::TimestampNtz,
            ("EPOCH" | "JULIAN", DialectKind::DuckDb) => DataType::Float64,
            (_, DialectKind::DuckDb) => DataType::Int64,
            ("SECOND" | "SECONDS" | "EPOCH", DialectKind::Databricks | DialectKind::Permissive) => {
                DataType::Unknown
            }
            (_, DialectKind::Databricks) => DataType::Int32,
            _ => DataType::Int64,
        };
        Value::new(ty, Nullability::Unknown)
    }

    /// `DATE_PART('part', value)`
    pub(super) fn date_part_call(&self, call: &Call) -> Value {
        if let Some(Expr::Array(parts)) = call.args.first().map(|arg| self.body.expr(arg.value)) {
            return self.date_parts(parts);
        }
        let part = call.args.first().map(|arg| self.body.expr(arg.value));
        match part {
            Some(Expr::Literal(Literal::Text(part))) => self.date_part(part),
            Some(Expr::Column(parts)) => self.date_part(parts.last().map_or("", |part| part.text.as_str())),
            _ => Value::default(),
        }
    }

    /// `DATE_PART(['year', 'month'], value)`: a struct.
    fn date_parts(&self, parts: &[ExprId]) -> Value {
        let mut fields = Vec::new();
        for part in parts {
            let Expr::Literal(Literal::Text(name)) = self.body.expr(*part) else {
                return Value::default();
            };
            let ty = self.date_part(name).ty;
            fields.push(StructField { name: name.clone(), ty, nullability: Nullability::Nullable });
        }
        Value::new(DataType::Struct(fields), Nullability::Unknown)
    }

    /// What is truncated to a part: the same type, where a date stays a date depends on the dialect.
    pub(super) fn date_trunc(&self, input: &Value) -> Value {
        let ty = match (&input.ty, self.dialect) {
            (DataType::Date, DialectKind::DuckDb) => DataType::TimestampNtz,
            (DataType::Date, DialectKind::Databricks) => DataType::Timestamp,
            (DataType::Date, DialectKind::BigQuery | DialectKind::Snowflake) => DataType::Date,
            (DataType::Interval | DataType::Time, _) => input.ty.clone(),
            (stamp, _) if stamp.is_timestamp() => stamp.clone(),
            _ => DataType::UnknownTemporal,
        };
        let exact = input.exact && !ty.is_unknown();
        Value { exact, ..Value::new(ty, Nullability::Unknown) }
    }

    /// `TIME_BUCKET(width, value)`
    pub(super) fn time_bucket(&self, input: &Value) -> Value {
        let ty = if input.ty.is_temporal() { input.ty.clone() } else { DataType::UnknownTemporal };
        let exact = input.exact && !ty.is_unknown();
        Value { exact, ..Value::new(ty, Nullability::Unknown) }
    }

    /// `DATE_ADD` and its relatives, in every dialect's order of arguments.
    pub(super) fn date_add(&self, call: &Call, args: &[Value]) -> Value {
        let temporal = args.iter().find(|arg| arg.ty.is_temporal() || arg.ty == DataType::Time);
        let Some(input) = temporal else {
            return Value::new(DataType::UnknownTemporal, Nullability::Unknown);
        };
        if input.ty != DataType::Date {
            return Value { exact: input.exact, ..Value::new(input.ty.clone(), Nullability::Unknown) };
        }
        if call.name.contains("DATE_SUB") && self.dialect == DialectKind::DuckDb {
            return Value::new(DataType::Int64, Nullability::Unknown);
        }
        match self.dialect {
            DialectKind::DuckDb => Value::new(DataType::TimestampNtz, Nullability::Unknown),
            DialectKind::BigQuery if call.name.starts_with("DATE_") => {
                Value { exact: input.exact, ..Value::new(DataType::Date, Nullability::Unknown) }
            }
            DialectKind::Databricks if args.len() == 2 => {
                Value { exact: input.exact, ..Value::new(DataType::Date, Nullability::Unknown) }
            }
            DialectKind::Snowflake if self.adds_days(call) => {
                Value { exact: input.exact, ..Value::new(DataType::Date, Nullability::Unknown) }
            }
            _ => Value::new(DataType::UnknownTemporal, Nullability::Unknown),
        }
    }

    /// Whether the unit is a day or longer.
    fn adds_days(&self, call: &Call) -> bool {
        if call.name == "ADD_MONTHS" {
            return true;
        }
        let unit = match call.args.first().map(|arg| self.body.expr(arg.value)) {
            Some(Expr::Literal(Literal::Text(unit))) => unit.to_ascii_uppercase(),
            Some(Expr::Column(parts)) => {
                parts.last().map(|part| part.text.to_ascii_uppercase()).unwrap_or_default()
            }
            _ => return false,
        };
        matches!(
            unit.trim_end_matches('S'),
            "DAY" | "DD" | "D" | "WEEK" | "MONTH" | "MM" | "MON" | "QUARTER" | "QTR" | "YEAR" | "YYYY" | "YY"
        )
    }
}
