//! What was counted.

use std::collections::BTreeMap;

use duckdb::Connection;

use crate::generate::Query;
use crate::judgement::{Ours, Verdict, compare, describe, inferred};
use crate::nulls::{Ran, run};
use crate::world::World;

/// How often something was seen, with an example.
#[derive(Debug, Default, Clone)]
pub(crate) struct Causes(BTreeMap<String, (usize, String)>);

impl Causes {
    pub(crate) fn add(&mut self, cause: String, example: impl FnOnce() -> String) {
        match self.0.get_mut(&cause) {
            Some(seen) => seen.0 += 1,
            None => {
                self.0.insert(cause, (1, example()));
            }
        }
    }

    /// The most frequent first.
    pub(crate) fn ranked(&self) -> Vec<(&str, usize, &str)> {
        let mut rows: Vec<_> =
            self.0.iter().map(|(cause, (n, example))| (cause.as_str(), *n, example.as_str())).collect();
        rows.sort_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(right.0)));
        rows
    }
}

/// Counts over a set of queries.
#[derive(Debug, Default, Clone)]
pub(crate) struct Tally {
    pub(crate) queries: usize,
    pub(crate) refused: usize,
    /// Of the refused ones, those we report too.
    pub(crate) refused_by_us: usize,
    pub(crate) false_errors: usize,
    pub(crate) columns: usize,
    pub(crate) equal: usize,
    pub(crate) different: usize,
    pub(crate) unknown: usize,
    pub(crate) outside: usize,
    pub(crate) wrong_width: usize,
    pub(crate) names_known: usize,
    pub(crate) names_wrong: usize,
    pub(crate) runs: usize,
    pub(crate) stopped: usize,
    pub(crate) called_not_null: usize,
    pub(crate) null_violations: usize,
    pub(crate) mutants: BTreeMap<&'static str, (usize, usize)>,
    pub(crate) false_error_causes: Causes,
    pub(crate) different_causes: Causes,
    pub(crate) unknown_causes: Causes,
    pub(crate) name_causes: Causes,
    pub(crate) null_causes: Causes,
    pub(crate) refused_causes: Causes,
    pub(crate) mutant_causes: Causes,
}

impl Tally {
    /// Judges one query; gives what we inferred if DuckDB accepts it.
    pub(crate) fn judge(&mut self, query: &Query, world: &World, connection: &Connection) -> Option<Ours> {
        let sql = query.sql();
        let ours = inferred(&sql, world);
        self.queries += 1;
        let theirs = match describe(connection, &sql) {
            Ok(theirs) => theirs,
            Err(why) => {
                self.refused += 1;
                self.refused_by_us += usize::from(!ours.errors.is_empty());
                if ours.errors.is_empty() {
                    self.refused_causes.add(headline(&why), || sql);
                }
                return None;
            }
        };
        if let Some((code, message)) = ours.errors.first() {
            self.false_errors += 1;
            self.false_error_causes.add(format!("{code} {}", masked(message)), || sql.clone());
        }
        self.compare(&theirs, &ours, query, &sql);
        Some(ours)
    }

    fn compare(&mut self, theirs: &[(String, String)], ours: &Ours, query: &Query, sql: &str) {
        let schema = &ours.inference.schema;
        self.columns += theirs.len();
        let unnamed = schema.columns.iter().any(|column| column.name.is_empty());
        if (schema.open && !unnamed) || schema.columns.len() != theirs.len() {
            if schema.open {
                self.unknown += theirs.len();
                self.unknown_causes.add("the set of columns is open".to_owned(), || sql.to_owned());
            } else {
                self.wrong_width += 1;
                self.different += theirs.len();
                self.different_causes.add("another number of columns".to_owned(), || sql.to_owned());
            }
            return;
        }
        for (column, (name, ty)) in schema.columns.iter().zip(theirs) {
            let shape = query.shapes.get(name.as_str()).copied().unwrap_or("(no alias)");
            if !column.name.is_empty() {
                self.names_known += 1;
                if column.name != name.as_str() {
                    self.names_wrong += 1;
                    self.name_causes
                        .add(format!("{} for {}", masked(&column.name), masked(name)), || sql.to_owned());
                }
            }
            match compare(&column.ty, column.exact, ty) {
                Verdict::Equal => self.equal += 1,
                Verdict::Outside => self.outside += 1,
                Verdict::Unknown => {
                    self.unknown += 1;
                    let found = if column.exact { "" } else { "~" };
                    self.unknown_causes
                        .add(shape.to_owned(), || format!("{name}: {found}{} for {ty}: {sql}", column.ty));
                }
                Verdict::Different => {
                    self.different += 1;
                    self.different_causes
                        .add(shape.to_owned(), || format!("{name}: {} for {ty}: {sql}", column.ty));
                }
            }
        }
    }

    /// Runs a query over tables with rows and over empty ones.
    pub(crate) fn check_nulls(&mut self, query: &Query, ours: &Ours, connections: &[&Connection]) {
        let sql = query.sql();
        let not_null = rocky_types::Nullability::NotNull;
        self.called_not_null +=
            ours.inference.schema.columns.iter().filter(|column| column.nullability == not_null).count();
        for connection in connections {
            self.runs += 1;
            match run(connection, &sql, ours) {
                Ran::Stopped => self.stopped += 1,
                Ran::Checked(wrong) => {
                    self.null_violations += wrong.len();
                    for position in wrong {
                        let column = &ours.inference.schema.columns[position];
                        let shape = query.shapes.get(column.name.as_str()).copied().unwrap_or("(no alias)");
                        self.null_causes.add(shape.to_owned(), || format!("{}: {sql}", column.name));
                    }
                }
            }
        }
    }

    /// Judges a mutant: counts only if DuckDB refuses it.
    pub(crate) fn mutant(&mut self, name: &'static str, sql: &str, world: &World, connection: &Connection) {
        let Err(why) = describe(connection, sql) else { return };
        let counts = self.mutants.entry(name).or_default();
        counts.0 += 1;
        if inferred(sql, world).errors.is_empty() {
            self.mutant_causes.add(format!("{name}: {}", headline(&why)), || sql.to_owned());
        } else {
            counts.1 += 1;
        }
    }
}

/// The first line of an error, without what differs from query to query.
pub(crate) fn headline(why: &str) -> String {
    let line = why.lines().next().unwrap_or_default();
    let end = line.find(". Did you").unwrap_or(line.len());
    masked(&line[..end]).chars().take(110).collect()
}

/// Names and numbers as `_`.
fn masked(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_inclusive(|c: char| !(c.is_alphanumeric() || c == '_')) {
        let (name, rest) = match word.char_indices().last() {
            Some((at, last)) if !(last.is_alphanumeric() || last == '_') => (&word[..at], &word[at..]),
            _ => (word, ""),
        };
        let varies = name.bytes().any(|byte| byte.is_ascii_digit());
        out.push_str(if varies { "_" } else { name });
        out.push_str(rest);
    }
    out
}
