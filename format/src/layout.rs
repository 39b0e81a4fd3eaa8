//! What all languages share: line ends and the marks around a text.

const MARK: &str = "\u{feff}";

/// The line end that most lines of a text have.
pub(crate) fn line_end(text: &str) -> &'static str {
    let all = text.bytes().filter(|byte| *byte == b'\n').count();
    let carriage = text.matches("\r\n").count();
    if carriage * 2 > all { "\r\n" } else { "\n" }
}

/// The byte-order mark, if there is one, and the rest.
pub(crate) fn split_mark(text: &str) -> (&str, &str) {
    text.split_at(if text.starts_with(MARK) { MARK.len() } else { 0 })
}

/// How many line ends a blank text has. A carriage return alone is one: it ends a comment.
pub(crate) fn line_ends(blank: &str) -> usize {
    let carriage_returns = blank.bytes().filter(|byte| *byte == b'\r').count();
    let pairs = blank.matches("\r\n").count();
    blank.bytes().filter(|byte| *byte == b'\n').count() + carriage_returns - pairs
}
