//! "Did you mean …?"

pub use rocky_syntax::edit_distance;

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
    use super::closest;

    #[test]
    fn only_what_may_be_meant_is_suggested() {
        assert_eq!(closest("custmer_id", ["customer_id", "customers"]), Some("customer_id"));
        assert_eq!(closest("x", ["amount"]), None);
        assert_eq!(closest("b", ["a"]), None);
        assert_eq!(closest("ab", ["b", "a"]), Some("a"));
    }
}
