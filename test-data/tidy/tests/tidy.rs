//! The rules, applied to this repository.
#![allow(clippy::print_stdout, reason = "what is worth knowing but no error is shown with the test's output")]

use std::path::{Path, PathBuf};
use std::process::Command;

use rocky_tidy::rules::{RULES, large_files};
use rocky_tidy::{Checkout, Finding};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn shown(findings: &[Finding]) -> String {
    findings.iter().map(|finding| format!("{finding}\n")).collect()
}

#[test]
fn every_rule_holds() {
    let checkout = Checkout::read(&root()).expect("git lists the files");
    assert!(checkout.packages.len() > 15, "the packages were not found");
    assert!(checkout.rust.len() > 15, "the Rust files were not found");
    println!("{}", shown(&large_files(&checkout)));
    let mut broken = checkout.broken.clone();
    for (name, rule) in RULES {
        let mut findings = rule(&checkout);
        findings.sort();
        findings.dedup();
        println!("{name}: {} findings", findings.len());
        broken.extend(findings);
    }
    assert!(broken.is_empty(), "{} findings\n{}", broken.len(), shown(&broken));
}

#[test]
fn generated_files_are_fresh() {
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--package", "xtask", "--", "codegen", "--check"])
        .current_dir(root())
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
