//! What `plan` shows: the statements `run` would send now.

use std::collections::BTreeSet;

use rocky_adapter::dialect::SqlDialect;
use rocky_adapter::{Connection, TargetState};
use rocky_plan_model::{
    Materialization, NodeKind, NodeStatus, Plan, PlanNode, Purpose, ReplicationNode, ReplicationStrategy,
    Statement, TableStrategy,
};

use crate::expand::{Knowledge, copy_query, create_schema_statement, expand, expand_copy};

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
    let mut catalogs = BTreeSet::new();
    let mut schemas = BTreeSet::new();
    for node in plan.nodes.iter().filter(|node| node.status == NodeStatus::Selected) {
        let Some(target) = node.target() else { continue };
        if plan.auto_create_catalogs && !target.catalog.is_empty() && catalogs.insert(target.catalog.clone())
        {
            // A warehouse without catalogs has no such statement, and needs none.
            let created = dialect.create_catalog(&target.catalog).ok();
            planned.statements.extend(created.map(|sql| Statement {
                purpose: Purpose::CreateCatalog,
                target: target.catalog.to_string(),
                sql,
            }));
        }
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
                self.add_copy(table, dialect, connection, note_without_connection);
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

    /// The copy of one replicated table.
    fn add_copy(
        &mut self,
        table: &ReplicationNode,
        dialect: &dyn SqlDialect,
        connection: &mut Option<&mut (dyn Connection + 'static)>,
        note_without_connection: &str,
    ) {
        let select = copy_query(table, dialect);
        let is_incremental = matches!(table.strategy, ReplicationStrategy::Incremental { .. });
        let (source, target) = (&table.source, &table.target);
        let known = match connection {
            Some(connection) => match connection.describe_query(select.as_str()) {
                Ok(output) => Knowledge { target: connection.probe(target), output: Some(output) },
                Err(error) => {
                    self.notes.push(format!(
                        "{source}: what the copy to {target} would put out cannot be told, so its statements are \
                         not shown: {error}"
                    ));
                    return;
                }
            },
            None => {
                if is_incremental {
                    self.notes.push(format!(
                        "{source}: {target} was not looked at ({note_without_connection}), so whether it is copied \
                         in full or appended to is not known; the full copy is shown"
                    ));
                }
                Knowledge { target: TargetState::Absent, output: None }
            }
        };
        match expand_copy(table, &select, dialect, &known) {
            Ok(expansion) => {
                if is_incremental && expansion.strategy == "full_refresh" && known.output.is_some() {
                    self.notes
                        .push(format!("{target} does not exist yet, the first run copies {source} in full"));
                }
                self.statements.extend(expansion.statements);
            }
            Err(refusal) => self.notes.push(format!("{source}: {refusal}; {}", refusal.hint())),
        }
    }
}
