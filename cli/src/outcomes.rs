//! Outcomes of earlier commands: on a project in which nothing changed a command prints what it printed.

use crate::arguments::OutputFormat;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::opened_project::OpenedProject;
use crate::opening::Opening;
use crate::project_location::ProjectLocation;
use crate::session::Session;
use rocky_compiler::Questions;
use rocky_compiler::base_db::{Digest, DigestWriter};
use rocky_compiler::store::{SealedFile, TailPlace, TailWriter, collect_outcomes};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::path::PathBuf;

/// Raised when the encoding below changes.
const LABEL: &str = "outcome 2";

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
pub(crate) struct Outcome<'a> {
    /// Whether it failed.
    pub(crate) failed: bool,
    /// What it printed, in parts; what the parts are is the command's own.
    pub(crate) parts: Vec<Cow<'a, [u8]>>,
}

#[derive(Serialize, Deserialize)]
struct Head {
    /// The project that the outcome is of.
    project: Digest,
    questions: Questions,
    failed: bool,
    parts: Vec<TailPlace>,
}

impl Outcome<'_> {
    /// The outcome of a command that printed one text.
    pub(crate) fn of_text(text: &str, failed: bool) -> Outcome<'_> {
        Outcome { failed, parts: vec![Cow::Borrowed(text.as_bytes())] }
    }

    /// The one text, if that is what it consists of.
    fn into_text(self) -> Option<String> {
        let [part]: [Cow<'_, [u8]>; 1] = self.parts.try_into().ok()?;
        String::from_utf8(part.into_owned()).ok()
    }
}

/// A command whose result is one text.
pub(crate) struct Printed {
    /// The text.
    pub(crate) text: String,
    /// How the command ends.
    pub(crate) exit: Exit,
    /// Whether the text is all that the command has to say.
    pub(crate) is_all: bool,
}

/// Prints what a command printed before on the same project, else what it computes now, and keeps that.
///
/// # Errors
/// Those of the computation; and when `--verify-cache` finds that something else was kept.
pub(crate) fn print_once(
    session: &Session<'_>,
    opening: Opening,
    line: (&'static str, &[Option<&str>]),
    open: impl FnOnce(Opening) -> OpenedProject,
    compute: impl FnOnce(&OpenedProject) -> Result<Printed, Failure>,
) -> Result<Exit, Failure> {
    let slot = OutcomeSlot::of(&opening, &CommandLine::new(session, &opening, line.0, line.1));
    let kept = slot.as_ref().and_then(|slot| slot.read(&opening)).filter(|kept| kept.is_current);
    let kept = kept.and_then(|kept| Some((kept.outcome.failed, kept.outcome.into_text()?)));
    let verify = session.global.verify_cache;
    if let Some((failed, text)) = &kept
        && !verify
    {
        session.terminal.out(text);
        return Ok(if *failed { Exit::Failure } else { Exit::Success });
    }
    let project = if verify { opening.open_afresh() } else { open(opening) };
    let printed = compute(&project)?;
    let failed = match printed.exit {
        Exit::Success => Some(false),
        Exit::Failure => Some(true),
        Exit::Usage | Exit::Partial | Exit::Interrupted => None,
    };
    if kept.is_some_and(|kept| Some(kept.0) != failed || kept.1 != printed.text) {
        return Err(wrong(&project.location));
    }
    session.terminal.out(&printed.text);
    let host = project.host();
    let questions = host.questions();
    if let (Some(slot), Some(key), Some(failed)) = (slot, host.files().key(&questions), failed)
        && printed.is_all
        && host.is_steady()
    {
        slot.write(key, questions, &Outcome::of_text(&printed.text, failed));
    }
    project.keep_for_later();
    Ok(printed.exit)
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
    pub(crate) outcome: Outcome<'static>,
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
        let file = SealedFile::open(&self.path, &self.label)?;
        let head: Head = serde_json::from_slice(file.head()).ok()?;
        let now = opening.files().key(&head.questions)?;
        let parts = head.parts.iter().map(|place| file.part(*place).map(Cow::Owned));
        let parts = parts.collect::<Option<Vec<_>>>()?;
        Some(Kept {
            project: head.project,
            is_current: now == head.project,
            outcome: Outcome { failed: head.failed, parts },
        })
    }

    /// Replaces what is in the slot.
    pub(crate) fn write(&self, project: Digest, questions: Questions, outcome: &Outcome<'_>) {
        let mut tail = TailWriter::default();
        let parts = outcome.parts.iter().map(|part| tail.push(&**part)).collect();
        let head = Head { project, questions, failed: outcome.failed, parts };
        let Ok(head) = serde_json::to_vec(&head) else { return };
        let is_new = !self.path.exists();
        SealedFile::write(&self.path, &self.label, &head, &tail);
        if is_new && let Some(folder) = self.path.parent() {
            collect_outcomes(folder);
        }
    }
}
