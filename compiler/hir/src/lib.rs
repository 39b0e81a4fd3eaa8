//! What models say about each other and about themselves: headers, index, dependency graph, bodies.
//!
//! Must not know: types, LSP, rendering, adapters, `std::fs`, environment, clock.

pub mod body;
