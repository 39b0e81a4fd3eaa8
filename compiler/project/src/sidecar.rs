//! What a user says about a model in TOML: sidecars, frontmatter blocks, `_defaults.toml`.

use crate::decode::{Decoder, Policy, Table, join};
use crate::environment::{Environment, UnsetVariable};
use crate::model_test::decode_test;
use crate::parse::parse_document;
use crate::strategy::{decode_strategy, decode_strategy_table, known_strategy};
use crate::unit_test::decode_unit_tests;
use crate::{Finding, ModelTest, Strategy, TomlTable, UnitTest};
use rocky_base_db::Severity;
use smol_str::SmolStr;
use toml::de::DeValue;

/// What one document says about a model, without positions ([`crate::KeySpans`] has those).
/// Everything is optional: directory defaults and inference fill the gaps.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct ModelSettings {
    /// The model's name.
    pub name: Option<SmolStr>,
    /// Declared dependencies.
    pub depends_on: Option<Vec<SmolStr>>,
    /// How it is materialised.
    pub strategy: Option<Strategy>,
    /// Where its table is.
    pub target: TargetSettings,
    /// Declared inputs from outside.
    pub sources: Vec<DeclaredSource>,
    /// The adapter that runs it.
    pub adapter: Option<SmolStr>,
    /// What it is for, in plain words.
    pub intent: Option<String>,
    /// How fresh it has to be.
    pub freshness: Option<Freshness>,
    /// Declared tests.
    pub tests: Option<Vec<ModelTest>>,
    /// Unit tests.
    pub unit_tests: Vec<UnitTest>,
    /// What kind of table is created.
    pub format: Option<TableFormat>,
    /// Details of that kind.
    pub format_options: Option<FormatOptions>,
    /// Tags with their values, sorted by tag; the value of a plain tag is empty.
    pub tags: Option<Vec<(SmolStr, SmolStr)>>,
    /// The configuration group it belongs to.
    pub group: Option<SmolStr>,
    /// Values for the group's templates.
    pub args: Vec<(SmolStr, SmolStr)>,
    /// Classification tags of columns.
    pub classification: Vec<(SmolStr, SmolStr)>,
    /// Descriptions of columns.
    pub column_descriptions: Vec<(SmolStr, SmolStr)>,
    /// Uses of named tests.
    pub test_uses: Vec<TestUse>,
    /// Keys of later versions that are kept but not read.
    pub kept: TomlTable,
}

/// The parts of a target that one document gives.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct TargetSettings {
    /// The catalog; may be the empty text (two-part names).
    pub catalog: Option<SmolStr>,
    /// The schema.
    pub schema: Option<SmolStr>,
    /// The table.
    pub table: Option<SmolStr>,
}

/// A declared input from outside the project.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct DeclaredSource {
    /// The catalog; may be empty.
    pub catalog: SmolStr,
    /// The schema.
    pub schema: SmolStr,
    /// The table.
    pub table: SmolStr,
    /// Its columns, if declared.
    pub columns: Vec<DeclaredColumn>,
}

/// A declared column of a table outside the project.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct DeclaredColumn {
    /// Its name.
    pub name: SmolStr,
    /// Its type, as the warehouse spells it.
    pub raw_type: Option<SmolStr>,
    /// Whether it may hold NULL, if said.
    pub nullable: Option<bool>,
}

/// How fresh a model has to be.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Freshness {
    /// The greatest age in seconds.
    pub max_lag_seconds: Option<u64>,
}

/// A use of a test that `test_definitions.toml` defines.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TestUse {
    /// The test's name.
    pub name: SmolStr,
    /// The column to test instead of the definition's.
    pub column: Option<SmolStr>,
    /// The severity instead of the definition's.
    pub severity: Option<crate::TestSeverity>,
    /// The filter instead of the definition's.
    pub filter: Option<SmolStr>,
}

/// What kind of table is created.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum TableFormat {
    DeltaTable,
    IcebergTable,
    MaterializedView,
    StreamingTable,
    Table,
    View,
}

/// Details of a [`TableFormat`].
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct FormatOptions {
    /// Columns to partition by.
    pub partition_by: Vec<SmolStr>,
    /// Columns to cluster by.
    pub cluster_by: Vec<SmolStr>,
    /// Properties of the table, in written order.
    pub table_properties: Vec<(SmolStr, SmolStr)>,
    /// The table's comment.
    pub comment: Option<SmolStr>,
}

