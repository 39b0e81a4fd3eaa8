//! The built executable with DuckDB.
//!
//! These tests need `rocky-duckdb` beside `rocky`, so plain `cargo test` leaves them out; `cargo xtask test` builds it
//! and runs them. When it is missing they fail with the executable's own remedy.

mod ci;
#[path = "../harness/mod.rs"]
#[allow(dead_code, reason = "each test target uses its part")]
mod harness;
mod playground;
mod replication;
mod run;
mod tests;
