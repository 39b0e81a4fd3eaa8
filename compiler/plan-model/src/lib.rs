//! The plan: what a run is going to do, as plain data.
//!
//! `rocky-plan` builds a [`Plan`] (and a [`TestPlan`]) from a compiled project, the engine executes it, the
//! command line prints it. The value can be written to a file and read back by another process. What is really
//! sent for a node depends on the state of its target, so a node carries the typed pieces (query text, target,
//! strategy, columns) and the engine expands them to [`Statement`]s once it has looked at the target.
//!
//! Must not know: the compiler, trees, salsa, adapters, the engine, files, the clock.

mod column;
mod data_test;
mod dialect;
mod model;
mod name;
mod node;
mod plan;
mod replication;
mod statement;
mod strategy;
mod test_plan;

pub use column::{ExpectedColumn, OutputSchema, RawType};
pub use data_test::{
    AggregateOperation, Comparison, DataCheck, DataTest, DecimalText, DecimalTextError, Severity,
};
pub use dialect::Dialect;
pub use model::{Materialization, ModelNode, SelectSql};
pub use name::{
    AdapterName, CatalogName, ColumnName, ModelName, NameError, NodeId, PipelineName, RelationName,
    SchemaName, TableName,
};
pub use node::{CompileProblem, NodeKind, NodeStatus, PlanNode, SkipReason};
pub use plan::{Concurrency, ExecutionSettings, PLAN_FORMAT, PipelineType, Plan, PlanError};
pub use replication::{MetadataColumn, ReplicationNode, ReplicationStrategy};
pub use statement::{Purpose, Statement};
pub use strategy::{Granularity, HardDeletes, RowChange, TableStrategy, TimeWindow};
pub use test_plan::{
    CellValue, ColumnContract, ContractExpectation, ExpectedRows, GivenRows, InputScript, NamedCell,
    SavedAssertion, TestModel, TestPlan, TestRow, UnitTest,
};

#[cfg(test)]
mod tests;
