//! The queries over documents, and narrow projections of them.

use crate::config::adapter::{Adapter, AdapterRole, AdapterType};
use crate::config::lint::LintConfig;
use crate::config::pipeline::PipelineBody;
use crate::glob::ModelsGlob;
use crate::inputs::Project;
use crate::{
    ConfigDocument, ContractDocument, GroupDocument, KeySpans, MacroDocument, MacroTable, ModelTest,
    SeedDocument, SidecarDocument, TestDefinitionsDocument, UnsetPolicy, layout, parse_config,
    parse_contract, parse_defaults, parse_group, parse_macro, parse_seed, parse_settings_at, parse_sidecar,
    parse_test_definitions, split_frontmatter,
};
use rocky_base_db::{Db, File, FilePath, FileStatus, read_source, source_text};
use rocky_syntax::DialectKind;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The parsed `rocky.toml`. Reads: its text. Cut-off: equality (moving a line changes spans, so readers
/// use the projections below).
#[salsa::tracked(returns(ref), no_eq)]
pub fn config_document(db: &dyn Db, project: Project) -> ConfigDocument {
    let file = project.config_file(db);
    if *file.status(db) == FileStatus::Missing {
        return ConfigDocument { is_valid: true, ..ConfigDocument::default() };
    }
    let text = source_text(db, file);
    parse_config(&text.text, &|name| db.system().variable(name), UnsetPolicy::Ignore)
}

/// Whose SQL an adapter speaks.
fn dialect_of(adapter: &Adapter) -> Option<DialectKind> {
    match adapter.adapter_type.as_ref()? {
        AdapterType::DuckDb => Some(DialectKind::DuckDb),
        AdapterType::Databricks => Some(DialectKind::Databricks),
        AdapterType::Snowflake => Some(DialectKind::Snowflake),
        AdapterType::BigQuery => Some(DialectKind::BigQuery),
        _ => None,
    }
}

/// A transformation pipeline, as far as it decides about models.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ModelScope {
    /// The pipeline.
    pub pipeline: SmolStr,
    /// Its models.
    pub models: ModelsGlob,
    /// The adapter it writes with.
    pub adapter: SmolStr,
}

/// What `rocky.toml` says about where models are and whose SQL they speak.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ModelScopes {
    /// The transformation pipelines, by name.
    pub scopes: Vec<ModelScope>,
    /// Adapters whose SQL we know, with their dialects, by name.
    pub dialects: Vec<(SmolStr, DialectKind)>,
    /// Adapters that can run models, by name.
    pub data_adapters: Vec<SmolStr>,
    /// Adapters that cannot, by name.
    pub other_adapters: Vec<SmolStr>,
    /// `[portability].target_dialect`
    pub portability: Option<DialectKind>,
}

impl ModelScopes {
    /// The dialect of an adapter.
    pub fn dialect(&self, adapter: &str) -> Option<DialectKind> {
        self.dialects.iter().find(|(name, _)| name == adapter).map(|(_, dialect)| *dialect)
    }
}

/// Reads: [`config_document`]. Cut-off: **projection**.
#[salsa::tracked(returns(ref))]
pub fn model_scopes(db: &dyn Db, project: Project) -> ModelScopes {
    let config = &config_document(db, project).config;
    let scopes = config
        .pipelines
        .iter()
        .filter_map(|(name, pipeline)| match &pipeline.body {
            PipelineBody::Transformation(transformation) => Some(ModelScope {
                pipeline: name.clone(),
                models: ModelsGlob::new(&transformation.models),
                adapter: transformation.target.adapter.clone(),
            }),
            _ => None,
        })
        .collect();
    let dialects = config
        .adapters
        .iter()
        .filter_map(|(name, adapter)| Some((name.clone(), dialect_of(adapter)?)))
        .collect();
    let (data, other): (Vec<_>, Vec<_>) =
        config.adapters.iter().partition(|(_, adapter)| adapter.is_active_for(AdapterRole::Data));
    let names = |adapters: Vec<(&SmolStr, _)>| adapters.into_iter().map(|(name, _)| name.clone()).collect();
    ModelScopes {
        scopes,
        dialects,
        data_adapters: names(data),
        other_adapters: names(other),
        portability: portability(config),
    }
}

