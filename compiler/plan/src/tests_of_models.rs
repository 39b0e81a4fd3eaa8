//! Declared tests of models as plain data.

use rocky_base_db::{Db, File};
use rocky_hir::{Name, find_model, model_by_target};
use rocky_plan_model::{
    AggregateOperation, ColumnName, Comparison, DataCheck, DataTest, DecimalText, NameError, Severity,
};
use rocky_project::{self as project, ModelConfig, ModelTest, TestKind, TestSeverity, model_config};
use smol_str::SmolStr;

/// The tests of a model that the engine knows, and the names of those it does not know yet.
pub(crate) fn data_tests(db: &dyn Db, config: &ModelConfig, local: bool) -> (Vec<DataTest>, Vec<String>) {
    let mut tests = Vec::new();
    let mut left_out = Vec::new();
    for (number, test) in config.tests.iter().enumerate() {
        match data_check(db, test, local) {
            Some(check) => {
                let column = check.column().map(|column| format!("_{column}")).unwrap_or_default();
                let name = match &test.name {
                    Some(name) => name.to_string(),
                    None => format!("{}{column}", check.kind()),
                };
                let severity = match test.severity {
                    TestSeverity::Error => Severity::Error,
                    TestSeverity::Warning => Severity::Warning,
                };
                tests.push(DataTest {
                    name,
                    severity,
                    filter: test.filter.as_ref().map(ToString::to_string),
                    check,
                });
            }
            None => left_out.push(format!("tests.{number} of '{}'", config.name)),
        }
    }
    (tests, left_out)
}

fn column(name: &str) -> Option<ColumnName> {
    ColumnName::new(name).ok()
}

fn number(text: &Option<SmolStr>) -> Option<Option<DecimalText>> {
    match text {
        Some(text) => DecimalText::new(text.as_str()).ok().map(Some),
        None => Some(None),
    }
}

fn data_check(db: &dyn Db, test: &ModelTest, local: bool) -> Option<DataCheck> {
    Some(match &test.kind {
        TestKind::NotNull { column: name } => DataCheck::NotNull { column: column(name)? },
        TestKind::Unique { column: name } => DataCheck::Unique { column: column(name)? },
        TestKind::AcceptedValues { column: name, values } => DataCheck::AcceptedValues {
            column: column(name)?,
            values: values.iter().map(ToString::to_string).collect(),
        },
        TestKind::Relationships { column: name, to_table, to_column } => DataCheck::Relationships {
            column: column(name)?,
            to_table: table_parts(db, to_table, local),
            to_column: column(to_column)?,
        },
        TestKind::Expression { expression } => DataCheck::Expression { expression: expression.to_string() },
        TestKind::RowCountRange { min, max } => DataCheck::RowCountRange { min: *min, max: *max },
        TestKind::InRange { column: name, min, max } => {
            DataCheck::InRange { column: column(name)?, min: number(min)?, max: number(max)? }
        }
        TestKind::RegexMatch { column: name, pattern } => {
            DataCheck::RegexMatch { column: column(name)?, pattern: pattern.to_string() }
        }
        TestKind::Aggregate { column: name, op, cmp, value } => DataCheck::Aggregate {
            op: operation(*op),
            column: match name {
                Some(name) => Some(column(name)?),
                None => None,
            },
            cmp: comparison(*cmp),
            value: DecimalText::new(value.as_str()).ok()?,
        },
        TestKind::CompositeUnique { columns } => {
            let columns: Result<Vec<ColumnName>, NameError> =
                columns.iter().map(|name| ColumnName::new(name.as_str())).collect();
            DataCheck::CompositeUnique { columns: columns.ok()? }
        }
        TestKind::NotInFuture { column: name } => DataCheck::NotInFuture { column: column(name)? },
        TestKind::OlderThanDays { column: name, days } => {
            DataCheck::OlderThanNDays { column: column(name)?, days: *days }
        }
        TestKind::UniqueExpression { .. } => return None,
    })
}

/// The model that a test means by a name: its own name, or its table's.
pub(crate) fn named_model(db: &dyn Db, written: &str) -> Option<File> {
    let target = Name::new(db, SmolStr::new(written.to_lowercase()));
    find_model(db, written).or_else(|| model_by_target(db, target))
}

/// The table of a relationship, written as a model's name or as its table: the model's own table (its bare
/// name in local tests). Anything else as written.
fn table_parts(db: &dyn Db, written: &str, local: bool) -> Vec<String> {
    let Some(model) = named_model(db, written) else {
        return written.split('.').map(str::to_owned).collect();
    };
    let config = model_config(db, model);
    match (&config.target, local) {
        (Some(target), false) => [&target.catalog, &target.schema, &target.table]
            .into_iter()
            .filter(|part| !part.is_empty())
            .map(ToString::to_string)
            .collect(),
        _ => vec![config.name.to_string()],
    }
}

fn operation(op: project::AggregateOp) -> AggregateOperation {
    match op {
        project::AggregateOp::Sum => AggregateOperation::Sum,
        project::AggregateOp::Count => AggregateOperation::Count,
        project::AggregateOp::Avg => AggregateOperation::Avg,
        project::AggregateOp::Min => AggregateOperation::Min,
        project::AggregateOp::Max => AggregateOperation::Max,
    }
}

fn comparison(cmp: project::Comparison) -> Comparison {
    match cmp {
        project::Comparison::Less => Comparison::Lt,
        project::Comparison::LessOrEqual => Comparison::Lte,
        project::Comparison::Greater => Comparison::Gt,
        project::Comparison::GreaterOrEqual => Comparison::Gte,
        project::Comparison::Equal => Comparison::Eq,
        project::Comparison::NotEqual => Comparison::Ne,
    }
}
