//! The rules at the boundary of the package.

mod cases;
mod corpus;
mod support;
mod table;
