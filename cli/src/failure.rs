//! A command that ended without a result.

use crate::exit::Exit;
use std::fmt::Write as _;

/// Why a command has no result: one message, what caused it, what to do next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Failure {
    /// How the process ends.
    pub(crate) exit: Exit,
    /// The texts.
    pub(crate) details: Box<Details>,
}

/// What a failure says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Details {
    /// A stable code, when the failure has one.
    pub(crate) code: Option<String>,
    /// What went wrong, and where.
    pub(crate) message: String,
    /// The reasons, nearest first.
    pub(crate) causes: Vec<String>,
    /// What to do next, one hint an entry.
    pub(crate) help: Vec<String>,
    /// Findings that explain the failure, already rendered for the chosen format.
    pub(crate) findings: String,
}

impl Failure {
    /// A failure that ends the process with 1.
    pub(crate) fn new(message: impl Into<String>) -> Failure {
        let details = Details { message: message.into(), ..Details::default() };
        Failure { exit: Exit::Failure, details: Box::new(details) }
    }

    /// Wrong use of the command line: ends the process with 2.
    pub(crate) fn usage(message: impl Into<String>) -> Failure {
        Failure { exit: Exit::Usage, ..Failure::new(message) }
    }

    /// Something this version does not do yet. Never a success, and never silent.
    pub(crate) fn not_available(what: &str, help: impl Into<String>) -> Failure {
        Failure::usage(format!("{what} is not available yet")).with_help(help)
    }

    /// Gives it a stable code.
    pub(crate) fn with_code(mut self, code: &str) -> Failure {
        self.details.code = Some(code.to_owned());
        self
    }

    /// Adds a reason.
    pub(crate) fn caused_by(mut self, cause: impl Into<String>) -> Failure {
        self.details.causes.push(cause.into());
        self
    }

    /// Adds a hint.
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Failure {
        self.details.help.push(help.into());
        self
    }

    /// Adds rendered findings, printed before the message.
    pub(crate) fn with_findings(mut self, findings: String) -> Failure {
        self.details.findings = findings;
        self
    }

    /// The text for stderr.
    pub(crate) fn render(&self) -> String {
        let Details { code, message, causes, help, findings } = self.details.as_ref();
        let mut text = findings.clone();
        let code = code.as_ref().map(|code| format!("[{code}]")).unwrap_or_default();
        let _ = writeln!(text, "Error{code}: {message}");
        if !causes.is_empty() {
            text.push_str("\nCaused by:\n");
            for cause in causes {
                let _ = writeln!(text, "  {}", cause.replace('\n', "\n  "));
            }
        }
        if !help.is_empty() {
            text.push('\n');
            for help in help {
                let _ = writeln!(text, "  help: {}", help.replace('\n', "\n        "));
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::Failure;
    use expect_test::expect;

    #[test]
    fn message_causes_and_hints() {
        let failure = Failure::new("the state file 'a.redb' cannot be opened")
            .with_code("E110")
            .caused_by("permission denied")
            .with_help("give yourself the right to read it")
            .with_help("or name another file with --state-path");
        expect![[r#"
            Error[E110]: the state file 'a.redb' cannot be opened

            Caused by:
              permission denied

              help: give yourself the right to read it
              help: or name another file with --state-path
        "#]]
        .assert_eq(&failure.render());
        expect![[r#"
            Error: 'rocky discover' is not available yet

              help: use another version
        "#]]
        .assert_eq(&Failure::not_available("'rocky discover'", "use another version").render());
    }
}
