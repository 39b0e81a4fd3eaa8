//! Everything that is said about a model outside its query: sidecar or frontmatter, over defaults, over
//! what `rocky.toml` says.

use crate::inputs::Project;
use crate::queries::{
    ModelScopes, group_document, groups, has_frontmatter_block, model_scopes, named_tests, settings_document,
};
use crate::{
    DeclaredSource, FormatOptions, Freshness, ModelSettings, ModelTest, Strategy, TableFormat,
    TargetSettings, UnitTest,
};
use crate::{ModelParts, model_parts};
use rocky_base_db::{Db, File};
use rocky_syntax::DialectKind;
use smol_str::SmolStr;
use std::sync::Arc;

/// The table a model becomes.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ModelTarget {
    /// The catalog; empty where the warehouse has none.
    pub catalog: SmolStr,
    /// The schema.
    pub schema: SmolStr,
    /// The table.
    pub table: SmolStr,
}

/// What is said about a model. No offsets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ModelConfig {
    /// Its name.
    pub name: SmolStr,
    /// Whether it is written in the Rocky language.
    pub is_rocky: bool,
    /// Its table; `None` when catalog or schema are nowhere given.
    pub target: Option<ModelTarget>,
    /// Whether the table's name follows from the model's name.
    pub table_is_inferred: bool,
    /// How it is materialised.
    pub strategy: Strategy,
    /// Declared dependencies.
    pub depends_on: Vec<SmolStr>,
    /// Declared inputs from outside.
    pub sources: Vec<DeclaredSource>,
    /// The adapter it names itself.
    pub adapter: Option<SmolStr>,
    /// The pipeline that its file belongs to: the first transformation pipeline whose glob has it.
    pub pipeline: Option<SmolStr>,
    /// Whose SQL it is.
    pub dialect: DialectKind,
    /// What it is for.
    pub intent: Option<SmolStr>,
    /// How fresh it has to be.
    pub freshness: Option<Freshness>,
    /// Declared tests.
    pub tests: Vec<ModelTest>,
    /// Unit tests.
    pub unit_tests: Vec<UnitTest>,
    /// What kind of table is created.
    pub format: Option<TableFormat>,
    /// Details of that kind.
    pub format_options: Option<FormatOptions>,
    /// Tags with their values.
    pub tags: Vec<(SmolStr, SmolStr)>,
    /// Descriptions of columns.
    pub column_descriptions: Vec<(SmolStr, SmolStr)>,
    /// The configuration group it names.
    pub group: Option<SmolStr>,
    /// The document that says this: the sidecar, or the model file with a frontmatter block.
    pub settings_file: Option<File>,
}

/// The configuration of a model file.
///
/// Reads: its settings document, its group, the defaults above it, [`model_scopes`], the project's options.
/// Cut-off: equality, so that a comment in a sidecar reaches nobody.
#[salsa::tracked(returns(clone))]
pub fn model_config(db: &dyn Db, file: File) -> Arc<ModelConfig> {
    let project = Project::get(db);
    let path = file.path(db);
    let parts = model_parts(db, file);
    let settings_file = settings_file(db, file, parts.as_deref());
    let own = settings_file.map(|settings| &settings_document(db, settings).settings);
    let above: Vec<&ModelSettings> = parts
        .iter()
        .flat_map(|parts| parts.defaults.iter())
        .map(|defaults| &settings_document(db, *defaults).settings)
        .collect();
    let group = own.and_then(|own| own.group.as_ref());
    let group_settings = group.zip(own).and_then(|(group, own)| settings_of_group(db, project, group, own));
    let levels = Levels { own, above: group_settings.iter().chain(above).collect() };
    let is_rocky = path.extension() == Some("rocky");
    let stem = path.stem();
    let name = own.and_then(|own| own.name.clone()).unwrap_or_else(|| SmolStr::new(stem));
    let scopes = model_scopes(db, project);
    let only_scope = || if let [only] = scopes.scopes.as_slice() { Some(only) } else { None };
    // With `--models` a file may lie outside every glob; with one pipeline there is no doubt even then.
    let scope = scopes.scopes.iter().find(|scope| scope.models.matches(path)).or_else(only_scope);
    let adapter = levels.first(|settings| settings.adapter.as_ref());
    let fallback = is_rocky && settings_file.is_none();
    let part =
        |found: Option<SmolStr>, default: &str| found.or_else(|| fallback.then(|| SmolStr::new(default)));
    let catalog = part(levels.first(|settings| settings.target.catalog.as_ref()), "warehouse");
    let schema = part(levels.first(|settings| settings.target.schema.as_ref()), "default");
    let own_table = own.and_then(|own| own.target.table.clone());
    let table_is_inferred = own_table.is_none();
    let target = catalog.zip(schema).map(|(catalog, schema)| ModelTarget {
        catalog,
        schema,
        table: own_table.unwrap_or_else(|| name.clone()),
    });
    Arc::new(ModelConfig {
        name,
        is_rocky,
        target,
        table_is_inferred,
        strategy: levels.first(|settings| settings.strategy.as_ref()).unwrap_or_default(),
        depends_on: own.and_then(|own| own.depends_on.clone()).unwrap_or_default(),
        sources: own.map(|own| own.sources.clone()).unwrap_or_default(),
        dialect: model_dialect(project.options(db).dialect, adapter.as_deref(), scope, scopes),
        adapter,
        pipeline: scope.map(|scope| scope.pipeline.clone()),
        intent: levels.first(|settings| settings.intent.as_ref()).map(SmolStr::from),
        freshness: levels.first(|settings| settings.freshness.as_ref()),
        tests: with_used_tests(
            db,
            project,
            levels.first(|settings| settings.tests.as_ref()).unwrap_or_default(),
            own,
        ),
        unit_tests: own.map(|own| own.unit_tests.clone()).unwrap_or_default(),
        format: levels.first(|settings| settings.format.as_ref()),
        format_options: levels.first(|settings| settings.format_options.as_ref()),
        tags: levels.first(|settings| settings.tags.as_ref()).unwrap_or_default(),
        column_descriptions: own.map(|own| own.column_descriptions.clone()).unwrap_or_default(),
        group: own.and_then(|own| own.group.clone()),
        settings_file,
    })
}

