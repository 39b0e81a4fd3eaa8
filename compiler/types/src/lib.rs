//! Types: the lattice of column types, function signatures of each warehouse, and inference of types,
//! nullability and column lineage over one body.
//!
//! Everything here is a pure function of plain values; [`infer`] sees the world through an
//! [`Environment`].
//!
//! Must not know: LSP, rendering, adapters, `std::fs`, environment, clock, other models' bodies.

mod data_type;
mod dialect;
mod environment;
mod facts;
mod infer;
mod inference;
mod schema;
mod supertype;

pub use data_type::{ContractName, DataType, Nullability, StructField};
pub use dialect::DialectKind;
pub use environment::{Environment, RelationSchema};
pub use facts::{ModelFacts, facts};
pub use infer::infer;
pub use inference::{
    Anchor, ColumnLineage, Finding, Inference, Influence, InfluenceKind, QueryColumn, QueryInfo,
    RelatedPlace, RelationInfo, RelationTarget, Resolution, SourceColumn, Transform,
};
pub use schema::{Schema, TypedColumn};
pub use supertype::{assignable, largest_precision, supertype};
