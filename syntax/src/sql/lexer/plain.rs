//! The tokens that most of a text consists of, found without logos: how long a word, a run of blanks or a number is,
//! and which signs stand alone whatever follows. A logos state per byte costs more than all the rest of such a token.

use crate::tree::SyntaxKind::{self, *};

/// What the first byte of a token says about it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// A letter or an underscore.
    Word,
    /// A blank.
    Blank,
    /// A digit; the token is an integer if [`integer_length`] knows its end.
    Digit,
    /// A dot, which may begin a number.
    Dot,
    /// A sign that is a token of its own in every dialect.
    Sign(SyntaxKind),
    /// Logos decides.
    Other,
}

/// What a byte starts.
pub(super) static STARTS: [Start; 256] = starts();

const fn starts() -> [Start; 256] {
    let mut table = [Start::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => Start::Word,
            b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c => Start::Blank,
            b'0'..=b'9' => Start::Digit,
            b'.' => Start::Dot,
            b'(' => Start::Sign(L_PAREN),
            b')' => Start::Sign(R_PAREN),
            b'[' => Start::Sign(L_BRACKET),
            b']' => Start::Sign(R_BRACKET),
            b',' => Start::Sign(COMMA),
            b';' => Start::Sign(SEMICOLON),
            _ => Start::Other,
        };
        byte += 1;
    }
    table
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// How many of the bytes from `at` on continue a word (`[A-Za-z0-9_$]`). Eight at a time: words end after a few
/// bytes, and each guess of where costs more than the arithmetic.
pub(super) fn word_length(bytes: &[u8], at: usize) -> usize {
    let mut end = at;
    while let Some(chunk) = bytes.get(end..).and_then(|rest| rest.first_chunk::<8>()) {
        let others = !word_bytes(u64::from_le_bytes(*chunk)) & HIGH;
        if others != 0 {
            return end - at + others.trailing_zeros() as usize / 8;
        }
        end += 8;
    }
    let rest = bytes.get(end..).unwrap_or_default();
    let tail = rest.iter().position(|&byte| !is_word_byte(byte)).unwrap_or(rest.len());
    end - at + tail
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$')
}

/// The highest bit of each byte that continues a word.
fn word_bytes(eight: u64) -> u64 {
    let ascii = eight & !HIGH;
    let lower = ascii | (ONES * 0x20);
    // A sum sets the highest bit of a byte that is at least so big; none carries into the next byte.
    let at_least = |value: u64, least: u8| value + ONES * u64::from(0x80 - least);
    let letter = at_least(lower, b'a') & !at_least(lower, b'z' + 1);
    let digit = at_least(ascii, b'0') & !at_least(ascii, b'9' + 1);
    let is = |byte: u8| !((ascii ^ (ONES * u64::from(byte))) + ONES * 0x7f);
    (letter | digit | is(b'_') | is(b'$')) & !eight
}

/// How many blanks stand from `at` on.
pub(super) fn blank_length(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c);
    rest.iter().position(|byte| !is_blank(byte)).unwrap_or(rest.len())
}

/// The length of an integer that is nothing else: no fraction, exponent, name or digit sign comes after it.
pub(super) fn integer_length(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let length = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
    match rest.get(length) {
        Some(&next) if next == b'.' || next >= 0x80 || is_word_byte(next) => None,
        _ => Some(length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_at_every_place_of_a_word() {
        for byte in 0..=255u8 {
            for place in 0..20 {
                let mut bytes = vec![b'x'; 20];
                bytes[place] = byte;
                let expected = if is_word_byte(byte) { 20 } else { place };
                assert_eq!(word_length(&bytes, 0), expected, "{byte} at {place}");
                assert_eq!(word_length(&bytes, 3.min(place)), expected - 3.min(place), "{byte} at {place}");
            }
        }
        assert_eq!(word_length(b"", 0), 0);
        assert_eq!(word_length(b"abc", 3), 0);
    }

    #[test]
    fn integers_end_where_nothing_continues_them() {
        assert_eq!(integer_length(b"12)", 0), Some(2));
        assert_eq!(integer_length(b"12", 0), Some(2));
        for longer in ["12.", "12e4", "1_2", "0x1", "12d", "1$"] {
            assert_eq!(integer_length(longer.as_bytes(), 0), None, "{longer}");
        }
    }
}
