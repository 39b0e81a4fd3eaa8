//! `rocky explain`.

use crate::arguments::ExplainOptions;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

pub(super) fn execute(_session: &Session<'_>, _options: &ExplainOptions) -> Result<Exit, Failure> {
    Err(Failure::not_available("'rocky explain'", ""))
}
