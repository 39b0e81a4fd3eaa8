//! Ctrl-C and SIGTERM.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::log::{self, Level};
use crate::session::Session;
use rocky_engine::CancellationToken;

/// Lets the first signal ask for a drain and the second end the process at once.
#[allow(clippy::disallowed_methods, reason = "a second signal means: now, whatever is being done")]
pub(crate) fn cancel_on_signal(
    session: &Session<'_>,
    message: &'static str,
) -> Result<CancellationToken, Failure> {
    let token = CancellationToken::new();
    let asked = token.clone();
    let json = session.json();
    ctrlc::set_handler(move || {
        if asked.is_cancelled() {
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
        asked.cancel();
        crate::terminal::write_to_stderr(&log::line(json, Level::Warn, message));
    })
    .map_err(|error| Failure::new("signals cannot be handled").caused_by(error.to_string()))?;
    Ok(token)
}
