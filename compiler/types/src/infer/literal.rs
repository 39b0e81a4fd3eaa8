//! Literals.

use super::Inferrer;
use super::value::Value;
use crate::{DataType, DialectKind, Nullability, largest_precision};
use rocky_hir::body::Literal;

impl Inferrer<'_> {
    /// The value of a literal.
    pub(super) fn literal(&self, literal: &Literal) -> Value {
        match literal {
            Literal::Number(text) => self.number(text),
            Literal::Text(_) => Value::literal(DataType::String),
            Literal::Binary(_) => Value::literal(DataType::Binary),
            Literal::Boolean(_) => Value::literal(DataType::Boolean),
            Literal::Null => {
                Value { literal: true, exact: false, ..Value::new(DataType::Unknown, Nullability::Nullable) }
            }
        }
    }

    fn number(&self, text: &str) -> Value {
        let lower = text.to_ascii_lowercase();
        if lower.starts_with("0x") || lower.starts_with("0b") || lower.starts_with("0o") {
            return self.whole(i128::from_str_radix(&lower[2..], radix(&lower)).unwrap_or(0));
        }
        if let Some(short) = lower.strip_suffix("bd") {
            return fraction(short, self.dialect);
        }
        let suffix = lower.chars().last().filter(char::is_ascii_alphabetic);
        match suffix {
            Some('l') => return Value::literal(DataType::Int64),
            Some('s' | 'y') => return Value::literal(DataType::Int32),
            Some('d') => return Value::literal(DataType::Float64),
            Some('f') => return Value::literal(DataType::Float32),
            _ => {}
        }
        if lower.contains('e') {
            return Value::literal(DataType::Float64);
        }
        if lower.contains('.') {
            return fraction(&lower, self.dialect);
        }
        match lower.parse::<i128>() {
            Ok(number) => self.whole(number),
            Err(_) => Value::literal(if self.dialect == DialectKind::DuckDb {
                DataType::Float64
            } else {
                DataType::Unknown
            }),
        }
    }

    fn whole(&self, number: i128) -> Value {
        Value { number: Some(number), ..self.whole_type(number) }
    }

    fn whole_type(&self, number: i128) -> Value {
        let small = matches!(self.dialect, DialectKind::Databricks | DialectKind::DuckDb);
        if small && i32::try_from(number).is_ok() {
            Value::literal(DataType::Int32)
        } else if i64::try_from(number).is_ok() {
            Value::literal(DataType::Int64)
        } else if self.dialect == DialectKind::DuckDb {
            Value::literal(DataType::Decimal(38, 0)).with_raw("HUGEINT")
        } else {
            Value::literal(DataType::Decimal(38, 0))
        }
    }
}

fn radix(text: &str) -> u32 {
    match text.as_bytes().get(1) {
        Some(b'x') => 16,
        Some(b'b') => 2,
        _ => 8,
    }
}

/// `1.50` has three digits, two of them behind the point; `.5` has one.
fn fraction(text: &str, dialect: DialectKind) -> Value {
    if dialect == DialectKind::BigQuery {
        return Value::literal(DataType::Float64);
    }
    let (whole, behind) = text.split_once('.').unwrap_or((text, ""));
    let largest = usize::from(largest_precision(dialect));
    let leading =
        if dialect == DialectKind::DuckDb { whole.len() } else { whole.trim_start_matches('0').len() };
    let (digits, scale) = (leading + behind.len(), behind.len());
    if digits > largest {
        return Value::literal(DataType::Float64);
    }
    let digits = u8::try_from(digits.max(1)).unwrap_or(u8::MAX);
    let scale = u8::try_from(scale).unwrap_or(u8::MAX);
    Value::literal(DataType::Decimal(digits, scale))
}
