//! The warehouse behind a process adapter.

use std::sync::Arc;

use rocky_plan_model::{CatalogName, RelationName, SchemaName};
use serde::de::DeserializeOwned;

use super::ProcessClient;
use crate::dialect::SqlDialect;
use crate::protocol::{
    ColumnsResult, ConnectionParams, NameParams, RowsResult, SchemasResult, SqlParams, StatementResult,
    TablesResult, method,
};
use crate::{
    AdapterError, Capabilities, Connection, ErrorKind, Executed, Interrupt, PresentRelation, QueryResult,
    Result, RowLimit, TableColumn, Warehouse,
};

/// A warehouse whose adapter is a process.
pub struct ProcessWarehouse {
    client: Arc<ProcessClient>,
    dialect: Box<dyn SqlDialect>,
}

impl ProcessWarehouse {
    /// The warehouse behind `client`, which speaks `dialect`.
    pub fn new(client: ProcessClient, dialect: Box<dyn SqlDialect>) -> Self {
        Self { client: Arc::new(client), dialect }
    }

    /// The process.
    pub fn client(&self) -> &ProcessClient {
        &self.client
    }
}

impl Warehouse for ProcessWarehouse {
    fn name(&self) -> &str {
        self.client.adapter()
    }

    fn dialect(&self) -> &dyn SqlDialect {
        self.dialect.as_ref()
    }

    fn capabilities(&self) -> Capabilities {
        self.client.manifest().capabilities
    }

    fn connect(&self) -> Result<Box<dyn Connection>> {
        let connection = if self.capabilities().connections {
            let opened: ConnectionParams =
                self.client.request(method::OPEN_CONNECTION, &serde_json::json!({}))?;
            Some(opened.connection)
        } else {
            None
        };
        Ok(Box::new(ProcessConnection { client: Arc::clone(&self.client), connection }))
    }
}

struct ProcessConnection {
    client: Arc<ProcessClient>,
    connection: Option<u64>,
}

impl ProcessConnection {
    fn send_sql<R: DeserializeOwned>(&self, method: &str, sql: &str, max_rows: Option<usize>) -> Result<R> {
        self.client.request(method, &SqlParams { connection: self.connection, sql: sql.to_owned(), max_rows })
    }

    fn send_name<R: DeserializeOwned>(
        &self,
        method: &str,
        catalog: &str,
        schema: &str,
        table: &str,
    ) -> Result<R> {
        let params = NameParams {
            connection: self.connection,
            catalog: catalog.to_owned(),
            schema: schema.to_owned(),
            table: table.to_owned(),
        };
        self.client.request(method, &params)
    }
}

impl Connection for ProcessConnection {
    fn execute(&mut self, sql: &str) -> Result<Executed> {
        let done: Option<StatementResult> = self.send_sql(method::EXECUTE_STATEMENT, sql, None)?;
        Ok(Executed { rows_affected: done.and_then(|done| done.rows_affected) })
    }

    fn execute_script(&mut self, sql: &str) -> Result<()> {
        let _done: serde_json::Value = self.send_sql(method::EXECUTE_SCRIPT, sql, None)?;
        Ok(())
    }

    fn query(&mut self, sql: &str, limit: RowLimit) -> Result<QueryResult> {
        let max_rows = match limit {
            RowLimit::All => None,
            RowLimit::AtMost(rows) => Some(rows),
        };
        let result: RowsResult = self.send_sql(method::EXECUTE_QUERY, sql, max_rows)?;
        if result.rows.iter().any(|row| row.len() != result.columns.len()) {
            return Err(AdapterError::new(
                ErrorKind::Protocol,
                format!("{}: a row has more or fewer cells than there are columns", self.client.adapter()),
            ));
        }
        Ok(QueryResult { columns: result.columns, rows: result.rows, truncated: result.truncated })
    }

    fn describe(&mut self, relation: &RelationName) -> Result<PresentRelation> {
        let (catalog, schema, table) =
            (relation.catalog.as_str(), relation.schema.as_str(), relation.table.as_str());
        let described: ColumnsResult = self.send_name(method::DESCRIBE_TABLE, catalog, schema, table)?;
        Ok(PresentRelation { kind: described.kind, columns: described.columns })
    }

    fn describe_query(&mut self, select: &str) -> Result<Vec<TableColumn>> {
        let described: ColumnsResult = self.send_sql(method::DESCRIBE_QUERY, select, None)?;
        Ok(described.columns)
    }

    fn list_tables(&mut self, catalog: &CatalogName, schema: &SchemaName) -> Result<Vec<String>> {
        let listed: TablesResult =
            self.send_name(method::LIST_TABLES, catalog.as_str(), schema.as_str(), "")?;
        Ok(listed.tables)
    }

    fn list_schemas(&mut self, catalog: &CatalogName) -> Result<Vec<String>> {
        let listed: SchemasResult = self.send_name(method::LIST_SCHEMAS, catalog.as_str(), "", "")?;
        Ok(listed.schemas)
    }

    fn interrupter(&self) -> Option<Arc<dyn Interrupt>> {
        let connection = self.connection?;
        if !self.client.manifest().capabilities.interrupt {
            return None;
        }
        Some(Arc::new(ProcessInterrupt { client: Arc::clone(&self.client), connection }))
    }
}

impl Drop for ProcessConnection {
    fn drop(&mut self) {
        if let Some(connection) = self.connection {
            // A process that is gone has no connections either.
            let _closed: Result<serde_json::Value> =
                self.client.request(method::CLOSE_CONNECTION, &ConnectionParams { connection });
        }
    }
}

struct ProcessInterrupt {
    client: Arc<ProcessClient>,
    connection: u64,
}

impl Interrupt for ProcessInterrupt {
    fn interrupt(&self) -> Result<()> {
        let _asked: serde_json::Value =
            self.client.request(method::INTERRUPT, &ConnectionParams { connection: self.connection })?;
        Ok(())
    }
}
