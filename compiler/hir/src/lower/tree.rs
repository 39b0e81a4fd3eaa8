//! The tree that lowering reads: flat, because every node of every model is visited once.

pub(super) use rocky_syntax::{FlatElement as Element, FlatNode as Node, FlatToken as Token};
