//! From a compiled project to what `rocky test` does on a local DuckDB.

use crate::build::{compile_problems, expected_column, problem_at};
use crate::rewrite::{Naming, compiled_sql};
use crate::saved_assertions::saved_assertions;
use crate::tests_of_models::{data_tests, named_model};
use crate::{PlanProblem, quote_identifier};
use rocky_base_db::{Db, File, closest, source_text};
use rocky_check::contract_file;
use rocky_hir::{Dag, ReferenceTarget, dag, find_model, model_index, resolve_reference};
use rocky_plan_model::{
    CellValue, ColumnName, DecimalText, ExpectedRows, GivenRows, InputScript, ModelName, NameError,
    NamedCell, SelectSql, TableName, TestModel, TestPlan, TestRow, UnitTest,
};
use rocky_project::{self as project, Project, Strategy, TomlTable, TomlValue, layout, model_config};
use rocky_types::output_schema;
use smol_str::SmolStr;

/// What to test.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TestRequest {
    /// Only this model, and what it reads.
    pub model: Option<String>,
}

/// Plans local tests. Facts and findings should be there already.
///
/// # Errors
/// [`PlanProblem`] when the selection names nothing.
pub fn test_plan(db: &dyn Db, request: &TestRequest) -> Result<TestPlan, PlanProblem> {
    let project = Project::get(db);
    let dag = dag(db, project);
    let mut numbers: Vec<u32> = dag.order.clone();
    numbers.extend((0..dag.models.len() as u32).filter(|number| dag.layers[*number as usize].is_none()));
    let mut counted = None;
    if let Some(name) = &request.model {
        let Some(file) = find_model(db, name) else {
            let index = model_index(db, project);
            let candidate = closest(name, index.by_name.keys().map(SmolStr::as_str));
            return Err(PlanProblem {
                message: format!("there is no model '{name}'"),
                suggestion: candidate.map(|candidate| format!("did you mean '{candidate}'?")),
            });
        };
        counted = Some(file);
        if let Some(number) = dag.number(file) {
            numbers = needed_for(db, dag, number);
        }
    }
    let seed = layout(db, project).seed_script.map(|file| InputScript {
        file: file.path(db).to_string(),
        sql: source_text(db, file).text.to_string(),
    });
    let mut models = Vec::with_capacity(numbers.len());
    for number in numbers {
        let file = dag.models[number as usize];
        models.push(test_model(db, file, counted.is_none_or(|only| only == file))?);
    }
    let planned: Vec<ModelName> = models.iter().map(|model| model.name.clone()).collect();
    Ok(TestPlan { seed, assertions: saved_assertions(db, &planned, counted)?, models })
}

/// A model, what it reads, and the models that its `relationships` tests look into, in execution order.
fn needed_for(db: &dyn Db, dag: &Dag, number: u32) -> Vec<u32> {
    let mut needed = dag.ancestors(number);
    for test in &model_config(db, dag.models[number as usize]).tests {
        let project::TestKind::Relationships { to_table, .. } = &test.kind else { continue };
        if let Some(other) = named_model(db, to_table).and_then(|model| dag.number(model)) {
            needed.extend(dag.ancestors(other));
            needed.push(other);
        }
    }
    needed.push(number);
    let place = |number: &u32| dag.order.iter().position(|at| at == number);
    needed.sort_by_key(place);
    needed.dedup();
    needed
}

fn test_model(db: &dyn Db, file: File, counted: bool) -> Result<TestModel, PlanProblem> {
    let config = model_config(db, file);
    let dag = dag(db, Project::get(db));
    let on_cycle = dag.number(file).is_some_and(|number| dag.layers[number as usize].is_none());
    let reads = dag.number(file).map(|number| dag.reads[number as usize].as_slice()).unwrap_or_default();
    let depends_on = reads
        .iter()
        .filter(|read| dag.layers[**read as usize].is_some())
        .map(|read| ModelName::new(dag.names[*read as usize].as_str()))
        .collect::<Result<Vec<ModelName>, NameError>>()?;
    let (tests, left_out) = data_tests(db, &config, true);
    let mut problems = compile_problems(db, file);
    problems
        .extend(left_out.iter().map(|test| problem_at(db, file, "V070", format!("{test} cannot be run"))));
    let runnable = problems.is_empty() && !on_cycle;
    let select = if runnable { compiled_sql(db, file, Naming::Local) } else { String::new() };
    let unit_tests = if runnable { unit_tests(db, file)? } else { Vec::new() };
    Ok(TestModel {
        name: ModelName::new(config.name.as_str())?,
        file: file.path(db).to_string(),
        counted,
        ephemeral: matches!(config.strategy, Strategy::Ephemeral),
        depends_on,
        select: SelectSql::new(select),
        problems,
        contract: contract(db, file)?,
        tests,
        unit_tests,
    })
}

