//! Creating the schemas targets need, once each and before the first node: concurrent creations of one schema would
//! conflict.

use std::collections::{BTreeMap, BTreeSet};

use rocky_adapter::AdapterError;
use rocky_plan_model::{CatalogName, NodeStatus, RelationName, SchemaName};

use super::{RunContext, RunOutcome};
use crate::event::RunEvent;
use crate::expand::create_schema_statement;

/// The schemas that could not be created, and why; nodes that write there fail with it.
pub(super) type MissingSchemas = BTreeMap<(CatalogName, SchemaName), AdapterError>;

/// Creates the schemas of all selected targets.
pub(super) fn ensure(context: &RunContext<'_>, outcome: &mut RunOutcome) -> MissingSchemas {
    let mut missing = MissingSchemas::new();
    if !context.plan.auto_create_schemas {
        return missing;
    }
    let selected = context.plan.nodes.iter().filter(|node| node.status == NodeStatus::Selected);
    let mut targets: Vec<&RelationName> = Vec::new();
    let mut seen = BTreeSet::new();
    for target in selected.filter_map(|node| node.target()) {
        if seen.insert((&target.catalog, &target.schema)) {
            targets.push(target);
        }
    }
    if targets.is_empty() {
        return missing;
    }
    let mut connection = match context.warehouse.connect() {
        Ok(connection) => connection,
        Err(error) => {
            let key = |target: &RelationName| (target.catalog.clone(), target.schema.clone());
            return targets.into_iter().map(|target| (key(target), error.clone())).collect();
        }
    };
    let mut listed: BTreeMap<&CatalogName, Vec<String>> = BTreeMap::new();
    for target in targets {
        // A listing that fails only means that the creation is sent without looking; it creates only what is missing.
        let schemas = listed
            .entry(&target.catalog)
            .or_insert_with(|| connection.list_schemas(&target.catalog).unwrap_or_default());
        if schemas.iter().any(|schema| schema.eq_ignore_ascii_case(target.schema.as_str())) {
            continue;
        }
        let statement = create_schema_statement(target, context.warehouse.dialect());
        match connection.execute(&statement.sql) {
            Ok(_) => {
                outcome.permissions.schemas_created += 1;
                context.observer.event(RunEvent::SchemaCreated { schema: statement.target });
            }
            Err(mut error) => {
                error.message = format!("cannot create the schema {}: {}", statement.target, error.message);
                missing.insert((target.catalog.clone(), target.schema.clone()), error);
            }
        }
    }
    missing
}
