//! `[pipeline.NAME]`: what is moved, transformed, checked or loaded.

use super::checks::{Checks, Execution, decode_checks, decode_execution};
use super::governance::{Governance, decode_governance};
use super::pattern::SchemaPattern;
use crate::Finding;
use crate::contract::{TypeChange, decode_type_changes};
use crate::decode::{Decoder, Table};
use rocky_base_db::{Severity, closest};
use smol_str::SmolStr;
use toml::de::DeValue;

/// The name that an omitted `adapter` stands for.
pub const DEFAULT_ADAPTER: &str = "default";

/// A pipeline.
#[derive(Clone, PartialEq, Debug)]
pub struct Pipeline {
    /// Pipelines that run before it.
    pub depends_on: Vec<SmolStr>,
    /// Checks on what it makes; `None` when no `checks` table is written.
    pub checks: Option<Checks>,
    /// How its tasks run.
    pub execution: Execution,
    /// What it does.
    pub body: PipelineBody,
}

/// What a pipeline does, by type.
#[derive(Clone, PartialEq, Debug)]
pub enum PipelineBody {
    /// Copies schemas.
    Replication(Box<Replication>),
    /// Runs models.
    Transformation(Transformation),
    /// Checks tables.
    Quality(Quality),
    /// Keeps the history of a table.
    Snapshot(Snapshot),
    /// Loads files.
    Load(Load),
    /// The type is not known; V005 reported it.
    Unknown,
}

/// The types of pipelines.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum PipelineType {
    Replication,
    Transformation,
    Quality,
    Snapshot,
    Load,
}

const TYPES: &[(&str, PipelineType)] = &[
    ("replication", PipelineType::Replication),
    ("transformation", PipelineType::Transformation),
    ("quality", PipelineType::Quality),
    ("snapshot", PipelineType::Snapshot),
    ("load", PipelineType::Load),
];

impl PipelineType {
    /// The word for it in TOML and JSON.
    pub fn as_str(self) -> &'static str {
        TYPES.iter().find(|(_, value)| *value == self).map_or("", |(word, _)| word)
    }
}

/// Where a pipeline writes: the adapter, and governance of what it writes.
#[derive(Clone, PartialEq, Debug)]
pub struct PipelineTarget {
    /// The adapter's name.
    pub adapter: SmolStr,
    /// Who may do what there.
    pub governance: Governance,
}

/// `type = "replication"`.
#[derive(Clone, PartialEq, Debug)]
pub struct Replication {
    /// `incremental`, `full_refresh` or another word (V035).
    pub strategy: SmolStr,
    /// The watermark column.
    pub timestamp_column: SmolStr,
    /// Columns added to every copied table.
    pub metadata_columns: Vec<MetadataColumn>,
    /// The adapter that reads the source.
    pub source_adapter: SmolStr,
    /// The catalog of the source schemas; may be empty.
    pub source_catalog: SmolStr,
    /// How source schemas are named.
    pub schema_pattern: Option<SchemaPattern>,
    /// The adapter that lists the source, if written.
    pub discovery_adapter: Option<SmolStr>,
    /// Where it writes.
    pub target: PipelineTarget,
    /// The catalog of a target table.
    pub catalog_template: SmolStr,
    /// The schema of a target table.
    pub schema_template: SmolStr,
    /// What joins several values in the two templates; `None` is the pattern's separator.
    pub target_separator: Option<SmolStr>,
    /// Keys for `merge`.
    pub merge_keys: Vec<SmolStr>,
    /// What copied tables must look like.
    pub contract: Option<LoadContract>,
}

/// A column added to copied tables.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MetadataColumn {
    /// Its name.
    pub name: SmolStr,
    /// Its type, as the warehouse spells it.
    pub type_name: SmolStr,
    /// A SQL expression with placeholders.
    pub value: SmolStr,
}

/// What loaded or copied tables must look like.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LoadContract {
    /// Columns that must exist: name, raw type, nullable.
    pub required_columns: Vec<(SmolStr, SmolStr, bool)>,
    /// Columns that must not disappear.
    pub protected_columns: Vec<SmolStr>,
    /// Type changes that are fine.
    pub allowed_type_changes: Vec<TypeChange>,
}

/// `type = "transformation"`.
#[derive(Clone, PartialEq, Debug)]
pub struct Transformation {
    /// The glob that selects models.
    pub models: SmolStr,
    /// Where it writes.
    pub target: PipelineTarget,
}

