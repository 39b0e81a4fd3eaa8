//! The prebuilt `libduckdb` that matches the pinned `duckdb` crate, kept outside the checkout.
//!
//! Building DuckDB from source takes tens of minutes, so by default Rocky links a published shared library. It is
//! verified twice: the package as it arrives, and the library each time it is used.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use sha2::{Digest, Sha256, Sha512};

use crate::workspace::{cache_dir, capture};

/// The npm package that ships the library, and its version. It must match the `duckdb` crate in `Cargo.toml`.
const PACKAGE: &str = "@duckdb/node-bindings-linux-x64";
const VERSION: &str = "1.5.5-r.5";
const PACKAGE_SHA512: &str = concat!(
    "902caae815e19fa4177f017cc957552ab8924873feadf556709e7a706f2a6739",
    "4e669c72bd3e561a6ea332c871838762b4b94eb07b0837f0f8ed162b7235ee1d"
);
const LIBRARY: &str = "libduckdb.so";
const LIBRARY_SHA256: &str = "fc23f12e376c47be520f75221288281906e7942e8fd6f6ce4849198ba60d0405";

/// A verified library on this machine.
#[derive(Debug, Clone)]
pub(crate) struct DuckdbLibrary {
    folder: PathBuf,
}

impl DuckdbLibrary {
    /// The folder that holds `libduckdb.so`: the value of `DUCKDB_LIB_DIR`.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes a command that builds or tests link this library.
    pub(crate) fn apply(&self, command: &mut Command) {
        command.env("DUCKDB_LIB_DIR", &self.folder);
    }
}

/// Gives the library, fetching it when it is not there or not whole.
pub(crate) fn setup() -> Result<DuckdbLibrary> {
    ensure!(
        cfg!(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu")),
        "the prebuilt DuckDB library is known for Linux x64 with glibc only.\n\
         Build DuckDB from source with `cargo build --release -p rocky -p rocky-duckdb --features rocky-duckdb/bundled`,\n\
         or set DUCKDB_LIB_DIR to a folder with a DuckDB 1.5.5 library for this platform and build without xtask."
    );
    let folder = cache_dir()?.join("duckdb").join(VERSION);
    let library = folder.join(LIBRARY);
    if library.is_file() {
        if hex_digest::<Sha256>(&library)? == LIBRARY_SHA256 {
            return Ok(DuckdbLibrary { folder });
        }
        eprintln!("{} is damaged; fetching it again", library.display());
    }
    std::fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
    // Beside its destination, so that the last step is a rename within one file system: another process sees
    // the whole library or none.
    let scratch = folder.join(format!("fetch-{}", std::process::id()));
    std::fs::create_dir_all(&scratch)?;
    let fetched = fetch(&scratch).and_then(|fetched| Ok(std::fs::rename(fetched, &library)?));
    let cleaned = std::fs::remove_dir_all(&scratch);
    fetched.with_context(|| format!("fetching {PACKAGE}@{VERSION}"))?;
    cleaned?;
    Ok(DuckdbLibrary { folder })
}

fn fetch(scratch: &Path) -> Result<PathBuf> {
    println!("Fetching {PACKAGE}@{VERSION} (70 MB, once) ...");
    let listing = capture(
        Command::new("npm")
            .args(["pack", "--ignore-scripts", "--silent", "--pack-destination"])
            .arg(scratch)
            .arg(format!("{PACKAGE}@{VERSION}"))
            .current_dir(scratch),
    )
    .context("npm is needed to fetch the library: install Node 20 or newer")?;
    let name = listing.lines().rev().find(|line| line.trim().ends_with(".tgz"));
    let archive = scratch.join(name.context("npm pack named no archive")?.trim());
    verify::<Sha512>(&archive, PACKAGE_SHA512)?;
    let member = format!("package/{LIBRARY}");
    capture(Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(scratch).arg(&member))?;
    let library = scratch.join(member);
    verify::<Sha256>(&library, LIBRARY_SHA256)?;
    Ok(library)
}

fn verify<D: Digest>(file: &Path, expected: &str) -> Result<()> {
    let found = hex_digest::<D>(file)?;
    if found != expected {
        bail!(
            "{} has the digest {found}, expected {expected}: it is not the file this version was tested with",
            file.display()
        );
    }
    Ok(())
}

fn hex_digest<D: Digest>(file: &Path) -> Result<String> {
    let content = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    Ok(D::digest(content).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    }))
}
