//! One connection: a thread that answers its requests in the order they come.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use duckdb::{Connection, InterruptHandle};
use rocky_adapter::protocol::{
    ExistsResult, NameParams, SchemasResult, SqlParams, StatementResult, TablesResult, method,
};
use rocky_adapter::{AdapterError, ErrorKind};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::failure::classify;
use crate::server::Output;
use crate::{catalog, render};

/// A request for a connection.
pub(crate) struct Job {
    pub(crate) id: u64,
    pub(crate) method: String,
    pub(crate) params: Value,
}

/// A connection and its thread.
pub(crate) struct Session {
    jobs: Sender<Job>,
    abandoned: Arc<AtomicBool>,
    interrupt: Arc<InterruptHandle>,
    ended: Receiver<()>,
    thread: JoinHandle<()>,
}

impl Session {
    /// Starts the thread of a connection.
    pub(crate) fn start(connection: Connection, output: Output) -> Self {
        let interrupt = connection.interrupt_handle();
        let abandoned = Arc::new(AtomicBool::new(false));
        let (jobs, queue) = mpsc::channel::<Job>();
        let give_up = Arc::clone(&abandoned);
        let (at_end, ended) = mpsc::channel::<()>();
        let thread = thread::spawn(move || {
            // Dropped when the thread ends, however it ends.
            let _at_end = at_end;
            for job in queue {
                if give_up.load(Ordering::Acquire) {
                    break;
                }
                let answer = answer(&connection, &job);
                output.answer(job.id, answer);
            }
        });
        Self { jobs, abandoned, interrupt, ended, thread }
    }

    /// Queues a request; gives it back when the thread has ended.
    pub(crate) fn queue(&self, job: Job) -> Result<(), Job> {
        self.jobs.send(job).map_err(|refused| refused.0)
    }

    /// Stops the running statement.
    pub(crate) fn interrupt(&self) {
        self.interrupt.interrupt();
    }

    /// Ends the thread as soon as the library lets go of what runs, whose result nobody wants any more.
    pub(crate) fn abandon(self) {
        self.abandoned.store(true, Ordering::Release);
        drop(self.jobs);
        // An interrupt that arrives just before a statement starts is lost on the library: ask until the thread ends.
        loop {
            self.interrupt.interrupt();
            if self.ended.recv_timeout(Duration::from_millis(1)) != Err(RecvTimeoutError::Timeout) {
                break;
            }
        }
        // A thread that panicked outside of a request has nothing left to say.
        let _ended = self.thread.join();
    }
}

/// Answers a request; a panic in the library or its bindings becomes an error of this request.
fn answer(connection: &Connection, job: &Job) -> Result<Value, AdapterError> {
    catch_unwind(AssertUnwindSafe(|| handle(connection, job))).unwrap_or_else(|panic| {
        let said = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no message");
        Err(AdapterError::new(ErrorKind::Other, format!("the DuckDB binding failed: {said}")))
    })
}

fn handle(connection: &Connection, job: &Job) -> Result<Value, AdapterError> {
    match job.method.as_str() {
        method::EXECUTE_STATEMENT => {
            let params: SqlParams = read(&job.params)?;
            let mut statement = connection.prepare(&params.sql).map_err(classify)?;
            statement.execute([]).map_err(classify)?;
            write(&StatementResult { rows_affected: render::written_rows(&statement)? })
        }
        method::EXECUTE_SCRIPT => {
            let params: SqlParams = read(&job.params)?;
            connection.execute_batch(&params.sql).map_err(classify)?;
            Ok(Value::Null)
        }
        method::EXECUTE_QUERY => {
            let params: SqlParams = read(&job.params)?;
            let mut statement = connection.prepare(&params.sql).map_err(classify)?;
            statement.execute([]).map_err(classify)?;
            write(&render::rows(&statement, params.max_rows)?)
        }
        method::DESCRIBE_TABLE => write(&catalog::describe_table(connection, &read(&job.params)?)?),
        method::DESCRIBE_QUERY => {
            let params: SqlParams = read(&job.params)?;
            write(&catalog::describe_query(connection, &params.sql)?)
        }
        method::TABLE_EXISTS => match catalog::describe_table(connection, &read(&job.params)?) {
            Ok(_) => write(&ExistsResult { exists: true }),
            Err(error) if error.kind == ErrorKind::NotFound => write(&ExistsResult { exists: false }),
            Err(error) => Err(error),
        },
        method::LIST_TABLES => {
            write(&TablesResult { tables: catalog::list_tables(connection, &read(&job.params)?)? })
        }
        method::LIST_SCHEMAS => {
            let params: NameParams = read(&job.params)?;
            write(&SchemasResult { schemas: catalog::list_schemas(connection, &params.catalog)? })
        }
        other => Err(AdapterError::new(ErrorKind::Unsupported, format!("there is no method '{other}'"))),
    }
}

pub(crate) fn read<T: DeserializeOwned>(params: &Value) -> Result<T, AdapterError> {
    T::deserialize(params).map_err(|error| {
        AdapterError::new(ErrorKind::Protocol, format!("the parameters cannot be read: {error}"))
    })
}

pub(crate) fn write(result: &impl Serialize) -> Result<Value, AdapterError> {
    serde_json::to_value(result).map_err(|error| {
        AdapterError::new(ErrorKind::Protocol, format!("the result cannot be written: {error}"))
    })
}
