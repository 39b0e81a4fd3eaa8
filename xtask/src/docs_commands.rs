//! The documentation is true: this runs the commands it shows and compares what they print.
//!
//! Each Markdown file is one session in an empty folder. Only fenced blocks with these headings take part:
//! * ```` ```console ````: lines with `$ ` are commands, the lines below are what they print (standard output and
//!   error together). A line `...` stands for any lines, `[..]` for any text within a line; a command with nothing
//!   below it may print anything. A line `? 1` says that the exit code is 1; otherwise it must be 0.
//! * ```` ```console checkout ````: the same, in the root of the checkout.
//! * ```` ```sql file=models/a.sql ````: the block becomes that file of the session folder.

use std::path::{Component, Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result, bail, ensure};

use crate::suites::Counts;
use crate::workspace::{root, target_dir};

/// `cargo xtask docs-commands`
pub(crate) fn run() -> Result<ExitCode> {
    let counts = run_all()?;
    println!("{} passed, {} failed", counts.passed, counts.failed);
    Ok(if counts.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs the documents; each command counts as a test.
pub(crate) fn run_all() -> Result<Counts> {
    let binaries = target_dir()?.join("debug");
    ensure!(
        binaries.join(format!("rocky{}", std::env::consts::EXE_SUFFIX)).is_file(),
        "rocky is not built: run `cargo xtask test --only binaries`"
    );
    let mut total = Counts::default();
    for document in documents(&root())? {
        let text = std::fs::read_to_string(&document)?;
        let steps = parse(&text).with_context(|| format!("reading {}", document.display()))?;
        if steps.is_empty() {
            continue;
        }
        let name = document.strip_prefix(root()).unwrap_or(&document).display().to_string();
        let counts = run_session(&name, &steps, &binaries)?;
        println!("{name}: {} passed, {} failed", counts.passed, counts.failed);
        total.passed += counts.passed;
        total.failed += counts.failed;
    }
    Ok(total)
}

fn documents(root: &Path) -> Result<Vec<PathBuf>> {
    let mut found = vec![root.join("README.md"), root.join("CONTRIBUTING.md")];
    let mut folders = vec![root.join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[derive(Debug, PartialEq, Eq)]
enum Step {
    WriteFile { path: PathBuf, text: String },
    Run(Run),
}

#[derive(Debug, PartialEq, Eq)]
struct Run {
    line: usize,
    command: String,
    expected: Vec<String>,
    exit_code: i32,
    in_checkout: bool,
}

fn parse(markdown: &str) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    let mut lines = markdown.lines().enumerate();
    while let Some((_, line)) = lines.next() {
        let Some(heading) = line.strip_prefix("```").filter(|heading| !heading.is_empty()) else { continue };
        let body: Vec<(usize, &str)> = lines.by_ref().take_while(|(_, line)| *line != "```").collect();
        let mut words = heading.split_whitespace();
        let language = words.next().unwrap_or_default();
        let option = words.next();
        if language == "console" {
            ensure!(matches!(option, None | Some("checkout")), "unknown heading `{heading}`");
            parse_console(&body, option.is_some(), &mut steps)?;
        } else if let Some(path) = option.and_then(|option| option.strip_prefix("file=")) {
            let path = PathBuf::from(path);
            let inside = path.components().all(|part| matches!(part, Component::Normal(_)));
            ensure!(inside, "`{}` leaves the session folder", path.display());
            let text = body.iter().map(|(_, line)| format!("{line}\n")).collect();
            steps.push(Step::WriteFile { path, text });
        }
    }
    Ok(steps)
}

fn parse_console(body: &[(usize, &str)], in_checkout: bool, steps: &mut Vec<Step>) -> Result<()> {
    let mut current: Option<Run> = None;
    for &(index, line) in body {
        let number = index + 1;
        if let Some(command) = line.strip_prefix("$ ") {
            steps.extend(current.take().map(Step::Run));
            let command = command.to_owned();
            current = Some(Run { line: number, command, expected: Vec::new(), exit_code: 0, in_checkout });
            continue;
        }
        let Some(run) = current.as_mut() else { bail!("line {number}: text before the first `$ `") };
        match line.strip_prefix("? ") {
            Some(code) => {
                run.exit_code =
                    code.trim().parse().with_context(|| format!("line {number}: an exit code"))?;
            }
            None => run.expected.push(line.to_owned()),
        }
    }
    steps.extend(current.map(Step::Run));
    Ok(())
}

fn run_session(name: &str, steps: &[Step], binaries: &Path) -> Result<Counts> {
    let session = std::env::temp_dir().join(format!("rocky-docs-{}", std::process::id()));
    std::fs::create_dir(&session).with_context(|| format!("creating {}", session.display()))?;
    let counts = run_steps(name, steps, binaries, &session);
    std::fs::remove_dir_all(&session)?;
    counts
}

fn run_steps(name: &str, steps: &[Step], binaries: &Path, session: &Path) -> Result<Counts> {
    let mut counts = Counts::default();
    let mut folder = session.to_path_buf();
    for step in steps {
        match step {
            Step::WriteFile { path, text } => {
                let path = folder.join(path);
                if let Some(parent) = path.parent() {
                    std::fs::create_dir_all(parent)?;
                }
                std::fs::write(path, text)?;
            }
            // `cd` lasts for the rest of the session, as the reader expects.
            Step::Run(run) if run.command.starts_with("cd ") => folder = folder.join(run.command[3..].trim()),
            Step::Run(run) => {
                let place = if run.in_checkout { root() } else { folder.clone() };
                match check(run, &place, binaries)? {
                    None => counts.passed += 1,
                    Some(difference) => {
                        println!("{name}:{}: $ {}\n{difference}", run.line, run.command);
                        counts.failed += 1;
                    }
                }
            }
        }
    }
    Ok(counts)
}

/// Runs one command; gives what is wrong, if anything is.
fn check(run: &Run, place: &Path, binaries: &Path) -> Result<Option<String>> {
    let mut path = std::ffi::OsString::from(binaries);
    if let Some(inherited) = std::env::var_os("PATH") {
        path.push(":");
        path.push(inherited);
    }
    let output = Command::new("sh")
        .arg("-c")
        .arg(format!("{{ {}\n}} 2>&1", run.command))
        .current_dir(place)
        .env("PATH", path)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .output()
        .with_context(|| format!("starting `{}`", run.command))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.code() != Some(run.exit_code) {
        return Ok(Some(format!("expected exit code {}, got {}\n{printed}", run.exit_code, output.status)));
    }
    let expected: Vec<&str> = run.expected.iter().map(|line| line.trim_end()).collect();
    let actual: Vec<&str> = printed.trim_end().lines().map(str::trim_end).collect();
    let matches = expected.iter().all(|line| line.is_empty()) || lines_match(&expected, &actual);
    Ok((!matches).then(|| format!("expected:\n{}\ngot:\n{printed}", run.expected.join("\n"))))
}

fn lines_match(expected: &[&str], actual: &[&str]) -> bool {
    match expected.split_first() {
        None => actual.is_empty(),
        Some((&"...", rest)) => (0..=actual.len()).any(|skipped| lines_match(rest, &actual[skipped..])),
        Some((first, rest)) => actual
            .split_first()
            .is_some_and(|(line, others)| line_matches(first, line) && lines_match(rest, others)),
    }
}

fn line_matches(expected: &str, actual: &str) -> bool {
    match expected.split_once("[..]") {
        None => expected == actual,
        Some((before, after)) => actual.strip_prefix(before).is_some_and(|rest| {
            rest.char_indices()
                .map(|(index, _)| index)
                .chain([rest.len()])
                .any(|index| line_matches(after, &rest[index..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Run, Step, lines_match, parse};

    #[test]
    fn blocks_become_steps() {
        let markdown = "# x\n```sql file=models/a.sql\nselect 1\n```\n```console\n$ rocky compile\nok\n? 1\n$ ls\n```\n```sql\nselect 2\n```\n";
        let run = |line, command: &str, expected: &[&str], exit_code| {
            Step::Run(Run {
                line,
                command: command.to_owned(),
                expected: expected.iter().map(|&line| line.to_owned()).collect(),
                exit_code,
                in_checkout: false,
            })
        };
        let file = Step::WriteFile { path: "models/a.sql".into(), text: "select 1\n".to_owned() };
        let steps = parse(markdown).expect("a well-formed document");
        assert_eq!(steps, [file, run(6, "rocky compile", &["ok"], 1), run(9, "ls", &[], 0)]);
        assert!(parse("```sql file=../a.sql\n```\n").is_err());
    }

    #[test]
    fn wildcards() {
        assert!(lines_match(&["a", "...", "took [..] ms"], &["a", "b", "c", "took 12 ms"]));
        assert!(lines_match(&["..."], &[]));
        assert!(!lines_match(&["a"], &["a", "b"]));
        assert!(!lines_match(&["took [..] ms"], &["took 12 s"]));
    }
}
