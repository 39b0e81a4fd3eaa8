//! Ctrl-C and SIGTERM.

use crate::exit::Exit;
use crate::failure::Failure;
use rocky_engine::CancellationToken;

/// Lets the first signal ask for a drain and the second end the process at once.
pub(crate) fn cancel_on_signal(message: &'static str) -> Result<CancellationToken, Failure> {
    let token = CancellationToken::new();
    let asked = token.clone();
    ctrlc::set_handler(move || {
        if asked.is_cancelled() {
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
        asked.cancel();
        crate::terminal::write_to_stderr(message);
    })
    .map_err(|error| Failure::new("signals cannot be handled").caused_by(error.to_string()))?;
    Ok(token)
}
