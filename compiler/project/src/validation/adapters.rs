//! V010–V019, V063, V073: adapters and the state backend.

use super::{AdapterSummary, Report};
use crate::config::adapter::{Adapter, AdapterType, SECRET_KEYS};
use crate::config::pipeline::PipelineBody;
use crate::config::sections::StateBackend;
use rocky_base_db::closest;
use smol_str::SmolStr;

pub(super) fn check(report: &mut Report<'_>) -> Vec<AdapterSummary> {
    let config = &report.document.config;
    if config.adapters.is_empty() {
        report
            .warn("V010", "adapter", "no adapters are defined, so nothing can be connected to")
            .suggest("add `[adapter]` with `type = \"duckdb\"`");
        return Vec::new();
    }
    let mut summaries = Vec::new();
    for (name, adapter) in &config.adapters {
        let before = report.messages.len();
        let adapter_type = adapter.adapter_type.clone();
        if let Some(adapter_type) = &adapter_type {
            check_adapter(report, name, adapter, adapter_type);
        }
        let missing = report.messages[before..].iter().any(|message| {
            matches!(
                message.code.as_str(),
                "V011" | "V012" | "V013" | "V014" | "V015" | "V016" | "V017" | "V018"
            )
        });
        let kind_field = format!("adapter.{name}.kind");
        let wrong_role = report
            .messages
            .iter()
            .any(|message| message.code == "V032" && message.field.as_deref() == Some(kind_field.as_str()));
        if let Some(adapter_type) = &adapter_type {
            let is_fivetran = *adapter_type == AdapterType::Fivetran;
            let known = !matches!(adapter_type, AdapterType::Unknown(_));
            if known && (is_fivetran || !missing) {
                report.ok("V010", format!("adapter '{name}' ({})", adapter_type.as_str()));
            }
            without_effect(report, name, adapter_type);
        }
        literal_secrets(report, &format!("adapter.{name}"), SECRET_KEYS);
        summaries.push(AdapterSummary {
            name: name.clone(),
            adapter_type: adapter_type.map_or_else(SmolStr::default, |known| SmolStr::new(known.as_str())),
            ok: adapter.adapter_type.is_some() && !missing && !wrong_role,
        });
    }
    summaries
}

fn check_adapter(report: &mut Report<'_>, name: &str, adapter: &Adapter, adapter_type: &AdapterType) {
    let mut need = |code: &str, key: &str, is_set: bool| {
        if !is_set {
            let field = format!("adapter.{name}.{key}");
            let message = format!("adapter '{name}' ({}) has no '{key}'", adapter_type.as_str());
            report.warn(code, &field, message).suggest(format!("set `{key}` in [adapter.{name}]"));
        }
    };
    match adapter_type {
        AdapterType::Databricks => {
            need("V011", "host", adapter.filled("host").is_some());
            need("V012", "http_path", adapter.filled("http_path").is_some());
            let has_client = adapter.filled("client_id").is_some() && adapter.has_secret("client_secret");
            if !adapter.has_secret("token") && !has_client {
                let message = format!(
                    "adapter '{name}' (databricks) has no credentials: neither 'token' nor 'client_id' with \
                     'client_secret'"
                );
                report
                    .warn("V013", &format!("adapter.{name}"), message)
                    .suggest("set `token`, or `client_id` and `client_secret`");
            }
        }
        AdapterType::Fivetran => {
            need("V014", "api_key", adapter.has_secret("api_key"));
            need("V015", "api_secret", adapter.has_secret("api_secret"));
            need("V016", "destination_id", adapter.filled("destination_id").is_some());
        }
        AdapterType::Snowflake => {
            need("V018", "account", adapter.filled("account").is_some());
            need("V018", "warehouse", adapter.filled("warehouse").is_some());
            let has_user = adapter.filled("username").is_some();
            let can_log_in = adapter.has_secret("pat")
                || adapter.has_secret("oauth_token")
                || has_user
                    && (adapter.filled("private_key_path").is_some() || adapter.has_secret("password"));
            if !can_log_in {
                let message = format!("adapter '{name}' (snowflake) has no credentials");
                report
                    .warn("V018", &format!("adapter.{name}"), message)
                    .suggest("set `pat`, `oauth_token`, or `username` with `private_key_path` or `password`");
            }
        }
        AdapterType::BigQuery => need("V018", "project_id", adapter.filled("project_id").is_some()),
        AdapterType::Airbyte | AdapterType::Iceberg => need("V018", "host", adapter.filled("host").is_some()),
        AdapterType::Process => need("V018", "command", adapter.filled("command").is_some()),
        AdapterType::DuckDb => check_duckdb(report, name, adapter),
        AdapterType::Manual => {}
        AdapterType::Unknown(written) => {
            let field = format!("adapter.{name}.type");
            let near = closest(written, AdapterType::names());
            let names = AdapterType::names().collect::<Vec<_>>().join(", ");
            let range = report.document.spans.get(&field).map(|span| span.value);
            let message = format!("adapter '{name}' has the unknown type '{written}'; types are {names}");
            let message = report.error("V017", &field, message);
            match near {
                Some(near) => {
                    message.suggest(format!("did you mean '{near}'?"));
                    if let Some(range) = range {
                        message.fix(format!("Replace with '{near}'"), range, format!("\"{near}\""));
                    }
                }
                None => {
                    message.suggest("use one of these types");
                }
            }
        }
    }
}

