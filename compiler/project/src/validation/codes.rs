//! The codes of configuration messages, from their data file.

use smol_str::SmolStr;
use std::sync::OnceLock;

/// A code with its meaning.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ValidationCode {
    /// The code.
    pub code: SmolStr,
    /// What it is about.
    pub title: String,
    /// The severities it is shown with: `ok`, `warn`, `error`, `lint`; none when it is only reserved.
    pub severities: Vec<String>,
}

const DATA: &str = include_str!("../../data/validation-codes.toml");

/// All codes, sorted.
pub fn validation_codes() -> &'static [ValidationCode] {
    static CODES: OnceLock<Vec<ValidationCode>> = OnceLock::new();
    CODES.get_or_init(|| {
        // A data file of this package: a test proves that it parses.
        let table: toml::Table = DATA.parse().unwrap_or_default();
        table
            .into_iter()
            .filter_map(|(code, entry)| {
                let title = entry.get("title")?.as_str()?.to_owned();
                let severities = entry.get("severities")?.as_array()?;
                let severities =
                    severities.iter().filter_map(|word| word.as_str().map(str::to_owned)).collect();
                Some(ValidationCode { code: SmolStr::new(code), title, severities })
            })
            .collect()
    })
}

/// One code.
pub fn validation_code(code: &str) -> Option<&'static ValidationCode> {
    validation_codes().iter().find(|known| known.code == code)
}
