//! The test document.

use crate::output::{
    CheckSeverity, DeclarativeTestResult, DeclarativeTestStatus, DeclarativeTestSummary, ModelTestResult,
    ModelTestStatus, TestFailure, TestOutput, VERSION,
};
use rocky_engine::{DeclarativeReport, DeclarativeStatus, TestOutcome, TestReport};
use rocky_plan_model::{Severity, TestPlan};

/// What a local test run found, as a document.
pub(crate) fn test_document(plan: &TestPlan, report: &TestReport) -> TestOutput {
    TestOutput {
        version: VERSION,
        command: "test",
        total: report.total as u64,
        passed: report.passed as u64,
        failed: report.failed() as u64,
        warned: report.warnings.len() as u64,
        not_evaluated: report.not_evaluated() as u64,
        failures: failures(report),
        warnings: warnings(report),
        model_results: model_results(plan, report),
        declarative: None,
    }
}

/// The failures as documents show them.
pub(super) fn failures(report: &TestReport) -> Vec<TestFailure> {
    let shown = report.failures.iter();
    shown.map(|failure| TestFailure { name: failure.name.clone(), error: failure.error.clone() }).collect()
}

/// The warnings as documents show them.
pub(super) fn warnings(report: &TestReport) -> Vec<TestFailure> {
    let shown = report.warnings.iter();
    shown.map(|warning| TestFailure { name: warning.name.clone(), error: warning.detail.clone() }).collect()
}

/// What became of each counted model, its tests included. A model passes only when all of it was run.
pub(super) fn model_results(plan: &TestPlan, report: &TestReport) -> Vec<ModelTestResult> {
    let counted = plan.models.iter().filter(|model| model.counted);
    counted
        .map(|model| {
            let own = || report.cases.iter().filter(|case| case.model.as_ref() == Some(&model.name));
            let failed = own().find_map(|case| match &case.outcome {
                TestOutcome::Failed(error) => Some(error.clone()),
                _ => None,
            });
            let unknown = own().find_map(|case| match &case.outcome {
                TestOutcome::NotEvaluated(why) => Some(why.clone()),
                _ => None,
            });
            let (status, error) = match (failed, unknown) {
                (Some(error), _) => (ModelTestStatus::Fail, Some(error)),
                (None, Some(why)) => (ModelTestStatus::NotEvaluated, Some(why)),
                (None, None) => (ModelTestStatus::Pass, None),
            };
            ModelTestResult { model: model.name.to_string(), status, error }
        })
        .collect()
}

/// What the tests on the warehouse found, as a document.
pub(crate) fn declarative_document(report: &DeclarativeReport) -> TestOutput {
    let count = |wanted: fn(DeclarativeStatus, Severity) -> bool| {
        report.results.iter().filter(|result| wanted(result.status, result.severity)).count() as u64
    };
    let summary = DeclarativeTestSummary {
        total: report.results.len() as u64,
        passed: count(|status, _| status == DeclarativeStatus::Pass),
        failed: count(|status, severity| status == DeclarativeStatus::Fail && severity == Severity::Error),
        warned: count(|status, severity| status == DeclarativeStatus::Fail && severity == Severity::Warning),
        errored: count(|status, _| status == DeclarativeStatus::Error),
        results: report
            .results
            .iter()
            .map(|result| DeclarativeTestResult {
                model: result.model.clone(),
                table: result.table.clone(),
                test_type: result.test_type.to_owned(),
                column: result.column.clone(),
                status: match result.status {
                    DeclarativeStatus::Pass => DeclarativeTestStatus::Pass,
                    DeclarativeStatus::Fail => DeclarativeTestStatus::Fail,
                    DeclarativeStatus::Error => DeclarativeTestStatus::Error,
                },
                severity: match result.severity {
                    Severity::Error => CheckSeverity::Error,
                    Severity::Warning => CheckSeverity::Warning,
                },
                detail: result.detail.clone(),
                sql: result.sql.clone(),
            })
            .collect(),
    };
    TestOutput {
        version: VERSION,
        command: "test",
        total: 0,
        passed: 0,
        failed: 0,
        warned: 0,
        not_evaluated: 0,
        failures: Vec::new(),
        warnings: Vec::new(),
        model_results: Vec::new(),
        declarative: Some(summary),
    }
}
