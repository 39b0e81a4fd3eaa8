//! The rows and their file.

use redb::ReadableDatabase;
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};

/// Opaque keys and values: redb's own encodings never reach the file.
const ROWS: redb::TableDefinition<'static, &'static [u8], &'static [u8]> = redb::TableDefinition::new("rows");

const CHECKSUM_BYTES: usize = 8;
const DIGEST_BYTES: usize = 16;

/// A function whose results may be stored.
pub trait Stored {
    /// Every fact the computation may read; nothing else is in scope.
    type Key<'a>: Serialize;
    /// What it gives. Must hold no salsa ids, no hash-ordered collections, no absolute paths.
    type Value: Serialize + DeserializeOwned;
    /// The function's name.
    const NAME: &'static str;
    /// Raised whenever the same key gives another value than before.
    const VERSION: u32;
}

/// How useful the store was in this process.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct StoreStatistics {
    /// Rows found and used.
    pub hits: u64,
    /// Rows looked for and not found, or not usable.
    pub misses: u64,
    /// Rows waiting to be written.
    pub pending: u64,
}

type Table = redb::ReadOnlyTable<&'static [u8], &'static [u8]>;

/// An open file of rows.
pub struct RowStore {
    database: redb::Database,
    /// One read transaction for a batch of work; replaced after a flush.
    view: RwLock<Option<Table>>,
    pending: Mutex<BTreeMap<Vec<u8>, Vec<u8>>>,
    hits: AtomicU64,
    misses: AtomicU64,
}

impl std::fmt::Debug for RowStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RowStore").field("statistics", &self.statistics()).finish_non_exhaustive()
    }
}

impl std::panic::RefUnwindSafe for RowStore {}

impl RowStore {
    /// Opens or creates the file of rows. `None`, with no further consequence, when that is not
    /// possible: the caller then works without a store.
    pub fn open(path: &Path) -> Option<RowStore> {
        std::fs::create_dir_all(path.parent()?).ok()?;
        let database = redb::Builder::new()
            .set_cache_size(8 * 1024 * 1024)
            .set_concurrency_mode(redb::ConcurrencyMode::MultiWriter)
            .create(path)
            .ok()?;
        let store = RowStore {
            database,
            view: RwLock::new(None),
            pending: Mutex::default(),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        };
        store.refresh();
        Some(store)
    }

    /// Takes a new read view, so that rows written by other processes appear.
    pub fn refresh(&self) {
        let table = self.database.begin_read().ok().and_then(|read| read.open_table(ROWS).ok());
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = table;
    }

    /// The stored value of `key`, if there is a usable row.
    pub fn get<S: Stored>(&self, key: &S::Key<'_>) -> Option<S::Value> {
        let found = row_key::<S>(key).and_then(|key| self.read(&key));
        let counter = if found.is_some() { &self.hits } else { &self.misses };
        counter.fetch_add(1, Ordering::Relaxed);
        found
    }

    fn read<V: DeserializeOwned>(&self, key: &[u8]) -> Option<V> {
        let view = self.view.read().unwrap_or_else(PoisonError::into_inner);
        let row = view.as_ref()?.get(key).ok()??;
        let (checksum, body) = row.value().split_at_checked(CHECKSUM_BYTES)?;
        if blake3::hash(body).as_bytes()[..CHECKSUM_BYTES] != *checksum {
            return None;
        }
        postcard::from_bytes(body).ok()
    }

    /// Queues a row for the next [`RowStore::flush`]. A value that cannot be encoded is not queued.
    pub fn put<S: Stored>(&self, key: &S::Key<'_>, value: &S::Value) {
        let (Some(key), Ok(body)) = (row_key::<S>(key), postcard::to_stdvec(value)) else { return };
        let mut row = blake3::hash(&body).as_bytes()[..CHECKSUM_BYTES].to_vec();
        row.extend_from_slice(&body);
        self.pending.lock().unwrap_or_else(PoisonError::into_inner).insert(key, row);
    }

    /// Writes what is queued, in one transaction, and takes a new view. Gives the number of rows
    /// written; 0 when they could not be written (they are dropped: a later process computes them again).
    pub fn flush(&self) -> usize {
        let rows = std::mem::take(&mut *self.pending.lock().unwrap_or_else(PoisonError::into_inner));
        if rows.is_empty() {
            return 0;
        }
        let written = self.write(&rows).unwrap_or(0);
        self.refresh();
        written
    }

    fn write(&self, rows: &BTreeMap<Vec<u8>, Vec<u8>>) -> Result<usize, redb::Error> {
        let transaction = self.database.begin_write()?;
        {
            let mut table = transaction.open_table(ROWS)?;
            for (key, row) in rows {
                table.insert(key.as_slice(), row.as_slice())?;
            }
        }
        transaction.commit()?;
        Ok(rows.len())
    }

    /// Hits, misses and rows waiting.
    pub fn statistics(&self) -> StoreStatistics {
        StoreStatistics {
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
            pending: self.pending.lock().unwrap_or_else(PoisonError::into_inner).len() as u64,
        }
    }
}

fn row_key<S: Stored>(key: &S::Key<'_>) -> Option<Vec<u8>> {
    let encoded = postcard::to_stdvec(key).ok()?;
    let mut row_key = Vec::with_capacity(S::NAME.len() + 4 + DIGEST_BYTES);
    row_key.extend_from_slice(S::NAME.as_bytes());
    row_key.extend_from_slice(&S::VERSION.to_le_bytes());
    row_key.extend_from_slice(&blake3::hash(&encoded).as_bytes()[..DIGEST_BYTES]);
    Some(row_key)
}

#[cfg(test)]
mod tests {
    use super::{RowStore, Stored};

    struct Length;
    impl Stored for Length {
        type Key<'a> = &'a str;
        type Value = u64;
        const NAME: &'static str = "length";
        const VERSION: u32 = 1;
    }

    #[test]
    fn rows_survive_the_process() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.redb");
        let store = RowStore::open(&path).unwrap();
        assert_eq!(store.get::<Length>(&"abc"), None);
        store.put::<Length>(&"abc", &3);
        assert_eq!(store.flush(), 1);
        assert_eq!(store.get::<Length>(&"abc"), Some(3));
        drop(store);
        let again = RowStore::open(&path).unwrap();
        assert_eq!(again.get::<Length>(&"abc"), Some(3));
        assert_eq!(again.get::<Length>(&"abcd"), None);
        assert_eq!((again.statistics().hits, again.statistics().misses), (1, 1));
    }

    #[test]
    fn a_foreign_file_is_no_store_and_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.redb");
        std::fs::write(&path, b"not ours").unwrap();
        assert!(RowStore::open(&path).is_none());
        assert_eq!(std::fs::read(&path).unwrap(), b"not ours");
    }
}
