//! `rocky lineage`: where columns come from.

use crate::arguments::{LineageFormat, LineageOptions};
use crate::document::{column_lineage_document, lineage_document};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lineage_picture::{self, Wanted};
use crate::opened_project::{OpenedProject, ProjectOptions};
use crate::opening::Opening;
use crate::outcomes::{self, Printed};
use crate::output::{ColumnLineageOutput, LineageOutput};
use crate::render::{lineage_dot, lineage_text};
use crate::session::Session;
use crate::terminal;
use rocky_compiler::base_db::{File, closest};
use rocky_compiler::hir::{dag, dependencies};
use rocky_compiler::lineage::{incoming_edges, outgoing_edges, trace_downstream, trace_upstream};
use rocky_compiler::project::{layout, model_config};
use rocky_compiler::types::{model_facts, output_schema};
use rocky_picture::Graph;
use std::collections::BTreeSet;

pub(super) fn execute(session: &Session<'_>, options: &LineageOptions) -> Result<Exit, Failure> {
    let project_options = ProjectOptions { models: options.models.as_deref(), contracts: None };
    let opening = Opening::begin(session, project_options)?;
    let format = options.format.map(|format| match format {
        LineageFormat::Dot => "dot",
        LineageFormat::Json => "json",
        LineageFormat::Text => "text",
        LineageFormat::Svg => "svg",
        LineageFormat::Html => "html",
    });
    let depth = options.depth.map(|depth| depth.to_string());
    let of_command = [
        Some(options.target.as_str()),
        options.column.as_deref(),
        format,
        options.upstream.then_some(""),
        options.downstream.then_some(""),
        depth.as_deref(),
    ];
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
    if options.depth.is_some() && picture_of(form).is_none() {
        return Err(Failure::usage("--depth is for pictures").with_help("add --format svg or --format html"));
    }
    let (text, is_all) = match column {
        None => match picture_of(form) {
            Some(draw) => {
                let (graph, is_all) = picture(session, project, options, (model, file), None);
                (draw(&graph), is_all)
            }
            None => (model_text(&of_model(project, model, file, options), form), true),
        },
        Some(column) => {
            let (lineage, is_known) = of_column(session, project, (model, file), column, options)?;
            match picture_of(form) {
                Some(draw) => {
                    let (graph, is_all) =
                        picture(session, project, options, (model, file), Some(&lineage.column));
                    (draw(&graph), is_all && is_known)
                }
                None => (column_text(&lineage, form), is_known),
            }
        }
    };
    Ok(Printed { text, exit: Exit::Success, is_all })
}

/// How a form is drawn, if it is a picture.
fn picture_of(form: LineageFormat) -> Option<fn(&Graph) -> String> {
    match form {
        LineageFormat::Svg => Some(rocky_picture::svg),
        LineageFormat::Html => Some(rocky_picture::html),
        LineageFormat::Dot | LineageFormat::Json | LineageFormat::Text => None,
    }
}

/// The picture's graph, and whether nothing was left out. A column is traced upstream unless something else was asked for, a model both ways.
fn picture(
    session: &Session<'_>,
    project: &OpenedProject,
    options: &LineageOptions,
    (model, file): (&str, File),
    column: Option<&str>,
) -> (Graph, bool) {
    let upstream = !options.downstream;
    let downstream = options.downstream || (column.is_none() && !options.upstream);
    if downstream {
        prime_below(project, file);
    }
    let wanted = Wanted { model, file, column, upstream, downstream, depth: options.depth };
    let (graph, left_out) = lineage_picture::graph(project.snapshot(), wanted);
    if left_out {
        session.terminal.err(&format!(
            "note: the picture stops after {} models and tables; --depth, --upstream or a column make it smaller\n",
            graph.boxes.len()
        ));
    }
    (graph, !left_out)
}

/// Computes the facts of everything below a model: of each model that nothing reads, and so of what it reads.
fn prime_below(project: &OpenedProject, file: File) {
    let snapshot = project.snapshot();
    let dag = dag(snapshot.db(), snapshot.project());
    let mut seen = BTreeSet::new();
    let mut waiting: Vec<u32> = dag.number(file).into_iter().collect();
    while let Some(number) = waiting.pop() {
        let readers = &dag.readers[number as usize];
        if readers.is_empty() {
            snapshot.prime(dag.models[number as usize]);
        }
        waiting.extend(readers.iter().copied().filter(|reader| seen.insert(*reader)));
    }
}

fn model_text(lineage: &LineageOutput, form: LineageFormat) -> String {
    match form {
        LineageFormat::Json => terminal::json_text(lineage),
        LineageFormat::Text => lineage_text::render_model(lineage),
        LineageFormat::Dot | LineageFormat::Svg | LineageFormat::Html => {
            lineage_dot::render(lineage.edges.iter().filter(|edge| edge.target.model == lineage.model))
        }
    }
}

fn column_text(lineage: &ColumnLineageOutput, form: LineageFormat) -> String {
    match form {
        LineageFormat::Json => terminal::json_text(lineage),
        LineageFormat::Text => lineage_text::render_column(lineage),
        LineageFormat::Dot | LineageFormat::Svg | LineageFormat::Html => lineage_dot::render(&lineage.trace),
    }
}

fn model_names(project: &OpenedProject) -> Vec<String> {
    let (db, project) = (project.snapshot().db(), project.snapshot().project());
    layout(db, project).models.values().map(|(file, _)| model_config(db, *file).name.to_string()).collect()
}

fn of_model(project: &OpenedProject, model: &str, file: File, options: &LineageOptions) -> LineageOutput {
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
    let incoming = if options.downstream { Vec::new() } else { incoming_edges(db, file) };
    let outgoing = if options.upstream { Vec::new() } else { outgoing_edges(db, file) };
    let influences = &model_facts(db, file).facts.influences;
    lineage_document(
        model,
        &output_schema(db, file),
        (upstream, downstream),
        incoming.into_iter().chain(outgoing),
        influences,
    )
}

/// The lineage of a column, and whether it is known that there is such a column; else a note says so.
fn of_column(
    session: &Session<'_>,
    project: &OpenedProject,
    (model, file): (&str, File),
    column: &str,
    options: &LineageOptions,
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
        let direction = if options.downstream { "downstream" } else { "upstream" };
        return Ok((column_lineage_document(model, column, direction, Vec::new()), false));
    };
    if options.downstream {
        prime_below(project, file);
        let trace = trace_downstream(db, file, &known.name);
        return Ok((column_lineage_document(model, &known.name, "downstream", trace), true));
    }
    let trace = trace_upstream(db, file, &known.name);
    Ok((column_lineage_document(model, &known.name, "upstream", trace), true))
}
