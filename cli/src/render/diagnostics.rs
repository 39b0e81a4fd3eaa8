//! Findings with an excerpt of the source.

use super::style::{Style, Tone};
use crate::opened_project::Excerpts;
use crate::source_texts::SourceTexts;
use ariadne::{Cache, Color, Config, IndexType, Label, LabelAttach, Report, ReportKind, Source};
use rocky_compiler::base_db::{Annotation, Diagnostic, FilePath, Severity};
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::ops::Range;
use std::sync::Arc;

/// Files above this size are shown by line and column only: numbering all lines of a huge generated file for one
/// excerpt costs more than it tells.
const EXCERPT_LIMIT: usize = 4 * 1024 * 1024;

/// Renders findings in the order given.
pub(crate) struct DiagnosticRenderer<'a> {
    texts: SourceTexts<'a>,
    numbered: NumberedTexts,
    style: Style,
    excerpts: Excerpts,
}

impl<'a> DiagnosticRenderer<'a> {
    /// A renderer for the files that `texts` gives; `prefix` stands before each path.
    pub(crate) fn new(
        texts: SourceTexts<'a>,
        prefix: &str,
        style: Style,
        excerpts: Excerpts,
    ) -> DiagnosticRenderer<'a> {
        let numbered = NumberedTexts { sources: BTreeMap::new(), prefix: prefix.to_owned() };
        DiagnosticRenderer { texts, numbered, style, excerpts }
    }

    /// The findings, an empty line after each.
    pub(crate) fn render<'d>(&mut self, diagnostics: impl IntoIterator<Item = &'d Diagnostic>) -> String {
        let mut text = String::new();
        for diagnostic in diagnostics {
            let excerpt = if self.excerpts == Excerpts::Yes { self.excerpt(diagnostic) } else { None };
            match excerpt {
                Some(excerpt) => text.push_str(&excerpt),
                None => text.push_str(&self.plain(diagnostic)),
            }
            text.push('\n');
        }
        text
    }

    /// The form with source lines; `None` when there is no place to show.
    fn excerpt(&mut self, diagnostic: &Diagnostic) -> Option<String> {
        let range = self.place(&diagnostic.file, diagnostic.range?)?;
        let colour = colour(diagnostic.severity);
        let span = (diagnostic.file.clone(), range);
        // A label without text would not be drawn at all.
        let label = Label::new(span.clone()).with_color(colour).with_message("here").with_order(0);
        let mut report = Report::build(ReportKind::Error, span).with_config(self.config()).with_label(label);
        let mut elsewhere = Vec::new();
        for (order, annotation) in diagnostic.related.iter().enumerate() {
            match self.place(&annotation.file, annotation.range) {
                Some(range) => report.add_label(
                    Label::new((annotation.file.clone(), range))
                        .with_color(Color::Cyan)
                        .with_message(&annotation.message)
                        .with_order(order as i32 + 1),
                ),
                None => elsewhere.push(self.note(annotation)),
            }
        }
        report.with_notes(elsewhere);
        if let Some(suggestion) = &diagnostic.suggestion {
            report = report.with_help(suggestion);
        }
        let mut bytes = Vec::new();
        report.finish().write(&mut self.numbered, &mut bytes).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        // The first line is a heading without a message; ours has the code, and colours only when allowed.
        // The others end with the padding of their columns.
        Some(text.lines().skip(1).fold(self.heading(diagnostic), |mut text, line| {
            text.push_str(line.trim_end());
            text.push('\n');
            text
        }))
    }

    fn config(&self) -> Config {
        Config::new()
            .with_index_type(IndexType::Byte)
            .with_color(self.style.is_colour())
            .with_label_attach(LabelAttach::Start)
            .with_compact(false)
    }

    /// The form without source lines.
    fn plain(&mut self, diagnostic: &Diagnostic) -> String {
        let mut text = self.heading(diagnostic);
        let place = self.shown_place(&diagnostic.file, diagnostic.range.map(|range| range.start().into()));
        let _ = writeln!(text, " --> {place}");
        for annotation in &diagnostic.related {
            let _ = writeln!(text, " = note: {}", self.note(annotation));
        }
        if let Some(suggestion) = &diagnostic.suggestion {
            let _ = writeln!(text, " = help: {suggestion}");
        }
        text
    }

    /// `error[E003]: message`, with its newline.
    fn heading(&self, diagnostic: &Diagnostic) -> String {
        let (severity, tone) = match diagnostic.severity {
            Severity::Error => ("error", Tone::Bad),
            Severity::Warning => ("warning", Tone::Doubtful),
            Severity::Info => ("info", Tone::Strong),
        };
        let kind = format!("{severity}[{}]", diagnostic.code.as_str());
        format!("{}: {}\n", self.style.paint(tone, &kind), diagnostic.message)
    }

    fn note(&mut self, annotation: &Annotation) -> String {
        let place = self.shown_place(&annotation.file, Some(annotation.range.start().into()));
        format!("{place}: {}", annotation.message)
    }

    fn shown_place(&mut self, file: &FilePath, offset: Option<u32>) -> String {
        let shown = format!("{}{file}", self.numbered.prefix);
        match (offset, self.texts.get(file)) {
            (Some(offset), Some(source)) => {
                let position = source.position(offset as usize);
                format!("{shown}:{}:{}", position.line, position.column)
            }
            _ => shown,
        }
    }

    /// The byte range to mark, at least one character wide, if the file's text can be shown.
    fn place(&mut self, file: &FilePath, range: impl Into<Range<usize>>) -> Option<Range<usize>> {
        let source = self.texts.get(file).filter(|source| source.text().len() <= EXCERPT_LIMIT)?;
        let range: Range<usize> = range.into();
        let start = source.clamp(range.start);
        let end = source.clamp(range.end).max(start);
        self.numbered.sources.entry(file.clone()).or_insert_with(|| Source::from(source.text().clone()));
        Some(start..end)
    }
}

fn colour(severity: Severity) -> Color {
    match severity {
        Severity::Error => Color::Red,
        Severity::Warning => Color::Yellow,
        Severity::Info => Color::Blue,
    }
}

/// The numbered texts of one rendering: each file's lines are numbered once.
struct NumberedTexts {
    sources: BTreeMap<FilePath, Source<Arc<str>>>,
    prefix: String,
}

impl Cache<FilePath> for NumberedTexts {
    type Storage = Arc<str>;

    fn fetch(&mut self, file: &FilePath) -> Result<&Source<Arc<str>>, impl fmt::Debug> {
        self.sources.get(file).ok_or("no text")
    }

    fn display<'a>(&self, file: &'a FilePath) -> Option<impl fmt::Display + 'a> {
        Some(format!("{}{file}", self.prefix))
    }
}

#[cfg(test)]
#[path = "diagnostics_tests.rs"]
mod tests;
