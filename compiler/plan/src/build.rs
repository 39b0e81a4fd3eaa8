//! From a compiled project and a selection to a plan.

use crate::rewrite::{Naming, compiled_sql};
use crate::tests_of_models::data_tests;
use rocky_base_db::{Db, File, Severity, closest, line_index};
use rocky_check::check_model;
use rocky_hir::{dag, find_model, model_index};
use rocky_plan_model::{
    AdapterName, ColumnName, CompileProblem, Concurrency, Dialect, ExecutionSettings, ExpectedColumn,
    Granularity, HardDeletes, Materialization, ModelName, ModelNode, NameError, NodeId, NodeKind, NodeStatus,
    OutputSchema, PLAN_FORMAT, PipelineName, PipelineType, Plan, PlanNode, RawType, RelationName, RowChange,
    SelectSql, TableStrategy, TimeWindow,
};
use rocky_project::config::adapter::AdapterType;
use rocky_project::config::pipeline::{Pipeline, PipelineBody};
use rocky_project::{
    ModelConfig, Project, SnapshotChanges, Strategy, TimeInterval, config_document, model_config,
};
use rocky_types::{Nullability, Schema, TypedColumn, output_schema};
use smol_str::SmolStr;

/// What to plan.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PlanRequest {
    /// The pipeline; may be left out when there is only one.
    pub pipeline: Option<String>,
    /// Only this model.
    pub model: Option<String>,
    /// Whether the models folder was given on the command line: then every model is meant.
    pub all_models: bool,
}

/// Why there is no plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlanProblem {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub suggestion: Option<String>,
}

impl PlanProblem {
    fn new(message: impl Into<String>, suggestion: impl Into<Option<String>>) -> PlanProblem {
        PlanProblem { message: message.into(), suggestion: suggestion.into() }
    }
}

impl From<NameError> for PlanProblem {
    fn from(error: NameError) -> PlanProblem {
        PlanProblem::new(error.to_string(), None)
    }
}

/// Plans the models of one transformation pipeline. Facts and findings of the models should be there
/// already: the caller primes them in order.
///
/// # Errors
/// [`PlanProblem`] when the selection names nothing, or something that cannot be planned yet.
pub fn plan(db: &dyn Db, request: &PlanRequest) -> Result<Plan, PlanProblem> {
    let config = &config_document(db, Project::get(db)).config;
    let name = pipeline_name(db, request.pipeline.as_deref())?;
    let Some(Pipeline { body: PipelineBody::Transformation(transformation), .. }) =
        config.pipelines.get(&name)
    else {
        let message = format!("pipeline '{name}' is not a transformation, so it has no models to plan");
        return Err(PlanProblem::new(message, "name a transformation pipeline with --pipeline".to_owned()));
    };
    let mut plan = plan_without_nodes(db, &name)?;
    let path = config.adapters.get(&transformation.target.adapter).and_then(|adapter| adapter.text("path"));
    let catalogs = (plan.dialect == Dialect::DuckDb).then(|| attached_catalogs(path));
    let naming = Naming::Targets { catalogs: catalogs.as_deref() };
    let selected = selected_models(db, request, &name)?;
    for file in &selected {
        plan.nodes.push(node(db, *file, &selected, naming, &transformation.target.adapter)?);
    }
    Ok(plan)
}

