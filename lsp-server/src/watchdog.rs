//! Notices when the owner thread is stuck, and says where.

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// A turn of the owner thread longer than this is logged when it ends.
pub(crate) const SLOW_TURN: Duration = Duration::from_millis(100);
const STUCK_TURN: Duration = Duration::from_secs(5);
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Milliseconds since start at which the current turn began, 0 between turns.
pub(crate) struct Watchdog {
    clock: Clock,
    /// Dropped with the owner; then the thread ends.
    _alive: Sender<()>,
}

#[derive(Clone)]
struct Clock {
    started: Instant,
    turn_began: Arc<AtomicU64>,
}

impl Watchdog {
    /// Starts watching; `report` is called once for each turn that takes over five seconds.
    pub(crate) fn start(report: impl Fn(Duration) + Send + 'static) -> Watchdog {
        let clock = Clock { started: Instant::now(), turn_began: Arc::default() };
        let watched = clock.clone();
        let (alive, owner) = bounded::<()>(0);
        let spawned = thread::Builder::new().name("rocky-watchdog".to_owned()).spawn(move || {
            let mut reported = 0;
            while owner.recv_timeout(LOOK_EVERY) == Err(RecvTimeoutError::Timeout) {
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
        Watchdog { clock, _alive: alive }
    }

    /// A turn begins.
    pub(crate) fn begin(&self) {
        self.clock.turn_began.store(self.clock.now(), Ordering::Relaxed);
    }

    /// The turn is over.
    pub(crate) fn end(&self) {
        self.clock.turn_began.store(0, Ordering::Relaxed);
    }
}

impl Clock {
    fn now(&self) -> u64 {
        self.started.elapsed().as_millis() as u64 + 1
    }
}
