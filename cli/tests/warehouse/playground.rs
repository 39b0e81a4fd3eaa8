//! `playground --run`.

use crate::harness::{Project, assert_valid};
use std::time::{Duration, Instant};

#[test]
#[ignore = "needs rocky-duckdb: cargo xtask test"]
fn it_builds_and_shows_the_tables() {
    let project = Project::new("");
    let started = Instant::now();
    let ran = project.run(&["playground", "demo", "--run"]);
    let took = started.elapsed();
    assert_eq!(ran.code, 0, "{ran}");
    for text in
        ["Seeded", "Validated", "Compiled", "revenue_summary", "playground.gold.revenue_summary", "Next:"]
    {
        assert!(ran.stdout.contains(text), "{text}\n{ran}");
    }
    assert!(took < Duration::from_secs(2), "it took {took:?}");
    // It is a project like any other.
    let config = ["--config", "demo/rocky.toml"];
    let again = project.json(&[&config[..], &["run"]].concat());
    assert_eq!((again.0["status"].as_str(), again.1), (Some("Success"), 0));
}

#[test]
#[ignore = "needs rocky-duckdb: cargo xtask test"]
fn in_json_it_is_one_document() {
    let project = Project::new("");
    let (document, code) = project.json(&["playground", "demo", "--run"]);
    assert_eq!(code, 0);
    assert_valid("scaffold", &document);
    assert_eq!(document["run"]["status"], "Success");
}

/// Where the command is typed another project may lie, with files of the same names.
#[test]
#[ignore = "needs rocky-duckdb: cargo xtask test"]
fn it_leaves_the_files_of_another_project_alone() {
    let project = Project::new("");
    assert_eq!(project.run(&["playground", "first", "--run"]).code, 0);
    for file in ["playground.duckdb", ".rocky-state.redb"] {
        std::fs::rename(project.file("first").join(file), project.file(file)).expect("moved");
    }
    let bytes = |file: &str| std::fs::read(project.file(file)).expect("readable");
    let before = (bytes("playground.duckdb"), bytes(".rocky-state.redb"));
    let ran = project.run(&["playground", "second", "--run"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran}");
    assert!(
        before == (bytes("playground.duckdb"), bytes(".rocky-state.redb")),
        "another project was changed"
    );
    assert!(project.file("second/playground.duckdb").is_file());
    assert!(project.file("second/.rocky-state.redb").is_file());
}

/// A database that lies only in the working directory is used, and that is said.
#[test]
#[ignore = "needs rocky-duckdb: cargo xtask test"]
fn a_database_in_the_working_directory_is_named() {
    let project = Project::new("");
    assert_eq!(project.run(&["playground", "demo", "--run"]).code, 0);
    std::fs::rename(project.file("demo/playground.duckdb"), project.file("playground.duckdb"))
        .expect("moved");
    let ran = project.table(&["--config", "demo/rocky.toml", "run"]);
    assert_eq!(ran.code, 0, "{ran}");
    assert!(ran.stderr.contains("the database $PROJECT/playground.duckdb is used"), "{ran}");
}
