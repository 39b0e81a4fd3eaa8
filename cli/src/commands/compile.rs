//! `rocky compile`: types, references, contracts of all models.

use crate::arguments::CompileOptions;
use crate::document::compile_document;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::opened_project::{Excerpts, OpenedProject, ProjectOptions};
use crate::output::PhaseTimings;
use crate::render::compile_text::{self, ModelLine, Totals};
use crate::render::style::Style;
use crate::session::Session;
use crate::type_coverage::TypeCoverage;
use rocky_compiler::base_db::Severity;
use rocky_compiler::hir::macro_expansion;
use rocky_compiler::{CompileReport, Phase};
use std::collections::BTreeMap;
use std::time::Instant;

pub(super) fn execute(session: &Session<'_>, options: &CompileOptions) -> Result<Exit, Failure> {
    let mut clock = PhaseClock::start();
    let project = OpenedProject::open(
        session,
        ProjectOptions { models: options.models.as_deref(), contracts: options.contracts.as_deref() },
    )?;
    let mut report = project.snapshot().compile(&mut |phase| clock.enter(phase));
    if let Some(model) = &options.model {
        restrict(&project, &mut report, model)?;
    }
    let timings = clock.stop();
    let expanded = if options.expand_macros { expanded_sql(&project, &report) } else { None };
    if session.json() {
        let mut document = compile_document(&project, &report, timings);
        document.expanded_sql = expanded;
        session.terminal.document(&document);
    } else {
        session.terminal.out(&text(session, &project, &report, expanded.as_ref()));
    }
    project.keep_for_later();
    if report.models.is_empty() && !project.location.config_exists {
        // Most likely the wrong folder: there is more to be said than that there are no models.
        project.location.require_config()?;
    }
    Ok(if report.has_errors() { Exit::Failure } else { Exit::Success })
}

/// Leaves only what is about one model.
fn restrict(project: &OpenedProject, report: &mut CompileReport, name: &str) -> Result<(), Failure> {
    let Some(file) = report.models.iter().find(|model| model.name == name).map(|model| model.file.clone())
    else {
        return Err(project.unknown_model(name, report.models.iter().map(|model| model.name.as_str())));
    };
    report.models.retain(|model| model.name == name);
    report.diagnostics.retain(|finding| finding.model == name || finding.file == file);
    report.layers = 1;
    Ok(())
}

/// The queries of the models that use macros, with the macros expanded.
fn expanded_sql(project: &OpenedProject, report: &CompileReport) -> Option<BTreeMap<String, String>> {
    let snapshot = project.snapshot();
    let expanded: BTreeMap<String, String> = report
        .models
        .iter()
        .filter_map(|model| {
            let file = snapshot.model_at(&model.file)?;
            let expansion = macro_expansion(snapshot.db(), file).as_ref()?;
            Some((model.name.to_string(), expansion.text.trim().to_owned()))
        })
        .collect();
    (!expanded.is_empty()).then_some(expanded)
}

/// The report for people.
fn text(
    session: &Session<'_>,
    project: &OpenedProject,
    report: &CompileReport,
    expanded: Option<&BTreeMap<String, String>>,
) -> String {
    let style = Style::new(session.terminal.stdout_colour());
    let findings = project.render(&report.diagnostics, style, Excerpts::Yes);
    compile_text::render(&lines(report), expanded, &findings, totals(report), style)
}

fn lines(report: &CompileReport) -> Vec<ModelLine> {
    report
        .models
        .iter()
        .map(|model| ModelLine {
            name: model.name.to_string(),
            coverage: TypeCoverage::of_model(&model.schema),
            failed: model.has_errors,
        })
        .collect()
}

/// The report in figures.
pub(super) fn totals(report: &CompileReport) -> Totals {
    let count =
        |severity| report.diagnostics.iter().filter(|finding| finding.severity == severity).count() as u64;
    Totals {
        models: report.models.len() as u64,
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        coverage: TypeCoverage::of_project(report),
    }
}

/// Measures the phases of a compilation.
struct PhaseClock {
    started: Instant,
    entered: Instant,
    phase: Option<Phase>,
    timings: PhaseTimings,
}

impl PhaseClock {
    fn start() -> PhaseClock {
        let now = Instant::now();
        PhaseClock { started: now, entered: now, phase: None, timings: PhaseTimings::default() }
    }

    fn enter(&mut self, phase: Phase) {
        let now = Instant::now();
        let milliseconds = milliseconds(now - self.entered);
        match self.phase {
            // Before the first phase files are looked for.
            None | Some(Phase::ProjectLoad) => self.timings.project_load_ms += milliseconds,
            Some(Phase::SemanticGraph) => self.timings.semantic_graph_ms += milliseconds,
            Some(Phase::TypeCheck) => self.timings.typecheck_ms += milliseconds,
            Some(Phase::Report) => {}
        }
        self.phase = Some(phase);
        self.entered = now;
    }

    fn stop(mut self) -> PhaseTimings {
        self.enter(Phase::Report);
        self.timings.total_ms = milliseconds(self.started.elapsed());
        self.timings
    }
}

fn milliseconds(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
