//! `rocky plan`.

use crate::arguments::PlanOptions;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

pub(super) fn execute(_session: &Session<'_>, _options: &PlanOptions) -> Result<Exit, Failure> {
    Err(Failure::not_available("'rocky plan'", ""))
}
