//! Semantic tokens as the protocol sends them: five numbers each, relative to the token before; and only
//! what changed since the answer before.

use crate::position::PositionEncoding;
use rocky_ide::{LineIndex, TextRange, TextSize, TokenKind, TokenModifiers};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use tower_lsp::lsp_types::*;

/// What the server announces.
pub(crate) fn options() -> SemanticTokensServerCapabilities {
    let token_types = TokenKind::ALL.iter().map(|kind| SemanticTokenType::new(kind.name())).collect();
    let token_modifiers = TokenModifiers::NAMES.iter().map(|name| SemanticTokenModifier::new(name)).collect();
    SemanticTokensServerCapabilities::SemanticTokensOptions(SemanticTokensOptions {
        legend: SemanticTokensLegend { token_types, token_modifiers },
        range: Some(true),
        full: Some(SemanticTokensFullOptions::Delta { delta: Some(true) }),
        ..SemanticTokensOptions::default()
    })
}

/// Sorted tokens as the protocol counts them. A token over several lines becomes one for each.
pub(crate) fn encode(
    text: &str,
    index: &LineIndex,
    tokens: &[rocky_ide::SemanticToken],
    encoding: PositionEncoding,
) -> Vec<SemanticToken> {
    let mut encoded = Vec::with_capacity(tokens.len());
    let mut last = Position::default();
    for token in tokens {
        let written = text.get(std::ops::Range::<usize>::from(token.range)).unwrap_or_default();
        let mut start = token.range.start();
        for line in written.split_inclusive('\n') {
            let piece = TextRange::at(start, TextSize::of(line.trim_end_matches(['\n', '\r'])));
            start += TextSize::of(line);
            if piece.is_empty() {
                continue;
            }
            let range = encoding.range(index, piece);
            let delta_line = range.start.line - last.line;
            let before = if delta_line == 0 { last.character } else { 0 };
            encoded.push(SemanticToken {
                delta_line,
                delta_start: range.start.character - before,
                length: range.end.character - range.start.character,
                token_type: token.kind as u32,
                token_modifiers_bitset: token.modifiers.bits(),
            });
            last = range.start;
        }
    }
    encoded
}

/// The last full answer for each open document, so that the next one can be a difference.
#[derive(Default)]
pub(crate) struct SentTokens {
    sent: Mutex<Sent>,
}

#[derive(Default)]
struct Sent {
    by_document: BTreeMap<Url, (String, Vec<SemanticToken>)>,
    answers: u64,
}

impl SentTokens {
    /// Remembers a full answer and names it.
    pub(crate) fn full(&self, uri: Url, data: Vec<SemanticToken>) -> SemanticTokens {
        let result_id = self.remember(uri, data.clone()).0;
        SemanticTokens { result_id: Some(result_id), data }
    }

    /// What changed since the answer of that name; everything, if that is not the last one.
    pub(crate) fn delta(
        &self,
        uri: Url,
        known: &str,
        data: Vec<SemanticToken>,
    ) -> SemanticTokensFullDeltaResult {
        let (result_id, previous) = self.remember(uri, data.clone());
        match previous.filter(|(name, _)| name == known) {
            Some((_, before)) => SemanticTokensFullDeltaResult::TokensDelta(SemanticTokensDelta {
                result_id: Some(result_id),
                edits: difference(&before, &data),
            }),
            None => {
                SemanticTokensFullDeltaResult::Tokens(SemanticTokens { result_id: Some(result_id), data })
            }
        }
    }

    /// The document was closed.
    pub(crate) fn forget(&self, uri: &Url) {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).by_document.remove(uri);
    }

    fn remember(&self, uri: Url, data: Vec<SemanticToken>) -> (String, Option<(String, Vec<SemanticToken>)>) {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.answers += 1;
        let name = sent.answers.to_string();
        let previous = sent.by_document.insert(uri, (name.clone(), data));
        (name, previous)
    }
}

