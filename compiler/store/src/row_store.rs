//! The rows and their file.

use crate::guard::guarded;
use crate::sealed_file::{SealedFile, TailWriter};
use redb::{ReadableDatabase, ReadableTableMetadata as _};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

/// Opaque keys and values: redb's own encodings never reach the file.
const ROWS: redb::TableDefinition<'static, &'static [u8], &'static [u8]> = redb::TableDefinition::new("rows");

/// Raised when the encoding of an export changes.
const EXPORT_LABEL: &str = "rows 1";

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
    /// Rows that were computed again and compared, when that was asked for.
    pub compared: u64,
    /// Those of them that were not what was computed.
    pub wrong: u64,
}

/// The rows of one function.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RowsOfFunction {
    /// The function.
    pub name: String,
    /// The version of its rows.
    pub version: u32,
    /// How many there are.
    pub rows: u64,
    /// Bytes of their keys and values.
    pub bytes: u64,
}

type Table = redb::ReadOnlyTable<&'static [u8], &'static [u8]>;

/// What a store is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Purpose {
    /// Rows are used and written.
    Use,
    /// No row is used; what is computed is compared with the rows.
    Compare,
}

/// A file larger than this gets rid of rows that nobody asked for.
const LARGEST_FILE: u64 = 512 * 1024 * 1024;

