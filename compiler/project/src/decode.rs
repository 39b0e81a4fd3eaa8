//! Reads typed values out of a parsed TOML document and reports whatever does not fit, with its place.

use crate::environment::{OffsetMap, UnsetVariable};
use crate::{Finding, TomlTable, TomlValue};
use rocky_base_db::{Severity, closest};
use rocky_syntax::TextRange;
use smol_str::{SmolStr, format_smolstr};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// Codes that a kind of document reports its problems under.
#[derive(Clone, Copy)]
pub(crate) struct Policy {
    /// A value of the wrong type, or not among the allowed ones; a missing required key.
    pub(crate) wrong_value: &'static str,
    /// A key that has no meaning.
    pub(crate) unknown_key: &'static str,
    /// How bad an unknown key is.
    pub(crate) unknown_severity: Severity,
}

/// The state of reading one document.
pub(crate) struct Decoder<'m> {
    pub(crate) map: &'m OffsetMap,
    pub(crate) unset: &'m [UnsetVariable],
    pub(crate) policy: Policy,
    pub(crate) findings: Vec<Finding>,
    /// Whether a test may leave its column to those who use it.
    pub(crate) column_may_follow: bool,
}

/// A table of the document with its dotted path.
#[derive(Clone)]
pub(crate) struct Table<'t> {
    pub(crate) entries: &'t DeTable<'t>,
    pub(crate) path: SmolStr,
    /// The table on disk: its header for `[a]`, all of it for `{ … }`.
    pub(crate) range: TextRange,
}

impl<'t> Table<'t> {
    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.entries.get(key)
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.get(key).is_some()
    }

    /// The dotted path of a key of this table.
    pub(crate) fn field(&self, key: &str) -> SmolStr {
        join(&self.path, key)
    }

    /// Keys and values in file order.
    pub(crate) fn in_order(&self) -> Vec<(&'t Spanned<toml::de::DeString<'t>>, &'t Spanned<DeValue<'t>>)> {
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        entries
    }

    /// How the table is called in a message.
    pub(crate) fn title(&self) -> String {
        if self.path.is_empty() { "the top level".to_owned() } else { format!("[{}]", self.path) }
    }
}

/// `parent.key`, without the dot at the top.
pub(crate) fn join(parent: &str, key: &str) -> SmolStr {
    if parent.is_empty() { SmolStr::new(key) } else { format_smolstr!("{parent}.{key}") }
}

