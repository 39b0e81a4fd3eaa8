//! The tests of a project on an in-memory DuckDB.

use crate::failure::Failure;
use crate::interrupt;
use crate::opened_project::OpenedProject;
use crate::planning;
use crate::session::Session;
use crate::warehouse;
use rocky_compiler::CompileReport;
use rocky_compiler::base_db::Severity;
use rocky_compiler::syntax::DialectKind;
use rocky_engine::{TestFailure, TestOptions, TestOutcome, TestReport, not_compiled, not_run, run_tests};
use rocky_plan_model::TestPlan;

/// What was tested and what was found.
pub(crate) struct Tested {
    /// What was to be tested.
    pub(crate) plan: TestPlan,
    /// What was found.
    pub(crate) report: TestReport,
}

impl Tested {
    /// Whether everything was evaluated and nothing failed.
    pub(crate) fn is_success(&self) -> bool {
        self.report.is_success() && self.report.not_evaluated() == 0
    }
}

/// Runs the local tests of a compiled project. With errors in what is tested nothing is executed.
///
/// # Errors
/// When the selection names nothing, or there is no database to test on.
pub(crate) fn run(
    session: &Session<'_>,
    project: &OpenedProject,
    compiled: &CompileReport,
    model: Option<&str>,
) -> Result<Tested, Failure> {
    let plan = planning::test_plan(project, model)?;
    if let Some(tested) = stopped_by_errors(project, compiled, model, &plan) {
        return Ok(tested);
    }
    let mut report = execute(session, project, &plan)?;
    name_other_warehouses(compiled, &mut report);
    Ok(Tested { plan, report })
}

/// Like [`run`], but a database that cannot be had is a finding: what the compilation found is not lost.
pub(crate) fn run_or_say_why(
    session: &Session<'_>,
    project: &OpenedProject,
    compiled: &CompileReport,
) -> Result<(Tested, Option<Failure>), Failure> {
    let plan = planning::test_plan(project, None)?;
    if let Some(tested) = stopped_by_errors(project, compiled, None, &plan) {
        return Ok((tested, None));
    }
    match execute(session, project, &plan) {
        Ok(mut report) => {
            name_other_warehouses(compiled, &mut report);
            Ok((Tested { plan, report }, None))
        }
        Err(failure) => {
            let why = failure.details.message.clone();
            let mut report = not_run(&plan, &why);
            report.failures.push(TestFailure { name: "tests".to_owned(), error: why });
            Ok((Tested { plan, report }, Some(failure)))
        }
    }
}

fn execute(session: &Session<'_>, project: &OpenedProject, plan: &TestPlan) -> Result<TestReport, Failure> {
    let cancel = interrupt::cancel_on_signal(session, "stopping after the model at work")?;
    let database = warehouse::open_in_memory(&project.location)?;
    run_tests(plan, database.as_ref(), &TestOptions { cancel })
        .map_err(|error| warehouse::not_opened("test", &error))
}

/// Says of models that failed on DuckDB whose SQL they are, when it is not DuckDB's.
fn name_other_warehouses(compiled: &CompileReport, report: &mut TestReport) {
    for model in &compiled.models {
        let dialect = model.config.dialect;
        if matches!(dialect, DialectKind::DuckDb | DialectKind::Permissive) {
            continue;
        }
        let note = format!(
            "the model is written for {}, and local tests run on DuckDB: it may need its warehouse",
            dialect.name()
        );
        for failure in report.failures.iter_mut().filter(|failure| failure.name == model.name) {
            failure.error = format!("{}\n{note}", failure.error);
        }
        for case in report.cases.iter_mut().filter(|case| case.name == model.name) {
            if let TestOutcome::Failed(error) = &mut case.outcome {
                *error = format!("{error}\n{note}");
            }
        }
    }
}

/// The answer when there are errors in what is tested: each is a failure. With a model that is the model and what it
/// reads, otherwise the whole project.
fn stopped_by_errors(
    project: &OpenedProject,
    compiled: &CompileReport,
    model: Option<&str>,
    plan: &TestPlan,
) -> Option<Tested> {
    let concerned =
        |name: &str| model.is_none() || plan.models.iter().any(|planned| planned.name.as_str() == name);
    let errors: Vec<TestFailure> = compiled
        .diagnostics
        .iter()
        .filter(|finding| finding.severity == Severity::Error && concerned(&finding.model))
        .map(|finding| {
            let (line, column) = project.place(finding);
            let place = format!("{}:{line}:{column}", finding.file);
            let name = if finding.model.is_empty() { finding.file.as_str() } else { &finding.model };
            TestFailure {
                name: name.to_owned(),
                error: format!("{} {} ({place})", finding.code.as_str(), finding.message),
            }
        })
        .collect();
    let is_planned = plan.models.iter().any(|model| !model.problems.is_empty());
    if errors.is_empty() && !is_planned {
        return None;
    }
    let mut report = not_compiled(plan);
    for error in errors {
        if !report.failures.contains(&error) {
            report.failures.push(error);
        }
    }
    Some(Tested { plan: plan.clone(), report })
}
