//! Which kinds of arguments DuckDB's functions take.

use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::sync::OnceLock;

const DUCK_DB: &str = include_str!("../data/functions/duckdb.arguments");

/// The overloads of a function: kinds of arguments, as the data file writes them.
#[derive(Debug, Default)]
pub(crate) struct Overloads(Vec<SmolStr>);

/// Whether a call fits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fit {
    /// It fits, or may.
    Fits,
    /// No overload has that many arguments.
    Count,
    /// No overload takes the argument at this position, counted from 0.
    Argument(usize),
}

impl Overloads {
    /// Whether one overload takes arguments of these kinds; `None` is a kind that is not known or adapts.
    pub(crate) fn fit(&self, kinds: &[Option<char>]) -> Fit {
        let mut counted = false;
        let mut furthest = 0;
        for overload in &self.0 {
            let Some(parameters) = parameters(overload, kinds.len()) else {
                continue;
            };
            counted = true;
            let wrong = parameters
                .zip(kinds)
                .position(|(parameter, kind)| kind.is_some_and(|kind| !takes(parameter, kind)));
            match wrong {
                None => return Fit::Fits,
                Some(position) => furthest = furthest.max(position),
            }
        }
        if counted { Fit::Argument(furthest) } else { Fit::Count }
    }

    /// The numbers of arguments there may be, for people: `1`, `2 or 3`, `at least 1`.
    pub(crate) fn counts(&self) -> String {
        let mut counts: Vec<usize> = Vec::new();
        for overload in &self.0 {
            if overload.ends_with('+') {
                return format!("at least {}", overload.len().saturating_sub(2));
            }
            counts.push(if overload == "-" { 0 } else { overload.len() });
        }
        counts.sort_unstable();
        counts.dedup();
        counts.iter().map(usize::to_string).collect::<Vec<_>>().join(" or ")
    }
}

/// The parameters of an overload for so many arguments.
fn parameters(overload: &str, count: usize) -> Option<impl Iterator<Item = char>> {
    let (fixed, rest) = match overload.strip_suffix('+') {
        Some(all) => {
            let rest = all.chars().last()?;
            (all.strip_suffix(rest)?, Some(rest))
        }
        None => (if overload == "-" { "" } else { overload }, None),
    };
    let fits = if rest.is_some() { count >= fixed.len() } else { count == fixed.len() };
    fits.then(|| fixed.chars().chain(std::iter::repeat(rest.unwrap_or('*'))))
}

/// Whether a parameter takes a value of another kind without a cast; in doubt it does.
fn takes(parameter: char, kind: char) -> bool {
    let moment = |kind| matches!(kind, 'd' | 't' | 'z');
    parameter == kind
        || parameter == '*'
        || (moment(parameter) && moment(kind))
        || matches!((parameter, kind), ('s', 'j') | ('j', _))
}

/// The overloads of a function of DuckDB, by its name in upper case.
pub(crate) fn duck_db_overloads(name: &str) -> Option<&'static Overloads> {
    static TABLE: OnceLock<FxHashMap<&'static str, Overloads>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let mut table = FxHashMap::default();
        for line in DUCK_DB.lines().filter(|line| !line.starts_with('#')) {
            if let Some((overloads, names)) = line.split_once(" : ") {
                for name in names.split_whitespace() {
                    table.insert(name, Overloads(overloads.split_whitespace().map(SmolStr::new).collect()));
                }
            }
        }
        table
    });
    table.get(name)
}

#[cfg(test)]
mod tests {
    use super::{Fit, duck_db_overloads};

    #[test]
    fn counts_and_kinds_decide() {
        let upper = duck_db_overloads("UPPER").expect("it is in the file");
        assert_eq!(upper.fit(&[Some('s')]), Fit::Fits);
        assert_eq!(upper.fit(&[None]), Fit::Fits);
        assert_eq!(upper.fit(&[Some('n')]), Fit::Argument(0));
        assert_eq!(upper.fit(&[]), Fit::Count);
        assert_eq!(upper.counts(), "1");
        let concat = duck_db_overloads("CONCAT").expect("it is in the file");
        assert_eq!(concat.fit(&[Some('n'), None, Some('l')]), Fit::Fits);
        assert_eq!(concat.fit(&[]), Fit::Count);
        assert_eq!(concat.counts(), "at least 1");
    }
}
