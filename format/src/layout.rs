//! What all languages share: line ends and the marks around a text.

const MARK: &str = "\u{feff}";

/// The line end that most lines of a text have.
pub(crate) fn line_end(text: &str) -> &'static str {
    if !text.contains('\r') {
        return "\n";
    }
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
    let (mut count, mut before) = (0, 0);
    for byte in blank.bytes() {
        count += usize::from(byte == b'\r' || byte == b'\n' && before != b'\r');
        before = byte;
    }
    count
}
