//! From an adapter of the configuration to a warehouse.

use crate::failure::Failure;
use crate::project_location::ProjectLocation;
use rocky_adapter::process::{DuckDbDatabase, DuckDbOptions, open_duckdb};
use rocky_adapter::{AdapterError, ErrorKind, Warehouse};
use rocky_compiler::project::config::adapter::{Adapter, AdapterType};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Opens the warehouse of an adapter.
pub(crate) fn open(
    name: &str,
    adapter: &Adapter,
    location: &ProjectLocation,
) -> Result<Arc<dyn Warehouse>, Failure> {
    match &adapter.adapter_type {
        Some(AdapterType::DuckDb) => {
            let database = match database_file(adapter, location) {
                None => DuckDbDatabase::InMemory,
                Some(file) => DuckDbDatabase::File(file),
            };
            let options = DuckDbOptions {
                adapter: name.to_owned(),
                database,
                executable: None,
                working_folder: Some(location.root.clone()),
                timeout: adapter.timeout_secs.map(Duration::from_secs),
            };
            let warehouse = open_duckdb(&options).map_err(|error| not_opened(name, &error))?;
            Ok(Arc::new(warehouse))
        }
        Some(other) => Err(Failure::not_available(
            &format!("running on '{}' (adapter '{name}')", other.as_str()),
            "this version runs on DuckDB; 'validate', 'compile' and 'lineage' work for every warehouse",
        )),
        None => Err(Failure::new(format!("the adapter '{name}' has no type"))
            .with_help("write for instance: type = \"duckdb\"")),
    }
}

/// A DuckDB in memory, gone with the process.
pub(crate) fn open_in_memory(location: &ProjectLocation) -> Result<Arc<dyn Warehouse>, Failure> {
    let options = DuckDbOptions {
        adapter: "test".to_owned(),
        database: DuckDbDatabase::InMemory,
        executable: None,
        working_folder: Some(location.root.clone()),
        timeout: None,
    };
    let warehouse = open_duckdb(&options).map_err(|error| not_opened("test", &error))?;
    Ok(Arc::new(warehouse))
}

/// Relative to the configuration's folder; to the working directory when the file exists only there.
fn database_path(path: &str, location: &ProjectLocation) -> PathBuf {
    let beside_config = location.root.join(path);
    let in_working_directory = location.working_directory.join(path);
    // An answer that cannot be had counts as "there": then no other file is taken in its place.
    let is_elsewhere = !beside_config.try_exists().unwrap_or(true) && in_working_directory.is_file();
    if is_elsewhere { in_working_directory } else { beside_config }
}

/// What is to be said when the database is not the one beside the configuration.
pub(crate) fn note_on_place(adapter: &Adapter, location: &ProjectLocation) -> Option<String> {
    let file = database_file(adapter, location)?;
    let beside_config = location.root.join(adapter.text("path")?);
    (file != beside_config)
        .then(|| format!("the database {} is used; there is none beside the configuration", file.display()))
}

/// A failure for an error of an adapter.
pub(crate) fn not_opened(name: &str, error: &AdapterError) -> Failure {
    let what = match error.kind {
        ErrorKind::Locked => format!("the database of adapter '{name}' is held by another process"),
        ErrorKind::Permission => format!("the database of adapter '{name}' may not be opened"),
        _ => format!("the warehouse of adapter '{name}' cannot be opened"),
    };
    let failure = Failure::new(what).with_code(code(error.kind)).caused_by(&error.message);
    match (&error.hint, error.kind) {
        (Some(hint), _) => failure.with_help(hint),
        (None, ErrorKind::Locked) => failure.with_help("close the other process, or wait until it is done"),
        (None, ErrorKind::Permission) => failure.with_help("check the rights of the file and its folder"),
        (None, _) => failure,
    }
}

/// The code of a warehouse failure: E120 and up, for what goes wrong when a plan meets the world.
fn code(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Locked => "E121",
        ErrorKind::Permission => "E122",
        _ => "E120",
    }
}

/// The file of a DuckDB adapter, if it has one.
pub(crate) fn database_file(adapter: &Adapter, location: &ProjectLocation) -> Option<PathBuf> {
    adapter
        .text("path")
        .filter(|path| !matches!(*path, "" | ":memory:"))
        .map(|path| database_path(path, location))
}

/// An existing DuckDB file, for looking at it.
pub(crate) fn open_read_only(
    name: &str,
    file: &Path,
    location: &ProjectLocation,
) -> rocky_adapter::Result<Arc<dyn Warehouse>> {
    let options = DuckDbOptions {
        adapter: name.to_owned(),
        database: DuckDbDatabase::ReadOnly(file.to_owned()),
        executable: None,
        working_folder: Some(location.root.clone()),
        timeout: None,
    };
    Ok(Arc::new(open_duckdb(&options)?))
}

#[cfg(test)]
mod tests {
    use super::not_opened;
    use rocky_adapter::{AdapterError, ErrorKind};

    #[test]
    fn every_trouble_has_its_code_and_says_what_to_do() {
        let failure = |kind| not_opened("local", &AdapterError::new(kind, "why"));
        let code = |kind| failure(kind).details.code.clone().unwrap_or_default();
        assert_eq!(code(ErrorKind::Connection), "E120");
        assert_eq!(code(ErrorKind::Locked), "E121");
        assert_eq!(code(ErrorKind::Permission), "E122");
        assert!(failure(ErrorKind::Permission).render().contains("check the rights of the file"));
    }
}