/// What the configuration says about the plan of a transformation or a replication: all but its nodes. The tables of
/// a replication are known only to its source, so whoever asked the source adds them.
///
/// # Errors
/// [`PlanProblem`] when there is no such pipeline, or when its adapter cannot execute it.
pub fn plan_without_nodes(db: &dyn Db, name: &str) -> Result<Plan, PlanProblem> {
    let project = Project::get(db);
    let config = &config_document(db, project).config;
    let Some(pipeline) = config.pipelines.get(name) else {
        return Err(PlanProblem::new(format!("there is no pipeline '{name}'"), None));
    };
    let (pipeline_type, target) = match &pipeline.body {
        PipelineBody::Transformation(body) => (PipelineType::Transformation, &body.target),
        PipelineBody::Replication(body) => (PipelineType::Replication, &body.target),
        _ => {
            let message = format!("pipeline '{name}' is neither a transformation nor a replication");
            let suggestion = "only those can be planned so far; name one with --pipeline".to_owned();
            return Err(PlanProblem::new(message, suggestion));
        }
    };
    let adapter = &target.adapter;
    let Some(connection) = config.adapters.get(adapter) else {
        let known: Vec<&str> = config.adapters.keys().map(SmolStr::as_str).collect();
        return Err(PlanProblem::new(
            format!("pipeline '{name}' writes with adapter '{adapter}', which is not defined"),
            format!("the adapters are {}", known.join(", ")),
        ));
    };
    Ok(Plan {
        format: PLAN_FORMAT,
        pipeline: PipelineName::new(name)?,
        pipeline_type,
        adapter: AdapterName::new(adapter.as_str())?,
        dialect: dialect_of(connection.adapter_type.as_ref(), adapter)?,
        config_digest: project.config_file(db).digest(db).to_string(),
        filter: String::new(),
        execution: ExecutionSettings {
            concurrency: pipeline.execution.concurrency.map_or(Concurrency::Adaptive, Concurrency::Fixed),
            fail_fast: pipeline.execution.fail_fast,
            error_rate_abort_pct: pipeline.execution.error_rate_abort_pct,
            table_retries: pipeline.execution.table_retries,
        },
        auto_create_catalogs: target.governance.auto_create_catalogs.unwrap_or(false),
        auto_create_schemas: target.governance.auto_create_schemas.unwrap_or(false),
        nodes: Vec::new(),
    })
}

/// The pipeline that is meant: the named one, else the only one.
///
/// # Errors
/// [`PlanProblem`] when there is none of that name, or when a name is needed.
pub fn pipeline_name(db: &dyn Db, wanted: Option<&str>) -> Result<SmolStr, PlanProblem> {
    let config = &config_document(db, Project::get(db)).config;
    let names: Vec<&str> = config.pipelines.keys().map(SmolStr::as_str).collect();
    match (wanted, names.as_slice()) {
        (Some(name), _) if names.contains(&name) => Ok(SmolStr::new(name)),
        (Some(name), _) => {
            let suggestion = match closest(name, names.iter().copied()) {
                Some(candidate) => format!("did you mean '{candidate}'?"),
                None => format!("the pipelines are {}", names.join(", ")),
            };
            Err(PlanProblem::new(format!("there is no pipeline '{name}'"), suggestion))
        }
        (None, [only]) => Ok(SmolStr::new(only)),
        (None, []) => Err(PlanProblem::new(
            "rocky.toml defines no pipeline",
            "add a [pipeline.NAME] section; `rocky init` writes an example".to_owned(),
        )),
        (None, several) => Err(PlanProblem::new(
            format!("rocky.toml defines several pipelines: {}", several.join(", ")),
            "choose one with --pipeline NAME".to_owned(),
        )),
    }
}

fn dialect_of(adapter: Option<&AdapterType>, name: &str) -> Result<Dialect, PlanProblem> {
    match adapter.map(AdapterType::as_str) {
        Some("duckdb") => Ok(Dialect::DuckDb),
        Some("databricks") => Ok(Dialect::Databricks),
        Some("snowflake") => Ok(Dialect::Snowflake),
        Some("bigquery") => Ok(Dialect::BigQuery),
        Some(other) => Err(PlanProblem::new(
            format!("adapter '{name}' is of type '{other}', which cannot run models"),
            "use a duckdb, databricks, snowflake or bigquery adapter".to_owned(),
        )),
        None => Err(PlanProblem::new(format!("adapter '{name}' has no type"), "add `type = …`".to_owned())),
    }
}

/// The only catalog that a DuckDB file brings: its stem, or `memory`.
fn attached_catalogs(path: Option<&str>) -> Vec<String> {
    let stem = match path {
        None | Some("" | ":memory:") => "memory",
        Some(path) => {
            let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
            name.rfind('.').filter(|at| *at > 0).map_or(name, |at| &name[..at])
        }
    };
    vec![stem.to_lowercase()]
}