fn portability(config: &crate::Config) -> Option<DialectKind> {
    DialectKind::from_name(config.portability.target_dialect.as_deref()?)
}

/// Which lint rules are on. Reads: [`config_document`]. Cut-off: **projection**.
#[salsa::tracked(returns(ref))]
pub fn lint_config(db: &dyn Db, project: Project) -> LintConfig {
    config_document(db, project).config.lint.clone()
}

/// The folders that `rocky.toml` says models are in; `models` when it says nothing.
pub(crate) fn configured_models_roots(db: &dyn Db, project: Project) -> Vec<FilePath> {
    let mut roots: Vec<FilePath> = model_scopes(db, project)
        .scopes
        .iter()
        .filter(|scope| !scope.models.escapes())
        .map(|scope| scope.models.base().clone())
        .collect();
    if roots.is_empty() {
        roots.push(FilePath::new("models"));
    }
    roots.sort();
    roots.dedup();
    roots
}

/// The parsed sidecar, frontmatter block or `_defaults.toml`. Reads: the file's text. Cut-off: equality.
#[salsa::tracked(returns(ref))]
pub fn settings_document(db: &dyn Db, file: File) -> SidecarDocument {
    let source = read_source(db, file);
    let variable = |name: &str| db.system().variable(name);
    let path = file.path(db);
    match path.extension() {
        Some("toml") if path.file_name() == "_defaults.toml" => parse_defaults(&source.text, &variable),
        Some("toml") => parse_sidecar(&source.text, &variable),
        _ => match split_frontmatter(&source.text) {
            // Where the block ends is unknown, so nothing can be said about its keys.
            Some(frontmatter) if !frontmatter.is_closed => SidecarDocument {
                findings: frontmatter.finding.into_iter().collect(),
                ..SidecarDocument::default()
            },
            Some(frontmatter) => {
                let toml = source.text.get(frontmatter.toml.clone()).unwrap_or_default();
                let mut document = parse_settings_at(toml, frontmatter.toml.start, &variable);
                document.findings.extend(frontmatter.finding);
                document
            }
            None => SidecarDocument { is_valid: true, ..SidecarDocument::default() },
        },
    }
}

/// Where the keys of a sidecar, frontmatter block or `_defaults.toml` stand. Asked for only when there is
/// something to show. Reads: the file's text. Kept: the last 64.
#[salsa::tracked(lru = 64)]
pub fn settings_spans(db: &dyn Db, file: File) -> Arc<KeySpans> {
    let source = source_text(db, file);
    let variable = |name: &str| db.system().variable(name);
    let (toml, base) = if file.path(db).extension() == Some("toml") {
        (&*source.text, 0)
    } else {
        match split_frontmatter(&source.text) {
            Some(frontmatter) => {
                let start = frontmatter.toml.start;
                (source.text.get(frontmatter.toml).unwrap_or_default(), start)
            }
            None => ("", 0),
        }
    };
    Arc::new(KeySpans::of(toml, base, &variable))
}

/// The parsed contract. Reads: the file's text. Cut-off: equality.
#[salsa::tracked(returns(ref))]
pub fn contract_document(db: &dyn Db, file: File) -> ContractDocument {
    let source = read_source(db, file);
    parse_contract(&source.text, &|name| db.system().variable(name))
}

/// Whether a model's text begins with a frontmatter block. Reads: the text. Cut-off: **projection**.
#[salsa::tracked(returns(copy))]
pub fn has_frontmatter_block(db: &dyn Db, file: File) -> bool {
    let source = if db.is_one_shot() { read_source(db, file) } else { source_text(db, file).clone() };
    crate::has_frontmatter(&source.text)
}

/// The pipelines that a model may name in `depends_on`: those that make tables without models.
///
/// Reads: [`config_document`]. Cut-off: **projection**.
#[salsa::tracked(returns(ref))]
pub fn pipeline_names(db: &dyn Db, project: Project) -> Vec<SmolStr> {
    let config = &config_document(db, project).config;
    let makes_tables =
        |body: &PipelineBody| matches!(body, PipelineBody::Replication(_) | PipelineBody::Load(_));
    let names = config.pipelines.iter().filter(|(_, pipeline)| makes_tables(&pipeline.body));
    names.map(|(name, _)| name.clone()).collect()
}

