//! The JSON schemas of the documents.

use super::{
    CacheOutput, CiDiffOutput, CiOutput, ColumnLineageOutput, CompileOutput, LineageDiffOutput,
    LineageOutput, LintOutput, PlanOutput, RunOutput, ScaffoldOutput, TestOutput, ValidateOutput,
};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

/// The documents that have a schema, by the schema's name.
pub const SCHEMA_NAMES: [&str; 13] = [
    "cache",
    "ci",
    "ci_diff",
    "column_lineage",
    "compile",
    "lineage",
    "lineage_diff",
    "lint",
    "plan",
    "run",
    "scaffold",
    "test",
    "validate",
];

/// The schema of this name: draft 07, the document's type as title, nested types under `definitions`.
pub fn schema(name: &str) -> Option<Schema> {
    Some(match name {
        "cache" => of::<CacheOutput>(),
        "ci" => of::<CiOutput>(),
        "ci_diff" => of::<CiDiffOutput>(),
        "column_lineage" => of::<ColumnLineageOutput>(),
        "compile" => of::<CompileOutput>(),
        "lineage" => of::<LineageOutput>(),
        "lineage_diff" => of::<LineageDiffOutput>(),
        "lint" => of::<LintOutput>(),
        "plan" => of::<PlanOutput>(),
        "run" => of::<RunOutput>(),
        "scaffold" => of::<ScaffoldOutput>(),
        "test" => of::<TestOutput>(),
        "validate" => of::<ValidateOutput>(),
        _ => return None,
    })
}

fn of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft07().for_serialize().into_generator().into_root_schema_for::<T>()
}
