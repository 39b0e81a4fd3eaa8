//! The lattice of column types: one vocabulary for all warehouses.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::fmt;

/// The type of a column or expression.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub enum DataType {
    /// True or false.
    Boolean,
    /// Integers of up to 32 bits.
    Int32,
    /// Integers of up to 64 bits.
    Int64,
    /// Single-precision floating point.
    Float32,
    /// Double-precision floating point.
    Float64,
    /// Exact numbers: precision and scale.
    Decimal(u8, u8),
    /// Text.
    String,
    /// A calendar day.
    Date,
    /// A moment.
    Timestamp,
    /// A date and a time of day, without zone.
    TimestampNtz,
    /// A time of day.
    Time,
    /// A span of time.
    Interval,
    /// Bytes.
    Binary,
    /// A list.
    Array(Box<DataType>),
    /// Keys and values.
    Map(Box<(DataType, DataType)>),
    /// Named fields.
    Struct(Vec<StructField>),
    /// Semi-structured values, JSON.
    Variant,
    /// A date or a timestamp, it is not known which.
    UnknownTemporal,
    /// Not known; not an error.
    #[default]
    Unknown,
}

/// A field of a [`DataType::Struct`].
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct StructField {
    /// Its name; empty for the fields of an unnamed tuple.
    pub name: SmolStr,
    /// Its type.
    pub ty: DataType,
    /// Whether it may be NULL where the struct is not.
    pub nullability: Nullability,
}

/// Whether a column may hold NULL.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub enum Nullability {
    /// It never does.
    NotNull,
    /// It may.
    Nullable,
    /// Not known; nothing may be concluded.
    #[default]
    Unknown,
}

impl Nullability {
    /// Of a value that is NULL as soon as one of two is.
    #[must_use]
    pub fn any(self, other: Nullability) -> Nullability {
        match (self, other) {
            (Nullability::Nullable, _) | (_, Nullability::Nullable) => Nullability::Nullable,
            (Nullability::NotNull, Nullability::NotNull) => Nullability::NotNull,
            _ => Nullability::Unknown,
        }
    }

    /// Of a value that is NULL only if both are.
    #[must_use]
    pub fn all(self, other: Nullability) -> Nullability {
        match (self, other) {
            (Nullability::NotNull, _) | (_, Nullability::NotNull) => Nullability::NotNull,
            (Nullability::Nullable, Nullability::Nullable) => Nullability::Nullable,
            _ => Nullability::Unknown,
        }
    }

    /// The boolean outputs carry: what is not known counts as nullable.
    pub fn as_nullable_flag(self) -> bool {
        self != Nullability::NotNull
    }
}

impl DataType {
    /// An array of elements of this type.
    pub fn array_of(element: DataType) -> DataType {
        DataType::Array(Box::new(element))
    }

    /// A map.
    pub fn map_of(key: DataType, value: DataType) -> DataType {
        DataType::Map(Box::new((key, value)))
    }

    /// Whether nothing, or nothing precise, is known at the top.
    pub fn is_unknown(&self) -> bool {
        matches!(self, DataType::Unknown | DataType::UnknownTemporal)
    }

    /// Whether a list, map or struct holds `Decimal(38, 0)`: DuckDB's integers beyond 64 bits look like that too.
    pub(crate) fn has_huge_inside(&self) -> bool {
        let huge = |ty: &DataType| *ty == DataType::Decimal(38, 0) || ty.has_huge_inside();
        match self {
            DataType::Array(element) => huge(element),
            DataType::Map(pair) => huge(&pair.0) || huge(&pair.1),
            DataType::Struct(fields) => fields.iter().any(|field| huge(&field.ty)),
            _ => false,
        }
    }

    /// Whether some part of it is not known.
    pub fn has_unknown(&self) -> bool {
        match self {
            DataType::Unknown | DataType::UnknownTemporal => true,
            DataType::Array(element) => element.has_unknown(),
            DataType::Map(pair) => pair.0.has_unknown() || pair.1.has_unknown(),
            DataType::Struct(fields) => fields.iter().any(|field| field.ty.has_unknown()),
            _ => false,
        }
    }

    /// Whether it is an integer type.
    pub fn is_integer(&self) -> bool {
        matches!(self, DataType::Int32 | DataType::Int64)
    }

