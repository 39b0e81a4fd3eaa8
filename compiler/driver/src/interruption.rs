//! How computations are stopped.

use std::panic::AssertUnwindSafe;

pub use salsa::CancellationToken;

/// Why a computation stopped early.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stopped {
    /// The project changed meanwhile.
    Edited,
    /// It was cancelled through its token.
    Cancelled,
}

/// Runs `work`; other panics than interruptions go through.
///
/// # Errors
/// [`Stopped`] when it was interrupted.
pub fn catch_cancelled<T>(work: impl FnOnce() -> T) -> Result<T, Stopped> {
    salsa::Cancelled::catch(AssertUnwindSafe(work)).map_err(|cancelled| match cancelled {
        salsa::Cancelled::Local => Stopped::Cancelled,
        _ => Stopped::Edited,
    })
}
