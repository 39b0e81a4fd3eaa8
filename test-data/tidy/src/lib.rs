//! The house rules as code: what CONTRIBUTING asks of every file is checked here, by a normal test.
//!
//! A rule looks at a [`Checkout`] (packages and tracked files as plain values) and gives findings. The test in
//! `tests/tidy.rs` runs every rule on this repository; `tests/rules.rs` shows for each rule a checkout that breaks
//! it, so that a rule cannot go blind unnoticed.
//!
//! Must not know: anything about Rocky beyond the names of its packages and folders.

mod checkout;
pub mod rules;

pub use checkout::{Checkout, Package, RustFile, SourceFile};

/// A place where a rule is broken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The path relative to the checkout.
    pub path: String,
    /// The line, counted from 1, where there is one.
    pub line: Option<usize>,
    /// What is wrong and what to do.
    pub message: String,
}

impl Finding {
    /// A finding about a whole file.
    #[must_use]
    pub fn file(path: &str, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: None, message: message.into() }
    }

    /// A finding about a line.
    #[must_use]
    pub fn line(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: Some(line), message: message.into() }
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path, self.message),
            None => write!(f, "{}: {}", self.path, self.message),
        }
    }
}
