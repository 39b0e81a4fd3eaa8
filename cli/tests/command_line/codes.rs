//! The pages of codes: every example is run, every code has a page, and what is in `docs/codes` is fresh.

use crate::harness::Project;
use expect_test::expect_file;
use regex::Regex;
use rocky_cli::code_pages::{CodePage, Proof, SURROUNDINGS, code_pages, document, example_files, index};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn place(project: &Project, example: &str) {
    for (path, is_gone, text) in example_files(example) {
        if is_gone {
            std::fs::remove_file(project.file(&path)).expect("a file to delete");
        } else {
            project.write(&path, text);
        }
    }
}

/// The codes that are shown, without what only says that something is all right.
fn shown(project: &Project, page: &CodePage) -> BTreeSet<String> {
    let command = if page.is_configuration { "validate" } else { "compile" };
    let (document, _) = project.json(&[command]);
    let key = if page.is_configuration { "messages" } else { "diagnostics" };
    let findings = document[key].as_array().expect("a list");
    let worth = findings.iter().filter(|finding| finding["severity"] != "ok");
    worth.map(|finding| finding["code"].as_str().expect("a code").to_owned()).collect()
}

fn problem_of(page: &CodePage) -> Option<String> {
    let Proof::Examples { fails, mended, with, stays, bare } = &page.proof else { return None };
    let project = Project::new("");
    if !bare {
        place(&project, SURROUNDINGS);
    }
    place(&project, fails);
    let expected: BTreeSet<String> = with.iter().chain([&page.code]).cloned().collect();
    let found = shown(&project, page);
    if found != expected {
        return Some(format!("{}: the failing example gives {found:?}, expected {expected:?}", page.code));
    }
    place(&project, mended);
    let left = shown(&project, page);
    let stays: BTreeSet<String> = stays.iter().cloned().collect();
    (left != stays).then(|| format!("{}: the mended example gives {left:?}, expected {stays:?}", page.code))
}

#[test]
fn every_example_fails_and_is_mended() {
    let problems: Vec<String> = code_pages().values().filter_map(problem_of).collect();
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn what_has_no_example_has_a_test() {
    let mut untested = Vec::new();
    for page in code_pages().values() {
        let Proof::Test(test) = &page.proof else { continue };
        let text = std::fs::read_to_string(repository().join(test)).unwrap_or_default();
        if !text.contains(&page.code) {
            untested.push(format!("{}: {test} does not name it", page.code));
        }
    }
    assert!(untested.is_empty(), "codes without a test: {untested:#?}");
}

/// Codes in the texts of the program, by code with the file that names them first.
fn codes_in_sources() -> BTreeMap<String, PathBuf> {
    let pattern = Regex::new(r#""([EWISDPVL][0-9]{3})""#).expect("a pattern");
    let mut codes = BTreeMap::new();
    let root = repository();
    let mut folders: Vec<PathBuf> =
        ["syntax/src", "cli/src"].iter().map(|folder| root.join(folder)).collect();
    let compiler = std::fs::read_dir(root.join("compiler")).expect("the compiler");
    folders.extend(compiler.map(|package| package.expect("a package").path().join("src")));
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if !name.ends_with(".rs") || name.contains("tests") {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a text");
            // Tests stand at the end of a file and may name codes that do not exist.
            let product = text.split("#[cfg(test)]").next().unwrap_or_default();
            for found in pattern.captures_iter(product) {
                codes.entry(found[1].to_owned()).or_insert_with(|| path.clone());
            }
        }
    }
    codes
}

#[test]
fn every_code_of_the_program_has_a_page() {
    let codes = codes_in_sources();
    assert!(codes.len() > 100, "the sources were found");
    let explained = |code: &str| {
        let project = Project::new("");
        let ran = project.run(&["explain", code]);
        ran.code == 0 && !ran.stdout.contains("This code is reserved")
    };
    let missing: Vec<String> = codes
        .iter()
        .filter(|(code, _)| !code_pages().contains_key(*code) && !explained(code))
        .map(|(code, path)| format!("{code} ({})", path.display()))
        .collect();
    assert!(missing.is_empty(), "codes without a page: {missing:#?}");
}

#[test]
fn the_documentation_is_fresh() {
    let folder = repository().join("docs/codes");
    expect_file![folder.join("README.md")].assert_eq(&index());
    for page in code_pages().values() {
        assert!(!page.title.ends_with('.') && page.advice.ends_with('.'), "{}", page.code);
        expect_file![folder.join(format!("{}.md", page.code))].assert_eq(&document(page));
    }
    let known: BTreeSet<String> = code_pages().keys().map(|code| format!("{code}.md")).collect();
    for entry in std::fs::read_dir(&folder).expect("the pages") {
        let name = entry.expect("a page").file_name().to_string_lossy().into_owned();
        assert!(name == "README.md" || known.contains(&name), "{name} is the page of no code");
    }
}

#[test]
fn explanations_have_examples() {
    let project = Project::new("");
    expect_test::expect![[r#"
        exit code: 0
        stdout:
        E003: a column does not exist

        Correct the name; the message lists what is there.

        Instead of

          models/totals.sql
            SELECT SUM(amuont) AS total FROM orders

        write

          models/totals.sql
            SELECT SUM(amount) AS total FROM orders
    "#]]
    .assert_eq(&project.run(&["explain", "e003"]).to_string());
    assert!(project.run(&["explain", "S112"]).stdout.contains("select_star"));
    assert!(project.run(&["explain", "V036"]).stdout.contains("This code is reserved"));
    let ran = project.run(&["explain", "E0033"]);
    assert!(ran.code == 1 && ran.stderr.contains("did you mean 'E003'?"), "{ran}");
}
