//! What every command is given.

use crate::arguments::{GlobalOptions, OutputFormat};
use crate::terminal::Terminal;

/// The terminal and the global flags of one invocation.
#[derive(Debug)]
pub(crate) struct Session<'a> {
    /// Where results and messages go.
    pub(crate) terminal: &'a Terminal,
    /// The global flags.
    pub(crate) global: GlobalOptions,
}

impl<'a> Session<'a> {
    /// A session for these flags.
    pub(crate) fn new(terminal: &'a Terminal, global: GlobalOptions) -> Session<'a> {
        Session { terminal, global }
    }

    /// The form of the result: as asked for, else a table on a terminal and JSON otherwise.
    pub(crate) fn format(&self) -> OutputFormat {
        self.global.output.unwrap_or(if self.terminal.stdout_is_terminal() {
            OutputFormat::Table
        } else {
            OutputFormat::Json
        })
    }

    /// The session of a command whose result is text unless JSON was asked for by flag.
    pub(crate) fn text_by_default(&self) -> Session<'a> {
        let output = self.global.output.unwrap_or(OutputFormat::Table);
        Session {
            terminal: self.terminal,
            global: GlobalOptions { output: Some(output), ..self.global.clone() },
        }
    }

    /// Whether the result is a JSON document.
    pub(crate) fn json(&self) -> bool {
        self.format() == OutputFormat::Json
    }
}
