//! A node of the plan's graph.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ModelNode, NodeId, RelationName, ReplicationNode};

/// One node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanNode {
    /// Its identity in this plan.
    pub id: NodeId,
    /// The nodes that must be done before it. They stand earlier in the plan.
    pub depends_on: Vec<NodeId>,
    /// Whether it takes part in the run.
    pub status: NodeStatus,
    /// What it is.
    pub kind: NodeKind,
}

impl PlanNode {
    /// The name shown to people.
    pub fn label(&self) -> String {
        match &self.kind {
            NodeKind::Model(model) => model.name.to_string(),
            NodeKind::Replication(table) => table.target.to_string(),
        }
    }

    /// The relation it writes.
    pub fn target(&self) -> Option<&RelationName> {
        match &self.kind {
            NodeKind::Model(model) => model.materialization.target(),
            NodeKind::Replication(table) => Some(&table.target),
        }
    }

    /// The strategy's name in outputs.
    pub fn strategy_name(&self) -> &'static str {
        match &self.kind {
            NodeKind::Model(model) => model.materialization.strategy_name(),
            NodeKind::Replication(table) => match table.strategy {
                crate::ReplicationStrategy::FullRefresh => "full_refresh",
                crate::ReplicationStrategy::Incremental { .. } => "incremental",
            },
        }
    }

    /// The asset key in outputs: of a model its target's three parts, or its name when it has no target.
    pub fn asset_key(&self) -> Vec<String> {
        match &self.kind {
            NodeKind::Model(model) => match model.materialization.target() {
                Some(target) => target.asset_key(),
                None => vec![model.name.to_string()],
            },
            NodeKind::Replication(table) => table.asset_key.clone(),
        }
    }
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum NodeKind {
    /// A model.
    Model(ModelNode),
    /// A replicated table.
    Replication(ReplicationNode),
}

/// Whether a node takes part in the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum NodeStatus {
    /// It runs.
    Selected,
    /// It does not run; nodes that depend on it use what is in the warehouse.
    Skipped {
        /// Why.
        reason: SkipReason,
    },
    /// It does not compile, so it cannot run, and nothing that depends on it can.
    Blocked {
        /// The error-severity findings, at least one.
        problems: Vec<CompileProblem>,
    },
}

/// Why a node is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "because", rename_all = "snake_case")]
pub enum SkipReason {
    /// The request selects other models.
    NotSelected,
    /// An earlier run that is being resumed already did it.
    DoneEarlier {
        /// That run.
        run_id: String,
    },
}

/// A compile error that keeps a node from running.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CompileProblem {
    /// Diagnostic code.
    pub code: String,
    /// Message.
    pub message: String,
    /// File, relative to the project.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}
