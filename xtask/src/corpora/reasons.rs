//! Why statements are refused: a checked-in list.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};

/// One entry of the list.
struct Reason {
    /// The corpus' dialect; any if empty.
    dialect: String,
    /// A part of the text.
    contains: String,
    /// How our message starts.
    message: String,
    /// Whether it is about mutants that DuckDB's parser takes.
    mutant: bool,
    /// Whether the warehouse refuses it as well.
    invalid: bool,
    reason: String,
    used: bool,
}

/// The list, and which entries were needed.
pub(super) struct Reasons {
    entries: Vec<Reason>,
}

impl Reasons {
    pub(super) fn read(file: &Path) -> Result<Reasons> {
        let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        let table: toml::Table = text.parse().with_context(|| format!("reading {}", file.display()))?;
        let list = table.get("refused").and_then(toml::Value::as_array).context("there is no [[refused]]")?;
        let mut entries = Vec::new();
        for entry in list {
            let text =
                |key: &str| entry.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned();
            let reason = Reason {
                dialect: text("dialect"),
                contains: text("contains"),
                message: text("message"),
                mutant: entry.get("mutant").and_then(toml::Value::as_bool).unwrap_or_default(),
                invalid: entry.get("invalid").and_then(toml::Value::as_bool).unwrap_or_default(),
                reason: text("reason"),
                used: false,
            };
            let says_where = !reason.contains.is_empty() || !reason.message.is_empty();
            ensure!(
                !reason.reason.is_empty() && says_where,
                "an entry needs a reason and a part of the text"
            );
            entries.push(reason);
        }
        Ok(Reasons { entries })
    }

    /// The reason why a statement of a corpus is refused, and whether the warehouse refuses it as well.
    pub(super) fn of(&mut self, dialect: &str, text: &str, message: &str) -> Option<(String, bool)> {
        self.find(false, dialect, text, message)
    }

    /// The reason why a mutant is refused that DuckDB's parser takes.
    pub(super) fn of_mutant(&mut self, text: &str, message: &str) -> Option<String> {
        self.find(true, "duckdb", text, message).map(|(reason, _)| reason)
    }

    fn find(&mut self, mutant: bool, dialect: &str, text: &str, message: &str) -> Option<(String, bool)> {
        let entry = self.entries.iter_mut().find(|entry| {
            entry.mutant == mutant
                && (entry.dialect.is_empty() || entry.dialect == dialect)
                && text.contains(&entry.contains)
                && message.starts_with(&entry.message)
        })?;
        entry.used = true;
        Some((entry.reason.clone(), entry.invalid))
    }

    /// Entries that explain nothing any more; those about mutants depend on the seed and may rest.
    pub(super) fn unused(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().filter(|entry| !entry.used && !entry.mutant).map(|entry| {
            if entry.contains.is_empty() { entry.message.as_str() } else { entry.contains.as_str() }
        })
    }
}
