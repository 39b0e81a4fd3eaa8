//! Tests of the Rocky DSL at the boundary of the package: data files and snapshots.

#[path = "dsl/broken.rs"]
mod broken;
#[path = "damage/one_token.rs"]
mod damage;
#[path = "dsl/errors.rs"]
mod errors;
#[path = "dsl/lowering.rs"]
mod lowering;
#[path = "dsl/one_token.rs"]
mod one_token;
#[path = "dsl/original.rs"]
mod original;
#[path = "dsl/properties.rs"]
mod properties;
#[path = "dsl/sql_inside.rs"]
mod sql_inside;
#[path = "dsl/step_order.rs"]
mod step_order;
#[path = "dsl/support.rs"]
mod support;
#[path = "dsl/trees.rs"]
mod trees;
