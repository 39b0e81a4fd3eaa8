//! Tests of types and inference at the boundary of the package.

mod inference;
mod limits;
mod render;
mod tpch;
mod type_names;
