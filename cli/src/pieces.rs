//! A long text as pieces that can be kept and exchanged one by one.

use serde::Serialize;

/// Texts in order, in one allocation.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Pieces {
    text: String,
    /// Where each piece ends.
    ends: Vec<u32>,
}

impl Pieces {
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
    pub(crate) fn elements(&self) -> String {
        let mut text = String::with_capacity(self.text.len() + 6 * self.ends.len() + 4);
        for at in 0..self.len() {
            text.push_str(if at == 0 { "\n    " } else { ",\n    " });
            text.push_str(self.get(at).unwrap_or_default());
        }
        if !self.ends.is_empty() {
            text.push_str("\n  ");
        }
        text
    }

    /// As few bytes as describe the pieces; [`Pieces::from_bytes`] reads them.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(8 + 4 * self.ends.len() + self.text.len());
        bytes.extend_from_slice(&(self.ends.len() as u64).to_le_bytes());
        self.ends.iter().for_each(|end| bytes.extend_from_slice(&end.to_le_bytes()));
        bytes.extend_from_slice(self.text.as_bytes());
        bytes
    }

    /// The pieces in these bytes, if they are some.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Pieces> {
        let (count, rest) = bytes.split_first_chunk::<8>()?;
        let count = usize::try_from(u64::from_le_bytes(*count)).ok()?;
        let (ends, text) = rest.split_at_checked(count.checked_mul(4)?)?;
        let (ends, _) = ends.as_chunks::<4>();
        let ends: Vec<u32> = ends.iter().map(|end| u32::from_le_bytes(*end)).collect();
        let text = std::str::from_utf8(text).ok()?.to_owned();
        let pieces = Pieces { text, ends };
        let is_sound = pieces.ends.is_sorted()
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
        let bytes = pieces.to_bytes();
        assert_eq!(Pieces::from_bytes(&bytes), Some(pieces.clone()));
        assert_eq!((pieces.len(), pieces.text(), pieces.get(1), pieces.get(4)), (4, "äbc", Some("ä"), None));
        for cut in 0..bytes.len() {
            assert_eq!(Pieces::from_bytes(&bytes[..cut]), None);
        }
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
        assert_eq!(whole, format!("{{\n  \"list\": [{}]\n}}", pieces.elements()));
    }
}
