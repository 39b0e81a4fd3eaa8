//! `[adapter.NAME]`: connections to warehouses and sources.

use crate::decode::{Decoder, Table};
use crate::sidecar::{DeclaredColumn, decode_declared_columns};
use crate::{Finding, Secret, TomlTable};
use smol_str::SmolStr;
use toml::de::DeValue;

/// A connection. One flat table: which keys matter depends on the type.
#[derive(Clone, PartialEq, Default)]
pub struct Adapter {
    /// Its type; `None` when missing or when it depends on a variable that is not set.
    pub adapter_type: Option<AdapterType>,
    /// The declared role.
    pub kind: Option<AdapterRole>,
    /// Keys that are plain text, by name, sorted; see [`Adapter::text`].
    texts: Vec<(&'static str, SmolStr)>,
    /// Keys that are secret, by name, sorted; see [`Adapter::secret`].
    secrets: Vec<(&'static str, Secret)>,
    /// Seconds a statement may take.
    pub timeout_secs: Option<u64>,
    /// How Snowflake is spoken to.
    pub transport: Option<Transport>,
    /// How failed requests are repeated.
    pub retry: Retry,
    /// Arguments of a process adapter.
    pub args: Vec<SmolStr>,
    /// What a process adapter is handed, untouched.
    pub extra: Option<AdapterExtra>,
    /// What a manual adapter lists.
    pub schemas: Vec<ManualSchema>,
}

/// A table handed to an adapter untouched. It may hold secrets, so it cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct AdapterExtra(pub TomlTable);

/// The kind of system behind an adapter.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum AdapterType {
    Databricks,
    Snowflake,
    BigQuery,
    DuckDb,
    Fivetran,
    Airbyte,
    Iceberg,
    Manual,
    Process,
    /// A type this version does not know; V017 reports it.
    Unknown(SmolStr),
}

/// What an adapter can be used for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AdapterRole {
    /// Running SQL.
    Data,
    /// Listing schemas and tables of a source.
    Discovery,
}

/// How Snowflake is spoken to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Transport {
    /// The protocol of the official drivers.
    #[default]
    Driver,
    /// SQL REST API v2.
    Rest,
}

/// `[adapter.NAME.retry]`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Retry {
    /// Repetitions after the first try; 0 is off.
    pub max_retries: u32,
    /// The first pause.
    pub initial_backoff_ms: u64,
    /// The longest pause.
    pub max_backoff_ms: u64,
    /// The factor from pause to pause.
    pub backoff_multiplier: f64,
    /// Whether pauses are varied at random.
    pub jitter: bool,
    /// Failures in a row after which nothing is tried any more; 0 is off.
    pub circuit_breaker_threshold: u32,
    /// Seconds after which it is tried again.
    pub circuit_breaker_recovery_timeout_secs: u64,
}

impl Default for Retry {
    fn default() -> Self {
        Retry {
            max_retries: 3,
            initial_backoff_ms: 1000,
            max_backoff_ms: 30_000,
            backoff_multiplier: 2.0,
            jitter: true,
            circuit_breaker_threshold: 5,
            circuit_breaker_recovery_timeout_secs: 30,
        }
    }
}

/// A schema that a manual adapter lists.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ManualSchema {
    /// Its name.
    pub name: SmolStr,
    /// Its tables.
    pub tables: Vec<ManualTable>,
}

/// A table that a manual adapter lists.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ManualTable {
    /// Its name.
    pub name: SmolStr,
    /// Its columns, if declared.
    pub columns: Vec<DeclaredColumn>,
}

/// The types by their word in TOML.
const TYPES: &[(&str, AdapterType)] = &[
    ("databricks", AdapterType::Databricks),
    ("snowflake", AdapterType::Snowflake),
    ("bigquery", AdapterType::BigQuery),
    ("duckdb", AdapterType::DuckDb),
    ("fivetran", AdapterType::Fivetran),
    ("airbyte", AdapterType::Airbyte),
    ("iceberg", AdapterType::Iceberg),
    ("manual", AdapterType::Manual),
    ("process", AdapterType::Process),
];

