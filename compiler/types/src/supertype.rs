//! The common supertype of two types, and what may be assigned to what.

use crate::{DataType, DialectKind, Nullability, StructField};

/// The smallest type both fit in; `None` when they do not go together. Symmetric.
pub fn supertype(left: &DataType, right: &DataType, dialect: DialectKind) -> Option<DataType> {
    use DataType::*;
    if left == right {
        return Some(left.clone());
    }
    let result = match (left, right) {
        (Unknown, other) | (other, Unknown) => other.clone(),
        (Variant, _) | (_, Variant) => Variant,
        (UnknownTemporal, other) | (other, UnknownTemporal) if other.is_temporal() => {
            if other.is_timestamp() { other.clone() } else { UnknownTemporal }
        }
        (Int32, Int64) | (Int64, Int32) => Int64,
        (Float32, Float64) | (Float64, Float32) => Float64,
        (float, other) | (other, float) if float.is_float() && other.is_numeric() => match other {
            Decimal(..) | Int32 | Int64 => integer_float(float, other, dialect),
            _ => Float64,
        },
        (Decimal(p1, s1), Decimal(p2, s2)) => decimal((*p1, *s1), (*p2, *s2), dialect),
        (Decimal(p, s), Int32) | (Int32, Decimal(p, s)) => decimal((*p, *s), (10, 0), dialect),
        (Decimal(p, s), Int64) | (Int64, Decimal(p, s)) => decimal((*p, *s), (19, 0), dialect),
        (Timestamp, TimestampNtz) | (TimestampNtz, Timestamp) => Timestamp,
        (Date, stamp @ (Timestamp | TimestampNtz)) | (stamp @ (Timestamp | TimestampNtz), Date) => {
            stamp.clone()
        }
        (Array(left), Array(right)) => DataType::array_of(supertype(left, right, dialect)?),
        (Map(left), Map(right)) => {
            DataType::map_of(supertype(&left.0, &right.0, dialect)?, supertype(&left.1, &right.1, dialect)?)
        }
        (Struct(left), Struct(right)) => Struct(struct_supertype(left, right, dialect)?),
        _ => return None,
    };
    Some(result)
}

/// An integer or decimal with a floating-point number. DuckDB stays in single precision.
fn integer_float(float: &DataType, _other: &DataType, dialect: DialectKind) -> DataType {
    if dialect == DialectKind::DuckDb { float.clone() } else { DataType::Float64 }
}

fn decimal(left: (u8, u8), right: (u8, u8), dialect: DialectKind) -> DataType {
    let scale = left.1.max(right.1);
    let integer = left.0.saturating_sub(left.1).max(right.0.saturating_sub(right.1));
    let largest = largest_precision(dialect);
    if dialect == DialectKind::DuckDb && integer.saturating_add(scale) > largest {
        return DataType::Decimal(largest, largest.saturating_sub(integer));
    }
    let precision = integer.saturating_add(scale).min(largest);
    DataType::Decimal(precision, scale.min(precision))
}

/// The most digits a decimal number may have.
pub fn largest_precision(dialect: DialectKind) -> u8 {
    if dialect == DialectKind::BigQuery { 76 } else { 38 }
}

fn struct_supertype(
    left: &[StructField],
    right: &[StructField],
    dialect: DialectKind,
) -> Option<Vec<StructField>> {
    let named = |fields: &[StructField]| fields.iter().all(|field| !field.name.is_empty());
    if dialect == DialectKind::DuckDb && named(left) && named(right) {
        return fields_by_name(left, right, dialect);
    }
    if left.len() != right.len() {
        return None;
    }
    left.iter()
        .zip(right)
        .map(|(left, right)| {
            let unnamed = left.name.is_empty() || right.name.is_empty();
            if !unnamed && !left.name.eq_ignore_ascii_case(&right.name) {
                return None;
            }
            Some(StructField {
                name: if left.name.is_empty() { right.name.clone() } else { left.name.clone() },
                ty: supertype(&left.ty, &right.ty, dialect)?,
                nullability: left.nullability.any(right.nullability),
            })
        })
        .collect()
}

