//! One run of `rocky compile`, seen from outside.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

/// Whether the cache of an earlier run is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cache {
    /// It is deleted before; the run writes it before it ends.
    Cold,
    /// It is the one that the last run wrote.
    Warm,
}

/// What a run took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// From the start of the process to its end.
    pub time: Duration,
    /// The most memory it held at one time, in KiB.
    pub peak_memory_kib: u64,
    /// The size of the document that it printed.
    pub output_bytes: usize,
}

/// Compiles a project, reading the whole JSON document from a pipe.
///
/// # Errors
/// When the compile fails, or prints no JSON.
pub fn compile(rocky: &Path, project: &Path, cache: Cache) -> Result<Usage> {
    let folder = project.join(".rocky").join("cache");
    if cache == Cache::Cold && folder.is_dir() {
        #[allow(clippy::disallowed_methods, reason = "the cache of a project that this program generated")]
        fs::remove_dir_all(&folder).with_context(|| format!("deleting {}", folder.display()))?;
    }
    let run = run(rocky, project, &["compile", "--output", "json"])?;
    ensure!(run.output.trim_ascii_start().starts_with(b"{"), "rocky compile printed no JSON");
    ensure!(cache == Cache::Warm || folder.is_dir(), "rocky compile wrote no cache");
    Ok(Usage { time: run.time, peak_memory_kib: run.peak_memory_kib, output_bytes: run.output.len() })
}

/// One process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// From its start to its end.
    pub time: Duration,
    /// The most memory it held at one time, in KiB.
    pub peak_memory_kib: u64,
    /// What it printed.
    pub output: Vec<u8>,
}

/// Runs a command in a project, reading all that it prints from a pipe.
///
/// # Errors
/// When it fails.
pub fn run(rocky: &Path, project: &Path, arguments: &[&str]) -> Result<Run> {
    let started = Instant::now();
    let mut child = Command::new(rocky)
        .args(arguments)
        .current_dir(project)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting {}", rocky.display()))?;
    let pid = child.id();
    let mut stdout = child.stdout.take().context("the output is a pipe")?;
    let mut stderr = child.stderr.take().context("the errors are a pipe")?;
    let ended = AtomicBool::new(false);
    let (output, errors, status, time, peak_memory_kib) = std::thread::scope(|scope| {
        let memory = scope.spawn(|| watch_memory(pid, &ended));
        let errors = scope.spawn(move || {
            let mut text = String::new();
            let _ = stderr.read_to_string(&mut text);
            text
        });
        let mut output = Vec::new();
        let read = stdout.read_to_end(&mut output);
        let status = child.wait();
        let time = started.elapsed();
        ended.store(true, Ordering::Relaxed);
        let errors = errors.join().unwrap_or_default();
        read.map(|_| (output, errors, status, time, memory.join().unwrap_or_default()))
    })?;
    let status = status?;
    ensure!(status.success(), "rocky {} ended with {status}: {errors}", arguments.join(" "));
    Ok(Run { time, peak_memory_kib, output })
}

/// The kernel keeps the high-water mark, so the last value that could be read is the peak but for what the process
/// gained in its last two milliseconds.
fn watch_memory(pid: u32, ended: &AtomicBool) -> u64 {
    let mut peak = 0;
    while !ended.load(Ordering::Relaxed) {
        peak = peak_memory_kib(pid).unwrap_or(peak);
        #[allow(clippy::disallowed_methods, reason = "sampling: there is no event to wait for")]
        std::thread::sleep(Duration::from_millis(2));
    }
    peak
}

/// The high-water mark of a process that runs now.
pub(crate) fn peak_memory_kib(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