impl AdapterType {
    /// The words of all types.
    pub fn names() -> impl Iterator<Item = &'static str> {
        TYPES.iter().map(|(name, _)| *name)
    }

    /// The type of a word.
    pub fn of(name: &str) -> AdapterType {
        match TYPES.iter().find(|(word, _)| *word == name) {
            Some((_, known)) => known.clone(),
            None => AdapterType::Unknown(SmolStr::new(name)),
        }
    }

    /// The word for it in TOML and JSON.
    pub fn as_str(&self) -> &str {
        match self {
            AdapterType::Unknown(name) => name,
            known => TYPES.iter().find(|(_, other)| other == known).map_or("", |(word, _)| word),
        }
    }

    /// Whether it can run SQL. What a process can do only its manifest says; an unknown type may do all.
    pub fn has_data(&self) -> bool {
        !self.is_discovery_only()
    }

    /// Whether it can list a source.
    pub fn has_discovery(&self) -> bool {
        !self.is_data_only()
    }

    /// Whether listing a source is all it can do.
    pub fn is_discovery_only(&self) -> bool {
        matches!(
            self,
            AdapterType::Fivetran | AdapterType::Airbyte | AdapterType::Iceberg | AdapterType::Manual
        )
    }

    /// Whether running SQL is all it can do.
    pub fn is_data_only(&self) -> bool {
        matches!(self, AdapterType::Databricks | AdapterType::Snowflake | AdapterType::BigQuery)
    }

    /// The keys that have an effect for this type, beside `type`, `kind`, `retry` and `timeout_secs`.
    pub fn own_keys(&self) -> &'static [&'static str] {
        match self {
            AdapterType::Databricks => {
                &["host", "http_path", "token", "client_id", "client_secret", "endpoint", "token_endpoint"]
            }
            AdapterType::Snowflake => &[
                "account",
                "warehouse",
                "username",
                "password",
                "oauth_token",
                "private_key_path",
                "pat",
                "private_key_passphrase",
                "transport",
                "role",
                "database",
                "schema",
                "endpoint",
            ],
            AdapterType::BigQuery => &["project_id", "location", "endpoint"],
            AdapterType::DuckDb => &["path"],
            AdapterType::Fivetran => &["destination_id", "api_key", "api_secret", "endpoint"],
            AdapterType::Airbyte | AdapterType::Iceberg => &["host", "token", "endpoint"],
            AdapterType::Manual => &["schemas"],
            AdapterType::Process => &["command", "args"],
            AdapterType::Unknown(_) => &[],
        }
    }
}

const TEXT_KEYS: &[&str] = &[
    "account",
    "client_id",
    "command",
    "database",
    "destination_id",
    "endpoint",
    "host",
    "http_path",
    "location",
    "path",
    "private_key_path",
    "project_id",
    "role",
    "schema",
    "token_endpoint",
    "username",
    "warehouse",
];

/// The keys whose values are secrets.
pub const SECRET_KEYS: &[&str] = &[
    "api_key",
    "api_secret",
    "client_secret",
    "oauth_token",
    "password",
    "pat",
    "private_key_passphrase",
    "token",
];

const OTHER_KEYS: &[&str] = &[
    "type",
    "kind",
    "timeout_secs",
    "transport",
    "retry",
    "args",
    "extra",
    "schemas",
    "cache",
    "ratelimit",
    "stampede",
    "circuit_breaker",
];

impl Adapter {
    /// A plain text key, such as `host`.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.texts.iter().find(|(name, _)| *name == key).map(|(_, value)| value.as_str())
    }

    /// A plain text key that is set and not empty.
    pub fn filled(&self, key: &str) -> Option<&str> {
        self.text(key).filter(|value| !value.is_empty())
    }

    /// A secret key, such as `token`.
    pub fn secret(&self, key: &str) -> Option<&Secret> {
        self.secrets.iter().find(|(name, _)| *name == key).map(|(_, value)| value)
    }

    /// Whether a secret key is set and not empty.
    pub fn has_secret(&self, key: &str) -> bool {
        self.secret(key).is_some_and(|secret| !secret.is_empty())
    }

    /// Whether it may be used for `role`: the type can do it and `kind` does not narrow it away.
    pub fn is_active_for(&self, role: AdapterRole) -> bool {
        let Some(adapter_type) = &self.adapter_type else { return true };
        let able = match role {
            AdapterRole::Data => adapter_type.has_data(),
            AdapterRole::Discovery => adapter_type.has_discovery(),
        };
        able && self.kind.is_none_or(|kind| kind == role)
    }
}

const ROLES: &[(&str, AdapterRole)] = &[("data", AdapterRole::Data), ("discovery", AdapterRole::Discovery)];

impl AdapterRole {
    /// The word for it in TOML.
    pub fn as_str(self) -> &'static str {
        match self {
            AdapterRole::Data => "data",
            AdapterRole::Discovery => "discovery",
        }
    }
}

