//! The tests of this package at its boundary: texts and projects in, values and findings out.

mod config;
mod contract_and_seed;
mod loading;
mod macros;
mod sidecar;
mod support;
mod validation;
