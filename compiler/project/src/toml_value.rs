//! TOML values that Rocky hands on without looking into them.

use smol_str::SmolStr;
use toml::de::DeValue;

/// A TOML value, kept as it was written. Tables keep the order of the file.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum TomlValue {
    /// A string.
    String(String),
    /// An integer that fits 64 bits.
    Integer(i64),
    /// A float, as it is written; also an integer that does not fit 64 bits.
    Float(SmolStr),
    /// A boolean.
    Boolean(bool),
    /// A date, a time or both, in its TOML spelling.
    Datetime(SmolStr),
    /// An array.
    Array(Vec<TomlValue>),
    /// A table.
    Table(TomlTable),
}

/// A table in file order.
pub type TomlTable = Vec<(SmolStr, TomlValue)>;

impl TomlValue {
    pub(crate) fn of(value: &DeValue<'_>) -> TomlValue {
        match value {
            DeValue::String(text) => TomlValue::String(text.to_string()),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(small) => TomlValue::Integer(small),
                Err(_) => TomlValue::Float(SmolStr::new(number.to_string())),
            },
            DeValue::Float(number) => TomlValue::Float(SmolStr::new(number.as_str())),
            DeValue::Boolean(value) => TomlValue::Boolean(*value),
            DeValue::Datetime(value) => TomlValue::Datetime(SmolStr::new(value.to_string())),
            DeValue::Array(items) => {
                TomlValue::Array(items.iter().map(|item| TomlValue::of(item.get_ref())).collect())
            }
            DeValue::Table(table) => TomlValue::Table(table_in_order(table)),
        }
    }

    /// The value as text: strings as they are, other scalars in their TOML spelling.
    pub fn scalar_text(&self) -> Option<String> {
        match self {
            TomlValue::String(text) => Some(text.clone()),
            TomlValue::Integer(number) => Some(number.to_string()),
            TomlValue::Float(text) | TomlValue::Datetime(text) => Some(text.to_string()),
            TomlValue::Boolean(value) => Some(value.to_string()),
            TomlValue::Array(_) | TomlValue::Table(_) => None,
        }
    }
}

/// The entries of a table in the order they are written.
pub(crate) fn table_in_order(table: &toml::de::DeTable<'_>) -> TomlTable {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
        .into_iter()
        .map(|(key, value)| (SmolStr::new(key.get_ref()), TomlValue::of(value.get_ref())))
        .collect()
}
