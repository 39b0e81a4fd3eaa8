//! Time, passed in.

use std::time::{Duration, Instant};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

/// A source of time.
pub trait Clock: Send + Sync {
    /// Now, in UTC.
    fn now(&self) -> OffsetDateTime;
    /// Time since some fixed moment; never goes back.
    fn monotonic(&self) -> Duration;
}

/// The machine's clock.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self { start: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }
}

/// `2026-05-02T13:04:05.123456Z`: RFC 3339 in UTC, at most microseconds.
pub fn rfc3339(moment: OffsetDateTime) -> String {
    let moment = moment.to_offset(time::UtcOffset::UTC);
    let microseconds = moment.nanosecond() / 1_000 * 1_000;
    let moment = moment.replace_nanosecond(microseconds).unwrap_or(moment);
    // Formatting fails only for years no clock shows.
    moment.format(&Rfc3339).unwrap_or_else(|_| moment.to_string())
}

/// `run-YYYYMMDD-HHMMSS-mmm`.
pub(crate) fn run_id(moment: OffsetDateTime) -> String {
    let stamp = format_description!("[year][month][day]-[hour][minute][second]-[subsecond digits:3]");
    format!("run-{}", moment.format(&stamp).unwrap_or_else(|_| moment.unix_timestamp().to_string()))
}

/// `model-<name>-YYYYMMDD-HHMMSS`.
pub(crate) fn model_run_id(model: &str, moment: OffsetDateTime) -> String {
    let stamp = format_description!("[year][month][day]-[hour][minute][second]");
    format!("model-{model}-{}", moment.format(&stamp).unwrap_or_else(|_| moment.unix_timestamp().to_string()))
}

/// Whole milliseconds.
pub(crate) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
