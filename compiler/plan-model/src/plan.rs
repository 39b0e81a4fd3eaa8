//! The plan itself.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{AdapterName, Dialect, NodeId, PipelineName, PlanNode};

/// The format of a serialised plan. A reader refuses another number.
pub const PLAN_FORMAT: u32 = 1;

/// The kind of pipeline a plan is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PipelineType {
    /// Copy discovered tables.
    Replication,
    /// Run models.
    Transformation,
    /// Run checks.
    Quality,
    /// Keep the history of one table.
    Snapshot,
    /// Load files.
    Load,
}

impl PipelineType {
    /// The name in configuration and outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            PipelineType::Replication => "replication",
            PipelineType::Transformation => "transformation",
            PipelineType::Quality => "quality",
            PipelineType::Snapshot => "snapshot",
            PipelineType::Load => "load",
        }
    }
}

/// How many nodes run at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Concurrency {
    /// As many as the warehouse bears.
    Adaptive,
    /// At most this many; 0 counts as 1.
    Fixed(u32),
}

/// `[pipeline.X.execution]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExecutionSettings {
    /// How many nodes run at a time.
    pub concurrency: Concurrency,
    /// Start nothing new after the first failure.
    pub fail_fast: bool,
    /// Start nothing new once this share of finished nodes failed; 0 turns it off.
    pub error_rate_abort_pct: u32,
    /// Rounds over failed nodes at the end.
    pub table_retries: u32,
}

impl Default for ExecutionSettings {
    fn default() -> Self {
        Self {
            concurrency: Concurrency::Adaptive,
            fail_fast: false,
            error_rate_abort_pct: 50,
            table_retries: 1,
        }
    }
}

/// What a run is going to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// [`PLAN_FORMAT`] of the writer.
    pub format: u32,
    /// The pipeline.
    pub pipeline: PipelineName,
    /// Its kind.
    pub pipeline_type: PipelineType,
    /// The adapter that executes it.
    pub adapter: AdapterName,
    /// The dialect its SQL is written in.
    pub dialect: Dialect,
    /// Digest of the configuration it was made from, kept in the run history.
    pub config_digest: String,
    /// The request's `--filter` text, empty when there was none.
    pub filter: String,
    /// Execution settings.
    pub execution: ExecutionSettings,
    /// Create missing target catalogs.
    pub auto_create_catalogs: bool,
    /// Create missing target schemas.
    pub auto_create_schemas: bool,
    /// All nodes in execution order: each after the nodes it depends on.
    pub nodes: Vec<PlanNode>,
}

/// A plan whose graph does not hold together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Written by another version.
    #[error("the plan has format {found}, this version reads {PLAN_FORMAT}: make the plan again")]
    Format {
        /// The format found.
        found: u32,
    },
    /// Two nodes of one id.
    #[error("the plan lists '{id}' twice: make the plan again")]
    Duplicate {
        /// The id.
        id: NodeId,
    },
    /// A dependency that is not an earlier node.
    #[error(
        "'{node}' depends on '{dependency}', which does not come before it in the plan: make the plan again"
    )]
    Order {
        /// The dependant.
        node: NodeId,
        /// The dependency.
        dependency: NodeId,
    },
}

impl Plan {
    /// Checks format, ids and order. A plan built here always passes; one read from a file may not.
    pub fn verify(&self) -> Result<(), PlanError> {
        if self.format != PLAN_FORMAT {
            return Err(PlanError::Format { found: self.format });
        }
        let mut seen = BTreeSet::new();
        for node in &self.nodes {
            if let Some(dependency) = node.depends_on.iter().find(|dependency| !seen.contains(*dependency)) {
                return Err(PlanError::Order { node: node.id.clone(), dependency: dependency.clone() });
            }
            if !seen.insert(&node.id) {
                return Err(PlanError::Duplicate { id: node.id.clone() });
            }
        }
        Ok(())
    }

    /// The nodes by layer: a node's layer is one more than the greatest of its dependencies. Inside a layer plan
    /// order is kept.
    pub fn layers(&self) -> Vec<Vec<&PlanNode>> {
        let mut depth: BTreeMap<&NodeId, usize> = BTreeMap::new();
        let mut layers: Vec<Vec<&PlanNode>> = Vec::new();
        for node in &self.nodes {
            let layer = node
                .depends_on
                .iter()
                .filter_map(|dependency| depth.get(dependency))
                .map(|depth| depth + 1)
                .max()
                .unwrap_or(0);
            depth.insert(&node.id, layer);
            if layers.len() <= layer {
                layers.resize_with(layer + 1, Vec::new);
            }
            layers[layer].push(node);
        }
        layers
    }

    /// The node of this id.
    pub fn node(&self, id: &NodeId) -> Option<&PlanNode> {
        self.nodes.iter().find(|node| &node.id == id)
    }
}
