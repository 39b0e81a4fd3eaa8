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
use rocky_compiler::base_db::{Diagnostic, FilePath, Severity};
use rocky_compiler::{CompileReport, ModelReport, Recompiled};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The report in figures, and what is no list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Frame {
    models: u64,
    layers: u64,
    errors: u64,
    warnings: u64,
    expanded: Option<BTreeMap<String, String>>,
}

impl Frame {
    fn count(&mut self, findings: &[Diagnostic]) {
        let of = |severity| findings.iter().filter(|finding| finding.severity == severity).count() as u64;
        (self.errors, self.warnings) = (of(Severity::Error), of(Severity::Warning));
    }
}

/// What is printed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct CompileBody {
    frame: Frame,
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
            columns: model.schema.columns.len(),
            open: model.schema.open,
            failed: model.has_errors,
        };
        pieces.push(&compile_text::model(&line, self.style));
    }

    /// The pieces of all findings; `kept` gives the ones that need not be made.
    fn findings<'k>(
        &self,
        diagnostics: &[Diagnostic],
        kept: impl Fn(&Diagnostic) -> Option<&'k str>,
    ) -> Pieces {
        let text_of = |file: &FilePath| self.project.source(file);
        let prefix = &self.project.location.prefix;
        let mut renderer =
            DiagnosticRenderer::new(SourceTexts::new(&text_of), prefix, self.style, Excerpts::Yes);
        let mut pieces = Pieces::default();
        for diagnostic in diagnostics {
            match kept(diagnostic) {
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
            expanded,
        };
        frame.count(&report.diagnostics);
        let mut models = Pieces::default();
        report.models.iter().for_each(|model| maker.model(&mut models, model));
        CompileBody { frame, findings: maker.findings(&report.diagnostics, |_| None), models }
    }

    /// This body with what a change reached. `None` when it is not the body of the project before.
    pub(crate) fn after(
        &self,
        session: &Session<'_>,
        project: &OpenedProject,
        change: &Recompiled,
    ) -> Option<CompileBody> {
        if self.findings.len() != change.findings_before.len() {
            return None;
        }
        let maker = Maker::new(session, project);
        let changed_files: BTreeSet<&FilePath> = change.changed_files.iter().collect();
        let is_as_before = |finding: &Diagnostic| {
            !changed_files.contains(&finding.file)
                && finding.related.iter().all(|place| !changed_files.contains(&place.file))
        };
        // Both lists are sorted, but the order does not tell all findings apart.
        let key = |finding: &Diagnostic| (finding.file.clone(), finding.range.map(|range| range.start()));
        let mut before: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (at, finding) in change.findings_before.iter().enumerate() {
            before.entry(key(finding)).or_default().push(at);
        }
        let findings = maker.findings(&change.findings, |finding| {
            if !is_as_before(finding) {
                return None;
            }
            let same = before.get(&key(finding))?.iter().find(|at| change.findings_before[**at] == *finding)?;
            self.findings.get(*same)
        });
        let mut reached: BTreeMap<usize, &ModelReport> =
            change.models.iter().map(|(rank, model)| (*rank, model)).collect();
        let mut models = Pieces::default();
        for rank in 0..self.models.len() {
            match reached.remove(&rank) {
                Some(model) => maker.model(&mut models, model),
                None => models.push(self.models.get(rank)?),
            }
        }
        if !reached.is_empty() {
            return None;
        }
        let mut frame = self.frame.clone();
        frame.count(&change.findings);
        Some(CompileBody { frame, findings, models })
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
            expanded_sql: self.frame.expanded.clone(),
        };
        // The lists stand where the document without them has empty ones.
        let frame = serde_json::to_string_pretty(&document).unwrap_or_default();
        let around = frame.split_once("\"diagnostics\": []").and_then(|(head, rest)| {
            let (middle, end) = rest.split_once("\"models_detail\": []")?;
            Some((head, middle, end))
        });
        let Some((head, middle, end)) = around else { return session.terminal.document(&document) };
        let (findings, models) = (self.findings.elements(), self.models.elements());
        session.terminal.out_parts(&[
            head,
            "\"diagnostics\": [",
            &findings,
            "]",
            middle,
            "\"models_detail\": [",
            &models,
            "]",
            end,
            "\n",
        ]);
    }

    fn print_text(&self, session: &Session<'_>) {
        let totals = Totals {
            models: self.frame.models,
            errors: self.frame.errors,
            warnings: self.frame.warnings,
        };
        let text = compile_text::Parts {
            models: self.models.text(),
            expanded: self.frame.expanded.as_ref(),
            findings: self.findings.text(),
            totals,
        };
        let parts = text.render();
        session.terminal.out_parts(&parts.each_ref().map(|part| &**part));
    }

    /// The body as it is kept.
    pub(crate) fn outcome(&self) -> Outcome {
        let frame = serde_json::to_vec(&self.frame).unwrap_or_default();
        let parts = vec![frame, self.findings.to_bytes(), self.models.to_bytes()];
        Outcome { failed: self.has_errors(), parts }
    }

    /// A body that was kept.
    pub(crate) fn of(outcome: &Outcome) -> Option<CompileBody> {
        let [frame, findings, models] = outcome.parts.as_slice() else { return None };
        Some(CompileBody {
            frame: serde_json::from_slice(frame).ok()?,
            findings: Pieces::from_bytes(findings)?,
            models: Pieces::from_bytes(models)?,
        })
    }
}
