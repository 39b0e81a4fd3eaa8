//! `rocky validate` for people.

use super::style::{Style, Tone};
use crate::output::{ValidateMessage, ValidateOutput, ValidateSeverity};
use std::fmt::Write as _;

/// One line a message with its place, then the figures.
pub(crate) fn render(output: &ValidateOutput, style: Style) -> String {
    let mut text = String::new();
    for message in &output.messages {
        let _ = writeln!(text, "{} {}", mark(message.severity, style), said(message));
        if message.severity == ValidateSeverity::Ok {
            continue;
        }
        if let Some(place) = place(message) {
            let _ = writeln!(text, "      {}", style.paint(Tone::Quiet, &format!("at {place}")));
        }
        if let Some(suggestion) = &message.suggestion {
            let _ = writeln!(text, "      help: {suggestion}");
        }
    }
    let count =
        |severity| output.messages.iter().filter(|message| message.severity == severity).count() as u64;
    let _ = writeln!(
        text,
        "\nValidation complete: {}, {}.",
        super::counted(count(ValidateSeverity::Error), "error"),
        super::counted(count(ValidateSeverity::Warn), "warning")
    );
    text
}

fn mark(severity: ValidateSeverity, style: Style) -> String {
    match severity {
        ValidateSeverity::Ok => style.paint(Tone::Good, "  ok "),
        ValidateSeverity::Warn => style.paint(Tone::Doubtful, "  !! "),
        ValidateSeverity::Error => style.paint(Tone::Bad, "  ERR"),
        ValidateSeverity::Lint => style.paint(Tone::Quiet, " note"),
    }
}

fn said(message: &ValidateMessage) -> String {
    match message.severity {
        ValidateSeverity::Ok => message.message.clone(),
        _ => format!("[{}] {}", message.code, message.message),
    }
}

fn place(message: &ValidateMessage) -> Option<String> {
    let file = message.file.as_ref()?;
    Some(match (message.line, message.col) {
        (Some(line), Some(column)) => format!("{file}:{line}:{column}"),
        _ => file.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::output::{VERSION, ValidateMessage, ValidateModelsStatus, ValidateOutput, ValidateSeverity};
    use crate::render::style::Style;
    use expect_test::expect;

    fn message(severity: ValidateSeverity, code: &str, text: &str) -> ValidateMessage {
        ValidateMessage {
            severity,
            code: code.to_owned(),
            message: text.to_owned(),
            file: Some("rocky.toml".to_owned()),
            field: None,
            line: (severity == ValidateSeverity::Error).then_some(3),
            col: (severity == ValidateSeverity::Error).then_some(7),
            end_line: None,
            end_col: None,
            suggestion: (severity == ValidateSeverity::Error).then(|| "did you mean 'local'?".to_owned()),
        }
    }

    #[test]
    fn one_line_a_message() {
        let output = ValidateOutput {
            version: VERSION,
            command: "validate",
            valid: false,
            adapters: vec![],
            pipelines: vec![],
            models: ValidateModelsStatus::default(),
            messages: vec![
                message(ValidateSeverity::Ok, "V001", "the configuration is valid"),
                message(ValidateSeverity::Error, "V023", "pipeline 'p' names the unknown adapter 'locl'"),
                message(ValidateSeverity::Warn, "V010", "no adapters are defined"),
                message(ValidateSeverity::Lint, "L004", "the default need not be written"),
            ],
        };
        expect![[r#"
              ok  the configuration is valid
              ERR [V023] pipeline 'p' names the unknown adapter 'locl'
                  at rocky.toml:3:7
                  help: did you mean 'local'?
              !!  [V010] no adapters are defined
                  at rocky.toml
             note [L004] the default need not be written
                  at rocky.toml

            Validation complete: 1 error, 1 warning.
        "#]]
        .assert_eq(&render(&output, Style::Plain));
    }
}
