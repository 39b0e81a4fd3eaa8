//! Notices when the owner thread is stuck, and says where.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// A turn of the owner thread longer than this is logged when it ends.
pub(crate) const SLOW_TURN: Duration = Duration::from_millis(100);
const STUCK_TURN: Duration = Duration::from_secs(5);

/// Milliseconds since start at which the current turn began, 0 between turns.
#[derive(Clone)]
pub(crate) struct Watchdog {
    started: Instant,
    turn_began: Arc<AtomicU64>,
}

impl Watchdog {
    /// Starts watching; `report` is called once for each turn that takes over five seconds.
    pub(crate) fn start(report: impl Fn(Duration) + Send + 'static) -> Watchdog {
        let watchdog = Watchdog { started: Instant::now(), turn_began: Arc::default() };
        let watched = watchdog.clone();
        let spawned = thread::Builder::new().name("rocky-watchdog".to_owned()).spawn(move || {
            let mut reported = 0;
            // The owner holds one clone; when it is the only one left here, the server is gone.
            while Arc::strong_count(&watched.turn_began) > 1 {
                thread::sleep(Duration::from_millis(500));
                let began = watched.turn_began.load(Ordering::Relaxed);
                let running = watched.now().saturating_sub(began);
                if began != 0 && began != reported && running > STUCK_TURN.as_millis() as u64 {
                    reported = began;
                    report(Duration::from_millis(running));
                }
            }
        });
        // Without a watchdog the server still serves.
        drop(spawned);
        watchdog
    }

    fn now(&self) -> u64 {
        self.started.elapsed().as_millis() as u64 + 1
    }

    /// A turn begins.
    pub(crate) fn begin(&self) {
        self.turn_began.store(self.now(), Ordering::Relaxed);
    }

    /// The turn is over.
    pub(crate) fn end(&self) {
        self.turn_began.store(0, Ordering::Relaxed);
    }
}
