//! From a word to its keyword kind, without allocation.

use crate::generated::kinds::{
    DSL_KEYWORD_SLOTS, DSL_KEYWORDS, DSL_LONGEST_KEYWORD, SQL_KEYWORD_SLOTS, SQL_KEYWORDS,
    SQL_LONGEST_KEYWORD,
};
use crate::tree::SyntaxKind;

/// The kind of a SQL word in any mixture of cases.
pub(crate) fn sql_keyword(word: &str) -> Option<SyntaxKind> {
    if word.len() > SQL_LONGEST_KEYWORD {
        return None;
    }
    sql_lookup(ends(word.as_bytes()), word.len())
}

/// The same for the word from `start` to `end` of a text.
pub(crate) fn sql_keyword_at(text: &[u8], start: usize, end: usize) -> Option<SyntaxKind> {
    let length = end - start;
    if length > SQL_LONGEST_KEYWORD {
        return None;
    }
    let word = match text.get(start..).and_then(|rest| rest.first_chunk::<8>()) {
        // Most words are short and stand in a longer text: one load, and what is behind the word cut off.
        Some(first) if length <= 8 => {
            let word = u64::from_le_bytes(*first) & (u64::MAX >> (64 - 8 * length.max(1)));
            (word, word)
        }
        _ => ends(text.get(start..end)?),
    };
    sql_lookup(word, length)
}

fn sql_lookup((first, last): (u64, u64), length: usize) -> Option<SyntaxKind> {
    let (first, last) = (first | FOLD, last | FOLD);
    let mut slot = keyword_hash(first, last, length) as usize;
    loop {
        let index = SQL_KEYWORD_SLOTS[slot % SQL_KEYWORD_SLOTS.len()];
        let entry = &SQL_ENDS[usize::from(index.checked_sub(1)?)];
        // Setting one bit folds letters and keeps the other characters of words apart; the two ends of a word of up to
        // sixteen bytes are all of it.
        if entry.first == first && entry.last == last && usize::from(entry.length) == length {
            return Some(entry.kind);
        }
        slot += 1;
    }
}

/// A keyword as it is compared.
struct Ends {
    first: u64,
    last: u64,
    length: u16,
    kind: SyntaxKind,
}

/// The keywords, in the order of [`SQL_KEYWORDS`].
static SQL_ENDS: [Ends; SQL_KEYWORDS.len()] = sql_ends();

const _: () = assert!(SQL_LONGEST_KEYWORD <= 16, "the two ends of a keyword are all of it");

const fn sql_ends() -> [Ends; SQL_KEYWORDS.len()] {
    const NONE: Ends = Ends { first: 0, last: 0, length: 0, kind: SyntaxKind::EOF };
    let mut table = [NONE; SQL_KEYWORDS.len()];
    let mut index = 0;
    while index < table.len() {
        let (word, kind) = SQL_KEYWORDS[index];
        let bytes = word.as_bytes();
        let kept = if bytes.len() < 8 { bytes.len() } else { 8 };
        let (mut first, mut last, mut at) = (0, 0, kept);
        while at > 0 {
            at -= 1;
            first = first << 8 | bytes[at] as u64;
            last = last << 8 | bytes[bytes.len() - kept + at] as u64;
        }
        table[index] = Ends { first: first | FOLD, last: last | FOLD, length: bytes.len() as u16, kind };
        index += 1;
    }
    table
}

/// The kind of a Rocky word; only the lower-case spelling is a keyword.
pub(crate) fn dsl_keyword(word: &str) -> Option<SyntaxKind> {
    if word.len() > DSL_LONGEST_KEYWORD {
        return None;
    }
    let (first, last) = ends(word.as_bytes());
    let mut slot = keyword_hash(first | FOLD, last | FOLD, word.len()) as usize;
    loop {
        let index = DSL_KEYWORD_SLOTS[slot % DSL_KEYWORD_SLOTS.len()];
        let (keyword, kind) = DSL_KEYWORDS[usize::from(index.checked_sub(1)?)];
        if keyword == word {
            return Some(kind);
        }
        slot += 1;
    }
}

const FOLD: u64 = 0x2020_2020_2020_2020;

/// First eight and last eight folded bytes and the length, mixed by one multiplication. The generator
/// of the tables (`xtask/src/codegen/kinds.rs`) has the same function.
fn keyword_hash(first: u64, last: u64, length: usize) -> u64 {
    let mixed = first ^ last.rotate_left(29) ^ (length as u64);
    mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40
}

/// The first and the last eight bytes as numbers; of a shorter word all bytes, twice. Fixed-size loads that may
/// overlap: copying a few bytes of unknown number costs more than all the rest of a look-up.
pub(crate) fn ends(word: &[u8]) -> (u64, u64) {
    if let (Some(first), Some(last)) = (word.first_chunk::<8>(), word.last_chunk::<8>()) {
        return (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
    }
    let all = match (word.first_chunk::<4>(), word.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            let shift = 8 * (word.len() - 4);
            u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << shift
        }
        _ => word.iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte)),
    };
    (all, all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_keyword_is_found_in_any_case() {
        for (word, kind) in SQL_KEYWORDS {
            assert_eq!(sql_keyword(word), Some(kind));
            assert_eq!(sql_keyword(&word.to_ascii_uppercase()), Some(kind));
            for (text, start) in [(word.to_owned(), 0), (format!("({word} AND_MORE"), 1)] {
                assert_eq!(sql_keyword_at(text.as_bytes(), start, start + word.len()), Some(kind));
            }
        }
        assert_eq!(sql_keyword("SeLeCt"), Some(SyntaxKind::SELECT_KW));
        assert_eq!(sql_keyword("selects"), None);
        assert_eq!(sql_keyword(""), None);
        assert_eq!(sql_keyword_at(b"selects from t", 0, 7), None);
        assert_eq!(sql_keyword_at(b"select from t", 3, 3), None);
    }

    #[test]
    fn ends_of_words_of_every_length() {
        let text = b"abcdefghijklmnopqrst";
        for length in 0..text.len() {
            let word = &text[..length];
            let kept = length.min(8);
            let mut first = [0u8; 8];
            first[..kept].copy_from_slice(&word[..kept]);
            let mut last = [0u8; 8];
            last[..kept].copy_from_slice(&word[length - kept..]);
            assert_eq!(ends(word), (u64::from_le_bytes(first), u64::from_le_bytes(last)), "{length}");
        }
    }

    #[test]
    fn rocky_keywords_are_lower_case_only() {
        for (word, kind) in DSL_KEYWORDS {
            assert_eq!(dsl_keyword(word), Some(kind));
        }
        assert_eq!(dsl_keyword("FROM"), None);
    }
}
