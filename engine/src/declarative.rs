//! `rocky test --declarative`: the models' `[[tests]]` on the tables in the warehouse.

use rocky_adapter::{Connection, RowLimit, Warehouse};
use rocky_plan_model::{DataTest, NodeKind, NodeStatus, Plan, RelationName, Severity};

use crate::data_test::{SHOWN_ROWS, Verdict, data_test_query};

/// How a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeclarativeStatus {
    /// Passed.
    Pass,
    /// Failed.
    Fail,
    /// Could not be evaluated.
    Error,
}

impl DeclarativeStatus {
    /// The name in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            DeclarativeStatus::Pass => "pass",
            DeclarativeStatus::Fail => "fail",
            DeclarativeStatus::Error => "error",
        }
    }
}

/// One test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclarativeResult {
    /// The model.
    pub model: String,
    /// Its table, full name.
    pub table: String,
    /// The test's name.
    pub name: String,
    /// The test's kind.
    pub test_type: &'static str,
    /// Its column.
    pub column: Option<String>,
    /// How it ended.
    pub status: DeclarativeStatus,
    /// How bad a failure is.
    pub severity: Severity,
    /// What was found.
    pub detail: Option<String>,
    /// The query; empty when none could be made.
    pub sql: String,
}

/// All tests.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeclarativeReport {
    /// In plan order.
    pub results: Vec<DeclarativeResult>,
}

impl DeclarativeReport {
    fn count(&self, status: DeclarativeStatus, severity: Option<Severity>) -> usize {
        let fits = |result: &&DeclarativeResult| {
            result.status == status && severity.is_none_or(|severity| result.severity == severity)
        };
        self.results.iter().filter(fits).count()
    }

    /// Passed tests.
    pub fn passed(&self) -> usize {
        self.count(DeclarativeStatus::Pass, None)
    }

    /// Failed tests of error severity.
    pub fn failed(&self) -> usize {
        self.count(DeclarativeStatus::Fail, Some(Severity::Error))
    }

    /// Failed tests of warning severity.
    pub fn warned(&self) -> usize {
        self.count(DeclarativeStatus::Fail, Some(Severity::Warning))
    }

    /// Tests that could not be evaluated.
    pub fn errored(&self) -> usize {
        self.count(DeclarativeStatus::Error, None)
    }
}

/// Runs the tests of all selected models.
pub fn run_declarative(plan: &Plan, warehouse: &dyn Warehouse) -> rocky_adapter::Result<DeclarativeReport> {
    let mut connection = warehouse.connect()?;
    let mut report = DeclarativeReport::default();
    for node in plan.nodes.iter().filter(|node| node.status == NodeStatus::Selected) {
        let NodeKind::Model(model) = &node.kind else { continue };
        let Some(target) = model.materialization.target() else { continue };
        for test in &model.tests {
            report.results.push(run_one(warehouse, connection.as_mut(), model.name.as_str(), target, test));
        }
    }
    Ok(report)
}

fn run_one(
    warehouse: &dyn Warehouse,
    connection: &mut dyn Connection,
    model: &str,
    target: &RelationName,
    test: &DataTest,
) -> DeclarativeResult {
    let dialect = warehouse.dialect();
    let mut result = DeclarativeResult {
        model: model.to_owned(),
        table: target.to_string(),
        name: test.name.clone(),
        test_type: test.check.kind(),
        column: test.check.column().map(ToString::to_string),
        status: DeclarativeStatus::Error,
        severity: test.severity,
        detail: None,
        sql: String::new(),
    };
    let query = match data_test_query(test, &dialect.table_ref(target), dialect) {
        Ok(query) => query,
        Err(error) => return DeclarativeResult { detail: Some(error.to_string()), ..result },
    };
    result.sql.clone_from(&query.sql);
    match connection.query(&query.sql, RowLimit::AtMost(SHOWN_ROWS)) {
        Err(error) => result.detail = Some(error.to_string()),
        Ok(found) => match query.judge(&found) {
            Verdict::Pass => result.status = DeclarativeStatus::Pass,
            Verdict::Fail { detail, .. } => {
                result.status = DeclarativeStatus::Fail;
                result.detail = Some(detail);
            }
        },
    }
    result
}
