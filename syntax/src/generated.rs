//! Files written by `cargo xtask codegen`.
#![allow(unreachable_pub, clippy::too_many_lines, reason = "generated")]

pub(crate) mod dsl_ast;
pub(crate) mod kinds;
pub(crate) mod sql_ast;