fn selected_models(db: &dyn Db, request: &PlanRequest, pipeline: &str) -> Result<Vec<File>, PlanProblem> {
    let dag = dag(db, Project::get(db));
    if let Some(name) = &request.model {
        let Some(file) = find_model(db, name) else {
            let index = model_index(db, Project::get(db));
            let candidate = closest(name, index.by_name.keys().map(SmolStr::as_str));
            let suggestion = candidate.map(|candidate| format!("did you mean '{candidate}'?"));
            return Err(PlanProblem::new(format!("there is no model '{name}'"), suggestion));
        };
        return Ok(vec![file]);
    }
    let is_meant =
        |file: &File| request.all_models || model_config(db, *file).pipeline.as_deref() == Some(pipeline);
    let mut files: Vec<File> =
        dag.order.iter().map(|number| dag.models[*number as usize]).filter(is_meant).collect();
    // Models on cycles come last: they cannot run, and saying so is all that is done about them.
    files.extend(
        dag.models
            .iter()
            .enumerate()
            .filter(|(number, file)| dag.layers[*number].is_none() && is_meant(file))
            .map(|(_, file)| *file),
    );
    if files.is_empty() {
        return Err(PlanProblem::new(
            format!("pipeline '{pipeline}' has no models"),
            "check its `models` glob, or write a model".to_owned(),
        ));
    }
    Ok(files)
}

fn node(
    db: &dyn Db,
    file: File,
    selected: &[File],
    naming: Naming<'_>,
    adapter: &str,
) -> Result<PlanNode, PlanProblem> {
    let config = model_config(db, file);
    let name = ModelName::new(config.name.as_str())?;
    let dag = dag(db, Project::get(db));
    let reads = dag.number(file).map(|number| dag.reads[number as usize].as_slice()).unwrap_or_default();
    let mut problems = compile_problems(db, file);
    if let Some(own) = config.adapter.as_ref().filter(|own| *own != adapter) {
        // Running it on the pipeline's adapter would build the table on the wrong warehouse.
        let message = format!(
            "'{name}' names adapter '{own}', but its pipeline writes with '{adapter}'; one run cannot use both yet"
        );
        problems.push(problem_at(db, file, "V061", message));
    }
    let depends_on = reads
        .iter()
        .filter(|read| dag.layers[**read as usize].is_some())
        .map(|read| dag.models[*read as usize])
        .filter(|read| selected.contains(read) && *read != file)
        .map(|read| Ok(NodeId::model(&ModelName::new(model_config(db, read).name.as_str())?)))
        .collect::<Result<Vec<NodeId>, NameError>>()?;
    let materialization = match materialization(&config) {
        Ok(materialization) => materialization,
        Err(error) if problems.is_empty() => {
            problems.push(problem_at(
                db,
                file,
                "S008",
                format!("'{name}' cannot be materialised: {}", error.message),
            ));
            Materialization::Ephemeral
        }
        Err(_) => Materialization::Ephemeral,
    };
    let (tests, left_out) = data_tests(db, &config, false);
    for test in left_out {
        problems.push(problem_at(db, file, "V070", format!("{test} cannot be run")));
    }
    let on_cycle = dag.number(file).is_some_and(|number| dag.layers[number as usize].is_none());
    let select =
        if problems.is_empty() && !on_cycle { compiled_sql(db, file, naming) } else { String::new() };
    let status = if problems.is_empty() { NodeStatus::Selected } else { NodeStatus::Blocked { problems } };
    Ok(PlanNode {
        id: NodeId::model(&name),
        depends_on,
        status,
        kind: NodeKind::Model(ModelNode {
            name,
            file: file.path(db).to_string(),
            select: SelectSql::new(select),
            materialization,
            output: output_of(&output_schema(db, file)),
            tests,
        }),
    })
}

/// A problem of a model as a whole.
pub(crate) fn problem_at(db: &dyn Db, file: File, code: &str, message: String) -> CompileProblem {
    CompileProblem { code: code.to_owned(), message, file: file.path(db).to_string(), line: 1, column: 1 }
}

/// The errors of a model, with lines and columns from 1.
pub(crate) fn compile_problems(db: &dyn Db, file: File) -> Vec<CompileProblem> {
    let project = Project::get(db);
    check_model(db, file)
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| {
            let place = project.files(db).get(&finding.file).unwrap_or(file);
            let at = finding.range.map(|range| line_index(db, place).line_col_chars(range.start()));
            CompileProblem {
                code: finding.code.as_str().to_owned(),
                message: finding.message.clone(),
                file: finding.file.to_string(),
                line: at.map_or(1, |at| at.line + 1),
                column: at.map_or(1, |at| at.col + 1),
            }
        })
        .collect()
}

