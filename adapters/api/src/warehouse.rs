//! The warehouse traits.

use std::sync::Arc;

use rocky_plan_model::{CatalogName, RelationName, SchemaName};

use crate::dialect::SqlDialect;
use crate::{AdapterError, Capabilities, Executed, QueryResult, Result, TableColumn, TargetState};

/// How many rows of a result are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowLimit {
    /// All of them.
    All,
    /// At most so many.
    AtMost(usize),
}

/// A warehouse: hands out connections.
pub trait Warehouse: Send + Sync {
    /// The adapter's name, for messages.
    fn name(&self) -> &str;
    /// SQL text primitives.
    fn dialect(&self) -> &dyn SqlDialect;
    /// What it can do.
    fn capabilities(&self) -> Capabilities;
    /// Opens a connection. A task keeps its own from first to last statement.
    fn connect(&self) -> Result<Box<dyn Connection>>;
}

/// Stops the running statement of a connection, from another thread.
pub trait Interrupt: Send + Sync {
    /// Asks for it; the statement ends with [`crate::ErrorKind::Interrupted`], or has already ended.
    fn interrupt(&self) -> Result<()>;
}

/// One connection: statements run one after the other, a transaction belongs to it.
pub trait Connection: Send {
    /// Executes one statement.
    fn execute(&mut self, sql: &str) -> Result<Executed>;
    /// Executes a script of any number of statements; stops at the first that fails.
    fn execute_script(&mut self, sql: &str) -> Result<()>;
    /// Runs one query.
    fn query(&mut self, sql: &str, limit: RowLimit) -> Result<QueryResult>;
    /// Looks at a relation.
    fn describe(&mut self, relation: &RelationName) -> Result<crate::PresentRelation>;
    /// The columns a query would put out.
    fn describe_query(&mut self, select: &str) -> Result<Vec<TableColumn>>;
    /// Names of the tables and views of a schema, sorted.
    fn list_tables(&mut self, catalog: &CatalogName, schema: &SchemaName) -> Result<Vec<String>>;
    /// Names of the schemas of a catalog, sorted.
    fn list_schemas(&mut self, catalog: &CatalogName) -> Result<Vec<String>>;
    /// A handle to stop its running statement; `None` when the warehouse cannot.
    fn interrupter(&self) -> Option<Arc<dyn Interrupt>>;

    /// Whether a relation exists: [`TargetState::Absent`] only on a definite not-found.
    fn probe(&mut self, relation: &RelationName) -> TargetState {
        match self.describe(relation) {
            Ok(present) => TargetState::Present(present),
            Err(AdapterError { kind: crate::ErrorKind::NotFound, .. }) => TargetState::Absent,
            Err(error) => TargetState::Unknown(error),
        }
    }

    /// Executes `statements` in one transaction and rolls back on the first error.
    fn execute_in_transaction(&mut self, statements: &[&str]) -> Result<Vec<Executed>> {
        self.execute("BEGIN TRANSACTION")?;
        let mut done = Vec::with_capacity(statements.len());
        for statement in statements {
            match self.execute(statement) {
                Ok(executed) => done.push(executed),
                Err(error) => return Err(self.rolled_back(error)),
            }
        }
        match self.execute("COMMIT") {
            Ok(_) => Ok(done),
            Err(error) => Err(self.rolled_back(error)),
        }
    }

    /// Rolls back after `error`. A warehouse that has already done so refuses, which is no news; the first error is.
    fn rolled_back(&mut self, error: AdapterError) -> AdapterError {
        let _already_rolled_back = self.execute("ROLLBACK");
        error
    }
}
