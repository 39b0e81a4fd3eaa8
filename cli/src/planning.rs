//! From the flags of `run` and `plan` to a plan, and to the warehouse that executes it.

use crate::arguments::RunSelection;
use crate::failure::Failure;
use crate::opened_project::{OpenedProject, ProjectOptions};
use crate::session::Session;
use crate::unopened_warehouse::UnopenedWarehouse;
use crate::warehouse;
use rocky_adapter::Warehouse;
use rocky_adapter::dialect::DuckDbDialect;
use rocky_compiler::CompileReport;
use rocky_compiler::base_db::{Diagnostic, Severity};
use rocky_compiler::plan::{PlanProblem, PlanRequest, TestRequest};
use rocky_compiler::project::config::adapter::{Adapter, AdapterType};
use rocky_compiler::project::config::pipeline::PipelineBody;
use rocky_engine::{PlannedStatements, planned_statements};
use rocky_plan_model::{CompileProblem, NodeStatus, Plan, SkipReason, TestPlan};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A plan and what is to be said about it.
pub(crate) struct Planned {
    /// The plan.
    pub(crate) plan: Plan,
    /// The errors of its models: with one of them nothing runs.
    pub(crate) blocking: Vec<Diagnostic>,
    /// What the caller should know.
    pub(crate) notes: Vec<String>,
}

/// Refuses flags whose work is not available yet. Ignoring them would write the wrong tables.
pub(crate) fn refuse_what_comes_later(selection: &RunSelection) -> Result<(), Failure> {
    let later = [
        (
            selection.shadow || selection.shadow_suffix.is_some() || selection.shadow_schema.is_some(),
            "--shadow",
        ),
        (selection.governance_override.is_some(), "--governance-override"),
        (selection.partition.is_some(), "--partition"),
        (selection.from.is_some() || selection.to.is_some(), "--from and --to"),
        (selection.latest, "--latest"),
        (selection.missing, "--missing"),
        (selection.lookback.is_some(), "--lookback"),
        (selection.parallel.is_some(), "--parallel"),
    ];
    match later.iter().find(|(given, _)| *given) {
        Some((_, flag)) => Err(Failure::not_available(flag, "leave it away; nothing was done")),
        None => Ok(()),
    }
}

/// Opens the project of a command that connects to its warehouse.
pub(crate) fn open_for_execution(
    session: &Session<'_>,
    selection: &RunSelection,
) -> Result<OpenedProject, Failure> {
    let options =
        ProjectOptions { models: selection.models.as_deref(), contracts: selection.contracts.as_deref() };
    let project = OpenedProject::open(session, options)?;
    project.require_usable_config(session)?;
    Ok(project)
}

/// Compiles the project and plans the selection.
pub(crate) fn plan(project: &OpenedProject, selection: &RunSelection) -> Result<Planned, Failure> {
    let report = project.snapshot().compile(&mut |_| {});
    let mut request = PlanRequest {
        pipeline: selection.pipeline.clone(),
        model: selection.model.clone(),
        all_models: selection.models.is_some(),
    };
    let filter = Filter::parse(selection.filter.as_deref())?;
    // An editor's code lens runs a model by this filter.
    if let Filter::By { key: "name", value } = &filter
        && request.model.is_none()
        && project.snapshot().model_named(value).is_some()
    {
        request.model = Some((*value).to_owned());
    }
    let mut plan =
        rocky_compiler::plan::plan(project.snapshot().db(), &request).map_err(|problem| failure(&problem))?;
    plan.filter = selection.filter.clone().unwrap_or_default();
    let adapter = adapter_of(project, &plan)?;
    let mut notes: Vec<String> = warehouse::note_on_place(adapter, &project.location).into_iter().collect();
    if let Filter::By { key, .. } = filter
        && request.model == selection.model
    {
        for node in &mut plan.nodes {
            node.status = NodeStatus::Skipped { reason: SkipReason::NotSelected };
        }
        notes.push(format!(
            "the filter '{key}' matches nothing: a transformation pipeline has no such key, only 'name'"
        ));
    }
    if let Some(model) = &request.model {
        block_below_errors(project, &report, model, &mut plan);
    }
    let mut blocked: BTreeSet<String> = plan
        .nodes
        .iter()
        .filter(|node| matches!(node.status, NodeStatus::Blocked { .. }))
        .map(|node| node.label())
        .collect();
    if let Some(model) = request.model.as_ref().filter(|model| blocked.contains(*model)) {
        blocked.extend(ancestors(&report, model));
    }
    let errors = report.diagnostics.into_iter().filter(|finding| finding.severity == Severity::Error);
    let (blocking, others): (Vec<_>, Vec<_>) =
        errors.partition(|finding| blocked.contains(finding.model.as_str()));
    for other in others {
        notes.push(format!("{}: {} {}", other.file, other.code.as_str(), other.message));
    }
    Ok(Planned { plan, blocking, notes })
}

/// A single model cannot run when something above it does not compile: its tables would not be what the model reads.
fn block_below_errors(project: &OpenedProject, report: &CompileReport, model: &str, plan: &mut Plan) {
    let above = ancestors(report, model);
    let problems: Vec<CompileProblem> = report
        .diagnostics
        .iter()
        .filter(|finding| finding.severity == Severity::Error && above.contains(finding.model.as_str()))
        .map(|finding| {
            let (line, column) = project.place(finding);
            CompileProblem {
                code: finding.code.as_str().to_owned(),
                message: finding.message.clone(),
                file: finding.file.to_string(),
                line,
                column,
            }
        })
        .collect();
    if problems.is_empty() {
        return;
    }
    for node in plan.nodes.iter_mut().filter(|node| node.status == NodeStatus::Selected) {
        node.status = NodeStatus::Blocked { problems: problems.clone() };
    }
}

