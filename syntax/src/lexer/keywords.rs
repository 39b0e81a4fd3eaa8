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
    lookup(word, &SQL_KEYWORDS, &SQL_KEYWORD_SLOTS, same_letters)
}

/// The kind of a Rocky word; only the lower-case spelling is a keyword.
pub(crate) fn dsl_keyword(word: &str) -> Option<SyntaxKind> {
    if word.len() > DSL_LONGEST_KEYWORD {
        return None;
    }
    lookup(word, &DSL_KEYWORDS, &DSL_KEYWORD_SLOTS, |word, keyword| word == keyword)
}

fn lookup(
    word: &str,
    keywords: &[(&str, SyntaxKind)],
    slots: &[u16],
    same: impl Fn(&str, &str) -> bool,
) -> Option<SyntaxKind> {
    let mask = slots.len() - 1;
    let mut slot = keyword_hash(word.as_bytes()) as usize & mask;
    loop {
        match slots[slot] {
            0 => return None,
            index => {
                let (keyword, kind) = keywords[usize::from(index) - 1];
                if keyword.len() == word.len() && same(word, keyword) {
                    return Some(kind);
                }
            }
        }
        slot = (slot + 1) & mask;
    }
}

/// Whether two words of the same length have the same letters. Setting one bit folds letters and keeps the other
/// characters of words apart; the two ends of a word of up to sixteen bytes are all of it.
fn same_letters(word: &str, keyword: &str) -> bool {
    if word.len() > 16 {
        return word.eq_ignore_ascii_case(keyword);
    }
    let ((first, last), (keyword_first, keyword_last)) = (ends(word.as_bytes()), ends(keyword.as_bytes()));
    (first | FOLD) == (keyword_first | FOLD) && (last | FOLD) == (keyword_last | FOLD)
}

const FOLD: u64 = 0x2020_2020_2020_2020;

/// First eight and last eight folded bytes and the length, mixed by one multiplication. The generator
/// of the tables (`xtask/src/codegen/kinds.rs`) has the same function.
fn keyword_hash(word: &[u8]) -> u64 {
    let (first, last) = ends(word);
    let mixed = (first | FOLD) ^ (last | FOLD).rotate_left(29) ^ (word.len() as u64);
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
        }
        assert_eq!(sql_keyword("SeLeCt"), Some(SyntaxKind::SELECT_KW));
        assert_eq!(sql_keyword("selects"), None);
        assert_eq!(sql_keyword(""), None);
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
