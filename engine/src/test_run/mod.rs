//! `rocky test`: builds the models on a local database and tests the results.

mod contract;
mod rows;
mod unit;

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

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

/// What a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestCaseKind {
    /// The project's seed script.
    Seed,
    /// A model: it is built, and its contract holds.
    Model,
    /// A `[[tests]]` entry.
    DataTest,
    /// A `[[test]]` entry.
    UnitTest,
    /// A saved query of `tests/`.
    Assertion,
}

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestOutcome {
    /// As it should.
    Passed,
    /// It did not; the text says what was found.
    Failed(String),
    /// It did not, and that is only a warning.
    Warned(String),
    /// Nothing is known of it; the text says why.
    NotEvaluated(String),
}

/// One thing that was to be tested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestCase {
    /// What it is.
    pub kind: TestCaseKind,
    /// The model it belongs to.
    pub model: Option<ModelName>,
    /// `<model>`, `<model>::<test>`, the assertion's name, or `seed`.
    pub name: String,
    /// The file to look into.
    pub file: String,
    /// How it ended.
    pub outcome: TestOutcome,
    /// How long it took.
    pub duration: Duration,
}

/// All that was tested.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TestReport {
    /// Counted models, their tests and unit tests, and assertions.
    pub total: usize,
    /// Those that passed.
    pub passed: usize,
    /// What failed, and what could not be run because something it needs failed; in the order found.
    pub failures: Vec<TestFailure>,
    /// In the order found.
    pub warnings: Vec<TestWarning>,
    /// Everything in plan order, each once, also what was never reached.
    pub cases: Vec<TestCase>,
    /// Whether it was interrupted.
    pub interrupted: bool,
}

impl TestReport {
    /// Failures.
    pub fn failed(&self) -> usize {
        self.failures.len()
    }

    /// Cases of which nothing is known. Some are failures as well: what they need failed.
    pub fn not_evaluated(&self) -> usize {
        self.cases.iter().filter(|case| matches!(case.outcome, TestOutcome::NotEvaluated(_))).count()
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
    if plan.models.iter().any(|model| !model.problems.is_empty()) {
        return Ok(not_compiled(plan));
    }
    let report = TestReport { total: total(plan), ..TestReport::default() };
    let ends = Ends::default();
    let mut run =
        TestRun { warehouse, connection: warehouse.connect()?, unusable: BTreeMap::new(), report, ends };
    let stopped = run.execute(plan, options);
    let TestRun { mut report, ends, .. } = run;
    report.cases = cases(plan, ends, stopped.unwrap_or("it was not reached"));
    Ok(report)
}

/// The report on a plan whose models do not all compile: their errors are failures, nothing is executed, and of
/// everything else nothing is known.
pub fn not_compiled(plan: &TestPlan) -> TestReport {
    let mut report = TestReport { total: total(plan), ..TestReport::default() };
    let mut ends = Ends::default();
    for model in &plan.models {
        let mut errors = Vec::new();
        for problem in &model.problems {
            let place = format!("{}:{}:{}", problem.file, problem.line, problem.column);
            errors.push(format!("{} {} ({place})", problem.code, problem.message));
            report.fail(model.name.to_string(), format!("{} {} ({place})", problem.code, problem.message));
        }
        if !errors.is_empty() {
            let end = (TestOutcome::Failed(errors.join("\n")), Duration::ZERO);
            ends.entry(model.name.to_string()).or_default().push_back(end);
        }
    }
    report.cases = cases(plan, ends, "the models do not all compile");
    report
}

/// The report on a plan of which nothing was run, for this reason.
pub fn not_run(plan: &TestPlan, why: &str) -> TestReport {
    TestReport { total: total(plan), cases: cases(plan, Ends::default(), why), ..TestReport::default() }
}

fn total(plan: &TestPlan) -> usize {
    let counted = plan.models.iter().filter(|model| model.counted);
    counted.map(|model| 1 + model.tests.len() + model.unit_tests.len()).sum::<usize>() + plan.assertions.len()
}

/// Every case of the plan with how it ended; what has no end was not reached.
fn cases(plan: &TestPlan, mut ends: Ends, unreached: &str) -> Vec<TestCase> {
    let mut cases = Vec::new();
    let mut add = |kind: TestCaseKind, model: Option<&TestModel>, name: String, file: &str, counted: bool| {
        let end = ends.get_mut(&name).and_then(VecDeque::pop_front);
        if !counted && end.is_none() {
            return;
        }
        let (outcome, duration) =
            end.unwrap_or_else(|| (TestOutcome::NotEvaluated(unreached.to_owned()), Duration::ZERO));
        let model = model.map(|model| model.name.clone());
        cases.push(TestCase { kind, model, name, file: file.to_owned(), outcome, duration });
    };
    if let Some(seed) = &plan.seed {
        add(TestCaseKind::Seed, None, SEED.to_owned(), &seed.file, false);
    }
    for model in &plan.models {
        // An ancestor of `--model` is shown only when it explains a failure.
        add(TestCaseKind::Model, Some(model), model.name.to_string(), &model.file, model.counted);
        let tests = model.tests.iter().map(|test| (TestCaseKind::DataTest, &test.name));
        let unit_tests = model.unit_tests.iter().map(|test| (TestCaseKind::UnitTest, &test.name));
        for (kind, test) in tests.chain(unit_tests).filter(|_| model.counted) {
            add(kind, Some(model), format!("{}::{test}", model.name), &model.file, true);
        }
    }
    for assertion in &plan.assertions {
        add(TestCaseKind::Assertion, None, assertion.name.clone(), &assertion.file, true);
    }
    cases
}

/// How the cases ended, by name. Names are not unique: two tests of one model may have one.
type Ends = BTreeMap<String, VecDeque<(TestOutcome, Duration)>>;

/// What the seed script is called among the failures.
const SEED: &str = "seed";
const INTERRUPTED: &str = "the tests were interrupted";

struct TestRun<'a> {
    warehouse: &'a dyn Warehouse,
    connection: Box<dyn Connection>,
    /// Models that were not built, with the first failed model each goes back to.
    unusable: BTreeMap<&'a ModelName, String>,
    report: TestReport,
    ends: Ends,
}

