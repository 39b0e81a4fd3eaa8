//! What `rocky compile` prints, in pieces: one for each finding, one for each model, and the rest.
//!
//! The pieces that a change does not reach are taken over from the outcome before; whatever is printed is put
//! together here, so it cannot matter where a piece came from.

use crate::document::{findings, model_detail};
use crate::opened_project::{Excerpts, OpenedProject};
use crate::outcomes::Outcome;
use crate::output::{CompileOutput, PhaseTimings, VERSION};
use crate::pieces::Pieces;
use crate::render::compile_text::{self, ModelLine, Totals};
use crate::render::diagnostics::DiagnosticRenderer;
use crate::render::style::Style;
use crate::session::Session;
use crate::source_texts::SourceTexts;
use crate::type_coverage::TypeCoverage;
use rocky_compiler::base_db::{Diagnostic, FilePath, Severity};
use rocky_compiler::{CompileReport, ModelReport, Recompiled};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The report in figures, and what is no list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Frame {
    models: u64,
    layers: u64,
    errors: u64,
    warnings: u64,
    coverage: TypeCoverage,
    expanded: Option<BTreeMap<String, String>>,
}

impl Frame {
    fn count<'d>(&mut self, findings: impl Iterator<Item = &'d Diagnostic> + Clone) {
        let of = |severity| findings.clone().filter(|finding| finding.severity == severity).count() as u64;
        (self.errors, self.warnings) = (of(Severity::Error), of(Severity::Warning));
    }
}

/// What is printed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct CompileBody {
    frame: Frame,
    /// Of each model.
    coverages: Vec<TypeCoverage>,
    findings: Pieces,
    models: Pieces,
}

/// Makes pieces of one form.
struct Maker<'a> {
    project: &'a OpenedProject,
    json: bool,
    style: Style,
}

impl Maker<'_> {
    fn new<'a>(session: &Session<'_>, project: &'a OpenedProject) -> Maker<'a> {
        let style = Style::new(session.terminal.stdout_colour());
        Maker { project, json: session.json(), style }
    }

    fn model(&self, pieces: &mut Pieces, model: &ModelReport) {
        if self.json {
            pieces.push_json(&model_detail(model));
            return;
        }
        let line = ModelLine {
            name: model.name.to_string(),
            coverage: TypeCoverage::of_model(&model.schema),
            failed: model.has_errors,
        };
        pieces.push(&compile_text::model(&line, self.style));
    }

    /// Adds the pieces of all findings; some come with theirs.
    fn findings<'k>(
        &self,
        mut pieces: Pieces,
        diagnostics: impl Iterator<Item = (&'k Diagnostic, Option<&'k str>)>,
    ) -> Pieces {
        let text_of = |file: &FilePath| self.project.source(file);
        let prefix = &self.project.location.prefix;
        let mut renderer =
            DiagnosticRenderer::new(SourceTexts::new(&text_of), prefix, self.style, Excerpts::Yes);
        for (diagnostic, kept) in diagnostics {
            match kept {
                Some(piece) => pieces.push(piece),
                None if self.json => {
                    let shown = findings(self.project, std::slice::from_ref(diagnostic));
                    shown.iter().for_each(|finding| pieces.push_json(finding));
                }
                None => pieces.push(&renderer.render(std::iter::once(diagnostic))),
            }
        }
        pieces
    }
}

impl CompileBody {
    /// The body of a whole compilation.
    pub(crate) fn new(
        session: &Session<'_>,
        project: &OpenedProject,
        report: &CompileReport,
        expanded: Option<BTreeMap<String, String>>,
    ) -> CompileBody {
        let maker = Maker::new(session, project);
        let mut frame = Frame {
            models: report.models.len() as u64,
            layers: u64::from(report.layers),
            errors: 0,
            warnings: 0,
            coverage: TypeCoverage::default(),
            expanded,
        };
        frame.count(report.diagnostics.iter());
        let mut models = Pieces::default();
        report.models.iter().for_each(|model| maker.model(&mut models, model));
        let coverages: Vec<TypeCoverage> =
            report.models.iter().map(|model| TypeCoverage::of_model(&model.schema)).collect();
        frame.coverage = TypeCoverage::sum(&coverages);
        let findings = report.diagnostics.iter().map(|finding| (finding, None));
        CompileBody { frame, coverages, findings: maker.findings(Pieces::default(), findings), models }
    }

