//! `[pipeline.NAME.checks]` and `[pipeline.NAME.execution]`.

use crate::decode::{Decoder, Table};
use crate::model_test::{TEST_SEVERITIES, decode_test};
use crate::{Finding, ModelTest, TestSeverity};
use smol_str::SmolStr;
use toml::de::DeValue;

/// Data checks of a pipeline.
#[derive(Clone, PartialEq, Debug)]
pub struct Checks {
    /// `enabled` as written; `None` is "on as soon as something is configured".
    pub enabled: Option<bool>,
    /// Row counts.
    pub row_count: Toggle,
    /// Column lists.
    pub column_match: Toggle,
    /// How old the newest row may be.
    pub freshness: Option<FreshnessCheck>,
    /// How many NULLs columns may hold.
    pub null_rate: Option<NullRateCheck>,
    /// SQL that yields a number.
    pub custom: Vec<CustomCheck>,
    /// Declared tests on tables.
    pub assertions: Vec<ModelTest>,
    /// What happens to failing rows.
    pub quarantine: Quarantine,
    /// Deviation of the row count from the mean that counts as odd; `None` is the default.
    pub anomaly_threshold_pct: Option<f64>,
    /// Whether a failed check of severity error fails the command.
    pub fail_on_error: bool,
    /// Overlap of keys across sources.
    pub cross_source_overlap: bool,
}

impl Default for Checks {
    fn default() -> Self {
        Checks {
            enabled: None,
            row_count: Toggle::default(),
            column_match: Toggle::default(),
            freshness: None,
            null_rate: None,
            custom: Vec::new(),
            assertions: Vec::new(),
            quarantine: Quarantine::default(),
            anomaly_threshold_pct: None,
            fail_on_error: true,
            cross_source_overlap: false,
        }
    }
}

impl Checks {
    /// Whether checks run: something is configured and `enabled = false` is not written.
    pub fn is_on(&self) -> bool {
        self.enabled != Some(false)
            && (self.row_count.enabled
                || self.column_match.enabled
                || self.freshness.is_some()
                || self.null_rate.is_some()
                || !self.custom.is_empty()
                || !self.assertions.is_empty()
                || self.anomaly_threshold_pct.is_some_and(|threshold| threshold > 0.0)
                || self.cross_source_overlap)
    }
}

/// A check that is on or off, with a severity.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Toggle {
    /// Whether it is on.
    pub enabled: bool,
    /// Whether failing is fatal.
    pub severity: TestSeverity,
}

/// `checks.freshness`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FreshnessCheck {
    /// The greatest age in seconds.
    pub threshold_seconds: u64,
    /// Ages for schemas, by name or `*` glob, sorted.
    pub overrides: Vec<(SmolStr, u64)>,
    /// Whether failing is fatal.
    pub severity: TestSeverity,
}

/// `checks.null_rate`.
#[derive(Clone, PartialEq, Debug)]
pub struct NullRateCheck {
    /// The columns.
    pub columns: Vec<SmolStr>,
    /// The greatest share of NULLs, 0 to 1.
    pub threshold: f64,
    /// The share of rows looked at, in percent.
    pub sample_percent: u32,
    /// Whether failing is fatal.
    pub severity: TestSeverity,
}

/// One of `checks.custom`.
#[derive(Clone, PartialEq, Debug)]
pub struct CustomCheck {
    /// Its name.
    pub name: SmolStr,
    /// SQL with `{target}` or `{table}`.
    pub sql: SmolStr,
    /// What the result is compared with.
    pub threshold: f64,
    /// Whether the result must be at most the threshold (or at least).
    pub passes_when_at_most: bool,
    /// Whether failing is fatal.
    pub severity: TestSeverity,
}

/// `checks.quarantine`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quarantine {
    /// Whether it is on.
    pub enabled: bool,
    /// What happens to failing rows.
    pub mode: QuarantineMode,
    /// Suffix of the table of good rows.
    pub suffix_valid: SmolStr,
    /// Suffix of the table of bad rows.
    pub suffix_quarantine: SmolStr,
    /// Whether `tag` may rewrite a replication target.
    pub allow_in_place: bool,
}

