//! The process-adapter protocol: JSON-RPC 2.0, one JSON object per line, over stdin and stdout. Both halves use these
//! shapes.
//!
//! Adapters that know nothing of connections get one request at a time without a `connection` field. An adapter whose
//! manifest says `connections` also understands `open_connection`, `close_connection` and `interrupt`, takes a
//! `connection` in every request and answers requests of different connections in any order.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{AdapterError, Capabilities, ErrorKind, RelationKind, TableColumn};

/// Revision of the methods beyond the base protocol. Both halves must have the same.
pub const REVISION: u32 = 1;

/// Method names.
pub mod method {
    /// First request: configuration in, manifest out.
    pub const INITIALIZE: &str = "initialize";
    /// Opens a connection.
    pub const OPEN_CONNECTION: &str = "open_connection";
    /// Closes a connection.
    pub const CLOSE_CONNECTION: &str = "close_connection";
    /// One statement.
    pub const EXECUTE_STATEMENT: &str = "execute_statement";
    /// Any number of statements.
    pub const EXECUTE_SCRIPT: &str = "execute_script";
    /// One query.
    pub const EXECUTE_QUERY: &str = "execute_query";
    /// Columns of a relation.
    pub const DESCRIBE_TABLE: &str = "describe_table";
    /// Columns of a query.
    pub const DESCRIBE_QUERY: &str = "describe_query";
    /// Whether a relation exists.
    pub const TABLE_EXISTS: &str = "table_exists";
    /// Tables of a schema.
    pub const LIST_TABLES: &str = "list_tables";
    /// Schemas of a catalog.
    pub const LIST_SCHEMAS: &str = "list_schemas";
    /// Stops the running statement of a connection.
    pub const INTERRUPT: &str = "interrupt";
    /// Are you there.
    pub const PING: &str = "ping";
    /// Last request.
    pub const SHUTDOWN: &str = "shutdown";
}

/// A request line.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Request {
    /// Always `2.0`.
    pub jsonrpc: String,
    /// Increasing from 1.
    pub id: u64,
    /// Method.
    pub method: String,
    /// Parameters.
    #[serde(default)]
    pub params: Value,
}

/// A response line.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Response {
    /// Always `2.0`.
    pub jsonrpc: String,
    /// The request's id; null when the request could not be read.
    pub id: Option<u64>,
    /// The result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
    /// Or the error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<WireError>,
}

/// An error on the wire.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WireError {
    /// An error kind, or whatever number or text a foreign adapter uses.
    pub code: Value,
    /// Message.
    #[serde(default)]
    pub message: String,
    /// Details.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<ErrorDetail>,
}

/// Details of an error on the wire.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ErrorDetail {
    /// The warehouse's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub native_code: Option<String>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl From<AdapterError> for WireError {
    fn from(error: AdapterError) -> Self {
        let detail = ErrorDetail { native_code: error.native_code, hint: error.hint };
        let has_detail = detail.native_code.is_some() || detail.hint.is_some();
        Self {
            code: Value::String(error.kind.as_str().to_owned()),
            message: error.message,
            data: has_detail.then_some(detail),
        }
    }
}

impl From<WireError> for AdapterError {
    fn from(error: WireError) -> Self {
        let known = error.code.as_str().and_then(ErrorKind::from_wire);
        let detail = error.data.unwrap_or_default();
        let native_code = match (known, detail.native_code) {
            (None, None) => crate::cell_text(&error.code),
            (_, native_code) => native_code,
        };
        Self {
            kind: known.unwrap_or(ErrorKind::Other),
            message: error.message,
            native_code,
            hint: detail.hint,
        }
    }
}

/// What an adapter says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Its name.
    pub name: String,
    /// Its version.
    #[serde(default)]
    pub version: String,
    /// Version of the kit it was made with.
    #[serde(default)]
    pub sdk_version: String,
    /// [`REVISION`]; 0 for an adapter of the base protocol.
    #[serde(default)]
    pub revision: u32,
    /// The dialect it speaks.
    #[serde(default)]
    pub dialect: String,
    /// What it can do.
    #[serde(default)]
    pub capabilities: Capabilities,
    /// Names of the databases it has attached; they are catalogs.
    #[serde(default)]
    pub attached: Vec<String>,
}

/// Parameters of `initialize` for DuckDB.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DuckDbConfig {
    /// Database file; none means in memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Open the file for reading only, next to other readers.
    pub read_only: bool,
}

/// A parameter object that only names a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionParams {
    /// The connection.
    pub connection: u64,
}

/// Parameters of the statement methods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SqlParams {
    /// The connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<u64>,
    /// The text.
    pub sql: String,
    /// Queries: at most so many rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_rows: Option<usize>,
}

/// Parameters of the methods about a relation, schema or catalog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameParams {
    /// The connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<u64>,
    /// Catalog, may be empty.
    #[serde(default)]
    pub catalog: String,
    /// Schema.
    #[serde(default)]
    pub schema: String,
    /// Table.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub table: String,
}

/// Result of `execute_statement`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StatementResult {
    /// Rows written, when known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows_affected: Option<u64>,
}

/// Result of `execute_query`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RowsResult {
    /// Column names.
    pub columns: Vec<String>,
    /// Rows.
    pub rows: Vec<Vec<Value>>,
    /// Whether rows were left out.
    pub truncated: bool,
}

/// Result of the describe methods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnsResult {
    /// The columns.
    pub columns: Vec<TableColumn>,
    /// What was described; a table when the adapter does not say.
    #[serde(default = "described_table")]
    pub kind: RelationKind,
}

fn described_table() -> RelationKind {
    RelationKind::Table
}

/// Result of `table_exists`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExistsResult {
    /// The answer.
    pub exists: bool,
}

/// Result of `list_tables`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TablesResult {
    /// Names.
    pub tables: Vec<String>,
}

/// Result of `list_schemas`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemasResult {
    /// Names.
    pub schemas: Vec<String>,
}
