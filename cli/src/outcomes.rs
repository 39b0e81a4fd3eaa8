//! Outcomes of earlier commands: on a project in which nothing changed a command prints what it printed.

use crate::arguments::OutputFormat;
use crate::failure::Failure;
use crate::opening::Opening;
use crate::project_location::ProjectLocation;
use crate::session::Session;
use rocky_compiler::Questions;
use rocky_compiler::base_db::{Digest, DigestWriter};
use rocky_compiler::store::{SealedFile, TailPlace, TailWriter, collect_outcomes};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Raised when the encoding below changes.
const LABEL: &str = "outcome 1";

/// A command line, as far as it decides about what is printed. What the project decides is not part of it.
pub(crate) struct CommandLine<'a> {
    /// The command.
    pub(crate) command: &'static str,
    /// Its own options, each in its place.
    pub(crate) options: &'a [Option<&'a str>],
    /// The form of the result.
    pub(crate) format: OutputFormat,
    /// Whether the text has colours.
    pub(crate) colour: bool,
    /// What stands before the paths of files.
    pub(crate) prefix: &'a str,
}

impl<'a> CommandLine<'a> {
    /// The command line of a session.
    pub(crate) fn new(
        session: &Session<'_>,
        opening: &'a Opening,
        command: &'static str,
        options: &'a [Option<&'a str>],
    ) -> CommandLine<'a> {
        let format = session.format();
        CommandLine {
            command,
            options,
            format,
            // No colour ever reaches a document.
            colour: format == OutputFormat::Table && session.terminal.stdout_colour(),
            prefix: &opening.location.prefix,
        }
    }

    fn digest(&self) -> Digest {
        let CommandLine { command, options, format, colour, prefix } = self;
        let mut digest = DigestWriter::new();
        digest.text(command).number(options.len() as u64);
        for option in *options {
            match option {
                Some(value) => digest.number(1).text(value),
                None => digest.number(0),
            };
        }
        let format = match format {
            OutputFormat::Json => 0,
            OutputFormat::Table => 1,
        };
        digest.number(format).number(u64::from(*colour)).text(prefix).finish()
    }
}

/// The answer when a kept outcome is not what is computed now.
pub(crate) fn wrong(location: &ProjectLocation) -> Failure {
    let folder = location.shown(".rocky/cache");
    Failure::new("an earlier command kept another result than this one computed from the same project")
        .caused_by(format!("this is a bug in Rocky; the folder {folder} shows it"))
        .with_help("report it with that folder, then run 'rocky cache clear'")
}

/// What a command printed and how it ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Outcome {
    /// Whether it failed.
    pub(crate) failed: bool,
    /// What it printed, in parts; what the parts are is the command's own.
    pub(crate) parts: Vec<Vec<u8>>,
}

#[derive(Serialize, Deserialize)]
struct Head {
    /// The project that the outcome is of.
    project: Digest,
    questions: Questions,
    failed: bool,
    parts: Vec<TailPlace>,
}

/// The place of the outcomes of one command line.
#[derive(Debug)]
pub(crate) struct OutcomeSlot {
    path: PathBuf,
    label: String,
}

/// An outcome of the same command line, of this project or one before it.
pub(crate) struct Kept {
    /// The project that it is of.
    pub(crate) project: Digest,
    /// Whether the project is the same now.
    pub(crate) is_current: bool,
    /// The outcome.
    pub(crate) outcome: Outcome,
}

impl OutcomeSlot {
    /// The slot of a command line. `None` when nothing is kept.
    pub(crate) fn of(opening: &Opening, line: &CommandLine<'_>) -> Option<OutcomeSlot> {
        let folder = &opening.cache()?.folder;
        let digest = line.digest().to_string();
        let path = folder.join(format!("outcome-{}-{}.bin", line.command, &digest[..16]));
        Some(OutcomeSlot { path, label: format!("{LABEL} {digest}") })
    }

    /// What is in the slot. `None` when there is nothing, or nothing that can be believed.
    pub(crate) fn read(&self, opening: &Opening) -> Option<Kept> {
        let file = SealedFile::read(&self.path, &self.label)?;
        let head: Head = serde_json::from_slice(file.head()).ok()?;
        let now = opening.files().key(&head.questions)?;
        let parts = head.parts.iter().map(|place| file.part(*place).map(<[u8]>::to_vec));
        let parts = parts.collect::<Option<Vec<_>>>()?;
        Some(Kept {
            project: head.project,
            is_current: now == head.project,
            outcome: Outcome { failed: head.failed, parts },
        })
    }

    /// Replaces what is in the slot.
    pub(crate) fn write(&self, project: Digest, questions: Questions, outcome: &Outcome) {
        let mut tail = TailWriter::default();
        let parts = outcome.parts.iter().map(|part| tail.push(part)).collect();
        let head = Head { project, questions, failed: outcome.failed, parts };
        let Ok(head) = serde_json::to_vec(&head) else { return };
        let is_new = !self.path.exists();
        SealedFile::write(&self.path, &self.label, &head, &tail);
        if is_new && let Some(folder) = self.path.parent() {
            collect_outcomes(folder);
        }
    }
}
