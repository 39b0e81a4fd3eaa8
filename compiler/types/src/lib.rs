//! Types: the lattice of column types, function signatures of each warehouse, and inference of types,
//! nullability and column lineage over one body.
//!
//! Everything here is a pure function of plain values; [`infer`] sees the world through an
//! [`Environment`].
//!
//! Must not know: LSP, rendering, adapters, `std::fs`, environment, clock, other models' bodies.

mod arguments;
mod column_names;
mod data_type;
mod environment;
mod facts;
pub mod functions;
mod infer;
mod inference;
mod places;
mod queries;
mod remembered;
mod schema;
mod supertype;
mod type_names;

pub use data_type::{ContractName, DataType, Nullability, StructField};
pub use environment::{Environment, RelationSchema};
pub use facts::{ModelFacts, facts};
pub use infer::infer;
pub use inference::{
    Anchor, ColumnLineage, Finding, Inference, Influence, InfluenceKind, QueryColumn, QueryInfo,
    RelatedPlace, RelationInfo, RelationTarget, Resolution, SourceColumn, Transform,
};
pub use places::Places;
pub use queries::{
    FactsBundle, Surroundings, body_with_map, lowered_model, lowering_findings, model_facts, model_inference,
    model_sql, output_schema, range_in_file, source_schema, surroundings,
};
pub use remembered::{FactsSource, RememberedFacts};
pub use rocky_syntax::DialectKind;
pub use schema::{Schema, TypedColumn};
pub use supertype::{assignable, largest_precision, supertype};
pub use type_names::{parse_contract_type, parse_type, raw_type_name};
