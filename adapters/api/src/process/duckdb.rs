//! DuckDB, in its sibling executable.

use std::path::PathBuf;
use std::time::Duration;

use super::{ProcessClient, ProcessCommand, ProcessWarehouse, find_sibling};
use crate::dialect::DuckDbDialect;
use crate::protocol::{DuckDbConfig, REVISION};
use crate::{AdapterError, ErrorKind, Result};

/// The sibling's name.
pub const SIBLING_NAME: &str = "rocky-duckdb";

/// Which database to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DuckDbDatabase {
    /// A new one in memory, gone with the process.
    InMemory,
    /// A file, made when it is missing.
    File(PathBuf),
    /// An existing file, for reading next to other readers.
    ReadOnly(PathBuf),
}

/// How to open DuckDB.
#[derive(Debug, Clone)]
pub struct DuckDbOptions {
    /// The adapter's name in the configuration.
    pub adapter: String,
    /// The database.
    pub database: DuckDbDatabase,
    /// The sibling's path; none means next to the current executable.
    pub executable: Option<PathBuf>,
    /// The folder relative paths inside SQL start from: the project.
    pub working_folder: Option<PathBuf>,
    /// How long a statement may take; none means as long as it takes.
    pub timeout: Option<Duration>,
}

/// Starts the sibling and opens the database.
pub fn open_duckdb(options: &DuckDbOptions) -> Result<ProcessWarehouse> {
    let command = ProcessCommand {
        adapter: options.adapter.clone(),
        program: find_sibling(SIBLING_NAME, options.executable.as_deref())?,
        arguments: Vec::new(),
        working_folder: options.working_folder.clone(),
        timeout: options.timeout,
    };
    let path = match &options.database {
        DuckDbDatabase::InMemory => None,
        DuckDbDatabase::File(path) | DuckDbDatabase::ReadOnly(path) => {
            let text = path.to_str().ok_or_else(|| {
                AdapterError::new(
                    ErrorKind::Unsupported,
                    format!("the path {} is not valid UTF-8", path.display()),
                )
                .with_hint("rename the file or folder")
            })?;
            Some(text.to_owned())
        }
    };
    let read_only = matches!(options.database, DuckDbDatabase::ReadOnly(_));
    let client =
        ProcessClient::start(&command, &DuckDbConfig { path, read_only }).map_err(explain_missing_library)?;
    let manifest = client.manifest();
    if manifest.revision != REVISION {
        return Err(AdapterError::new(
            ErrorKind::Protocol,
            format!(
                "{} {} speaks revision {} of the adapter protocol, this program revision {REVISION}",
                command.program.display(),
                manifest.version,
                manifest.revision
            ),
        )
        .with_hint(format!(
            "install {SIBLING_NAME} and rocky of the same version; in a checkout build both again"
        )));
    }
    let dialect = DuckDbDialect::new(manifest.attached.iter().map(String::as_str));
    Ok(ProcessWarehouse::new(client, Box::new(dialect)))
}

/// The system's loader says this on standard error before the sibling's own code runs.
fn explain_missing_library(error: AdapterError) -> AdapterError {
    let loader =
        ["error while loading shared libraries", "Library not loaded", "cannot open shared object file"];
    if error.kind == ErrorKind::Connection && loader.iter().any(|said| error.message.contains(said)) {
        error.with_hint(format!(
            "the DuckDB library is missing or is another version: put it next to {SIBLING_NAME}; in a checkout run \
             `cargo xtask setup`, then `cargo build -p {SIBLING_NAME}`"
        ))
    } else {
        error
    }
}
