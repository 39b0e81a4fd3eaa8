//! `---toml … ---` at the top of a SQL file.

/// Where the TOML and the body of a text are.
pub(crate) struct Parts {
    /// Where the TOML starts.
    pub(crate) toml: usize,
    /// Where the closing line starts.
    pub(crate) closing: usize,
    /// Where the body starts.
    pub(crate) body: usize,
}

/// Splits a text that starts with a closed block.
pub(crate) fn split(text: &str) -> Option<Parts> {
    let trimmed = text.trim_start_matches('\u{feff}').trim_start();
    let rest = trimmed.strip_prefix("---toml")?;
    if !rest.starts_with(char::is_whitespace) {
        return None;
    }
    let opening = text.len() - trimmed.len();
    let toml = opening + trimmed.find('\n')? + 1;
    let mut at = toml;
    for line in text[toml..].split_inclusive('\n') {
        if line.starts_with("---") {
            return Some(Parts { toml, closing: at, body: at + line.len() });
        }
        at += line.len();
    }
    None
}
