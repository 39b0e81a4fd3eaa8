//! Executing one node on its own connection.

use rocky_adapter::dialect::SqlDialect;
use rocky_adapter::{AdapterError, Connection, ErrorKind, RowLimit, TargetState, Warehouse, cell_text};
use rocky_plan_model::{Materialization, ModelNode, NodeKind, PlanNode, RelationName, TableStrategy};
use time::macros::format_description;
use time::{Date, PrimitiveDateTime, Time};

use super::outcome::{FailureKind, RunFailure};
use crate::clock::rfc3339;
use crate::expand::{Expansion, Knowledge, Refusal, expand};
use crate::state::WatermarkRecord;

/// How often a statement that lost against a concurrent transaction is sent again.
const CONFLICT_ATTEMPTS: u32 = 5;

/// What a node did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NodeDone {
    pub(super) expansion: Expansion,
    pub(super) rows: Option<u64>,
    pub(super) watermark: Option<String>,
    pub(super) notes: Vec<String>,
}

/// Why a node failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NodeFailure {
    pub(super) kind: ErrorKind,
    pub(super) message: String,
    pub(super) hint: Option<String>,
    pub(super) statement: Option<String>,
}

impl NodeFailure {
    pub(super) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None, statement: None }
    }

    /// Whether another try can end better without anyone changing anything.
    pub(super) fn may_pass(&self) -> bool {
        match self.kind {
            ErrorKind::Connection
            | ErrorKind::Conflict
            | ErrorKind::Locked
            | ErrorKind::Quota
            | ErrorKind::RateLimited
            | ErrorKind::Timeout
            | ErrorKind::Transient
            | ErrorKind::Other => true,
            ErrorKind::Auth
            | ErrorKind::Permission
            | ErrorKind::NotFound
            | ErrorKind::Syntax
            | ErrorKind::Query
            | ErrorKind::Unsupported
            | ErrorKind::Interrupted
            | ErrorKind::Protocol => false,
        }
    }

    pub(super) fn into_run_failure(self, node: &PlanNode) -> RunFailure {
        RunFailure {
            asset_key: node.asset_key(),
            label: node.label(),
            file: match &node.kind {
                NodeKind::Model(model) => Some(model.file.clone()),
                NodeKind::Replication(_) => None,
            },
            error: self.message,
            failure_kind: FailureKind::from(self.kind),
            hint: self.hint,
            statement: self.statement,
        }
    }
}

impl From<AdapterError> for NodeFailure {
    fn from(error: AdapterError) -> Self {
        Self { kind: error.kind, message: error.message, hint: error.hint, statement: None }
    }
}

impl From<Refusal> for NodeFailure {
    fn from(refusal: Refusal) -> Self {
        let kind = match &refusal {
            Refusal::UnknownTarget { error, .. } => error.kind,
            Refusal::NotExecutable { .. } => ErrorKind::Unsupported,
            _ => ErrorKind::Query,
        };
        Self { kind, message: refusal.to_string(), hint: Some(refusal.hint()), statement: None }
    }
}

/// The failure of a node this version cannot execute at all.
pub(super) fn refuse_unexecutable(node: &PlanNode) -> Option<RunFailure> {
    let failure = match &node.kind {
        NodeKind::Model(model) if model.materialization.is_executable() => return None,
        NodeKind::Model(model) => {
            NodeFailure::from(Refusal::NotExecutable { strategy: model.materialization.strategy_name() })
        }
        NodeKind::Replication(_) => NodeFailure {
            hint: Some(
                "`rocky plan` shows what it would send; running it comes with a later version".to_owned(),
            ),
            ..NodeFailure::new(ErrorKind::Unsupported, "replication cannot be executed yet")
        },
    };
    Some(RunFailure { failure_kind: FailureKind::Unknown, ..failure.into_run_failure(node) })
}

/// Executes a model that writes a relation. `recorded` is the watermark of the state file.
pub(super) fn execute_model(
    warehouse: &dyn Warehouse,
    model: &ModelNode,
    recorded: Option<&WatermarkRecord>,
) -> Result<NodeDone, NodeFailure> {
    let Materialization::Relation { target, strategy } = &model.materialization else {
        return Err(NodeFailure::new(ErrorKind::Other, "an ephemeral model has nothing to execute"));
    };
    let mut connection = warehouse.connect()?;
    let dialect = warehouse.dialect();
    let timestamp_column = match strategy {
        TableStrategy::Incremental { timestamp_column } => Some(timestamp_column.as_str()),
        _ => None,
    };
    let mut known = Knowledge { target: connection.probe(target), output: None };
    if timestamp_column.is_some() {
        let described = connection.describe_query(model.select.as_str());
        known.output = Some(described.map_err(|error| NodeFailure {
            statement: Some(model.select.as_str().to_owned()),
            ..NodeFailure::from(error)
        })?);
    }
    let expansion = expand(model, dialect, &known)?;
    let mut session = Session { connection: connection.as_mut(), dialect, target };
    let mut notes = Vec::new();
    if let Some(column) = timestamp_column {
        notes.extend(session.reconcile(column, &known.target, recorded)?);
    }
    let rows = session.send(&expansion)?;
    let watermark = match timestamp_column {
        Some(column) => session.greatest(column)?.map(|text| watermark_text(&text)),
        None => None,
    };
    if let Some(Err(text)) = &watermark {
        notes.push(format!("the greatest timestamp, {text}, cannot be recorded as a watermark"));
    }
    Ok(NodeDone { expansion, rows, watermark: watermark.and_then(Result::ok), notes })
}

