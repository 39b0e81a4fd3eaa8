//! How long one query may run: a random query can multiply rows without end.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use duckdb::{Connection, InterruptHandle};

const LONGEST: Duration = Duration::from_secs(10);
/// From when on a query is shown, with `ROCKY_JUDGE_SLOW` set.
const SLOW: Duration = Duration::from_millis(500);

/// What runs now, since when, and how to stop it.
static RUNNING: Mutex<Vec<(u64, Instant, Arc<InterruptHandle>)>> = Mutex::new(Vec::new());

/// Runs something on a connection; DuckDB stops it with an error when it takes too long.
pub(crate) fn limited<T>(connection: &Connection, sql: &str, run: impl FnOnce() -> T) -> T {
    static WATCH: OnceLock<()> = OnceLock::new();
    WATCH.get_or_init(|| {
        std::thread::spawn(watch);
    });
    let number = {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        let number = running.last().map_or(0, |(number, _, _)| number + 1);
        running.push((number, Instant::now(), connection.interrupt_handle()));
        number
    };
    let since = Instant::now();
    let result = run();
    if since.elapsed() > SLOW && std::env::var_os("ROCKY_JUDGE_SLOW").is_some() {
        println!("SLOW {:?} {}", since.elapsed(), sql.replace('\n', " "));
    }
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner).retain(|(other, _, _)| *other != number);
    result
}

fn watch() {
    loop {
        std::thread::sleep(Duration::from_millis(500));
        for (_, since, handle) in RUNNING.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            if since.elapsed() > LONGEST {
                handle.interrupt();
            }
        }
    }
}
