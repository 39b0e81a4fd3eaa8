//! The small sections of `rocky.toml`.

use crate::decode::{Decoder, Table};
use crate::{Finding, Secret};
use smol_str::SmolStr;

/// `[state]`: where the record of runs is kept.
#[derive(Clone, PartialEq)]
pub struct State {
    /// The kind of store.
    pub backend: StateBackend,
    /// The S3 bucket; empty counts as not set.
    pub s3_bucket: Option<SmolStr>,
    /// The prefix of the S3 object.
    pub s3_prefix: SmolStr,
    /// The GCS bucket; empty counts as not set.
    pub gcs_bucket: Option<SmolStr>,
    /// The prefix of the GCS object.
    pub gcs_prefix: SmolStr,
    /// The Valkey URL; often holds a password.
    pub valkey_url: Option<Secret>,
    /// The prefix of the Valkey key.
    pub valkey_prefix: SmolStr,
    /// Whether a state that cannot be read is an error.
    pub fails_on_download_failure: bool,
    /// Whether a state that cannot be written is an error.
    pub fails_on_upload_failure: bool,
    /// Seconds a transfer may take.
    pub transfer_timeout_seconds: u64,
}

impl Default for State {
    fn default() -> Self {
        State {
            backend: StateBackend::Local,
            s3_bucket: None,
            s3_prefix: SmolStr::new_static("rocky/state/"),
            gcs_bucket: None,
            gcs_prefix: SmolStr::new_static("rocky/state/"),
            valkey_url: None,
            valkey_prefix: SmolStr::new_static("rocky:state:"),
            fails_on_download_failure: true,
            fails_on_upload_failure: false,
            transfer_timeout_seconds: 300,
        }
    }
}

/// The kind of store for the state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum StateBackend {
    Local,
    S3,
    Gcs,
    Valkey,
    Tiered,
}

impl StateBackend {
    /// The word for it in TOML.
    pub fn as_str(self) -> &'static str {
        BACKENDS.iter().find(|(_, value)| *value == self).map_or("local", |(word, _)| word)
    }
}

const BACKENDS: &[(&str, StateBackend)] = &[
    ("local", StateBackend::Local),
    ("s3", StateBackend::S3),
    ("gcs", StateBackend::Gcs),
    ("valkey", StateBackend::Valkey),
    ("redis", StateBackend::Valkey),
    ("tiered", StateBackend::Tiered),
];

/// `[cost]`: prices for estimates.
#[derive(Clone, PartialEq, Debug)]
pub struct Cost {
    /// Price of a stored gigabyte a month.
    pub storage_cost_per_gb_month: f64,
    /// Price of a unit of compute.
    pub compute_cost_per_dbu: f64,
    /// The size of the warehouse.
    pub warehouse_size: SmolStr,
    /// Runs needed before anything is estimated.
    pub min_history_runs: u64,
}

impl Default for Cost {
    fn default() -> Self {
        Cost {
            storage_cost_per_gb_month: 0.023,
            compute_cost_per_dbu: 0.40,
            warehouse_size: SmolStr::new_static("Medium"),
            min_history_runs: 5,
        }
    }
}

/// `[schema_evolution]`: what happens to columns gone from a source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SchemaEvolution {
    /// Days such a column is kept.
    pub grace_period_days: u32,
    /// Whether it is dropped after that.
    pub drop_columns: bool,
}

impl Default for SchemaEvolution {
    fn default() -> Self {
        SchemaEvolution { grace_period_days: 7, drop_columns: false }
    }
}

/// `[cache.schemas]`: the catalog snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SchemaCache {
    /// Whether it is used.
    pub enabled: bool,
    /// Seconds an entry is good for.
    pub ttl_seconds: u64,
}

impl Default for SchemaCache {
    fn default() -> Self {
        SchemaCache { enabled: true, ttl_seconds: 86_400 }
    }
}

/// `[compile]`: limits of the compiler; 0 is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CompileLimits {
    /// Models at most.
    pub max_models: u64,
    /// Models in a row at most.
    pub max_dag_depth: u64,
    /// Seconds at most.
    pub timeout_seconds: u64,
}

