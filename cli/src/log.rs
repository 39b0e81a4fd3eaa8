//! Log lines on stderr.

use crate::session::Session;
use crate::terminal::Terminal;
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// How much a line matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Level {
    /// Something failed.
    Error,
    /// Something may be wrong.
    Warn,
    /// Something happened.
    Info,
    /// Details for those who look for them.
    Debug,
}

impl Level {
    fn name(self) -> &'static str {
        match self {
            Level::Error => "ERROR",
            Level::Warn => "WARN",
            Level::Info => "INFO",
            Level::Debug => "DEBUG",
        }
    }
}

/// Writes log lines: one JSON object a line when the result is JSON, short text otherwise.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Log<'a> {
    terminal: &'a Terminal,
    json: bool,
    /// The least important level that is written; none when logging is off.
    limit: Option<Level>,
}

impl<'a> Log<'a> {
    /// The log of a command. `RUST_LOG` says how much is written, by default what happened; next to a
    /// result for people, who see a progress bar, only warnings.
    pub(crate) fn new(session: &Session<'a>) -> Log<'a> {
        let terminal = session.terminal;
        let usual = if session.json() { Level::Info } else { Level::Warn };
        let limit = match std::env::var("RUST_LOG") {
            Ok(filter) => limit_of(&filter, usual),
            Err(_) => Some(usual),
        };
        Log { terminal, json: session.json(), limit }
    }

    /// Writes a line.
    pub(crate) fn line(&self, level: Level, message: &str) {
        if self.limit.is_none_or(|limit| level > limit) {
            return;
        }
        let line =
            if self.json { json_line(level, message) } else { format!("{:>5} {message}", level.name()) };
        self.terminal.err(&format!("{line}\n"));
    }

    /// Something happened.
    pub(crate) fn info(&self, message: &str) {
        self.line(Level::Info, message);
    }

    /// Something may be wrong.
    pub(crate) fn warn(&self, message: &str) {
        self.line(Level::Warn, message);
    }
}

/// A line with its newline.
pub(crate) fn line(json: bool, level: Level, message: &str) -> String {
    if json { json_line(level, message) + "\n" } else { format!("{:>5} {message}\n", level.name()) }
}

/// The level of a filter such as `debug`, `warn,rocky=debug` or `off`; `usual` when it says nothing about us.
fn limit_of(filter: &str, usual: Level) -> Option<Level> {
    let mut limit = Some(usual);
    let mut is_ours = false;
    for directive in filter.split(',').map(str::trim).filter(|directive| !directive.is_empty()) {
        let (target, level) = match directive.split_once('=') {
            Some((target, level)) => (Some(target.trim()), level.trim()),
            None => (None, directive),
        };
        if target.is_some_and(|target| target != "rocky") || (target.is_none() && is_ours) {
            continue;
        }
        let known = match level.to_ascii_lowercase().as_str() {
            "off" => None,
            "error" => Some(Level::Error),
            "warn" => Some(Level::Warn),
            "info" => Some(Level::Info),
            "debug" | "trace" => Some(Level::Debug),
            _ => continue,
        };
        is_ours = target.is_some();
        limit = known;
    }
    limit
}

#[derive(Serialize)]
struct Fields<'a> {
    message: &'a str,
}

#[derive(Serialize)]
struct Line<'a> {
    timestamp: String,
    level: &'static str,
    fields: Fields<'a>,
    target: &'static str,
}

fn json_line(level: Level, message: &str) -> String {
    let timestamp = OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default();
    let line = Line { timestamp, level: level.name(), fields: Fields { message }, target: "rocky" };
    serde_json::to_string(&line).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Level, json_line, limit_of};

    #[test]
    fn filters() {
        let limit = |filter: &str| limit_of(filter, Level::Info);
        assert_eq!(limit("debug"), Some(Level::Debug));
        assert_eq!(limit("warn,rocky=debug"), Some(Level::Debug));
        assert_eq!(limit("rocky=debug,warn"), Some(Level::Debug));
        assert_eq!(limit("hyper=debug"), Some(Level::Info));
        assert_eq!(limit("off"), None);
        assert_eq!(limit("nonsense"), Some(Level::Info));
    }

    #[test]
    fn a_line_is_one_object() {
        let line = json_line(Level::Warn, "two\nlines");
        let value: serde_json::Value = serde_json::from_str(&line).expect("json");
        assert_eq!(value["level"], "WARN");
        assert_eq!(value["fields"]["message"], "two\nlines");
        assert!(!line.contains('\n') && value["timestamp"].as_str().expect("text").ends_with('Z'));
    }
}