/// A database in memory that is source and target at once is empty at every start.
fn check_duckdb(report: &mut Report<'_>, name: &str, adapter: &Adapter) {
    if adapter.filled("path").is_some() {
        return;
    }
    let copies_itself = report.document.config.pipelines.values().any(|pipeline| match &pipeline.body {
        PipelineBody::Replication(body) => body.source_adapter == name && body.target.adapter == name,
        _ => false,
    });
    if copies_itself {
        let message = format!(
            "adapter '{name}' (duckdb) is source and target of a pipeline but has no 'path', so its database \
             is in memory and empty at every start"
        );
        report
            .warn("V018", &format!("adapter.{name}.path"), message)
            .suggest(format!("set `path = \"{name}.duckdb\"`"));
    }
}

fn without_effect(report: &mut Report<'_>, name: &str, adapter_type: &AdapterType) {
    if matches!(adapter_type, AdapterType::Unknown(_)) {
        return;
    }
    const ALWAYS: &[&str] = &[
        "type",
        "kind",
        "retry",
        "timeout_secs",
        "extra",
        "cache",
        "ratelimit",
        "stampede",
        "circuit_breaker",
    ];
    let prefix = format!("adapter.{name}.");
    let written: Vec<String> = report.document.spans.paths().map(str::to_owned).collect();
    for path in written {
        let Some(key) = path.strip_prefix(&prefix) else { continue };
        if key.contains('.') || ALWAYS.contains(&key) || adapter_type.own_keys().contains(&key) {
            continue;
        }
        let unknown = report
            .messages
            .iter()
            .any(|message| message.code == "V003" && message.field.as_deref() == Some(path.as_str()));
        if !unknown {
            let message = format!("'{key}' has no effect for an adapter of type '{}'", adapter_type.as_str());
            report.warn("V063", &path, message).suggest("remove it");
        }
    }
}

/// V073: secrets that are written out instead of coming from the environment.
fn literal_secrets(report: &mut Report<'_>, table: &str, keys: &[&str]) {
    for key in keys {
        let field = format!("{table}.{key}");
        let Some(span) = report.document.spans.get(&field) else { continue };
        let written = report.text.get(usize::from(span.value.start())..usize::from(span.value.end()));
        let content = written.unwrap_or_default().trim_matches(['"', '\'']);
        if content.is_empty() || content.contains("${") {
            continue;
        }
        let variable = key.to_ascii_uppercase();
        report
            .warn("V073", &field, format!("'{field}' is a secret, and it is written into the file"))
            .suggest(format!("put it into an environment variable and write `\"${{{variable}}}\"`"));
    }
}

/// V019: what the state backend needs.
pub(super) fn check_state(report: &mut Report<'_>) {
    let state = &report.document.config.state;
    let backend = state.backend;
    let needs: &[&str] = match backend {
        StateBackend::Local => &[],
        StateBackend::S3 => &["s3_bucket"],
        StateBackend::Gcs => &["gcs_bucket"],
        StateBackend::Valkey => &["valkey_url"],
        StateBackend::Tiered => &["valkey_url", "s3_bucket"],
    };
    for key in needs {
        let is_set = match *key {
            "s3_bucket" => state.s3_bucket.is_some(),
            "gcs_bucket" => state.gcs_bucket.is_some(),
            _ => state.valkey_url.is_some(),
        };
        let field = format!("state.{key}");
        if !is_set {
            let message = format!("the state backend '{}' needs '{key}'", backend.as_str());
            report.error("V019", &field, message).suggest(format!("set `{key}` in [state]"));
        } else if *key == "valkey_url" && !report.document.is_unresolved(&field) {
            let url = state.valkey_url.as_ref().map(crate::Secret::expose).unwrap_or_default();
            if !url.starts_with("redis://") && !url.starts_with("rediss://") {
                let message = "the Valkey URL must begin with redis:// or rediss://";
                report.error("V019", &field, message).suggest("write `redis://host:6379`");
            }
        }
    }
}
