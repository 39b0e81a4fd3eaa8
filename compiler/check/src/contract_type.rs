//! The type names of contracts, and what satisfies them.

use rocky_syntax::DialectKind;
use rocky_types::{DataType, assignable, parse_contract_type};

/// A type as a contract names it. Parameters that the contract leaves out match anything.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ContractType {
    ty: DataType,
    has_parameters: bool,
}

impl ContractType {
    /// Reads a contract's type name; `None` when there is no such type.
    pub(crate) fn parse(text: &str) -> Option<ContractType> {
        let ty = parse_contract_type(text)?;
        Some(ContractType { ty, has_parameters: text.contains(['(', '<']) })
    }

    /// Whether an inferred type satisfies the contract. `exact` says whether precision and element types
    /// of the inferred type are certain; what is not certain is not held against the model.
    pub(crate) fn accepts(&self, inferred: &DataType, exact: bool, dialect: DialectKind) -> bool {
        let parameters_count = self.has_parameters && exact;
        match (&self.ty, inferred) {
            (DataType::Unknown, _) | (_, DataType::Unknown) => true,
            (DataType::Decimal(precision, scale), DataType::Decimal(p, s)) => {
                let whole_digits = precision.saturating_sub(*scale);
                !parameters_count || (s <= scale && p.saturating_sub(*s) <= whole_digits)
            }
            (DataType::Decimal(..), DataType::Int64 | DataType::Int32) => {
                dialect == DialectKind::Snowflake || !self.has_parameters
            }
            (DataType::Int32, DataType::Int64) => dialect == DialectKind::Snowflake,
            // The sum of whole numbers is a wide whole number on some warehouses; it is still one.
            (DataType::Int64, DataType::Decimal(38, 0)) => true,
            (expected, actual) if expected.is_timestamp() && actual.is_timestamp() => true,
            (DataType::Array(_), DataType::Array(_))
            | (DataType::Map(..), DataType::Map(..))
            | (DataType::Struct(_), DataType::Struct(_))
                if !parameters_count =>
            {
                true
            }
            (expected, actual) => assignable(actual, expected, dialect),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ContractType;
    use rocky_syntax::DialectKind;
    use rocky_types::DataType;

    fn accepts(contract: &str, inferred: DataType) -> bool {
        ContractType::parse(contract).unwrap().accepts(&inferred, true, DialectKind::DuckDb)
    }

    #[test]
    fn wider_is_enough_and_narrower_is_not() {
        assert!(accepts("Int64", DataType::Int32));
        assert!(!accepts("Int32", DataType::Int64));
        assert!(accepts("Float64", DataType::Float32));
        assert!(accepts("Timestamp", DataType::TimestampNtz));
        assert!(accepts("Decimal(12,2)", DataType::Decimal(10, 2)));
        assert!(!accepts("Decimal(10,2)", DataType::Decimal(12, 2)));
        assert!(!accepts("Decimal(12,2)", DataType::Decimal(12, 3)));
        assert!(accepts("Decimal", DataType::Decimal(12, 3)));
        assert!(!accepts("String", DataType::Int64));
        assert!(accepts("Array<Int64>", DataType::array_of(DataType::Int64)));
        assert!(!accepts("Array<Int64>", DataType::array_of(DataType::String)));
        assert!(accepts("Array", DataType::array_of(DataType::String)));
        assert!(accepts("Int64", DataType::Unknown));
    }

    #[test]
    fn names_that_do_not_exist() {
        for name in ["Integer", "Array<>", "Map<String>", "", "Array<Int64"] {
            assert_eq!(ContractType::parse(name), None, "{name}");
        }
    }
}
