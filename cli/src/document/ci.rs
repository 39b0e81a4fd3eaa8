//! The ci document.

use super::findings::findings;
use super::test::{failures, model_results, warnings};
use crate::local_tests::Tested;
use crate::opened_project::OpenedProject;
use crate::output::{CiOutput, VERSION};
use rocky_compiler::CompileReport;
use rocky_compiler::base_db::Severity;

/// What compiling and testing found, as a document.
pub(crate) fn ci_document(project: &OpenedProject, compiled: &CompileReport, tested: &Tested) -> CiOutput {
    let report = &tested.report;
    let compile_ok = !compiled.has_errors();
    let tests_ok = tested.is_success();
    let has_warnings = !report.warnings.is_empty()
        || compiled.diagnostics.iter().any(|finding| finding.severity == Severity::Warning);
    CiOutput {
        version: VERSION,
        command: "ci",
        compile_ok,
        tests_ok,
        models_compiled: compiled.models.len() as u64,
        tests_passed: report.passed as u64,
        tests_failed: report.failed() as u64,
        exit_code: match (compile_ok && tests_ok, has_warnings) {
            (false, _) => 1,
            (true, true) => 2,
            (true, false) => 0,
        },
        diagnostics: findings(project, &compiled.diagnostics),
        failures: failures(report),
        tests_warned: report.warnings.len() as u64,
        tests_not_evaluated: report.not_evaluated() as u64,
        warnings: warnings(report),
        model_results: model_results(&tested.plan, report),
    }
}
