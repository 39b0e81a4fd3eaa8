//! Dependencies point one way.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Checkout, Finding};

const COMPILER: &[&str] = &[
    "rocky-lint",
    "rocky-base-db",
    "rocky-store",
    "rocky-project",
    "rocky-hir",
    "rocky-types",
    "rocky-lineage",
    "rocky-check",
    "rocky-plan",
    "rocky-compiler",
];

/// From each package to the packages of ours that its product code may name. A package that is not listed may name
/// none; a new package needs a row.
const ALLOWED: &[(&str, &[&str])] = &[
    ("rocky-syntax", &[]),
    ("rocky-format", &["rocky-syntax"]),
    ("rocky-lint", &["rocky-syntax"]),
    ("rocky-store", &[]),
    ("rocky-plan-model", &[]),
    ("rocky-fixture", &[]),
    ("rocky-fuzz", &["rocky-syntax", "rocky-format"]),
    ("rocky-fuzz-targets", &["rocky-fuzz"]),
    ("rocky-tidy", &[]),
    ("xtask", &[]),
    ("rocky-base-db", &["rocky-store", "rocky-syntax"]),
    ("rocky-project", &["rocky-base-db", "rocky-store", "rocky-syntax", "rocky-format", "rocky-lint"]),
    ("rocky-hir", &["rocky-project", "rocky-base-db", "rocky-store", "rocky-syntax", "rocky-lint"]),
    ("rocky-types", &["rocky-hir", "rocky-project", "rocky-base-db", "rocky-store", "rocky-syntax"]),
    (
        "rocky-lineage",
        &["rocky-types", "rocky-hir", "rocky-project", "rocky-base-db", "rocky-store", "rocky-syntax"],
    ),
    (
        "rocky-check",
        &[
            "rocky-lineage",
            "rocky-types",
            "rocky-hir",
            "rocky-project",
            "rocky-base-db",
            "rocky-store",
            "rocky-syntax",
            "rocky-lint",
        ],
    ),
    (
        "rocky-plan",
        &[
            "rocky-plan-model",
            "rocky-check",
            "rocky-lineage",
            "rocky-types",
            "rocky-hir",
            "rocky-project",
            "rocky-base-db",
            "rocky-store",
            "rocky-syntax",
        ],
    ),
    (
        "rocky-compiler",
        &[
            "rocky-plan",
            "rocky-plan-model",
            "rocky-check",
            "rocky-lineage",
            "rocky-types",
            "rocky-hir",
            "rocky-project",
            "rocky-base-db",
            "rocky-store",
            "rocky-syntax",
            "rocky-lint",
        ],
    ),
    ("rocky-ide", &["rocky-compiler"]),
    ("rocky-lsp-server", &["rocky-ide", "rocky-compiler", "rocky-format"]),
    ("rocky-adapter", &["rocky-plan-model"]),
    ("rocky-engine", &["rocky-adapter", "rocky-plan-model"]),
    ("rocky-duckdb", &["rocky-adapter", "rocky-plan-model"]),
    ("rocky-benches", &["rocky-compiler", "rocky-format", "rocky-lint", "rocky-syntax"]),
    ("rocky-judge", &["rocky-compiler", "rocky-types", "rocky-hir", "rocky-base-db", "rocky-syntax"]),
    (
        "rocky",
        &[
            "rocky-compiler",
            "rocky-ide",
            "rocky-lsp-server",
            "rocky-engine",
            "rocky-adapter",
            "rocky-plan-model",
            "rocky-format",
        ],
    ),
];

/// Nobody in the first list may reach anybody in the second, however long the way.
const UNREACHABLE: &[(&[&str], &[&str], &str)] = &[
    (
        &["rocky-engine", "rocky-adapter", "rocky-duckdb"],
        &[
            "rocky-syntax",
            "rocky-base-db",
            "rocky-store",
            "rocky-project",
            "rocky-hir",
            "rocky-types",
            "rocky-lineage",
            "rocky-check",
            "rocky-plan",
            "rocky-compiler",
            "rocky-ide",
            "rocky-lsp-server",
            "rocky",
            "salsa",
            "rowan",
        ],
        "execution gets a plain Plan: it knows no trees, no salsa, no compiler",
    ),
    (
        COMPILER,
        &["rocky-engine", "rocky-adapter", "rocky-duckdb", "rocky-ide", "rocky-lsp-server", "rocky"],
        "the compiler is pure: it neither runs anything nor knows who shows its results",
    ),
    (
        &["rocky-ide", "rocky-lsp-server"],
        &["rocky-engine", "rocky-adapter", "rocky-duckdb", "rocky"],
        "the editor runs nothing on a warehouse",
    ),
    (&["rocky"], &["duckdb"], "linking DuckDB taxes every start; `rocky-duckdb` is a program of its own"),
    (
        &[
            "rocky-syntax",
            "rocky-base-db",
            "rocky-project",
            "rocky-hir",
            "rocky-types",
            "rocky-lineage",
            "rocky-check",
            "rocky-plan",
            "rocky-compiler",
            "rocky-ide",
        ],
        &["tower-lsp", "lsp-types", "tokio", "clap", "ariadne", "indicatif"],
        "no protocol, terminal or async runtime below the programs",
    ),
];

