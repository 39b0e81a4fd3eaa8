//! Medians and percentiles.

use std::time::Duration;

/// The middle value; zero when there is none.
#[must_use]
pub fn median(times: &mut [Duration]) -> Duration {
    percentile(times, 50)
}

/// The value below which so many of a hundred values lie (nearest rank); zero when there is none.
#[must_use]
pub fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    let rank = (times.len() * percent).div_ceil(100).max(1);
    times.get(rank - 1).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{median, percentile};
    use std::time::Duration;

    #[test]
    fn nearest_rank() {
        let mut times: Vec<Duration> = (1..=200).rev().map(Duration::from_millis).collect();
        assert_eq!(median(&mut times), Duration::from_millis(100));
        assert_eq!(percentile(&mut times, 99), Duration::from_millis(198));
        assert_eq!(percentile(&mut times, 100), Duration::from_millis(200));
        assert_eq!(median(&mut []), Duration::ZERO);
    }
}
