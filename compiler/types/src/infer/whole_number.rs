//! DuckDB's integer types, which the lattice joins: what two of them give together, and their digits.

use super::value::Value;
use crate::{DataType, Nullability};

/// One of DuckDB's integer types.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct WholeNumber {
    bits: u8,
    signed: bool,
}

impl WholeNumber {
    const BIGINT: WholeNumber = WholeNumber { bits: 64, signed: true };
    const HUGEINT: WholeNumber = WholeNumber { bits: 128, signed: true };
    const UHUGEINT: WholeNumber = WholeNumber { bits: 128, signed: false };

    /// The integer type of a value; `None` for anything else.
    pub(super) fn of(value: &Value) -> Option<WholeNumber> {
        let (bits, signed) = match (&value.ty, value.raw.as_deref()) {
            (DataType::Int32, Some("TINYINT")) => (8, true),
            (DataType::Int32, Some("SMALLINT")) => (16, true),
            (DataType::Int32, Some("UTINYINT")) => (8, false),
            (DataType::Int32, Some("USMALLINT")) => (16, false),
            (DataType::Int32, _) => (32, true),
            (DataType::Int64, Some("UINTEGER")) => (32, false),
            (DataType::Int64, _) => (64, true),
            (DataType::Decimal(38, 0), Some("UBIGINT")) => (64, false),
            (DataType::Decimal(38, 0), Some("HUGEINT")) => (128, true),
            (DataType::Decimal(38, 0), Some("UHUGEINT")) => (128, false),
            _ => return None,
        };
        Some(WholeNumber { bits, signed })
    }

    /// The decimal digits its largest number needs.
    pub(super) fn digits(self) -> u8 {
        match (self.bits, self.signed) {
            (8, _) => 3,
            (16, _) => 5,
            (32, _) => 10,
            (64, true) => 19,
            (64, false) => 20,
            _ => 38,
        }
    }

    /// The smallest type that holds both.
    fn with(self, other: WholeNumber) -> WholeNumber {
        if self.signed == other.signed {
            return if self.bits >= other.bits { self } else { other };
        }
        let (signed, unsigned) = if self.signed { (self, other) } else { (other, self) };
        if signed.bits > unsigned.bits {
            return signed;
        }
        WholeNumber { bits: unsigned.bits.saturating_mul(2).min(128), signed: true }
    }

    /// Whether it holds a number.
    fn holds(self, number: i128) -> bool {
        match (self.bits, self.signed) {
            (128, true) => true,
            (128, false) => number >= 0,
            (bits, true) => (-(1i128 << (bits - 1))..1i128 << (bits - 1)).contains(&number),
            (bits, false) => (0..1i128 << bits).contains(&number),
        }
    }

    /// A value of this type.
    pub(super) fn value(self) -> Value {
        let ty = match (self.bits, self.signed) {
            (8 | 16, _) | (32, true) => DataType::Int32,
            (32, false) | (64, true) => DataType::Int64,
            _ => DataType::Decimal(38, 0),
        };
        let raw = match (self.bits, self.signed) {
            (8, true) => "TINYINT",
            (16, true) => "SMALLINT",
            (8, false) => "UTINYINT",
            (16, false) => "USMALLINT",
            (32, false) => "UINTEGER",
            (64, false) => "UBIGINT",
            (128, true) => "HUGEINT",
            (128, false) => "UHUGEINT",
            _ => return Value::new(ty, Nullability::Unknown),
        };
        Value::new(ty, Nullability::Unknown).with_raw(raw)
    }
}

/// The types of two integers, a literal already in the type of its neighbour where it fits.
fn adapted(left: &Value, right: &Value) -> Option<(WholeNumber, WholeNumber)> {
    let (l, r) = (WholeNumber::of(left)?, WholeNumber::of(right)?);
    let fits = |literal: &Value, other: &Value, ty: WholeNumber| {
        literal.literal && !other.literal && literal.number.is_some_and(|number| ty.holds(number))
    };
    Some(if fits(right, left, l) {
        (l, l)
    } else if fits(left, right, r) {
        (r, r)
    } else {
        (l, r)
    })
}

/// What UHUGEINT has in common with a signed integer: DuckDB takes the next larger signed one, and behind HUGEINT
/// there is only DOUBLE.
fn beside_uhugeint(left: WholeNumber, right: WholeNumber) -> Option<Value> {
    let signed = match (left, right) {
        (WholeNumber::UHUGEINT, signed) | (signed, WholeNumber::UHUGEINT) if signed.signed => signed,
        _ => return None,
    };
    Some(match signed.bits {
        128 => Value::new(DataType::Float64, Nullability::Unknown),
        bits => WholeNumber { bits: bits.saturating_mul(2), signed: true }.value(),
    })
}

/// The common type of two integers, as in CASE, COALESCE and set operations.
pub(super) fn common_whole(left: &Value, right: &Value) -> Option<Value> {
    let (l, r) = adapted(left, right)?;
    if let Some(value) = beside_uhugeint(l, r) {
        return Some(Value { exact: left.exact && right.exact, ..value });
    }
    let larger = |value: &Value| value.number.map(i128::unsigned_abs);
    let number = if larger(left) >= larger(right) { left.number } else { right.number };
    let exact = left.exact && right.exact;
    Some(Value { exact, number, literal: left.literal && right.literal, ..l.with(r).value() })
}

/// What an operator between two integers gives: operators exist for equal types only, and where both sides need
/// another type DuckDB takes BIGINT or HUGEINT.
pub(super) fn whole_arithmetic(left: &Value, right: &Value) -> Option<Value> {
    let (l, r) = adapted(left, right)?;
    if beside_uhugeint(l, r).is_some() {
        let exact = left.exact && right.exact;
        return Some(Value { exact, ..Value::new(DataType::Float64, Nullability::Unknown) });
    }
    let both = l.with(r);
    let ty = if both == l || both == r {
        both
    } else if both.bits <= 64 && both.signed {
        WholeNumber::BIGINT
    } else {
        WholeNumber::HUGEINT
    };
    Some(Value { exact: left.exact && right.exact, ..ty.value() })
}

/// GCD, LCM: BIGINT, or HUGEINT where that is too small.
pub(super) fn whole_divisor(left: &Value, right: &Value) -> Option<Value> {
    let both = WholeNumber::of(left)?.with(WholeNumber::of(right)?);
    let ty = if both == WholeNumber::BIGINT || both.bits < 64 {
        WholeNumber::BIGINT
    } else {
        WholeNumber::HUGEINT
    };
    Some(Value { exact: left.exact && right.exact, ..ty.value() })
}

/// ROUND of an integer: the unsigned ones become BIGINT or HUGEINT.
pub(super) fn rounded_whole(input: &Value) -> Option<Value> {
    let ty = WholeNumber::of(input)?;
    let ty = match (ty.signed, ty.bits) {
        (true, _) => ty,
        (false, 8..=32) => WholeNumber::BIGINT,
        _ => WholeNumber::HUGEINT,
    };
    Some(Value { exact: input.exact, ..ty.value() })
}