impl Default for Quarantine {
    fn default() -> Self {
        Quarantine {
            enabled: false,
            mode: QuarantineMode::Split,
            suffix_valid: SmolStr::new_static("__valid"),
            suffix_quarantine: SmolStr::new_static("__quarantine"),
            allow_in_place: false,
        }
    }
}

/// What happens to failing rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum QuarantineMode {
    /// They go to a table of their own.
    Split,
    /// They are marked.
    Tag,
    /// They are left out.
    Drop,
}

/// `[pipeline.NAME.execution]`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Execution {
    /// Tasks at a time; `None` is adaptive.
    pub concurrency: Option<u32>,
    /// Whether nothing new starts after a failure.
    pub fail_fast: bool,
    /// Share of failed tasks, in percent, at which the run stops; 0 is off.
    pub error_rate_abort_pct: u32,
    /// Further passes over failed tables.
    pub table_retries: u32,
}

impl Default for Execution {
    fn default() -> Self {
        Execution { concurrency: None, fail_fast: false, error_rate_abort_pct: 50, table_retries: 1 }
    }
}

const CHECK_KEYS: &[&str] = &[
    "enabled",
    "row_count",
    "column_match",
    "freshness",
    "null_rate",
    "custom",
    "assertions",
    "quarantine",
    "anomaly_threshold_pct",
    "fail_on_error",
    "cross_source_overlap",
];

