//! The test document.

use crate::output::{
    CheckSeverity, DeclarativeTestResult, DeclarativeTestStatus, DeclarativeTestSummary, ModelTestResult,
    TestFailure, TestOutput, VERSION,
};
use rocky_engine::{DeclarativeReport, DeclarativeStatus, TestReport};
use rocky_plan_model::{Severity, TestPlan};

/// What a local test run found, as a document.
pub(crate) fn test_document(plan: &TestPlan, report: &TestReport) -> TestOutput {
    let counted = plan.models.iter().filter(|model| model.counted);
    TestOutput {
        version: VERSION,
        command: "test",
        total: report.total as u64,
        passed: report.passed as u64,
        failed: report.failed() as u64,
        warned: report.warnings.len() as u64,
        failures: report
            .failures
            .iter()
            .map(|failure| TestFailure { name: failure.name.clone(), error: failure.error.clone() })
            .collect(),
        warnings: report
            .warnings
            .iter()
            .map(|warning| TestFailure { name: warning.name.clone(), error: warning.detail.clone() })
            .collect(),
        model_results: counted
            .map(|model| {
                let prefix = format!("{}::", model.name);
                let error = report
                    .failures
                    .iter()
                    .find(|failure| failure.name == model.name.as_str() || failure.name.starts_with(&prefix))
                    .map(|failure| failure.error.clone());
                ModelTestResult {
                    model: model.name.to_string(),
                    status: if error.is_some() { "fail" } else { "pass" }.to_owned(),
                    error,
                }
            })
            .collect(),
        declarative: None,
    }
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
        failures: Vec::new(),
        warnings: Vec::new(),
        model_results: Vec::new(),
        declarative: Some(summary),
    }
}
