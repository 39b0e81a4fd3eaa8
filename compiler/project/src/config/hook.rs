//! `[hook]`: commands and web requests at events of a run.

use crate::Finding;
use crate::Secret;
use crate::decode::{Decoder, Table};
use rocky_base_db::{Severity, closest};
use smol_str::SmolStr;

/// All hooks, by event in the order of [`HookEvent::ALL`], within an event in file order.
#[derive(Clone, PartialEq, Default)]
pub struct Hooks {
    /// Commands.
    pub shell: Vec<ShellHook>,
    /// Web requests.
    pub webhooks: Vec<Webhook>,
}

/// A command at an event.
#[derive(Clone, PartialEq)]
pub struct ShellHook {
    /// The event.
    pub event: HookEvent,
    /// What the shell runs.
    pub command: SmolStr,
    /// How long it may take.
    pub timeout_ms: u64,
    /// What its failure means.
    pub on_failure: HookFailure,
    /// Environment variables, sorted by name; values may be secrets.
    pub environment: Vec<(SmolStr, Secret)>,
}

/// A web request at an event.
#[derive(Clone, PartialEq)]
pub struct Webhook {
    /// The event.
    pub event: HookEvent,
    /// Where it goes; often holds a token.
    pub url: Secret,
    /// A known shape of body.
    pub preset: Option<WebhookPreset>,
    /// The HTTP method.
    pub method: SmolStr,
    /// Headers, sorted by name; values may be secrets.
    pub headers: Vec<(SmolStr, Secret)>,
    /// The template of the body.
    pub body_template: Option<SmolStr>,
    /// What the body is signed with.
    pub secret: Option<Secret>,
    /// How long it may take.
    pub timeout_ms: u64,
    /// Whether the run goes on meanwhile.
    pub is_async: bool,
    /// What its failure means.
    pub on_failure: HookFailure,
    /// Repetitions after the first try.
    pub retry_count: u32,
    /// The first pause.
    pub retry_delay_ms: u64,
    /// Further values for the template, sorted; may be secrets.
    pub metadata: Vec<(SmolStr, Secret)>,
}

/// What a failing hook means for the run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum HookFailure {
    /// The work it belongs to fails.
    Abort,
    /// It is reported.
    #[default]
    Warn,
    /// Nothing.
    Ignore,
}

/// A known shape of a webhook body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum WebhookPreset {
    Slack,
    PagerDuty,
    Datadog,
    Teams,
    Generic,
}

/// An event of a run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum HookEvent {
    PipelineStart,
    DiscoverComplete,
    CompileComplete,
    PipelineComplete,
    PipelineError,
    BeforeMaterialize,
    AfterMaterialize,
    MaterializeError,
    BeforeModelRun,
    AfterModelRun,
    ModelError,
    BeforeChecks,
    CheckResult,
    AfterChecks,
    DriftDetected,
    AnomalyDetected,
    StateSynced,
    BudgetBreach,
}

const EVENTS: &[(&str, HookEvent)] = &[
    ("on_pipeline_start", HookEvent::PipelineStart),
    ("on_discover_complete", HookEvent::DiscoverComplete),
    ("on_compile_complete", HookEvent::CompileComplete),
    ("on_pipeline_complete", HookEvent::PipelineComplete),
    ("on_pipeline_error", HookEvent::PipelineError),
    ("on_before_materialize", HookEvent::BeforeMaterialize),
    ("on_after_materialize", HookEvent::AfterMaterialize),
    ("on_materialize_error", HookEvent::MaterializeError),
    ("on_before_model_run", HookEvent::BeforeModelRun),
    ("on_after_model_run", HookEvent::AfterModelRun),
    ("on_model_error", HookEvent::ModelError),
    ("on_before_checks", HookEvent::BeforeChecks),
    ("on_check_result", HookEvent::CheckResult),
    ("on_after_checks", HookEvent::AfterChecks),
    ("on_drift_detected", HookEvent::DriftDetected),
    ("on_anomaly_detected", HookEvent::AnomalyDetected),
    ("on_state_synced", HookEvent::StateSynced),
    ("on_budget_breach", HookEvent::BudgetBreach),
];

