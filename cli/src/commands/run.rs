//! `rocky run`.

use crate::arguments::RunOptions;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

pub(super) fn execute(_session: &Session<'_>, _options: &RunOptions) -> Result<Exit, Failure> {
    Err(Failure::not_available("'rocky run'", ""))
}
