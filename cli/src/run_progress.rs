//! What a run tells while it runs, as progress bar or log lines.

use crate::log::{Level, Log};
use crate::render::duration;
use crate::render::progress::Progress;
use rocky_engine::{NodeResult, RunEvent, RunObserver};

/// Shows a run's events.
pub(crate) struct RunProgress<'a> {
    progress: Progress,
    log: Log<'a>,
}

impl<'a> RunProgress<'a> {
    /// A progress bar when `visible`, log lines in any case.
    pub(crate) fn new(visible: bool, log: Log<'a>) -> RunProgress<'a> {
        RunProgress { progress: Progress::new(0, visible), log }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.progress.finish();
    }

    fn ended(&self, label: &str, duration_ms: u64, result: &NodeResult) {
        match result {
            NodeResult::Done { rows } => {
                let rows = rows.map(|rows| format!(", {rows} rows")).unwrap_or_default();
                self.log.info(&format!("{label}: done in {}{rows}", duration(duration_ms)));
            }
            NodeResult::Failed { error } => self.log.line(Level::Error, &format!("{label}: failed: {error}")),
            NodeResult::Contained { because_of } => {
                self.log.warn(&format!("{label}: skipped, because {because_of} failed"));
            }
            NodeResult::NotStarted => self.log.warn(&format!("{label}: not started")),
        }
    }
}

impl RunObserver for RunProgress<'_> {
    fn event(&self, event: RunEvent) {
        match event {
            RunEvent::Started { run_id, total } => {
                self.progress.begin(total as u64);
                self.log.info(&format!("run {run_id} started: {total} to do"));
            }
            RunEvent::SchemaCreated { schema } => self.log.info(&format!("schema {schema} created")),
            RunEvent::NodeStarted { label, .. } => {
                self.progress.working_on(&label);
                self.progress.suspend(|| self.log.line(Level::Debug, &format!("{label}: started")));
            }
            RunEvent::NodeEnded { label, duration_ms, result, .. } => {
                self.progress.step();
                self.progress.suspend(|| self.ended(&label, duration_ms, &result));
            }
            RunEvent::Draining { running, reason } => {
                self.progress
                    .suspend(|| self.log.warn(&format!("stopping ({reason}); {running} still running")));
            }
            RunEvent::Retrying { round, nodes } => {
                self.progress.suspend(|| self.log.warn(&format!("round {round}: {nodes} are tried again")));
            }
        }
    }
}
