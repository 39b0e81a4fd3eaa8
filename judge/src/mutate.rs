//! Ways to make a right query wrong. DuckDB decides whether the result is wrong.

use crate::generate::{CLOSE, KEY, OPEN, WHERE, without_marks};
use crate::random::Random;

/// A way to make a query wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mutation {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    apply: fn(&str, &mut Random) -> Option<String>,
}

pub(crate) const MUTATIONS: &[Mutation] = &[
    Mutation { name: "unknown column", what: "a reference names a column nobody has", apply: unknown_column },
    Mutation {
        name: "wrong qualifier",
        what: "a reference names a relation that is not there",
        apply: wrong_qualifier,
    },
    Mutation {
        name: "dropped qualifier",
        what: "a qualified name loses its qualifier",
        apply: dropped_qualifier,
    },
    Mutation {
        name: "misspelt column",
        what: "a letter is added to a column's name",
        apply: misspelt_column,
    },
    Mutation {
        name: "other column",
        what: "one reference is replaced by another of the query",
        apply: other_column,
    },
    Mutation {
        name: "other type",
        what: "a reference is replaced by a value of another type",
        apply: other_type,
    },
    Mutation { name: "missing argument", what: "a call loses its last argument", apply: missing_argument },
    Mutation { name: "extra arguments", what: "a call gets more arguments", apply: extra_arguments },
    Mutation { name: "missing key", what: "GROUP BY loses a key", apply: missing_key },
    Mutation { name: "aggregate in WHERE", what: "WHERE count(*) > 1", apply: aggregate_in_where },
    Mutation { name: "window in WHERE", what: "WHERE row_number() OVER () = 1", apply: window_in_where },
    Mutation {
        name: "nested aggregate",
        what: "an argument of an aggregate becomes sum of itself",
        apply: nested_aggregate,
    },
    Mutation { name: "width", what: "one branch of a set operation gets a column more", apply: width },
    Mutation {
        name: "ungrouped HAVING",
        what: "HAVING on a column of a query without groups",
        apply: ungrouped_having,
    },
    Mutation { name: "missing field", what: "a field that a struct does not have", apply: missing_field },
    Mutation { name: "ordinal", what: "ORDER BY a position that is not there", apply: ordinal },
];

impl Mutation {
    /// The changed text without marks; `None` where the query has no place for it.
    pub(crate) fn apply(&self, marked: &str, random: &mut Random) -> Option<String> {
        Some(without_marks(&(self.apply)(marked, random)?))
    }
}

/// Where references stand: the text between the marks.
fn references(marked: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = marked[from..].find(OPEN).map(|at| at + from) {
        let Some(close) = marked[open..].find(CLOSE).map(|at| at + open) else { break };
        found.push((open + OPEN.len_utf8(), close));
        from = close;
    }
    found
}

fn replaced(text: &str, place: (usize, usize), with: &str) -> String {
    format!("{}{with}{}", &text[..place.0], &text[place.1..])
}

fn some_reference(marked: &str, random: &mut Random) -> Option<(usize, usize)> {
    let found = references(marked);
    (!found.is_empty()).then(|| *random.pick(&found))
}

fn unknown_column(marked: &str, random: &mut Random) -> Option<String> {
    let place = some_reference(marked, random)?;
    Some(replaced(marked, place, "no_such_column"))
}

fn wrong_qualifier(marked: &str, random: &mut Random) -> Option<String> {
    let place = some_reference(marked, random)?;
    let name = marked[place.0..place.1].rsplit('.').next()?.to_owned();
    Some(replaced(marked, place, &format!("nobody.{name}")))
}

fn dropped_qualifier(marked: &str, random: &mut Random) -> Option<String> {
    let found: Vec<_> =
        references(marked).into_iter().filter(|place| marked[place.0..place.1].contains('.')).collect();
    if found.is_empty() {
        return None;
    }
    let place = *random.pick(&found);
    let name = marked[place.0..place.1].rsplit('.').next()?.to_owned();
    Some(replaced(marked, place, &name))
}

fn misspelt_column(marked: &str, random: &mut Random) -> Option<String> {
    let place = some_reference(marked, random)?;
    Some(replaced(marked, place, &format!("{}z", &marked[place.0..place.1])))
}

fn other_column(marked: &str, random: &mut Random) -> Option<String> {
    let (place, other) = (some_reference(marked, random)?, some_reference(marked, random)?);
    let other = marked[other.0..other.1].to_owned();
    (marked[place.0..place.1] != other).then(|| replaced(marked, place, &other))
}

fn other_type(marked: &str, random: &mut Random) -> Option<String> {
    let place = some_reference(marked, random)?;
    let values =
        ["[1, 2]", "{'q': 1}", "DATE '2024-01-01'", "TRUE", "INTERVAL 1 DAY", "'ab'::BLOB", "MAP {1: 2}"];
    Some(replaced(marked, place, &format!("({})", random.pick(&values))))
}

/// Calls: where the name starts, where the parentheses open and close.
fn calls(marked: &str) -> Vec<(usize, usize, usize)> {
    let bytes = marked.as_bytes();
    let mut found = Vec::new();
    for (open, _) in marked.match_indices('(') {
        let mut start = open;
        while start > 0 && (bytes[start - 1].is_ascii_alphanumeric() || bytes[start - 1] == b'_') {
            start -= 1;
        }
        let name = &marked[start..open];
        let lower = name.bytes().any(|byte| byte.is_ascii_lowercase());
        let relation = name.len() <= 3
            && name.starts_with(['r', 'q', 't'])
            && name.bytes().skip(1).all(|b| b.is_ascii_digit());
        // What stands in COLUMNS(…) is about names, not about values.
        let about_names =
            marked[..start].rfind("COLUMNS(").is_some_and(|at| !marked[at..start].contains(" FROM "));
        if !lower || relation || about_names || matches!(name, "range" | "unnest") {
            continue;
        }
        let mut depth = 0usize;
        let close = marked[open..].char_indices().find_map(|(at, character)| {
            match character {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth -= 1,
                _ => {}
            }
            (depth == 0).then_some(open + at)
        });
        if let Some(close) = close {
            found.push((start, open, close));
        }
    }
    found
}

