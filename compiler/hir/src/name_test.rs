//! Tests of column names: which columns a star keeps.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// A test of a column's name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum NameTest {
    /// It is this name.
    Equal(SmolStr),
    /// It matches a pattern.
    Matches {
        /// The language of the pattern.
        language: PatternLanguage,
        /// The pattern.
        pattern: SmolStr,
    },
    /// The test fails.
    Not(Box<NameTest>),
    /// All tests hold.
    All(Vec<NameTest>),
    /// One of the tests holds.
    Any(Vec<NameTest>),
    /// Something else.
    Unknown,
}

/// The languages of patterns.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum PatternLanguage {
    /// LIKE
    Like,
    /// ILIKE
    Ilike,
    /// GLOB
    Glob,
    /// SIMILAR TO: a regular expression of the whole name.
    Similar,
    /// A regular expression of a part of the name.
    Regex,
}