/// A parsed sidecar, frontmatter block or `_defaults.toml`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SidecarDocument {
    /// What it says.
    pub settings: ModelSettings,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// Placeholders of variables that are not set; their text is still in the settings.
    pub unset: Vec<UnsetVariable>,
    /// Whether it is valid TOML.
    pub is_valid: bool,
}

const FORMATS: &[(&str, TableFormat)] = &[
    ("delta_table", TableFormat::DeltaTable),
    ("iceberg_table", TableFormat::IcebergTable),
    ("materialized_view", TableFormat::MaterializedView),
    ("streaming_table", TableFormat::StreamingTable),
    ("table", TableFormat::Table),
    ("view", TableFormat::View),
];

impl TableFormat {
    /// The word for it in TOML and JSON.
    pub fn as_str(self) -> &'static str {
        FORMATS.iter().find(|(_, value)| *value == self).map_or("table", |(word, _)| word)
    }
}

/// All keys at the top of a sidecar.
pub const SIDECAR_KEYS: &[&str] = &[
    "name",
    "depends_on",
    "strategy",
    "target",
    "sources",
    "adapter",
    "intent",
    "freshness",
    "tests",
    "test",
    "format",
    "format_options",
    "tags",
    "group",
    "args",
    "classification",
    "columns",
    "use_test",
    "governance",
    "retention",
    "surrogate_key",
    "skip",
    "budget",
];

/// Keys of later versions: read without a word, handed on untouched.
const KEPT_KEYS: &[&str] = &["governance", "retention", "surrogate_key", "skip", "budget"];

/// All keys at the top of a `_defaults.toml`.
pub const DEFAULTS_KEYS: &[&str] =
    &["target", "strategy", "intent", "freshness", "adapter", "format", "format_options", "tests", "tags"];

/// Keys that belong to one model and are errors in `_defaults.toml`.
const PER_MODEL_KEYS: &[&str] = &["name", "depends_on", "sources"];

const POLICY: Policy =
    Policy { wrong_value: "S008", unknown_key: "V066", unknown_severity: Severity::Warning };

/// Parses a model's sidecar (`<stem>.toml`).
pub fn parse_sidecar(text: &str, environment: Environment<'_>) -> SidecarDocument {
    parse_settings_at(text, 0, environment)
}

/// Parses the TOML of a frontmatter block that starts at byte `base` of its file.
pub fn parse_settings_at(text: &str, base: usize, environment: Environment<'_>) -> SidecarDocument {
    document(parse_document(text, base, environment, POLICY, "S008", decode_sidecar))
}

/// Parses a `_defaults.toml`.
pub fn parse_defaults(text: &str, environment: Environment<'_>) -> SidecarDocument {
    document(parse_document(text, 0, environment, POLICY, "S008", decode_defaults))
}

fn document(parsed: crate::parse::Parsed<ModelSettings>) -> SidecarDocument {
    SidecarDocument {
        settings: parsed.value,
        findings: parsed.findings,
        unset: parsed.unset,
        is_valid: parsed.is_valid,
    }
}

fn decode_sidecar(decoder: &mut Decoder<'_>, root: &Table<'_>) -> ModelSettings {
    let mut known: Vec<&str> = SIDECAR_KEYS.to_vec();
    known.extend(flat_strategy_keys(root));
    decoder.check_keys(root, &known);
    let mut settings = shared_settings(decoder, root);
    settings.name = decoder.text(root, "name").filter(|name| !is_blank(decoder, root, "name", name));
    settings.depends_on = decoder.texts(root, "depends_on");
    settings.sources = decode_sources(decoder, root);
    settings.unit_tests = decode_unit_tests(decoder, root);
    settings.group = decoder.text(root, "group");
    settings.args = decoder.text_map(root, "args").unwrap_or_default();
    settings.classification = decoder.text_map(root, "classification").unwrap_or_default();
    settings.column_descriptions = decode_columns(decoder, root);
    settings.test_uses = decode_test_uses(decoder, root);
    for key in KEPT_KEYS {
        if let Some(value) = root.get(key) {
            settings.kept.push((SmolStr::new(key), crate::TomlValue::of(value.get_ref())));
        }
    }
    settings
}

fn decode_defaults(decoder: &mut Decoder<'_>, root: &Table<'_>) -> ModelSettings {
    let flat = flat_strategy_keys(root);
    for key in PER_MODEL_KEYS {
        forbid(decoder, root, key);
    }
    let known: Vec<&str> = DEFAULTS_KEYS.iter().chain(PER_MODEL_KEYS).chain(flat.iter()).copied().collect();
    decoder.check_keys(root, &known);
    let mut settings = shared_settings(decoder, root);
    if let Some(DeValue::Table(entries)) = root.get("target").map(toml::Spanned::get_ref) {
        let target = Table { entries, path: SmolStr::new("target"), range: root.range };
        forbid(decoder, &target, "table");
        settings.target.table = None;
    }
    settings
}

