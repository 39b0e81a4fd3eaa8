//! `rocky test`: builds the models in memory and tests the results.

use crate::arguments::TestOptions;
use crate::document::{declarative_document, test_document};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::local_tests;
use crate::opened_project::{OpenedProject, ProjectOptions};
use crate::output::TestOutput;
use crate::planning;
use crate::render::style::Style;
use crate::render::test_text;
use crate::reporting::{self, Results};
use crate::session::Session;
use crate::warehouse;
use rocky_compiler::base_db::Diagnostic;
use rocky_engine::{
    DeclarativeReport, DeclarativeStatus, TestCase, TestCaseKind, TestOutcome, TestReport, run_declarative,
};
use rocky_plan_model::{ModelName, Severity};
use std::time::Duration;

pub(super) fn execute(session: &Session<'_>, options: &TestOptions) -> Result<Exit, Failure> {
    reporting::require_places(&options.reporting)?;
    if options.declarative {
        return declarative(session, options);
    }
    let project_options =
        ProjectOptions { models: options.models.as_deref(), contracts: options.contracts.as_deref() };
    let project = OpenedProject::open(session, project_options)?;
    let compiled = project.snapshot().compile(&mut |_| {});
    if compiled.models.is_empty() && !project.location.config_exists {
        project.location.require_config()?;
    }
    let tested = local_tests::run(session, &project, &compiled, options.model.as_deref())?;
    let document = test_document(&tested.plan, &tested.report);
    let counted = tested.plan.models.iter().filter(|model| model.counted);
    let models: Vec<String> = counted.map(|model| model.name.to_string()).collect();
    let concerns =
        |finding: &&Diagnostic| options.model.is_none() || models.iter().any(|model| *model == finding.model);
    let findings: Vec<Diagnostic> = compiled.diagnostics.iter().filter(concerns).cloned().collect();
    print(session, options, &project, &document, (models, &findings, &tested.report))?;
    project.keep_for_later();
    Ok(match (tested.report.interrupted, tested.is_success()) {
        (true, _) => Exit::Interrupted,
        (false, true) => Exit::Success,
        (false, false) => Exit::Failure,
    })
}

fn declarative(session: &Session<'_>, options: &TestOptions) -> Result<Exit, Failure> {
    let selection = crate::arguments::RunSelection {
        models: options.models.clone(),
        contracts: options.contracts.clone(),
        model: options.model.clone(),
        pipeline: options.pipeline.clone(),
        ..crate::arguments::RunSelection::default()
    };
    let project = planning::open_for_execution(session, &selection)?;
    let planned = planning::plan(&project, &selection)?;
    let warehouse = planning::open_warehouse(&project, &planned.plan)?;
    let report = run_declarative(&planned.plan, warehouse.as_ref())
        .map_err(|error| warehouse::not_opened(planned.plan.adapter.as_str(), &error))?;
    let document = declarative_document(&report);
    print(session, options, &project, &document, (Vec::new(), &[], &as_cases(&report)))?;
    let failed = report.results.iter().any(|result| match result.status {
        DeclarativeStatus::Pass => false,
        DeclarativeStatus::Fail => result.severity == Severity::Error,
        DeclarativeStatus::Error => true,
    });
    Ok(if failed { Exit::Failure } else { Exit::Success })
}

/// The tests on the warehouse, for other tools.
fn as_cases(report: &DeclarativeReport) -> TestReport {
    let cases = report.results.iter().map(|result| {
        let column = result.column.as_ref().map(|column| format!(":{column}")).unwrap_or_default();
        let detail = result.detail.clone().unwrap_or_default();
        TestCase {
            kind: TestCaseKind::DataTest,
            model: ModelName::new(result.model.as_str()).ok(),
            name: format!("{}::{}{column}", result.model, result.test_type),
            file: String::new(),
            outcome: match (result.status, result.severity) {
                (DeclarativeStatus::Pass, _) => TestOutcome::Passed,
                (DeclarativeStatus::Fail, Severity::Warning) => TestOutcome::Warned(detail),
                (DeclarativeStatus::Fail, Severity::Error) => TestOutcome::Failed(detail),
                (DeclarativeStatus::Error, _) => TestOutcome::NotEvaluated(detail),
            },
            duration: Duration::ZERO,
        }
    });
    TestReport { cases: cases.collect(), ..TestReport::default() }
}

fn print(
    session: &Session<'_>,
    options: &TestOptions,
    project: &OpenedProject,
    document: &TestOutput,
    (models, findings, tests): (Vec<String>, &[Diagnostic], &TestReport),
) -> Result<(), Failure> {
    let report = reporting::report(project, "Rocky tests", models, findings, tests);
    let text = |colour: bool| test_text::render(document, Style::new(colour));
    let results = Results { document, report: &report, text: &text };
    reporting::publish(session, &options.reporting, &results)
}
