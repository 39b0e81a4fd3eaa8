//! Programs that tests need and that are not part of the Rust toolchain.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};

use crate::workspace::{cache_dir, cargo, root, run};

const CARGO_DENY_VERSION: &str = "0.20.2";
const CARGO_FUZZ_VERSION: &str = "0.13.2";
const CARGO_NEXTEST_VERSION: &str = "0.9.143";

/// A Debian package, and a command that succeeds when what it brings is there.
struct SystemPackage {
    package: &'static str,
    probe: &'static [&'static str],
}

const SYSTEM_PACKAGES: &[SystemPackage] = &[
    SystemPackage { package: "gcc", probe: &["cc", "--version"] },
    SystemPackage { package: "nodejs", probe: &["node", "--version"] },
    SystemPackage { package: "npm", probe: &["npm", "--version"] },
    SystemPackage {
        package: "python3",
        probe: &["python3", "-c", "import sys; sys.exit(sys.version_info < (3, 11))"],
    },
    SystemPackage { package: "python3-venv", probe: &["python3", "-c", "import ensurepip, venv"] },
];

/// Installs the system packages that are missing; gives the number of packages that are there now.
pub(crate) fn install_system_packages() -> Result<usize> {
    let missing: Vec<&str> = SYSTEM_PACKAGES
        .iter()
        .filter(|package| !succeeds(package.probe))
        .map(|package| package.package)
        .collect();
    if !missing.is_empty() {
        println!("Installing {} ...", missing.join(", "));
        let mut install = as_root("apt-get");
        install.args(["install", "-y", "--no-install-recommends"]).args(&missing);
        install.env("DEBIAN_FRONTEND", "noninteractive");
        run(&mut install).with_context(|| format!("install by hand: {}", missing.join(", ")))?;
        for package in SYSTEM_PACKAGES {
            ensure!(
                succeeds(package.probe),
                "{} is installed, but `{}` fails",
                package.package,
                package.probe.join(" ")
            );
        }
    }
    Ok(SYSTEM_PACKAGES.len())
}

fn as_root(program: &str) -> Command {
    let is_root =
        Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    if is_root {
        return Command::new(program);
    }
    let mut command = Command::new("sudo");
    command.args(["-n", program]);
    command
}

fn succeeds(words: &[&str]) -> bool {
    let status = Command::new(words[0])
        .args(&words[1..])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

/// Fails when `cargo nextest` is not there and cannot be installed.
pub(crate) fn require_nextest() -> Result<()> {
    if succeeds(&["cargo-nextest", "nextest", "--version"]) {
        return Ok(());
    }
    println!("Installing cargo-nextest {CARGO_NEXTEST_VERSION} (once) ...");
    let version = format!("cargo-nextest@{CARGO_NEXTEST_VERSION}");
    run(cargo().args(["install", "--locked", &version]))
}

/// A command that runs `cargo deny`; installs it in the cache folder when it is not there.
pub(crate) fn cargo_deny() -> Result<Command> {
    let program = installed_tool("cargo-deny", CARGO_DENY_VERSION)?;
    let mut command = Command::new(program);
    command.current_dir(root());
    Ok(command)
}

/// The program `cargo-fuzz`; installs it in the cache folder when it is not there.
pub(crate) fn cargo_fuzz() -> Result<PathBuf> {
    installed_tool("cargo-fuzz", CARGO_FUZZ_VERSION)
}

fn installed_tool(name: &str, version: &str) -> Result<PathBuf> {
    let folder = cache_dir()?.join("tools").join(format!("{name}-{version}"));
    let program = folder.join("bin").join(name);
    if program.is_file() {
        return Ok(program);
    }
    println!("Installing {name} {version} (some minutes, once) ...");
    let build = folder.join("build");
    let mut install = cargo();
    install.args(["install", "--locked", "--version", version, name]).arg("--root").arg(&folder);
    // Not in the project's own output: the features and profiles differ.
    install.env("CARGO_TARGET_DIR", &build);
    run(&mut install)?;
    std::fs::remove_dir_all(&build).with_context(|| format!("deleting {}", build.display()))?;
    if !program.is_file() {
        bail!("cargo install made no {}", program.display());
    }
    Ok(program)
}
