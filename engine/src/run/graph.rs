//! Which nodes may start: the dependency graph of a run and what has become of each node. Pure.

use std::collections::{BTreeMap, BTreeSet};

use rocky_plan_model::{NodeId, NodeStatus, Plan};

/// What has become of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NodeState {
    /// Waits for others, or for its turn.
    Waiting,
    /// Was handed out.
    Running,
    /// Done, or not part of the run.
    Done,
    /// Failed.
    Failed,
    /// Kept from starting by the failed node of this index.
    Contained(usize),
}

/// The graph.
pub(super) struct Graph {
    states: Vec<NodeState>,
    dependencies: Vec<Vec<usize>>,
    dependents: Vec<Vec<usize>>,
    unmet: Vec<usize>,
    ready: BTreeSet<usize>,
}

impl Graph {
    /// The graph of a plan. Nodes that are not selected count as done: what they stand for is in the warehouse.
    pub(super) fn new(plan: &Plan) -> Self {
        let index: BTreeMap<&NodeId, usize> =
            plan.nodes.iter().enumerate().map(|(at, node)| (&node.id, at)).collect();
        let mut graph = Self {
            states: Vec::with_capacity(plan.nodes.len()),
            dependencies: Vec::with_capacity(plan.nodes.len()),
            dependents: vec![Vec::new(); plan.nodes.len()],
            unmet: Vec::with_capacity(plan.nodes.len()),
            ready: BTreeSet::new(),
        };
        for node in &plan.nodes {
            let selected = node.status == NodeStatus::Selected;
            graph.states.push(if selected { NodeState::Waiting } else { NodeState::Done });
        }
        for (at, node) in plan.nodes.iter().enumerate() {
            let dependencies: BTreeSet<usize> =
                node.depends_on.iter().filter_map(|id| index.get(id).copied()).collect();
            for dependency in &dependencies {
                graph.dependents[*dependency].push(at);
            }
            graph.dependencies.push(dependencies.into_iter().collect());
            graph.unmet.push(0);
        }
        for at in 0..graph.states.len() {
            graph.prepare(at);
        }
        graph
    }

    /// The first node in plan order that may start.
    pub(super) fn take_ready(&mut self) -> Option<usize> {
        let at = self.ready.pop_first()?;
        self.states[at] = NodeState::Running;
        Some(at)
    }

    /// A node is done.
    pub(super) fn succeed(&mut self, at: usize) {
        self.states[at] = NodeState::Done;
        for dependent in self.dependents[at].clone() {
            self.unmet[dependent] = self.unmet[dependent].saturating_sub(1);
            if self.unmet[dependent] == 0 && self.states[dependent] == NodeState::Waiting {
                self.ready.insert(dependent);
            }
        }
    }

    /// A node failed: everything that needs it, directly or not, is contained.
    pub(super) fn fail(&mut self, at: usize) {
        self.states[at] = NodeState::Failed;
        let mut reached = self.dependents[at].clone();
        while let Some(dependent) = reached.pop() {
            if self.states[dependent] == NodeState::Waiting {
                self.states[dependent] = NodeState::Contained(at);
                self.ready.remove(&dependent);
                reached.extend(&self.dependents[dependent]);
            }
        }
    }

    /// A failed node may start again, and what it alone keeps from starting waits again.
    pub(super) fn reopen(&mut self, failed: &[usize]) {
        for at in failed {
            self.states[*at] = NodeState::Waiting;
        }
        // In plan order a node's dependencies come before it, so one pass is enough.
        for at in 0..self.states.len() {
            if !matches!(self.states[at], NodeState::Contained(_)) {
                continue;
            }
            let blocker =
                self.dependencies[at].iter().find_map(|dependency| match self.states[*dependency] {
                    NodeState::Failed => Some(*dependency),
                    NodeState::Contained(by) => Some(by),
                    _ => None,
                });
            self.states[at] = blocker.map_or(NodeState::Waiting, NodeState::Contained);
        }
        for at in 0..self.states.len() {
            self.prepare(at);
        }
    }

    fn prepare(&mut self, at: usize) {
        let states = &self.states;
        self.unmet[at] =
            self.dependencies[at].iter().filter(|dependency| states[**dependency] != NodeState::Done).count();
        if self.unmet[at] == 0 && self.states[at] == NodeState::Waiting {
            self.ready.insert(at);
        }
    }

    /// Whether a node still waits for others or for its turn.
    pub(super) fn has_waiting(&self) -> bool {
        self.states.contains(&NodeState::Waiting)
    }

    /// What has become of each node.
    pub(super) fn states(&self) -> &[NodeState] {
        &self.states
    }
}
