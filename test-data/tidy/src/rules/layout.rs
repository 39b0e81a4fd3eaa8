//! What every package has, and what no file is called.

use crate::{Checkout, Finding};

const NAMES_THAT_SAY_NOTHING: &[&str] =
    &["common", "helper", "helpers", "misc", "traits", "types", "util", "utils"];
const MARK: &str = "Must not know:";

/// The first file of each package says what the package must not know.
#[must_use]
pub fn must_not_know(checkout: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in &checkout.packages {
        let candidates = ["lib.rs", "main.rs"].map(|name| format!("{}/src/{name}", package.folder));
        let first = candidates.iter().find_map(|path| checkout.files.iter().find(|file| file.path == *path));
        let Some(file) = first else {
            let folder = format!("{}/src", package.folder);
            findings.push(Finding::file(&folder, "has neither lib.rs nor main.rs"));
            continue;
        };
        let says = file
            .text
            .lines()
            .map_while(|line| line.strip_prefix("//!"))
            .any(|line| line.trim_start().starts_with(MARK));
        if !says {
            findings.push(Finding::file(
                &file.path,
                format!("the comment at the top needs a line `//! {MARK} …`"),
            ));
        }
    }
    findings
}

/// A file is named after its idea.
#[must_use]
pub fn module_names(checkout: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &checkout.rust {
        let mut parts: Vec<&str> = file.path.split('/').skip_while(|part| *part != "src").skip(1).collect();
        let last = parts.pop().unwrap_or_default().trim_end_matches(".rs");
        if let Some(name) = parts.into_iter().chain([last]).find(|part| NAMES_THAT_SAY_NOTHING.contains(part))
        {
            findings.push(Finding::file(
                &file.path,
                format!("`{name}` says nothing: name the module after what it holds"),
            ));
        }
    }
    findings
}
