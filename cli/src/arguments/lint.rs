//! Options of `rocky lint`.

use clap::Args;
use std::path::PathBuf;

/// Options of `rocky lint`.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct LintOptions {
    /// Models and folders of models [default: all models]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Apply the safe fixes
    #[arg(long)]
    pub(crate) fix: bool,
    /// With --fix or --diff also fixes that may change what a query means
    #[arg(long)]
    pub(crate) unsafe_fixes: bool,
    /// Write nothing; print what --fix would change as a unified diff
    #[arg(long, conflicts_with = "fix")]
    pub(crate) diff: bool,
    /// Only this rule, by its name or code; may be given several times
    #[arg(long = "rule", value_name = "RULE")]
    pub(crate) rules: Vec<String>,
}
