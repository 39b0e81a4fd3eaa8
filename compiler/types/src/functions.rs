//! Signatures of functions: read once per dialect from the data files in `data/functions`.

use crate::{DataType, DialectKind, parse_contract_type};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::sync::OnceLock;

/// What a function is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FunctionKind {
    /// Many rows to one value; with OVER too.
    Aggregate,
    /// Only with OVER.
    Window,
    /// One row to one value.
    Scalar,
}

/// How a function's type follows from its arguments.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TypeRule {
    /// Always this.
    Fixed(DataType),
    /// The type of an argument, counted from 0.
    Argument(usize),
    /// The common supertype of the arguments from here on.
    Supertype(usize),
    /// A list of an argument's type.
    ArrayOf(usize),
    /// The element type of an argument.
    Element(usize),
    /// A rule of its own.
    Named(NamedRule),
}

/// Rules that need more than the arguments' types, or differ between dialects.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NamedRule {
    /// Sum.
    Sum,
    /// Average.
    Average,
    /// DuckDB's continuous quantiles.
    QuantileContinuous,
    /// DuckDB's discrete quantiles.
    QuantileDiscrete,
    /// MIN, MAX: with a count they give lists on DuckDB.
    Extreme,
    /// DuckDB's histogram.
    Histogram,
    /// HUGEINT.
    HugeInt,
    /// UHUGEINT.
    UnsignedHugeInt,
    /// UBIGINT.
    UnsignedBigInt,
    /// TINYINT.
    TinyInt,
    /// UUID.
    Uuid,
    /// TIME WITH TIME ZONE.
    TimeTz,
    /// LAG, LEAD: argument and default.
    Lag,
    /// CEIL, FLOOR.
    Ceil,
    /// ROUND, TRUNC.
    Round,
    /// The `%` operator.
    Modulo,
    /// The `/` operator.
    Divide,
    /// The `//` operator.
    IntegerDivide,
    /// XOR and the like.
    Bitwise,
    /// GCD, LCM.
    Divisor,
    /// Single precision if the arguments are, else double.
    Float,
    /// DuckDB's median absolute deviation.
    Deviation,
    /// DuckDB's approximate quantiles.
    QuantileApproximate,
    /// TIMEZONE: an offset, or `AT TIME ZONE`.
    TimeZone,
    /// LIST_AGGREGATE and LIST_ followed by an aggregate's name.
    ListAggregate,
    /// LIST_ZIP.
    Zip,
    /// STRUCT_EXTRACT(struct, 'field').
    StructField,
    /// STRUCT_INSERT(struct, field := value).
    StructInsert,
    /// STRUCT_UPDATE(struct, field := value).
    StructUpdate,
    /// STRUCT_CONCAT: the fields of all structs.
    StructConcat,
    /// Of lists of FLOAT a FLOAT, else a DOUBLE.
    Vector,
    /// The number of an enum's value.
    EnumCode,
    /// A function of JSON and one or several paths.
    JsonPath,
    /// REGEXP_EXTRACT: a text, or a struct of named groups.
    RegexGroups,
    /// BIT_COUNT: of a number a TINYINT, of bits a BIGINT.
    BitCount,
    /// LIST_REDUCE: the element, or with a start what the lambda gives.
    Reduce,
    /// BIT.
    Bit,
    /// IF(condition, a, b).
    If,
    /// NVL2(tested, a, b).
    Nvl2,
    /// DECODE(value, key, result, …, default).
    Decode,
    /// DATE_PART('part', value).
    DatePart,
    /// DATE_TRUNC and relatives.
    DateTrunc,
    /// TIME_BUCKET(width, value).
    TimeBucket,
    /// DATE_ADD and relatives.
    DateAdd,
    /// DATEDIFF and relatives.
    DateDiff,
    /// EPOCH_MS: both directions.
    EpochMs,
    /// A struct of the arguments.
    Struct,
    /// A list of the arguments.
    Array,
    /// A list and an element.
    Append,
    /// An element and a list.
    Prepend,
    /// A list mapped through a lambda.
    Transform,
    /// A lambda's result.
    Lambda,
    /// The keys of a map.
    MapKeys,
    /// The values of a map.
    MapValues,
    /// The entries of a map.
    MapEntries,
    /// A map of keys and values.
    Map,
    /// A map of a list of keys and a list of values.
    MapFromArrays,
    /// A map of a list of entries.
    MapFromEntries,
    /// A value of a map.
    MapValue,
    /// A list of values of a map.
    MapValueList,
    /// A list's sum.
    ListSum,
    /// RANGE, GENERATE_SERIES: a list.
    Range,
    /// SEQUENCE: a list of the first argument's type.
    Sequence,
    /// TO_NUMBER(text, precision, scale).
    DecimalParameters,
    /// The element of an array of arrays.
    ElementOfElement,
}

