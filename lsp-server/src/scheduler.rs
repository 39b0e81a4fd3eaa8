//! Which background work is wanted, which runs. A newer wish replaces an older one of the same key.

use rocky_ide::FilePath;
use std::collections::BTreeMap;

/// What a background task is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum TaskKey {
    /// Findings of one open document; the number is that of its project.
    Document(usize, FilePath),
    /// Findings of the whole project.
    Sweep(usize),
}

/// One key's state.
#[derive(Clone, Copy, Default, Debug)]
struct State {
    wanted: u64,
    running: Option<u64>,
}

/// The wishes by key.
#[derive(Default, Debug)]
pub(crate) struct Scheduler {
    states: BTreeMap<TaskKey, State>,
    generation: u64,
}

impl Scheduler {
    /// A new generation: everything started before is out of date.
    pub(crate) fn advance(&mut self) -> u64 {
        self.generation += 1;
        self.generation
    }

    /// Asks for a task of the current generation.
    pub(crate) fn want(&mut self, key: TaskKey) {
        self.states.entry(key).or_default().wanted = self.generation;
    }

    /// A project is closed: nothing of it is wanted, and what runs is of no interest.
    pub(crate) fn forget(&mut self, project: usize) {
        self.states.retain(|key, _| match key {
            TaskKey::Document(owner, _) | TaskKey::Sweep(owner) => *owner != project,
        });
    }

    /// The tasks to start now, documents before sweeps: wanted, not running, not done. A running task
    /// of an older generation has been interrupted by the edit and will report back.
    pub(crate) fn start(&mut self) -> Vec<(TaskKey, u64)> {
        let ready: Vec<(TaskKey, u64)> = self
            .states
            .iter()
            .filter(|(_, state)| state.running.is_none() && state.wanted > 0)
            .map(|(key, state)| (key.clone(), state.wanted))
            .collect();
        for (key, generation) in &ready {
            if let Some(state) = self.states.get_mut(key) {
                state.running = Some(*generation);
            }
        }
        ready
    }

    /// A task ended. Whether its result is still wanted.
    pub(crate) fn finish(&mut self, key: &TaskKey, generation: u64, interrupted: bool) -> bool {
        let Some(state) = self.states.get_mut(key) else { return false };
        state.running = None;
        let current = state.wanted <= generation;
        if current && !interrupted {
            state.wanted = 0;
        }
        current && !interrupted
    }
}

#[cfg(test)]
mod tests {
    use super::{Scheduler, TaskKey};

    #[test]
    fn a_newer_wish_replaces_an_older_one() {
        let mut scheduler = Scheduler::default();
        let key = TaskKey::Sweep(0);
        scheduler.advance();
        scheduler.want(key.clone());
        assert_eq!(scheduler.start(), [(key.clone(), 1)]);
        assert!(scheduler.start().is_empty(), "one at a time");
        scheduler.advance();
        scheduler.want(key.clone());
        assert!(scheduler.start().is_empty(), "the old one has to end first");
        assert!(!scheduler.finish(&key, 1, true));
        assert_eq!(scheduler.start(), [(key.clone(), 2)]);
        assert!(scheduler.finish(&key, 2, false));
        assert!(scheduler.start().is_empty(), "nothing is left to do");
    }

    #[test]
    fn an_interrupted_task_runs_again() {
        let mut scheduler = Scheduler::default();
        let key = TaskKey::Sweep(0);
        scheduler.advance();
        scheduler.want(key.clone());
        scheduler.start();
        assert!(!scheduler.finish(&key, 1, true));
        assert_eq!(scheduler.start(), [(key, 1)]);
    }
}
