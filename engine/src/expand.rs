//! From a node and what is known of its target to statements. Pure: `plan` and `run` both use it, so they show and
//! send the same text.

use std::fmt;

use rocky_adapter::dialect::{SqlDialect, TimestampKind};
use rocky_adapter::{AdapterError, PresentRelation, RelationKind, TableColumn, TargetState};
use rocky_plan_model::{
    ColumnName, Materialization, ModelNode, OutputSchema, Purpose, RelationName, ReplicationNode,
    ReplicationStrategy, SelectSql, Statement, TableStrategy,
};
use serde::Serialize;

/// What is known when a node is expanded.
#[derive(Debug, Clone)]
pub struct Knowledge {
    /// The target.
    pub target: TargetState,
    /// The columns the query really puts out, when the warehouse was asked; otherwise the compiler's word counts.
    pub output: Option<Vec<TableColumn>>,
}

/// A difference between target and query that was acted upon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DriftAction {
    /// Full table name.
    pub table: String,
    /// What was done.
    pub action: String,
    /// Why.
    pub reason: String,
    /// The table's asset key.
    pub asset_key: Vec<String>,
}

/// The statements of one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expansion {
    /// What is really done: an incremental table that does not exist yet is built by `full_refresh`.
    pub strategy: &'static str,
    /// In order. More than one belong in one transaction.
    pub statements: Vec<Statement>,
    /// Differences acted upon.
    pub drift: Vec<DriftAction>,
    /// Number of columns written, when known.
    pub column_count: Option<usize>,
}

/// What writes a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// A model.
    Model,
    /// A replication pipeline.
    Replication,
}

impl fmt::Display for Writer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Writer::Model => "the model",
            Writer::Replication => "the pipeline",
        })
    }
}

/// Why no statement can be made. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The strategy is not executable in this version.
    #[error("the strategy '{strategy}' cannot be executed yet")]
    NotExecutable {
        /// Its name.
        strategy: &'static str,
    },
    /// The target's state is unknown.
    #[error("cannot tell whether {target} exists: {error}")]
    UnknownTarget {
        /// Full name.
        target: String,
        /// The probe's error.
        error: AdapterError,
    },
    /// The target is not a table.
    #[error("{target} is a {found}, and {writer} writes a table")]
    WrongKind {
        /// What wants to write it.
        writer: Writer,
        /// Full name.
        target: String,
        /// What it is.
        found: &'static str,
    },
    /// The timestamp column is missing.
    #[error("{place} has no column '{column}', which the incremental strategy compares")]
    NoTimestampColumn {
        /// What compares it.
        writer: Writer,
        /// Query or target.
        place: String,
        /// The column.
        column: ColumnName,
    },
    /// The timestamp column holds no times.
    #[error(
        "the column '{column}' of {place} has type {data_type}, and the incremental strategy compares dates or timestamps"
    )]
    NotATimestamp {
        /// What compares it.
        writer: Writer,
        /// Query or target.
        place: String,
        /// The column.
        column: ColumnName,
        /// Its type.
        data_type: String,
    },
    /// No column list can be made.
    #[error("the columns of the query are not known")]
    UnknownColumns,
    /// A column cannot be added to the target.
    #[error(
        "the query puts out the column '{column}', which {target} lacks and which cannot be added: {error}"
    )]
    CannotAddColumn {
        /// Full name.
        target: String,
        /// The column.
        column: String,
        /// Why.
        error: String,
    },
}

impl Refusal {
    /// What to do.
    pub fn hint(&self) -> String {
        match self {
            Refusal::NotExecutable { .. } => {
                "this version executes full_refresh, incremental and ephemeral; choose one of them for now"
                    .to_owned()
            }
            Refusal::UnknownTarget { error, .. } => {
                error.hint.clone().unwrap_or_else(|| "nothing was written; run again".to_owned())
            }
            Refusal::WrongKind { target, writer, .. } => {
                format!("drop {target} if it is not needed any more, or give {writer} another target")
            }
            Refusal::NoTimestampColumn { writer: Writer::Replication, .. }
            | Refusal::NotATimestamp { writer: Writer::Replication, .. } => {
                "name another timestamp_column in the pipeline, or use strategy = \"full_refresh\"".to_owned()
            }
            Refusal::NoTimestampColumn { column, .. } => {
                format!(
                    "select '{column}' in the model, name another timestamp_column, or drop the table to build it anew"
                )
            }
            Refusal::NotATimestamp { column, .. } => {
                format!("cast '{column}' to TIMESTAMP in the model, or use full_refresh")
            }
            Refusal::UnknownColumns => "name the columns in the model's SELECT".to_owned(),
            Refusal::CannotAddColumn { target, .. } => {
                format!("add the column by hand, or drop {target} so that the next run builds it anew")
            }
        }
    }
}

