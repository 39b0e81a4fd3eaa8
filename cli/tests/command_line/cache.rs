//! What earlier commands left changes how long an answer takes, never the answer.

use crate::harness::{Project, Ran, without_times};
use std::path::Path;
use std::process::Command;

const PROJECT: &str = r#"
//- rocky.toml
[adapter.default]
type = "duckdb"
path = "${SHOP_FILE:-shop.duckdb}"
[pipeline.main]
type = "transformation"
models = "models/**"
[pipeline.main.target]
adapter = "default"
//- models/_defaults.toml
[target]
catalog = "shop"
schema = "mart"
//- models/raw.sql
SELECT 1 AS id, 'x' AS name, 2.5 AS amount
//- models/stg.sql
SELECT id, name, amount FROM raw
//- models/more/fct.sql
SELECT id, sum(amount) AS total FROM stg GROUP BY id
//- models/more/odd.sql
SELECT missing FROM stg
//- models/more/star.sql
SELECT * FROM elsewhere.events
//- models/flow.rocky
from stg
where amount > 1
select { id, name }
//- models/flow.toml
[target]
catalog = "shop"
schema = "flow"
//- models/more/fct.contract.toml
[[columns]]
name = "total"
type = "Decimal"
"#;

/// Every command that keeps its outcome, in every form.
const COMMANDS: [&[&str]; 13] = [
    &["compile", "-o", "json"],
    &["compile", "-o", "table"],
    &["compile", "--model", "fct", "-o", "json"],
    &["compile", "--expand-macros", "-o", "json"],
    &["compile", "--contracts", "models/more", "-o", "json"],
    &["lineage", "fct", "-o", "json"],
    &["lineage", "fct.total", "-o", "json"],
    &["lineage", "fct", "--column", "total", "--format", "text"],
    &["lineage", "fct", "--format", "dot"],
    &["lineage", "star.nobody_knows", "-o", "json"],
    &["lineage", "nope", "-o", "json"],
    &["validate", "-o", "json"],
    &["validate", "-o", "table"],
];

/// What a command said, without times.
fn said(ran: &Ran) -> (String, String, i32) {
    let stdout = match serde_json::from_str::<serde_json::Value>(&ran.stdout) {
        Ok(mut document) => {
            without_times(&mut document);
            format!("{document:#}")
        }
        Err(_) => ran.stdout.clone(),
    };
    (stdout, ran.stderr.clone(), ran.code)
}

fn forget(project: &Project) {
    if project.file(".rocky/cache").is_dir() {
        for file in kept_files(project) {
            let removed =
                if file.is_dir() { std::fs::remove_dir(&file) } else { std::fs::remove_file(&file) };
            removed.expect("a file of the cache");
        }
    }
}

/// All answers of a project as it is now: with what was kept, and then from nothing.
fn answers_are_the_same(project: &Project, what: &str) {
    let kept: Vec<_> = COMMANDS.iter().map(|command| said(&project.run(command))).collect();
    // Once more the first ones, now that all have been asked.
    let again: Vec<_> = COMMANDS[..2].iter().map(|command| said(&project.run(command))).collect();
    // What is kept stays: the next step starts from it.
    let fresh = Project::copy_at(project.path());
    forget(&fresh);
    for (number, command) in COMMANDS.iter().enumerate() {
        let expected = said(&fresh.run(command));
        assert_eq!(kept[number], expected, "{what}: {command:?}");
        assert!(again.get(number).is_none_or(|again| *again == expected), "{what}, again: {command:?}");
        forget(&fresh);
    }
}

