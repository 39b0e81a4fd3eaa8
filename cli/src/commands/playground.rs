//! `rocky playground`.

use crate::arguments::PlaygroundOptions;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

pub(super) fn execute(_session: &Session<'_>, _options: &PlaygroundOptions) -> Result<Exit, Failure> {
    Err(Failure::not_available("'rocky playground'", ""))
}
