//! Table `metadata`: the version of the file's layout.

use std::path::Path;

use redb::{Database, ReadableTable, TableDefinition};

use super::{Failure, StateError, guarded};

const TABLE: TableDefinition<'static, &str, &str> = TableDefinition::new("metadata");
const VERSION_KEY: &str = "schema_version";
/// The layout this version writes.
pub(super) const SCHEMA_VERSION: u32 = 3;

/// Refuses a newer layout; sets the version where there is none.
pub(super) fn check_or_set_version(database: &Database, path: &Path) -> Result<(), StateError> {
    let inner = || -> Result<Option<String>, Failure> {
        let transaction = database.begin_write().map_err(redb::Error::from)?;
        let found = {
            let mut table = transaction.open_table(TABLE).map_err(redb::Error::from)?;
            let found =
                table.get(VERSION_KEY).map_err(redb::Error::from)?.map(|value| value.value().to_owned());
            if found.is_none() {
                table.insert(VERSION_KEY, SCHEMA_VERSION.to_string().as_str()).map_err(redb::Error::from)?;
            }
            found
        };
        if found.is_none() {
            transaction.commit().map_err(redb::Error::from)?;
        } else {
            transaction.abort().map_err(redb::Error::from)?;
        }
        Ok(found)
    };
    let Some(found) = guarded(path, inner)?.map_err(|failure| failure.at(path))? else { return Ok(()) };
    match found.parse::<u32>() {
        Ok(version) if version <= SCHEMA_VERSION => Ok(()),
        Ok(version) => Err(StateError::Version {
            path: path.to_owned(),
            writer: format!("a newer version (layout {version}, this version knows {SCHEMA_VERSION})"),
        }),
        Err(_) => Err(StateError::Corrupt {
            path: path.to_owned(),
            reason: format!("its schema_version is '{found}', which is not a number"),
        }),
    }
}
