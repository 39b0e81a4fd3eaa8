//! Looking at the source of a replication pipeline: which schemas it has, and which tables are in them.

use crate::failure::Failure;
use crate::opened_project::OpenedProject;
use crate::warehouse;
use rocky_adapter::dialect::SqlDialect;
use rocky_adapter::{AdapterError, Connection, RelationKind, TargetState, Warehouse};
use rocky_compiler::project::config::adapter::{Adapter, AdapterRole, AdapterType};
use rocky_compiler::project::config::pipeline::Replication;
use rocky_plan_model::{CatalogName, RelationName, SchemaName};
use std::sync::Arc;

/// A source that can be asked. Nothing in it is changed.
pub(crate) struct Discovery {
    warehouse: Arc<dyn Warehouse>,
    connection: Box<dyn Connection>,
    adapter: String,
    catalog: CatalogName,
}

/// The tables of one schema.
#[derive(Debug, Default)]
pub(crate) struct DiscoveredTables {
    /// Those that can be copied, sorted by name.
    pub(crate) tables: Vec<RelationName>,
    /// What cannot, and why.
    pub(crate) notes: Vec<String>,
}

impl Discovery {
    /// Opens the source of a pipeline through its discovery adapter, or through its source adapter when it names none
    /// and that one can list what it has.
    pub(crate) fn open(
        project: &OpenedProject,
        pipeline: &str,
        body: &Replication,
    ) -> Result<Discovery, Failure> {
        let name = discovery_adapter(project, pipeline, body)?;
        let adapter = adapter(project, name)?;
        let kind = |adapter: &Adapter| {
            adapter.adapter_type.as_ref().map_or_else(String::new, |kind| kind.as_str().to_owned())
        };
        if adapter.adapter_type != Some(AdapterType::DuckDb) {
            return Err(Failure::not_available(
                &format!("discovering sources through '{}' (adapter '{name}')", kind(adapter)),
                "this version lists the sources of DuckDB databases",
            ));
        }
        for (role, other) in [("source", &body.source_adapter), ("target", &body.target.adapter)] {
            let found = self::adapter(project, other)?;
            if found.adapter_type != Some(AdapterType::DuckDb) {
                return Err(Failure::not_available(
                    &format!("replicating with '{}' ({role} adapter '{other}')", kind(found)),
                    "this version replicates inside a DuckDB database",
                ));
            }
            let file = warehouse::database_file(found, &project.location);
            let is_same = other.as_str() == name
                || (file.is_some() && file == warehouse::database_file(adapter, &project.location));
            if !is_same {
                return Err(Failure::not_available(
                    &format!("replicating between the databases of the adapters '{name}' and '{other}'"),
                    "this version replicates inside one DuckDB database: name the same adapter for both",
                ));
            }
        }
        let warehouse = match warehouse::database_file(adapter, &project.location) {
            None => warehouse::open(name, adapter, &project.location)?,
            Some(file) if file.try_exists().unwrap_or(true) => {
                warehouse::open_read_only(name, &file, &project.location)
                    .map_err(|error| warehouse::not_opened(name, &error))?
            }
            Some(file) => {
                let message = format!("the database {} of adapter '{name}' does not exist", file.display());
                return Err(Failure::new(message)
                    .with_code("E120")
                    .caused_by("without it there are no sources to replicate")
                    .with_help(format!(
                        "load the source data first, or correct `path` in [adapter.{name}]"
                    )));
            }
        };
        let connection = warehouse.connect().map_err(|error| warehouse::not_opened(name, &error))?;
        let catalog = CatalogName::new(body.source_catalog.as_str()).map_err(|error| {
            Failure::new(error.to_string())
                .with_help(format!("correct `catalog` in [pipeline.{pipeline}.source]"))
        })?;
        Ok(Discovery { warehouse, connection, adapter: name.to_owned(), catalog })
    }

    /// The word for the kind of source, the first part of asset keys.
    pub(crate) fn source_type(&self) -> &'static str {
        "duckdb"
    }

    /// The connection, for looking at targets, and the dialect.
    pub(crate) fn connection(&mut self) -> (&mut (dyn Connection + 'static), &dyn SqlDialect) {
        (self.connection.as_mut(), self.warehouse.dialect())
    }

    /// The names of all schemas, sorted.
    pub(crate) fn schemas(&mut self) -> Result<Vec<String>, Failure> {
        let listed = self.connection.list_schemas(&self.catalog);
        listed.map_err(|error| self.not_listed("the schemas", &error))
    }

    /// The base tables of a schema. Views are not replicated: what they read may be.
    pub(crate) fn tables(&mut self, schema: &SchemaName) -> Result<DiscoveredTables, Failure> {
        let listed = self.connection.list_tables(&self.catalog, schema);
        let names =
            listed.map_err(|error| self.not_listed(&format!("the tables of schema '{schema}'"), &error))?;
        let mut found = DiscoveredTables::default();
        for name in names {
            let relation = match RelationName::new(self.catalog.as_str(), schema.as_str(), &name) {
                Ok(relation) => relation,
                Err(error) => {
                    found.notes.push(format!("a table of schema '{schema}' is left out: {error}"));
                    continue;
                }
            };
            // What cannot be looked at is not left out in silence: whoever copies it meets the reason.
            let is_table = match self.connection.probe(&relation) {
                TargetState::Present(present) => present.kind == RelationKind::Table,
                TargetState::Absent => false,
                TargetState::Unknown(_) => true,
            };
            if is_table {
                found.tables.push(relation);
            }
        }
        Ok(found)
    }

    fn not_listed(&self, what: &str, error: &AdapterError) -> Failure {
        let failure = Failure::new(format!("{what} of adapter '{}' cannot be listed", self.adapter))
            .with_code("E120")
            .caused_by(&error.message);
        match &error.hint {
            Some(hint) => failure.with_help(hint),
            None => failure,
        }
    }
}

fn discovery_adapter<'b>(
    project: &OpenedProject,
    pipeline: &str,
    body: &'b Replication,
) -> Result<&'b str, Failure> {
    if let Some(named) = &body.discovery_adapter {
        return Ok(named);
    }
    let source = &body.source_adapter;
    if adapter(project, source)?.is_active_for(AdapterRole::Discovery) {
        return Ok(source);
    }
    Err(Failure::new(format!(
        "the pipeline '{pipeline}' names no discovery adapter, and its source adapter '{source}' cannot list sources"
    ))
    .with_help(format!("name an adapter that can in [pipeline.{pipeline}.source.discovery]")))
}

fn adapter<'p>(project: &'p OpenedProject, name: &str) -> Result<&'p Adapter, Failure> {
    project.config().adapters.get(name).ok_or_else(|| {
        Failure::new(format!("the adapter '{name}' is not defined"))
            .with_help(format!("add [adapter.{name}] to rocky.toml"))
    })
}
