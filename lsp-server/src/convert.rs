//! Values of the analysis as values of the protocol.

use crate::position::PositionEncoding;
use crate::workspace::uri_of;
use rocky_ide::{Analysis, CompletionKind, Severity, SymbolKind as IdeSymbolKind, TextRange};
use std::hash::{Hash, Hasher};
use std::path::Path;
use tower_lsp::lsp_types::*;

/// The findings of one file.
pub(crate) fn diagnostics(
    findings: &[rocky_ide::Diagnostic],
    analysis: &Analysis,
    root: &Path,
    encoding: PositionEncoding,
) -> Vec<Diagnostic> {
    findings.iter().map(|finding| diagnostic(finding, analysis, root, encoding)).collect()
}

fn diagnostic(
    finding: &rocky_ide::Diagnostic,
    analysis: &Analysis,
    root: &Path,
    encoding: PositionEncoding,
) -> Diagnostic {
    let range_in = |path: &rocky_ide::FilePath, range: TextRange| {
        let source = analysis.source(path)?;
        Some(encoding.range(&source.line_index, range))
    };
    let range = finding.range.and_then(|range| range_in(&finding.file, range)).unwrap_or_default();
    let related: Vec<DiagnosticRelatedInformation> = finding
        .related
        .iter()
        .filter_map(|place| {
            let range = range_in(&place.file, place.range)?;
            let location = Location { uri: uri_of(root, &place.file)?, range };
            Some(DiagnosticRelatedInformation { location, message: place.message.clone() })
        })
        .collect();
    let message = match &finding.suggestion {
        Some(suggestion) => format!("{}\nhelp: {suggestion}", finding.message),
        None => finding.message.clone(),
    };
    let tags = match finding.code.as_str() {
        "S024" => Some(vec![DiagnosticTag::UNNECESSARY]),
        "V008" => Some(vec![DiagnosticTag::DEPRECATED]),
        _ => None,
    };
    Diagnostic {
        range,
        severity: Some(match finding.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Info => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(finding.code.as_str().to_owned())),
        source: Some("rocky".to_owned()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        tags,
        ..Diagnostic::default()
    }
}

/// A name for these findings: equal findings have equal names. The version of the document is not part
/// of it, because an edit elsewhere can change the findings of an unchanged document.
pub(crate) fn result_id(diagnostics: &[Diagnostic]) -> String {
    // FNV-1a, because the name must not differ from one process to the next.
    struct Fnv(u64);
    impl Hasher for Fnv {
        fn finish(&self) -> u64 {
            self.0
        }
        fn write(&mut self, bytes: &[u8]) {
            for byte in bytes {
                self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
    }
    let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
    for diagnostic in diagnostics {
        // The JSON form holds every part that a client shows.
        serde_json::to_string(diagnostic).unwrap_or_default().hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

/// A symbol and its children.
pub(crate) fn symbol(symbol: &rocky_ide::Symbol, range: &dyn Fn(TextRange) -> Range) -> DocumentSymbol {
    let children: Vec<DocumentSymbol> =
        symbol.children.iter().map(|child| self::symbol(child, range)).collect();
    #[allow(deprecated, reason = "the protocol type still has the field")]
    DocumentSymbol {
        name: symbol.name.clone(),
        detail: symbol.detail.clone(),
        kind: match symbol.kind {
            IdeSymbolKind::Model => SymbolKind::CLASS,
            IdeSymbolKind::CommonTableExpression => SymbolKind::NAMESPACE,
            IdeSymbolKind::Column => SymbolKind::FIELD,
            IdeSymbolKind::Step => SymbolKind::EVENT,
            IdeSymbolKind::Table => SymbolKind::OBJECT,
            IdeSymbolKind::Key => SymbolKind::PROPERTY,
        },
        tags: None,
        deprecated: None,
        range: range(symbol.range),
        selection_range: range(symbol.selection_range),
        children: (!children.is_empty()).then_some(children),
    }
}

/// One completion.
pub(crate) fn completion(item: rocky_ide::Completion, range: &dyn Fn(TextRange) -> Range) -> CompletionItem {
    CompletionItem {
        kind: Some(match item.kind {
            CompletionKind::Column => CompletionItemKind::FIELD,
            CompletionKind::Model => CompletionItemKind::CLASS,
            CompletionKind::CommonTableExpression => CompletionItemKind::MODULE,
            CompletionKind::Source => CompletionItemKind::STRUCT,
            CompletionKind::Function => CompletionItemKind::FUNCTION,
            CompletionKind::Keyword => CompletionItemKind::KEYWORD,
            CompletionKind::Alias => CompletionItemKind::VARIABLE,
            CompletionKind::Key => CompletionItemKind::PROPERTY,
        }),
        detail: item.detail,
        sort_text: Some(item.sort_key),
        filter_text: Some(item.label.clone()),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit {
            range: range(item.replaces),
            new_text: item.insert,
        })),
        label: item.label,
        ..CompletionItem::default()
    }
}
