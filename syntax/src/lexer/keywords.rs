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
    lookup(word, &SQL_KEYWORDS, &SQL_KEYWORD_SLOTS, |word, keyword| word.eq_ignore_ascii_case(keyword))
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

/// First eight and last eight folded bytes and the length, mixed by one multiplication. The generator
/// of the tables (`xtask/src/codegen/kinds.rs`) has the same function.
fn keyword_hash(word: &[u8]) -> u64 {
    const FOLD: u64 = 0x2020_2020_2020_2020;
    let head = word.len().min(8);
    let mut first = [0u8; 8];
    first[..head].copy_from_slice(&word[..head]);
    let mut last = [0u8; 8];
    last[..head].copy_from_slice(&word[word.len() - head..]);
    let mixed = (u64::from_le_bytes(first) | FOLD)
        ^ (u64::from_le_bytes(last) | FOLD).rotate_left(29)
        ^ (word.len() as u64);
    mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40
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
    fn rocky_keywords_are_lower_case_only() {
        for (word, kind) in DSL_KEYWORDS {
            assert_eq!(dsl_keyword(word), Some(kind));
        }
        assert_eq!(dsl_keyword("FROM"), None);
    }
}
