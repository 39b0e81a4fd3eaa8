//! From a replication pipeline and what its source has to the statements that copy it.

use crate::arguments::RunSelection;
use crate::discovery::Discovery;
use crate::failure::Failure;
use crate::opened_project::OpenedProject;
use crate::output::SkippedSchema;
use crate::planning::{self, Filter};
use crate::session::Session;
use crate::warehouse;
use rocky_compiler::project::config::pattern::{
    ComponentValues, PatternMismatch, SchemaPattern, fill_template, template_placeholders,
};
use rocky_compiler::project::config::pipeline::{PipelineBody, Replication};
use rocky_engine::{PlannedStatements, planned_statements};
use rocky_plan_model::{
    CatalogName, ColumnName, MetadataColumn, NameError, NodeId, NodeKind, NodeStatus, Plan, PlanNode,
    RawType, RelationName, ReplicationNode, ReplicationStrategy, SchemaName, TableName,
};
use std::collections::BTreeMap;

/// The plan of a replication pipeline and what is to be said about it.
pub(crate) struct PlannedReplication {
    /// One node a table.
    pub(crate) plan: Plan,
    /// What a run would send now.
    pub(crate) statements: PlannedStatements,
    /// Schemas with the pattern's prefix that cannot be replicated.
    pub(crate) skipped_schemas: Vec<SkippedSchema>,
    /// What the caller should know.
    pub(crate) notes: Vec<String>,
}

/// Asks the source of a pipeline what it has and plans its copies. Nothing is written.
pub(crate) fn plan(
    session: &Session<'_>,
    project: &OpenedProject,
    name: &str,
    selection: &RunSelection,
) -> Result<PlannedReplication, Failure> {
    refuse_models(selection, name)?;
    let filter = Filter::parse(selection.filter.as_deref())?;
    project.require_sound_pipeline(session, name)?;
    let mut plan = rocky_compiler::plan::plan_without_nodes(project.snapshot().db(), name)
        .map_err(|problem| planning::failure(&problem))?;
    plan.filter = selection.filter.clone().unwrap_or_default();
    let routing = Routing::of(project, name)?;
    let mut notes = Vec::new();
    if let Some(adapter) = project.config().adapters.get(plan.adapter.as_str()) {
        notes.extend(warehouse::note_on_place(adapter, &project.location));
    }
    let mut discovery = Discovery::open(project, name, routing.body)?;
    let found = routing.sources(&discovery.schemas()?, filter);
    notes.extend(routing.notes_on(&found, filter));
    for source in &found.selected {
        let mut tables = discovery.tables(&source.schema)?;
        notes.append(&mut tables.notes);
        let source_type = discovery.source_type();
        for table in tables.tables {
            plan.nodes
                .push(node(routing.copy(source, table, source_type).map_err(|error| unusable(&error))?)?);
        }
    }
    refuse_collisions(&plan)?;
    let (connection, dialect) = discovery.connection();
    let statements = planned_statements(&plan, dialect, Some(connection), "");
    Ok(PlannedReplication { plan, statements, skipped_schemas: found.skipped, notes })
}

/// Models beside the copies would need a second plan.
fn refuse_models(selection: &RunSelection, pipeline: &str) -> Result<(), Failure> {
    let given = [
        (selection.model.is_some(), "--model"),
        (selection.models.is_some(), "--models"),
        (selection.all, "--all"),
    ];
    match given.iter().find(|(given, _)| *given) {
        Some((_, flag)) => Err(Failure::not_available(
            &format!("{flag} for the replication pipeline '{pipeline}'"),
            "leave it away, or name a transformation pipeline with --pipeline",
        )),
        None => Ok(()),
    }
}

fn unusable(error: &NameError) -> Failure {
    Failure::new(error.to_string())
}

/// A schema of the source that takes part.
#[derive(Debug)]
struct Source {
    schema: SchemaName,
    components: ComponentValues,
    catalog: CatalogName,
    target_schema: SchemaName,
}

/// The schemas of a source, sorted into what takes part and what cannot.
#[derive(Debug, Default)]
struct Sources {
    selected: Vec<Source>,
    skipped: Vec<SkippedSchema>,
    /// Schemas with the prefix, whether or not the filter takes them.
    managed: usize,
}

/// How the tables of a source find their targets.
struct Routing<'p> {
    body: &'p Replication,
    pattern: &'p SchemaPattern,
    strategy: ReplicationStrategy,
}

