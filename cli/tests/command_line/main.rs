//! The built executable from the user's side: stdout, stderr, exit code.
//!
//! Nothing here needs DuckDB; what does is in `tests/warehouse`.

mod bad_input;
mod cache;
mod ci;
mod ci_diff;
mod codes;
mod compile;
mod documents;
mod fmt;
#[path = "../harness/mod.rs"]
#[allow(dead_code, reason = "each test target uses its part")]
mod harness;
mod lineage;
mod lineage_diff;
mod lineage_picture;
mod lint;
mod scaffold;
mod streams;
mod validate;
