//! A long text as pieces that can be kept and exchanged one by one.

use serde::Serialize;
use std::io::{self, Write};

/// Texts in order, in one allocation.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Pieces {
    text: String,
    /// Where each piece ends.
    ends: Vec<u32>,
}

impl Pieces {
    /// No pieces yet, with room for as many as these.
    pub(crate) fn like(other: &Pieces) -> Pieces {
        let spare = 4096;
        Pieces {
            text: String::with_capacity(other.text.len() + spare),
            ends: Vec::with_capacity(other.ends.len() + spare),
        }
    }

    /// Adds a piece.
    pub(crate) fn push(&mut self, piece: &str) {
        self.text.push_str(piece);
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    /// Adds a value as an element of an array of the document's outermost object.
    pub(crate) fn push_json<T: Serialize>(&mut self, value: &T) {
        let json = serde_json::to_string_pretty(value).unwrap_or_default();
        // A text in JSON has no line breaks of its own.
        for (number, line) in json.lines().enumerate() {
            if number > 0 {
                self.text.push_str("\n    ");
            }
            self.text.push_str(line);
        }
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    /// The piece at a place.
    pub(crate) fn get(&self, at: usize) -> Option<&str> {
        let start = if at == 0 { 0 } else { *self.ends.get(at - 1)? as usize };
        self.text.get(start..*self.ends.get(at)? as usize)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// All pieces, one behind the other.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The content of the array whose elements the pieces are, between its brackets.
    pub(crate) fn write_elements(&self, out: &mut dyn Write) -> io::Result<()> {
        for at in 0..self.len() {
            out.write_all(if at == 0 { b"\n    " } else { b",\n    " })?;
            out.write_all(self.get(at).unwrap_or_default().as_bytes())?;
        }
        out.write_all(if self.ends.is_empty() { b"" } else { b"\n  " })
    }

    /// Where the pieces end, as few bytes.
    pub(crate) fn ends_as_bytes(&self) -> Vec<u8> {
        self.ends.iter().flat_map(|end| end.to_le_bytes()).collect()
    }

    /// The pieces of a text and the bytes that say where they end, if they fit.
    pub(crate) fn of(text: Vec<u8>, ends: &[u8]) -> Option<Pieces> {
        let (ends, rest) = ends.as_chunks::<4>();
        let ends: Vec<u32> = ends.iter().map(|end| u32::from_le_bytes(*end)).collect();
        let pieces = Pieces { text: String::from_utf8(text).ok()?, ends };
        let is_sound = rest.is_empty()
            && pieces.ends.is_sorted()
            && pieces.ends.last().map_or(0, |end| *end as usize) == pieces.text.len()
            && pieces.ends.iter().all(|end| pieces.text.is_char_boundary(*end as usize));
        is_sound.then_some(pieces)
    }
}

#[cfg(test)]
mod tests {
    use super::Pieces;

    #[test]
    fn pieces_survive_being_bytes() {
        let mut pieces = Pieces::default();
        for piece in ["", "ä", "bc", ""] {
            pieces.push(piece);
        }
        let (text, ends) = (pieces.text().as_bytes().to_vec(), pieces.ends_as_bytes());
        assert_eq!(Pieces::of(text.clone(), &ends), Some(pieces.clone()));
        assert_eq!((pieces.len(), pieces.text(), pieces.get(1), pieces.get(4)), (4, "äbc", Some("ä"), None));
        for cut in 0..text.len() {
            assert_eq!(Pieces::of(text[..cut].to_vec(), &ends), None);
        }
        assert_eq!(Pieces::of(text.clone(), &ends[..15]), None);
        assert_eq!(Pieces::of(text, &[1, 0, 0, 0, 4, 0, 0, 0]), None, "inside a character");
    }

    #[test]
    fn elements_stand_as_they_would_in_the_document() {
        #[derive(serde::Serialize)]
        struct Document {
            list: Vec<serde_json::Value>,
        }
        let list = vec![serde_json::json!({"a": "x\ny", "b": []}), serde_json::json!(1)];
        let whole = serde_json::to_string_pretty(&Document { list: list.clone() }).unwrap();
        let mut pieces = Pieces::default();
        list.iter().for_each(|value| pieces.push_json(value));
        let mut elements = Vec::new();
        pieces.write_elements(&mut elements).unwrap();
        let elements = String::from_utf8(elements).unwrap();
        assert_eq!(whole, format!("{{\n  \"list\": [{elements}]\n}}"));
    }
}
