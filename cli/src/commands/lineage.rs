//! `rocky lineage`: where columns come from.

use crate::arguments::{LineageFormat, LineageOptions};
use crate::document::{column_lineage_document, lineage_document};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::opened_project::{OpenedProject, ProjectOptions};
use crate::opening::Opening;
use crate::outcomes::{self, Printed};
use crate::output::{ColumnLineageOutput, LineageOutput};
use crate::render::{lineage_dot, lineage_text};
use crate::session::Session;
use crate::terminal;
use rocky_compiler::base_db::{File, closest};
use rocky_compiler::hir::{dag, dependencies};
use rocky_compiler::lineage::{incoming_edges, outgoing_edges, trace_upstream};
use rocky_compiler::project::{layout, model_config};
use rocky_compiler::types::output_schema;

pub(super) fn execute(session: &Session<'_>, options: &LineageOptions) -> Result<Exit, Failure> {
    let project_options = ProjectOptions { models: options.models.as_deref(), contracts: None };
    let opening = Opening::begin(session, project_options)?;
    let format = options.format.map(|format| match format {
        LineageFormat::Dot => "dot",
        LineageFormat::Json => "json",
        LineageFormat::Text => "text",
    });
    let of_command = [Some(options.target.as_str()), options.column.as_deref(), format];
    let open = |opening: Opening| opening.open_over_memory(None);
    outcomes::print_once(session, opening, ("lineage", &of_command), open, |project| {
        lineage(session, project, options)
    })
}

fn lineage(
    session: &Session<'_>,
    project: &OpenedProject,
    options: &LineageOptions,
) -> Result<Printed, Failure> {
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
        let names = model_names(project);
        return Err(project.unknown_model(model, names.iter().map(String::as_str)));
    };
    project.snapshot().prime(file);
    let form =
        options.format.unwrap_or(if session.json() { LineageFormat::Json } else { LineageFormat::Text });
    let (text, is_all) = match column {
        None => (model_text(&of_model(project, model, file), form), true),
        Some(column) => {
            let (lineage, is_known) = of_column(session, project, (model, file), column)?;
            (column_text(&lineage, form), is_known)
        }
    };
    Ok(Printed { text, exit: Exit::Success, is_all })
}

fn model_text(lineage: &LineageOutput, form: LineageFormat) -> String {
    match form {
        LineageFormat::Json => terminal::json_text(lineage),
        LineageFormat::Text => lineage_text::render_model(lineage),
        LineageFormat::Dot => {
            lineage_dot::render(lineage.edges.iter().filter(|edge| edge.target.model == lineage.model))
        }
    }
}

fn column_text(lineage: &ColumnLineageOutput, form: LineageFormat) -> String {
    match form {
        LineageFormat::Json => terminal::json_text(lineage),
        LineageFormat::Text => lineage_text::render_column(lineage),
        LineageFormat::Dot => lineage_dot::render(&lineage.trace),
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

/// The lineage of a column, and whether it is known that there is such a column; else a note says so.
fn of_column(
    session: &Session<'_>,
    project: &OpenedProject,
    (model, file): (&str, File),
    column: &str,
) -> Result<(ColumnLineageOutput, bool), Failure> {
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
        return Ok((column_lineage_document(model, column, Vec::new()), false));
    };
    Ok((column_lineage_document(model, &known.name, trace_upstream(db, file, &known.name)), true))
}
