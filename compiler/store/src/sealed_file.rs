//! One value in one file: written whole, read whole, believed only when its seal is whole.
//!
//! Rows are many and small and shared by processes; what a whole project amounts to is one large value
//! that is read at every start and replaced after every change. A file that is put in place by renaming
//! needs no lock, no recovery and no waiting for a disk.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::UNIX_EPOCH;

const MAGIC: &[u8; 8] = b"rockysf1";
const CHECKSUM_BYTES: usize = 16;
const HEADER_BYTES: usize = MAGIC.len() + 8 + 8 + CHECKSUM_BYTES;
/// More than any value that is worth keeping; a length beyond it is a damaged one.
const MAX_BYTES: u64 = 1 << 32;

/// How files that are being written end.
pub(crate) const UNFINISHED: &str = ".tmp";

/// A sealed file: a head that is known to be whole, and a tail of parts that carry seals of their own, so that
/// a reader of one part does not pay for the others.
#[derive(Debug)]
pub struct SealedFile {
    file: Mutex<File>,
    head: Vec<u8>,
    tail_length: u64,
}

impl SealedFile {
    /// Reads the head of a file that was sealed with this label. `None` when there is none, or it is not whole,
    /// or is something else: the caller then works without. The file may be replaced meanwhile: the parts are
    /// those of the file that was opened.
    pub fn open(path: &Path, label: &str) -> Option<SealedFile> {
        let mut file = File::open(path).ok()?;
        let length = file.metadata().ok()?.len();
        let mut header = [0; HEADER_BYTES];
        file.read_exact(&mut header).ok()?;
        let (magic, header) = header.split_at_checked(MAGIC.len())?;
        let (head_length, header) = header.split_first_chunk::<8>()?;
        let (tail_length, checksum) = header.split_first_chunk::<8>()?;
        let (head_length, tail_length) = (u64::from_le_bytes(*head_length), u64::from_le_bytes(*tail_length));
        if magic != MAGIC || head_length > MAX_BYTES || tail_length > MAX_BYTES {
            return None;
        }
        if length != HEADER_BYTES as u64 + head_length + tail_length {
            return None;
        }
        let mut head = Vec::with_capacity(usize::try_from(head_length).ok()?);
        (&mut file).take(head_length).read_to_end(&mut head).ok()?;
        let is_whole =
            head.len() as u64 == head_length && checksum_of(label, &head, tail_length) == *checksum;
        is_whole.then(|| SealedFile { file: Mutex::new(file), head, tail_length })
    }

    /// The part that is known to be whole.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// A part of the tail, written by [`TailWriter::push`]. `None` when it is not whole.
    pub fn part(&self, place: TailPlace) -> Option<Vec<u8>> {
        let part = self.raw_part(place)?;
        (part_checksum(&part) == place.checksum).then_some(part)
    }

    fn raw_part(&self, place: TailPlace) -> Option<Vec<u8>> {
        let end = place.start.checked_add(u64::from(place.length))?;
        if end > self.tail_length {
            return None;
        }
        let at = HEADER_BYTES as u64 + self.head.len() as u64 + place.start;
        let mut part = Vec::with_capacity(place.length as usize);
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(at)).ok()?;
        (&mut *file).take(u64::from(place.length)).read_to_end(&mut part).ok()?;
        (part.len() == place.length as usize).then_some(part)
    }

    /// Puts a file in place, as a whole or not at all. Whether it was.
    pub fn write(path: &Path, label: &str, head: &[u8], tail: &TailWriter<'_>) -> bool {
        let checksum = checksum_of(label, head, tail.length);
        let head_length = (head.len() as u64).to_le_bytes();
        let tail_length = tail.length.to_le_bytes();
        let start = [MAGIC.as_slice(), &head_length, &tail_length, &checksum, head];
        let Some(unfinished) = unfinished_beside(path) else { return false };
        let written = File::create_new(&unfinished).and_then(|file| {
            let mut file = BufWriter::with_capacity(256 * 1024, file);
            start.iter().try_for_each(|part| file.write_all(part))?;
            tail.parts.iter().try_for_each(|part| file.write_all(part))?;
            file.flush()
        });
        let placed = written.and_then(|()| std::fs::rename(&unfinished, path)).is_ok();
        if !placed {
            // What is left is of no use to anybody; when it cannot be removed it is collected later.
            let _ = std::fs::remove_file(&unfinished);
        }
        placed
    }
}

