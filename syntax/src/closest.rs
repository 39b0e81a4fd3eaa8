//! "Did you mean": the known word nearest to a misspelt one.

/// Longer words are not looked at.
const LONGEST: usize = 128;

/// The candidate within a third of the word's length in edits, the nearest first, then in
/// alphabetical order. Very short words are near to everything, so they have none.
pub(crate) fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    let limit = if length < 3 { 0 } else { length / 3 };
    candidates
        .into_iter()
        // As many letters as they differ in length are edits already.
        .filter(|candidate| length <= LONGEST && candidate.chars().count().abs_diff(length) <= limit)
        .map(|candidate| (edit_distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

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
    fn finds_near_words_only() {
        let steps = ["where", "select", "sort", "take"];
        assert_eq!(closest("wehre", steps), Some("where"));
        assert_eq!(closest("selct", steps), Some("select"));
        assert_eq!(closest("pivot", steps), None);
    }
}
