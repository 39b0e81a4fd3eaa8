//! Typed errors. The engine decides on the kind, never on message text.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A result of an adapter operation.
pub type Result<T> = std::result::Result<T, AdapterError>;

/// What went wrong, as far as a decision can depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// Credentials missing or refused.
    Auth,
    /// Authenticated, but not allowed; also files that may not be read or written.
    Permission,
    /// The warehouse or its process cannot be reached, or went away.
    Connection,
    /// A table, schema, catalog or other named thing does not exist.
    NotFound,
    /// The text does not parse.
    Syntax,
    /// The statement was understood and refused: types, columns, constraints, values.
    Query,
    /// Lost against a concurrent transaction; nothing was done.
    Conflict,
    /// Someone else holds the database.
    Locked,
    /// A quota is used up.
    Quota,
    /// Too many requests.
    RateLimited,
    /// No answer in time. Whether the statement took effect is unknown.
    Timeout,
    /// The adapter cannot do that.
    Unsupported,
    /// Passing trouble; nothing was done.
    Transient,
    /// Stopped on request.
    Interrupted,
    /// The other side does not keep to the protocol.
    Protocol,
    /// Anything else.
    Other,
}

impl ErrorKind {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            ErrorKind::Auth => "auth",
            ErrorKind::Permission => "permission",
            ErrorKind::Connection => "connection",
            ErrorKind::NotFound => "not_found",
            ErrorKind::Syntax => "syntax",
            ErrorKind::Query => "query",
            ErrorKind::Conflict => "conflict",
            ErrorKind::Locked => "locked",
            ErrorKind::Quota => "quota",
            ErrorKind::RateLimited => "rate_limited",
            ErrorKind::Timeout => "timeout",
            ErrorKind::Unsupported => "unsupported",
            ErrorKind::Transient => "transient",
            ErrorKind::Interrupted => "interrupted",
            ErrorKind::Protocol => "protocol",
            ErrorKind::Other => "other",
        }
    }

    /// Whether it is certain that the statement had no effect and the same statement may succeed when sent again.
    pub fn is_safe_to_repeat(self) -> bool {
        matches!(self, ErrorKind::Conflict | ErrorKind::RateLimited | ErrorKind::Transient)
    }

    /// The kind of this wire name; `None` for a name of no kind.
    pub fn from_wire(name: &str) -> Option<Self> {
        serde_json::from_value(serde_json::Value::String(name.to_owned())).ok()
    }
}

/// An error of an adapter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct AdapterError {
    /// Its kind.
    pub kind: ErrorKind,
    /// What happened, naming the thing it happened to.
    pub message: String,
    /// The warehouse's own code or class.
    pub native_code: Option<String>,
    /// What to do.
    pub hint: Option<String>,
}

impl fmt::Display for AdapterError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(formatter, " (hint: {hint})"),
            None => Ok(()),
        }
    }
}

impl AdapterError {
    /// An error of this kind.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), native_code: None, hint: None }
    }

    /// Adds what to do.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the warehouse's code.
    #[must_use]
    pub fn with_native_code(mut self, code: impl Into<String>) -> Self {
        self.native_code = Some(code.into());
        self
    }
}
