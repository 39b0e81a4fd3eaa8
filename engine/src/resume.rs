//! Going on with an earlier run.

use std::collections::BTreeSet;

use rocky_plan_model::{NodeStatus, Plan, SkipReason};

use crate::state::{ProgressStatus, StateError, StateStore};

/// Which run to go on with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResumeRequest {
    /// This one.
    Run(String),
    /// The newest of the same pipeline that is not complete.
    Latest,
}

/// What became of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resumed {
    /// The run goes on.
    From {
        /// The earlier run.
        run_id: String,
        /// How many nodes it had done.
        done: usize,
    },
    /// There is nothing to go on with; the run is a normal one.
    NothingToResume,
}

/// Why a run cannot be resumed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResumeError {
    /// No such run.
    #[error("there is no run '{run_id}' to resume{}", known_text(.known))]
    Unknown {
        /// The id asked for.
        run_id: String,
        /// The newest ids of the pipeline.
        known: Vec<String>,
    },
    /// Of another pipeline.
    #[error("the run '{run_id}' was of the pipeline '{found}', this is '{wanted}'")]
    OtherPipeline {
        /// The id asked for.
        run_id: String,
        /// Its pipeline.
        found: String,
        /// The plan's.
        wanted: String,
    },
    /// The state file.
    #[error(transparent)]
    State(#[from] StateError),
}

fn known_text(known: &[String]) -> String {
    if known.is_empty() {
        "; no run of this pipeline is recorded".to_owned()
    } else {
        format!("; the newest are {}", known.join(", "))
    }
}

/// Marks the nodes an earlier run has done as skipped.
pub fn resume(plan: &mut Plan, state: &StateStore, request: &ResumeRequest) -> Result<Resumed, ResumeError> {
    let headers = state.progress_headers()?;
    let pipeline = plan.pipeline.as_str();
    let header = match request {
        ResumeRequest::Latest => {
            headers.iter().find(|header| header.pipeline == pipeline && !header.complete)
        }
        ResumeRequest::Run(run_id) => {
            let Some(header) = headers.iter().find(|header| &header.run_id == run_id) else {
                let own = headers.iter().filter(|header| header.pipeline == pipeline);
                let known = own.take(3).map(|header| header.run_id.clone()).collect();
                return Err(ResumeError::Unknown { run_id: run_id.clone(), known });
            };
            if header.pipeline != pipeline {
                return Err(ResumeError::OtherPipeline {
                    run_id: run_id.clone(),
                    found: header.pipeline.clone(),
                    wanted: pipeline.to_owned(),
                });
            }
            Some(header)
        }
    };
    let Some(header) = header else { return Ok(Resumed::NothingToResume) };
    let finished: BTreeSet<String> = state
        .progress_entries(&header.run_id)?
        .into_iter()
        .filter(|entry| entry.status == ProgressStatus::Success)
        .map(|entry| entry.table_key)
        .collect();
    let mut done = 0;
    for node in plan.nodes.iter_mut().filter(|node| node.status == NodeStatus::Selected) {
        let Some(key) = node.target().map(ToString::to_string) else { continue };
        if finished.contains(&key) {
            node.status =
                NodeStatus::Skipped { reason: SkipReason::DoneEarlier { run_id: header.run_id.clone() } };
            done += 1;
        }
    }
    Ok(Resumed::From { run_id: header.run_id.clone(), done })
}
