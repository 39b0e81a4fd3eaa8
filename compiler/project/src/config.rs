//! `rocky.toml`.

pub mod adapter;
pub mod checks;
mod format;
pub mod governance;
pub mod hook;
pub mod lint;
pub mod pattern;
pub mod pipeline;
pub mod sections;

use crate::Finding;
use crate::decode::{Decoder, Policy, Table, join};
use crate::environment::{Environment, UnsetVariable};
use crate::key_spans::{KeySpan, KeySpans};
use crate::parse::parse_document;
use adapter::{Adapter, decode_adapter};
use hook::{Hooks, decode_hooks};
use pipeline::{Pipeline, PipelineBody, decode_pipeline, is_bare_pipeline};
use rocky_base_db::Severity;
use sections::{Ai, Budget, CompileLimits, Cost, Portability, SchemaCache, SchemaEvolution, State};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use toml::de::DeValue;

/// What `rocky.toml` says, without positions ([`ConfigDocument::spans`] has those).
/// Adapters and pipelines are sorted by name, which is the order of all outputs.
#[derive(Clone, PartialEq, Default)]
pub struct Config {
    /// Connections.
    pub adapters: BTreeMap<SmolStr, Adapter>,
    /// Pipelines.
    pub pipelines: BTreeMap<SmolStr, Pipeline>,
    /// Where the record of runs is kept.
    pub state: State,
    /// Hooks.
    pub hooks: Hooks,
    /// Prices for estimates.
    pub cost: Cost,
    /// What happens to columns gone from a source.
    pub schema_evolution: SchemaEvolution,
    /// The catalog snapshot.
    pub schema_cache: SchemaCache,
    /// Limits of the compiler.
    pub compile: CompileLimits,
    /// What models must also run on.
    pub portability: Portability,
    /// What a run may cost.
    pub budget: Budget,
    /// Limits of the AI commands.
    pub ai: Ai,
    /// How files are laid out.
    pub format: rocky_format::Settings,
    /// Which lint rules are on.
    pub lint: lint::LintConfig,
    /// Seconds after which any model counts as stale.
    pub expected_lag_seconds: Option<u64>,
}

/// A parsed `rocky.toml`.
#[derive(Clone, PartialEq, Default)]
pub struct ConfigDocument {
    /// What it says.
    pub config: Config,
    /// Where its keys stand, by normalised path: `adapter.default.host` also for a bare `[adapter]`.
    pub spans: KeySpans,
    /// What is wrong with it, in text order.
    pub findings: Vec<Finding>,
    /// Placeholders of variables that are not set; their text is still in the config.
    pub unset: Vec<UnsetVariable>,
    /// Whether it is valid TOML; if not, the config holds what could be recovered.
    pub is_valid: bool,
}

/// What an unset variable means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnsetPolicy {
    /// An error (V002): for `validate` and whatever connects.
    Report,
    /// Nothing is said, and whatever depends on the value is unknown: for whatever stays offline.
    Ignore,
}

