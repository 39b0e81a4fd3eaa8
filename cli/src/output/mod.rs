//! The JSON documents, one module each. The schemas are generated from these types.
//!
//! Field order is document order. A field that is `null` when there is nothing stays in the document; a field
//! that is left out says so with `skip_serializing_if`. Fields may be added, never removed, renamed or retyped.

mod cache;
mod ci;
mod ci_diff;
mod column_lineage;
mod compile;
mod diagnostic;
mod lineage;
mod lineage_diff;
mod lint;
mod materialization;
mod plan;
mod run;
mod run_checks;
mod run_summaries;
mod scaffold;
mod schema;
mod strategy;
mod test;
mod validate;

pub use cache::{CacheFunction, CacheOutput, CacheShare, CacheVerification};
pub use ci::CiOutput;
pub use ci_diff::{
    CiDiffMode, CiDiffOutput, ColumnChangeType, ColumnDiff, DiffResult, DiffSummary, ImpactEffect,
    ImpactOutput, ImpactedColumn, ModelDiffCause, ModelDiffStatus, NotEvaluatedOutput, NullabilityDiff,
};
pub use column_lineage::ColumnLineageOutput;
pub use compile::{CompileOutput, ContractSource, ModelDetail, ModelFreshnessConfig, PhaseTimings};
pub use compile::{CostHint, HintConfidence, IncrementalityHint, ProjectTypeCoverage, TypeCoverageOutput};
pub use diagnostic::{Diagnostic, DiagnosticSeverity, RelatedPlace, SourceSpan};
pub use lineage::{
    LineageColumnDef, LineageEdgeRecord, LineageInfluenceKind, LineageInfluenceRecord, LineageOutput,
    LineageQualifiedColumn,
};
pub use lineage_diff::{
    ChangedTransform, LineageDiffColumn, LineageDiffModel, LineageDiffOutput, LineageDiffSummary,
};
pub use lint::{LintFixedFile, LintOutput};
pub use materialization::{MaterializationMetadata, MaterializationOutput, PartitionInfo, PartitionSummary};
pub use plan::{PlanOutput, PlannedStatement, SkippedModel, SkippedSchema};
pub use run::{ExcludedTableOutput, RunOutput, RunStatus, TableErrorOutput};
pub use run_checks::{
    AnomalyOutput, CheckDetail, CheckResult, CheckSeverity, QuarantineMode, QuarantineOutput,
    TableCheckOutput,
};
pub use run_summaries::{
    DriftActionOutput, DriftSummary, ExecutionSummary, MetricsSnapshot, PermissionSummary,
};
pub use scaffold::ScaffoldOutput;
pub use schema::{SCHEMA_NAMES, schema};
pub use strategy::{HardDeletesConfig, StrategyConfig, TargetConfig, TimeGrain};
pub use test::{
    DeclarativeTestResult, DeclarativeTestStatus, DeclarativeTestSummary, ModelTestResult, ModelTestStatus,
    TestFailure, TestOutput,
};
pub use validate::{
    ValidateAdapterStatus, ValidateMessage, ValidateModelsStatus, ValidateOutput, ValidatePipelineStatus,
    ValidateSeverity,
};

/// The version in every document; `rocky --version` says the same.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
