//! Data quality in the run document.

use schemars::JsonSchema;
use serde::Serialize;

/// The checks of one table.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct TableCheckOutput {
    /// Its asset key.
    pub asset_key: Vec<String>,
    /// What was checked.
    pub checks: Vec<CheckResult>,
}

/// How bad a failing check is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckSeverity {
    /// Makes the run fail.
    Error,
    /// Is reported.
    Warning,
}

/// One check.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct CheckResult {
    /// Its name.
    pub name: String,
    /// Whether the data passed.
    pub passed: bool,
    /// How bad a failure is.
    pub severity: CheckSeverity,
    /// Why it could not be evaluated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// True together with `error`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub not_evaluated: bool,
    /// What was measured.
    #[serde(flatten)]
    pub detail: CheckDetail,
}

/// What a check measured.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum CheckDetail {
    /// `row_count`.
    RowCount {
        /// Rows of the source.
        source_count: u64,
        /// Rows of the target.
        target_count: u64,
    },
    /// `column_match`.
    ColumnMatch {
        /// Columns the target lacks.
        missing: Vec<String>,
        /// Columns only the target has.
        extra: Vec<String>,
    },
    /// `freshness`.
    Freshness {
        /// Age of the newest row, in seconds.
        lag_seconds: u64,
        /// Greatest allowed age, in seconds.
        threshold_seconds: u64,
    },
    /// `null_rate`.
    NullRate {
        /// The column.
        column: String,
        /// Share of NULLs, 0 to 1.
        null_rate: f64,
        /// Greatest allowed share.
        threshold: f64,
    },
    /// An assertion.
    Assertion {
        /// Its kind, such as `not_null`.
        kind: String,
        /// The column, when it looks at one.
        #[serde(skip_serializing_if = "Option::is_none")]
        column: Option<String>,
        /// Rows that break it.
        failing_rows: u64,
    },
    /// Custom SQL.
    Custom {
        /// The query.
        query: String,
        /// What it returned.
        result_value: i64,
        /// What it was compared with.
        threshold: i64,
    },
}

/// What happens to rows that fail.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum QuarantineMode {
    /// They go to a table of their own.
    Split,
    /// They are marked.
    Tag,
    /// They are left out.
    Drop,
}

/// Rows that were set aside.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct QuarantineOutput {
    /// The table's asset key.
    pub asset_key: Vec<String>,
    /// What happens to rows that fail.
    pub mode: QuarantineMode,
    /// The table of good rows; empty when there is none.
    pub valid_table: String,
    /// The table of bad rows; empty when there is none.
    pub quarantine_table: String,
    /// Good rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_rows: Option<u64>,
    /// Bad rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quarantined_rows: Option<u64>,
    /// Whether it worked.
    pub ok: bool,
    /// Why it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A row count out of the ordinary.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct AnomalyOutput {
    /// The table.
    pub table: String,
    /// Rows now.
    pub current_count: u64,
    /// Rows as a rule.
    pub baseline_avg: f64,
    /// Difference in percent of the rule.
    pub deviation_pct: f64,
    /// Why it is out of the ordinary.
    pub reason: String,
    /// The table's asset key.
    pub asset_key: Vec<String>,
}
