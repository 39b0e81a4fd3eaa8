//! The documents that the client has open, and their incremental synchronisation.

use crate::position::PositionEncoding;
use rocky_ide::LineIndex;
use std::collections::BTreeMap;
use std::sync::Arc;
use tower_lsp::lsp_types::{TextDocumentContentChangeEvent, Url};

/// One open document.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// The version that the client gave its text.
    pub(crate) version: i32,
    /// Its text; `None` after an edit that did not follow its predecessor, until the client sends the
    /// whole text again. Guessing would show findings for a text that nobody has written.
    pub(crate) text: Option<Arc<str>>,
}

/// What an edit amounted to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum EditOutcome {
    /// The text is the client's text.
    Applied,
    /// The document is not open.
    NotOpen,
    /// The edit did not follow its predecessor: the text is unknown now.
    OutOfStep,
}

/// All open documents by URI, sorted.
#[derive(Default, Debug)]
pub(crate) struct Documents {
    open: BTreeMap<Url, Document>,
}

impl Documents {
    /// A document was opened (or opened again: the new text counts).
    pub(crate) fn open(&mut self, uri: Url, version: i32, text: String) {
        self.open.insert(uri, Document { version, text: Some(Arc::from(text)) });
    }

    /// A document was closed; whether it was open.
    pub(crate) fn close(&mut self, uri: &Url) -> bool {
        self.open.remove(uri).is_some()
    }

    /// The open document with this URI.
    pub(crate) fn get(&self, uri: &Url) -> Option<&Document> {
        self.open.get(uri)
    }

    /// All of them, sorted by URI.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Url, &Document)> {
        self.open.iter()
    }

    /// Applies the changes of one notification in their order.
    pub(crate) fn edit(
        &mut self,
        uri: &Url,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: PositionEncoding,
    ) -> EditOutcome {
        let Some(document) = self.open.get_mut(uri) else { return EditOutcome::NotOpen };
        // Versions only have to grow. One that does not has been delivered twice or out of order.
        let in_step = version > document.version;
        document.version = version.max(document.version);
        let whole_text_at = changes.iter().rposition(|change| change.range.is_none());
        let start = match (whole_text_at, in_step, document.text.take()) {
            (Some(at), _, _) => (at, Arc::from("")),
            (None, true, Some(text)) => (0, text),
            (None, _, _) => return EditOutcome::OutOfStep,
        };
        let (first, mut text) = start;
        for change in changes.into_iter().skip(first) {
            text = match change.range {
                None => Arc::from(change.text),
                Some(range) => {
                    let index = LineIndex::new(&text);
                    let range = encoding.text_range(&index, &text, range);
                    let (start, end) = (usize::from(range.start()), usize::from(range.end()));
                    let mut edited = String::with_capacity(text.len() + change.text.len());
                    edited.push_str(&text[..start]);
                    edited.push_str(&change.text);
                    edited.push_str(&text[end..]);
                    Arc::from(edited)
                }
            };
        }
        document.text = Some(text);
        EditOutcome::Applied
    }
}

#[cfg(test)]
mod tests {
    use super::{Documents, EditOutcome};
    use crate::position::PositionEncoding;
    use tower_lsp::lsp_types::{Position, Range, TextDocumentContentChangeEvent, Url};

    fn change(range: Option<((u32, u32), (u32, u32))>, text: &str) -> TextDocumentContentChangeEvent {
        TextDocumentContentChangeEvent {
            range: range.map(|((line, column), (end_line, end_column))| {
                Range::new(Position::new(line, column), Position::new(end_line, end_column))
            }),
            range_length: None,
            text: text.to_owned(),
        }
    }

    fn opened(text: &str) -> (Documents, Url) {
        let uri = Url::parse("file:///models/a.sql").unwrap();
        let mut documents = Documents::default();
        documents.open(uri.clone(), 1, text.to_owned());
        (documents, uri)
    }

    #[test]
    fn edits_apply_in_order_and_count_in_the_clients_units() {
        let (mut documents, uri) = opened("select 'ä😀' as a\nfrom t");
        let edits = vec![change(Some(((0, 12), (0, 12))), ", 1"), change(Some(((1, 5), (1, 6))), "orders")];
        assert_eq!(documents.edit(&uri, 2, edits, PositionEncoding::Utf16), EditOutcome::Applied);
        assert_eq!(documents.get(&uri).unwrap().text.as_deref(), Some("select 'ä😀', 1 as a\nfrom orders"));
    }

    #[test]
    fn positions_past_the_end_are_clamped() {
        let (mut documents, uri) = opened("ab");
        let edits = vec![change(Some(((7, 9), (9, 1))), "c")];
        assert_eq!(documents.edit(&uri, 2, edits, PositionEncoding::Utf16), EditOutcome::Applied);
        assert_eq!(documents.get(&uri).unwrap().text.as_deref(), Some("abc"));
    }

    #[test]
    fn an_edit_out_of_step_makes_the_text_unknown_until_the_whole_text_comes() {
        let (mut documents, uri) = opened("ab");
        let stale = vec![change(Some(((0, 0), (0, 0))), "x")];
        assert_eq!(documents.edit(&uri, 1, stale, PositionEncoding::Utf16), EditOutcome::OutOfStep);
        assert!(documents.get(&uri).unwrap().text.is_none());
        let more = vec![change(Some(((0, 0), (0, 0))), "y")];
        assert_eq!(documents.edit(&uri, 2, more, PositionEncoding::Utf16), EditOutcome::OutOfStep);
        let whole = vec![change(None, "new"), change(Some(((0, 3), (0, 3))), "!")];
        assert_eq!(documents.edit(&uri, 3, whole, PositionEncoding::Utf16), EditOutcome::Applied);
        assert_eq!(documents.get(&uri).unwrap().text.as_deref(), Some("new!"));
    }
}
