//! A built table against its model's contract.

use rocky_adapter::dialect::SqlDialect;
use rocky_adapter::{Connection, RowLimit, TableColumn};
use rocky_plan_model::{ColumnContract, ContractExpectation};

/// Checks the table `name` (a reference made by the dialect); the error lists every violation.
pub(super) fn check(
    contract: &ContractExpectation,
    name: &str,
    connection: &mut dyn Connection,
    dialect: &dyn SqlDialect,
) -> Result<(), String> {
    let columns = connection
        .describe_query(&format!("SELECT * FROM {name}"))
        .map_err(|error| format!("{}: the built table cannot be described: {error}", contract.file))?;
    let find = |wanted: &str| columns.iter().find(|column| column.name.eq_ignore_ascii_case(wanted));
    let mut violations = Vec::new();
    for required in &contract.required {
        if find(required.as_str()).is_none() {
            violations.push(format!("the required column '{required}' is missing"));
        }
    }
    for wanted in &contract.columns {
        let Some(column) = find(wanted.name.as_str()) else { continue };
        violations.extend(wrong_type(wanted, column));
        if !wanted.nullable {
            let column = dialect.identifier(&column.name);
            let sql = format!("SELECT COUNT(*) FROM {name} WHERE {column} IS NULL");
            match connection.query(&sql, RowLimit::AtMost(1)) {
                Ok(result) if result.first_count() == Some(0) => {}
                Ok(result) => violations.push(format!(
                    "the column '{}' must not be NULL and is in {} rows",
                    wanted.name,
                    result.first_count().unwrap_or_default()
                )),
                Err(error) => {
                    violations.push(format!("the column '{}' cannot be checked: {error}", wanted.name))
                }
            }
        }
    }
    if violations.is_empty() { Ok(()) } else { Err(format!("{}: {}", contract.file, violations.join("; "))) }
}

fn wrong_type(wanted: &ColumnContract, column: &TableColumn) -> Option<String> {
    let plain = |data_type: &str| data_type.split('(').next().unwrap_or_default().trim().to_ascii_uppercase();
    let found = plain(&column.data_type);
    let fits = wanted.accepted_types.is_empty()
        || wanted.accepted_types.iter().any(|accepted| plain(&accepted.0) == found);
    if fits {
        return None;
    }
    let accepted: Vec<&str> = wanted.accepted_types.iter().map(|accepted| accepted.0.as_str()).collect();
    Some(format!(
        "the column '{}' has type {}, the contract accepts {}",
        wanted.name,
        column.data_type,
        accepted.join(", ")
    ))
}