impl<'a> TestRun<'a> {
    /// Runs everything. When it stops early it says why.
    fn execute(&mut self, plan: &'a TestPlan, options: &TestOptions) -> Option<&'static str> {
        if let Some(seed) = &plan.seed {
            let started = Instant::now();
            if let Err(error) = self.connection.execute_script(&seed.sql) {
                let error = format!("{}: {error}", seed.file);
                self.end(SEED.to_owned(), TestOutcome::Failed(error), started);
                return Some("the seed script failed");
            }
        }
        for model in &plan.models {
            if self.interrupted(options) {
                return Some(INTERRUPTED);
            }
            self.build_and_count(model);
        }
        // A test may look at any table (`relationships`), so all of them are there before the first test.
        for model in plan.models.iter().filter(|model| model.counted) {
            if self.interrupted(options) {
                return Some(INTERRUPTED);
            }
            self.tests_of(model);
        }
        for assertion in &plan.assertions {
            if self.interrupted(options) {
                return Some(INTERRUPTED);
            }
            self.assertion(assertion);
        }
        None
    }

    fn interrupted(&mut self, options: &TestOptions) -> bool {
        self.report.interrupted = options.cancel.is_cancelled();
        self.report.interrupted
    }

    /// Notes how a counted case ended.
    fn end(&mut self, name: String, outcome: TestOutcome, started: Instant) {
        match &outcome {
            TestOutcome::Passed => self.report.passed += 1,
            TestOutcome::Failed(error) | TestOutcome::NotEvaluated(error) => {
                self.report.fail(name.clone(), error.clone());
            }
            TestOutcome::Warned(detail) => {
                self.report.warnings.push(TestWarning { name: name.clone(), detail: detail.clone() });
            }
        }
        self.ends.entry(name).or_default().push_back((outcome, started.elapsed()));
    }

    fn build_and_count(&mut self, model: &'a TestModel) {
        let started = Instant::now();
        let outcome = self.build(model);
        // An ancestor that fails explains why a counted model fails, so it is told even when it is not counted.
        if model.counted || outcome != TestOutcome::Passed {
            self.end(model.name.to_string(), outcome, started);
        }
    }

    fn tests_of(&mut self, model: &TestModel) {
        let because_of = self.unusable.get(&model.name).cloned();
        for test in &model.tests {
            let started = Instant::now();
            let outcome = match &because_of {
                Some(because_of) => {
                    TestOutcome::NotEvaluated(format!("not run: '{because_of}' was not built"))
                }
                None => self.data_test(model, test),
            };
            self.end(format!("{}::{}", model.name, test.name), outcome, started);
        }
        for test in &model.unit_tests {
            let started = Instant::now();
            let outcome = match unit::run(self.warehouse, test) {
                Ok(()) => TestOutcome::Passed,
                Err(error) => TestOutcome::Failed(error),
            };
            self.end(format!("{}::{}", model.name, test.name), outcome, started);
        }
    }

    /// Builds a model's table and checks it against its contract.
    fn build(&mut self, model: &'a TestModel) -> TestOutcome {
        let blocker = model.depends_on.iter().find_map(|name| self.unusable.get(name));
        if let Some(because_of) = blocker.cloned() {
            let error = format!("not built: it reads '{because_of}', which failed");
            self.unusable.insert(&model.name, because_of);
            return TestOutcome::NotEvaluated(error);
        }
        let dialect = self.warehouse.dialect();
        let kind = if model.ephemeral { "VIEW" } else { "TABLE" };
        let name = dialect.identifier(model.name.as_str());
        let sql = format!("CREATE OR REPLACE {kind} {name} AS\n{}", model.select.as_str());
        if let Err(error) = self.connection.execute(&sql) {
            self.unusable.insert(&model.name, model.name.to_string());
            return TestOutcome::Failed(format!("{}: {error}", model.file));
        }
        match &model.contract {
            Some(contract) => match contract::check(contract, &name, self.connection.as_mut(), dialect) {
                Ok(()) => TestOutcome::Passed,
                Err(error) => TestOutcome::Failed(error),
            },
            None => TestOutcome::Passed,
        }
    }

    fn data_test(&mut self, model: &TestModel, test: &DataTest) -> TestOutcome {
        match (self.judge(model, test), test.severity) {
            (Ok(Verdict::Pass), _) => TestOutcome::Passed,
            (Ok(Verdict::Fail { detail, .. }), Severity::Warning) => TestOutcome::Warned(detail),
            (Ok(Verdict::Fail { detail, .. }), Severity::Error) => TestOutcome::Failed(detail),
            (Err(error), _) => TestOutcome::NotEvaluated(format!("the test could not be evaluated: {error}")),
        }
    }

    fn judge(&mut self, model: &TestModel, test: &DataTest) -> Result<Verdict, AdapterError> {
        let dialect = self.warehouse.dialect();
        let query = data_test_query(test, &dialect.identifier(model.name.as_str()), dialect)?;
        let result = self.connection.query(&query.sql, RowLimit::AtMost(SHOWN_ROWS))?;
        Ok(query.judge(&result))
    }

    fn assertion(&mut self, assertion: &SavedAssertion) {
        let started = Instant::now();
        let blocker = assertion.depends_on.iter().find_map(|name| self.unusable.get(name));
        let outcome = match blocker {
            Some(because_of) => TestOutcome::NotEvaluated(format!("not run: '{because_of}' was not built")),
            None => match self.connection.query(assertion.select.as_str(), RowLimit::AtMost(SHOWN_ROWS)) {
                Ok(result) if result.rows.is_empty() => TestOutcome::Passed,
                Ok(result) => TestOutcome::Failed(format!("violations: {}", shown_rows(&result))),
                Err(error) => TestOutcome::NotEvaluated(format!("{}: {error}", assertion.file)),
            },
        };
        self.end(assertion.name.clone(), outcome, started);
    }
}