impl Decoder<'_> {
    /// The range on disk of a range of the parsed text.
    pub(crate) fn range(&self, span: Range<usize>) -> TextRange {
        self.map.range(span)
    }

    /// Whether a value depends on an environment variable that is not set, so that nothing can be said.
    pub(crate) fn is_unresolved(&self, span: Range<usize>) -> bool {
        if self.unset.is_empty() {
            return false;
        }
        let range = self.range(span);
        self.unset.iter().any(|unset| range.contains_range(unset.range))
    }

    pub(crate) fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Reports a value that does not fit. Silent where an unset variable is the cause.
    pub(crate) fn wrong(
        &mut self,
        field: &str,
        span: Range<usize>,
        message: String,
        suggestion: Option<String>,
    ) {
        if self.is_unresolved(span.clone()) {
            return;
        }
        let mut finding = Finding::error(self.policy.wrong_value, self.range(span), message).at_field(field);
        finding.suggestion = Some(suggestion.unwrap_or_else(|| "correct the value".to_owned()));
        self.report(finding);
    }

    fn wrong_type(&mut self, field: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let found = value.get_ref().type_str();
        let article = if found.starts_with(['a', 'i']) { "an" } else { "a" };
        let message = format!("'{field}' must be {wanted}, but it is {article} {found}");
        self.wrong(field, value.span(), message, Some(format!("write {wanted}")));
    }

    /// Reports every key of `table` that is not in `known`.
    pub(crate) fn check_keys(&mut self, table: &Table<'_>, known: &[&str]) {
        self.check_keys_as(table, known, self.policy.unknown_severity);
    }

    /// [`Decoder::check_keys`] with a severity of its own.
    pub(crate) fn check_keys_as(&mut self, table: &Table<'_>, known: &[&str], severity: Severity) {
        for key in table.entries.keys() {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                self.unknown_key(table, key, known, severity);
            }
        }
    }

    /// Reports one key that means nothing in `table`.
    pub(crate) fn unknown_key(
        &mut self,
        table: &Table<'_>,
        key: &Spanned<toml::de::DeString<'_>>,
        known: &[&str],
        severity: Severity,
    ) {
        let name: &str = key.get_ref();
        let range = self.range(key.span());
        let message = format!("'{name}' is not a key of {}", table.title());
        let mut finding =
            Finding::warning(self.policy.unknown_key, range, message).at_field(table.field(name));
        finding.severity = severity;
        finding = match closest(name, known.iter().copied()) {
            Some(near) => finding.suggest(format!("did you mean '{near}'?")).fix(
                format!("Rename to '{near}'"),
                range,
                near,
            ),
            None => finding.suggest(format!("remove it; keys that exist here: {}", known.join(", "))),
        };
        self.report(finding);
    }

    /// The table behind a value.
    pub(crate) fn as_table<'t>(
        &mut self,
        path: SmolStr,
        value: &'t Spanned<DeValue<'t>>,
    ) -> Option<Table<'t>> {
        match value.get_ref() {
            DeValue::Table(entries) => Some(Table { entries, path, range: self.range(value.span()) }),
            _ => {
                self.wrong_type(&path, value, "a table");
                None
            }
        }
    }

    /// The table of a key.
    pub(crate) fn table<'t>(&mut self, parent: &Table<'t>, key: &str) -> Option<Table<'t>> {
        let value = parent.get(key)?;
        self.as_table(parent.field(key), value)
    }

    fn array<'t>(&mut self, parent: &Table<'t>, key: &str, wanted: &str) -> Option<&'t DeArray<'t>> {
        let value = parent.get(key)?;
        match value.get_ref() {
            DeValue::Array(items) => Some(items),
            _ => {
                self.wrong_type(&parent.field(key), value, wanted);
                None
            }
        }
    }

    /// The tables of an array of tables, `[[key]]`.
    pub(crate) fn tables<'t>(&mut self, parent: &Table<'t>, key: &str) -> Vec<Table<'t>> {
        let Some(items) = self.array(parent, key, "an array of tables") else { return Vec::new() };
        let field = parent.field(key);
        let mut tables = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            tables.extend(self.as_table(format_smolstr!("{field}.{index}"), item));
        }
        tables
    }

    /// One table or an array of tables; both spellings are common for hooks and expectations.
    pub(crate) fn one_or_many<'t>(&mut self, parent: &Table<'t>, key: &str) -> Vec<Table<'t>> {
        match parent.get(key).map(Spanned::get_ref) {
            Some(DeValue::Array(_)) => self.tables(parent, key),
            _ => self.table(parent, key).into_iter().collect(),
        }
    }

    /// A string.
    pub(crate) fn text(&mut self, table: &Table<'_>, key: &str) -> Option<SmolStr> {
        let value = table.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(SmolStr::new(text)),
            _ => {
                self.wrong_type(&table.field(key), value, "a string");
                None
            }
        }
    }

    /// A string that must be there.
    pub(crate) fn required_text(&mut self, table: &Table<'_>, key: &str) -> Option<SmolStr> {
        if !table.has(key) {
            self.missing(table, key);
        }
        self.text(table, key)
    }

    /// Reports that a key is missing from a table.
    pub(crate) fn missing(&mut self, table: &Table<'_>, key: &str) {
        let message = format!("{} needs the key '{key}'", table.title());
        let finding = Finding::error(self.policy.wrong_value, table.range, message)
            .at_field(table.field(key))
            .suggest(format!("add `{key} = …`"));
        self.report(finding);
    }

    /// A list of strings.
    pub(crate) fn texts(&mut self, table: &Table<'_>, key: &str) -> Option<Vec<SmolStr>> {
        let items = self.array(table, key, "a list of strings")?;
        let mut texts = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            match item.get_ref() {
                DeValue::String(text) => texts.push(SmolStr::new(text)),
                _ => self.wrong_type(&format!("{}.{index}", table.field(key)), item, "a string"),
            }
        }
        Some(texts)
    }

    /// A list of strings that must be there.
    pub(crate) fn required_texts(&mut self, table: &Table<'_>, key: &str) -> Option<Vec<SmolStr>> {
        if !table.has(key) {
            self.missing(table, key);
        }
        self.texts(table, key)
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&mut self, table: &Table<'_>, key: &str) -> Option<bool> {
        let value = table.get(key)?;
        match value.get_ref() {
            DeValue::Boolean(value) => Some(*value),
            _ => {
                self.wrong_type(&table.field(key), value, "true or false");
                None
            }
        }
    }

    /// A whole number of the type `N`; negative and too large ones are reported.
    pub(crate) fn integer<N: TryFrom<i128>>(&mut self, table: &Table<'_>, key: &str) -> Option<N> {
        let value = table.get(key)?;
        let field = table.field(key);
        let DeValue::Integer(number) = value.get_ref() else {
            self.wrong_type(&field, value, "a whole number");
            return None;
        };
        let parsed = i128::from_str_radix(number.as_str(), number.radix()).ok();
        let fitting = parsed.and_then(|number| N::try_from(number).ok());
        if fitting.is_none() {
            let problem = if parsed.is_some_and(|number| number < 0) { "negative" } else { "too large" };
            self.wrong(&field, value.span(), format!("'{field}' is {problem}: {number}"), None);
        }
        fitting
    }

    /// A number, whole or not, that is finite.
    pub(crate) fn float(&mut self, table: &Table<'_>, key: &str) -> Option<f64> {
        let value = table.get(key)?;
        let field = table.field(key);
        let parsed = match value.get_ref() {
            DeValue::Float(number) => number.as_str().replace('_', "").parse::<f64>().ok(),
            DeValue::Integer(number) => {
                i128::from_str_radix(number.as_str(), number.radix()).ok().map(|number| number as f64)
            }
            _ => {
                self.wrong_type(&field, value, "a number");
                return None;
            }
        };
        let finite = parsed.filter(|number| number.is_finite());
        if finite.is_none() {
            self.wrong(&field, value.span(), format!("'{field}' must be a finite number"), None);
        }
        finite
    }

    /// One of some words.
    pub(crate) fn choice<T: Copy>(
        &mut self,
        table: &Table<'_>,
        key: &str,
        choices: &[(&str, T)],
    ) -> Option<T> {
        let text = self.text(table, key)?;
        if let Some((_, chosen)) = choices.iter().find(|(word, _)| *word == text) {
            return Some(*chosen);
        }
        let value = table.get(key)?;
        self.not_a_choice(&table.field(key), value.span(), &text, choices.iter().map(|(word, _)| *word));
        None
    }

    /// Reports a word that is not among the allowed ones.
    pub(crate) fn not_a_choice<'w>(
        &mut self,
        field: &str,
        span: Range<usize>,
        text: &str,
        words: impl Iterator<Item = &'w str>,
    ) {
        if self.is_unresolved(span.clone()) {
            return;
        }
        let words: Vec<&str> = words.collect();
        let range = self.range(span);
        let message = format!("'{text}' is not a value of '{field}'; allowed are {}", words.join(", "));
        let mut finding = Finding::error(self.policy.wrong_value, range, message).at_field(field);
        finding = match closest(text, words.iter().copied()) {
            Some(near) => finding.suggest(format!("did you mean '{near}'?")).fix(
                format!("Replace with '{near}'"),
                range,
                format!("\"{near}\""),
            ),
            None => finding.suggest("use one of the allowed values"),
        };
        self.report(finding);
    }

    /// A table that is handed on as it is.
    pub(crate) fn raw_table(&mut self, table: &Table<'_>, key: &str) -> Option<TomlTable> {
        let raw = self.table(table, key)?;
        Some(crate::toml_value::table_in_order(raw.entries))
    }

    /// A table from names to scalar values, sorted by name.
    pub(crate) fn text_map(&mut self, table: &Table<'_>, key: &str) -> Option<Vec<(SmolStr, SmolStr)>> {
        let map = self.table(table, key)?;
        let mut entries = Vec::new();
        for (name, value) in map.entries.iter() {
            match TomlValue::of(value.get_ref()).scalar_text() {
                Some(text) => entries.push((SmolStr::new(name.get_ref()), SmolStr::new(text))),
                None => self.wrong_type(&map.field(name.get_ref()), value, "a string"),
            }
        }
        Some(entries)
    }

    /// A number for a check, written as a string or as a number. Not-a-numbers are reported.
    pub(crate) fn number_text(&mut self, table: &Table<'_>, key: &str) -> Option<SmolStr> {
        let value = table.get(key)?;
        let field = table.field(key);
        let text = match value.get_ref() {
            DeValue::String(text) => SmolStr::new(text.trim()),
            DeValue::Integer(number) => format_smolstr!("{number}"),
            DeValue::Float(number) => SmolStr::new(number.as_str()),
            _ => {
                self.wrong_type(&field, value, "a number");
                return None;
            }
        };
        if text.parse::<f64>().is_ok_and(f64::is_finite) {
            return Some(text);
        }
        self.wrong(
            &field,
            value.span(),
            format!("'{text}' is not a finite number, which '{field}' must be"),
            None,
        );
        None
    }
}