#[test]
fn after_every_change_the_answers_are_those_of_a_project_without_cache() {
    let project = Project::new(PROJECT);
    answers_are_the_same(&project, "at first");
    let changes: [(&str, &str, &str); 14] = [
        ("a number", "models/raw.sql", "SELECT 2 AS id, 'x' AS name, 2.5 AS amount"),
        ("a column's type", "models/raw.sql", "SELECT 2 AS id, 'x' AS name, '9' AS amount"),
        ("a comment", "models/more/fct.sql", "-- why\nSELECT id, sum(amount) AS total FROM stg GROUP BY id"),
        ("a finding moves", "models/more/odd.sql", "SELECT\n\n  missing\nFROM stg"),
        ("a finding goes", "models/more/odd.sql", "SELECT id FROM stg"),
        ("a finding comes", "models/stg.sql", "SELECT id, name, amount, nothing FROM raw"),
        ("it is broken", "models/stg.sql", "SELECT id, name, FROM ( raw"),
        ("it is mended", "models/stg.sql", "SELECT id, name, amount FROM raw"),
        ("another reference", "models/more/odd.sql", "SELECT id FROM raw"),
        ("frontmatter", "models/more/odd.sql", "---toml\nname = \"even\"\n---\nSELECT id FROM raw"),
        (
            "a sidecar",
            "models/flow.toml",
            "name = \"stream\"\n[target]\ncatalog = \"shop\"\nschema = \"x\"\n",
        ),
        ("the pipeline language", "models/flow.rocky", "from stg\nselect { id }\n"),
        ("a contract", "models/more/fct.contract.toml", "[[columns]]\nname = \"gone\"\ntype = \"String\"\n"),
        ("a new model", "models/more/new.sql", "SELECT total FROM fct"),
    ];
    for (what, path, text) in changes {
        project.write(path, text);
        answers_are_the_same(&project, what);
    }
    std::fs::remove_file(project.file("models/more/new.sql")).expect("the model");
    answers_are_the_same(&project, "a model is gone");
    std::fs::rename(project.file("models/more"), project.file("models/other")).expect("the folder");
    answers_are_the_same(&project, "a folder has another name");
}

#[test]
fn what_the_configuration_reads_from_the_environment_counts() {
    let project = Project::new(PROJECT);
    let validate = |file: &str| {
        let mut command = project.command(&["validate", "-o", "json"]);
        said(&project.ran(command.env("SHOP_FILE", file)))
    };
    project.write("rocky.toml", project.read("rocky.toml").replace("\"duckdb\"", "\"${SHOP_FILE}\""));
    let first = validate("duckdb");
    let other = validate("dukdb");
    assert_ne!(first, other);
    assert_eq!((validate("duckdb"), validate("dukdb")), (first, other));
}

#[test]
fn where_the_caller_stands_counts() {
    let project = Project::new(PROJECT);
    let here = project.run(&["compile", "-o", "json"]).stdout;
    let mut below = project.command(&["compile", "-o", "json"]);
    let below = project.ran(below.current_dir(project.file("models"))).stdout;
    assert!(here.contains("\"models/more/odd.sql\"") && below.contains("\"../models/more/odd.sql\""));
    assert_eq!(project.run(&["compile", "-o", "json"]).stdout.lines().count(), here.lines().count());
}

#[test]
fn a_file_that_changes_back_and_forth_within_one_tick_is_read() {
    let project = Project::new(PROJECT);
    for round in 0..10 {
        for column in ["aa", "bb"] {
            project.write("models/raw.sql", format!("SELECT 1 AS id, 'x' AS name, 2 AS {column}"));
            let ran = project.run(&["lineage", "raw", "--format", "text"]);
            assert!(ran.stdout.contains(&format!("  {column} ")), "round {round}: {ran}");
        }
    }
}

/// The files of the cache.
fn kept_files(project: &Project) -> Vec<std::path::PathBuf> {
    let entries = project.file(".rocky/cache").read_dir().expect("the cache");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("entry").path()).collect();
    files.sort();
    files
}

#[test]
fn damaged_files_are_a_miss() {
    let project = Project::new(PROJECT);
    answers_are_the_same(&project, "at first");
    type Damage = fn(&Path);
    let damages: [(&str, Damage); 6] = [
        ("cut", |file| {
            let bytes = std::fs::read(file).expect("bytes");
            std::fs::write(file, &bytes[..bytes.len() / 2]).expect("write");
        }),
        ("empty", |file| std::fs::write(file, "").expect("write")),
        ("foreign", |file| std::fs::write(file, [7_u8; 5_000]).expect("write")),
        ("a bit at the start", |file| flip(file, 3)),
        ("a bit in the middle", |file| flip(file, 2)),
        ("a folder", |file| {
            std::fs::remove_file(file).expect("remove");
            std::fs::create_dir(file).expect("folder");
        }),
    ];
    for (what, damage) in damages {
        for file in kept_files(&project) {
            let name = file.file_name().expect("name").to_string_lossy().into_owned();
            if file.is_file() {
                damage(&file);
                let kept = said(&project.run(COMMANDS[0]));
                let fresh = Project::copy_at(project.path());
                forget(&fresh);
                assert_eq!(kept, said(&fresh.run(COMMANDS[0])), "{what}: {name}");
            }
        }
        // One step further: all of it at once, over a change.
        kept_files(&project).iter().filter(|file| file.is_file()).for_each(|file| damage(file));
        project.write("models/raw.sql", format!("SELECT 1 AS id, 'x' AS name, 2.5 AS amount -- {what}"));
        answers_are_the_same(&project, what);
        forget(&project);
        answers_are_the_same(&project, "from nothing");
    }
}

