//! How many nodes run side by side: a fixed number, or one that grows by successes and halves on rate limits.

use rocky_plan_model::Concurrency;

const ADAPTIVE_MAXIMUM: u32 = 32;
const SUCCESSES_PER_STEP: u32 = 10;

/// The limit and what changes it.
#[derive(Debug, Clone)]
pub(crate) struct Throttle {
    limit: u32,
    initial: u32,
    adaptive: bool,
    successes: u32,
    rate_limits: u32,
}

impl Throttle {
    /// From the configuration and what the warehouse says is worth it.
    pub(crate) fn new(concurrency: Concurrency, useful: Option<u32>) -> Self {
        let (limit, adaptive) = match concurrency {
            Concurrency::Fixed(limit) => (limit.max(1), false),
            Concurrency::Adaptive => (useful.unwrap_or(ADAPTIVE_MAXIMUM).clamp(1, ADAPTIVE_MAXIMUM), true),
        };
        Self { limit, initial: limit, adaptive, successes: 0, rate_limits: 0 }
    }

    pub(crate) fn limit(&self) -> usize {
        usize::try_from(self.limit).unwrap_or(usize::MAX)
    }

    pub(crate) fn initial(&self) -> u32 {
        self.initial
    }

    pub(crate) fn current(&self) -> u32 {
        self.limit
    }

    pub(crate) fn is_adaptive(&self) -> bool {
        self.adaptive
    }

    pub(crate) fn rate_limits(&self) -> u32 {
        self.rate_limits
    }

    pub(crate) fn success(&mut self) {
        if !self.adaptive {
            return;
        }
        self.successes += 1;
        if self.successes >= SUCCESSES_PER_STEP {
            self.successes = 0;
            let step = if self.limit < self.initial / 2 { 2 } else { 1 };
            self.limit = (self.limit + step).min(self.initial);
        }
    }

    pub(crate) fn rate_limited(&mut self) {
        self.rate_limits += 1;
        self.successes = 0;
        if self.adaptive {
            self.limit = (self.limit / 2).max(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_on_rate_limits_and_grows_back() {
        let mut throttle = Throttle::new(Concurrency::Adaptive, None);
        assert_eq!(throttle.current(), 32);
        throttle.rate_limited();
        throttle.rate_limited();
        throttle.rate_limited();
        assert_eq!((throttle.current(), throttle.rate_limits()), (4, 3));
        (0..10).for_each(|_| throttle.success());
        assert_eq!(throttle.current(), 6);
        (0..1000).for_each(|_| throttle.success());
        assert_eq!(throttle.current(), 32);
        (0..10).for_each(|_| throttle.rate_limited());
        assert_eq!(throttle.current(), 1);
    }

    #[test]
    fn a_fixed_limit_stays() {
        let mut throttle = Throttle::new(Concurrency::Fixed(0), Some(8));
        throttle.rate_limited();
        (0..100).for_each(|_| throttle.success());
        assert_eq!((throttle.limit(), throttle.rate_limits()), (1, 1));
    }

    #[test]
    fn an_adaptive_limit_stays_within_what_is_useful() {
        assert_eq!(Throttle::new(Concurrency::Adaptive, Some(2)).limit(), 2);
        assert_eq!(Throttle::new(Concurrency::Adaptive, Some(100)).limit(), 32);
    }
}