/// Reads `checks` of a pipeline.
pub(crate) fn decode_checks(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Checks {
    decoder.check_keys(table, CHECK_KEYS);
    let mut checks = Checks {
        enabled: decoder.boolean(table, "enabled"),
        row_count: toggle(decoder, table, "row_count"),
        column_match: toggle(decoder, table, "column_match"),
        anomaly_threshold_pct: decoder.float(table, "anomaly_threshold_pct"),
        fail_on_error: decoder.boolean(table, "fail_on_error").unwrap_or(true),
        cross_source_overlap: decoder.table(table, "cross_source_overlap").is_some(),
        ..Checks::default()
    };
    if let Some(freshness) = decoder.table(table, "freshness") {
        checks.freshness = decode_freshness(decoder, &freshness);
    }
    if let Some(null_rate) = decoder.table(table, "null_rate") {
        checks.null_rate = decode_null_rate(decoder, &null_rate);
    }
    for custom in decoder.tables(table, "custom") {
        checks.custom.extend(decode_custom(decoder, &custom));
    }
    for assertion in decoder.tables(table, "assertions") {
        checks.assertions.extend(decode_test(decoder, &assertion, &["table"]));
    }
    if let Some(quarantine) = decoder.table(table, "quarantine") {
        checks.quarantine = decode_quarantine(decoder, &quarantine);
    }
    checks
}

fn toggle(decoder: &mut Decoder<'_>, table: &Table<'_>, key: &str) -> Toggle {
    match table.get(key).map(toml::Spanned::get_ref) {
        Some(DeValue::Table(_)) => {
            let Some(inner) = decoder.table(table, key) else { return Toggle::default() };
            decoder.check_keys(&inner, &["enabled", "severity"]);
            Toggle {
                enabled: decoder.boolean(&inner, "enabled").unwrap_or(false),
                severity: severity(decoder, &inner),
            }
        }
        _ => Toggle { enabled: decoder.boolean(table, key).unwrap_or(false), ..Toggle::default() },
    }
}

fn severity(decoder: &mut Decoder<'_>, table: &Table<'_>) -> TestSeverity {
    decoder.choice(table, "severity", TEST_SEVERITIES).unwrap_or_default()
}

fn decode_freshness(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Option<FreshnessCheck> {
    decoder.check_keys(table, &["threshold_seconds", "overrides", "severity"]);
    if !table.has("threshold_seconds") {
        decoder.missing(table, "threshold_seconds");
    }
    let threshold_seconds = decoder.integer(table, "threshold_seconds");
    let mut overrides = Vec::new();
    if let Some(map) = decoder.table(table, "overrides") {
        for key in map.entries.keys() {
            if let Some(seconds) = decoder.integer(&map, key.get_ref()) {
                overrides.push((SmolStr::new(key.get_ref()), seconds));
            }
        }
    }
    let severity = severity(decoder, table);
    Some(FreshnessCheck { threshold_seconds: threshold_seconds?, overrides, severity })
}

fn decode_null_rate(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Option<NullRateCheck> {
    decoder.check_keys(table, &["columns", "threshold", "sample_percent", "severity"]);
    let columns = decoder.required_texts(table, "columns");
    if !table.has("threshold") {
        decoder.missing(table, "threshold");
    }
    let threshold = decoder.float(table, "threshold");
    let sample_percent = decoder.integer(table, "sample_percent").unwrap_or(10);
    let severity = severity(decoder, table);
    if threshold.is_some_and(|threshold| !(0.0..=1.0).contains(&threshold)) {
        odd_number(decoder, table, "threshold", "a share lies between 0 and 1");
    }
    if !(1..=100).contains(&sample_percent) {
        odd_number(decoder, table, "sample_percent", "a percentage lies between 1 and 100");
    }
    Some(NullRateCheck { columns: columns?, threshold: threshold?, sample_percent, severity })
}

/// Reports a number that makes no sense (V071).
pub(crate) fn odd_number(decoder: &mut Decoder<'_>, table: &Table<'_>, key: &str, rule: &str) {
    let range = table.get(key).map_or(table.range, |value| decoder.range(value.span()));
    let field = table.field(key);
    let message = format!("the value of '{field}' makes no sense: {rule}");
    decoder.report(Finding::warning("V071", range, message).at_field(field).suggest("correct the number"));
}

fn decode_custom(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Option<CustomCheck> {
    decoder.check_keys(table, &["name", "sql", "threshold", "severity", "pass_when"]);
    let name = decoder.required_text(table, "name");
    let sql = decoder.required_text(table, "sql");
    let threshold = decoder.float(table, "threshold").unwrap_or(0.0);
    let at_most = decoder.choice(table, "pass_when", &[("lte", true), ("gte", false)]).unwrap_or(true);
    let severity = severity(decoder, table);
    Some(CustomCheck { name: name?, sql: sql?, threshold, passes_when_at_most: at_most, severity })
}

fn decode_quarantine(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Quarantine {
    decoder.check_keys(table, &["enabled", "mode", "suffix_valid", "suffix_quarantine", "allow_in_place"]);
    const MODES: &[(&str, QuarantineMode)] =
        &[("split", QuarantineMode::Split), ("tag", QuarantineMode::Tag), ("drop", QuarantineMode::Drop)];
    let default = Quarantine::default();
    Quarantine {
        enabled: decoder.boolean(table, "enabled").unwrap_or(false),
        mode: decoder.choice(table, "mode", MODES).unwrap_or(default.mode),
        suffix_valid: decoder.text(table, "suffix_valid").unwrap_or(default.suffix_valid),
        suffix_quarantine: decoder.text(table, "suffix_quarantine").unwrap_or(default.suffix_quarantine),
        allow_in_place: decoder.boolean(table, "allow_in_place").unwrap_or(false),
    }
}

/// Reads `execution` of a pipeline.
pub(crate) fn decode_execution(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Execution {
    decoder.check_keys(table, &["concurrency", "fail_fast", "error_rate_abort_pct", "table_retries"]);
    let default = Execution::default();
    let execution = Execution {
        concurrency: decode_concurrency(decoder, table),
        fail_fast: decoder.boolean(table, "fail_fast").unwrap_or(default.fail_fast),
        error_rate_abort_pct: decoder
            .integer(table, "error_rate_abort_pct")
            .unwrap_or(default.error_rate_abort_pct),
        table_retries: decoder.integer(table, "table_retries").unwrap_or(default.table_retries),
    };
    if execution.error_rate_abort_pct > 100 {
        odd_number(decoder, table, "error_rate_abort_pct", "a percentage is at most 100");
    }
    execution
}

fn decode_concurrency(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Option<u32> {
    let value = table.get("concurrency")?;
    match value.get_ref() {
        DeValue::String(text) if text.eq_ignore_ascii_case("adaptive") => None,
        DeValue::String(text) => {
            let field = table.field("concurrency");
            let message = format!("'{field}' must be \"adaptive\" or a whole number, but it is '{text}'");
            decoder.wrong(&field, value.span(), message, None);
            None
        }
        DeValue::Integer(number) if number.as_str().starts_with('-') => Some(1),
        _ => decoder.integer::<u32>(table, "concurrency").map(|tasks| tasks.max(1)),
    }
}
