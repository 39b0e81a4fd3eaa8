//! `rocky lineage`: where columns come from.

use crate::arguments::{LineageFormat, LineageOptions};
use crate::document::{column_lineage_document, lineage_document};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::opened_project::{OpenedProject, ProjectOptions};
use crate::output::{ColumnLineageOutput, LineageOutput};
use crate::render::{lineage_dot, lineage_text};
use crate::session::Session;
use rocky_compiler::base_db::{File, closest};
use rocky_compiler::hir::{dag, dependencies};
use rocky_compiler::lineage::{incoming_edges, outgoing_edges, trace_upstream};
use rocky_compiler::project::{layout, model_config};
use rocky_compiler::types::output_schema;

pub(super) fn execute(session: &Session<'_>, options: &LineageOptions) -> Result<Exit, Failure> {
    let project_options = ProjectOptions { models: options.models.as_deref(), contracts: None };
    let project = OpenedProject::open(session, project_options)?;
    project.snapshot().prime_headers();
    let (model, column) = match (&options.column, options.target.split_once('.')) {
        (Some(column), _) => (options.target.as_str(), Some(column.as_str())),
        (None, Some((model, column))) => (model, Some(column)),
        (None, None) => (options.target.as_str(), None),
    };
    // A model's own name may have a dot.
    let (model, column) = match project.snapshot().model_named(&options.target) {
        Some(_) if options.column.is_none() => (options.target.as_str(), None),
        _ => (model, column),
    };
    let Some(file) = project.snapshot().model_named(model) else {
        let names = model_names(&project);
        return Err(project.unknown_model(model, names.iter().map(String::as_str)));
    };
    project.snapshot().prime(file);
    let form =
        options.format.unwrap_or(if session.json() { LineageFormat::Json } else { LineageFormat::Text });
    match column {
        None => print_model(session, &of_model(&project, model, file), form),
        Some(column) => print_column(session, &of_column(session, &project, (model, file), column)?, form),
    }
    project.keep_for_later();
    Ok(Exit::Success)
}

fn print_model(session: &Session<'_>, lineage: &LineageOutput, form: LineageFormat) {
    match form {
        LineageFormat::Json => session.terminal.document(lineage),
        LineageFormat::Text => session.terminal.out(&lineage_text::render_model(lineage)),
        LineageFormat::Dot => {
            let incoming = lineage.edges.iter().filter(|edge| edge.target.model == lineage.model);
            session.terminal.out(&lineage_dot::render(incoming));
        }
    }
}

fn print_column(session: &Session<'_>, lineage: &ColumnLineageOutput, form: LineageFormat) {
    match form {
        LineageFormat::Json => session.terminal.document(lineage),
        LineageFormat::Text => session.terminal.out(&lineage_text::render_column(lineage)),
        LineageFormat::Dot => session.terminal.out(&lineage_dot::render(&lineage.trace)),
    }
}

fn model_names(project: &OpenedProject) -> Vec<String> {
    let (db, project) = (project.snapshot().db(), project.snapshot().project());
    layout(db, project).models.values().map(|(file, _)| model_config(db, *file).name.to_string()).collect()
}

fn of_model(project: &OpenedProject, model: &str, file: File) -> LineageOutput {
    let snapshot = project.snapshot();
    let db = snapshot.db();
    let dag = dag(db, snapshot.project());
    let name = |file: File| model_config(db, file).name.to_string();
    let upstream = dependencies(db, file).models.iter().map(|model| name(*model)).collect();
    let readers: Vec<File> = dag
        .number(file)
        .map(|number| {
            dag.readers[number as usize].iter().map(|reader| dag.models[*reader as usize]).collect()
        })
        .unwrap_or_default();
    for reader in &readers {
        snapshot.prime(*reader);
    }
    let downstream = readers.iter().map(|reader| name(*reader)).collect();
    let edges = incoming_edges(db, file).into_iter().chain(outgoing_edges(db, file));
    lineage_document(model, &output_schema(db, file), upstream, downstream, edges)
}

fn of_column(
    session: &Session<'_>,
    project: &OpenedProject,
    (model, file): (&str, File),
    column: &str,
) -> Result<ColumnLineageOutput, Failure> {
    let db = project.snapshot().db();
    let schema = output_schema(db, file);
    let Some(known) = schema.column(column) else {
        if !schema.open {
            let failure = Failure::new(format!("the model '{model}' has no column '{column}'"));
            let names = schema.columns.iter().map(|column| column.name.as_str());
            return Err(match closest(column, names) {
                Some(close) => failure.with_help(format!("did you mean '{close}'?")),
                None => failure.with_help(format!("'rocky lineage {model} --format text' lists its columns")),
            });
        }
        session.terminal.err(&format!(
            "note: the columns of '{model}' are not all known, '{column}' is not among the known ones\n"
        ));
        return Ok(column_lineage_document(model, column, Vec::new()));
    };
    Ok(column_lineage_document(model, &known.name, trace_upstream(db, file, &known.name)))
}
