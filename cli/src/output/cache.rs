//! The document of `rocky cache`.

use schemars::JsonSchema;
use serde::Serialize;

/// What is in the cache.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct CacheOutput {
    /// Version of Rocky.
    pub version: &'static str,
    /// `cache`.
    pub command: &'static str,
    /// `stats`, `verify`, `clear`, `export` or `import`.
    pub action: &'static str,
    /// The folder.
    pub folder: String,
    /// What files looked like.
    pub stamps: CacheShare,
    /// What the project amounted to.
    pub images: CacheShare,
    /// What commands printed.
    pub outcomes: CacheShare,
    /// Results about single models.
    pub rows: CacheShare,
    /// What interrupted commands left.
    pub unfinished: CacheShare,
    /// The results about single models, by function.
    pub functions: Vec<CacheFunction>,
    /// Results that were exported or imported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_rows: Option<u64>,
    /// What a verification found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification: Option<CacheVerification>,
}

/// Files of one kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct CacheShare {
    /// The number of files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// The results of one function of the compiler.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct CacheFunction {
    /// The function.
    pub name: String,
    /// The version of its results.
    pub version: u32,
    /// How many there are.
    pub rows: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// What was computed again, and what was found to be wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct CacheVerification {
    /// Results about single models that were compared.
    pub rows_compared: u64,
    /// Models of the project's image that were compared; none when the project has changed since.
    pub models_compared: u64,
    /// How many were not what was computed.
    pub wrong: u64,
}
