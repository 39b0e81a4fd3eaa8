//! Adapters that are programs of their own, spoken to over stdin and stdout.
//!
//! [`ProcessClient`] starts the program and matches answers to requests; [`ProcessWarehouse`] is the warehouse behind
//! it; [`open_duckdb`] starts the sibling executable that holds DuckDB.

mod client;
mod duckdb;
mod sibling;
mod warehouse;

pub use client::{ProcessClient, ProcessCommand};
pub use duckdb::{DuckDbDatabase, DuckDbOptions, SIBLING_NAME, open_duckdb};
pub use sibling::find_sibling;
pub use warehouse::ProcessWarehouse;