/// The tests of a model and those it uses by name. A use of nothing known gives nothing; the findings of the model say
/// so.
fn with_used_tests(
    db: &dyn Db,
    project: Project,
    mut tests: Vec<ModelTest>,
    own: Option<&ModelSettings>,
) -> Vec<ModelTest> {
    let uses = own.map(|own| own.test_uses.as_slice()).unwrap_or_default();
    if !uses.is_empty() {
        let known = named_tests(db, project);
        tests.extend(uses.iter().filter_map(|usage| known.get(&usage.name)?.used_as(usage)));
    }
    tests
}

/// What a model has from its group: the schema its arguments fill in, the strategy, tags. A group that does
/// not exist or a schema that is not filled gives nothing; the findings of the model say so.
fn settings_of_group(
    db: &dyn Db,
    project: Project,
    group: &SmolStr,
    own: &ModelSettings,
) -> Option<ModelSettings> {
    let file = groups(db, project).get(group)?;
    let group = &group_document(db, *file).settings;
    let target =
        TargetSettings { schema: group.schema(&own.args).ok().flatten(), ..TargetSettings::default() };
    Some(ModelSettings {
        target,
        strategy: group.strategy.clone(),
        tags: group.tags.clone(),
        ..ModelSettings::default()
    })
}

/// The settings of a model, of its group and of the folders above it, the nearest first.
struct Levels<'s> {
    own: Option<&'s ModelSettings>,
    above: Vec<&'s ModelSettings>,
}

impl<'s> Levels<'s> {
    /// The nearest value. Values replace each other as a whole.
    fn first<T: Clone + 's>(&self, read: impl Fn(&'s ModelSettings) -> Option<&'s T>) -> Option<T> {
        self.own.into_iter().chain(self.above.iter().copied()).find_map(read).cloned()
    }
}

fn settings_file(db: &dyn Db, file: File, parts: Option<&ModelParts>) -> Option<File> {
    match parts.and_then(|parts| parts.sidecar) {
        Some(sidecar) => Some(sidecar),
        None => has_frontmatter_block(db, file).then_some(file),
    }
}

/// Whose SQL a model is: `--target-dialect`, its own adapter, its pipeline's adapter, the only adapter,
/// `[portability]`, and otherwise whatever some warehouse accepts (spec 03 §5).
fn model_dialect(
    given: Option<DialectKind>,
    adapter: Option<&str>,
    scope: Option<&crate::queries::ModelScope>,
    scopes: &ModelScopes,
) -> DialectKind {
    let only = match scopes.dialects.as_slice() {
        [(_, dialect)] => Some(*dialect),
        _ => None,
    };
    given
        .or_else(|| scopes.dialect(adapter?))
        .or_else(|| scopes.dialect(&scope?.adapter))
        .or(only)
        .or(scopes.portability)
        .unwrap_or(DialectKind::Permissive)
}