/// An open file of rows.
pub struct RowStore {
    path: PathBuf,
    /// Taken when it turns out to be damaged.
    database: RwLock<Option<redb::Database>>,
    purpose: Purpose,
    /// One read transaction for a batch of work; replaced after a flush.
    view: RwLock<Option<Table>>,
    pending: Mutex<BTreeMap<Vec<u8>, Vec<u8>>>,
    /// The rows that were of use, noted once the file is too large.
    used: Option<Mutex<BTreeSet<Vec<u8>>>>,
    hits: AtomicU64,
    misses: AtomicU64,
    compared: AtomicU64,
    wrong: AtomicU64,
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
        Self::open_for(path, Purpose::Use, LARGEST_FILE)
    }

    /// Opens the rows to compare them with what is computed: each counts as not there, and what is computed in
    /// its place is held against it.
    pub fn open_to_compare(path: &Path) -> Option<RowStore> {
        if path.is_file() { Self::open_for(path, Purpose::Compare, LARGEST_FILE) } else { None }
    }

    fn open_for(path: &Path, purpose: Purpose, largest: u64) -> Option<RowStore> {
        std::fs::create_dir_all(path.parent()?).ok()?;
        let is_large = std::fs::metadata(path).is_ok_and(|metadata| metadata.len() > largest);
        let open = || {
            redb::Builder::new()
                .set_cache_size(8 * 1024 * 1024)
                .set_concurrency_mode(redb::ConcurrencyMode::MultiWriter)
                .create(path)
                .ok()
        };
        let store = RowStore {
            path: path.to_owned(),
            database: RwLock::new(Some(guarded(open)??)),
            purpose,
            view: RwLock::new(None),
            pending: Mutex::default(),
            used: (is_large && purpose == Purpose::Use).then(Mutex::default),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
            compared: AtomicU64::new(0),
            wrong: AtomicU64::new(0),
        };
        store.refresh();
        Some(store)
    }

    /// Takes a new read view, so that rows written by other processes appear.
    pub fn refresh(&self) {
        let table = self.with_database(|database| database.begin_read().ok()?.open_table(ROWS).ok());
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = table.flatten();
    }

    /// Does something with the file; never again once that made it panic.
    fn with_database<T>(&self, work: impl FnOnce(&redb::Database) -> T) -> Option<T> {
        let database = self.database.read().unwrap_or_else(PoisonError::into_inner);
        let done = guarded(|| Some(work(database.as_ref()?)));
        drop(database);
        done.unwrap_or_else(|| {
            self.give_up();
            None
        })
    }

    /// Does without the file from now on, and so will everybody else: it is damaged, and nobody misses it.
    fn give_up(&self) {
        self.close();
        let _ = std::fs::remove_file(&self.path);
    }

    /// Closes the file; all that is asked for from now on is a miss.
    pub fn close(&self) {
        let view = self.view.write().unwrap_or_else(PoisonError::into_inner).take();
        let database = self.database.write().unwrap_or_else(PoisonError::into_inner).take();
        guarded(move || drop((view, database)));
    }

    /// Reads from the view.
    fn with_view<T>(&self, read: impl FnOnce(&Table) -> Option<T>) -> Option<T> {
        let view = self.view.read().unwrap_or_else(PoisonError::into_inner);
        let done = guarded(|| read(view.as_ref()?));
        drop(view);
        done.unwrap_or_else(|| {
            self.give_up();
            None
        })
    }

    /// Looks at no rows until [`RowStore::refresh`]: a view that is kept makes the file grow.
    pub fn rest(&self) {
        *self.view.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The stored value of `key`, if there is a usable row.
    pub fn get<S: Stored>(&self, key: &S::Key<'_>) -> Option<S::Value> {
        let found = match self.purpose {
            Purpose::Use => row_key::<S>(key).and_then(|key| {
                let body = self.body(&key)?;
                let value = postcard::from_bytes(&body).ok()?;
                if let Some(used) = &self.used {
                    locked(used).insert(key);
                }
                Some(value)
            }),
            Purpose::Compare => None,
        };
        let counter = if found.is_some() { &self.hits } else { &self.misses };
        counter.fetch_add(1, Ordering::Relaxed);
        found
    }

    /// What stands behind a row's checksum, if that fits.
    fn body(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.with_view(|table| sound_body(table.get(key).ok()??.value()).map(<[u8]>::to_vec))
    }

    /// Queues a row for the next [`RowStore::flush`]. A value that cannot be encoded is not queued.
    pub fn put<S: Stored>(&self, key: &S::Key<'_>, value: &S::Value) {
        let (Some(key), Ok(body)) = (row_key::<S>(key), postcard::to_stdvec(value)) else { return };
        if self.purpose == Purpose::Compare {
            if let Some(stored) = self.body(&key) {
                self.compared.fetch_add(1, Ordering::Relaxed);
                self.wrong.fetch_add(u64::from(stored != body), Ordering::Relaxed);
            }
            return;
        }
        let mut row = Vec::with_capacity(CHECKSUM_BYTES + body.len());
        row.extend_from_slice(&blake3::hash(&body).as_bytes()[..CHECKSUM_BYTES]);
        row.extend_from_slice(&body);
        locked(&self.pending).insert(key, row);
    }

    /// Writes what is queued, in one transaction, and takes a new view. Gives the number of rows
    /// written; 0 when they could not be written (they are dropped: a later process computes them again).
    pub fn flush(&self) -> usize {
        let rows = std::mem::take(&mut *locked(&self.pending));
        if rows.is_empty() {
            return 0;
        }
        let written = self.with_database(|database| self.write(database, &rows));
        self.refresh();
        written.and_then(Result::ok).unwrap_or(0)
    }

    fn write(
        &self,
        database: &redb::Database,
        rows: &BTreeMap<Vec<u8>, Vec<u8>>,
    ) -> Result<usize, redb::Error> {
        let transaction = database.begin_write()?;
        {
            let mut table = transaction.open_table(ROWS)?;
            if let Some(used) = &self.used {
                let used = locked(used);
                // A process that looked at little knows little about what is of use.
                if (used.len() + rows.len()) as u64 * 4 >= table.len()? {
                    table.retain(|key, _| used.contains(key))?;
                }
            }
            for (key, row) in rows {
                table.insert(key.as_slice(), row.as_slice())?;
            }
        }
        transaction.commit()?;
        Ok(rows.len())
    }

    /// The rows by function, as far as they can be read.
    pub fn rows_by_function(&self) -> Vec<RowsOfFunction> {
        let mut functions: BTreeMap<(String, u32), RowsOfFunction> = BTreeMap::new();
        self.each_row(|key, row| {
            let Some((name, version)) = function_of(key) else { return };
            let of = functions.entry((name.to_owned(), version)).or_insert_with(|| RowsOfFunction {
                name: name.to_owned(),
                version,
                ..RowsOfFunction::default()
            });
            of.rows += 1;
            of.bytes += (key.len() + row.len()) as u64;
        });
        functions.into_values().collect()
    }

    /// A digest of all rows of each function: what the tests compare that guard the versions.
    pub fn digests_by_function(&self) -> Vec<(String, u32, String)> {
        let mut functions: BTreeMap<(String, u32), blake3::Hasher> = BTreeMap::new();
        self.each_row(|key, row| {
            let Some((name, version)) = function_of(key) else { return };
            let hasher = functions.entry((name.to_owned(), version)).or_default();
            hasher.update(&(key.len() as u64).to_le_bytes()).update(key);
            hasher.update(&(row.len() as u64).to_le_bytes()).update(row);
        });
        let functions = functions.into_iter();
        functions
            .map(|((name, version), hasher)| (name, version, hasher.finalize().to_hex()[..32].to_owned()))
            .collect()
    }

    fn each_row(&self, mut visit: impl FnMut(&[u8], &[u8])) {
        use redb::ReadableTable as _;
        self.with_view(|table| {
            table.iter().ok()?.map_while(Result::ok).for_each(|row| visit(row.0.value(), row.1.value()));
            Some(())
        });
    }

    /// Writes all rows to one file that [`RowStore::import`] of any other store reads. The number of rows; `None`
    /// when the file cannot be written.
    pub fn export(&self, path: &Path) -> Option<u64> {
        let mut bytes = Vec::new();
        let mut rows = 0;
        self.each_row(|key, row| {
            if sound_body(row).is_none() {
                return;
            }
            for part in [key, row] {
                bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
                bytes.extend_from_slice(part);
            }
            rows += 1;
        });
        SealedFile::write(path, EXPORT_LABEL, &bytes, &TailWriter::default()).then_some(rows)
    }

    /// Takes over the rows of an export. The number of rows; `None` when the file is no whole export, or they cannot
    /// be written.
    pub fn import(&self, path: &Path) -> Option<u64> {
        let file = SealedFile::open(path, EXPORT_LABEL)?;
        let mut rest = file.head();
        let mut part = || -> Option<&[u8]> {
            let (length, behind) = rest.split_first_chunk::<8>()?;
            let (part, behind) =
                behind.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
            rest = behind;
            Some(part)
        };
        let mut rows = BTreeMap::new();
        while let (Some(key), Some(row)) = (part(), part()) {
            if function_of(key).is_some() && sound_body(row).is_some() {
                rows.insert(key.to_vec(), row.to_vec());
            }
        }
        let written = self.with_database(|database| self.write(database, &rows));
        self.refresh();
        Some(written?.ok()? as u64)
    }

    /// Hits, misses and rows waiting.
    pub fn statistics(&self) -> StoreStatistics {
        StoreStatistics {
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
            pending: locked(&self.pending).len() as u64,
            compared: self.compared.load(Ordering::Relaxed),
            wrong: self.wrong.load(Ordering::Relaxed),
        }
    }
}

