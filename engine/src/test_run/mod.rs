//! `rocky test`: builds the models on a local database and tests the results.

mod contract;
mod rows;
mod unit;

use std::collections::BTreeMap;

use rocky_adapter::{AdapterError, Connection, RowLimit, Warehouse};
use rocky_plan_model::{DataTest, ModelName, SavedAssertion, Severity, TestModel, TestPlan};

use crate::cancel::CancellationToken;
use crate::data_test::{SHOWN_ROWS, Verdict, data_test_query, shown_rows};

/// What else is said of a test run.
#[derive(Debug, Clone, Default)]
pub struct TestOptions {
    /// Asks it to stop; what has been found until then is reported.
    pub cancel: CancellationToken,
}

/// One failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestFailure {
    /// `<model>`, `<model>::<test>`, the assertion's name, or `seed`.
    pub name: String,
    /// What was found.
    pub error: String,
}

/// One failed test of warning severity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestWarning {
    /// `<model>::<test>`.
    pub name: String,
    /// What was found.
    pub detail: String,
}

/// All that was tested.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TestReport {
    /// Counted models, their tests and unit tests, and assertions.
    pub total: usize,
    /// Those that passed.
    pub passed: usize,
    /// In plan order.
    pub failures: Vec<TestFailure>,
    /// In plan order.
    pub warnings: Vec<TestWarning>,
    /// Whether it was interrupted.
    pub interrupted: bool,
}

impl TestReport {
    /// Failures.
    pub fn failed(&self) -> usize {
        self.failures.len()
    }

    /// Whether the command succeeds.
    pub fn is_success(&self) -> bool {
        self.failures.is_empty() && !self.interrupted
    }

    fn fail(&mut self, name: String, error: String) {
        self.failures.push(TestFailure { name, error });
    }
}

/// Runs a test plan on a fresh in-memory database. An error means that the database could not be used at all.
pub fn run_tests(
    plan: &TestPlan,
    warehouse: &dyn Warehouse,
    options: &TestOptions,
) -> rocky_adapter::Result<TestReport> {
    let mut report = TestReport { total: total(plan), ..TestReport::default() };
    for model in &plan.models {
        for problem in &model.problems {
            let place = format!("{}:{}:{}", problem.file, problem.line, problem.column);
            report.fail(model.name.to_string(), format!("{} {} ({place})", problem.code, problem.message));
        }
    }
    if !report.failures.is_empty() {
        return Ok(report);
    }
    let mut run = TestRun { warehouse, connection: warehouse.connect()?, unusable: BTreeMap::new(), report };
    if let Some(seed) = &plan.seed
        && let Err(error) = run.connection.execute_script(&seed.sql)
    {
        run.report.fail("seed".to_owned(), format!("{}: {error}", seed.file));
        return Ok(run.report);
    }
    for model in &plan.models {
        if options.cancel.is_cancelled() {
            run.report.interrupted = true;
            return Ok(run.report);
        }
        run.build_and_count(model);
    }
    // A test may look at any table (`relationships`), so all of them are there before the first test.
    for model in plan.models.iter().filter(|model| model.counted) {
        if options.cancel.is_cancelled() {
            run.report.interrupted = true;
            return Ok(run.report);
        }
        run.tests_of(model);
    }
    for assertion in &plan.assertions {
        if options.cancel.is_cancelled() {
            run.report.interrupted = true;
            return Ok(run.report);
        }
        run.assertion(assertion);
    }
    Ok(run.report)
}

fn total(plan: &TestPlan) -> usize {
    let counted = plan.models.iter().filter(|model| model.counted);
    counted.map(|model| 1 + model.tests.len() + model.unit_tests.len()).sum::<usize>() + plan.assertions.len()
}

struct TestRun<'a> {
    warehouse: &'a dyn Warehouse,
    connection: Box<dyn Connection>,
    /// Models that were not built, with the first failed model each goes back to.
    unusable: BTreeMap<&'a ModelName, String>,
    report: TestReport,
}

