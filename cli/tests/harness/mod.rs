//! Projects in temporary folders and the executable that is run in them.

use rocky_fixture::Fixture;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A folder that vanishes with the test.
pub(crate) struct Project {
    folder: TempDir,
}

impl Project {
    /// A folder with the files of a fixture: `//- PATH` lines, each followed by a text.
    pub(crate) fn new(fixture: &str) -> Project {
        let project = Project { folder: tempfile::tempdir().expect("a temporary folder") };
        if !fixture.trim().is_empty() {
            for file in Fixture::parse(fixture).files {
                project.write(&file.path, &file.text);
            }
        }
        project
    }

    /// A copy of a project of the repository.
    pub(crate) fn copy_of(folder: &str) -> Project {
        let project = Project::new("");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
        copy(&source, project.path());
        project
    }

    /// A copy of a folder, what Rocky keeps for itself included.
    pub(crate) fn copy_at(source: &Path) -> Project {
        let project = Project::new("");
        copy(source, project.path());
        project
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.file(path);
        std::fs::create_dir_all(path.parent().expect("parent")).expect("folder");
        std::fs::write(path, bytes).expect("file");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.file(path)).expect("readable file")
    }

    /// All files, relative, sorted; what Rocky keeps for itself is left out.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        list(self.path(), "", &mut files);
        files.retain(|file| !file.starts_with(".rocky"));
        files.sort();
        files
    }

    /// The command in the project's folder, not started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rocky"));
        command.current_dir(self.path()).args(arguments).stdin(Stdio::null());
        for variable in
            ["RUST_LOG", "NO_COLOR", "DAGSTER_PIPES_CONTEXT", "DAGSTER_PIPES_MESSAGES", "GITHUB_STEP_SUMMARY"]
        {
            command.env_remove(variable);
        }
        command
    }

    /// Runs `git` in the project's folder; its settings are the tests' own.
    pub(crate) fn git(&self, arguments: &[&str]) {
        let mut command = Command::new("git");
        command.current_dir(self.path()).args(arguments).stdin(Stdio::null());
        for (name, value) in [
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_AUTHOR_NAME", "a"),
            ("GIT_AUTHOR_EMAIL", "a@example.org"),
            ("GIT_COMMITTER_NAME", "a"),
            ("GIT_COMMITTER_EMAIL", "a@example.org"),
            ("GIT_AUTHOR_DATE", "2031-01-01T00:00:00Z"),
            ("GIT_COMMITTER_DATE", "2031-01-01T00:00:00Z"),
        ] {
            command.env(name, value);
        }
        let output = command.output().expect("git starts");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Commits all files; the first commit makes the repository and its branch `main`.
    pub(crate) fn commit(&self, message: &str) {
        if !self.file(".git").exists() {
            self.git(&["init", "--quiet", "--initial-branch", "main"]);
            self.write(".gitignore", ".rocky/\n");
        }
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.ran(&mut self.command(arguments))
    }

    /// `rocky … -o table`: what a person sees, without colours.
    pub(crate) fn table(&self, arguments: &[&str]) -> Ran {
        self.run(&[arguments, &["-o", "table"]].concat())
    }

    /// `rocky … -o json`, parsed.
    pub(crate) fn json(&self, arguments: &[&str]) -> (serde_json::Value, i32) {
        let ran = self.run(&[arguments, &["-o", "json"]].concat());
        match serde_json::from_str(&ran.stdout) {
            Ok(document) => (document, ran.code),
            Err(error) => panic!("{error}\n{ran}"),
        }
    }

    pub(crate) fn ran(&self, command: &mut Command) -> Ran {
        let output = command.output().expect("the executable starts");
        Ran::new(&output, self.path())
    }
}

/// What a command printed and how it ended; changing parts made constant.
pub(crate) struct Ran {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl Ran {
    fn new(output: &Output, folder: &Path) -> Ran {
        let text = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
            let real = folder.canonicalize().expect("folder");
            let text = text.replace(&*real.to_string_lossy(), "$PROJECT");
            without_run_ids_and_durations(&text.replace(&*folder.to_string_lossy(), "$PROJECT"))
        };
        Ran {
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            code: output.status.code().expect("ended by itself"),
        }
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "exit code: {}", self.code)?;
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                write!(formatter, "{name}:\n{text}")?;
            }
        }
        Ok(())
    }
}

/// Run ids become `…-ID`; durations in texts become `0 ms`.
fn without_run_ids_and_durations(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let is_unit = word.trim_end_matches(['\n', ',', ')', ';']).to_owned();
        if (is_unit == "ms" || is_unit == "s")
            && let Some(number) = words.last_mut()
            && number.trim_start_matches('(').parse::<f64>().is_ok()
        {
            *number = number.chars().take_while(|character| *character == '(').chain(['0']).collect();
            words.push(word.replacen('s', "ms", usize::from(is_unit == "s")));
            continue;
        }
        words.push(without_run_id(word));
    }
    words.join(" ")
}

/// `run-20310101-101500-123` and `model-a-20310101-101500` become `run-ID` and `model-a-ID`.
fn without_run_id(word: &str) -> String {
    let is_stamp = |text: &str| {
        let shape = text.bytes().map(|byte| if byte.is_ascii_digit() { b'0' } else { byte });
        shape.eq(*b"-00000000-000000")
    };
    let Some(at) = (0..word.len()).find(|at| word.get(*at..at + 16).is_some_and(is_stamp)) else {
        return word.to_owned();
    };
    let rest = &word[at + 16..];
    let has_milliseconds = rest.len() >= 4
        && rest.starts_with('-')
        && rest.bytes().skip(1).take(3).all(|byte| byte.is_ascii_digit());
    format!("{}-ID{}", &word[..at], if has_milliseconds { &rest[4..] } else { rest })
}

/// Sets every number below a key that ends in `_ms` to zero, and every moment to one moment.
pub(crate) fn without_times(document: &mut serde_json::Value) {
    match document {
        serde_json::Value::Object(object) => {
            for (key, value) in object.iter_mut() {
                if key.ends_with("_ms") && value.is_number() {
                    *value = 0.into();
                } else if (key.ends_with("_at") || key == "watermark") && value.is_string() {
                    *value = "2031-01-01T00:00:00Z".into();
                } else if key == "run_id" {
                    *value = "run-20310101-000000-000".into();
                } else {
                    without_times(value);
                }
            }
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(without_times),
        _ => {}
    }
}

/// Fails unless the document is what its schema says.
pub(crate) fn assert_valid(schema: &str, document: &serde_json::Value) {
    let schema_document = rocky_cli::output::schema(schema).expect("a schema of this name").to_value();
    let validator = jsonschema::draft7::new(&schema_document).expect("a sound schema");
    let errors: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{schema}: {errors:#?}\n{document:#}");
}

fn copy(source: &Path, target: &Path) {
    std::fs::create_dir_all(target).expect("folder");
    for entry in std::fs::read_dir(source).expect("project folder") {
        let entry = entry.expect("entry");
        let to = target.join(entry.file_name());
        if entry.file_type().expect("file type").is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).expect("copy");
        }
    }
}

fn list(folder: &Path, prefix: &str, files: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("folder") {
        let entry = entry.expect("entry");
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().expect("file type").is_dir() {
            list(&entry.path(), &format!("{path}/"), files);
        } else {
            files.push(path);
        }
    }
}
