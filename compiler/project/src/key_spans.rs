//! Where each key of a TOML text stands.
//!
//! Values are kept without positions, so that moving a line changes no value. Whoever must point at a
//! key asks for the spans of the text, by the key's dotted path.

use crate::environment::{Substitution, substitute};
use rocky_syntax::TextRange;
use smol_str::SmolStr;
use toml::de::{DeTable, DeValue};

/// Places of one key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct KeySpan {
    /// The key itself; for a list element, its value.
    pub key: TextRange,
    /// The value; of a table with a header, the header.
    pub value: TextRange,
}

/// Places of all keys of a document, by dotted path: `strategy.time_column`, `depends_on.0`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct KeySpans {
    /// Sorted by path.
    entries: Vec<(SmolStr, KeySpan)>,
}

impl KeySpans {
    /// The spans of a TOML text that starts at byte `base` of its file.
    pub fn of(text: &str, base: usize, environment: &dyn Fn(&str) -> Option<String>) -> KeySpans {
        let Substitution { text, map, .. } = substitute(text, base, environment);
        let (table, _) = DeTable::parse_recoverable(&text);
        let mut spans = KeySpans::default();
        spans.collect(table.get_ref(), "", &|span| map.range(span));
        spans.finish();
        spans
    }

    /// Collects the keys below `table` under `path`.
    pub(crate) fn collect(
        &mut self,
        table: &DeTable<'_>,
        path: &str,
        range: &dyn Fn(std::ops::Range<usize>) -> TextRange,
    ) {
        for (key, value) in table {
            let span = KeySpan { key: range(key.span()), value: range(value.span()) };
            self.value(crate::decode::join(path, key.get_ref()), value.get_ref(), span, range);
        }
    }

    /// Sorts what was collected; look-ups work after this.
    pub(crate) fn finish(&mut self) {
        self.entries.sort_by(|left, right| left.0.cmp(&right.0));
    }

    pub(crate) fn value(
        &mut self,
        path: SmolStr,
        value: &DeValue<'_>,
        span: KeySpan,
        range: &dyn Fn(std::ops::Range<usize>) -> TextRange,
    ) {
        match value {
            DeValue::Table(table) => self.collect(table, &path, range),
            DeValue::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let place = range(item.span());
                    let item_path = crate::decode::join(&path, &index.to_string());
                    self.value(item_path, item.get_ref(), KeySpan { key: place, value: place }, range);
                }
            }
            _ => {}
        }
        self.entries.push((path, span));
    }

    /// Adds one key without its children.
    pub(crate) fn mark(&mut self, path: SmolStr, span: KeySpan) {
        self.entries.push((path, span));
    }

    /// The spans of the key at `path`, if it is written.
    pub fn get(&self, path: &str) -> Option<KeySpan> {
        let index = self.entries.binary_search_by(|(entry, _)| entry.as_str().cmp(path)).ok()?;
        Some(self.entries[index].1)
    }

    /// Whether the key at `path` is written.
    pub fn contains(&self, path: &str) -> bool {
        self.get(path).is_some()
    }

    /// The value at `path`, or the nearest written key above it: the best place to point at.
    pub fn nearest(&self, path: &str) -> Option<TextRange> {
        let mut path = path;
        loop {
            if let Some(span) = self.get(path) {
                return Some(span.value);
            }
            path = &path[..path.rfind('.')?];
        }
    }

    /// The path whose key or value holds byte `offset`, the innermost one.
    pub fn path_at(&self, offset: rocky_syntax::TextSize) -> Option<&str> {
        self.entries
            .iter()
            .filter(|(_, span)| span.key.contains_inclusive(offset) || span.value.contains_inclusive(offset))
            .min_by_key(|(path, span)| (span.value.len(), usize::MAX - path.len()))
            .map(|(path, _)| path.as_str())
    }

    /// All written paths, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(path, _)| path.as_str())
    }
}