/// Reads one adapter.
pub(crate) fn decode_adapter(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Adapter {
    let known: Vec<&str> = [OTHER_KEYS, TEXT_KEYS, SECRET_KEYS].concat();
    decoder.check_keys(table, &known);
    let adapter_type = decoder
        .required_text(table, "type")
        .filter(|_| table.get("type").is_some_and(|value| !decoder.is_unresolved(value.span())));
    let mut adapter = Adapter {
        adapter_type: adapter_type.map(|name| AdapterType::of(&name)),
        kind: decoder.choice(table, "kind", ROLES),
        timeout_secs: decoder.integer(table, "timeout_secs"),
        transport: decoder.choice(
            table,
            "transport",
            &[("driver", Transport::Driver), ("rest", Transport::Rest)],
        ),
        retry: decoder.table(table, "retry").map(|retry| decode_retry(decoder, &retry)).unwrap_or_default(),
        args: decoder.texts(table, "args").unwrap_or_default(),
        extra: decoder.raw_table(table, "extra").map(AdapterExtra),
        ..Adapter::default()
    };
    for key in TEXT_KEYS {
        if let Some(text) = decoder.text(table, key) {
            adapter.texts.push((key, text));
        }
    }
    for key in SECRET_KEYS {
        if let Some(text) = decoder.text(table, key) {
            adapter.secrets.push((key, Secret::new(text)));
        }
    }
    for key in ["cache", "ratelimit", "stampede", "circuit_breaker"] {
        decoder.table(table, key);
    }
    adapter.schemas = decode_schemas(decoder, table);
    adapter
}

fn decode_retry(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Retry {
    const KEYS: &[&str] = &[
        "max_retries",
        "initial_backoff_ms",
        "max_backoff_ms",
        "backoff_multiplier",
        "jitter",
        "circuit_breaker_threshold",
        "circuit_breaker_recovery_timeout_secs",
        "max_retries_per_run",
    ];
    decoder.check_keys(table, KEYS);
    let default = Retry::default();
    let retry = Retry {
        max_retries: decoder.integer(table, "max_retries").unwrap_or(default.max_retries),
        initial_backoff_ms: decoder
            .integer(table, "initial_backoff_ms")
            .unwrap_or(default.initial_backoff_ms),
        max_backoff_ms: decoder.integer(table, "max_backoff_ms").unwrap_or(default.max_backoff_ms),
        backoff_multiplier: decoder.float(table, "backoff_multiplier").unwrap_or(default.backoff_multiplier),
        jitter: decoder.boolean(table, "jitter").unwrap_or(default.jitter),
        circuit_breaker_threshold: decoder
            .integer(table, "circuit_breaker_threshold")
            .unwrap_or(default.circuit_breaker_threshold),
        circuit_breaker_recovery_timeout_secs: decoder
            .integer(table, "circuit_breaker_recovery_timeout_secs")
            .unwrap_or(default.circuit_breaker_recovery_timeout_secs),
    };
    let warn = |decoder: &mut Decoder<'_>, key: &str, message: String| {
        let range = table.get(key).map_or(table.range, |value| decoder.range(value.span()));
        let finding = Finding::warning("V071", range, message).at_field(table.field(key));
        decoder.report(finding.suggest("use a consistent value; until then the default is used"));
    };
    if retry.backoff_multiplier < 1.0 {
        let message = format!("'backoff_multiplier' is {}, so pauses would shrink", retry.backoff_multiplier);
        warn(decoder, "backoff_multiplier", message);
        return Retry { backoff_multiplier: default.backoff_multiplier, ..retry };
    }
    if retry.initial_backoff_ms > retry.max_backoff_ms {
        let message = format!(
            "'initial_backoff_ms' ({}) is greater than 'max_backoff_ms' ({})",
            retry.initial_backoff_ms, retry.max_backoff_ms
        );
        warn(decoder, "initial_backoff_ms", message);
        return Retry { initial_backoff_ms: retry.max_backoff_ms, ..retry };
    }
    retry
}

fn decode_schemas(decoder: &mut Decoder<'_>, adapter: &Table<'_>) -> Vec<ManualSchema> {
    let mut schemas = Vec::new();
    for table in decoder.tables(adapter, "schemas") {
        decoder.check_keys(&table, &["name", "tables"]);
        let Some(name) = decoder.required_text(&table, "name") else { continue };
        let mut tables = Vec::new();
        if let Some(DeValue::Array(items)) = table.get("tables").map(toml::Spanned::get_ref) {
            for (index, item) in items.iter().enumerate() {
                if let DeValue::String(name) = item.get_ref() {
                    tables.push(ManualTable { name: SmolStr::new(name), columns: Vec::new() });
                    continue;
                }
                let path = crate::decode::join(&table.field("tables"), &index.to_string());
                let Some(entry) = decoder.as_table(path, item) else { continue };
                decoder.check_keys(&entry, &["name", "columns"]);
                if let Some(name) = decoder.required_text(&entry, "name") {
                    tables.push(ManualTable { name, columns: decode_declared_columns(decoder, &entry) });
                }
            }
        } else {
            decoder.required_texts(&table, "tables");
        }
        schemas.push(ManualSchema { name, tables });
    }
    schemas
}