    /// Whether it is a floating-point type.
    pub fn is_float(&self) -> bool {
        matches!(self, DataType::Float32 | DataType::Float64)
    }

    /// Whether it is a number.
    pub fn is_numeric(&self) -> bool {
        self.is_integer() || self.is_float() || matches!(self, DataType::Decimal(..))
    }

    /// Whether it is a date or a timestamp.
    pub fn is_temporal(&self) -> bool {
        matches!(
            self,
            DataType::Date | DataType::Timestamp | DataType::TimestampNtz | DataType::UnknownTemporal
        )
    }

    /// Whether it is a timestamp.
    pub fn is_timestamp(&self) -> bool {
        matches!(self, DataType::Timestamp | DataType::TimestampNtz)
    }

    /// The spelling of contracts and messages: `Int64`, `Decimal(10,2)`, `Array<String>`.
    pub fn contract_name(&self) -> ContractName<'_> {
        ContractName(self)
    }
}

/// The display spelling of hover and inlay hints: `INT64`, `DECIMAL(10,2)`, `ARRAY<STRING>`, `?`.
impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DataType::Boolean => f.write_str("BOOL"),
            DataType::Int32 => f.write_str("INT32"),
            DataType::Int64 => f.write_str("INT64"),
            DataType::Float32 => f.write_str("FLOAT32"),
            DataType::Float64 => f.write_str("FLOAT64"),
            DataType::Decimal(precision, scale) => write!(f, "DECIMAL({precision},{scale})"),
            DataType::String => f.write_str("STRING"),
            DataType::Date => f.write_str("DATE"),
            DataType::Timestamp => f.write_str("TIMESTAMP"),
            DataType::TimestampNtz => f.write_str("TIMESTAMP_NTZ"),
            DataType::Time => f.write_str("TIME"),
            DataType::Interval => f.write_str("INTERVAL"),
            DataType::Binary => f.write_str("BINARY"),
            DataType::Array(element) => write!(f, "ARRAY<{element}>"),
            DataType::Map(pair) => write!(f, "MAP<{},{}>", pair.0, pair.1),
            DataType::Struct(fields) => {
                f.write_str("STRUCT<")?;
                for (position, field) in fields.iter().enumerate() {
                    let comma = if position == 0 { "" } else { "," };
                    write!(f, "{comma}{}:{}", field.name, field.ty)?;
                }
                f.write_str(">")
            }
            DataType::Variant => f.write_str("VARIANT"),
            DataType::UnknownTemporal | DataType::Unknown => f.write_str("?"),
        }
    }
}

/// A type in the spelling of contracts.
#[derive(Clone, Copy, Debug)]
pub struct ContractName<'a>(&'a DataType);

impl fmt::Display for ContractName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            DataType::Boolean => f.write_str("Boolean"),
            DataType::Int32 => f.write_str("Int32"),
            DataType::Int64 => f.write_str("Int64"),
            DataType::Float32 => f.write_str("Float32"),
            DataType::Float64 => f.write_str("Float64"),
            DataType::Decimal(precision, scale) => write!(f, "Decimal({precision},{scale})"),
            DataType::String => f.write_str("String"),
            DataType::Date => f.write_str("Date"),
            DataType::Timestamp => f.write_str("Timestamp"),
            DataType::TimestampNtz => f.write_str("TimestampNtz"),
            DataType::Time => f.write_str("Time"),
            DataType::Interval => f.write_str("Interval"),
            DataType::Binary => f.write_str("Binary"),
            DataType::Array(element) => write!(f, "Array<{}>", element.contract_name()),
            DataType::Map(pair) => {
                write!(f, "Map<{},{}>", pair.0.contract_name(), pair.1.contract_name())
            }
            DataType::Struct(fields) => {
                f.write_str("Struct<")?;
                for (position, field) in fields.iter().enumerate() {
                    let comma = if position == 0 { "" } else { ", " };
                    write!(f, "{comma}{}: {}", field.name, field.ty.contract_name())?;
                }
                f.write_str(">")
            }
            DataType::Variant => f.write_str("Variant"),
            DataType::UnknownTemporal | DataType::Unknown => f.write_str("Unknown"),
        }
    }
}