fn forbid(decoder: &mut Decoder<'_>, table: &Table<'_>, key: &str) {
    if let Some((written, _)) = table.entries.get_key_value(key) {
        let field = table.field(key);
        let range = decoder.range(written.span());
        let message = format!("'{field}' belongs to one model and cannot be a default of a whole folder");
        let finding = Finding::error("S008", range, message)
            .at_field(field)
            .suggest("move it to the sidecars of the models that need it");
        decoder.report(finding);
    }
}

fn shared_settings(decoder: &mut Decoder<'_>, root: &Table<'_>) -> ModelSettings {
    ModelSettings {
        strategy: decode_strategy_key(decoder, root),
        target: decode_target(decoder, root),
        adapter: decoder.text(root, "adapter"),
        intent: decoder.text(root, "intent").map(String::from),
        freshness: decode_freshness(decoder, root),
        tests: root.has("tests").then(|| {
            let tables = decoder.tables(root, "tests");
            tables.iter().filter_map(|table| decode_test(decoder, table, &[])).collect()
        }),
        format: decoder.choice(root, "format", FORMATS),
        format_options: decode_format_options(decoder, root),
        tags: decode_tags(decoder, root),
        ..ModelSettings::default()
    }
}

fn is_blank(decoder: &mut Decoder<'_>, table: &Table<'_>, key: &str, text: &str) -> bool {
    let blank = text.trim().is_empty();
    if blank {
        let span = table.get(key).map_or(0..0, toml::Spanned::span);
        let field = table.field(key);
        decoder.wrong(
            &field,
            span,
            format!("'{field}' must not be empty"),
            Some("remove it or write a name".to_owned()),
        );
    }
    blank
}

