//! `rocky playground --run`.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use crate::templates::Template;
use std::path::Path;

pub(super) fn execute(_session: &Session<'_>, _path: &Path, _template: &Template, _files: Vec<String>) -> Result<Exit, Failure> {
    Err(Failure::not_available("'rocky playground --run'", ""))
}
