//! SQL at the boundary of the package: trees, errors, laws, limits.

mod accepted;
mod broken;
mod constructs;
mod corpus;
#[path = "../damage/one_token.rs"]
mod damage;
mod flat;
mod laws;
mod limits;
mod one_token;
mod render;
mod typed_tree;
mod validation;