/// What of a contract can be checked on the built table: the columns that have to be there. Types and
/// nullability were checked by the compiler.
fn contract(db: &dyn Db, file: File) -> Result<Option<rocky_plan_model::ContractExpectation>, PlanProblem> {
    let Some(contract) = contract_file(db, file) else { return Ok(None) };
    let document = project::contract_document(db, contract);
    if !document.is_valid {
        return Ok(None);
    }
    let required = document.contract.required.iter().chain(&document.contract.protected);
    let required: Vec<ColumnName> =
        required.map(|name| ColumnName::new(name.as_str())).collect::<Result<_, NameError>>()?;
    Ok(Some(rocky_plan_model::ContractExpectation {
        file: contract.path(db).to_string(),
        required,
        columns: Vec::new(),
    }))
}

fn unit_tests(db: &dyn Db, file: File) -> Result<Vec<UnitTest>, PlanProblem> {
    let config = model_config(db, file);
    config.unit_tests.iter().map(|test| unit_test(db, file, test)).collect()
}

fn unit_test(db: &dyn Db, file: File, test: &project::UnitTest) -> Result<UnitTest, PlanProblem> {
    let given = test
        .given
        .iter()
        .map(|given| {
            let upstream = find_model(db, &given.relation);
            let columns = match upstream {
                Some(model) => output_schema(db, model).columns.iter().filter_map(expected_column).collect(),
                None => Vec::new(),
            };
            // Tables of the outside are made under the last part of their name.
            let table = given.relation.rsplit('.').next().unwrap_or(&given.relation);
            Ok(GivenRows {
                reference: given.relation.to_string(),
                table: TableName::new(table)?,
                columns,
                rows: rows(&given.rows)?,
            })
        })
        .collect::<Result<Vec<GivenRows>, PlanProblem>>()?;
    Ok(UnitTest {
        name: test.name.to_string(),
        description: test.description.clone(),
        select: SelectSql::new(unit_test_sql(db, file, test)),
        given,
        expect: ExpectedRows { rows: rows(&test.expect.rows)?, ordered: test.expect.ordered },
    })
}

/// The model's SQL with external tables that the test gives rows for read by bare name.
fn unit_test_sql(db: &dyn Db, file: File, test: &project::UnitTest) -> String {
    let mut sql = compiled_sql(db, file, Naming::Local);
    let (body, _) = rocky_types::body_with_map(db, file);
    for reference in rocky_hir::references::relation_references(body) {
        let path = rocky_hir::path_text(&reference.path);
        let is_given = test.given.iter().any(|given| given.relation.eq_ignore_ascii_case(&path));
        let is_external = resolve_reference(db, file, &reference.path) == ReferenceTarget::External;
        if is_given && is_external && reference.path.len() > 1 {
            let bare = reference.path.last().map(|name| name.text.as_str()).unwrap_or_default();
            let quoted = quote_identifier(bare, rocky_syntax::DialectKind::DuckDb);
            sql = rename_relation(&sql, &reference.path, &quoted);
        }
    }
    sql
}

/// Replaces every reference to `path` in a DuckDB query, found in its tree.
pub(crate) fn rename_relation(sql: &str, path: &[rocky_hir::body::Ident], name: &str) -> String {
    let dialect = rocky_syntax::DialectKind::DuckDb;
    let (body, map) = rocky_hir::lower::lower_sql(sql, dialect);
    let mut ranges: Vec<std::ops::Range<usize>> = rocky_hir::references::relation_references(&body)
        .into_iter()
        .filter(|reference| reference.path == path)
        .map(|reference| map.relations[reference.relation.index()].into())
        .collect();
    ranges.sort_by_key(|range| std::cmp::Reverse(range.start));
    let mut renamed = sql.to_owned();
    for range in ranges {
        renamed.replace_range(range, name);
    }
    renamed
}

fn rows(tables: &[TomlTable]) -> Result<Vec<TestRow>, PlanProblem> {
    let row = |table: &TomlTable| {
        let cells = table
            .iter()
            .map(|(name, value)| {
                Ok(NamedCell { column: ColumnName::new(name.as_str())?, value: cell(value) })
            })
            .collect::<Result<Vec<NamedCell>, NameError>>()?;
        Ok(TestRow { cells })
    };
    tables.iter().map(row).collect()
}

fn cell(value: &TomlValue) -> CellValue {
    match value {
        // TOML has no NULL; the word stands for it, as in the fixtures of the original.
        TomlValue::String(text) if text == "NULL" => CellValue::Null,
        TomlValue::String(text) => CellValue::Text(text.clone()),
        TomlValue::Boolean(value) => CellValue::Boolean(*value),
        TomlValue::Integer(number) => number_cell(number.to_string()),
        TomlValue::Float(number) => number_cell(number.to_string()),
        TomlValue::Datetime(text) => CellValue::Temporal(text.to_string()),
        TomlValue::Array(_) | TomlValue::Table(_) => CellValue::Text(value.scalar_text().unwrap_or_default()),
    }
}

fn number_cell(text: String) -> CellValue {
    match DecimalText::new(text.clone()) {
        Ok(number) => CellValue::Number(number),
        Err(_) => CellValue::Text(text),
    }
}
