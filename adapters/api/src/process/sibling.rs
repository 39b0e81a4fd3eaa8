//! Finding an executable that is installed next to this one.

use std::path::{Path, PathBuf};

use crate::{AdapterError, ErrorKind, Result};

/// The sibling executable `name`: the explicit path if there is one, otherwise next to the current executable (for a
/// test program also one folder up, where build results lie).
pub fn find_sibling(name: &str, explicit: Option<&Path>) -> Result<PathBuf> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    if let Some(path) = explicit {
        return if path.is_file() { Ok(path.to_owned()) } else { Err(missing(name, &[path.to_owned()])) };
    }
    let current = std::env::current_exe().map_err(|error| {
        AdapterError::new(
            ErrorKind::Connection,
            format!("cannot tell where this program is installed: {error}"),
        )
        .with_hint(format!("give the path of {name} explicitly"))
    })?;
    let mut tried = Vec::new();
    if let Some(folder) = current.parent() {
        tried.push(folder.join(&file));
        if folder.file_name().is_some_and(|last| last == "deps" || last == "examples")
            && let Some(above) = folder.parent()
        {
            tried.push(above.join(&file));
        }
    }
    match tried.iter().find(|path| path.is_file()) {
        Some(path) => Ok(path.clone()),
        None => Err(missing(name, &tried)),
    }
}

fn missing(name: &str, tried: &[PathBuf]) -> AdapterError {
    let tried = tried.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
    AdapterError::new(ErrorKind::Connection, format!("the program {name} is not there (looked for {tried})")).with_hint(
        format!("install {name} next to rocky; in a checkout run `cargo xtask setup`, then `cargo build -p {name}`"),
    )
}