/// `type = "quality"`.
#[derive(Clone, PartialEq, Debug)]
pub struct Quality {
    /// The adapter it reads with.
    pub target: PipelineTarget,
    /// The tables to check.
    pub tables: Vec<TableReference>,
}

/// A table, or all tables of a schema.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TableReference {
    /// The catalog.
    pub catalog: SmolStr,
    /// The schema.
    pub schema: SmolStr,
    /// The table; `None` is every table.
    pub table: Option<SmolStr>,
}

/// `type = "snapshot"`.
#[derive(Clone, PartialEq, Debug)]
pub struct Snapshot {
    /// The columns that identify a row.
    pub unique_key: Vec<SmolStr>,
    /// The column that tells a change.
    pub updated_at: SmolStr,
    /// Whether rows gone from the source are closed.
    pub invalidate_hard_deletes: bool,
    /// The adapter that reads the source.
    pub source_adapter: SmolStr,
    /// The source table.
    pub source: TableReference,
    /// Where it writes.
    pub target: PipelineTarget,
    /// The target table.
    pub target_table: TableReference,
}

/// `type = "load"`.
#[derive(Clone, PartialEq, Debug)]
pub struct Load {
    /// The folder of the files.
    pub source_dir: SmolStr,
    /// The format; `None` is by extension.
    pub format: Option<LoadFormat>,
    /// Where it writes.
    pub target: PipelineTarget,
    /// The target table; without `table` the file's stem.
    pub target_table: TableReference,
    /// Rows a statement.
    pub batch_size: u64,
    /// Whether a missing table is created.
    pub create_table: bool,
    /// Whether the table is emptied first.
    pub truncate_first: bool,
    /// What separates CSV cells.
    pub csv_delimiter: char,
    /// Whether the first CSV line names the columns.
    pub csv_has_header: bool,
    /// What loaded tables must look like.
    pub contract: Option<LoadContract>,
}

/// The format of loaded files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum LoadFormat {
    Csv,
    Parquet,
    JsonLines,
}

const LOAD_FORMATS: &[(&str, LoadFormat)] = &[
    ("csv", LoadFormat::Csv),
    ("parquet", LoadFormat::Parquet),
    ("json_lines", LoadFormat::JsonLines),
    ("jsonl", LoadFormat::JsonLines),
    ("jsonlines", LoadFormat::JsonLines),
    ("ndjson", LoadFormat::JsonLines),
];

impl Pipeline {
    /// Its type, if known.
    pub fn pipeline_type(&self) -> Option<PipelineType> {
        match &self.body {
            PipelineBody::Replication(_) => Some(PipelineType::Replication),
            PipelineBody::Transformation(_) => Some(PipelineType::Transformation),
            PipelineBody::Quality(_) => Some(PipelineType::Quality),
            PipelineBody::Snapshot(_) => Some(PipelineType::Snapshot),
            PipelineBody::Load(_) => Some(PipelineType::Load),
            PipelineBody::Unknown => None,
        }
    }

    /// Where it writes.
    pub fn target(&self) -> Option<&PipelineTarget> {
        match &self.body {
            PipelineBody::Replication(body) => Some(&body.target),
            PipelineBody::Transformation(body) => Some(&body.target),
            PipelineBody::Quality(body) => Some(&body.target),
            PipelineBody::Snapshot(body) => Some(&body.target),
            PipelineBody::Load(body) => Some(&body.target),
            PipelineBody::Unknown => None,
        }
    }
}

const COMMON_KEYS: &[&str] = &["type", "target", "checks", "execution", "depends_on", "schedule"];