/// The statement that creates a target's schema.
pub fn create_schema_statement(target: &RelationName, dialect: &dyn SqlDialect) -> Statement {
    Statement {
        purpose: Purpose::CreateSchema,
        target: schema_name(target),
        sql: dialect.create_schema(&target.catalog, &target.schema),
    }
}

fn schema_name(target: &RelationName) -> String {
    if target.catalog.is_empty() {
        target.schema.to_string()
    } else {
        format!("{}.{}", target.catalog, target.schema)
    }
}

/// Expands a model.
pub fn expand(model: &ModelNode, dialect: &dyn SqlDialect, known: &Knowledge) -> Result<Expansion, Refusal> {
    let (target, strategy) = match &model.materialization {
        Materialization::Ephemeral => {
            return Ok(Expansion {
                strategy: "ephemeral",
                statements: vec![],
                drift: vec![],
                column_count: None,
            });
        }
        Materialization::Relation { target, strategy } => (target, strategy),
    };
    if !strategy.is_executable() {
        return Err(Refusal::NotExecutable { strategy: strategy.name() });
    }
    let timestamp_column = match strategy {
        TableStrategy::Incremental { timestamp_column } => Some(timestamp_column),
        _ => None,
    };
    let write = Write {
        writer: Writer::Model,
        name: model.name.to_string(),
        select: &model.select,
        output: &model.output,
        target,
        asset_key: target.asset_key(),
        dialect,
    };
    write.expand(timestamp_column, known)
}

/// Expands the copy of a replicated table, whose `select` is [`copy_query`].
pub fn expand_copy(
    table: &ReplicationNode,
    select: &SelectSql,
    dialect: &dyn SqlDialect,
    known: &Knowledge,
) -> Result<Expansion, Refusal> {
    let timestamp_column = match &table.strategy {
        ReplicationStrategy::Incremental { timestamp_column } => Some(timestamp_column),
        ReplicationStrategy::FullRefresh => None,
    };
    let write = Write {
        writer: Writer::Replication,
        name: table.source.to_string(),
        select,
        output: &OutputSchema::Open { columns: Vec::new() },
        target: &table.target,
        asset_key: table.asset_key.clone(),
        dialect,
    };
    write.expand(timestamp_column, known)
}

/// What is copied of a source table: all its columns, and those that the pipeline adds.
pub fn copy_query(table: &ReplicationNode, dialect: &dyn SqlDialect) -> SelectSql {
    let mut projection = String::from("*");
    for column in &table.metadata_columns {
        projection.push_str(&format!(
            ", CAST({} AS {}) AS {}",
            column.expression,
            column.data_type.0,
            dialect.identifier(column.name.as_str())
        ));
    }
    SelectSql::new(format!("SELECT {projection} FROM {}", dialect.table_ref(&table.source)))
}

/// A query and the table its result is written to.
struct Write<'a> {
    writer: Writer,
    /// The model, or the source table.
    name: String,
    select: &'a SelectSql,
    /// The columns the compiler knows.
    output: &'a OutputSchema,
    target: &'a RelationName,
    asset_key: Vec<String>,
    dialect: &'a dyn SqlDialect,
}

impl Write<'_> {
    /// With a timestamp column, rows past the watermark are appended to a table that exists.
    fn expand(&self, timestamp_column: Option<&ColumnName>, known: &Knowledge) -> Result<Expansion, Refusal> {
        let target = || self.target.to_string();
        let present = match &known.target {
            TargetState::Absent => None,
            TargetState::Present(present) if present.kind == RelationKind::Table => Some(present),
            TargetState::Present(other) => {
                return Err(Refusal::WrongKind {
                    writer: self.writer,
                    target: target(),
                    found: other.kind.as_str(),
                });
            }
            TargetState::Unknown(error) => {
                return Err(Refusal::UnknownTarget { target: target(), error: error.clone() });
            }
        };
        let Some(timestamp_column) = timestamp_column else { return Ok(self.full_refresh(known)) };
        let append = Append { write: self, timestamp_column };
        append.check_query(known.output.as_deref())?;
        match present {
            None => Ok(self.full_refresh(known)),
            Some(present) => append.expand(present, known.output.as_deref()),
        }
    }

    fn full_refresh(&self, known: &Knowledge) -> Expansion {
        let column_count = match (&known.output, self.output) {
            (Some(output), _) => Some(output.len()),
            (None, OutputSchema::Closed { columns }) => Some(columns.len()),
            (None, OutputSchema::Open { .. }) => None,
        };
        let purpose = match self.writer {
            Writer::Model => Purpose::FullRefresh,
            Writer::Replication => Purpose::FullRefreshCopy,
        };
        Expansion {
            strategy: "full_refresh",
            statements: vec![Statement {
                purpose,
                target: self.target.to_string(),
                sql: self.dialect.create_table_as(self.target, self.select),
            }],
            drift: vec![],
            column_count,
        }
    }
}

