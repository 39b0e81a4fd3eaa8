//! Measurements that can be repeated: a deterministic project generator, a baseline, and a driver that measures a
//! `rocky` binary from outside.
//!
//! Must not know: how Rocky works inside. Everything is measured through files, pipes and exit codes, so that the
//! figures mean what a user sees; only the parser, which other parsers are compared with, is called as a library.

pub mod baseline;
pub mod commands;
pub mod generator;
pub mod history;
pub mod keystrokes;
pub mod process;
pub mod report;
pub mod statistics;
pub mod syntax_speed;
pub mod wide_root;