fn materialization(config: &ModelConfig) -> Result<Materialization, PlanProblem> {
    let strategy = match &config.strategy {
        Strategy::Ephemeral => return Ok(Materialization::Ephemeral),
        other => table_strategy(other)?,
    };
    let Some(target) = &config.target else {
        return Err(PlanProblem::new("its target has no catalog and schema", None));
    };
    let target = RelationName::new(&target.catalog, &target.schema, &target.table)?;
    Ok(Materialization::Relation { target, strategy })
}

fn columns(names: &[SmolStr]) -> Result<Vec<ColumnName>, NameError> {
    names.iter().map(|name| ColumnName::new(name.as_str())).collect()
}

fn table_strategy(strategy: &Strategy) -> Result<TableStrategy, NameError> {
    Ok(match strategy {
        Strategy::FullRefresh | Strategy::Ephemeral => TableStrategy::FullRefresh,
        Strategy::Incremental { timestamp_column } => {
            TableStrategy::Incremental { timestamp_column: ColumnName::new(timestamp_column.as_str())? }
        }
        Strategy::Merge { unique_key, update_columns } => TableStrategy::Merge {
            unique_key: columns(unique_key)?,
            update_columns: update_columns.as_deref().map(columns).transpose()?,
        },
        Strategy::TimeInterval(interval) => TableStrategy::TimeInterval(time_window(interval)?),
        Strategy::Microbatch(interval) => TableStrategy::Microbatch(time_window(interval)?),
        Strategy::Snapshot { unique_key, changes, invalidate_hard_deletes } => TableStrategy::Snapshot {
            unique_key: columns(unique_key)?,
            change: match changes {
                SnapshotChanges::UpdatedAt(column) => {
                    RowChange::UpdatedAt { column: ColumnName::new(column.as_str())? }
                }
                SnapshotChanges::Columns(names) => RowChange::CheckColumns { columns: columns(names)? },
            },
            hard_deletes: if *invalidate_hard_deletes {
                HardDeletes::Invalidate
            } else {
                HardDeletes::Ignore
            },
        },
        Strategy::MaterializedView => TableStrategy::MaterializedView,
        Strategy::DynamicTable { target_lag, warehouse } => TableStrategy::DynamicTable {
            target_lag: target_lag.to_string(),
            warehouse: warehouse.as_ref().map(ToString::to_string),
        },
        Strategy::DeleteInsert { partition_by } => {
            TableStrategy::DeleteInsert { partition_by: columns(partition_by)? }
        }
        Strategy::View => TableStrategy::View,
    })
}

fn time_window(interval: &TimeInterval) -> Result<TimeWindow, NameError> {
    use rocky_project::Granularity as Grain;
    Ok(TimeWindow {
        time_column: ColumnName::new(interval.time_column.as_str())?,
        granularity: match interval.granularity {
            Grain::Hour => Granularity::Hour,
            Grain::Day => Granularity::Day,
            Grain::Month => Granularity::Month,
            Grain::Year => Granularity::Year,
        },
        lookback: interval.lookback,
        batch_size: interval.batch_size,
        first_partition: interval.first_partition.as_ref().map(ToString::to_string),
    })
}

/// Columns as the engine wants them; those without a usable name are left out, and then not all are known.
pub(crate) fn output_of(schema: &Schema) -> OutputSchema {
    let columns: Vec<ExpectedColumn> = schema.columns.iter().filter_map(expected_column).collect();
    if schema.open || columns.len() != schema.columns.len() {
        OutputSchema::Open { columns }
    } else {
        OutputSchema::Closed { columns }
    }
}

/// One column as the engine wants it.
pub(crate) fn expected_column(column: &TypedColumn) -> Option<ExpectedColumn> {
    Some(ExpectedColumn {
        name: ColumnName::new(column.name.as_str()).ok()?,
        data_type: column.raw.as_ref().map(|raw| RawType(raw.to_string())),
        nullable: match column.nullability {
            Nullability::NotNull => Some(false),
            Nullability::Nullable => Some(true),
            Nullability::Unknown => None,
        },
    })
}
