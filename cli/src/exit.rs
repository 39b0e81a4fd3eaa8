//! Exit codes.

use std::process::ExitCode;

/// How a command ended. The numbers are part of the command line's contract.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Exit {
    /// Everything was done.
    Success,
    /// The command failed, or what it looked at has errors.
    Failure,
    /// Wrong use: unknown flags or commands, conflicting flags, something that is not available yet.
    Usage,
    /// `run` did a part and failed at a part.
    Partial,
    /// `run` was interrupted.
    Interrupted,
}

impl Exit {
    /// The process's exit code.
    pub(crate) fn code(self) -> u8 {
        match self {
            Exit::Success => 0,
            Exit::Failure => 1,
            Exit::Usage | Exit::Partial => 2,
            Exit::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}
