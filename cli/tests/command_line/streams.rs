//! What goes where: results to stdout, the rest to stderr, and what the exit code says.

use crate::harness::Project;
use expect_test::expect;
use std::io::{Read as _, Write as _};
use std::process::Stdio;

#[test]
fn the_version_is_one_line() {
    let project = Project::new("");
    for flag in ["--version", "-V"] {
        let ran = project.run(&[flag]);
        assert_eq!((ran.stdout.as_str(), ran.stderr.as_str(), ran.code), ("rocky 2.0.0\n", "", 0));
    }
    assert!(project.files().is_empty());
}

#[test]
fn help_goes_to_stdout() {
    let ran = Project::new("").run(&["--help"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    for word in ["playground", "compile", "--state-path", "Not available yet:", "doctor"] {
        assert!(ran.stdout.contains(word), "{word}\n{ran}");
    }
}

#[test]
fn wrong_use_ends_with_two_and_leaves_stdout_alone() {
    let project = Project::new("");
    for arguments in [
        &["compile", "--nope"] as &[&str],
        &["frobnicate"],
        &["run", "--latest", "--missing"],
        &["compile", "-o", "yaml"],
        &["lineage"],
        &[],
    ] {
        let ran = project.run(arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}\n{ran}");
        assert!(!ran.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_command_that_comes_later_says_so() {
    let project = Project::new("");
    expect![[r#"
        exit code: 2
        stderr:
        Error: 'rocky doctor' is not available yet

          help: 'rocky --help' lists what is available
    "#]]
    .assert_eq(&project.run(&["doctor", "--check", "auth", "-o", "json"]).to_string());
}

/// `rocky … | head -1` must neither panic nor complain.
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let project = Project::new("");
    let mut child = project
        .command(&["--help"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the executable starts");
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut stderr).expect("UTF-8");
    let status = child.wait().expect("ends");
    assert_eq!((stderr.as_str(), status.code()), ("", Some(0)));
}

/// A result that cannot be written is no success.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error() {
    let project = Project::new("");
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
    let output = project.command(&["--version"]).stdout(full).output().expect("starts");
    assert_eq!(output.status.code(), Some(1));
    let mut stderr = std::io::sink();
    stderr.write_all(&output.stderr).expect("sink");
    assert!(String::from_utf8_lossy(&output.stderr).contains("could not be written to stdout"));
}

#[test]
fn memory_is_counted_by_query() {
    let project = Project::new(
        "//- models/a.sql\nselect 1 as id\n//- models/a.toml\n[target]\ncatalog = \"c\"\nschema = \"s\"\n",
    );
    let ran = project.run(&["debug", "memory"]);
    assert_eq!(ran.code, 0, "{ran}");
    for query in ["model_facts", "file_summary", "File"] {
        assert!(ran.stdout.lines().any(|line| line.ends_with(query)), "{query}\n{ran}");
    }
}