/// Reads one pipeline.
pub(crate) fn decode_pipeline(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Pipeline {
    let pipeline_type = decode_type(decoder, table);
    let own_keys: &[&str] = match pipeline_type {
        None => &[],
        Some(PipelineType::Replication) => &[
            "strategy",
            "timestamp_column",
            "metadata_columns",
            "source",
            "merge_keys",
            "merge_keys_fallback",
            "table_overrides",
            "prune_unchanged",
            "contract",
        ],
        Some(PipelineType::Transformation) => &["models"],
        Some(PipelineType::Quality) => &["tables"],
        Some(PipelineType::Snapshot) => &["unique_key", "updated_at", "invalidate_hard_deletes", "source"],
        Some(PipelineType::Load) => &["source_dir", "format", "options", "contract"],
    };
    if pipeline_type.is_some() {
        // Real files carry stray keys here, which the original ignored.
        let known: Vec<&str> = COMMON_KEYS.iter().chain(own_keys).copied().collect();
        decoder.check_keys_as(table, &known, Severity::Warning);
    }
    let body = match pipeline_type {
        None => PipelineBody::Unknown,
        Some(PipelineType::Replication) => PipelineBody::Replication(Box::new(replication(decoder, table))),
        Some(PipelineType::Transformation) => PipelineBody::Transformation(Transformation {
            models: decoder.text(table, "models").unwrap_or(SmolStr::new_static("models/**")),
            target: optional_target(decoder, table, &[]).0,
        }),
        Some(PipelineType::Quality) => PipelineBody::Quality(quality(decoder, table)),
        Some(PipelineType::Snapshot) => PipelineBody::Snapshot(snapshot(decoder, table)),
        Some(PipelineType::Load) => PipelineBody::Load(load(decoder, table)),
    };
    Pipeline {
        depends_on: decoder.texts(table, "depends_on").unwrap_or_default(),
        checks: decoder.table(table, "checks").map(|checks| decode_checks(decoder, &checks)),
        execution: decoder
            .table(table, "execution")
            .map(|execution| decode_execution(decoder, &execution))
            .unwrap_or_default(),
        body,
    }
}

fn decode_type(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Option<PipelineType> {
    let Some(value) = table.get("type") else { return Some(PipelineType::Replication) };
    let text = decoder.text(table, "type")?;
    if let Some((_, known)) = TYPES.iter().find(|(word, _)| *word == text) {
        return Some(*known);
    }
    if decoder.is_unresolved(value.span()) {
        return None;
    }
    let words: Vec<&str> = TYPES.iter().map(|(word, _)| *word).collect();
    let range = decoder.range(value.span());
    let message = format!("'{text}' is not a pipeline type; types are {}", words.join(", "));
    let mut finding = Finding::error("V005", range, message).at_field(table.field("type"));
    finding = match closest(&text, words.iter().copied()) {
        Some(near) => finding.suggest(format!("did you mean '{near}'?")).fix(
            format!("Replace with '{near}'"),
            range,
            format!("\"{near}\""),
        ),
        None => finding.suggest("use one of the five types"),
    };
    decoder.report(finding);
    None
}

fn adapter_name(decoder: &mut Decoder<'_>, table: &Table<'_>) -> SmolStr {
    decoder.text(table, "adapter").unwrap_or(SmolStr::new_static(DEFAULT_ADAPTER))
}

/// The target, with the table to read further keys from; a missing table is the default target.
fn optional_target<'t>(
    decoder: &mut Decoder<'_>,
    table: &Table<'t>,
    keys: &[&str],
) -> (PipelineTarget, Option<Table<'t>>) {
    let target = decoder.table(table, "target");
    let Some(inner) = &target else {
        let adapter = SmolStr::new_static(DEFAULT_ADAPTER);
        return (PipelineTarget { adapter, governance: Governance::default() }, None);
    };
    let known: Vec<&str> = ["adapter", "governance"].iter().chain(keys).copied().collect();
    decoder.check_keys(inner, &known);
    let governance = decoder
        .table(inner, "governance")
        .map(|governance| decode_governance(decoder, &governance))
        .unwrap_or_default();
    (PipelineTarget { adapter: adapter_name(decoder, inner), governance }, target)
}

fn required_target<'t>(
    decoder: &mut Decoder<'_>,
    table: &Table<'t>,
    keys: &[&str],
) -> (PipelineTarget, Option<Table<'t>>) {
    if !table.has("target") {
        decoder.missing(table, "target");
    }
    optional_target(decoder, table, keys)
}

