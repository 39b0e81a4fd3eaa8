//! Options of `rocky lineage`.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// The form of a lineage.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum LineageFormat {
    /// A graph for Graphviz.
    Dot,
    /// One JSON document.
    Json,
    /// Text for people.
    Text,
}

/// Options of `rocky lineage`.
#[derive(Clone, Debug, Args)]
pub(crate) struct LineageOptions {
    /// A model, or a column of one: model.column
    pub(crate) target: String,
    /// Folder of the models [default: models beside the configuration, or the pipelines' globs]
    #[arg(long, value_name = "DIR")]
    pub(crate) models: Option<PathBuf>,
    /// Trace this column; the whole target is then the model's name
    #[arg(long, value_name = "COLUMN")]
    pub(crate) column: Option<String>,
    /// Form of the lineage; beats --output
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<LineageFormat>,
}
