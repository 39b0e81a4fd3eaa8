//! "Did you mean …?"

/// The edit distance of two texts: insertions, deletions, substitutions and swaps of neighbours, each
/// counted once (optimal string alignment), compared without regard to ASCII case.
pub fn edit_distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().map(|c| c.to_ascii_lowercase()).collect();
    let right: Vec<char> = right.chars().map(|c| c.to_ascii_lowercase()).collect();
    let width = right.len() + 1;
    let mut table = vec![0usize; (left.len() + 1) * width];
    for row in 0..=left.len() {
        for column in 0..width {
            table[row * width + column] = if row == 0 {
                column
            } else if column == 0 {
                row
            } else {
                let cost = usize::from(left[row - 1] != right[column - 1]);
                let mut best = (table[(row - 1) * width + column] + 1)
                    .min(table[row * width + column - 1] + 1)
                    .min(table[(row - 1) * width + column - 1] + cost);
                if row > 1
                    && column > 1
                    && left[row - 1] == right[column - 2]
                    && left[row - 2] == right[column - 1]
                {
                    best = best.min(table[(row - 2) * width + column - 2] + 1);
                }
                best
            };
        }
    }
    table[left.len() * width + right.len()]
}

/// The most similar candidate, if one is similar enough to be meant: similarity (one minus distance over
/// the longer length) above 0.7, or a distance of 1. Ties go to the candidate that sorts first.
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    closest_several(name, candidates, 1).into_iter().next()
}

/// The best `limit` candidates that are similar enough, the best first.
pub fn closest_several<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    limit: usize,
) -> Vec<&'a str> {
    const LONGEST: usize = 128;
    if name.len() > LONGEST {
        return Vec::new();
    }
    let mut scored: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter(|candidate| *candidate != name && candidate.len().abs_diff(name.len()) * 10 <= LONGEST)
        .filter_map(|candidate| {
            let longer = candidate.chars().count().max(name.chars().count());
            let distance = edit_distance(name, candidate);
            let similar = distance * 10 < longer * 3 || (distance == 1 && longer > 1);
            similar.then_some((distance, candidate))
        })
        .collect();
    scored.sort_unstable();
    scored.dedup();
    scored.truncate(limit);
    scored.into_iter().map(|(_, candidate)| candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::{closest, edit_distance};

    #[test]
    fn distances() {
        assert_eq!(edit_distance("orders", "order"), 1);
        assert_eq!(edit_distance("ordres", "orders"), 1);
        assert_eq!(edit_distance("ORDERS", "orders"), 0);
        assert_eq!(edit_distance("", "abc"), 3);
    }

    #[test]
    fn only_what_may_be_meant_is_suggested() {
        assert_eq!(closest("custmer_id", ["customer_id", "customers"]), Some("customer_id"));
        assert_eq!(closest("x", ["amount"]), None);
        assert_eq!(closest("b", ["a"]), None);
        assert_eq!(closest("ab", ["b", "a"]), Some("a"));
    }
}
