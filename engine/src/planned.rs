//! What `plan` shows: the statements `run` would send now.

use std::collections::BTreeSet;

use rocky_adapter::dialect::SqlDialect;
use rocky_adapter::{Connection, TargetState};
use rocky_plan_model::{
    Materialization, NodeKind, NodeStatus, Plan, PlanNode, Purpose, ReplicationNode, ReplicationStrategy,
    SelectSql, Statement, TableStrategy,
};

use crate::expand::{Knowledge, create_schema_statement, expand};

/// The statements of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlannedStatements {
    /// In the order they would be sent by a run that does one thing at a time.
    pub statements: Vec<Statement>,
    /// What could not be shown, and why.
    pub notes: Vec<String>,
}

/// Expands all selected nodes. With a connection, targets are looked at, so that an incremental model shows what the
/// next run really does; without one, `note_without_connection` says why there is none.
pub fn planned_statements(
    plan: &Plan,
    dialect: &dyn SqlDialect,
    mut connection: Option<&mut (dyn Connection + 'static)>,
    note_without_connection: &str,
) -> PlannedStatements {
    let mut planned = PlannedStatements::default();
    let mut schemas = BTreeSet::new();
    for node in plan.nodes.iter().filter(|node| node.status == NodeStatus::Selected) {
        let Some(target) = node.target() else { continue };
        if plan.auto_create_schemas && schemas.insert((target.catalog.clone(), target.schema.clone())) {
            planned.statements.push(create_schema_statement(target, dialect));
        }
        planned.add(node, dialect, &mut connection, note_without_connection);
    }
    planned
}

impl PlannedStatements {
    fn add(
        &mut self,
        node: &PlanNode,
        dialect: &dyn SqlDialect,
        connection: &mut Option<&mut (dyn Connection + 'static)>,
        note_without_connection: &str,
    ) {
        let model = match &node.kind {
            NodeKind::Model(model) => model,
            NodeKind::Replication(table) => {
                self.statements.push(replication_statement(table, dialect));
                return;
            }
        };
        let Materialization::Relation { target, strategy } = &model.materialization else { return };
        if !strategy.is_executable() {
            self.notes.push(format!(
                "{}: the strategy '{}' cannot be executed yet, so its statements are not shown",
                model.name,
                strategy.name()
            ));
            return;
        }
        let depends_on_target = matches!(strategy, TableStrategy::Incremental { .. });
        let known = match connection {
            Some(connection) => {
                let target = connection.probe(target);
                let output = connection.describe_query(model.select.as_str()).ok();
                Knowledge { target, output }
            }
            None if depends_on_target => {
                self.notes.push(format!(
                    "{}: {target} was not looked at ({note_without_connection}), so whether it is built in full or \
                     appended to is not known; the full build is shown",
                    model.name
                ));
                Knowledge { target: TargetState::Absent, output: None }
            }
            None => Knowledge { target: TargetState::Absent, output: None },
        };
        match expand(model, dialect, &known) {
            Ok(expansion) => {
                if depends_on_target && expansion.strategy == "full_refresh" && known.output.is_some() {
                    self.notes.push(format!(
                        "{}: {target} does not exist yet, the first run builds it in full",
                        model.name
                    ));
                }
                self.statements.extend(expansion.statements);
            }
            Err(refusal) => self.notes.push(format!("{}: {refusal}; {}", model.name, refusal.hint())),
        }
    }
}

/// The copy of one replicated table.
fn replication_statement(table: &ReplicationNode, dialect: &dyn SqlDialect) -> Statement {
    let mut projection = String::from("*");
    for column in &table.metadata_columns {
        projection.push_str(&format!(
            ", CAST({} AS {}) AS {}",
            column.expression,
            column.data_type.0,
            dialect.identifier(column.name.as_str())
        ));
    }
    let copy = format!("SELECT {projection} FROM {}", dialect.table_ref(&table.source));
    let target = table.target.to_string();
    match &table.strategy {
        ReplicationStrategy::FullRefresh => Statement {
            purpose: Purpose::FullRefreshCopy,
            target,
            sql: dialect.create_table_as(&table.target, &SelectSql::new(copy)),
        },
        ReplicationStrategy::Incremental { timestamp_column } => {
            let column = dialect.identifier(timestamp_column.as_str());
            let reference = dialect.table_ref(&table.target);
            let epoch = dialect.epoch(rocky_adapter::dialect::TimestampKind::Timestamp);
            Statement {
                purpose: Purpose::IncrementalCopy,
                target,
                sql: format!(
                    "INSERT INTO {reference}\n{copy}\nWHERE {column} > (SELECT COALESCE(MAX({column}), {epoch}) FROM {reference})"
                ),
            }
        }
    }
}