/// The names of all models above one.
fn ancestors(report: &CompileReport, model: &str) -> BTreeSet<String> {
    let reads: BTreeMap<&str, &[_]> =
        report.models.iter().map(|model| (model.name.as_str(), model.depends_on.as_slice())).collect();
    let mut found = BTreeSet::new();
    let mut waiting = vec![model];
    while let Some(name) = waiting.pop() {
        for read in reads.get(name).copied().unwrap_or_default() {
            if found.insert(read.to_string()) {
                waiting.push(read.as_str());
            }
        }
    }
    found
}

/// Compiles the project and plans its local tests.
pub(crate) fn test_plan(project: &OpenedProject, model: Option<&str>) -> Result<TestPlan, Failure> {
    project.snapshot().compile(&mut |_| {});
    let request = TestRequest { model: model.map(str::to_owned) };
    rocky_compiler::plan::test_plan(project.snapshot().db(), &request).map_err(|problem| failure(&problem))
}

/// The replication pipeline that is meant, if it is one. What is wrong with the selection otherwise is said by
/// [`plan`].
pub(crate) fn replication_meant(
    project: &OpenedProject,
    selection: &RunSelection,
) -> Result<Option<String>, Failure> {
    let name = rocky_compiler::plan::pipeline_name(project.snapshot().db(), selection.pipeline.as_deref())
        .map_err(|problem| failure(&problem))?;
    let is_replication = project
        .config()
        .pipelines
        .get(&name)
        .is_some_and(|pipeline| matches!(pipeline.body, PipelineBody::Replication(_)));
    Ok(is_replication.then(|| name.to_string()))
}

/// A failure for what keeps a plan from being made.
pub(crate) fn failure(problem: &PlanProblem) -> Failure {
    let failure = Failure::new(&problem.message);
    match &problem.suggestion {
        Some(suggestion) => failure.with_help(suggestion),
        None => failure,
    }
}

/// `--filter`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Filter<'a> {
    /// None was given.
    All,
    /// `key=value`.
    By {
        /// Before the first `=`.
        key: &'a str,
        /// Behind it.
        value: &'a str,
    },
}

impl Filter<'_> {
    /// Splits the text.
    pub(crate) fn parse(text: Option<&str>) -> Result<Filter<'_>, Failure> {
        let Some(text) = text else { return Ok(Filter::All) };
        match text.split_once('=') {
            Some((key, value)) => Ok(Filter::By { key, value }),
            None => Err(Failure::new(format!("invalid filter '{text}': expected key=value"))
                .with_help("for instance --filter client=acme")),
        }
    }
}

/// Opens the warehouse of a plan that sends something.
pub(crate) fn open_warehouse(project: &OpenedProject, plan: &Plan) -> Result<Arc<dyn Warehouse>, Failure> {
    let adapter = adapter_of(project, plan)?;
    let is_blocked = plan.nodes.iter().any(|node| matches!(node.status, NodeStatus::Blocked { .. }));
    let is_selected = plan.nodes.iter().any(|node| node.status == NodeStatus::Selected);
    if is_blocked || !is_selected {
        let file = warehouse::database_file(adapter, &project.location);
        return Ok(Arc::new(UnopenedWarehouse {
            name: plan.adapter.to_string(),
            dialect: Box::new(DuckDbDialect::for_database(file.as_deref())),
        }));
    }
    warehouse::open(plan.adapter.as_str(), adapter, &project.location)
}

/// The statements of a plan, as a run would send them now. Targets are looked at where that is possible without
/// making anything.
pub(crate) fn statements(project: &OpenedProject, plan: &Plan) -> Result<PlannedStatements, Failure> {
    let adapter = adapter_of(project, plan)?;
    if adapter.adapter_type != Some(AdapterType::DuckDb) {
        return Err(Failure::not_available(
            &format!("planning statements for adapter '{}'", plan.adapter),
            "this version writes the SQL of DuckDB; 'compile' and 'lineage' work for every warehouse",
        ));
    }
    let file = warehouse::database_file(adapter, &project.location);
    let offline = DuckDbDialect::for_database(file.as_deref());
    let Some(file) = file.filter(|file| file.exists()) else {
        return Ok(planned_statements(plan, &offline, None, "the database does not exist yet"));
    };
    let opened = warehouse::open_read_only(plan.adapter.as_str(), &file, &project.location);
    let connected = opened.and_then(|warehouse| {
        let connection = warehouse.connect()?;
        Ok((warehouse, connection))
    });
    Ok(match connected {
        Ok((warehouse, mut connection)) => {
            planned_statements(plan, warehouse.dialect(), Some(connection.as_mut()), "")
        }
        Err(error) => planned_statements(plan, &offline, None, &error.to_string()),
    })
}

fn adapter_of<'p>(project: &'p OpenedProject, plan: &Plan) -> Result<&'p Adapter, Failure> {
    project.config().adapters.get(plan.adapter.as_str()).ok_or_else(|| {
        Failure::new(format!("the adapter '{}' is not defined", plan.adapter))
            .with_help(format!("add [adapter.{}] to rocky.toml", plan.adapter))
    })
}

#[cfg(test)]
mod tests {
    use super::Filter;

    #[test]
    fn filters_are_split_at_the_first_equals_sign() {
        assert_eq!(Filter::parse(None), Ok(Filter::All));
        assert_eq!(Filter::parse(Some("note=a=b")), Ok(Filter::By { key: "note", value: "a=b" }));
        let failure = Filter::parse(Some("tenant")).expect_err("refused");
        assert!(
            failure.details.message.contains("'tenant'") && failure.details.message.contains("key=value")
        );
    }
}
