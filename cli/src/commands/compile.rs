//! `rocky compile`.

use crate::arguments::CompileOptions;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

pub(super) fn execute(_session: &Session<'_>, _options: &CompileOptions) -> Result<Exit, Failure> {
    Err(Failure::not_available("'rocky compile'", ""))
}
