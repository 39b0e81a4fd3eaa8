//! `rocky lsp`: the language server.

use crate::arguments::LspOptions;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

pub(super) fn execute(_session: &Session<'_>, _options: &LspOptions) -> Result<Exit, Failure> {
    Err(Failure::not_available("'rocky lsp'", ""))
}
