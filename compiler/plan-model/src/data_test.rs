//! Declarative tests and assertions: one grammar for models and pipelines.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ColumnName;

/// How bad a failing test is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Fails the command.
    #[default]
    Error,
    /// Is reported.
    Warning,
}

impl Severity {
    /// The name in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// A number as text, kept exactly as written so that no float rounding gets into a statement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct DecimalText(String);

/// A text that is not a number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a number: write digits with an optional sign, fraction and exponent")]
pub struct DecimalTextError(pub String);

impl DecimalText {
    /// Checks and keeps the text: `[+-] digits [. digits] [e [+-] digits]`.
    pub fn new(text: impl Into<String>) -> Result<Self, DecimalTextError> {
        let text: String = text.into();
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (text.as_str(), None),
        };
        let unsigned = mantissa.strip_prefix(['+', '-']).unwrap_or(mantissa);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let exponent_fits = exponent.is_none_or(|exponent| {
            let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            !exponent.is_empty() && digits(exponent)
        });
        if digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty()) && exponent_fits {
            Ok(Self(text))
        } else {
            Err(DecimalTextError(text))
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for DecimalText {
    type Error = DecimalTextError;
    fn try_from(text: String) -> Result<Self, DecimalTextError> {
        Self::new(text)
    }
}

impl From<DecimalText> for String {
    fn from(text: DecimalText) -> String {
        text.0
    }
}

impl fmt::Display for DecimalText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// An aggregate function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AggregateOperation {
    /// `SUM`.
    Sum,
    /// `COUNT`.
    Count,
    /// `AVG`.
    Avg,
    /// `MIN`.
    Min,
    /// `MAX`.
    Max,
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Comparison {
    /// `<`.
    Lt,
    /// `<=`.
    Lte,
    /// `>`.
    Gt,
    /// `>=`.
    Gte,
    /// `=`.
    Eq,
    /// `<>`.
    Ne,
}

/// What is tested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DataCheck {
    /// No NULL.
    NotNull {
        /// The column.
        column: ColumnName,
    },
    /// No value twice.
    Unique {
        /// The column.
        column: ColumnName,
    },
    /// No value outside the list; NULL passes.
    AcceptedValues {
        /// The column.
        column: ColumnName,
        /// The list.
        values: Vec<String>,
    },
    /// Every value exists there; NULL passes.
    Relationships {
        /// The column.
        column: ColumnName,
        /// The other table as a reference the test can read: one to three name parts.
        to_table: Vec<String>,
        /// Its column.
        to_column: ColumnName,
    },
    /// The expression holds in every row; NULL passes. Trusted project text.
    Expression {
        /// The expression.
        expression: String,
    },
    /// The row count is inside the range.
    RowCountRange {
        /// Least count.
        min: Option<u64>,
        /// Greatest count.
        max: Option<u64>,
    },
    /// Every value is inside the range; NULL passes.
    InRange {
        /// The column.
        column: ColumnName,
        /// Least value.
        min: Option<DecimalText>,
        /// Greatest value.
        max: Option<DecimalText>,
    },
    /// Every value contains a match; NULL passes.
    RegexMatch {
        /// The column.
        column: ColumnName,
        /// The pattern.
        pattern: String,
    },
    /// An aggregate compares as wanted.
    Aggregate {
        /// The function.
        op: AggregateOperation,
        /// Its column; `COUNT` may do without.
        column: Option<ColumnName>,
        /// The comparison.
        cmp: Comparison,
        /// With what.
        value: DecimalText,
    },
    /// No combination twice.
    CompositeUnique {
        /// The columns, two or more.
        columns: Vec<ColumnName>,
    },
    /// No value later than now; NULL passes.
    NotInFuture {
        /// The column.
        column: ColumnName,
    },
    /// No value newer than so many days; NULL passes.
    OlderThanNDays {
        /// The column.
        column: ColumnName,
        /// Days, at least one.
        days: u32,
    },
}

impl DataCheck {
    /// The kind's name in configuration and outputs.
    pub fn kind(&self) -> &'static str {
        match self {
            DataCheck::NotNull { .. } => "not_null",
            DataCheck::Unique { .. } => "unique",
            DataCheck::AcceptedValues { .. } => "accepted_values",
            DataCheck::Relationships { .. } => "relationships",
            DataCheck::Expression { .. } => "expression",
            DataCheck::RowCountRange { .. } => "row_count_range",
            DataCheck::InRange { .. } => "in_range",
            DataCheck::RegexMatch { .. } => "regex_match",
            DataCheck::Aggregate { .. } => "aggregate",
            DataCheck::CompositeUnique { .. } => "composite",
            DataCheck::NotInFuture { .. } => "not_in_future",
            DataCheck::OlderThanNDays { .. } => "older_than_n_days",
        }
    }

    /// The column it looks at, when it is one.
    pub fn column(&self) -> Option<&ColumnName> {
        match self {
            DataCheck::NotNull { column }
            | DataCheck::Unique { column }
            | DataCheck::AcceptedValues { column, .. }
            | DataCheck::Relationships { column, .. }
            | DataCheck::InRange { column, .. }
            | DataCheck::RegexMatch { column, .. }
            | DataCheck::NotInFuture { column }
            | DataCheck::OlderThanNDays { column, .. } => Some(column),
            DataCheck::Aggregate { column, .. } => column.as_ref(),
            DataCheck::Expression { .. }
            | DataCheck::RowCountRange { .. }
            | DataCheck::CompositeUnique { .. } => None,
        }
    }
}

/// One `[[tests]]` entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DataTest {
    /// Its name, unique in its model: as given, or `<kind>:<column or ->`.
    pub name: String,
    /// How bad a failure is.
    #[serde(default)]
    pub severity: Severity,
    /// Rows where this is FALSE or NULL pass. Trusted project text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// What is tested.
    pub check: DataCheck,
}
