//! The one place that writes to stdout and stderr.
//!
//! Results go to stdout, everything else to stderr. A reader that goes away (`rocky compile | head`) is
//! no error of ours: what is left is dropped and the command ends as it would have. Any other failure to
//! write the result makes the command fail, because a result that nobody got is not a success.

use crate::exit::Exit;
use serde::Serialize;
use std::cell::RefCell;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};

/// The size of the pieces in which a document is written.
const WRITE_BUFFER: usize = 64 * 1024;

/// Stdout and stderr of this process.
#[derive(Debug)]
pub(crate) struct Terminal {
    stdout_is_terminal: bool,
    stderr_is_terminal: bool,
    colour_allowed: bool,
    failed: RefCell<Option<io::Error>>,
}

impl Terminal {
    /// Looks at what the process is connected to. Colours need a terminal that is not `dumb`, and no `NO_COLOR`.
    pub(crate) fn detect() -> Terminal {
        let variable_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Terminal {
            stdout_is_terminal: io::stdout().is_terminal(),
            stderr_is_terminal: io::stderr().is_terminal(),
            colour_allowed: !variable_set("NO_COLOR") && !dumb,
            failed: RefCell::new(None),
        }
    }

    /// Whether a person sees stdout.
    pub(crate) fn stdout_is_terminal(&self) -> bool {
        self.stdout_is_terminal
    }

    /// Whether a person sees stderr.
    pub(crate) fn stderr_is_terminal(&self) -> bool {
        self.stderr_is_terminal
    }

    /// Whether text on stdout may carry colours.
    pub(crate) fn stdout_colour(&self) -> bool {
        self.stdout_is_terminal && self.colour_allowed
    }

    /// Whether text on stderr may carry colours.
    pub(crate) fn stderr_colour(&self) -> bool {
        self.stderr_is_terminal && self.colour_allowed
    }

    /// Writes a result text.
    pub(crate) fn out(&self, text: &str) {
        self.write_out(|stdout| stdout.write_all(text.as_bytes()));
    }

    /// Writes a result that is put together on the way.
    pub(crate) fn out_with(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
        self.write_out(write);
    }

    /// Writes the one JSON document of a command: two spaces of indent, a final newline.
    pub(crate) fn document<T: Serialize>(&self, document: &T) {
        self.write_out(|stdout| {
            serde_json::to_writer_pretty(&mut *stdout, document)?;
            stdout.write_all(b"\n")
        });
    }

    fn write_out(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
        if self.failed.borrow().is_some() {
            return;
        }
        let mut stdout = BufWriter::with_capacity(WRITE_BUFFER, io::stdout().lock());
        let written = write(&mut stdout).and_then(|()| stdout.flush());
        if let Err(error) = written {
            // What the buffer still holds cannot be written either; dropping it would try again.
            let _ = stdout.into_parts();
            *self.failed.borrow_mut() = Some(error);
        }
    }

    /// Writes what is not a result. Nobody can be told when this fails.
    pub(crate) fn err(&self, text: &str) {
        write_to_stderr(text);
    }

    /// The command's end, once all is written: a result that could not be written turns success into failure.
    pub(crate) fn finish(&self, exit: Exit) -> Exit {
        match self.failed.borrow().as_ref() {
            None => exit,
            Some(error) if error.kind() == ErrorKind::BrokenPipe => exit,
            Some(error) => {
                self.err(&format!(
                    "Error: the result could not be written to stdout\n\nCaused by:\n  {error}\n"
                ));
                if exit == Exit::Success { Exit::Failure } else { exit }
            }
        }
    }
}

/// A JSON document as [`Terminal::document`] writes it.
pub(crate) fn json_text<T: Serialize>(document: &T) -> String {
    serde_json::to_string_pretty(document).unwrap_or_default() + "\n"
}

/// Writes to stderr from where there is no [`Terminal`]: the thread that handles signals.
pub(crate) fn write_to_stderr(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}
