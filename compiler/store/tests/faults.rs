//! Whatever happens to the file of rows is a miss: never an error, never a wrong answer.

use rocky_store::{RowStore, Stored, quiet_about_damaged_rows};
use std::path::Path;
use std::process::{Command, Stdio};

struct Square;

impl Stored for Square {
    type Key<'a> = u64;
    type Value = (u64, String);
    const NAME: &'static str = "square";
    const VERSION: u32 = 1;
}

fn value(number: u64) -> (u64, String) {
    (number * number, format!("{number} times {number}"))
}

/// Asks for every number, and puts what is missing: what every process does.
fn use_store(path: &Path, numbers: std::ops::Range<u64>) -> u64 {
    let Some(store) = RowStore::open(path) else { return 0 };
    for number in numbers {
        match store.get::<Square>(&number) {
            Some(found) => assert_eq!(found, value(number), "a wrong row was believed"),
            None => store.put::<Square>(&number, &value(number)),
        }
    }
    store.flush();
    store.statistics().hits
}

fn filled() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.redb");
    use_store(&path, 0..500);
    (folder, path)
}

#[test]
fn truncated() {
    let (_folder, path) = filled();
    let whole = std::fs::read(&path).unwrap();
    for length in (0..whole.len()).step_by(whole.len() / 40) {
        std::fs::write(&path, &whole[..length]).unwrap();
        use_store(&path, 0..500);
    }
}

#[test]
fn bits_flipped() {
    let (_folder, path) = filled();
    let whole = std::fs::read(&path).unwrap();
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    for _ in 0..400 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let at = (random >> 33) as usize % whole.len();
        let mut damaged = whole.clone();
        damaged[at] ^= 1 << (random % 8);
        std::fs::write(&path, damaged).unwrap();
        quiet_about_damaged_rows();
        use_store(&path, 0..500);
    }
}

#[test]
fn of_something_else() {
    let (_folder, path) = filled();
    for foreign in [&b""[..], b"x", b"SQLite format 3\0", &[0; 70_000]] {
        std::fs::write(&path, foreign).unwrap();
        use_store(&path, 0..10);
    }
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert_eq!(use_store(&path, 0..10), 0);
}

#[test]
fn of_a_newer_version() {
    struct Newer;
    impl Stored for Newer {
        type Key<'a> = u64;
        type Value = u8;
        const NAME: &'static str = "square";
        const VERSION: u32 = 2;
    }
    let (_folder, path) = filled();
    let store = RowStore::open(&path).unwrap();
    assert_eq!(store.get::<Newer>(&3), None);
    store.put::<Newer>(&3, &1);
    store.flush();
    assert_eq!(store.get::<Newer>(&3), Some(1));
    assert_eq!(store.get::<Square>(&3), Some(value(3)));
}

/// Runs a test of this file in another process, in which it finds its file in the environment.
fn elsewhere(test: &str, path: &Path, shell: &str) -> Command {
    let me = std::env::current_exe().unwrap();
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("{shell} exec \"$0\" --exact {test} --nocapture")).arg(me);
    command.env("ROCKY_TEST_ROWS", path).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn guest() {
    if let Some(path) = std::env::var_os("ROCKY_TEST_ROWS") {
        use_store(Path::new(&path), 0..2_000);
    }
}

#[test]
#[cfg(unix)]
fn a_disk_that_is_full() {
    let (_folder, path) = filled();
    // No file may grow beyond this many blocks, and nobody is killed for trying.
    for blocks in [0, 1, 64, 400] {
        let output =
            elsewhere("guest", &path, &format!("trap '' XFSZ; ulimit -f {blocks};")).output().unwrap();
        assert!(output.status.success(), "{blocks}: {}", String::from_utf8_lossy(&output.stderr));
    }
    // What is there afterwards is right.
    use_store(&path, 0..2_000);
}

#[test]
fn two_processes_at_once() {
    let (_folder, path) = filled();
    let guests: Vec<_> = (0..2).map(|_| elsewhere("guest", &path, "").spawn().unwrap()).collect();
    for _ in 0..20 {
        use_store(&path, 0..2_000);
    }
    for guest in guests {
        let output = guest.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert!(use_store(&path, 0..2_000) > 0);
}

#[test]
fn a_folder_that_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    // Below a file there is no folder, whoever asks.
    assert!(RowStore::open(&file.join("rows.redb")).is_none());
}