fn flip(file: &Path, part: usize) {
    let mut bytes = std::fs::read(file).expect("bytes");
    let at = if part == 3 { bytes.len().min(20) - 1 } else { bytes.len() / part };
    bytes[at] ^= 0x10;
    std::fs::write(file, bytes).expect("write");
}

#[test]
fn a_place_that_cannot_hold_a_cache_is_no_error() {
    let project = Project::new(PROJECT);
    project.write(".rocky", "a file, not a folder");
    let first = said(&project.run(COMMANDS[0]));
    assert_eq!((first.1.as_str(), &first), ("", &said(&project.run(COMMANDS[0]))));
    std::fs::remove_file(project.file(".rocky")).expect("the file");
    assert_eq!(first, said(&project.run(COMMANDS[0])));
}

#[test]
#[cfg(unix)]
fn a_full_disk_is_no_error() {
    let project = Project::new(PROJECT);
    let expected = said(&project.run(COMMANDS[0]));
    for blocks in [0, 1, 8, 64] {
        forget(&project);
        let mut shell = Command::new("sh");
        // No file may grow beyond this many blocks; the result goes to a pipe.
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" compile -o json");
        shell.args(["-c", &script, env!("CARGO_BIN_EXE_rocky")]).current_dir(project.path());
        assert_eq!(said(&project.ran(&mut shell)), expected, "{blocks} blocks");
        assert_eq!(said(&project.run(COMMANDS[0])), expected, "after {blocks} blocks");
    }
}

#[test]
fn two_processes_at_once_agree() {
    let project = Project::new(PROJECT);
    let expected = said(&project.run(COMMANDS[0]));
    for round in 0..5 {
        forget(&project);
        let spawn = || {
            let mut command = project.command(COMMANDS[0]);
            command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
            command.spawn().expect("the executable starts")
        };
        for child in [spawn(), spawn(), spawn()] {
            let output = child.wait_with_output().expect("it ends");
            let mut document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
            without_times(&mut document);
            assert_eq!(format!("{document:#}"), expected.0, "round {round}");
        }
    }
}

#[test]
fn stats_verify_and_clear() {
    let project = Project::new(PROJECT);
    let (empty, code) = project.json(&["cache", "stats"]);
    assert_eq!((code, &empty["rows"]["files"], &empty["folder"]), (0, &0.into(), &".rocky/cache".into()));
    project.run(&["compile", "-o", "json"]);
    let (filled, _) = project.json(&["cache", "stats"]);
    let functions: Vec<&str> = filled["functions"]
        .as_array()
        .expect("functions")
        .iter()
        .map(|function| function["name"].as_str().expect("name"))
        .collect();
    assert_eq!(functions, ["file_summary", "model_facts"], "{filled:#}");
    assert_eq!((&filled["images"]["files"], &filled["outcomes"]["files"]), (&2.into(), &1.into()));
    let (verified, code) = project.json(&["cache", "verify"]);
    assert_eq!(code, 0);
    let verification = &verified["verification"];
    assert_eq!(
        (&verification["rows_compared"], &verification["models_compared"], &verification["wrong"]),
        (&12.into(), &6.into(), &0.into())
    );
    let verified = project.run(&["compile", "-o", "json", "--verify-cache"]);
    assert_eq!(verified.code, 1, "the project has an error: {verified}");
    assert_eq!(said(&verified), said(&project.run(&["compile", "-o", "json"])));
    let cleared = project.table(&["cache", "clear"]);
    assert_eq!(cleared.code, 0, "{cleared}");
    assert!(!project.file(".rocky/cache").exists());
}

#[test]
fn rows_travel_to_another_checkout() {
    let project = Project::new(PROJECT);
    let none = project.table(&["cache", "export", "rows"]);
    assert_eq!(none.code, 1);
    assert!(none.stderr.contains("holds no results"), "{none}");
    let expected = said(&project.run(COMMANDS[0]));
    let exported = project.table(&["cache", "export", "rows"]);
    assert!(exported.stdout.starts_with("Exported 12 results"), "{exported}");
    let other = Project::new(PROJECT);
    std::fs::copy(project.file("rows"), other.file("rows")).expect("copy");
    let imported = other.table(&["cache", "import", "rows"]);
    assert!(imported.stdout.starts_with("Imported 12 results"), "{imported}");
    assert_eq!(said(&other.run(COMMANDS[0])), expected);
    other.write("rows", "something else");
    let refused = other.table(&["cache", "import", "rows"]);
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("is not a whole export"), "{refused}");
}