/// Where a part of the tail is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct TailPlace {
    start: u64,
    length: u32,
    checksum: u64,
}

/// Collects the parts of a tail.
#[derive(Clone, Default, Debug)]
pub struct TailWriter<'a> {
    parts: Vec<Cow<'a, [u8]>>,
    length: u64,
}

impl<'a> TailWriter<'a> {
    /// Adds a part; nothing is added for one that is too long to be worth it.
    pub fn push(&mut self, part: impl Into<Cow<'a, [u8]>>) -> TailPlace {
        let part = part.into();
        let Ok(length) = u32::try_from(part.len()) else { return TailPlace::default() };
        let place = TailPlace { start: self.length, length, checksum: part_checksum(&part) };
        self.length += u64::from(length);
        self.parts.push(part);
        place
    }

    /// Adds a part of another file, with the seal it has there. A part that cannot be read leaves a place that
    /// nothing fits.
    pub fn copy(&mut self, file: &SealedFile, place: TailPlace) -> TailPlace {
        let part = file.raw_part(place).unwrap_or_default();
        let copied = TailPlace { start: self.length, length: part.len() as u32, ..place };
        self.length += part.len() as u64;
        self.parts.push(Cow::Owned(part));
        copied
    }
}

/// A sealed file without a head that is written part by part: what is large need not be held in memory.
#[derive(Debug)]
pub struct SealedWriter {
    path: PathBuf,
    unfinished: PathBuf,
    label: String,
    file: BufWriter<File>,
    length: u64,
    failed: bool,
}

impl SealedWriter {
    /// Begins a file. `None` when it cannot be written.
    pub fn create(path: &Path, label: &str) -> Option<SealedWriter> {
        let unfinished = unfinished_beside(path)?;
        let mut file = BufWriter::with_capacity(64 * 1024, File::create_new(&unfinished).ok()?);
        let failed = file.write_all(&[0; HEADER_BYTES]).is_err();
        Some(SealedWriter {
            path: path.to_owned(),
            unfinished,
            label: label.to_owned(),
            file,
            length: 0,
            failed,
        })
    }

    /// Adds a part.
    pub fn push(&mut self, part: &[u8]) -> TailPlace {
        let Ok(length) = u32::try_from(part.len()) else { return TailPlace::default() };
        let place = TailPlace { start: self.length, length, checksum: part_checksum(part) };
        self.length += u64::from(length);
        self.failed |= self.file.write_all(part).is_err();
        place
    }

    /// Puts the file in place. Whether it was.
    pub fn finish(mut self) -> bool {
        let mut seal = || {
            self.file.flush()?;
            let file = self.file.get_mut();
            file.seek(SeekFrom::Start(0))?;
            let checksum = checksum_of(&self.label, &[], self.length);
            file.write_all(&[MAGIC.as_slice(), &[0; 8], &self.length.to_le_bytes(), &checksum].concat())?;
            std::fs::rename(&self.unfinished, &self.path)
        };
        let placed = !self.failed && seal().is_ok();
        if !placed {
            let _ = std::fs::remove_file(&self.unfinished);
        }
        placed
    }
}

fn checksum_of(label: &str, head: &[u8], tail_length: u64) -> [u8; CHECKSUM_BYTES] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&(label.len() as u64).to_le_bytes());
    hasher.update(label.as_bytes());
    hasher.update(&tail_length.to_le_bytes());
    hasher.update(head);
    let mut checksum = [0; CHECKSUM_BYTES];
    checksum.copy_from_slice(&hasher.finalize().as_bytes()[..CHECKSUM_BYTES]);
    checksum
}

