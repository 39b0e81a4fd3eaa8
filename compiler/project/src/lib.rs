//! From what a user writes on disk to plain values: `rocky.toml`, model sidecars and frontmatter,
//! `_defaults.toml`, contracts, seeds, macros, and which files are models at all.
//!
//! The first half are pure functions from a text to a value and findings with byte ranges; they never
//! fail and never panic. Values carry no positions, so that moving a line changes nothing; [`KeySpans`]
//! leads from a dotted key to its place. The second half are the queries over them.
//!
//! Must not know: SQL and DSL semantics, types, LSP, terminals, adapters, the network, `std::fs`.

pub mod config;
mod contract;
mod decode;
mod discovery;
mod environment;
mod file_dialect;
mod file_findings;
mod file_roles;
mod finding;
mod frontmatter;
mod glob;
mod group;
mod inputs;
mod key_spans;
mod macros;
mod model_configuration;
mod model_test;
mod parse;
mod queries;
mod secret;
mod seed;
mod sidecar;
mod strategy;
mod test_definitions;
mod toml_value;
mod unit_test;
mod validation;

pub use config::{Config, ConfigDocument, UnsetPolicy, parse_config, unset_finding};
pub use contract::{Contract, ContractColumn, ContractDocument, TypeChange, parse_contract};
pub use discovery::{Discovered, belongs_to_project, discover, discovered_roots, project_folders};
pub use environment::{Environment, UnsetVariable};
pub use file_dialect::file_dialect;
pub use file_findings::{file_problem, load_findings, setting_place, shared_file_findings, unset_variables};
pub use file_roles::{Layout, ModelParts, layout, model_parts, models_roots};
pub use finding::{Finding, TextFix};
pub use frontmatter::{Frontmatter, split_frontmatter};
pub use glob::ModelsGlob;
pub use group::{GroupDocument, GroupSettings, parse_group};
pub use inputs::{
    CatalogColumn, CatalogIndex, CatalogOrigin, CatalogRelation, FileSet, LoadOptions, Project,
};
pub use key_spans::{KeySpan, KeySpans};
pub use macros::{
    DEPTH_LIMIT, Expansion, ExpansionPiece, Macro, MacroDocument, MacroParameter, MacroTable, MacroUse,
    ParameterKind, expand_macros, macro_uses, parse_macro,
};
pub use model_configuration::{ModelConfig, ModelTarget, model_config};
pub use model_test::{AggregateOp, Comparison, ModelTest, TEST_KINDS, TestKind, TestSeverity};
pub use queries::{
    ModelScope, ModelScopes, Seed, config_document, contract_document, group_document, groups,
    has_frontmatter_block, lint_config, macro_document, macro_table, model_scopes, named_tests,
    pipeline_names, seed_document, seeds, settings_document, settings_spans, test_definitions_document,
};
pub use rocky_format::Settings as FormatSettings;
pub use rocky_syntax::has_frontmatter;
pub use secret::Secret;
pub use seed::{SeedDocument, SeedFormat, SeedSettings, parse_seed};
pub use sidecar::{
    DEFAULTS_KEYS, DeclaredColumn, DeclaredSource, FormatOptions, Freshness, ModelSettings, SIDECAR_KEYS,
    SidecarDocument, TableFormat, TargetSettings, TestUse, parse_defaults, parse_settings_at, parse_sidecar,
};
pub use strategy::{Granularity, STRATEGIES, SnapshotChanges, Strategy, TimeInterval};
pub use test_definitions::{TestDefinitionsDocument, parse_test_definitions};
pub use toml_value::{TomlTable, TomlValue};
pub use unit_test::{ExpectedRows, GivenRows, UnitTest};
pub use validation::{
    AdapterSummary, Existence, ModelFacts, ModelsSummary, PipelineSummary, Position, Validation,
    ValidationCode, ValidationMessage, ValidationSeverity, config_diagnostics, config_load_finding,
    load_errors, validate, validate_config, validation_code, validation_codes,
};
