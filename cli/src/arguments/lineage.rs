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
    /// A picture.
    Svg,
    /// A page with the picture; it needs nothing else.
    Html,
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
    /// Only what it is made of
    #[arg(long, conflicts_with = "downstream")]
    pub(crate) upstream: bool,
    /// Only what is made of it
    #[arg(long)]
    pub(crate) downstream: bool,
    /// In pictures: how many steps away models are shown [default: all]
    #[arg(long, value_name = "STEPS")]
    pub(crate) depth: Option<u32>,
}