/// A connection at work on one target.
struct Session<'a> {
    connection: &'a mut dyn Connection,
    dialect: &'a dyn SqlDialect,
    target: &'a RelationName,
}

impl Session<'_> {
    /// Compares the state file with the target before an append. The target decides: the append goes on from what is
    /// in it, so that neither a lost state file nor a restored table causes gaps or duplicates. Where the target cannot
    /// say how far it has come, nothing is appended.
    fn reconcile(
        &mut self,
        column: &str,
        target: &TargetState,
        recorded: Option<&WatermarkRecord>,
    ) -> Result<Option<String>, NodeFailure> {
        let recorded = recorded.map(|watermark| watermark.last_value.as_str());
        if !matches!(target, TargetState::Present(_)) {
            return Ok(recorded.map(|value| {
                format!("the state file records the watermark {value}, but the table does not exist: it is built in full")
            }));
        }
        let Some(greatest) = self.greatest(column)? else {
            let count =
                self.connection.query(&self.dialect.select_count(self.target), RowLimit::AtMost(1))?;
            return match count.first_count() {
                Some(0) => Ok(None),
                _ => Err(NodeFailure {
                    hint: Some(format!(
                        "fill '{column}' in {0}, or drop {0} so that the next run builds it anew",
                        self.target
                    )),
                    ..NodeFailure::new(
                        ErrorKind::Query,
                        format!(
                            "{} has rows, but '{column}' is NULL in all of them, so it cannot be told which rows are new; \
                             nothing was appended",
                            self.target
                        ),
                    )
                }),
            };
        };
        let in_table = watermark_text(&greatest).unwrap_or(greatest);
        Ok(match recorded {
            None => Some(format!(
                "the state file has no watermark: appended past {in_table}, the greatest in the table"
            )),
            Some(value) if value == in_table => None,
            Some(value) => Some(format!(
                "the state file records the watermark {value}, the table ends at {in_table}: appended past the latter"
            )),
        })
    }

    /// Sends the statements of an expansion, several of them in one transaction. Returns the rows of the last.
    fn send(&mut self, expansion: &Expansion) -> Result<Option<u64>, NodeFailure> {
        let statements: Vec<&str> =
            expansion.statements.iter().map(|statement| statement.sql.as_str()).collect();
        let mut attempt = 1;
        loop {
            let sent = match statements.as_slice() {
                [] => return Ok(None),
                [single] => self.connection.execute(single).map(|executed| executed.rows_affected),
                several => self
                    .connection
                    .execute_in_transaction(several)
                    .map(|executed| executed.last().and_then(|executed| executed.rows_affected)),
            };
            match sent {
                Ok(rows) => return Ok(rows),
                // A conflict was rolled back as a whole.
                Err(error) if error.kind == ErrorKind::Conflict && attempt < CONFLICT_ATTEMPTS => {
                    attempt += 1
                }
                Err(error) => {
                    return Err(NodeFailure {
                        statement: Some(statements.join(";\n")),
                        ..NodeFailure::from(error)
                    });
                }
            }
        }
    }

    fn greatest(&mut self, column: &str) -> Result<Option<String>, NodeFailure> {
        let result =
            self.connection.query(&self.dialect.select_max(self.target, column), RowLimit::AtMost(1))?;
        Ok(result.first_cell().and_then(cell_text))
    }
}

/// A warehouse's date or timestamp text as RFC 3339 in UTC; the text itself when it is neither (`infinity`).
fn watermark_text(text: &str) -> Result<String, String> {
    let plain =
        text.trim_end_matches('Z').trim_end_matches("+00:00").trim_end_matches("+00").replace('T', " ");
    let day = format_description!("[year]-[month]-[day]");
    let seconds = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    let fraction = format_description!("[year]-[month]-[day] [hour]:[minute]:[second].[subsecond]");
    let moment = PrimitiveDateTime::parse(&plain, &fraction)
        .or_else(|_| PrimitiveDateTime::parse(&plain, &seconds))
        .or_else(|_| Date::parse(&plain, &day).map(|date| PrimitiveDateTime::new(date, Time::MIDNIGHT)));
    moment.map(|moment| rfc3339(moment.assume_utc())).map_err(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn watermarks_are_rfc3339() {
        let text = |text: &str| watermark_text(text).unwrap_or_else(|text| format!("not: {text}"));
        assert_eq!(text("2024-02-29 12:34:56.123456"), "2024-02-29T12:34:56.123456Z");
        assert_eq!(text("2024-02-29 12:34:56"), "2024-02-29T12:34:56Z");
        assert_eq!(text("2024-02-29 12:34:56+00"), "2024-02-29T12:34:56Z");
        assert_eq!(text("2024-02-29"), "2024-02-29T00:00:00Z");
        assert_eq!(text("infinity"), "not: infinity");
    }
}