/// How a function's nullability follows from its arguments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NullRule {
    /// Never NULL.
    NotNull,
    /// May be NULL.
    Nullable,
    /// Not known.
    Unknown,
    /// NULL if one argument is.
    Any,
    /// NULL only if all arguments are.
    All,
    /// As the first argument.
    First,
    /// Of an aggregate: as the arguments if there is a row, else NULL.
    Group,
    /// LAG, LEAD.
    Lag,
    /// IF: the branches.
    If,
    /// NVL2: the branches.
    Nvl2,
}

/// A function's signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signature {
    /// What it is.
    pub kind: FunctionKind,
    /// Its type.
    pub ty: TypeRule,
    /// Whether the type is right, not approximately right.
    pub exact: bool,
    /// Its nullability.
    pub nullability: NullRule,
    /// Positions, counted from 0, where a bare date part may stand.
    pub parts: Vec<usize>,
}

/// The functions of one dialect.
#[derive(Debug, Default)]
pub struct FunctionTable {
    by_name: FxHashMap<SmolStr, Signature>,
}

const COMMON: &str = include_str!("../data/functions/common.functions");
const DUCK_DB: &str = include_str!("../data/functions/duckdb.functions");
const DATABRICKS: &str = include_str!("../data/functions/databricks.functions");
const SNOWFLAKE: &str = include_str!("../data/functions/snowflake.functions");
const BIG_QUERY: &str = include_str!("../data/functions/bigquery.functions");

/// The functions of a dialect.
pub fn functions(dialect: DialectKind) -> &'static FunctionTable {
    static TABLES: [OnceLock<FunctionTable>; 5] = [const { OnceLock::new() }; 5];
    let (slot, own) = match dialect {
        DialectKind::Databricks => (0, DATABRICKS),
        DialectKind::Snowflake => (1, SNOWFLAKE),
        DialectKind::BigQuery => (2, BIG_QUERY),
        DialectKind::DuckDb => (3, DUCK_DB),
        DialectKind::Ansi | DialectKind::Postgres | DialectKind::Permissive => (4, ""),
    };
    TABLES[slot].get_or_init(|| {
        let mut table = FunctionTable::default();
        table.read(COMMON);
        table.read(own);
        table
    })
}

impl FunctionTable {
    /// The signature of the function of that name, in upper case. `SAFE.` before it is no part of it.
    pub fn get(&self, name: &str) -> Option<&Signature> {
        if let Some(found) = self.by_name.get(name) {
            return Some(found);
        }
        let stripped = name.strip_prefix("SAFE.").or_else(|| name.strip_prefix("safe."));
        match stripped {
            Some(stripped) => self.by_name.get(stripped.to_ascii_uppercase().as_str()),
            None if name.bytes().any(|byte| byte.is_ascii_lowercase()) => {
                self.by_name.get(name.to_ascii_uppercase().as_str())
            }
            None => None,
        }
    }

    /// How many names it knows.
    pub fn len(&self) -> usize {
        self.by_name.len()
    }

    /// Whether it knows no name.
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// The names it knows, in order.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.by_name.keys().map(SmolStr::as_str).collect();
        names.sort_unstable();
        names
    }

    /// Adds the signatures of a text in the format of the data files; later ones win. Lines that are not
    /// understood are returned.
    pub fn read(&mut self, text: &str) -> Vec<usize> {
        let mut wrong = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match line.split_once(" : ").and_then(|(head, names)| Some((signature(head)?, names))) {
                Some((signature, names)) => {
                    for name in names.split_whitespace() {
                        self.by_name.insert(SmolStr::new(name), signature.clone());
                    }
                }
                None => wrong.push(number + 1),
            }
        }
        wrong
    }
}

fn signature(head: &str) -> Option<Signature> {
    let mut words = head.split_whitespace();
    let kind = match words.next()? {
        "aggregate" => FunctionKind::Aggregate,
        "window" => FunctionKind::Window,
        "scalar" => FunctionKind::Scalar,
        _ => return None,
    };
    let ty = words.next()?;
    let (ty, exact) = ty.strip_prefix('~').map_or((ty, true), |ty| (ty, false));
    let nullability = match words.next()? {
        "not_null" => NullRule::NotNull,
        "nullable" => NullRule::Nullable,
        "unknown" => NullRule::Unknown,
        "any" => NullRule::Any,
        "all" => NullRule::All,
        "first" => NullRule::First,
        "group" => NullRule::Group,
        "lag" => NullRule::Lag,
        "if" => NullRule::If,
        "nvl2" => NullRule::Nvl2,
        _ => return None,
    };
    let parts = match words.next() {
        None => Vec::new(),
        Some(parts) => parts
            .strip_prefix("part=")?
            .split(',')
            .map(|part| part.parse::<usize>().ok()?.checked_sub(1))
            .collect::<Option<Vec<usize>>>()?,
    };
    Some(Signature { kind, ty: type_rule(ty)?, exact, nullability, parts })
}

