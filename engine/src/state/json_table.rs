//! A table of JSON records under text keys. Each record carries its version.

use std::marker::PhantomData;

use redb::{ReadTransaction, ReadableTable, TableDefinition, TableError, WriteTransaction};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Failure;

/// What is kept in a table.
pub(super) trait Record: Serialize + DeserializeOwned {
    /// Raised when a reader of the old shape would misread the new one.
    const VERSION: u32;
}

#[derive(Serialize)]
struct Written<'r, R> {
    record_version: u32,
    #[serde(flatten)]
    record: &'r R,
}

#[derive(Deserialize)]
struct VersionOnly {
    /// Records of the first versions carry none.
    #[serde(default = "first_version")]
    record_version: u32,
}

fn first_version() -> u32 {
    1
}

/// A typed table.
pub(super) struct JsonTable<R> {
    name: &'static str,
    records: PhantomData<fn() -> R>,
}

impl<R: Record> JsonTable<R> {
    pub(super) const fn new(name: &'static str) -> Self {
        Self { name, records: PhantomData }
    }

    pub(super) fn definition(&self) -> TableDefinition<'static, &'static str, &'static [u8]> {
        TableDefinition::new(self.name)
    }

    pub(super) fn put(&self, transaction: &WriteTransaction, key: &str, record: &R) -> Result<(), Failure> {
        let written = Written { record_version: R::VERSION, record };
        let bytes = serde_json::to_vec(&written)
            .map_err(|error| Failure::Record(format!("table {}, key {key}: {error}", self.name)))?;
        let mut table = transaction.open_table(self.definition()).map_err(redb::Error::from)?;
        table.insert(key, bytes.as_slice()).map_err(redb::Error::from)?;
        Ok(())
    }

    pub(super) fn get(&self, transaction: &ReadTransaction, key: &str) -> Result<Option<R>, Failure> {
        let table = match transaction.open_table(self.definition()) {
            Ok(table) => table,
            Err(TableError::TableDoesNotExist(_)) => return Ok(None),
            Err(error) => return Err(redb::Error::from(error).into()),
        };
        match table.get(key).map_err(redb::Error::from)? {
            Some(bytes) => self.decode(key, bytes.value()).map(Some),
            None => Ok(None),
        }
    }

    /// All records, by key.
    pub(super) fn all(&self, transaction: &ReadTransaction) -> Result<Vec<(String, R)>, Failure> {
        match transaction.open_table(self.definition()) {
            Ok(table) => self.collect(&table, ""),
            Err(TableError::TableDoesNotExist(_)) => Ok(Vec::new()),
            Err(error) => Err(redb::Error::from(error).into()),
        }
    }

    /// The records whose key starts with `prefix`, by key.
    pub(super) fn with_prefix(
        &self,
        transaction: &ReadTransaction,
        prefix: &str,
    ) -> Result<Vec<(String, R)>, Failure> {
        match transaction.open_table(self.definition()) {
            Ok(table) => self.collect(&table, prefix),
            Err(TableError::TableDoesNotExist(_)) => Ok(Vec::new()),
            Err(error) => Err(redb::Error::from(error).into()),
        }
    }

    pub(super) fn collect(
        &self,
        table: &impl ReadableTable<&'static str, &'static [u8]>,
        prefix: &str,
    ) -> Result<Vec<(String, R)>, Failure> {
        let mut records = Vec::new();
        for row in table.range(prefix..).map_err(redb::Error::from)? {
            let (key, bytes) = row.map_err(redb::Error::from)?;
            if !key.value().starts_with(prefix) {
                break;
            }
            records.push((key.value().to_owned(), self.decode(key.value(), bytes.value())?));
        }
        Ok(records)
    }

    fn decode(&self, key: &str, bytes: &[u8]) -> Result<R, Failure> {
        let unreadable = |error: String| Failure::Record(format!("table {}, key {key}: {error}", self.name));
        let version: VersionOnly =
            serde_json::from_slice(bytes).map_err(|error| unreadable(error.to_string()))?;
        if version.record_version > R::VERSION {
            return Err(unreadable(format!(
                "the record has version {}, this version of Rocky reads up to {}",
                version.record_version,
                R::VERSION
            )));
        }
        serde_json::from_slice(bytes).map_err(|error| unreadable(error.to_string()))
    }
}