/// DuckDB joins structs by the names of their fields: what one side does not have is NULL there.
fn fields_by_name(
    left: &[StructField],
    right: &[StructField],
    dialect: DialectKind,
) -> Option<Vec<StructField>> {
    let same = |field: &StructField, other: &StructField| field.name.eq_ignore_ascii_case(&other.name);
    let mut fields = Vec::with_capacity(left.len());
    for field in left {
        fields.push(match right.iter().find(|other| same(field, other)) {
            Some(other) => StructField {
                name: field.name.clone(),
                ty: supertype(&field.ty, &other.ty, dialect)?,
                nullability: field.nullability.any(other.nullability),
            },
            None => StructField { nullability: Nullability::Nullable, ..field.clone() },
        });
    }
    let missing = right.iter().filter(|other| !left.iter().any(|field| same(field, other)));
    fields.extend(missing.map(|other| StructField { nullability: Nullability::Nullable, ..other.clone() }));
    Some(fields)
}

/// Whether a value of one type may be stored where the other is declared, without loss.
pub fn assignable(from: &DataType, to: &DataType, dialect: DialectKind) -> bool {
    from == to
        || *from == DataType::Unknown
        || *to == DataType::Unknown
        || supertype(from, to, dialect).as_ref() == Some(to)
}

#[cfg(test)]
mod tests {
    use super::{Nullability, assignable, supertype};
    use crate::DataType::{self, *};
    use crate::DialectKind::{BigQuery, Databricks, DuckDb};
    use crate::StructField;

    fn samples() -> Vec<DataType> {
        vec![
            Boolean,
            Int32,
            Int64,
            Float32,
            Float64,
            Decimal(10, 2),
            Decimal(38, 9),
            Decimal(3, 3),
            String,
            Date,
            Timestamp,
            TimestampNtz,
            Time,
            Interval,
            Binary,
            Variant,
            Unknown,
            UnknownTemporal,
            DataType::array_of(Int32),
            DataType::array_of(Unknown),
            DataType::map_of(String, Int64),
            Struct(vec![StructField { name: "a".into(), ty: Int32, nullability: Nullability::NotNull }]),
        ]
    }

    #[test]
    fn the_supertype_is_symmetric_and_idempotent() {
        for dialect in [DuckDb, Databricks, BigQuery] {
            for left in samples() {
                assert_eq!(supertype(&left, &left, dialect), Some(left.clone()));
                for right in samples() {
                    let there = supertype(&left, &right, dialect);
                    assert_eq!(there, supertype(&right, &left, dialect), "{left} with {right}");
                    if let Some(both) = there.filter(|both| !both.has_unknown()) {
                        assert!(assignable(&left, &both, dialect), "{left} to {both}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_rows_of_the_table() {
        let table = [
            (Int32, Int64, Some(Int64)),
            (Int64, Float32, Some(Float64)),
            (Int32, Decimal(10, 2), Some(Decimal(12, 2))),
            (Int64, Decimal(10, 2), Some(Decimal(21, 2))),
            (Decimal(10, 2), Decimal(8, 6), Some(Decimal(14, 6))),
            (Decimal(38, 2), Decimal(38, 10), Some(Decimal(38, 10))),
            (Decimal(10, 2), Float32, Some(Float64)),
            (Date, TimestampNtz, Some(TimestampNtz)),
            (Timestamp, TimestampNtz, Some(Timestamp)),
            (Boolean, Int32, None),
            (String, Int32, None),
            (Binary, String, None),
            (Variant, String, Some(Variant)),
            (Unknown, String, Some(String)),
        ];
        for (left, right, both) in table {
            assert_eq!(supertype(&left, &right, Databricks), both, "{left} with {right}");
        }
        assert_eq!(supertype(&Decimal(38, 2), &Decimal(38, 10), BigQuery), Some(Decimal(46, 10)));
    }

    #[test]
    fn assignable_widens_only() {
        assert!(assignable(&Int32, &Int64, DuckDb));
        assert!(!assignable(&Int64, &Int32, DuckDb));
        assert!(assignable(&Unknown, &Int32, DuckDb));
        assert!(!assignable(&String, &Int32, DuckDb));
    }
}