fn type_rule(text: &str) -> Option<TypeRule> {
    let numbered = |prefix: &str| text.strip_prefix(prefix)?.parse::<usize>().ok()?.checked_sub(1);
    if let Some(position) = numbered("arg") {
        return Some(TypeRule::Argument(position));
    }
    if let Some(position) = numbered("supertype") {
        return Some(TypeRule::Supertype(position));
    }
    if let Some(position) = numbered("array") {
        return Some(TypeRule::ArrayOf(position));
    }
    if let Some(position) = numbered("element") {
        return Some(TypeRule::Element(position));
    }
    named_rule(text).map(TypeRule::Named).or_else(|| parse_contract_type(text).map(TypeRule::Fixed))
}

fn named_rule(text: &str) -> Option<NamedRule> {
    Some(match text {
        "sum" => NamedRule::Sum,
        "avg" => NamedRule::Average,
        "quantile_cont" => NamedRule::QuantileContinuous,
        "quantile_disc" => NamedRule::QuantileDiscrete,
        "extreme" => NamedRule::Extreme,
        "histogram" => NamedRule::Histogram,
        "hugeint" => NamedRule::HugeInt,
        "ubigint" => NamedRule::UnsignedBigInt,
        "uhugeint" => NamedRule::UnsignedHugeInt,
        "tinyint" => NamedRule::TinyInt,
        "uuid" => NamedRule::Uuid,
        "timetz" => NamedRule::TimeTz,
        "lag" => NamedRule::Lag,
        "ceil" => NamedRule::Ceil,
        "round" => NamedRule::Round,
        "modulo" => NamedRule::Modulo,
        "divide" => NamedRule::Divide,
        "integer_divide" => NamedRule::IntegerDivide,
        "bitwise" => NamedRule::Bitwise,
        "divisor" => NamedRule::Divisor,
        "float" => NamedRule::Float,
        "deviation" => NamedRule::Deviation,
        "quantile_approximate" => NamedRule::QuantileApproximate,
        "timezone" => NamedRule::TimeZone,
        "list_aggregate" => NamedRule::ListAggregate,
        "zip" => NamedRule::Zip,
        "struct_field" => NamedRule::StructField,
        "struct_insert" => NamedRule::StructInsert,
        "struct_update" => NamedRule::StructUpdate,
        "struct_concat" => NamedRule::StructConcat,
        "vector" => NamedRule::Vector,
        "enum_code" => NamedRule::EnumCode,
        "json_path" => NamedRule::JsonPath,
        "regex_groups" => NamedRule::RegexGroups,
        "bit_count" => NamedRule::BitCount,
        "reduce" => NamedRule::Reduce,
        "bit" => NamedRule::Bit,
        "if" => NamedRule::If,
        "nvl2" => NamedRule::Nvl2,
        "decode" => NamedRule::Decode,
        "date_part" => NamedRule::DatePart,
        "date_trunc" => NamedRule::DateTrunc,
        "time_bucket" => NamedRule::TimeBucket,
        "date_add" => NamedRule::DateAdd,
        "date_diff" => NamedRule::DateDiff,
        "epoch_ms" => NamedRule::EpochMs,
        "struct" => NamedRule::Struct,
        "array_of" => NamedRule::Array,
        "append" => NamedRule::Append,
        "prepend" => NamedRule::Prepend,
        "transform" => NamedRule::Transform,
        "lambda" => NamedRule::Lambda,
        "map_keys" => NamedRule::MapKeys,
        "map_values" => NamedRule::MapValues,
        "map_entries" => NamedRule::MapEntries,
        "map" => NamedRule::Map,
        "map_from_arrays" => NamedRule::MapFromArrays,
        "map_from_entries" => NamedRule::MapFromEntries,
        "map_value" => NamedRule::MapValue,
        "map_value_list" => NamedRule::MapValueList,
        "list_sum" => NamedRule::ListSum,
        "range" => NamedRule::Range,
        "array_sequence" => NamedRule::Sequence,
        "decimal_parameters" => NamedRule::DecimalParameters,
        "element_element" => NamedRule::ElementOfElement,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{BIG_QUERY, COMMON, DATABRICKS, DUCK_DB, FunctionTable, SNOWFLAKE, functions};
    use crate::DialectKind;

    #[test]
    fn every_line_of_the_data_files_is_understood() {
        for text in [COMMON, DUCK_DB, DATABRICKS, SNOWFLAKE, BIG_QUERY] {
            let mut table = FunctionTable::default();
            assert_eq!(table.read(text), Vec::<usize>::new());
            assert!(!table.is_empty());
        }
    }

    #[test]
    fn names_are_found_in_any_case_and_behind_safe() {
        let table = functions(DialectKind::BigQuery);
        assert!(table.get("SUM").is_some());
        assert_eq!(table.get("sum"), table.get("SUM"));
        assert_eq!(table.get("SAFE.PARSE_DATE"), table.get("PARSE_DATE"));
        assert!(table.get("NO_SUCH_FUNCTION").is_none());
        assert!(table.len() > 300);
    }

    #[test]
    fn a_wrong_line_is_reported() {
        let mut table = FunctionTable::default();
        assert_eq!(table.read("scalar Nothing any : F\n\nscalar Int64 any : G"), vec![1]);
        assert_eq!(table.names(), vec!["G"]);
    }
}
