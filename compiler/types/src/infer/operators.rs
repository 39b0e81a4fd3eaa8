//! Operators, and the common type of several values.

use super::Inferrer;
use super::value::Value;
use super::whole_number::{WholeNumber, common_whole, whole_arithmetic};
use crate::{Anchor, DataType, DialectKind, Nullability, largest_precision, supertype};
use rocky_base_db::Severity;
use rocky_hir::body::{BinaryOperator, Expr, ExprId, Literal};

/// An operand with what its shape says.
pub(super) struct Operand {
    pub(super) value: Value,
    /// Whether it is a number other than zero, written out.
    nonzero: bool,
}

impl Operand {
    pub(super) fn of(inferrer: &Inferrer<'_>, expr: ExprId) -> Operand {
        let nonzero = match inferrer.body.expr(expr) {
            Expr::Literal(Literal::Number(text)) => text
                .bytes()
                .take_while(|byte| !matches!(byte, b'e' | b'E'))
                .any(|b| (b'1'..=b'9').contains(&b)),
            _ => false,
        };
        Operand { value: inferrer.value(expr).clone(), nonzero }
    }
}

impl Inferrer<'_> {
    /// One binary operator. Sources are the caller's.
    pub(super) fn binary(&self, op: BinaryOperator, left: &Operand, right: &Operand) -> Operand {
        let (l, r) = (&left.value, &right.value);
        let null = l.nullability.any(r.nullability);
        let value = match op {
            op if op.is_comparison() && op != BinaryOperator::NullSafeEqual => {
                Value::new(DataType::Boolean, null)
            }
            BinaryOperator::NullSafeEqual => Value::new(DataType::Boolean, Nullability::NotNull),
            BinaryOperator::And | BinaryOperator::Or => Value::new(DataType::Boolean, null),
            BinaryOperator::Add | BinaryOperator::Subtract | BinaryOperator::Multiply => {
                self.arithmetic(op, l, r).with_nullability(null)
            }
            BinaryOperator::Divide => {
                let null = if right.nonzero { null } else { null.any(Nullability::Unknown) };
                self.divide(l, r).with_nullability(null)
            }
            BinaryOperator::IntegerDivide => {
                let null = if right.nonzero { null } else { null.any(Nullability::Unknown) };
                self.integer_divide(l, r).with_nullability(null)
            }
            BinaryOperator::Modulo => {
                let null = if right.nonzero { null } else { null.any(Nullability::Unknown) };
                self.modulo(l, r).with_nullability(null)
            }
            BinaryOperator::Power => Value::new(DataType::Float64, null),
            BinaryOperator::Concat => self.concat(l, r).with_nullability(null),
            BinaryOperator::Bitwise => self.bitwise(l, r).with_nullability(null),
            BinaryOperator::JsonGet => Value::new(DataType::Variant, Nullability::Nullable),
            BinaryOperator::JsonGetText => Value::new(DataType::String, Nullability::Nullable),
            _ => Value::default(),
        };
        Operand { value, nonzero: false }
    }

    /// `+`, `-`, `*`
    fn arithmetic(&self, op: BinaryOperator, left: &Value, right: &Value) -> Value {
        if let Some(value) = self.temporal_arithmetic(op, left, right) {
            return value;
        }
        if !left.ty.is_numeric() || !right.ty.is_numeric() {
            return Value::default();
        }
        if let Some(value) = self.integer_arithmetic(left, right) {
            return value;
        }
        let exact = left.exact && right.exact;
        let ty = match (self.digits(left), self.digits(right)) {
            (Some(l), Some(r))
                if matches!(left.ty, DataType::Decimal(..)) || matches!(right.ty, DataType::Decimal(..)) =>
            {
                let exact = exact && self.dialect == DialectKind::DuckDb;
                let ty = self.decimal_arithmetic(op, l, r);
                return Value { exact, ..Value::new(ty, Nullability::Unknown) };
            }
            _ => supertype(&left.ty, &right.ty, self.dialect).unwrap_or_default(),
        };
        Value { exact: exact && !ty.is_unknown(), ..Value::new(ty, Nullability::Unknown) }
    }

    /// DuckDB's integers, each with its own width.
    fn integer_arithmetic(&self, left: &Value, right: &Value) -> Option<Value> {
        if self.dialect == DialectKind::DuckDb { whole_arithmetic(left, right) } else { None }
    }

    /// Precision and scale of a number that is no float.
    fn digits(&self, value: &Value) -> Option<(u8, u8)> {
        let big_integer = if self.dialect == DialectKind::Databricks { 20 } else { 19 };
        if self.dialect == DialectKind::DuckDb
            && let Some(whole) = WholeNumber::of(value)
        {
            return Some((whole.digits(), 0));
        }
        match value.ty {
            DataType::Int32 => Some((10, 0)),
            DataType::Int64 => Some((big_integer, 0)),
            DataType::Decimal(precision, scale) => Some((precision, scale)),
            _ => None,
        }
    }

    fn decimal_arithmetic(&self, op: BinaryOperator, left: (u8, u8), right: (u8, u8)) -> DataType {
        let largest = u16::from(largest_precision(self.dialect));
        let (lp, ls, rp, rs) = (u16::from(left.0), u16::from(left.1), u16::from(right.0), u16::from(right.1));
        let (precision, scale) = if op == BinaryOperator::Multiply {
            (lp + rp, ls + rs)
        } else {
            let scale = ls.max(rs);
            let integer = lp.saturating_sub(ls).max(rp.saturating_sub(rs));
            ((integer + scale).max(lp.max(rp)) + 1, scale)
        };
        // DuckDB stays within 64 bits when both sides do, and checks for overflow
        let small = self.dialect == DialectKind::DuckDb && lp.max(rp) <= 18 && precision > 18 && scale <= 18;
        let precision = if small { 18 } else { precision.min(largest) };
        let narrow = |number: u16| u8::try_from(number).unwrap_or(u8::MAX);
        DataType::Decimal(narrow(precision), narrow(scale.min(precision)))
    }

    fn divide(&self, left: &Value, right: &Value) -> Value {
        if left.ty == DataType::Interval && right.ty.is_numeric() {
            return Value::new(DataType::Interval, Nullability::Unknown);
        }
        if !left.ty.is_numeric() || !right.ty.is_numeric() {
            return Value::default();
        }
        let exact = left.exact && right.exact;
        let decimal = |value: &Value| matches!(value.ty, DataType::Decimal(..));
        let ty = match self.dialect {
            DialectKind::DuckDb => {
                let either = |ty: &DataType| left.ty == *ty || right.ty == *ty;
                let single = either(&DataType::Float32) && !either(&DataType::Float64);
                if single { DataType::Float32 } else { DataType::Float64 }
            }
            DialectKind::Snowflake if !left.ty.is_float() && !right.ty.is_float() => {
                return Value { exact: false, ..Value::new(DataType::Decimal(38, 6), Nullability::Unknown) };
            }
            _ if left.ty.is_float() || right.ty.is_float() => DataType::Float64,
            _ if decimal(left) || decimal(right) => {
                let ty = supertype(&left.ty, &right.ty, self.dialect).unwrap_or_default();
                return Value { exact: false, ..Value::new(ty, Nullability::Unknown) };
            }
            DialectKind::Permissive => return Value::default(),
            _ => DataType::Float64,
        };
        Value { exact, ..Value::new(ty, Nullability::Unknown) }
    }

    pub(super) fn integer_divide(&self, left: &Value, right: &Value) -> Value {
        if !left.ty.is_numeric() || !right.ty.is_numeric() {
            return Value::default();
        }
        let exact = left.exact && right.exact;
        if self.dialect != DialectKind::DuckDb {
            return Value { exact, ..Value::new(DataType::Int64, Nullability::Unknown) };
        }
        if let Some(value) = self.integer_arithmetic(left, right) {
            return value;
        }
        if left.ty.is_integer() && right.ty.is_integer() {
            let ty = supertype(&left.ty, &right.ty, self.dialect).unwrap_or_default();
            return Value { exact, ..Value::new(ty, Nullability::Unknown) };
        }
        self.divide(left, right)
    }

    pub(super) fn modulo(&self, left: &Value, right: &Value) -> Value {
        if !left.ty.is_numeric() || !right.ty.is_numeric() {
            return Value::default();
        }
        if let Some(value) = self.integer_arithmetic(left, right) {
            return value;
        }
        let ty = match (self.digits(left), self.digits(right)) {
            (Some(l), Some(r)) if self.dialect == DialectKind::DuckDb => modulo_type(l, r),
            _ => supertype(&left.ty, &right.ty, self.dialect).unwrap_or_default(),
        };
        let decimal = matches!(ty, DataType::Decimal(..));
        let exact = left.exact && right.exact && (!decimal || self.dialect == DialectKind::DuckDb);
        Value { exact, ..Value::new(ty, Nullability::Unknown) }
    }

    pub(super) fn divide_call(&self, left: &Value, right: &Value) -> Value {
        self.divide(left, right)
    }

    pub(super) fn bitwise(&self, left: &Value, right: &Value) -> Value {
        if left.raw.as_deref() == Some("BIT") {
            return Value { exact: left.exact, ..left.clone() };
        }
        if let Some(value) = self.integer_arithmetic(left, right) {
            return value;
        }
        if !left.ty.is_integer() || !right.ty.is_integer() {
            return Value::default();
        }
        let ty = supertype(&left.ty, &right.ty, self.dialect).unwrap_or_default();
        Value { exact: left.exact && right.exact, ..Value::new(ty, Nullability::Unknown) }
    }

    fn concat(&self, left: &Value, right: &Value) -> Value {
        match (&left.ty, &right.ty) {
            (DataType::Array(_), DataType::Array(_)) => {
                let ty = supertype(&left.ty, &right.ty, self.dialect).unwrap_or_default();
                Value { exact: left.exact && right.exact, ..Value::new(ty, Nullability::Unknown) }
            }
            (DataType::Binary, DataType::Binary)
                if left.raw.as_deref() == Some("BIT") && self.dialect == DialectKind::DuckDb =>
            {
                Value::new(DataType::String, Nullability::Unknown)
            }
            (DataType::Binary, DataType::Binary) => Value::new(DataType::Binary, Nullability::Unknown),
            (DataType::Array(_), _) | (_, DataType::Array(_)) => Value::default(),
            (DataType::String, _) | (_, DataType::String) => {
                Value::new(DataType::String, Nullability::Unknown)
            }
            (l, r) if !l.is_unknown() && !r.is_unknown() && self.dialect == DialectKind::DuckDb => {
                Value::new(DataType::String, Nullability::Unknown)
            }
            _ => Value::default(),
        }
    }

    /// The common type of several values. Literals adapt: a text takes the type of what stands beside
    /// it. Nullability and sources are the caller's.
    pub(super) fn common(&self, values: &[&Value]) -> Value {
        let mut result: Option<Value> = None;
        let mut exact = true;
        let only_text = values.iter().all(|value| value.is_text_literal() || value.is_null_literal());
        for value in values {
            if value.is_null_literal()
                || (!only_text && self.adapts(value, values))
                || is_empty_list_among(value, values)
            {
                continue;
            }
            exact &= value.exact;
            result = Some(match result {
                None => Value { literal: value.literal, ..(*value).clone() },
                Some(so_far) => match self.common_of_two(&so_far, value) {
                    Some(both) => {
                        exact &= both.exact;
                        both
                    }
                    None => return Value::default(),
                },
            });
        }
        let Some(mut value) = result else {
            return Value { literal: true, nullability: Nullability::Nullable, ..Value::default() };
        };
        value.exact = exact && !value.ty.is_unknown();
        value
    }

    /// Whether a text literal takes the type of the other values.
    fn adapts(&self, value: &Value, values: &[&Value]) -> bool {
        value.is_text_literal()
            && values.iter().any(|other| {
                !other.is_text_literal() && !other.is_null_literal() && other.ty != DataType::String
            })
            && self.dialect != DialectKind::Databricks
    }

    fn common_of_two(&self, left: &Value, right: &Value) -> Option<Value> {
        let literal = left.literal && right.literal;
        if self.dialect == DialectKind::DuckDb {
            if let Some(both) = common_whole(left, right) {
                return Some(both);
            }
            match (&left.ty, &right.ty) {
                (DataType::Boolean, _) if WholeNumber::of(right).is_some() => return Some(right.clone()),
                (_, DataType::Boolean) if WholeNumber::of(left).is_some() => return Some(left.clone()),
                (DataType::Decimal(..), _) | (_, DataType::Decimal(..)) => {
                    if let (Some(l), Some(r)) = (self.digits(left), self.digits(right)) {
                        let ty = match (WholeNumber::of(left), WholeNumber::of(right)) {
                            (None, None) => self.supertype_of(&left.ty, &right.ty)?,
                            // beside an integer the decimal keeps its scale
                            _ => {
                                let scale = l.1.max(r.1);
                                let integer = l.0.saturating_sub(l.1).max(r.0.saturating_sub(r.1));
                                DataType::Decimal(integer.saturating_add(scale).min(38), scale)
                            }
                        };
                        return Some(Value { literal, ..Value::new(ty, Nullability::Unknown) });
                    }
                }
                _ => {}
            }
        }
        let ty = self.supertype_of(&left.ty, &right.ty)?;
        let raw = if left.raw == right.raw { left.raw.clone() } else { None };
        let mut both = Value { literal, raw, ..Value::new(ty, Nullability::Unknown) };
        // inside nested types the lattice does not tell integers beyond 64 bits from decimals
        both.exact &=
            left.ty == right.ty || self.dialect != DialectKind::DuckDb || !both.ty.has_huge_inside();
        Some(both)
    }

    /// [`supertype`], and on DuckDB a Boolean beside an integer counts as one.
    pub(super) fn supertype_of(&self, left: &DataType, right: &DataType) -> Option<DataType> {
        match (left, right) {
            (DataType::Boolean, integer) | (integer, DataType::Boolean)
                if integer.is_integer() && self.dialect == DialectKind::DuckDb =>
            {
                Some(integer.clone())
            }
            _ => supertype(left, right, self.dialect),
        }
    }

    /// Two exact values that are no literals and have no common type.
    pub(super) fn conflict(&self, values: &[&Value]) -> Option<(DataType, DataType)> {
        let certain: Vec<&&Value> =
            values.iter().filter(|value| value.exact && !value.literal && !value.ty.has_unknown()).collect();
        let first = certain.first()?;
        let other = certain.iter().find(|other| self.supertype_of(&first.ty, &other.ty).is_none())?;
        Some((first.ty.clone(), other.ty.clone()))
    }

    pub(super) fn report_case_conflict(&mut self, id: ExprId, left: &DataType, right: &DataType) {
        let message = format!(
            "the branches of this CASE have no common type: {} and {}",
            left.contract_name(),
            right.contract_name()
        );
        let finding = self.report("W001", Severity::Warning, Anchor::Expr(id), message);
        self.suggest(finding, "cast the branches to one type".to_owned());
    }
}

/// Whether a value is `[]` or `[NULL]` beside another list: it takes that one's type.
fn is_empty_list_among(value: &Value, values: &[&Value]) -> bool {
    let empty = |value: &Value| value.literal && matches!(value.ty, DataType::Array(_));
    empty(value) && values.iter().any(|other| matches!(other.ty, DataType::Array(_)) && !empty(other))
}

/// DuckDB's `%` of decimals: DOUBLE where no decimal is wide enough.
fn modulo_type(left: (u8, u8), right: (u8, u8)) -> DataType {
    let scale = left.1.max(right.1);
    let integer = left.0.saturating_sub(left.1).max(right.0.saturating_sub(right.1));
    let precision = integer.saturating_add(scale);
    if precision > 38 { DataType::Float64 } else { DataType::Decimal(precision, scale) }
}
