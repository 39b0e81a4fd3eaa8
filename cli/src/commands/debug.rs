//! `rocky debug memory`: for people who work on Rocky.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::opened_project::{OpenedProject, ProjectOptions};
use crate::opening::Opening;
use crate::session::Session;
use std::fmt::Write as _;

/// One line for each query and input: live values, bytes of their fields, bytes of bookkeeping. Memory
/// behind pointers is not counted.
pub(super) fn memory(session: &Session<'_>) -> Result<Exit, Failure> {
    let lines = OpenedProject::memory_after_compile(Opening::begin(session, ProjectOptions::default())?);
    let mut text = format!("{:>10} {:>12} {:>12}  what\n", "values", "fields", "bookkeeping");
    for line in lines.iter().filter(|line| line.count > 0) {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{:>10} {:>12} {:>12}  {}",
            line.count, line.field_bytes, line.metadata_bytes, line.name
        );
    }
    session.terminal.out(&text);
    Ok(Exit::Success)
}
