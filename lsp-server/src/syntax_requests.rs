//! Answers that need a document's syntax and nothing else: folding, selection, Enter, pairs, tokens.
//!
//! They also work on documents of no project, from the text that the client has open.

use crate::position::PositionEncoding;
use crate::requests::View;
use crate::token_encoding;
use rocky_ide::{
    FilePosition, FoldingKind, FoldingRange as IdeFold, Highlight, Interrupted, SourceLanguage,
    SyntaxDocument, TextSize,
};
use serde::{Deserialize, Serialize};
use tower_lsp::lsp_types::*;

/// The parameters of `rocky/matchingBrace`.
#[derive(Deserialize, Serialize, Debug)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MatchingBraceParams {
    pub(crate) text_document: TextDocumentIdentifier,
    pub(crate) positions: Vec<Position>,
}

/// The parameters of `rocky/onEnter`.
#[derive(Deserialize, Serialize, Debug)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OnEnterParams {
    #[serde(flatten)]
    pub(crate) at: TextDocumentPositionParams,
    /// How the editor indents; four spaces if it does not say.
    #[serde(default)]
    pub(crate) options: Option<Indentation>,
}

/// The two of the editor's formatting options that matter here.
#[derive(Deserialize, Serialize, Debug, Clone, Copy)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Indentation {
    pub(crate) tab_size: u32,
    pub(crate) insert_spaces: bool,
}

/// The answer to `rocky/onEnter`.
#[derive(Deserialize, Serialize, Debug, PartialEq)]
pub(crate) struct OnEnterAnswer {
    /// What Enter changes.
    pub(crate) edit: TextEdit,
    /// Where the cursor is afterwards.
    pub(crate) cursor: Position,
}

/// A level of indentation is never deeper than this, whatever the client says.
const WIDEST_INDENT: u32 = 16;

pub(crate) fn on_syntax<T>(
    view: &View,
    work: impl FnOnce(&SyntaxDocument) -> Option<T>,
) -> Result<Option<T>, Interrupted> {
    match &view.document {
        Some((snapshot, path)) => snapshot.run(|analysis| match analysis.syntax_document(path) {
            Some(document) => work(&document),
            None => loose(view).as_ref().and_then(work),
        }),
        None => Ok(loose(view).as_ref().and_then(work)),
    }
}

/// A document that its project does not know, or that has none.
fn loose(view: &View) -> Option<SyntaxDocument> {
    let (uri, text) = view.open.as_ref()?;
    let language = SourceLanguage::of_path(uri.path())?;
    Some(SyntaxDocument::new(text.clone(), language))
}

/// What can be folded. `whole_lines`: the client cannot hide parts of lines.
pub(crate) fn folding_ranges(
    view: &View,
    whole_lines: bool,
    limit: Option<u32>,
) -> Result<Option<Vec<FoldingRange>>, Interrupted> {
    on_syntax(view, |document| {
        let folds = document.folding_ranges().into_iter();
        let limit = limit.map_or(usize::MAX, |limit| limit as usize);
        Some(
            folds.take(limit).map(|fold| folding_range(document, fold, whole_lines, view.encoding)).collect(),
        )
    })
}

fn folding_range(
    document: &SyntaxDocument,
    fold: IdeFold,
    whole_lines: bool,
    encoding: PositionEncoding,
) -> FoldingRange {
    let kind = match fold.kind {
        FoldingKind::Code => None,
        FoldingKind::Comment => Some(FoldingRangeKind::Comment),
        FoldingKind::Region => Some(FoldingRangeKind::Region),
    };
    if whole_lines {
        return FoldingRange {
            start_line: fold.first_line,
            end_line: fold.last_line,
            kind,
            ..FoldingRange::default()
        };
    }
    let range = encoding.range(document.line_index(), fold.range);
    FoldingRange {
        start_line: range.start.line,
        start_character: Some(range.start.character),
        end_line: range.end.line,
        end_character: Some(range.end.character),
        kind,
        collapsed_text: None,
    }
}

/// What a growing selection takes at each of the positions.
pub(crate) fn selection_ranges(
    view: &View,
    positions: &[Position],
) -> Result<Option<Vec<SelectionRange>>, Interrupted> {
    on_syntax(view, |document| {
        let (index, text) = (document.line_index(), document.text());
        let offsets: Vec<_> =
            positions.iter().map(|position| view.encoding.offset(index, text, *position)).collect();
        let chains = document.selection_ranges(&offsets);
        chains
            .into_iter()
            .map(|chain| {
                // The innermost is outermost in the answer: built from the whole file inwards.
                chain.into_iter().rev().fold(None, |parent, range| {
                    let range = view.encoding.range(index, range);
                    Some(SelectionRange { range, parent: parent.map(Box::new) })
                })
            })
            .collect()
    })
}

