//! How long one query may run: a random query can multiply rows without end.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use duckdb::{Connection, InterruptHandle};

const LONGEST: Duration = Duration::from_secs(10);
/// A query that runs now.
struct Running {
    number: u64,
    since: Instant,
    handle: Arc<InterruptHandle>,
    sql: String,
}

static RUNNING: Mutex<Vec<Running>> = Mutex::new(Vec::new());

/// Runs something on a connection; DuckDB stops it with an error when it takes too long.
pub(crate) fn limited<T>(connection: &Connection, sql: &str, run: impl FnOnce() -> T) -> T {
    static WATCH: OnceLock<()> = OnceLock::new();
    WATCH.get_or_init(|| {
        std::thread::spawn(watch);
    });
    let number = {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        let number = running.last().map_or(0, |last| last.number + 1);
        running.push(Running {
            number,
            since: Instant::now(),
            handle: connection.interrupt_handle(),
            sql: sql.to_owned(),
        });
        number
    };
    let result = run();
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner).retain(|other| other.number != number);
    result
}

fn watch() {
    loop {
        std::thread::sleep(Duration::from_millis(500));
        for Running { since, handle, sql, .. } in
            RUNNING.lock().unwrap_or_else(PoisonError::into_inner).iter()
        {
            if since.elapsed() > LONGEST {
                println!("stopped after {LONGEST:?}: {sql}");
                handle.interrupt();
            }
        }
    }
}
