//! `rocky test`.

use crate::arguments::TestOptions;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

pub(super) fn execute(_session: &Session<'_>, _options: &TestOptions) -> Result<Exit, Failure> {
    Err(Failure::not_available("'rocky test'", ""))
}