impl HookEvent {
    /// All events, in the order of a run.
    pub fn all() -> impl Iterator<Item = HookEvent> {
        EVENTS.iter().map(|(_, event)| *event)
    }

    /// The event of a configuration key, with or without `on_`.
    pub fn of(key: &str) -> Option<HookEvent> {
        let bare = key.strip_prefix("on_").unwrap_or(key);
        EVENTS.iter().find(|(name, _)| &name[3..] == bare).map(|(_, event)| *event)
    }

    /// The configuration key, such as `on_pipeline_start`.
    pub fn config_key(self) -> &'static str {
        EVENTS.iter().find(|(_, event)| *event == self).map_or("", |(name, _)| name)
    }

    /// The name in JSON, such as `pipeline_start`.
    pub fn as_str(self) -> &'static str {
        self.config_key().strip_prefix("on_").unwrap_or_default()
    }
}

const FAILURES: &[(&str, HookFailure)] =
    &[("abort", HookFailure::Abort), ("warn", HookFailure::Warn), ("ignore", HookFailure::Ignore)];

const PRESETS: &[(&str, WebhookPreset)] = &[
    ("slack", WebhookPreset::Slack),
    ("pagerduty", WebhookPreset::PagerDuty),
    ("datadog", WebhookPreset::Datadog),
    ("teams", WebhookPreset::Teams),
    ("generic", WebhookPreset::Generic),
];