/// `strategy = "merge"` takes the strategy's keys from the top level.
fn flat_strategy_keys(root: &Table<'_>) -> &'static [&'static str] {
    let Some(DeValue::String(name)) = root.get("strategy").map(toml::Spanned::get_ref) else { return &[] };
    crate::strategy::STRATEGIES.iter().find(|(known, _)| known == name).map_or(&[], |(_, keys)| keys)
}

fn decode_strategy_key(decoder: &mut Decoder<'_>, root: &Table<'_>) -> Option<Strategy> {
    match root.get("strategy")?.get_ref() {
        DeValue::String(name) => {
            known_strategy(decoder, root, "strategy", name)?;
            let range = decoder.range(root.get("strategy")?.span());
            decode_strategy(decoder, &Table { range, ..root.clone() }, name)
        }
        _ => {
            let table = decoder.table(root, "strategy")?;
            decode_strategy_table(decoder, &table)
        }
    }
}

/// Reports unknown keys of `[strategy]` and `[target]`; a key of the top level that slipped below the
/// header gets advice of its own.
pub(crate) fn check_nested_keys(decoder: &mut Decoder<'_>, table: &Table<'_>, known: &[&str]) {
    for key in table.entries.keys() {
        let name: &str = key.get_ref();
        if known.contains(&name) {
            continue;
        }
        if !SIDECAR_KEYS.contains(&name) {
            decoder.unknown_key(table, key, known, Severity::Warning);
            continue;
        }
        let range = decoder.range(key.span());
        let message = format!(
            "'{name}' stands below the header {} and so belongs to that table, where it means nothing",
            table.title()
        );
        let finding = Finding::warning("V066", range, message)
            .at_field(join(&table.path, name))
            .suggest(format!("move '{name}' above the first header of the file"));
        decoder.report(finding);
    }
}

fn decode_target(decoder: &mut Decoder<'_>, root: &Table<'_>) -> TargetSettings {
    let Some(table) = decoder.table(root, "target") else { return TargetSettings::default() };
    check_nested_keys(decoder, &table, &["catalog", "schema", "table"]);
    TargetSettings {
        catalog: decoder.text(&table, "catalog"),
        schema: decoder.text(&table, "schema"),
        table: decoder.text(&table, "table").filter(|name| !is_blank(decoder, &table, "table", name)),
    }
}

fn decode_freshness(decoder: &mut Decoder<'_>, root: &Table<'_>) -> Option<Freshness> {
    let table = decoder.table(root, "freshness")?;
    decoder.check_keys(&table, &["max_lag_seconds"]);
    Some(Freshness { max_lag_seconds: decoder.integer(&table, "max_lag_seconds") })
}

fn decode_sources(decoder: &mut Decoder<'_>, root: &Table<'_>) -> Vec<DeclaredSource> {
    let mut sources = Vec::new();
    for table in decoder.tables(root, "sources") {
        // `name` is common in published projects and harmless.
        decoder.check_keys(&table, &["catalog", "schema", "table", "columns", "name", "description"]);
        let catalog = decoder.text(&table, "catalog").unwrap_or_default();
        let schema = decoder.required_text(&table, "schema");
        let name = decoder.required_text(&table, "table");
        let columns = decode_declared_columns(decoder, &table);
        if let (Some(schema), Some(name)) = (schema, name) {
            sources.push(DeclaredSource { catalog, schema, table: name, columns });
        }
    }
    sources
}

/// Reads `columns = [{ name, type, nullable }]` of a source.
pub(crate) fn decode_declared_columns(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Vec<DeclaredColumn> {
    let mut columns = Vec::new();
    for column in decoder.tables(table, "columns") {
        decoder.check_keys(&column, &["name", "type", "nullable", "description"]);
        if let Some(name) = decoder.required_text(&column, "name") {
            let raw_type = decoder.text(&column, "type");
            let nullable = decoder.boolean(&column, "nullable");
            columns.push(DeclaredColumn { name, raw_type, nullable });
        }
    }
    columns
}

fn decode_format_options(decoder: &mut Decoder<'_>, root: &Table<'_>) -> Option<FormatOptions> {
    let table = decoder.table(root, "format_options")?;
    decoder.check_keys(&table, &["partition_by", "cluster_by", "table_properties", "comment"]);
    let table_properties = match table.get("table_properties").map(toml::Spanned::get_ref) {
        Some(DeValue::Array(pairs)) => {
            let field = table.field("table_properties");
            let mut properties = Vec::new();
            for pair in pairs.iter() {
                let texts = pair.get_ref().as_array().map(|items| {
                    items
                        .iter()
                        .filter_map(|item| item.get_ref().as_str())
                        .map(SmolStr::new)
                        .collect::<Vec<_>>()
                });
                match texts.as_deref() {
                    Some([key, value]) => properties.push((key.clone(), value.clone())),
                    _ => {
                        let message =
                            format!("'{field}' must hold pairs of strings, such as [\"key\", \"value\"]");
                        decoder.wrong(&field, pair.span(), message, None);
                    }
                }
            }
            properties
        }
        _ => decoder.text_map(&table, "table_properties").unwrap_or_default(),
    };
    Some(FormatOptions {
        partition_by: decoder.texts(&table, "partition_by").unwrap_or_default(),
        cluster_by: decoder.texts(&table, "cluster_by").unwrap_or_default(),
        table_properties,
        comment: decoder.text(&table, "comment"),
    })
}

fn decode_tags(decoder: &mut Decoder<'_>, root: &Table<'_>) -> Option<Vec<(SmolStr, SmolStr)>> {
    match root.get("tags")?.get_ref() {
        DeValue::Array(_) => {
            let mut tags: Vec<_> =
                decoder.texts(root, "tags")?.into_iter().map(|tag| (tag, SmolStr::default())).collect();
            tags.sort();
            tags.dedup();
            Some(tags)
        }
        _ => decoder.text_map(root, "tags"),
    }
}

fn decode_columns(decoder: &mut Decoder<'_>, root: &Table<'_>) -> Vec<(SmolStr, SmolStr)> {
    let Some(columns) = decoder.table(root, "columns") else { return Vec::new() };
    let mut descriptions = Vec::new();
    for (name, value) in columns.entries.iter() {
        let Some(column) = decoder.as_table(columns.field(name.get_ref()), value) else { continue };
        decoder.check_keys(&column, &["description"]);
        if let Some(description) = decoder.text(&column, "description") {
            descriptions.push((SmolStr::new(name.get_ref()), description));
        }
    }
    descriptions
}

fn decode_test_uses(decoder: &mut Decoder<'_>, root: &Table<'_>) -> Vec<TestUse> {
    let mut uses = Vec::new();
    for table in decoder.tables(root, "use_test") {
        decoder.check_keys(&table, &["name", "column", "severity", "filter"]);
        if let Some(name) = decoder.required_text(&table, "name") {
            uses.push(TestUse {
                name,
                column: decoder.text(&table, "column"),
                severity: decoder.choice(&table, "severity", crate::model_test::TEST_SEVERITIES),
                filter: decoder.text(&table, "filter"),
            });
        }
    }
    uses
}
