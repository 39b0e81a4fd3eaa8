//! What must hold for any input whatsoever: the laws that the fuzzer attacks, and that its kept corpus is run
//! against in every test.
//!
//! `cargo xtask fuzz` builds the targets in `targets/` with libFuzzer and keeps what it found in `corpus/`.
//!
//! Must not know: files, projects, meaning of names; anything above the syntax and the formatter.

mod formatted;
mod rocky;
mod sql;

pub use rocky::rocky_holds;
pub use sql::sql_holds;

use rocky_syntax::{DialectKind, SyntaxNode, TextRange};

/// An input is a letter for the dialect and a text. What is not UTF-8 is no text.
fn dialect_and_text(data: &[u8]) -> Option<(DialectKind, &str)> {
    let (first, text) = data.split_first()?;
    let text = std::str::from_utf8(text).ok()?;
    Some((DialectKind::ALL[usize::from(*first) % DialectKind::ALL.len()], text))
}

/// The tree has the text, and its ranges tile it.
fn is_lossless(root: &SyntaxNode, text: &str) {
    assert!(root.text() == text, "the tree has another text");
    for node in root.descendants() {
        let mut at = node.text_range().start();
        for child in node.children_with_tokens() {
            assert_eq!(child.text_range().start(), at, "a gap before {child:?}");
            at = child.text_range().end();
        }
        assert_eq!(node.text_range().end(), at, "a gap at the end of {node:?}");
    }
}

/// The range lies in the text, between characters.
fn is_within(range: TextRange, text: &str) {
    assert!(
        text.get(usize::from(range.start())..usize::from(range.end())).is_some(),
        "{range:?} is not a part of the text"
    );
}