/// Reads `[hook]`.
pub(crate) fn decode_hooks(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Hooks {
    let mut hooks = Hooks::default();
    for (event, key) in events(decoder, table) {
        for entry in decoder.one_or_many(table, &key) {
            hooks.shell.extend(decode_shell(decoder, &entry, event));
        }
    }
    if let Some(webhooks) = decoder.table(table, "webhooks") {
        for (event, key) in events(decoder, &webhooks) {
            for entry in decoder.one_or_many(&webhooks, &key) {
                hooks.webhooks.extend(decode_webhook(decoder, &entry, event));
            }
        }
    }
    hooks.shell.sort_by_key(|hook| hook.event);
    hooks.webhooks.sort_by_key(|hook| hook.event);
    hooks
}

/// The event keys of a table in file order; reports the others (V009).
fn events(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Vec<(HookEvent, String)> {
    let mut found = Vec::new();
    for (key, _) in table.in_order() {
        let name: &str = key.get_ref();
        match HookEvent::of(name) {
            Some(event) => found.push((event, name.to_owned())),
            None if name == "webhooks" => {}
            None => {
                let range = decoder.range(key.span());
                let message = format!("'{name}' is not an event, so this hook would never run");
                let mut finding = Finding::warning("V009", range, message).at_field(table.field(name));
                let names = EVENTS.iter().map(|(event, _)| *event);
                finding =
                    match closest(name, names.clone()).or_else(|| closest(&format!("on_{name}"), names)) {
                        Some(near) => finding.suggest(format!("did you mean '{near}'?")).fix(
                            format!("Rename to '{near}'"),
                            range,
                            near,
                        ),
                        None => finding
                            .suggest("`rocky hooks list` shows what is configured; events are named on_…"),
                    };
                decoder.report(finding);
            }
        }
    }
    found
}

fn v009(
    decoder: &mut Decoder<'_>,
    table: &Table<'_>,
    key: &str,
    severity: Severity,
    message: &str,
    advice: &str,
) {
    let range = table.get(key).map_or(table.range, |value| decoder.range(value.span()));
    let mut finding = Finding::warning("V009", range, message).at_field(table.field(key)).suggest(advice);
    finding.severity = severity;
    decoder.report(finding);
}

fn timeout(decoder: &mut Decoder<'_>, table: &Table<'_>, default: u64) -> u64 {
    let timeout = decoder.integer(table, "timeout_ms").unwrap_or(default);
    if timeout == 0 {
        let advice = "remove it for the default, or write milliseconds";
        v009(decoder, table, "timeout_ms", Severity::Warning, "a timeout of 0 fails every time", advice);
    }
    timeout
}

fn secrets(decoder: &mut Decoder<'_>, table: &Table<'_>, key: &str) -> Vec<(SmolStr, Secret)> {
    let map = decoder.text_map(table, key).unwrap_or_default();
    map.into_iter().map(|(name, value)| (name, Secret::new(value))).collect()
}

fn non_empty(decoder: &mut Decoder<'_>, table: &Table<'_>, key: &str) -> Option<SmolStr> {
    let text = decoder.required_text(table, key)?;
    if text.trim().is_empty() {
        let message = format!("'{key}' is empty, so this hook can do nothing");
        v009(decoder, table, key, Severity::Error, &message, "fill it in or remove the hook");
        return None;
    }
    Some(text)
}

fn decode_shell(decoder: &mut Decoder<'_>, table: &Table<'_>, event: HookEvent) -> Option<ShellHook> {
    decoder.check_keys(table, &["command", "timeout_ms", "on_failure", "env"]);
    let command = non_empty(decoder, table, "command");
    let timeout_ms = timeout(decoder, table, 30_000);
    let on_failure = decoder.choice(table, "on_failure", FAILURES).unwrap_or_default();
    let environment = secrets(decoder, table, "env");
    Some(ShellHook { event, command: command?, timeout_ms, on_failure, environment })
}

fn decode_webhook(decoder: &mut Decoder<'_>, table: &Table<'_>, event: HookEvent) -> Option<Webhook> {
    const KEYS: &[&str] = &[
        "url",
        "preset",
        "method",
        "headers",
        "body_template",
        "secret",
        "timeout_ms",
        "async",
        "async_mode",
        "on_failure",
        "retry_count",
        "retry_delay_ms",
        "metadata",
    ];
    decoder.check_keys(table, KEYS);
    let url = non_empty(decoder, table, "url").map(Secret::new);
    let method = decoder.text(table, "method").unwrap_or(SmolStr::new_static("POST")).to_ascii_uppercase();
    if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_uppercase()) {
        let message = format!("'{method}' is not an HTTP method");
        v009(decoder, table, "method", Severity::Warning, &message, "use POST, PUT or another method");
    }
    let body_template = decoder.text(table, "body_template");
    if let Some(template) = &body_template
        && template.matches("{{#if").count() > template.matches("{{/if}}").count()
    {
        let message = "a block `{{#if …}}` of the template is not closed";
        v009(decoder, table, "body_template", Severity::Warning, message, "add `{{/if}}`");
    }
    let is_async = if table.has("async") {
        decoder.boolean(table, "async")
    } else {
        decoder.boolean(table, "async_mode")
    };
    Some(Webhook {
        event,
        url: url?,
        preset: preset(decoder, table),
        method: SmolStr::new(method),
        headers: secrets(decoder, table, "headers"),
        body_template,
        secret: decoder.text(table, "secret").map(Secret::new),
        timeout_ms: timeout(decoder, table, 10_000),
        is_async: is_async.unwrap_or(false),
        on_failure: decoder.choice(table, "on_failure", FAILURES).unwrap_or_default(),
        retry_count: decoder.integer(table, "retry_count").unwrap_or(0),
        retry_delay_ms: decoder.integer(table, "retry_delay_ms").unwrap_or(1000),
        metadata: secrets(decoder, table, "metadata"),
    })
}

fn preset(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Option<WebhookPreset> {
    let text = decoder.text(table, "preset")?;
    let known = PRESETS.iter().find(|(word, _)| text.eq_ignore_ascii_case(word));
    if known.is_none() {
        let message = format!("'{text}' is not a preset, so the plain context is sent");
        let words: Vec<&str> = PRESETS.iter().map(|(word, _)| *word).collect();
        v009(
            decoder,
            table,
            "preset",
            Severity::Warning,
            &message,
            &format!("presets are {}", words.join(", ")),
        );
    }
    known.map(|(_, preset)| *preset)
}
