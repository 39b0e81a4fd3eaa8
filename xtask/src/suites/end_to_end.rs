//! Suites that drive the built binaries from outside.

use anyhow::Result;

use super::Counts;
use crate::python::Pytest;
use crate::{docs_commands, duckdb_library};

/// A client nobody here wrote talks to `rocky lsp` over stdio.
pub(super) fn language_server() -> Result<Counts> {
    Pytest { name: "lsp", folder: "lsp-server/tests/e2e" }.run(&duckdb_library::setup()?)
}

/// The projects of `test-data/projects` compile, run and give the tables that DuckDB itself gives.
pub(super) fn projects() -> Result<Counts> {
    Pytest { name: "projects", folder: "test-data/projects" }.run(&duckdb_library::setup()?)
}

pub(super) fn docs_commands() -> Result<Counts> {
    docs_commands::run_all()
}