/// External crates with a boundary of their own: who may name them in product code.
const EXTERNAL: &[(&str, &[&str])] = &[
    ("lsp-types", &[]),
    ("tower-lsp", &["rocky-lsp-server"]),
    ("duckdb", &["rocky-duckdb", "rocky-judge"]),
    ("redb", &["rocky-store", "rocky-engine"]),
    ("rowan", &["rocky-syntax", "rocky-hir"]),
    ("logos", &["rocky-syntax"]),
    ("chumsky", &["rocky-syntax", "rocky-project"]),
    (
        "salsa",
        &[
            "rocky-base-db",
            "rocky-project",
            "rocky-hir",
            "rocky-types",
            "rocky-lineage",
            "rocky-check",
            "rocky-plan",
            "rocky-compiler",
        ],
    ),
    ("sqlparser", &["rocky-benches"]),
    ("ariadne", &["rocky"]),
    ("indicatif", &["rocky"]),
    ("clap", &["rocky", "xtask", "rocky-benches", "rocky-judge"]),
    ("ctrlc", &["rocky"]),
];

fn allowed(package: &str) -> &'static [&'static str] {
    ALLOWED.iter().find(|(name, _)| *name == package).map_or(&[], |(_, allowed)| allowed)
}

fn is_ours(name: &str) -> bool {
    name == "rocky" || name == "xtask" || name.starts_with("rocky-")
}

/// Each package names only the packages that its row allows. Tests may also name the fixture crate and whatever
/// the package reaches anyway.
#[must_use]
pub fn direct_edges(checkout: &Checkout) -> Vec<Finding> {
    let edges = checkout.edges();
    let mut findings = Vec::new();
    for package in &checkout.packages {
        let manifest = format!("{}/Cargo.toml", package.folder);
        let allowed = allowed(&package.name);
        if !ALLOWED.iter().any(|(name, _)| *name == package.name) {
            findings.push(Finding::file(
                &manifest,
                format!("`{}` is new: give it a row in test-data/tidy", package.name),
            ));
        }
        for dependency in package.dependencies.iter().filter(|name| is_ours(name)) {
            if !allowed.contains(&dependency.as_str()) {
                findings.push(Finding::file(
                    &manifest,
                    format!("`{}` may not depend on `{dependency}`", package.name),
                ));
            }
        }
        let reached = reach(&edges, &package.name);
        for dependency in package.dev_dependencies.iter().filter(|name| is_ours(name)) {
            let fine = dependency == "rocky-fixture"
                || allowed.contains(&dependency.as_str())
                || reached.contains_key(dependency.as_str());
            if !fine {
                findings.push(Finding::file(
                    &manifest,
                    format!("the tests of `{}` may not depend on `{dependency}`", package.name),
                ));
            }
        }
    }
    findings
}

/// Layers stay apart over any number of steps.
#[must_use]
pub fn reachability(checkout: &Checkout) -> Vec<Finding> {
    let edges = checkout.edges();
    let mut findings = Vec::new();
    for package in &checkout.packages {
        let reached = reach(&edges, &package.name);
        for (from, targets, reason) in UNREACHABLE {
            if !from.contains(&package.name.as_str()) {
                continue;
            }
            for target in targets.iter().filter(|target| reached.contains_key(*target)) {
                let way = way(&reached, &package.name, target);
                findings.push(Finding::file(
                    &format!("{}/Cargo.toml", package.folder),
                    format!("`{}` reaches `{target}` ({way}): {reason}", package.name),
                ));
            }
        }
    }
    findings
}

/// Crates with a boundary are named only on the right side of it.
#[must_use]
pub fn external_crates(checkout: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in &checkout.packages {
        for (name, owners) in EXTERNAL {
            if package.dependencies.contains(*name) && !owners.contains(&package.name.as_str()) {
                findings.push(Finding::file(
                    &format!("{}/Cargo.toml", package.folder),
                    format!("`{}` may not depend on `{name}` (only: {})", package.name, owners.join(", ")),
                ));
            }
        }
    }
    findings
}

/// What a package reaches, each with the package from which it was reached first.
fn reach<'a>(edges: &BTreeMap<&'a str, &'a BTreeSet<String>>, from: &'a str) -> BTreeMap<&'a str, &'a str> {
    let mut reached = BTreeMap::new();
    let mut open = vec![from];
    while let Some(current) = open.pop() {
        for dependency in edges.get(current).into_iter().copied().flatten() {
            if !reached.contains_key(dependency.as_str()) {
                reached.insert(dependency.as_str(), current);
                open.push(dependency);
            }
        }
    }
    reached
}

fn way(reached: &BTreeMap<&str, &str>, from: &str, to: &str) -> String {
    let mut steps = vec![to];
    while let Some(previous) = steps.last().and_then(|step| reached.get(step)) {
        steps.push(previous);
        if *previous == from {
            break;
        }
    }
    steps.reverse();
    steps.join(" → ")
}