impl<'p> Routing<'p> {
    fn of(project: &'p OpenedProject, name: &str) -> Result<Routing<'p>, Failure> {
        let pipeline = project.config().pipelines.get(name);
        let Some(PipelineBody::Replication(body)) = pipeline.map(|pipeline| &pipeline.body) else {
            return Err(Failure::new(format!("pipeline '{name}' is not a replication")));
        };
        let Some(pattern) = &body.schema_pattern else {
            return Err(Failure::new(format!("pipeline '{name}' has no schema pattern"))
                .with_help(format!("add [pipeline.{name}.source.schema_pattern]")));
        };
        let strategy = match body.strategy.as_str() {
            "full_refresh" => ReplicationStrategy::FullRefresh,
            "incremental" => ReplicationStrategy::Incremental {
                timestamp_column: ColumnName::new(body.timestamp_column.as_str())
                    .map_err(|error| unusable(&error))?,
            },
            other => {
                return Err(Failure::not_available(
                    &format!("the strategy '{other}' of the replication pipeline '{name}'"),
                    "use incremental or full_refresh",
                ));
            }
        };
        for column in &body.metadata_columns {
            check_metadata_column(name, &column.name, &column.type_name)?;
        }
        Ok(Routing { body, pattern, strategy })
    }

    /// Sorts the schemas of the source. Their names come from outside, so a bad one is no failure of the others.
    fn sources(&self, schemas: &[String], filter: Filter<'_>) -> Sources {
        let mut found = Sources::default();
        for schema in schemas {
            let parsed = match self.pattern.parse(schema) {
                Err(PatternMismatch::Unmanaged) => continue,
                Ok(components) => Ok(components),
                Err(mismatch) => Err(mismatch.to_string()),
            };
            found.managed += 1;
            let is_selected = match (filter, &parsed) {
                (Filter::All, _) => true,
                // Of DuckDB the connector's id is the schema. It is known even when the name does not parse.
                (Filter::By { key: "id", value }, _) => schema == value,
                (Filter::By { key, value }, Ok(components)) => matches_component(components, key, value),
                // Whether it would match is not known; leaving it unsaid would hide it.
                (Filter::By { key, .. }, Err(_)) => self.pattern.names().any(|name| name == key),
            };
            if !is_selected {
                continue;
            }
            match parsed.and_then(|components| self.route(schema, components)) {
                Ok(source) => found.selected.push(source),
                Err(reason) => found.skipped.push(SkippedSchema { schema: schema.clone(), reason }),
            }
        }
        found
    }

    fn route(&self, schema: &str, components: ComponentValues) -> Result<Source, String> {
        self.check_values(&components)?;
        let separator = self.body.target_separator.as_ref().unwrap_or(&self.pattern.separator);
        let fill = |template: &str| fill_template(template, &components, separator);
        let catalog = CatalogName::new(fill(&self.body.catalog_template));
        let target_schema = SchemaName::new(fill(&self.body.schema_template));
        Ok(Source {
            schema: SchemaName::new(schema).map_err(|error| error.to_string())?,
            catalog: catalog.map_err(|error| format!("its target would be {error}"))?,
            target_schema: target_schema.map_err(|error| format!("its target would be {error}"))?,
            components,
        })
    }

    /// Values that become part of a name or of a statement must be identifiers.
    fn check_values(&self, components: &ComponentValues) -> Result<(), String> {
        let values = self.body.metadata_columns.iter().map(|column| &column.value);
        let templates = [&self.body.catalog_template, &self.body.schema_template].into_iter().chain(values);
        for placeholder in templates.flat_map(|template| template_placeholders(template)) {
            let Some((name, value)) = components.iter().find(|(name, _)| name == placeholder.name) else {
                continue;
            };
            if let Some(bad) = value.segments().find(|segment| !is_identifier(segment)) {
                return Err(format!(
                    "the value '{bad}' of its component '{name}' has other characters than letters, digits and underscores"
                ));
            }
        }
        Ok(())
    }

    fn copy(
        &self,
        source: &Source,
        table: RelationName,
        source_type: &str,
    ) -> Result<ReplicationNode, NameError> {
        let mut asset_key = vec![source_type.to_owned()];
        asset_key.extend(source.components.iter().flat_map(|(_, value)| value.segments()).map(str::to_owned));
        asset_key.push(table.table.to_string());
        let separator = &self.pattern.separator;
        let metadata_columns = self.body.metadata_columns.iter().map(|column| {
            Ok(MetadataColumn {
                name: ColumnName::new(column.name.as_str())?,
                data_type: RawType(column.type_name.to_string()),
                expression: fill_template(&column.value, &source.components, separator),
            })
        });
        Ok(ReplicationNode {
            asset_key,
            target: RelationName {
                catalog: source.catalog.clone(),
                schema: source.target_schema.clone(),
                table: table.table.clone(),
            },
            source: table,
            strategy: self.strategy.clone(),
            metadata_columns: metadata_columns.collect::<Result<_, NameError>>()?,
        })
    }

    fn notes_on(&self, found: &Sources, filter: Filter<'_>) -> Vec<String> {
        let mut notes: Vec<String> = found
            .skipped
            .iter()
            .map(|skipped| format!("the schema '{}' is skipped: {}", skipped.schema, skipped.reason))
            .collect();
        match filter {
            Filter::By { key, .. } if key != "id" && !self.pattern.names().any(|name| name == key) => {
                let names: Vec<&str> = std::iter::once("id").chain(self.pattern.names()).collect();
                notes.push(format!(
                    "the filter '{key}' matches nothing: the keys of this pipeline are {}",
                    names.join(", ")
                ));
            }
            _ if found.managed == 0 => {
                notes.push(format!("no schema of the source starts with '{}'", self.pattern.prefix));
            }
            Filter::By { key, value } if found.selected.is_empty() && found.skipped.is_empty() => {
                notes.push(format!("the filter '{key}={value}' matches no schema of the source"));
            }
            _ => {}
        }
        notes
    }
}

fn check_metadata_column(pipeline: &str, name: &str, data_type: &str) -> Result<(), Failure> {
    let is_type = |letter: char| letter.is_ascii_alphanumeric() || "_ (),".contains(letter);
    let problem = if !is_identifier(name) {
        format!("the metadata column '{name}' of pipeline '{pipeline}' is no identifier")
    } else if data_type.is_empty() || !data_type.chars().all(is_type) {
        format!("the type '{data_type}' of the metadata column '{name}' of pipeline '{pipeline}' is no type")
    } else {
        return Ok(());
    };
    Err(Failure::new(problem).with_help(format!(
        "correct [[pipeline.{pipeline}.metadata_columns]]: letters, digits and underscores make a name; a type may \
         also have spaces, commas and parentheses"
    )))
}

fn matches_component(components: &ComponentValues, key: &str, value: &str) -> bool {
    components.iter().any(|(name, found)| name == key && found.segments().any(|segment| segment == value))
}

fn is_identifier(text: &str) -> bool {
    TableName::new(text).is_ok()
}

fn node(copy: ReplicationNode) -> Result<PlanNode, Failure> {
    let id = NodeId::new(format!("table:{}", copy.source)).map_err(|error| unusable(&error))?;
    Ok(PlanNode {
        id,
        depends_on: Vec::new(),
        status: NodeStatus::Selected,
        kind: NodeKind::Replication(copy),
    })
}

/// Two copies into one table would overwrite each other, and a copy over a source would destroy what is to be copied.
/// A DuckDB database is one catalog and ignores case, so schema and table alone tell relations apart.
fn refuse_collisions(plan: &Plan) -> Result<(), Failure> {
    let key = |relation: &RelationName| {
        (relation.schema.as_str().to_lowercase(), relation.table.as_str().to_lowercase())
    };
    let copies: Vec<&ReplicationNode> = plan
        .nodes
        .iter()
        .filter_map(|node| match &node.kind {
            NodeKind::Replication(copy) => Some(copy),
            NodeKind::Model(_) => None,
        })
        .collect();
    let sources: BTreeMap<_, &ReplicationNode> =
        copies.iter().map(|copy| (key(&copy.source), *copy)).collect();
    let mut targets: BTreeMap<_, &ReplicationNode> = BTreeMap::new();
    let advice = format!(
        "change catalog_template or schema_template in [pipeline.{}.target]; nothing was planned",
        plan.pipeline
    );
    for copy in copies {
        let (source, target) = (&copy.source, &copy.target);
        if let Some(other) = sources.get(&key(target)) {
            let message = format!("{source} would be copied over {}, which is itself a source", other.source);
            return Err(Failure::new(message).with_help(advice));
        }
        if let Some(other) = targets.insert(key(target), copy) {
            let message = format!("{} and {source} would both be copied to {target}", other.source);
            return Err(Failure::new(message).with_help(advice));
        }
    }
    Ok(())
}
