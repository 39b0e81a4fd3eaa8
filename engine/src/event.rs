//! What a run tells while it runs.

use rocky_plan_model::NodeId;

/// How a node ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeResult {
    /// Done, with the rows written when known.
    Done {
        /// Rows.
        rows: Option<u64>,
    },
    /// Failed.
    Failed {
        /// Message.
        error: String,
    },
    /// Not started: something it depends on failed.
    Contained {
        /// That node's label.
        because_of: String,
    },
    /// Not started: the run stopped.
    NotStarted,
}

/// An event. Events of one node come in order; events of different nodes interleave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunEvent {
    /// The run starts.
    Started {
        /// Run id.
        run_id: String,
        /// Nodes that will be executed.
        total: usize,
    },
    /// A schema was created.
    SchemaCreated {
        /// Its name.
        schema: String,
    },
    /// A node starts.
    NodeStarted {
        /// Its id.
        id: NodeId,
        /// Its label.
        label: String,
    },
    /// A node ended.
    NodeEnded {
        /// Its id.
        id: NodeId,
        /// Its label.
        label: String,
        /// Milliseconds.
        duration_ms: u64,
        /// How.
        result: NodeResult,
    },
    /// Nothing new starts any more; so many nodes are still running.
    Draining {
        /// Nodes still running.
        running: usize,
        /// Why.
        reason: String,
    },
    /// Failed nodes are tried again.
    Retrying {
        /// Round, from 1.
        round: u32,
        /// How many.
        nodes: usize,
    },
}

/// Receives events, from the thread that called `run`.
pub trait RunObserver {
    /// Takes one.
    fn event(&self, event: RunEvent);
}

/// Ignores all events.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoObserver;

impl RunObserver for NoObserver {
    fn event(&self, _event: RunEvent) {}
}