/// `[portability]`: the warehouse that models must also run on.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Portability {
    /// That warehouse.
    pub target_dialect: Option<SmolStr>,
    /// Constructs that are fine all the same.
    pub allow: Vec<SmolStr>,
}

/// `[budget]`: what a run may cost.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Budget {
    /// US dollars at most.
    pub max_usd: Option<f64>,
    /// Milliseconds at most.
    pub max_duration_ms: Option<u64>,
    /// Scanned bytes at most.
    pub max_bytes_scanned: Option<u64>,
    /// Whether a breach fails the run.
    pub breach_is_error: bool,
}

/// `[ai]`: limits of the AI commands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ai {
    /// Tokens of an answer at most.
    pub max_tokens: u32,
}

impl Default for Ai {
    fn default() -> Self {
        Ai { max_tokens: 4096 }
    }
}

/// Reads `[state]`.
pub(crate) fn decode_state(decoder: &mut Decoder<'_>, table: &Table<'_>) -> State {
    const KEYS: &[&str] = &[
        "backend",
        "s3_bucket",
        "s3_prefix",
        "gcs_bucket",
        "gcs_prefix",
        "valkey_url",
        "valkey_prefix",
        "on_download_failure",
        "on_upload_failure",
        "transfer_timeout_seconds",
        "namespacing",
        "concurrency_control",
        "on_schema_mismatch",
        "freeze_marker_writes",
        "retry",
        "idempotency",
        "retention",
    ];
    decoder.check_keys(table, KEYS);
    let default = State::default();
    let mut filled = |key: &str| decoder.text(table, key).filter(|text| !text.is_empty());
    let (s3_bucket, gcs_bucket, valkey_url) =
        (filled("s3_bucket"), filled("gcs_bucket"), filled("valkey_url"));
    State {
        backend: decoder.choice(table, "backend", BACKENDS).unwrap_or(default.backend),
        s3_bucket,
        s3_prefix: decoder.text(table, "s3_prefix").unwrap_or(default.s3_prefix),
        gcs_bucket,
        gcs_prefix: decoder.text(table, "gcs_prefix").unwrap_or(default.gcs_prefix),
        valkey_url: valkey_url.map(Secret::new),
        valkey_prefix: decoder.text(table, "valkey_prefix").unwrap_or(default.valkey_prefix),
        fails_on_download_failure: decoder
            .choice(table, "on_download_failure", &[("fail", true), ("fresh", false)])
            .unwrap_or(true),
        fails_on_upload_failure: decoder
            .choice(table, "on_upload_failure", &[("skip", false), ("warn", false), ("fail", true)])
            .unwrap_or(false),
        transfer_timeout_seconds: decoder
            .integer(table, "transfer_timeout_seconds")
            .unwrap_or(default.transfer_timeout_seconds),
    }
}