/// One edit: what lies between the common beginning and the common end. Positions are relative, so that
/// what stands behind a change is the same again after one token.
fn difference(before: &[SemanticToken], after: &[SemanticToken]) -> Vec<SemanticTokensEdit> {
    let start = before.iter().zip(after).take_while(|(old, new)| old == new).count();
    let (old, new) = (&before[start..], &after[start..]);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
    let (old, new) = (&old[..old.len() - end], &new[..new.len() - end]);
    if old.is_empty() && new.is_empty() {
        return Vec::new();
    }
    // The protocol counts numbers, five to a token.
    vec![SemanticTokensEdit {
        start: 5 * start as u32,
        delete_count: 5 * old.len() as u32,
        data: Some(new.to_vec()),
    }]
}

#[cfg(test)]
mod tests {
    use super::{SentTokens, difference, encode};
    use crate::position::PositionEncoding;
    use rocky_ide::{DialectKind, SourceLanguage, SyntaxDocument};
    use std::sync::Arc;
    use tower_lsp::lsp_types::{SemanticToken, SemanticTokensFullDeltaResult, Url};

    fn encoded(text: &str, encoding: PositionEncoding) -> Vec<SemanticToken> {
        let language = SourceLanguage::Sql(DialectKind::DuckDb);
        let document = SyntaxDocument::new(Arc::from(text), language);
        encode(text, document.line_index(), &document.semantic_tokens(None), encoding)
    }

    fn numbers(tokens: &[SemanticToken]) -> Vec<[u32; 3]> {
        tokens.iter().map(|token| [token.delta_line, token.delta_start, token.length]).collect()
    }

    #[test]
    fn tokens_over_several_lines_are_cut_and_counted_in_the_clients_units() {
        let text = "/* ä\r\n\r\n 😀b */ select '😀' x";
        let in_utf16 = encoded(text, PositionEncoding::Utf16);
        assert_eq!(numbers(&in_utf16), [[0, 0, 4], [2, 0, 7], [0, 8, 6], [0, 7, 4], [0, 5, 1]]);
        let in_bytes = encoded(text, PositionEncoding::Utf8);
        assert_eq!(numbers(&in_bytes), [[0, 0, 5], [2, 0, 9], [0, 10, 6], [0, 7, 6], [0, 7, 1]]);
    }

    #[test]
    fn a_difference_applied_to_the_old_answer_gives_the_new_one() {
        let texts =
            ["select a", "select a, b from t", "", "select\n\n a + 1, b from t -- x", "select a, b from u"];
        for old in texts {
            for new in texts {
                let [old, new] = [old, new].map(|text| encoded(text, PositionEncoding::Utf16));
                let mut patched = old.clone();
                for edit in difference(&old, &new) {
                    let (start, count) = (edit.start as usize / 5, edit.delete_count as usize / 5);
                    patched.splice(start..start + count, edit.data.unwrap_or_default());
                }
                assert_eq!(patched, new);
            }
        }
    }

    #[test]
    fn only_the_last_answer_is_the_base_of_a_difference() {
        let uri = Url::parse("file:///a.sql").unwrap();
        let sent = SentTokens::default();
        let tokens = encoded("select a", PositionEncoding::Utf16);
        let first = sent.full(uri.clone(), tokens.clone()).result_id.unwrap();
        let second = match sent.delta(uri.clone(), &first, tokens.clone()) {
            SemanticTokensFullDeltaResult::TokensDelta(delta) => {
                assert!(delta.edits.is_empty());
                delta.result_id.unwrap()
            }
            other => panic!("{other:?}"),
        };
        assert_ne!(first, second);
        for known in [first.as_str(), "nonsense"] {
            let answer = sent.delta(uri.clone(), known, tokens.clone());
            assert!(matches!(answer, SemanticTokensFullDeltaResult::Tokens(_)), "{answer:?}");
        }
        sent.forget(&uri);
        let answer = sent.delta(uri, &second, tokens);
        assert!(matches!(answer, SemanticTokensFullDeltaResult::Tokens(_)), "{answer:?}");
    }
}