    /// This body with what a change reached. `None` when it is not the body of the project before.
    pub(crate) fn after(
        &self,
        session: &Session<'_>,
        project: &OpenedProject,
        change: &Recompiled,
    ) -> Option<CompileBody> {
        if self.findings.len() != change.findings_before || self.coverages.len() != self.models.len() {
            return None;
        }
        let maker = Maker::new(session, project);
        let findings = change
            .findings
            .iter()
            .map(|known| (&known.finding, known.before.and_then(|place| self.findings.get(place))));
        let findings = maker.findings(Pieces::like(&self.findings), findings);
        let mut reached: BTreeMap<usize, &ModelReport> =
            change.models.iter().map(|(rank, model)| (*rank, model)).collect();
        let mut models = Pieces::like(&self.models);
        let mut coverages = self.coverages.clone();
        for (rank, coverage) in coverages.iter_mut().enumerate() {
            match reached.remove(&rank) {
                Some(model) => {
                    maker.model(&mut models, model);
                    *coverage = TypeCoverage::of_model(&model.schema);
                }
                None => models.push(self.models.get(rank)?),
            }
        }
        if !reached.is_empty() {
            return None;
        }
        let mut frame = self.frame.clone();
        frame.count(change.findings.iter().map(|known| &known.finding));
        frame.coverage = TypeCoverage::sum(&coverages);
        Some(CompileBody { frame, coverages, findings, models })
    }

    /// Whether there is an error.
    pub(crate) fn has_errors(&self) -> bool {
        self.frame.errors > 0
    }

    /// Whether there is no model.
    pub(crate) fn is_empty(&self) -> bool {
        self.frame.models == 0
    }

    /// Prints it.
    pub(crate) fn print(&self, session: &Session<'_>, timings: PhaseTimings) {
        if session.json() {
            self.print_document(session, timings);
        } else {
            self.print_text(session);
        }
    }

    fn print_document(&self, session: &Session<'_>, compile_timings: PhaseTimings) {
        let document = CompileOutput {
            version: VERSION,
            command: "compile",
            models: self.frame.models,
            execution_layers: self.frame.layers,
            diagnostics: Vec::new(),
            has_errors: self.has_errors(),
            compile_timings,
            models_detail: Vec::new(),
            type_coverage: self.frame.coverage.of_project_output(),
            expanded_sql: self.frame.expanded.clone(),
        };
        // The lists stand where the document without them has empty ones.
        let frame = serde_json::to_string_pretty(&document).unwrap_or_default();
        let around = frame.split_once("\"diagnostics\": []").and_then(|(head, rest)| {
            let (middle, end) = rest.split_once("\"models_detail\": []")?;
            Some((head, middle, end))
        });
        let Some((head, middle, end)) = around else { return session.terminal.document(&document) };
        session.terminal.out_with(|out| {
            write!(out, "{head}\"diagnostics\": [")?;
            self.findings.write_elements(out)?;
            write!(out, "]{middle}\"models_detail\": [")?;
            self.models.write_elements(out)?;
            writeln!(out, "]{end}")
        });
    }

    fn print_text(&self, session: &Session<'_>) {
        let Frame { models, errors, warnings, coverage, .. } = self.frame;
        let totals = Totals { models, errors, warnings, coverage };
        let text = compile_text::Parts {
            models: self.models.text(),
            expanded: self.frame.expanded.as_ref(),
            findings: self.findings.text(),
            totals,
        };
        session
            .terminal
            .out_with(|out| text.render().iter().try_for_each(|part| out.write_all(part.as_bytes())));
    }

    /// The body as it is kept.
    pub(crate) fn outcome(&self) -> Outcome<'_> {
        let frame = serde_json::to_vec(&self.frame).unwrap_or_default();
        let parts = vec![
            frame.into(),
            self.findings.text().as_bytes().into(),
            self.findings.ends_as_bytes().into(),
            self.models.text().as_bytes().into(),
            self.models.ends_as_bytes().into(),
            TypeCoverage::as_bytes(&self.coverages).into(),
        ];
        Outcome { failed: self.has_errors(), parts }
    }

    /// A body that was kept.
    pub(crate) fn of(outcome: Outcome<'_>) -> Option<CompileBody> {
        let parts: [Cow<'_, [u8]>; 6] = outcome.parts.try_into().ok()?;
        let [frame, findings, finding_ends, models, model_ends, coverages] = parts;
        Some(CompileBody {
            frame: serde_json::from_slice(&frame).ok()?,
            coverages: TypeCoverage::of_bytes(&coverages)?,
            findings: Pieces::of(findings.into_owned(), &finding_ends)?,
            models: Pieces::of(models.into_owned(), &model_ends)?,
        })
    }
}