/// What Enter does at a position.
pub(crate) fn on_enter(
    view: &View,
    position: Position,
    indentation: Option<Indentation>,
) -> Result<Option<OnEnterAnswer>, Interrupted> {
    let indent = match indentation {
        Some(Indentation { insert_spaces: false, .. }) => "\t".to_owned(),
        Some(Indentation { tab_size, .. }) => " ".repeat(tab_size.clamp(1, WIDEST_INDENT) as usize),
        None => "    ".to_owned(),
    };
    on_syntax(view, |document| {
        let (index, text) = (document.line_index(), document.text());
        let offset = view.encoding.offset(index, text, position);
        let enter = document.on_enter(offset, &indent)?;
        let range = view.encoding.range(index, enter.range);
        let cursor = view.encoding.advance(range.start, &enter.new_text[..enter.cursor]);
        Some(OnEnterAnswer { edit: TextEdit { range, new_text: enter.new_text }, cursor })
    })
}

/// The other ends of what stands at the positions; a position that has none is its own answer.
pub(crate) fn matching_braces(
    view: &View,
    positions: &[Position],
) -> Result<Option<Vec<Position>>, Interrupted> {
    on_syntax(view, |document| {
        let (index, text) = (document.line_index(), document.text());
        let other = |position: &Position| {
            let offset = view.encoding.offset(index, text, *position);
            let partner = document.matching(offset)?;
            Some(view.encoding.position(index, partner.start()))
        };
        Some(positions.iter().map(|position| other(position).unwrap_or(*position)).collect())
    })
}

/// Every place in the document that belongs to what stands at a position.
pub(crate) fn highlights(
    view: &View,
    position: Position,
) -> Result<Option<Vec<DocumentHighlight>>, Interrupted> {
    let answer = |document: &SyntaxDocument, find: &dyn Fn(TextSize) -> Vec<Highlight>| {
        let index = document.line_index();
        let found = find(view.encoding.offset(index, document.text(), position));
        let highlights = found.into_iter().map(|place| DocumentHighlight {
            range: view.encoding.range(index, place.range),
            kind: Some(match place.kind {
                rocky_ide::HighlightKind::Construct => DocumentHighlightKind::TEXT,
                rocky_ide::HighlightKind::Read => DocumentHighlightKind::READ,
                rocky_ide::HighlightKind::Write => DocumentHighlightKind::WRITE,
            }),
        });
        let highlights: Vec<DocumentHighlight> = highlights.collect();
        (!highlights.is_empty()).then_some(highlights)
    };
    let by_spelling = |document: &SyntaxDocument| answer(document, &|offset| document.highlights(offset));
    match &view.document {
        Some((snapshot, path)) => snapshot.run(|analysis| match analysis.syntax_document(path) {
            Some(document) => answer(&document, &|offset| {
                analysis.highlights(&FilePosition { path: path.clone(), offset }, &document)
            }),
            None => loose(view).as_ref().and_then(by_spelling),
        }),
        None => Ok(loose(view).as_ref().and_then(by_spelling)),
    }
}

/// The tokens of a document, or those that touch a range of it.
pub(crate) fn semantic_tokens(
    view: &View,
    range: Option<Range>,
) -> Result<Option<Vec<SemanticToken>>, Interrupted> {
    let encode = |document: &SyntaxDocument, tokens: &[rocky_ide::SemanticToken]| {
        token_encoding::encode(document.text(), document.line_index(), tokens, view.encoding)
    };
    let within = |document: &SyntaxDocument| {
        range.map(|range| view.encoding.text_range(document.line_index(), document.text(), range))
    };
    let of_syntax = |document: &SyntaxDocument| encode(document, &document.semantic_tokens(within(document)));
    match &view.document {
        Some((snapshot, path)) => snapshot.run(|analysis| match analysis.syntax_document(path) {
            Some(document) => {
                let tokens = analysis.semantic_tokens(path, &document, within(&document));
                Some(encode(&document, &tokens))
            }
            None => loose(view).as_ref().map(of_syntax),
        }),
        None => Ok(loose(view).as_ref().map(of_syntax)),
    }
}
