//! The query of a declarative test, and what its result means.

use rocky_adapter::dialect::SqlDialect;
use rocky_adapter::{QueryResult, Result, cell_text};
use rocky_plan_model::{AggregateOperation, ColumnName, Comparison, DataCheck, DataTest};

/// How many violating rows are fetched to be shown.
pub(crate) const SHOWN_ROWS: usize = 5;

/// The query of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestQuery {
    /// Its text.
    pub sql: String,
    rule: Rule,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// The first cell counts what fails.
    FirstCellIsZero,
    /// Every row is a violation.
    NoRows,
    /// The first cell is inside the range.
    CountWithin(Option<u64>, Option<u64>),
}

/// What a result means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Passed.
    Pass,
    /// Failed.
    Fail {
        /// Violating rows; of a row count test the count.
        failing_rows: u64,
        /// What was found.
        detail: String,
    },
}

/// The query of `test` on `table`, a reference made by the dialect.
pub fn data_test_query(test: &DataTest, table: &str, dialect: &dyn SqlDialect) -> Result<TestQuery> {
    let source = match &test.filter {
        Some(filter) => format!("(\nSELECT * FROM {table} WHERE (\n{filter}\n)\n) AS _rocky_tested"),
        None => format!("{table} AS _rocky_tested"),
    };
    let name = |column: &ColumnName| dialect.identifier(column.as_str());
    let counting = |condition: String| TestQuery {
        sql: format!("SELECT COUNT(*) FROM {source}\nWHERE {condition}"),
        rule: Rule::FirstCellIsZero,
    };
    let listing = |sql: String| TestQuery { sql, rule: Rule::NoRows };
    Ok(match &test.check {
        DataCheck::NotNull { column } => counting(format!("{} IS NULL", name(column))),
        DataCheck::Unique { column } => {
            let column = name(column);
            listing(format!(
                "SELECT {column}, COUNT(*) AS occurrences FROM {source}\nWHERE {column} IS NOT NULL\nGROUP BY {column}\nHAVING COUNT(*) > 1"
            ))
        }
        DataCheck::CompositeUnique { columns } => {
            let columns = columns.iter().map(name).collect::<Vec<_>>().join(", ");
            listing(format!(
                "SELECT {columns}, COUNT(*) AS occurrences FROM {source}\nGROUP BY {columns}\nHAVING COUNT(*) > 1"
            ))
        }
        DataCheck::AcceptedValues { column, values } => {
            let column = name(column);
            let literals = values
                .iter()
                .map(|value| dialect.string_literal(value))
                .collect::<Result<Vec<_>>>()?
                .join(", ");
            let text = format!("CAST({column} AS {})", dialect.string_type());
            listing(format!(
                "SELECT {column}, COUNT(*) AS occurrences FROM {source}\nWHERE {column} IS NOT NULL AND {text} NOT IN ({literals})\nGROUP BY {column}"
            ))
        }
        DataCheck::Relationships { column, to_table, to_column } => {
            let column = name(column);
            let other = to_table.iter().map(|part| dialect.identifier(part)).collect::<Vec<_>>().join(".");
            listing(format!(
                "SELECT _rocky_tested.{column} FROM {source}\nWHERE _rocky_tested.{column} IS NOT NULL AND NOT EXISTS (\nSELECT 1 FROM {other} AS _rocky_parent WHERE _rocky_parent.{} = _rocky_tested.{column}\n)",
                name(to_column)
            ))
        }
        DataCheck::Expression { expression } => counting(format!("NOT (\n{expression}\n)")),
        DataCheck::RowCountRange { min, max } => {
            TestQuery { sql: format!("SELECT COUNT(*) FROM {source}"), rule: Rule::CountWithin(*min, *max) }
        }
        DataCheck::InRange { column, min, max } => {
            let column = name(column);
            let below = min.as_ref().map(|min| format!("{column} < {min}"));
            let above = max.as_ref().map(|max| format!("{column} > {max}"));
            counting(below.into_iter().chain(above).collect::<Vec<_>>().join(" OR "))
        }
        DataCheck::RegexMatch { column, pattern } => {
            let matches = dialect.regex_match(column.as_str(), pattern)?;
            counting(format!("{} IS NOT NULL AND NOT {matches}", name(column)))
        }
        DataCheck::Aggregate { op, column, cmp, value } => {
            let argument = column.as_ref().map_or_else(|| "*".to_owned(), name);
            TestQuery {
                sql: format!(
                    "SELECT CASE WHEN {}({argument}) {} {value} THEN 0 ELSE 1 END FROM {source}",
                    function(*op),
                    operator(*cmp)
                ),
                rule: Rule::FirstCellIsZero,
            }
        }
        DataCheck::NotInFuture { column } => {
            counting(format!("{} > {}", name(column), dialect.current_timestamp()))
        }
        DataCheck::OlderThanNDays { column, days } => {
            counting(format!("{} > {}", name(column), dialect.days_ago(*days)))
        }
    })
}

fn function(op: AggregateOperation) -> &'static str {
    match op {
        AggregateOperation::Sum => "SUM",
        AggregateOperation::Count => "COUNT",
        AggregateOperation::Avg => "AVG",
        AggregateOperation::Min => "MIN",
        AggregateOperation::Max => "MAX",
    }
}

fn operator(cmp: Comparison) -> &'static str {
    match cmp {
        Comparison::Lt => "<",
        Comparison::Lte => "<=",
        Comparison::Gt => ">",
        Comparison::Gte => ">=",
        Comparison::Eq => "=",
        Comparison::Ne => "<>",
    }
}

impl TestQuery {
    /// Judges the query's result.
    pub fn judge(&self, result: &QueryResult) -> Verdict {
        let unreadable = || Verdict::Fail { failing_rows: 0, detail: "the query gave no count".to_owned() };
        match self.rule {
            Rule::NoRows if result.rows.is_empty() => Verdict::Pass,
            Rule::NoRows => Verdict::Fail {
                failing_rows: u64::try_from(result.rows.len()).unwrap_or(u64::MAX),
                detail: format!("violations: {}", shown_rows(result)),
            },
            Rule::FirstCellIsZero => match result.first_count() {
                Some(0) => Verdict::Pass,
                Some(1) => Verdict::Fail { failing_rows: 1, detail: "1 violation".to_owned() },
                Some(count) => Verdict::Fail { failing_rows: count, detail: format!("{count} violations") },
                None => unreadable(),
            },
            Rule::CountWithin(min, max) => match result.first_count() {
                Some(count) if min.is_none_or(|min| count >= min) && max.is_none_or(|max| count <= max) => {
                    Verdict::Pass
                }
                Some(count) => {
                    Verdict::Fail { failing_rows: count, detail: format!("the table has {count} rows") }
                }
                None => unreadable(),
            },
        }
    }
}

/// The rows of a result, on one line.
pub(crate) fn shown_rows(result: &QueryResult) -> String {
    let row = |row: &Vec<serde_json::Value>| {
        let cells = result.columns.iter().zip(row);
        let cells = cells.map(|(column, cell)| {
            format!("{column} = {}", cell_text(cell).unwrap_or_else(|| "NULL".to_owned()))
        });
        cells.collect::<Vec<_>>().join(", ")
    };
    let mut rows: Vec<String> = result.rows.iter().map(|cells| format!("({})", row(cells))).collect();
    if result.truncated {
        rows.push("…".to_owned());
    }
    rows.join(" ")
}