fn replication(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Replication {
    let keys = &["catalog_template", "schema_template", "separator"];
    let (target, target_table) = required_target(decoder, table, keys);
    let mut body = Replication {
        strategy: decoder.text(table, "strategy").unwrap_or(SmolStr::new_static("incremental")),
        timestamp_column: decoder
            .text(table, "timestamp_column")
            .unwrap_or(SmolStr::new_static("_fivetran_synced")),
        metadata_columns: Vec::new(),
        source_adapter: SmolStr::new_static(DEFAULT_ADAPTER),
        source_catalog: SmolStr::default(),
        schema_pattern: None,
        discovery_adapter: None,
        target,
        catalog_template: SmolStr::default(),
        schema_template: SmolStr::default(),
        target_separator: None,
        merge_keys: decoder.texts(table, "merge_keys").unwrap_or_default(),
        contract: decode_load_contract(decoder, table),
    };
    if let Some(target) = &target_table {
        body.catalog_template = decoder.required_text(target, "catalog_template").unwrap_or_default();
        body.schema_template = decoder.required_text(target, "schema_template").unwrap_or_default();
        body.target_separator = decoder.text(target, "separator");
    }
    for column in decoder.tables(table, "metadata_columns") {
        decoder.check_keys(&column, &["name", "type", "value"]);
        let name = decoder.required_text(&column, "name");
        let type_name = decoder.required_text(&column, "type");
        let value = decoder.required_text(&column, "value");
        if let (Some(name), Some(type_name), Some(value)) = (name, type_name, value) {
            body.metadata_columns.push(MetadataColumn { name, type_name, value });
        }
    }
    match decoder.table(table, "source") {
        Some(source) => replication_source(decoder, &source, &mut body),
        None if table.has("source") => {}
        None => decoder.missing(table, "source"),
    }
    body
}

fn replication_source(decoder: &mut Decoder<'_>, source: &Table<'_>, body: &mut Replication) {
    decoder.check_keys(source, &["adapter", "catalog", "schema_pattern", "discovery"]);
    body.source_adapter = adapter_name(decoder, source);
    body.source_catalog = decoder.text(source, "catalog").unwrap_or_default();
    if !source.has("schema_pattern") {
        decoder.missing(source, "schema_pattern");
    }
    if let Some(pattern) = decoder.table(source, "schema_pattern") {
        decoder.check_keys(&pattern, &["prefix", "separator", "components"]);
        let prefix = decoder.required_text(&pattern, "prefix");
        let separator = decoder.required_text(&pattern, "separator");
        let components = decoder.required_texts(&pattern, "components");
        if let (Some(prefix), Some(separator), Some(components)) = (prefix, separator, components) {
            body.schema_pattern = Some(SchemaPattern { prefix, separator, components });
        }
    }
    if let Some(discovery) = decoder.table(source, "discovery") {
        decoder.check_keys(&discovery, &["adapter", "report_new_sources", "on_collision"]);
        body.discovery_adapter = Some(adapter_name(decoder, &discovery));
    }
}

fn table_reference(decoder: &mut Decoder<'_>, table: &Table<'_>, needs_table: bool) -> TableReference {
    TableReference {
        catalog: decoder.required_text(table, "catalog").unwrap_or_default(),
        schema: decoder.required_text(table, "schema").unwrap_or_default(),
        table: if needs_table { decoder.required_text(table, "table") } else { decoder.text(table, "table") },
    }
}

fn quality(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Quality {
    let (target, _) = required_target(decoder, table, &[]);
    if !table.has("checks") {
        decoder.missing(table, "checks");
    }
    let mut tables = Vec::new();
    for reference in decoder.tables(table, "tables") {
        decoder.check_keys(&reference, &["catalog", "schema", "table"]);
        tables.push(table_reference(decoder, &reference, false));
    }
    Quality { target, tables }
}

fn snapshot(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Snapshot {
    let (target, target_table) = required_target(decoder, table, &["catalog", "schema", "table"]);
    let unique_key = decoder.required_texts(table, "unique_key").unwrap_or_default();
    let updated_at = decoder.required_text(table, "updated_at").unwrap_or_default();
    let mut body = Snapshot {
        unique_key,
        updated_at,
        invalidate_hard_deletes: decoder.boolean(table, "invalidate_hard_deletes").unwrap_or(false),
        source_adapter: SmolStr::new_static(DEFAULT_ADAPTER),
        source: TableReference::default(),
        target,
        target_table: TableReference::default(),
    };
    if !table.has("source") {
        decoder.missing(table, "source");
    }
    if let Some(source) = decoder.table(table, "source") {
        decoder.check_keys(&source, &["adapter", "catalog", "schema", "table"]);
        body.source_adapter = adapter_name(decoder, &source);
        body.source = table_reference(decoder, &source, true);
    }
    if let Some(target) = &target_table {
        body.target_table = table_reference(decoder, target, true);
    }
    body
}

fn load(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Load {
    let (target, target_table) = required_target(decoder, table, &["catalog", "schema", "table"]);
    let mut body = Load {
        source_dir: decoder.required_text(table, "source_dir").unwrap_or_default(),
        format: load_format(decoder, table),
        target,
        target_table: TableReference::default(),
        batch_size: 10_000,
        create_table: true,
        truncate_first: false,
        csv_delimiter: ',',
        csv_has_header: true,
        contract: decode_load_contract(decoder, table),
    };
    if let Some(target) = &target_table {
        body.target_table = table_reference(decoder, target, false);
    }
    if let Some(options) = decoder.table(table, "options") {
        const KEYS: &[&str] =
            &["batch_size", "create_table", "truncate_first", "csv_delimiter", "csv_has_header"];
        decoder.check_keys(&options, KEYS);
        body.batch_size = decoder.integer(&options, "batch_size").unwrap_or(body.batch_size);
        body.create_table = decoder.boolean(&options, "create_table").unwrap_or(true);
        body.truncate_first = decoder.boolean(&options, "truncate_first").unwrap_or(false);
        body.csv_has_header = decoder.boolean(&options, "csv_has_header").unwrap_or(true);
        if let Some(text) = decoder.text(&options, "csv_delimiter") {
            let mut characters = text.chars();
            match (characters.next(), characters.next()) {
                (Some(only), None) => body.csv_delimiter = only,
                _ => v060(decoder, &options, "csv_delimiter", &format!("'{text}' is not one character")),
            }
        }
    }
    body
}

fn load_format(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Option<LoadFormat> {
    let text = decoder.text(table, "format")?;
    let known = LOAD_FORMATS.iter().find(|(word, _)| text.eq_ignore_ascii_case(word));
    let unresolved = table.get("format").is_some_and(|value| decoder.is_unresolved(value.span()));
    if known.is_none() && !unresolved {
        v060(
            decoder,
            table,
            "format",
            &format!("'{text}' is not a format; formats are csv, parquet, json_lines"),
        );
    }
    known.map(|(_, format)| *format)
}

fn v060(decoder: &mut Decoder<'_>, table: &Table<'_>, key: &str, message: &str) {
    let range = table.get(key).map_or(table.range, |value| decoder.range(value.span()));
    let finding = Finding::error("V060", range, message).at_field(table.field(key));
    decoder.report(finding.suggest("write one of the documented values"));
}

fn decode_load_contract(decoder: &mut Decoder<'_>, pipeline: &Table<'_>) -> Option<LoadContract> {
    let table = decoder.table(pipeline, "contract")?;
    decoder.check_keys(&table, &["required_columns", "protected_columns", "allowed_type_changes"]);
    let mut contract = LoadContract {
        protected_columns: decoder.texts(&table, "protected_columns").unwrap_or_default(),
        ..LoadContract::default()
    };
    for column in decoder.tables(&table, "required_columns") {
        decoder.check_keys(&column, &["name", "type", "nullable"]);
        let (name, type_name) =
            (decoder.required_text(&column, "name"), decoder.required_text(&column, "type"));
        let nullable = decoder.boolean(&column, "nullable").unwrap_or(true);
        if let (Some(name), Some(type_name)) = (name, type_name) {
            contract.required_columns.push((name, type_name, nullable));
        }
    }
    let changes = decoder.tables(&table, "allowed_type_changes");
    contract.allowed_type_changes = decode_type_changes(decoder, &changes);
    Some(contract)
}

/// Whether a value under the key `pipeline` makes the table a single unnamed pipeline: the key of a
/// pipeline with a value of the right shape, which a *named* pipeline would not have.
pub(crate) fn is_bare_pipeline(table: &toml::de::DeTable<'_>) -> bool {
    let shape = |key: &str| table.get(key).map(toml::Spanned::get_ref);
    let is_text = |key| matches!(shape(key), Some(DeValue::String(_)));
    let is_list = |key| matches!(shape(key), Some(DeValue::Array(_)));
    let is_source = match shape("source") {
        Some(DeValue::Table(source)) => {
            ["schema_pattern", "adapter", "catalog"].iter().any(|key| source.get(*key).is_some())
                && !is_text_in(source, "type")
        }
        _ => false,
    };
    is_text("type")
        || is_text("models")
        || is_text("source_dir")
        || is_list("tables")
        || is_list("unique_key")
        || is_source
}

fn is_text_in(table: &toml::de::DeTable<'_>, key: &str) -> bool {
    matches!(table.get(key).map(toml::Spanned::get_ref), Some(DeValue::String(_)))
}
