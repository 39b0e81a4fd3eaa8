//! `rocky compile`: types, references, contracts of all models.

use crate::arguments::CompileOptions;
use crate::compile_body::CompileBody;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::opened_project::{OpenedProject, ProjectOptions};
use crate::opening::Opening;
use crate::outcomes::{self, CommandLine, OutcomeSlot};
use crate::output::PhaseTimings;
use crate::render::compile_text::Totals;
use crate::session::Session;
use crate::type_coverage::TypeCoverage;
use rocky_compiler::base_db::Severity;
use rocky_compiler::hir::macro_expansion;
use rocky_compiler::{CompileReport, Phase};
use std::collections::BTreeMap;
use std::time::Instant;

pub(super) fn execute(session: &Session<'_>, options: &CompileOptions) -> Result<Exit, Failure> {
    let mut clock = PhaseClock::start();
    let opening = Opening::begin(
        session,
        ProjectOptions { models: options.models.as_deref(), contracts: options.contracts.as_deref() },
    )?;
    let of_command = [options.model.as_deref(), options.expand_macros.then_some("")];
    let slot = OutcomeSlot::of(&opening, &CommandLine::new(session, &opening, "compile", &of_command));
    let kept = slot.as_ref().and_then(|slot| slot.read(&opening));
    let kept = kept.and_then(|kept| Some((CompileBody::of(kept.outcome)?, kept.project, kept.is_current)));
    let is_whole = options.model.is_none() && !options.expand_macros;
    let (project, body) = match kept {
        Some((body, _, true)) if session.global.verify_cache => {
            let project = opening.open_afresh();
            let computed = compiled(session, &project, options, &mut clock)?;
            if computed != body {
                return Err(outcomes::wrong(&project.location));
            }
            (project, computed)
        }
        Some((body, _, true)) => {
            body.print(session, clock.stop());
            return Ok(exit_of(&body));
        }
        Some((before, of, false)) if is_whole && !session.global.verify_cache => {
            let project = opening.open_over_memory(Some(of));
            let change = project.host().recompile().filter(|change| change.before == of);
            clock.enter(Phase::TypeCheck);
            match change.and_then(|change| before.after(session, &project, &change)) {
                Some(body) => (project, body),
                None => {
                    let body = compiled(session, &project, options, &mut clock)?;
                    (project, body)
                }
            }
        }
        _ => {
            let project = opening.open();
            let body = compiled(session, &project, options, &mut clock)?;
            (project, body)
        }
    };
    let timings = clock.stop();
    if body.is_empty() && !project.location.config_exists {
        // Most likely the wrong folder: there is more to be said than that there are no models.
        body.print(session, timings);
        project.location.require_config()?;
        return Ok(exit_of(&body));
    }
    print_and_keep(session, &project, &body, timings, slot.as_ref());
    Ok(exit_of(&body))
}

fn exit_of(body: &CompileBody) -> Exit {
    if body.has_errors() { Exit::Failure } else { Exit::Success }
}

/// Compiles everything.
fn compiled(
    session: &Session<'_>,
    project: &OpenedProject,
    options: &CompileOptions,
    clock: &mut PhaseClock,
) -> Result<CompileBody, Failure> {
    let mut report = project.snapshot().compile(&mut |phase| clock.enter(phase));
    if let Some(model) = &options.model {
        restrict(project, &mut report, model)?;
    }
    let expanded = if options.expand_macros { expanded_sql(project, &report) } else { None };
    Ok(CompileBody::new(session, project, &report, expanded))
}

/// Writes for later commands while the reader of the result is busy with it.
fn print_and_keep(
    session: &Session<'_>,
    project: &OpenedProject,
    body: &CompileBody,
    timings: PhaseTimings,
    slot: Option<&OutcomeSlot>,
) {
    let host = project.host();
    let keeper = host.keeper();
    let questions = host.questions();
    let key = host.files().key(&questions).filter(|_| host.is_steady());
    std::thread::scope(|scope| {
        scope.spawn(move || {
            keeper.keep_all();
            if let (Some(slot), Some(key)) = (slot, key) {
                slot.write(key, questions, &body.outcome());
            }
        });
        body.print(session, timings);
    });
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
