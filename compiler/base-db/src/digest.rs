//! Content digests: 16 bytes of blake3.

use std::fmt;

/// A 128-bit digest of some content. Equal digests mean equal content.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize,
)]
pub struct Digest(pub [u8; 16]);

impl Digest {
    /// The digest of a file that is not there.
    pub const ZERO: Digest = Digest([0; 16]);

    /// The digest of these bytes.
    pub fn of(bytes: &[u8]) -> Digest {
        DigestWriter::new().bytes(bytes).finish_raw()
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Builds a digest of several parts. Texts are length-prefixed, so `("ab", "c")` and `("a", "bc")` differ.
#[derive(Clone, Default)]
pub struct DigestWriter(blake3::Hasher);

impl DigestWriter {
    /// An empty writer.
    pub fn new() -> Self {
        DigestWriter(blake3::Hasher::new())
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.update(bytes);
        self
    }

    /// Adds one text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.0.update(&(text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
        self
    }

    /// Adds one number.
    pub fn number(&mut self, number: u64) -> &mut Self {
        self.0.update(&number.to_le_bytes());
        self
    }

    /// Adds another digest.
    pub fn digest(&mut self, digest: Digest) -> &mut Self {
        self.0.update(&digest.0);
        self
    }

    /// The digest of everything added so far.
    pub fn finish(&self) -> Digest {
        self.clone().finish_raw()
    }

    fn finish_raw(self) -> Digest {
        let mut out = [0; 16];
        out.copy_from_slice(&self.0.finalize().as_bytes()[..16]);
        Digest(out)
    }
}