/// Reads `[cost]`.
pub(crate) fn decode_cost(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Cost {
    const KEYS: &[&str] =
        &["storage_cost_per_gb_month", "compute_cost_per_dbu", "warehouse_size", "min_history_runs"];
    decoder.check_keys(table, KEYS);
    let default = Cost::default();
    Cost {
        storage_cost_per_gb_month: decoder
            .float(table, "storage_cost_per_gb_month")
            .unwrap_or(default.storage_cost_per_gb_month),
        compute_cost_per_dbu: decoder
            .float(table, "compute_cost_per_dbu")
            .unwrap_or(default.compute_cost_per_dbu),
        warehouse_size: decoder.text(table, "warehouse_size").unwrap_or(default.warehouse_size),
        min_history_runs: decoder.integer(table, "min_history_runs").unwrap_or(default.min_history_runs),
    }
}

/// Reads `[schema_evolution]`.
pub(crate) fn decode_schema_evolution(decoder: &mut Decoder<'_>, table: &Table<'_>) -> SchemaEvolution {
    decoder.check_keys(table, &["grace_period_days", "drop_columns"]);
    let default = SchemaEvolution::default();
    SchemaEvolution {
        grace_period_days: decoder.integer(table, "grace_period_days").unwrap_or(default.grace_period_days),
        drop_columns: decoder.boolean(table, "drop_columns").unwrap_or(default.drop_columns),
    }
}

/// Reads `[cache]`.
pub(crate) fn decode_cache(decoder: &mut Decoder<'_>, table: &Table<'_>) -> SchemaCache {
    decoder.check_keys(table, &["valkey_url", "schemas"]);
    decoder.text(table, "valkey_url");
    let default = SchemaCache::default();
    let Some(schemas) = decoder.table(table, "schemas") else { return default };
    decoder.check_keys(&schemas, &["enabled", "ttl_seconds", "replicate"]);
    decoder.boolean(&schemas, "replicate");
    SchemaCache {
        enabled: decoder.boolean(&schemas, "enabled").unwrap_or(default.enabled),
        ttl_seconds: decoder.integer(&schemas, "ttl_seconds").unwrap_or(default.ttl_seconds),
    }
}

/// Reads `[compile]`.
pub(crate) fn decode_compile(decoder: &mut Decoder<'_>, table: &Table<'_>) -> CompileLimits {
    decoder.check_keys(table, &["max_models", "max_dag_depth", "timeout_seconds"]);
    CompileLimits {
        max_models: decoder.integer(table, "max_models").unwrap_or(0),
        max_dag_depth: decoder.integer(table, "max_dag_depth").unwrap_or(0),
        timeout_seconds: decoder.integer(table, "timeout_seconds").unwrap_or(0),
    }
}

/// Reads `[portability]`.
pub(crate) fn decode_portability(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Portability {
    decoder.check_keys(table, &["target_dialect", "allow"]);
    const DIALECTS: &[(&str, &str)] = &[
        ("databricks", "databricks"),
        ("snowflake", "snowflake"),
        ("bigquery", "bigquery"),
        ("duckdb", "duckdb"),
    ];
    Portability {
        target_dialect: decoder.choice(table, "target_dialect", DIALECTS).map(SmolStr::new_static),
        allow: decoder.texts(table, "allow").unwrap_or_default(),
    }
}

/// Reads `[budget]`.
pub(crate) fn decode_budget(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Budget {
    decoder.check_keys(table, &["max_usd", "max_duration_ms", "max_bytes_scanned", "on_breach"]);
    Budget {
        max_usd: decoder.float(table, "max_usd"),
        max_duration_ms: decoder.integer(table, "max_duration_ms"),
        max_bytes_scanned: decoder.integer(table, "max_bytes_scanned"),
        breach_is_error: decoder
            .choice(table, "on_breach", &[("warn", false), ("error", true)])
            .unwrap_or(false),
    }
}

/// Reads `[ai]`.
pub(crate) fn decode_ai(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Ai {
    decoder.check_keys(table, &["max_tokens"]);
    Ai { max_tokens: decoder.integer(table, "max_tokens").unwrap_or(Ai::default().max_tokens) }
}

/// Reads `[freshness]`: the age after which any model counts as stale.
pub(crate) fn decode_expected_lag(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Option<u64> {
    decoder.check_keys(table, &["expected_lag_seconds"]);
    decoder.integer(table, "expected_lag_seconds")
}

/// Reports a section of a later version that is read but has no effect here (V034).
pub(crate) fn without_effect(decoder: &mut Decoder<'_>, root: &Table<'_>, key: &str) {
    if decoder.table(root, key).is_none() {
        return;
    }
    let range = section_range(decoder, root, key);
    let message = format!("the section [{key}] is read, but nothing in this version executes it");
    decoder
        .report(Finding::warning("V034", range, message).at_field(key).suggest("remove it, or ignore this"));
}

/// Reports a section that is not supported at all (V003).
pub(crate) fn not_supported(decoder: &mut Decoder<'_>, root: &Table<'_>, key: &str) {
    let range = section_range(decoder, root, key);
    let message = format!("the section [{key}] is not supported by this version");
    decoder.report(Finding::error("V003", range, message).at_field(key).suggest("remove it"));
}

fn section_range(decoder: &Decoder<'_>, root: &Table<'_>, key: &str) -> rocky_syntax::TextRange {
    root.entries.get_key_value(key).map_or(root.range, |(written, _)| decoder.range(written.span()))
}