/// Some call with arguments: where its parentheses open and close.
fn some_call(marked: &str, random: &mut Random) -> Option<(usize, usize)> {
    let found: Vec<_> = calls(marked)
        .into_iter()
        .filter(|(_, open, close)| close - open > 1 && !marked[open + 1..*close].contains(" FROM "))
        .map(|(_, open, close)| (open, close))
        .collect();
    (!found.is_empty()).then(|| *random.pick(&found))
}

fn missing_argument(marked: &str, random: &mut Random) -> Option<String> {
    let (open, close) = some_call(marked, random)?;
    let parts = crate::world::split_top_level(&marked[open + 1..close]);
    let kept = parts[..parts.len() - 1].join(",");
    Some(replaced(marked, (open + 1, close), &kept))
}

fn extra_arguments(marked: &str, random: &mut Random) -> Option<String> {
    let (_, close) = some_call(marked, random)?;
    Some(replaced(marked, (close, close), ", 1, 2, 3, 4, 5, 6, 7"))
}

fn missing_key(marked: &str, random: &mut Random) -> Option<String> {
    let keys: Vec<usize> = marked.match_indices(KEY).map(|(at, _)| at).collect();
    let at = if keys.is_empty() { return None } else { *random.pick(&keys) };
    let mut depth = 0i32;
    let end = marked[at..].char_indices().find_map(|(offset, character)| {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        let stop = depth < 0
            || (depth == 0
                && (character == ','
                    || marked[at + offset..].starts_with(" HAVING ")
                    || marked[at + offset..].starts_with(" ORDER BY ")));
        stop.then_some(at + offset)
    });
    Some(replaced(marked, (at, end.unwrap_or(marked.len())), "'nothing'"))
}

fn in_where(marked: &str, random: &mut Random, condition: &str) -> Option<String> {
    let places: Vec<usize> = marked.match_indices(WHERE).map(|(at, _)| at).collect();
    let at = if places.is_empty() { return None } else { *random.pick(&places) };
    let after = at + WHERE.len_utf8();
    Some(match marked[after..].strip_prefix(" WHERE ") {
        Some(rest) => format!("{} WHERE {condition} AND {rest}", &marked[..at]),
        None => format!("{} WHERE {condition}{}", &marked[..at], &marked[after..]),
    })
}

fn aggregate_in_where(marked: &str, random: &mut Random) -> Option<String> {
    in_where(marked, random, "count(*) > 1")
}

fn window_in_where(marked: &str, random: &mut Random) -> Option<String> {
    in_where(marked, random, "row_number() OVER () = 1")
}

fn nested_aggregate(marked: &str, random: &mut Random) -> Option<String> {
    const NAMES: &[&str] = &["sum", "avg", "max", "min", "count", "any_value", "median", "stddev"];
    let found: Vec<_> = calls(marked)
        .into_iter()
        .filter(|(start, open, _)| NAMES.contains(&&marked[*start..*open]))
        .filter(|(_, _, close)| {
            !marked[close + 1..].starts_with(" OVER") && !marked[close + 1..].starts_with(" FILTER")
        })
        .collect();
    if found.is_empty() {
        return None;
    }
    let (_, open, close) = *random.pick(&found);
    let inner = &marked[open + 1..close];
    if inner == "*" || inner.starts_with("DISTINCT") || inner.contains(',') {
        return None;
    }
    Some(replaced(marked, (open + 1, close), &format!("max({inner})")))
}

fn width(marked: &str, random: &mut Random) -> Option<String> {
    let places: Vec<usize> =
        [" UNION ALL SELECT ", " UNION SELECT ", " INTERSECT SELECT ", " EXCEPT SELECT "]
            .iter()
            .flat_map(|operator| marked.match_indices(operator).map(|(at, _)| at + operator.len()))
            .collect();
    let at = if places.is_empty() { return None } else { *random.pick(&places) };
    Some(replaced(marked, (at, at), "1 AS more, "))
}

fn ungrouped_having(marked: &str, random: &mut Random) -> Option<String> {
    if marked.contains("GROUP BY") || marked.contains(" ORDER BY ") || marked.contains("QUALIFY") {
        return None;
    }
    let place = some_reference(marked, random)?;
    Some(format!("{marked} HAVING {} IS NULL", &marked[place.0..place.1]))
}

fn missing_field(marked: &str, random: &mut Random) -> Option<String> {
    let places: Vec<usize> = [".a", ".b"]
        .iter()
        .flat_map(|field| {
            marked.match_indices(&format!("{CLOSE}{field}")).map(|(at, _)| at).collect::<Vec<_>>()
        })
        .collect();
    let at = if places.is_empty() { return None } else { *random.pick(&places) };
    let start = at + CLOSE.len_utf8();
    Some(replaced(marked, (start, start + 2), ".no_such_field"))
}

fn ordinal(marked: &str, _random: &mut Random) -> Option<String> {
    (!marked.contains(" ORDER BY ")).then(|| format!("{marked} ORDER BY 99"))
}
