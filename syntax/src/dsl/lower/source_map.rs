//! Where each piece of lowered SQL came from.

use rowan::{TextRange, TextSize};

/// Pairs of a range of the SQL text and the range of the DSL text it was lowered from.
///
/// Entries nest: a clause contains its expressions, an expression its operands. The innermost
/// entry around a position is the most exact answer, and every SQL position has one, because
/// the whole query is mapped to its pipeline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceMap {
    /// Sorted by start, outer before inner.
    entries: Vec<Entry>,
    /// Indices into `entries`, sorted by DSL range: start, then outer before inner.
    by_dsl: Vec<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    sql: TextRange,
    dsl: TextRange,
    /// The entry directly around this one.
    parent: Option<u32>,
}

impl SourceMap {
    /// Builds a map from pairs `(sql, dsl)`. Of two pairs with the same SQL range the later
    /// one counts as the inner one.
    pub(crate) fn from_spans(spans: Vec<(TextRange, TextRange)>) -> SourceMap {
        let mut spans = spans;
        spans.sort_by_key(|(sql, _)| (sql.start(), std::cmp::Reverse(sql.end())));
        let mut entries: Vec<Entry> = Vec::with_capacity(spans.len());
        let mut open: Vec<u32> = Vec::new();
        for (sql, dsl) in spans {
            while let Some(&top) = open.last() {
                if entries[top as usize].sql.contains_range(sql) {
                    break;
                }
                open.pop();
            }
            let index = entries.len() as u32;
            entries.push(Entry { sql, dsl, parent: open.last().copied() });
            open.push(index);
        }
        let mut by_dsl: Vec<u32> = (0..entries.len() as u32).collect();
        by_dsl.sort_by_key(|&index| {
            let dsl = entries[index as usize].dsl;
            (dsl.start(), std::cmp::Reverse(dsl.end()), index)
        });
        SourceMap { entries, by_dsl }
    }

    /// All pairs `(sql, dsl)`, sorted by SQL start, outer before inner.
    pub fn entries(&self) -> impl Iterator<Item = (TextRange, TextRange)> + '_ {
        self.entries.iter().map(|entry| (entry.sql, entry.dsl))
    }

    /// The DSL range of the innermost piece of SQL around `offset`.
    pub fn dsl_at(&self, offset: TextSize) -> Option<TextRange> {
        self.innermost(TextRange::empty(offset), |sql| sql.contains(offset))
            .or_else(|| self.innermost(TextRange::empty(offset), |sql| sql.contains_inclusive(offset)))
    }

    /// The DSL range of the innermost piece of SQL that contains all of `range`.
    pub fn dsl_of(&self, range: TextRange) -> Option<TextRange> {
        if range.is_empty() {
            return self.dsl_at(range.start());
        }
        self.innermost(range, |sql| sql.contains_range(range))
    }

    fn innermost(&self, range: TextRange, fits: impl Fn(TextRange) -> bool) -> Option<TextRange> {
        let after = self.entries.partition_point(|entry| entry.sql.start() <= range.start());
        let mut candidate = after.checked_sub(1).map(|index| index as u32);
        while let Some(index) = candidate {
            let entry = self.entries[index as usize];
            if fits(entry.sql) {
                return Some(entry.dsl);
            }
            candidate = entry.parent;
        }
        None
    }

    /// The pieces of SQL lowered from exactly the DSL range `range`, in SQL order.
    pub fn sql_of(&self, range: TextRange) -> Vec<TextRange> {
        let start = self.by_dsl.partition_point(|&index| {
            let dsl = self.entries[index as usize].dsl;
            (dsl.start(), std::cmp::Reverse(dsl.end())) < (range.start(), std::cmp::Reverse(range.end()))
        });
        let mut found: Vec<TextRange> = self.by_dsl[start..]
            .iter()
            .map(|&index| self.entries[index as usize])
            .take_while(|entry| entry.dsl == range)
            .map(|entry| entry.sql)
            .collect();
        found.dedup();
        found
    }

    /// The pieces of SQL lowered from the smallest mapped DSL range around `offset`.
    pub fn sql_at(&self, offset: TextSize) -> Vec<TextRange> {
        let end = self.by_dsl.partition_point(|&index| self.entries[index as usize].dsl.start() <= offset);
        let smallest = self.by_dsl[..end]
            .iter()
            .map(|&index| self.entries[index as usize].dsl)
            .filter(|dsl| dsl.contains_inclusive(offset))
            .min_by_key(|dsl| (dsl.len(), std::cmp::Reverse(dsl.start())));
        smallest.map(|dsl| self.sql_of(dsl)).unwrap_or_default()
    }
}
