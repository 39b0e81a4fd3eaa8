//! The open database.

use duckdb::{AccessMode, Config, Connection};
use rocky_adapter::protocol::{DuckDbConfig, Manifest, REVISION};
use rocky_adapter::{AdapterError, Capabilities, ErrorKind};

use crate::failure::classify;

/// An open database; every connection is a clone of this one.
pub(crate) struct Database {
    root: Connection,
}

impl Database {
    /// Opens the file, or a new database in memory.
    pub(crate) fn open(config: &DuckDbConfig) -> Result<Self, AdapterError> {
        let access = if config.read_only { AccessMode::ReadOnly } else { AccessMode::ReadWrite };
        let root = match &config.path {
            None => Connection::open_in_memory(),
            Some(path) => {
                explain_missing_folder(path, config.read_only)?;
                let flags = Config::default().access_mode(access).map_err(classify)?;
                Connection::open_with_flags(path, flags)
            }
        };
        root.map(|root| Self { root }).map_err(|error| naming_file(classify(error), config.path.as_deref()))
    }

    /// A new connection to it.
    pub(crate) fn connect(&self) -> Result<Connection, AdapterError> {
        let connection = self.root.try_clone().map_err(classify)?;
        // Results must not depend on the machine's time zone. A build without the ICU extension has no such setting
        // and renders in UTC anyway.
        let _without_icu = connection.execute_batch("SET TimeZone = 'UTC'");
        Ok(connection)
    }

    /// What this adapter says of itself.
    pub(crate) fn manifest(&self) -> Result<Manifest, AdapterError> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Manifest {
            name: "duckdb".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            sdk_version: env!("CARGO_PKG_VERSION").to_owned(),
            revision: REVISION,
            dialect: "duckdb".to_owned(),
            capabilities: Capabilities {
                warehouse: true,
                discovery: true,
                create_schema: true,
                merge: true,
                tablesample: true,
                file_load: false,
                connections: true,
                interrupt: true,
                useful_concurrency: u32::try_from(cores).ok(),
                ..Capabilities::default()
            },
            attached: self.attached()?,
        })
    }

    fn attached(&self) -> Result<Vec<String>, AdapterError> {
        let mut statement = self
            .root
            .prepare("SELECT database_name FROM duckdb_databases() WHERE NOT internal ORDER BY database_name")
            .map_err(classify)?;
        let names = statement.query_map([], |row| row.get::<_, String>(0)).map_err(classify)?;
        names.collect::<Result<_, _>>().map_err(classify)
    }
}

/// DuckDB's message for a folder that is not there speaks of the file only.
fn explain_missing_folder(path: &str, read_only: bool) -> Result<(), AdapterError> {
    let path = std::path::Path::new(path);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder
        && !folder.is_dir()
    {
        let message = format!("cannot open the database {}: its folder does not exist", path.display());
        return Err(AdapterError::new(ErrorKind::NotFound, message).with_hint(format!(
            "create the folder {}, or choose another path in rocky.toml",
            folder.display()
        )));
    }
    if read_only && !path.exists() {
        let message = format!("the database {} does not exist", path.display());
        return Err(AdapterError::new(ErrorKind::NotFound, message)
            .with_hint("run the pipeline first, it makes the file"));
    }
    Ok(())
}

fn naming_file(mut error: AdapterError, path: Option<&str>) -> AdapterError {
    if let Some(path) = path
        && !error.message.contains(path)
    {
        error.message = format!("cannot open the database {path}: {}", error.message);
    }
    error
}
