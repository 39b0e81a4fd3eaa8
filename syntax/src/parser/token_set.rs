//! Sets of token kinds as bits.

use crate::generated::kinds::NODE_START;
use crate::tree::SyntaxKind;

const WORDS: usize = (NODE_START as usize).div_ceil(64);

/// A set of token kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TokenSet([u64; WORDS]);

impl TokenSet {
    pub(crate) const fn new(kinds: &[SyntaxKind]) -> TokenSet {
        let mut bits = [0; WORDS];
        let mut index = 0;
        while index < kinds.len() {
            let kind = kinds[index] as usize;
            bits[kind / 64] |= 1 << (kind % 64);
            index += 1;
        }
        TokenSet(bits)
    }

    pub(crate) const fn union(self, other: TokenSet) -> TokenSet {
        let mut bits = self.0;
        let mut index = 0;
        while index < WORDS {
            bits[index] |= other.0[index];
            index += 1;
        }
        TokenSet(bits)
    }

    pub(crate) const fn without(self, other: TokenSet) -> TokenSet {
        let mut bits = self.0;
        let mut index = 0;
        while index < WORDS {
            bits[index] &= !other.0[index];
            index += 1;
        }
        TokenSet(bits)
    }

    pub(crate) const fn contains(&self, kind: SyntaxKind) -> bool {
        let kind = kind as usize;
        kind / 64 < WORDS && self.0[kind / 64] & (1 << (kind % 64)) != 0
    }
}
