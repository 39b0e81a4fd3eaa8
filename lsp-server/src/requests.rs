//! Answers to requests: from a view of the project to protocol values. No SQL here.

use crate::convert;
use crate::position::PositionEncoding;
use crate::workspace::uri_of;
use rocky_ide::{Analysis, FilePath, FilePosition, Interrupted, Snapshot};
use std::path::PathBuf;
use std::sync::Arc;
use tower_lsp::lsp_types::*;

/// What a request sees: one document of one project at one moment.
pub(crate) struct View {
    /// The project's snapshot and the document in it; `None` when the document belongs to no project.
    pub(crate) document: Option<(Snapshot, FilePath)>,
    /// The document as the client has it open.
    pub(crate) open: Option<(Url, Arc<str>)>,
    /// Where the project is.
    pub(crate) root: PathBuf,
    /// How the client counts columns.
    pub(crate) encoding: PositionEncoding,
}

impl View {
    /// Runs `work` on the document's snapshot; without a document the answer is `T`'s empty value.
    pub(crate) fn on_document<T: Default>(
        &self,
        work: impl FnOnce(&Analysis, &FilePath) -> T,
    ) -> Result<T, Interrupted> {
        match &self.document {
            Some((snapshot, path)) => snapshot.run(|analysis| work(analysis, path)),
            None => Ok(T::default()),
        }
    }

    fn at<T>(
        &self,
        position: Position,
        work: impl FnOnce(&Analysis, FilePosition) -> Option<T>,
    ) -> Result<Option<T>, Interrupted> {
        self.on_document(|analysis, path| {
            let source = analysis.source(path)?;
            let offset = self.encoding.offset(&source.line_index, &source.text, position);
            work(analysis, FilePosition { path: path.clone(), offset })
        })
    }

    fn range(&self, analysis: &Analysis, path: &FilePath, range: rocky_ide::TextRange) -> Option<Range> {
        let source = analysis.source(path)?;
        Some(self.encoding.range(&source.line_index, range))
    }
}

pub(crate) fn hover(view: &View, position: Position) -> Result<Option<Hover>, Interrupted> {
    view.at(position, |analysis, at| {
        let path = at.path.clone();
        let hover = analysis.hover(at)?;
        Some(Hover {
            contents: HoverContents::Markup(MarkupContent {
                kind: MarkupKind::Markdown,
                value: hover.markdown,
            }),
            range: view.range(analysis, &path, hover.range),
        })
    })
}

pub(crate) fn definition(
    view: &View,
    position: Position,
) -> Result<Option<GotoDefinitionResponse>, Interrupted> {
    view.at(position, |analysis, at| {
        let targets = analysis.definition(at);
        let locations: Vec<Location> = targets
            .into_iter()
            .filter_map(|target| {
                let range = view.range(analysis, &target.path, target.focus_range)?;
                Some(Location { uri: uri_of(&view.root, &target.path)?, range })
            })
            .collect();
        (!locations.is_empty()).then_some(GotoDefinitionResponse::Array(locations))
    })
}

pub(crate) fn document_symbols(view: &View) -> Result<Option<DocumentSymbolResponse>, Interrupted> {
    view.on_document(|analysis, path| {
        let source = analysis.source(path)?;
        let symbols = analysis.document_symbols(path);
        let symbols = symbols
            .iter()
            .map(|symbol| convert::symbol(symbol, &|range| view.encoding.range(&source.line_index, range)))
            .collect();
        Some(DocumentSymbolResponse::Nested(symbols))
    })
}

pub(crate) fn completion(view: &View, position: Position) -> Result<Option<CompletionResponse>, Interrupted> {
    view.at(position, |analysis, at| {
        let source = analysis.source(&at.path)?;
        let items = analysis
            .completions(at)
            .into_iter()
            .map(|item| convert::completion(item, &|range| view.encoding.range(&source.line_index, range)))
            .collect();
        Some(CompletionResponse::List(CompletionList { is_incomplete: false, items }))
    })
}

pub(crate) fn document_diagnostics(
    view: &View,
    known: Option<&str>,
) -> Result<DocumentDiagnosticReportResult, Interrupted> {
    let found = view.on_document(|analysis, path| {
        let findings = analysis.diagnostics(path);
        convert::diagnostics(&findings, analysis, &view.root, view.encoding)
    })?;
    let result_id = convert::result_id(&found);
    let report = if known == Some(result_id.as_str()) {
        DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
        })
    } else {
        DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
            related_documents: None,
            full_document_diagnostic_report: FullDocumentDiagnosticReport {
                result_id: Some(result_id),
                items: found,
            },
        })
    };
    Ok(DocumentDiagnosticReportResult::Report(report))
}
