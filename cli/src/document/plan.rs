//! The plan document.

use crate::output::{PlanOutput, PlannedStatement, SkippedModel, SkippedSchema, VERSION};
use rocky_engine::PlannedStatements;
use rocky_plan_model::{Materialization, NodeKind, NodeStatus, Plan, PlanNode};

/// The statements a run would send, as a document.
pub(crate) fn plan_document(
    plan: &Plan,
    planned: &PlannedStatements,
    skipped_schemas: Vec<SkippedSchema>,
) -> PlanOutput {
    let selected_model =
        |node: &&PlanNode| node.status == NodeStatus::Selected && matches!(node.kind, NodeKind::Model(_));
    PlanOutput {
        version: VERSION,
        command: "plan",
        filter: plan.filter.clone(),
        statements: planned
            .statements
            .iter()
            .map(|statement| PlannedStatement {
                purpose: statement.purpose.as_str().to_owned(),
                target: statement.target.clone(),
                sql: statement.sql.clone(),
            })
            .collect(),
        models: plan.nodes.iter().filter(selected_model).map(PlanNode::label).collect(),
        execution_layers: plan
            .layers()
            .into_iter()
            .map(|layer| layer.into_iter().filter(selected_model).map(PlanNode::label).collect::<Vec<_>>())
            .filter(|layer| !layer.is_empty())
            .collect(),
        skipped: plan.nodes.iter().filter_map(skipped).collect(),
        skipped_schemas,
    }
}

/// Models of the selection that send nothing, and why.
fn skipped(node: &PlanNode) -> Option<SkippedModel> {
    let NodeKind::Model(model) = &node.kind else { return None };
    let reason = match &node.status {
        NodeStatus::Blocked { problems } => {
            let first = problems.first().map(|problem| format!(": {} {}", problem.code, problem.message));
            format!("does not compile{}", first.unwrap_or_default())
        }
        NodeStatus::Skipped { .. } => return None,
        NodeStatus::Selected => match &model.materialization {
            Materialization::Ephemeral => {
                "ephemeral: it becomes a part of the models that read it".to_owned()
            }
            Materialization::Relation { .. } => return None,
        },
    };
    Some(SkippedModel { model: model.name.to_string(), reason })
}