impl ConfigDocument {
    /// Whether commands that need the configuration can use it: no finding is an error.
    pub fn is_usable(&self) -> bool {
        !self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// Whether a value of the config still holds an unset placeholder, so that nothing can be said of it.
    pub fn is_unresolved(&self, field: &str) -> bool {
        let Some(span) = self.spans.get(field) else { return false };
        self.unset.iter().any(|unset| span.value.contains_range(unset.range))
    }
}

/// The sections that are read.
pub const ROOT_KEYS: &[&str] = &[
    "adapter",
    "adapters",
    "pipeline",
    "pipelines",
    "state",
    "hook",
    "hooks",
    "cost",
    "schema_evolution",
    "ai",
    "compile",
    "cache",
    "budget",
    "freshness",
    "portability",
    "format",
    "lint",
];

/// Sections of later versions that are read without effect.
const WITHOUT_EFFECT: &[&str] =
    &["mask", "classifications", "role", "retry", "run", "reuse", "resilience", "imports", "schedule"];

/// Sections of later versions that are refused.
const NOT_SUPPORTED: &[&str] = &["policy", "branch", "gc", "fulfill"];

/// Sections of the first format, with what replaces them.
const LEGACY: &[(&str, &str)] = &[
    ("source", "[pipeline.NAME.source]"),
    ("warehouse", "[adapter.NAME] with `type = …`"),
    ("target", "[pipeline.NAME.target]"),
    ("replication", "[pipeline.NAME] with `type = \"replication\"`"),
    ("checks", "[pipeline.NAME.checks]"),
    ("governance", "[pipeline.NAME.target.governance]"),
];

const POLICY: Policy = Policy { wrong_value: "V004", unknown_key: "V003", unknown_severity: Severity::Error };

/// Parses `rocky.toml`. Never fails: what cannot be used is reported and left out.
pub fn parse_config(text: &str, environment: Environment<'_>, unset_policy: UnsetPolicy) -> ConfigDocument {
    let parsed = parse_document(text, 0, environment, POLICY, "V001", |decoder, root| {
        (decode_config(decoder, root), normalised_spans(decoder, root))
    });
    let (config, spans) = parsed.value;
    let mut findings = parsed.findings;
    if unset_policy == UnsetPolicy::Report {
        for unset in &parsed.unset {
            findings.push(unset_finding(unset));
        }
        findings.sort_by_key(|finding| (finding.range.start(), finding.range.end()));
    }
    ConfigDocument { config, spans, findings, unset: parsed.unset, is_valid: parsed.is_valid }
}

/// The finding for a variable that is not set (V002).
pub fn unset_finding(unset: &UnsetVariable) -> Finding {
    let message = format!("environment variable '{}' is not set", unset.name);
    Finding::error("V002", unset.range, message)
        .suggest(format!("set it, or write a default: `${{{}:-…}}`", unset.name))
}

/// The two spellings of a section, with the canonical one first.
const SPELLINGS: &[(&str, &str)] = &[("adapter", "adapters"), ("pipeline", "pipelines"), ("hook", "hooks")];

fn decode_config(decoder: &mut Decoder<'_>, root: &Table<'_>) -> Config {
    check_root_keys(decoder, root);
    let mut config = Config::default();
    for table in named_tables(decoder, root, "adapter") {
        let name = last_part(&table);
        config.adapters.insert(name, decode_adapter(decoder, &table));
    }
    for table in named_tables(decoder, root, "pipeline") {
        let name = last_part(&table);
        config.pipelines.insert(name, decode_pipeline(decoder, &table));
    }
    for key in ["hook", "hooks"] {
        if let Some(table) = decoder.table(root, key) {
            let hooks = decode_hooks(decoder, &table);
            config.hooks = hooks;
        }
    }
    let mut section = |key: &str| decoder.table(root, key);
    let (state, cost, evolution) = (section("state"), section("cost"), section("schema_evolution"));
    let (cache, compile, portability) = (section("cache"), section("compile"), section("portability"));
    let (budget, ai, freshness) = (section("budget"), section("ai"), section("freshness"));
    if let Some(table) = state {
        config.state = sections::decode_state(decoder, &table);
    }
    if let Some(table) = cost {
        config.cost = sections::decode_cost(decoder, &table);
    }
    if let Some(table) = evolution {
        config.schema_evolution = sections::decode_schema_evolution(decoder, &table);
    }
    if let Some(table) = cache {
        config.schema_cache = sections::decode_cache(decoder, &table);
    }
    if let Some(table) = compile {
        config.compile = sections::decode_compile(decoder, &table);
    }
    if let Some(table) = portability {
        config.portability = sections::decode_portability(decoder, &table);
    }
    if let Some(table) = budget {
        config.budget = sections::decode_budget(decoder, &table);
    }
    if let Some(table) = ai {
        config.ai = sections::decode_ai(decoder, &table);
    }
    if let Some(table) = freshness {
        config.expected_lag_seconds = sections::decode_expected_lag(decoder, &table);
    }
    if let Some(table) = decoder.table(root, "format") {
        config.format = format::decode_format(decoder, &table);
    }
    if let Some(table) = decoder.table(root, "lint") {
        config.lint = lint::decode_lint(decoder, &table);
    }
    for key in WITHOUT_EFFECT {
        sections::without_effect(decoder, root, key);
    }
    config
}

fn check_root_keys(decoder: &mut Decoder<'_>, root: &Table<'_>) {
    let mut known: Vec<&str> = [ROOT_KEYS, WITHOUT_EFFECT, NOT_SUPPORTED].concat();
    known.extend(LEGACY.iter().map(|(key, _)| *key));
    // Only keys that may be meant are candidates for "did you mean".
    for key in root.entries.keys() {
        let name: &str = key.get_ref();
        if NOT_SUPPORTED.contains(&name) {
            sections::not_supported(decoder, root, name);
        }
        if let Some((_, modern)) = LEGACY.iter().find(|(legacy, _)| *legacy == name) {
            let range = decoder.range(key.span());
            let message =
                format!("[{name}] belongs to the first format of rocky.toml, which is no longer read");
            let finding = Finding::error("V006", range, message).at_field(name);
            decoder.report(finding.suggest(format!("write {modern} instead")));
        }
    }
    decoder.check_keys(root, &known);
    for (canonical, alias) in SPELLINGS {
        if root.has(canonical) && root.has(alias) {
            let Some((key, _)) = root.entries.get_key_value(*alias) else { continue };
            let range = decoder.range(key.span());
            let message = format!("'{alias}' is another spelling of '{canonical}', and both are written");
            let finding = Finding::error("V004", range, message).at_field(*alias);
            decoder.report(finding.suggest(format!("move everything to '{canonical}'")));
        }
    }
}

/// The tables of a section by name, after the shorthand: a single unnamed one is called `default`.
fn named_tables<'t>(decoder: &mut Decoder<'_>, root: &Table<'t>, section: &str) -> Vec<Table<'t>> {
    let mut tables = Vec::new();
    for (canonical, alias) in SPELLINGS.iter().filter(|(canonical, _)| *canonical == section) {
        let found = decoder.table(root, canonical);
        if let Some(table) = found {
            if is_bare(canonical, table.entries) {
                tables.push(Table { path: join(canonical, pipeline::DEFAULT_ADAPTER), ..table });
            } else {
                tables.extend(children(decoder, canonical, &table));
            }
        }
        // The plural was never a shorthand.
        if let Some(table) = decoder.table(root, alias) {
            tables.extend(children(decoder, canonical, &table));
        }
    }
    tables
}

fn children<'t>(decoder: &mut Decoder<'_>, section: &str, table: &Table<'t>) -> Vec<Table<'t>> {
    let mut tables = Vec::new();
    for (name, value) in table.entries.iter() {
        tables.extend(decoder.as_table(join(section, name.get_ref()), value));
    }
    tables
}

fn is_bare(section: &str, entries: &toml::de::DeTable<'_>) -> bool {
    match section {
        "adapter" => matches!(entries.get("type").map(toml::Spanned::get_ref), Some(DeValue::String(_))),
        _ => is_bare_pipeline(entries),
    }
}

/// Names may hold dots, so the name is what follows the section, not the last dotted part.
fn last_part(table: &Table<'_>) -> SmolStr {
    table.path.split_once('.').map_or_else(SmolStr::default, |(_, name)| SmolStr::new(name))
}

fn normalised_spans(decoder: &Decoder<'_>, root: &Table<'_>) -> KeySpans {
    let range = |span| decoder.range(span);
    let mut spans = KeySpans::default();
    for (key, value) in root.entries.iter() {
        let name: &str = key.get_ref();
        let section =
            SPELLINGS.iter().find(|(_, alias)| *alias == name).map_or(name, |(canonical, _)| canonical);
        let span = KeySpan { key: range(key.span()), value: range(value.span()) };
        let bare = matches!(name, "adapter" | "pipeline")
            && matches!(value.get_ref(), DeValue::Table(entries) if is_bare(name, entries));
        let path = if bare { join(section, pipeline::DEFAULT_ADAPTER) } else { SmolStr::new(section) };
        spans.value(path, value.get_ref(), span, &range);
        if bare {
            spans.mark(SmolStr::new(section), span);
        }
    }
    spans.finish();
    spans
}

impl Config {
    /// The transformation pipelines with their names.
    pub fn transformations(&self) -> impl Iterator<Item = (&SmolStr, &pipeline::Transformation)> {
        self.pipelines.iter().filter_map(|(name, pipeline)| match &pipeline.body {
            PipelineBody::Transformation(body) => Some((name, body)),
            _ => None,
        })
    }
}
