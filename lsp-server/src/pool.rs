//! The worker threads. A job computes on a snapshot; panics stay inside the job.

use crossbeam_channel::{Receiver, Sender, unbounded};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

/// Deeply nested SQL is walked recursively up to the parser's depth limit.
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// How urgent a job is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Priority {
    /// Needs a document's syntax and no more: a few milliseconds. Never waits behind findings.
    Immediate,
    /// Somebody waits for it at the keyboard.
    Urgent,
    /// A sweep over the project. At most all workers but one do this at a time.
    Background,
}

type Job = Box<dyn FnOnce() + Send>;

/// A fixed set of threads.
pub(crate) struct Pool {
    immediate: Sender<Job>,
    urgent: Sender<Job>,
    background: Sender<Job>,
    queued: [Receiver<Job>; 3],
}

impl Pool {
    /// Starts `max(2, cores - 1)` workers, of which one takes urgent jobs only, and one more for what is
    /// immediate: when a large project is opened, the first findings keep all others busy for a while.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn start() -> std::io::Result<Pool> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let workers = cores.saturating_sub(1).max(2);
        let (immediate, immediate_jobs) = unbounded::<Job>();
        let own_jobs = immediate_jobs.clone();
        thread::Builder::new()
            .name("rocky-worker-syntax".to_owned())
            .stack_size(STACK_BYTES)
            .spawn(move || work(&own_jobs, None))?;
        let (urgent, urgent_jobs) = unbounded::<Job>();
        let (background, background_jobs) = unbounded::<Job>();
        for number in 0..workers {
            let urgent_jobs = urgent_jobs.clone();
            let background_jobs = (number > 0).then(|| background_jobs.clone());
            thread::Builder::new()
                .name(format!("rocky-worker-{number}"))
                .stack_size(STACK_BYTES)
                .spawn(move || work(&urgent_jobs, background_jobs.as_ref()))?;
        }
        let queued = [immediate_jobs, urgent_jobs, background_jobs];
        Ok(Pool { immediate, urgent, background, queued })
    }

    /// Queues a job. Its snapshot is dropped before the worker takes the next one.
    pub(crate) fn spawn(&self, priority: Priority, job: impl FnOnce() + Send + 'static) {
        let queue = match priority {
            Priority::Immediate => &self.immediate,
            Priority::Urgent => &self.urgent,
            Priority::Background => &self.background,
        };
        // Workers live as long as the pool.
        let _ = queue.send(Box::new(job));
    }

    /// Drops every job that no worker has started, and with it its snapshot. A change waits for all
    /// snapshots of its project; without this it would also wait for whatever is ahead of them in the
    /// queue, which may be work on another project that the change does not interrupt.
    pub(crate) fn drop_queued(&self) {
        for queue in &self.queued {
            queue.try_iter().for_each(drop);
        }
    }
}

fn work(urgent: &Receiver<Job>, background: Option<&Receiver<Job>>) {
    let never = crossbeam_channel::never();
    let background = background.unwrap_or(&never);
    loop {
        let job = match urgent.try_recv() {
            Ok(job) => job,
            Err(_) => crossbeam_channel::select! {
                recv(urgent) -> job => match job { Ok(job) => job, Err(_) => return },
                recv(background) -> job => match job { Ok(job) => job, Err(_) => return },
            },
        };
        // The job reports its own panics; this only keeps the worker alive.
        let _ = catch_unwind(AssertUnwindSafe(job));
    }
}