impl<'a> TestRun<'a> {
    fn build_and_count(&mut self, model: &'a TestModel) {
        match self.build(model) {
            Ok(()) => self.report.passed += usize::from(model.counted),
            Err(error) => {
                // An ancestor that fails explains why a counted model fails, so it is told even when it is not counted.
                self.report.fail(model.name.to_string(), error);
            }
        }
    }

    fn tests_of(&mut self, model: &TestModel) {
        if let Some(because_of) = self.unusable.get(&model.name) {
            let error = format!("not run: '{because_of}' was not built");
            for test in &model.tests {
                self.report.fail(format!("{}::{}", model.name, test.name), error.clone());
            }
        } else {
            for test in &model.tests {
                self.data_test(model, test);
            }
        }
        for test in &model.unit_tests {
            match unit::run(self.warehouse, test) {
                Ok(()) => self.report.passed += 1,
                Err(error) => self.report.fail(format!("{}::{}", model.name, test.name), error),
            }
        }
    }

    /// Builds a model's table and checks it against its contract.
    fn build(&mut self, model: &'a TestModel) -> Result<(), String> {
        let blocker = model.depends_on.iter().find_map(|name| self.unusable.get(name));
        if let Some(because_of) = blocker.cloned() {
            let error = format!("not built: it reads '{because_of}', which failed");
            self.unusable.insert(&model.name, because_of);
            return Err(error);
        }
        let dialect = self.warehouse.dialect();
        let kind = if model.ephemeral { "VIEW" } else { "TABLE" };
        let name = dialect.identifier(model.name.as_str());
        let sql = format!("CREATE OR REPLACE {kind} {name} AS\n{}", model.select.as_str());
        if let Err(error) = self.connection.execute(&sql) {
            self.unusable.insert(&model.name, model.name.to_string());
            return Err(format!("{}: {error}", model.file));
        }
        match &model.contract {
            Some(contract) => contract::check(contract, &name, self.connection.as_mut(), dialect),
            None => Ok(()),
        }
    }

    fn data_test(&mut self, model: &TestModel, test: &DataTest) {
        let name = format!("{}::{}", model.name, test.name);
        let verdict = self.judge(model, test);
        match (verdict, test.severity) {
            (Ok(Verdict::Pass), _) => self.report.passed += 1,
            (Ok(Verdict::Fail { detail, .. }), Severity::Warning) => {
                self.report.warnings.push(TestWarning { name, detail });
            }
            (Ok(Verdict::Fail { detail, .. }), Severity::Error) => self.report.fail(name, detail),
            (Err(error), _) => self.report.fail(name, format!("the test could not be evaluated: {error}")),
        }
    }

    fn judge(&mut self, model: &TestModel, test: &DataTest) -> Result<Verdict, AdapterError> {
        let dialect = self.warehouse.dialect();
        let query = data_test_query(test, &dialect.identifier(model.name.as_str()), dialect)?;
        let result = self.connection.query(&query.sql, RowLimit::AtMost(SHOWN_ROWS))?;
        Ok(query.judge(&result))
    }

    fn assertion(&mut self, assertion: &SavedAssertion) {
        let blocker = assertion.depends_on.iter().find_map(|name| self.unusable.get(name));
        if let Some(because_of) = blocker {
            let error = format!("not run: '{because_of}' was not built");
            self.report.fail(assertion.name.clone(), error);
            return;
        }
        match self.connection.query(assertion.select.as_str(), RowLimit::AtMost(SHOWN_ROWS)) {
            Ok(result) if result.rows.is_empty() => self.report.passed += 1,
            Ok(result) => {
                self.report.fail(assertion.name.clone(), format!("violations: {}", shown_rows(&result)))
            }
            Err(error) => self.report.fail(assertion.name.clone(), format!("{}: {error}", assertion.file)),
        }
    }
}
