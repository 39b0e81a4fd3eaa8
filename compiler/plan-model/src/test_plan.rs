//! What `rocky test` does, as plain data: build the models on an in-memory DuckDB and test the results.
//!
//! All SQL in it is DuckDB SQL in which models are read by bare table names.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ColumnName, CompileProblem, DataTest, ExpectedColumn, ModelName, RawType, SelectSql, TableName};

/// A local test run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TestPlan {
    /// `data/seed.sql`, when the project has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<InputScript>,
    /// The models to build, each after those it reads. With `--model` only that model and its ancestors.
    pub models: Vec<TestModel>,
    /// Saved assertions of `tests/**/*.sql`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assertions: Vec<SavedAssertion>,
}

/// A SQL script of the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InputScript {
    /// Its path, relative to the project, for messages.
    pub file: String,
    /// Its text, any number of statements.
    pub sql: String,
}

/// A model that is built locally.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TestModel {
    /// Its name; also the name of the local table.
    pub name: ModelName,
    /// The file that defines it, relative to the project.
    pub file: String,
    /// Whether it and its tests are counted; an ancestor of `--model` is built but not counted.
    pub counted: bool,
    /// Build a view in place of a table.
    pub ephemeral: bool,
    /// Models it reads.
    pub depends_on: Vec<ModelName>,
    /// Its query.
    pub select: SelectSql,
    /// Error-severity findings. If there is one the model is a failure and is not built.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<CompileProblem>,
    /// What its contract demands of the built table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<ContractExpectation>,
    /// Its `[[tests]]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<DataTest>,
    /// Its `[[test]]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unit_tests: Vec<UnitTest>,
}

/// What a contract demands of a built table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ContractExpectation {
    /// The contract's file, relative to the project.
    pub file: String,
    /// Columns that must be there.
    pub required: Vec<ColumnName>,
    /// What is demanded of columns that are there.
    pub columns: Vec<ColumnContract>,
}

/// What a contract demands of one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ColumnContract {
    /// The column.
    pub name: ColumnName,
    /// DuckDB type names that satisfy it, without parameters (`DECIMAL` fits `DECIMAL(18,2)`); empty = any type.
    pub accepted_types: Vec<RawType>,
    /// Whether NULL may occur.
    pub nullable: bool,
}

/// A query that returns violating rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SavedAssertion {
    /// Its name.
    pub name: String,
    /// Its file, relative to the project.
    pub file: String,
    /// The query.
    pub select: SelectSql,
    /// Models it reads.
    pub depends_on: Vec<ModelName>,
}

/// A unit test of a model: given these rows the model puts out those.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnitTest {
    /// Its name, unique in its model.
    pub name: String,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The model's query, reading the given tables by their local names.
    pub select: SelectSql,
    /// The inputs.
    pub given: Vec<GivenRows>,
    /// The expected output.
    pub expect: ExpectedRows,
}

/// One input of a unit test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GivenRows {
    /// What the test calls it, for messages.
    pub reference: String,
    /// The local table the test's query reads.
    pub table: TableName,
    /// The input's columns as far as the compiler knows them; columns that only rows name are added.
    pub columns: Vec<ExpectedColumn>,
    /// The rows.
    pub rows: Vec<TestRow>,
}

/// The expected output of a unit test. Only the columns its rows name are compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExpectedRows {
    /// The rows.
    pub rows: Vec<TestRow>,
    /// Whether order counts.
    #[serde(default)]
    pub ordered: bool,
}

/// One row; a column that is not named is NULL.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct TestRow {
    /// The cells, in the order written.
    pub cells: Vec<NamedCell>,
}

/// One cell of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NamedCell {
    /// The column.
    pub column: ColumnName,
    /// The value.
    pub value: CellValue,
}

/// A value written in a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
pub enum CellValue {
    /// NULL.
    Null,
    /// A boolean.
    Boolean(bool),
    /// A whole or fractional number, exactly as written.
    Number(crate::DecimalText),
    /// A text.
    Text(String),
    /// A date, time or timestamp as written in TOML.
    Temporal(String),
}