/// An append past the watermark to a table that exists.
struct Append<'a> {
    write: &'a Write<'a>,
    timestamp_column: &'a ColumnName,
}

impl Append<'_> {
    /// The query must put out the timestamp column, as a time. Checked before the first write, so that the second run
    /// does not find a table it cannot append to.
    fn check_query(&self, output: Option<&[TableColumn]>) -> Result<(), Refusal> {
        let place = || match self.write.writer {
            Writer::Model => format!("the query of {}", self.write.name),
            Writer::Replication => self.write.name.clone(),
        };
        let name = self.timestamp_column;
        let Some(output) = output else {
            let known = self.write.output.column(name).is_some();
            return match self.write.output {
                OutputSchema::Closed { .. } if !known => Err(self.no_timestamp_column(place())),
                _ => Ok(()),
            };
        };
        match output.iter().find(|column| column.name.eq_ignore_ascii_case(name.as_str())) {
            None => Err(self.no_timestamp_column(place())),
            Some(column) => self.kind_of(&column.data_type, place()).map(|_| ()),
        }
    }

    fn no_timestamp_column(&self, place: String) -> Refusal {
        Refusal::NoTimestampColumn { writer: self.write.writer, place, column: self.timestamp_column.clone() }
    }

    fn kind_of(&self, data_type: &str, place: String) -> Result<TimestampKind, Refusal> {
        self.write.dialect.timestamp_kind(data_type).ok_or_else(|| Refusal::NotATimestamp {
            writer: self.write.writer,
            place,
            column: self.timestamp_column.clone(),
            data_type: data_type.to_owned(),
        })
    }

    fn expand(
        &self,
        present: &PresentRelation,
        output: Option<&[TableColumn]>,
    ) -> Result<Expansion, Refusal> {
        let place = || self.write.target.to_string();
        let timestamp = present
            .column(self.timestamp_column.as_str())
            .ok_or_else(|| self.no_timestamp_column(place()))?;
        let kind = self.kind_of(&timestamp.data_type, place())?;
        let written = self.output_columns(output)?;
        let names: Vec<&str> = written.iter().map(|(name, _)| *name).collect();

        let mut statements = Vec::new();
        let mut added = Vec::new();
        for (name, data_type) in written.iter().filter(|(name, _)| present.column(name).is_none()) {
            let cannot = |error: String| Refusal::CannotAddColumn {
                target: place(),
                column: (*name).to_owned(),
                error,
            };
            let data_type = data_type.ok_or_else(|| cannot("its type is not known".to_owned()))?;
            let sql = self
                .write
                .dialect
                .add_column(self.write.target, name, data_type)
                .map_err(|error| cannot(error.message))?;
            statements.push(Statement { purpose: Purpose::AddColumns, target: place(), sql });
            added.push(*name);
        }
        let select = self.write.dialect.select_past_watermark(
            &names,
            self.write.select,
            (self.timestamp_column.as_str(), kind),
            self.write.target,
        );
        let sql = self.write.dialect.insert_into(self.write.target, &names, &select);
        let purpose = match self.write.writer {
            Writer::Model => Purpose::Incremental,
            Writer::Replication => Purpose::IncrementalCopy,
        };
        statements.push(Statement { purpose, target: place(), sql });
        let gone: Vec<&str> = present
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .filter(|column| !names.iter().any(|name| name.eq_ignore_ascii_case(column)))
            .collect();
        Ok(Expansion {
            strategy: "incremental",
            statements,
            drift: self.drift(&added, &gone),
            column_count: Some(names.len()),
        })
    }

    fn output_columns<'o>(
        &'o self,
        output: Option<&'o [TableColumn]>,
    ) -> Result<Vec<(&'o str, Option<&'o str>)>, Refusal> {
        match (output, self.write.output) {
            (Some(output), _) => Ok(output
                .iter()
                .map(|column| (column.name.as_str(), Some(column.data_type.as_str())))
                .collect()),
            (None, OutputSchema::Closed { columns }) => Ok(columns
                .iter()
                .map(|column| {
                    (column.name.as_str(), column.data_type.as_ref().map(|data_type| data_type.0.as_str()))
                })
                .collect()),
            (None, OutputSchema::Open { .. }) => Err(Refusal::UnknownColumns),
        }
    }

    fn drift(&self, added: &[&str], gone: &[&str]) -> Vec<DriftAction> {
        let action = |action: &str, reason: String| DriftAction {
            table: self.write.target.to_string(),
            action: action.to_owned(),
            reason,
            asset_key: self.write.asset_key.clone(),
        };
        let mut actions = Vec::new();
        if !added.is_empty() {
            actions.push(action("add_columns", format!("new in the query: {}", added.join(", "))));
        }
        if !gone.is_empty() {
            actions.push(action(
                "columns_removed",
                format!("no longer in the query, filled with NULL: {}", gone.join(", ")),
            ));
        }
        actions
    }
}