fn part_checksum(part: &[u8]) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&blake3::hash(part).as_bytes()[..8]);
    u64::from_le_bytes(first)
}

/// A name that no other process and no other thread of this one writes to.
fn unfinished_beside(path: &Path) -> Option<PathBuf> {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let name = path.file_name()?.to_str()?;
    Some(path.with_file_name(format!("{name}.{}-{number}{UNFINISHED}", std::process::id())))
}

/// Makes the folder of a cache. Where that is not possible there will be no cache.
pub fn prepare_folder(folder: &Path) {
    // Whoever writes there next finds out.
    let _ = std::fs::create_dir_all(folder);
}

/// What time it is by the clock of the file system that a folder is on, in nanoseconds since the epoch: the
/// clock that stamps files. `None` when nothing can be written there.
pub fn file_system_time(folder: &Path) -> Option<u64> {
    let probe = unfinished_beside(&folder.join("clock"))?;
    let modified = File::create_new(&probe).and_then(|file| file.metadata()?.modified());
    let _ = std::fs::remove_file(&probe);
    u64::try_from(modified.ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos()).ok()
}

#[cfg(test)]
mod tests {
    use super::{SealedFile, SealedWriter, TailWriter};

    fn written() -> (tempfile::TempDir, std::path::PathBuf, super::TailPlace) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("value.bin");
        let mut tail = TailWriter::default();
        tail.push(b"first".as_slice());
        let place = tail.push(b"second".as_slice());
        assert!(SealedFile::write(&path, "label 1", b"the head", &tail));
        (folder, path, place)
    }

    #[test]
    fn what_was_written_is_read() {
        let (folder, path, place) = written();
        let file = SealedFile::open(&path, "label 1").unwrap();
        assert_eq!(file.head(), b"the head");
        assert_eq!(file.part(place).as_deref(), Some(b"second".as_slice()));
        assert!(SealedFile::write(&path, "label 1", b"another", &TailWriter::default()));
        assert_eq!(SealedFile::open(&path, "label 1").unwrap().head(), b"another");
        let names: Vec<_> =
            folder.path().read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["value.bin"]);
    }

    #[test]
    fn another_label_is_another_file() {
        let (_folder, path, _) = written();
        assert!(SealedFile::open(&path, "label 2").is_none());
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_noticed() {
        let (_folder, path, place) = written();
        let whole = std::fs::read(&path).unwrap();
        let is_believed = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            SealedFile::open(&path, "label 1").is_some_and(|file| file.part(place).is_some())
        };
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1 << (at % 8);
            let is_in_first_part = (whole.len() - 11..whole.len() - 6).contains(&at);
            assert_eq!(is_believed(&damaged), is_in_first_part, "byte {at}");
            assert!(!is_believed(&whole[..at]), "cut at {at}");
        }
        assert!(!is_believed(&[whole.as_slice(), b"x"].concat()));
        assert!(is_believed(&whole));
    }

    #[test]
    fn part_by_part() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("value.bin");
        let mut writer = SealedWriter::create(&path, "label 1").unwrap();
        let places = [&b"one"[..], b"", b"three"].map(|part| writer.push(part));
        assert!(!path.exists());
        assert!(writer.finish());
        let file = SealedFile::open(&path, "label 1").unwrap();
        assert_eq!(places.map(|place| file.part(place).unwrap()), [&b"one"[..], b"", b"three"]);
        assert!(SealedFile::open(&path, "label 2").is_none());
        assert!(SealedWriter::create(&folder.path().join("no/folder"), "label 1").is_none());
    }

    #[test]
    fn a_place_that_cannot_be_written_is_no_error() {
        let (folder, _, _) = written();
        let tail = TailWriter::default();
        assert!(!SealedFile::write(&folder.path().join("no/such/folder.bin"), "x", b"", &tail));
        assert!(!SealedFile::write(std::path::Path::new("/"), "x", b"", &tail));
        assert_eq!(super::file_system_time(&folder.path().join("gone")), None);
        assert!(super::file_system_time(folder.path()).is_some());
    }
}
