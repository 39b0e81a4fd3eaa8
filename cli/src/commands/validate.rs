//! `rocky validate`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

pub(super) fn execute(_session: &Session<'_>) -> Result<Exit, Failure> {
    Err(Failure::not_available("'rocky validate'", ""))
}
