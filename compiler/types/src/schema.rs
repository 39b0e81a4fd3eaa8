//! The output schema of a model: what other models may know of it.

use crate::{DataType, Nullability, StructField};
use rocky_base_db::{Digest, DigestWriter};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// A column with what is known of its values.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct TypedColumn {
    /// Its name, quotes removed.
    pub name: SmolStr,
    /// Whether the name was written in quotes.
    pub quoted: bool,
    /// Its type.
    pub ty: DataType,
    /// Whether it may be NULL.
    pub nullability: Nullability,
    /// Whether the type comes from a column, a cast or a precise rule, not from an approximation.
    pub exact: bool,
    /// The warehouse's own name of the type, where the lattice keeps less than that.
    pub raw: Option<SmolStr>,
}

impl TypedColumn {
    /// A column of an exact type.
    pub fn new(name: &str, ty: DataType, nullability: Nullability) -> TypedColumn {
        TypedColumn { name: SmolStr::new(name), quoted: false, ty, nullability, exact: true, raw: None }
    }

    /// A column of which only the name is known.
    pub fn unknown(name: &str) -> TypedColumn {
        TypedColumn { name: SmolStr::new(name), ..TypedColumn::default() }
    }
}

/// Columns in order, and whether there may be more.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Schema {
    /// The known columns.
    pub columns: Vec<TypedColumn>,
    /// Whether there may be columns that are not listed: then absence proves nothing.
    pub open: bool,
    /// A digest of everything above.
    pub fingerprint: Digest,
}

impl Schema {
    /// A schema of these columns.
    pub fn new(columns: Vec<TypedColumn>, open: bool) -> Schema {
        let mut writer = DigestWriter::new();
        writer.number(u64::from(open)).number(columns.len() as u64);
        for column in &columns {
            writer.text(&column.name);
            writer.number(u64::from(column.quoted)).number(u64::from(column.exact));
            writer.number(column.nullability as u64);
            write_type(&mut writer, &column.ty);
            match &column.raw {
                Some(raw) => writer.number(1).text(raw),
                None => writer.number(0),
            };
        }
        Schema { columns, open, fingerprint: writer.finish() }
    }

    /// The schema of which nothing is known.
    pub fn unknown() -> Schema {
        Schema::new(Vec::new(), true)
    }

    /// The column of exactly that name, or else the first that differs in case only.
    pub fn column(&self, name: &str) -> Option<&TypedColumn> {
        let exact = self.columns.iter().find(|column| column.name == name);
        exact.or_else(|| self.columns.iter().find(|column| same_name(&column.name, name)))
    }
}

impl Default for Schema {
    fn default() -> Schema {
        Schema::unknown()
    }
}

/// Whether two names are equal without regard to case.
pub(crate) fn same_name(left: &str, right: &str) -> bool {
    left == right
        || left.eq_ignore_ascii_case(right)
        || (!left.is_ascii() && !right.is_ascii() && left.to_lowercase() == right.to_lowercase())
}

fn write_type(writer: &mut DigestWriter, ty: &DataType) {
    match ty {
        DataType::Boolean => writer.number(1),
        DataType::Int32 => writer.number(2),
        DataType::Int64 => writer.number(3),
        DataType::Float32 => writer.number(4),
        DataType::Float64 => writer.number(5),
        DataType::Decimal(precision, scale) => {
            writer.number(6).number(u64::from(*precision)).number(u64::from(*scale))
        }
        DataType::String => writer.number(7),
        DataType::Date => writer.number(8),
        DataType::Timestamp => writer.number(9),
        DataType::TimestampNtz => writer.number(10),
        DataType::Time => writer.number(11),
        DataType::Interval => writer.number(12),
        DataType::Binary => writer.number(13),
        DataType::Array(element) => {
            writer.number(14);
            write_type(writer, element);
            writer
        }
        DataType::Map(pair) => {
            writer.number(15);
            write_type(writer, &pair.0);
            write_type(writer, &pair.1);
            writer
        }
        DataType::Struct(fields) => {
            writer.number(16).number(fields.len() as u64);
            fields.iter().for_each(|field| write_field(writer, field));
            writer
        }
        DataType::Variant => writer.number(17),
        DataType::UnknownTemporal => writer.number(18),
        DataType::Unknown => writer.number(19),
    };
}

fn write_field(writer: &mut DigestWriter, field: &StructField) {
    writer.text(&field.name).number(field.nullability as u64);
    write_type(writer, &field.ty);
}

#[cfg(test)]
mod tests {
    use super::{Schema, TypedColumn};
    use crate::{DataType, Nullability};

    #[test]
    fn the_fingerprint_covers_every_part() {
        let column = TypedColumn::new("a", DataType::Int32, Nullability::NotNull);
        let schema = |column: &TypedColumn, open| Schema::new(vec![column.clone()], open).fingerprint;
        let base = schema(&column, false);
        assert_eq!(base, schema(&column.clone(), false));
        assert_ne!(base, schema(&column, true));
        let variants = [
            TypedColumn { name: "b".into(), ..column.clone() },
            TypedColumn { quoted: true, ..column.clone() },
            TypedColumn { ty: DataType::Int64, ..column.clone() },
            TypedColumn { ty: DataType::array_of(DataType::Int32), ..column.clone() },
            TypedColumn { nullability: Nullability::Unknown, ..column.clone() },
            TypedColumn { exact: false, ..column.clone() },
            TypedColumn { raw: Some("TINYINT".into()), ..column.clone() },
        ];
        for variant in variants {
            assert_ne!(base, schema(&variant, false), "{variant:?}");
        }
    }
}
