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
