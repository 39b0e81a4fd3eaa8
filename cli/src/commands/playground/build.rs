//! `rocky playground --run`: seed, validate, compile, run, show.

use super::result_tables::{self, ResultTable};
use crate::arguments::RunSelection;
use crate::commands::{compile, run, validate};
use crate::document::{exit_of, run_document};
use crate::execution::{self, Execution};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt;
use crate::log::Log;
use crate::opened_project::{Excerpts, OpenedProject, ProjectOptions};
use crate::planning;
use crate::project_location::ProjectLocation;
use crate::render::style::Style;
use crate::render::{counted, duration, run_text};
use crate::session::Session;
use crate::templates::Template;
use crate::warehouse;
use rocky_adapter::Warehouse;
use rocky_engine::RunOutcome;
use rocky_plan_model::{Materialization, NodeKind, Plan};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

/// The script that fills the source tables.
const SEED: &str = "data/seed.sql";

/// Tables are cut to this many columns of text where the terminal says nothing.
const WIDTH: usize = 100;

pub(super) fn execute(
    session: &Session<'_>,
    path: &Path,
    template: &Template,
    files: Vec<String>,
) -> Result<Exit, Failure> {
    let started = Instant::now();
    let steps = Steps::new(session);
    let location = ProjectLocation::of_new_folder(path)?;
    let project = OpenedProject::open_at(session, location, ProjectOptions::default())?;
    project.require_usable_config(session)?;
    validated(&project, &steps)?;
    compiled(session, &project, &steps, started)?;
    let planned = planning::plan(&project, &RunSelection::default())?;
    let warehouse = planning::open_warehouse(&project, &planned.plan)?;
    seeded(warehouse.as_ref(), planned.plan.adapter.as_str(), template, &steps)?;
    let cancel = interrupt::cancel_on_signal(session, "stopping: what runs is finished")?;
    let execution = Execution {
        session,
        location: &project.location,
        log: Log::new(session),
        cancel: &cancel,
        resume: None,
        single_model: None,
    };
    let tables = result_tables_of(&planned.plan);
    let outcome = execution::run(&execution, planned.plan, warehouse.as_ref())?;
    project.keep_for_later();
    if session.json() {
        let mut document = super::document(path, template, files);
        document.run = Some(Box::new(run_document(&outcome)));
        session.terminal.document(&document);
        return Ok(exit_of(&outcome));
    }
    let style = Style::new(session.terminal.stdout_colour());
    if exit_of(&outcome) != Exit::Success {
        let text = run_text::render(&run_document(&outcome), &run::skipped(&outcome), style);
        session.terminal.out(&text);
        return Ok(exit_of(&outcome));
    }
    steps.done(&ran(&outcome));
    let shown = result_tables::render(warehouse.as_ref(), &tables, WIDTH, style)
        .map_err(|error| warehouse::not_opened(warehouse.name(), &error))?;
    session.terminal.out(&format!("\n{shown}\n"));
    session.terminal.out(&next_steps(path, started.elapsed().as_millis()));
    Ok(Exit::Success)
}

/// Says what has been done, in text form only.
struct Steps<'a> {
    session: &'a Session<'a>,
    style: Style,
}

impl<'a> Steps<'a> {
    fn new(session: &'a Session<'a>) -> Steps<'a> {
        Steps { session, style: Style::new(session.terminal.stdout_colour()) }
    }

    fn done(&self, what: &str) {
        if !self.session.json() {
            self.session.terminal.out(&format!("{} {what}\n", self.style.check()));
        }
    }
}

fn validated(project: &OpenedProject, steps: &Steps<'_>) -> Result<(), Failure> {
    let validation = validate::document(project);
    if !validation.valid {
        return Err(Failure::new("the configuration is not valid").with_help("see 'rocky validate'"));
    }
    let pipelines = counted(validation.pipelines.len() as u64, "pipeline");
    steps.done(&format!("Validated  {pipelines}, {}", counted(validation.models.count, "model")));
    Ok(())
}

fn compiled(
    session: &Session<'_>,
    project: &OpenedProject,
    steps: &Steps<'_>,
    started: Instant,
) -> Result<(), Failure> {
    let report = project.snapshot().compile(&mut |_| {});
    if report.has_errors() {
        let style = Style::new(session.terminal.stderr_colour());
        return Err(Failure::new("the models do not compile").with_findings(project.render(
            &report.diagnostics,
            style,
            Excerpts::Yes,
        )));
    }
    let totals = compile::totals(&report);
    let columns: usize = report.models.iter().map(|model| model.schema.columns.len()).sum();
    steps.done(&format!(
        "Compiled   {}, {} with types and lineage, {} (in {})",
        counted(totals.models, "model"),
        counted(columns as u64, "column"),
        counted(totals.warnings, "warning"),
        duration(u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX))
    ));
    Ok(())
}

fn seeded(
    warehouse: &dyn Warehouse,
    adapter: &str,
    template: &Template,
    steps: &Steps<'_>,
) -> Result<(), Failure> {
    let Some(seed) = template.files.iter().find(|file| file.path == SEED) else { return Ok(()) };
    let script = || warehouse.connect()?.execute_script(seed.text);
    script().map_err(|error| warehouse::not_opened(adapter, &error))?;
    steps.done(&format!("Seeded     the source tables from {SEED}"));
    Ok(())
}

fn ran(outcome: &RunOutcome) -> String {
    let tables = counted(outcome.tables_copied() as u64, "table");
    format!("Ran        {tables} in {} (run_id: {})", duration(outcome.duration_ms), outcome.run_id)
}

/// The tables of a plan in execution order. Those that no other model reads are the results: their rows are shown.
fn result_tables_of(plan: &Plan) -> Vec<ResultTable> {
    let read: BTreeSet<_> = plan.nodes.iter().flat_map(|node| &node.depends_on).collect();
    plan.nodes
        .iter()
        .filter_map(|node| {
            let NodeKind::Model(model) = &node.kind else { return None };
            let Materialization::Relation { target, strategy } = &model.materialization else { return None };
            Some(ResultTable {
                model: model.name.to_string(),
                relation: target.clone(),
                strategy: strategy.name(),
                is_shown: !read.contains(&node.id),
            })
        })
        .collect()
}

fn next_steps(path: &Path, milliseconds: u128) -> String {
    let time = duration(u64::try_from(milliseconds).unwrap_or(u64::MAX));
    let path = path.display();
    format!(
        "All of it took {time}.\n\nNext:\n  cd {path}\n  rocky run                        \
         run again: incremental models append only what is new\n  rocky test                       \
         build the models in memory and test them\n  rocky lineage revenue_summary    \
         where its columns come from\n  rocky compile -o table           change a model, then look what breaks\n"
    )
}
