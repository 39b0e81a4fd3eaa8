//! `---toml … ---` at the top of a model: where its parts are. The one place that knows; the model's settings, the
//! formatter, and the lexer of Rocky ask here.

use std::ops::Range;

const OPENING: &str = "---toml";

/// Where the parts of a `---toml` block are, in bytes of the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FrontmatterBlock {
    /// The word `---toml`.
    pub opening: Range<usize>,
    /// The TOML between the two marker lines.
    pub toml: Range<usize>,
    /// The closing line with its line end; without one the block's extent is unknown.
    pub closing: Option<Range<usize>>,
    /// Everything after the closing line; empty without one.
    pub body: Range<usize>,
}

/// Whether a text starts with a frontmatter block, leading blanks aside.
pub fn has_frontmatter(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    text.strip_prefix(OPENING).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

/// The block at the top of a text; `None` when it has none.
pub fn frontmatter_block(text: &str) -> Option<FrontmatterBlock> {
    if !has_frontmatter(text) {
        return None;
    }
    let opening = text.find(OPENING)?;
    let toml = text[opening..].find('\n').map_or(text.len(), |at| opening + at + 1);
    let opening = opening..opening + OPENING.len();
    let mut at = toml;
    for line in text[toml..].split_inclusive('\n') {
        let end = at + line.len();
        if line.starts_with("---") {
            return Some(FrontmatterBlock {
                opening,
                toml: toml..at,
                closing: Some(at..end),
                body: end..text.len(),
            });
        }
        at = end;
    }
    let end = text.len();
    Some(FrontmatterBlock { opening, toml: toml..end, closing: None, body: end..end })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The parts as texts: TOML, closing line, body.
    fn parts(text: &str) -> Option<(&str, Option<&str>, &str)> {
        let block = frontmatter_block(text)?;
        assert_eq!(&text[block.opening], "---toml");
        Some((&text[block.toml], block.closing.map(|closing| &text[closing]), &text[block.body]))
    }

    #[test]
    fn a_block_and_its_parts() {
        assert_eq!(parts("---toml\na = 1\n---\nselect 1"), Some(("a = 1\n", Some("---\n"), "select 1")));
        assert_eq!(parts("---toml\r\na = 1\r\n---\r\nx"), Some(("a = 1\r\n", Some("---\r\n"), "x")));
        assert_eq!(parts("\u{feff}\n  ---toml\n---"), Some(("", Some("---"), "")));
        assert_eq!(parts("---toml\n--- odd\nx"), Some(("", Some("--- odd\n"), "x")));
    }

    #[test]
    fn a_block_without_an_end_has_no_body() {
        assert_eq!(parts("---toml\na = 1\n --- \n"), Some(("a = 1\n --- \n", None, "")));
        assert_eq!(parts("---toml"), Some(("", None, "")));
    }

    #[test]
    fn other_texts_have_none() {
        for text in ["", "select 1", "--- toml\n---\n", "---tomlx\n---\n", "x\n---toml\n---\n"] {
            assert_eq!(parts(text), None, "{text}");
        }
    }
}