/// The parsed macro file. Reads: its text. Cut-off: equality.
#[salsa::tracked(returns(ref))]
pub fn macro_document(db: &dyn Db, file: File) -> MacroDocument {
    let source = read_source(db, file);
    parse_macro(&source.text, file.path(db).extension() == Some("sql-macro"))
}

/// All macros by name; of two with one name the first by path counts. Reads: the macro files.
/// Cut-off: equality.
#[salsa::tracked(returns(ref))]
pub fn macro_table(db: &dyn Db, project: Project) -> MacroTable {
    let mut table = MacroTable::new();
    for file in &layout(db, project).macros {
        if let Some(declared) = &macro_document(db, *file).declared {
            table.entry(declared.name.clone()).or_insert_with(|| declared.clone());
        }
    }
    table
}

/// The parsed sidecar of a seed. Reads: its text. Cut-off: equality.
#[salsa::tracked(returns(ref))]
pub fn seed_document(db: &dyn Db, file: File) -> SeedDocument {
    let source = read_source(db, file);
    parse_seed(&source.text, &|name| db.system().variable(name))
}

/// A seed of the project.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seed {
    /// Its name.
    pub name: SmolStr,
    /// The data file.
    pub file: File,
    /// Its sidecar.
    pub sidecar: Option<File>,
    /// The catalog of its table; `None` is the default one.
    pub catalog: Option<SmolStr>,
    /// The schema of its table.
    pub schema: SmolStr,
    /// Its table.
    pub table: SmolStr,
}

/// The seeds, by path. Reads: [`layout`], the sidecars of seeds. Cut-off: equality.
#[salsa::tracked(returns(ref))]
pub fn seeds(db: &dyn Db, project: Project) -> Vec<Seed> {
    let layout = layout(db, project);
    let seeds = layout.seeds.iter().map(|file| {
        let path = file.path(db);
        let sidecar = layout.seed_sidecars.get(&path.sibling(path.stem())).copied();
        let settings = sidecar.map(|sidecar| &seed_document(db, sidecar).settings);
        let name =
            settings.and_then(|settings| settings.name.clone()).unwrap_or_else(|| SmolStr::new(path.stem()));
        let target = settings.map(|settings| settings.target.clone()).unwrap_or_default();
        Seed {
            file: *file,
            sidecar,
            catalog: target.catalog,
            schema: target.schema.unwrap_or(SmolStr::new_static("seeds")),
            table: target.table.unwrap_or_else(|| name.clone()),
            name,
        }
    });
    seeds.collect()
}

/// The configuration groups by name. Reads: [`layout`]. Cut-off: **projection**.
#[salsa::tracked(returns(ref))]
pub fn groups(db: &dyn Db, project: Project) -> BTreeMap<SmolStr, File> {
    layout(db, project).groups.clone()
}

/// The parsed group file. Reads: its text. Cut-off: equality.
#[salsa::tracked(returns(ref))]
pub fn group_document(db: &dyn Db, file: File) -> GroupDocument {
    let source = read_source(db, file);
    parse_group(&source.text, &|name| db.system().variable(name))
}

/// The parsed definitions of named tests. Reads: the file's text. Cut-off: equality.
#[salsa::tracked(returns(ref))]
pub fn test_definitions_document(db: &dyn Db, file: File) -> TestDefinitionsDocument {
    let source = read_source(db, file);
    parse_test_definitions(&source.text, &|name| db.system().variable(name))
}

/// The named tests; of two with one name the first by path counts. Reads: the files of definitions. Cut-off: equality.
#[salsa::tracked(returns(ref))]
pub fn named_tests(db: &dyn Db, project: Project) -> BTreeMap<SmolStr, ModelTest> {
    let mut definitions = BTreeMap::new();
    for file in &layout(db, project).test_definitions {
        for (name, test) in &test_definitions_document(db, *file).tests {
            definitions.entry(name.clone()).or_insert_with(|| test.clone());
        }
    }
    definitions
}
