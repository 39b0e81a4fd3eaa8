//! The lossless tree: rowan's nodes under our kinds.

pub use crate::generated::kinds::SyntaxKind;
use crate::generated::kinds::{ALL_KINDS, KEYWORD_START, NODE_START, TRIVIA_END, fixed_text};

/// The language tag of our trees, for rowan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RockyLanguage {}

impl rowan::Language for RockyLanguage {
    type Kind = SyntaxKind;

    fn kind_from_raw(raw: rowan::SyntaxKind) -> SyntaxKind {
        ALL_KINDS.get(usize::from(raw.0)).copied().unwrap_or(SyntaxKind::TOMBSTONE)
    }

    fn kind_to_raw(kind: SyntaxKind) -> rowan::SyntaxKind {
        rowan::SyntaxKind(kind as u16)
    }
}

/// A node of a tree.
pub type SyntaxNode = rowan::SyntaxNode<RockyLanguage>;
/// A token of a tree.
pub type SyntaxToken = rowan::SyntaxToken<RockyLanguage>;
/// A node or a token of a tree.
pub type SyntaxElement = rowan::SyntaxElement<RockyLanguage>;
/// The children nodes of a node.
pub type SyntaxNodeChildren = rowan::SyntaxNodeChildren<RockyLanguage>;
/// A pointer to a node by kind and range, valid for trees of the same text.
pub type SyntaxNodePtr = rowan::ast::SyntaxNodePtr<RockyLanguage>;

impl SyntaxKind {
    /// All kinds, by their number.
    pub const ALL: &[SyntaxKind] = &ALL_KINDS;

    /// White space, comments and Jinja statements: they mean nothing to the grammar.
    pub fn is_trivia(self) -> bool {
        (self as u16) < TRIVIA_END
    }

    /// A word that plays a keyword's role.
    pub const fn is_keyword(self) -> bool {
        KEYWORD_START <= self as u16 && (self as u16) < NODE_START
    }

    /// A token, not a node.
    pub fn is_token(self) -> bool {
        (self as u16) < NODE_START
    }

    /// The one spelling of a punctuation or keyword token (keywords in upper case).
    pub fn fixed_text(self) -> Option<&'static str> {
        fixed_text(self)
    }
}

impl From<rowan::SyntaxKind> for SyntaxKind {
    /// The kind of a green node or token.
    fn from(raw: rowan::SyntaxKind) -> Self {
        <RockyLanguage as rowan::Language>::kind_from_raw(raw)
    }
}

impl From<SyntaxKind> for rowan::SyntaxKind {
    fn from(kind: SyntaxKind) -> Self {
        rowan::SyntaxKind(kind as u16)
    }
}