impl Drop for RowStore {
    fn drop(&mut self) {
        // Closing a damaged file can fail like everything else that is done with it.
        self.close();
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a row holds, if its checksum fits.
fn sound_body(row: &[u8]) -> Option<&[u8]> {
    let (checksum, body) = row.split_at_checked(CHECKSUM_BYTES)?;
    (blake3::hash(body).as_bytes()[..CHECKSUM_BYTES] == *checksum).then_some(body)
}

/// The function and version in a row's key.
fn function_of(key: &[u8]) -> Option<(&str, u32)> {
    let (function, _digest) = key.split_at_checked(key.len().checked_sub(DIGEST_BYTES)?)?;
    let (name, version) = function.split_last_chunk::<4>()?;
    Some((std::str::from_utf8(name).ok()?, u32::from_le_bytes(*version)))
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
    fn comparing_uses_nothing_and_finds_what_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.redb");
        let store = RowStore::open(&path).unwrap();
        store.put::<Length>(&"abc", &3);
        store.put::<Length>(&"abcd", &5);
        store.flush();
        drop(store);
        let store = RowStore::open_to_compare(&path).unwrap();
        for (text, length) in [("abc", 3), ("abcd", 4), ("new", 3)] {
            assert_eq!(store.get::<Length>(&text), None);
            store.put::<Length>(&text, &length);
        }
        assert_eq!((store.statistics().compared, store.statistics().wrong, store.flush()), (2, 1, 0));
    }

    #[test]
    fn a_large_file_forgets_what_nobody_asks_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.redb");
        let store = RowStore::open(&path).unwrap();
        for text in ["a", "bc", "def"] {
            store.put::<Length>(&text, &(text.len() as u64));
        }
        store.flush();
        drop(store);
        let store = RowStore::open_for(&path, super::Purpose::Use, 1).unwrap();
        assert_eq!(store.get::<Length>(&"bc"), Some(2));
        store.put::<Length>(&"ghij", &4);
        store.flush();
        let known = ["a", "bc", "def", "ghij"].map(|text| store.get::<Length>(&text).is_some());
        assert_eq!(known, [false, true, false, true]);
    }

    #[test]
    fn rows_travel() {
        let folder = tempfile::tempdir().unwrap();
        let store = RowStore::open(&folder.path().join("rows.redb")).unwrap();
        store.put::<Length>(&"abc", &3);
        store.flush();
        let parcel = folder.path().join("parcel");
        assert_eq!(store.export(&parcel), Some(1));
        let other = RowStore::open(&folder.path().join("other.redb")).unwrap();
        assert_eq!(other.import(&parcel), Some(1));
        assert_eq!(other.get::<Length>(&"abc"), Some(3));
        let [function] = other.rows_by_function().try_into().unwrap();
        assert_eq!((function.name.as_str(), function.version, function.rows), ("length", 1, 1));
        let mut bytes = std::fs::read(&parcel).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::write(&parcel, bytes).unwrap();
        assert_eq!(other.import(&parcel), None);
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
