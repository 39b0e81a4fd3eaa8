//! `rocky lineage`.

use crate::arguments::LineageOptions;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

pub(super) fn execute(_session: &Session<'_>, _options: &LineageOptions) -> Result<Exit, Failure> {
    Err(Failure::not_available("'rocky lineage'", ""))
}
