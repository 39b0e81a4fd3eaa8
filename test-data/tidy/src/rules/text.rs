//! Words that stay out of the repository.

use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};

use crate::{Checkout, Finding};

// Written in two parts, so that this file does not break its own rule.
const WORDS: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
const MACHINE: &[&str] = &[
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/wo", "rk/"),
    concat!("/t", "mp/"),
    concat!("arti", "factory"),
    concat!("index.", "crates.io"),
    concat!("registry.", "npmjs.org"),
    concat!("py", "pi.org"),
];

/// Work that is left is an issue, not a comment.
#[must_use]
pub fn forbidden_words(checkout: &Checkout) -> Vec<Finding> {
    lines(checkout)
        .filter_map(|(path, number, line)| {
            let word = WORDS.iter().find(|word| has_word(line, word))?;
            Some(Finding::line(path, number, format!("`{word}`: open an issue and name it, or do it")))
        })
        .collect()
}

/// The project knows no machine it was built on.
#[must_use]
pub fn machine_paths(checkout: &Checkout) -> Vec<Finding> {
    lines(checkout)
        .filter_map(|(path, number, line)| {
            let found = MACHINE.iter().find(|text| has_path(line, text))?;
            Some(Finding::line(path, number, format!("`{found}` belongs to one machine")))
        })
        .collect()
}

/// The lines that people write: lock files and what a fuzzer made up are none.
fn lines(checkout: &Checkout) -> impl Iterator<Item = (&str, usize, &str)> {
    let written = |path: &str| !path.ends_with(".lock") && !path.starts_with("test-data/fuzz/corpus/");
    checkout.files.iter().filter(move |file| written(&file.path)).flat_map(|file| {
        file.text.lines().enumerate().map(|(index, line)| (file.path.as_str(), index + 1, line))
    })
}

fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(start, _)| {
        let part_of_name = |c: char| c.is_alphanumeric() || c == '_';
        !line[..start].ends_with(part_of_name) && !line[start + word.len()..].starts_with(part_of_name)
    })
}

/// An absolute path starts a word; `models/home/x` is a path inside a project.
fn has_path(line: &str, text: &str) -> bool {
    line.match_indices(text).any(|(start, _)| {
        let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '}' | '*' | '>');
        !text.starts_with('/') || !line[..start].ends_with(inside)
    })
}

/// Left out of plain `cargo test`, run by the suite that runs everything.
const RUN_BY: &str = "cargo xtask test";

/// A test that is left out names the issue that brings it back, or the command that runs it: tests that need what
/// plain `cargo test` must do without are ignored there and run by `cargo xtask test`.
#[must_use]
pub fn ignored_tests(checkout: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &checkout.rust {
        let mut ignored = Ignored { path: &file.path, findings: &mut findings };
        ignored.visit_file(&file.syntax);
    }
    findings
}

struct Ignored<'a> {
    path: &'a str,
    findings: &'a mut Vec<Finding>,
}

impl<'ast> Visit<'ast> for Ignored<'_> {
    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if attribute.path().is_ident("ignore") && !says_when_it_runs(attribute) {
            self.findings.push(Finding::line(
                self.path,
                attribute.span().start().line,
                "`#[ignore]` needs a reason with the number of an issue: `#[ignore = \"#12: …\"]`",
            ));
        }
        visit::visit_attribute(self, attribute);
    }
}

fn says_when_it_runs(attribute: &syn::Attribute) -> bool {
    let Ok(value) = attribute.meta.require_name_value() else { return false };
    let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(reason), .. }) = &value.value else { return false };
    let reason = reason.value();
    let names_an_issue =
        reason.match_indices('#').any(|(at, _)| reason[at + 1..].starts_with(|c: char| c.is_ascii_digit()));
    names_an_issue || reason.contains(RUN_BY)
}
