//! Reads request lines, hands them to connections, writes answer lines.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::sync::{Arc, Mutex, PoisonError};

use rocky_adapter::protocol::{ConnectionParams, DuckDbConfig, Request, Response, method};
use rocky_adapter::{AdapterError, ErrorKind};
use serde_json::{Value, json};

use crate::database::Database;
use crate::session::{Job, Session, read, write};

/// The connection of requests that name none.
const UNNAMED_CONNECTION: u64 = 0;

/// Standard output, shared by all connections. Lines are written whole.
#[derive(Clone)]
pub(crate) struct Output(Arc<Mutex<std::io::Stdout>>);

impl Output {
    /// Writes an answer.
    pub(crate) fn answer(&self, id: u64, answer: Result<Value, AdapterError>) {
        let (result, error) = match answer {
            Ok(result) => (Some(result), None),
            Err(error) => (None, Some(error.into())),
        };
        self.write(&Response { jsonrpc: "2.0".to_owned(), id: Some(id), result, error });
    }

    fn write(&self, response: &Response) {
        let Ok(mut line) = serde_json::to_vec(response) else { return };
        line.push(b'\n');
        let mut stdout = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody reads any more: input ends as well then, and with it this process.
        let _reader_gone = stdout.write_all(&line).and_then(|()| stdout.flush());
    }
}

struct Server {
    output: Output,
    database: Option<Database>,
    sessions: BTreeMap<u64, Session>,
    last_connection: u64,
}

/// Serves until `shutdown`, or until input ends.
pub(crate) fn serve(input: impl BufRead) {
    let mut server = Server {
        output: Output(Arc::new(Mutex::new(std::io::stdout()))),
        database: None,
        sessions: BTreeMap::new(),
        last_connection: UNNAMED_CONNECTION,
    };
    for line in input.split(b'\n') {
        let Ok(line) = line else { break };
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match serde_json::from_slice::<Request>(&line) {
            Ok(request) if request.method == method::SHUTDOWN => {
                server.close();
                server.output.answer(request.id, Ok(Value::Null));
                return;
            }
            Ok(request) => server.accept(request),
            Err(error) => {
                let error = AdapterError::new(ErrorKind::Protocol, format!("not a request: {error}"));
                server.output.write(&Response {
                    jsonrpc: "2.0".to_owned(),
                    id: None,
                    result: None,
                    error: Some(error.into()),
                });
            }
        }
    }
    // Input ended without a shutdown: whoever started this process is gone.
    server.close();
}

impl Server {
    fn accept(&mut self, request: Request) {
        let id = request.id;
        let answer = match request.method.as_str() {
            method::INITIALIZE => self.initialize(&request.params),
            method::PING => Ok(json!({})),
            method::OPEN_CONNECTION => {
                self.last_connection += 1;
                let connection = self.last_connection;
                self.open(connection).and_then(|()| write(&ConnectionParams { connection }))
            }
            method::CLOSE_CONNECTION => self.close_connection(&request.params),
            method::INTERRUPT => self.interrupt(&request.params),
            _ => match self.hand_over(request) {
                Ok(()) => return,
                Err(error) => Err(error),
            },
        };
        self.output.answer(id, answer);
    }

    fn initialize(&mut self, params: &Value) -> Result<Value, AdapterError> {
        if self.database.is_some() {
            return Err(AdapterError::new(ErrorKind::Protocol, "already initialized"));
        }
        let config: DuckDbConfig = read(params.get("config").unwrap_or(params))?;
        let database = Database::open(&config)?;
        let manifest = write(&database.manifest()?)?;
        self.database = Some(database);
        Ok(manifest)
    }

    fn open(&mut self, connection: u64) -> Result<(), AdapterError> {
        let database = self
            .database
            .as_ref()
            .ok_or_else(|| AdapterError::new(ErrorKind::Protocol, "the first request must be initialize"))?;
        self.sessions.insert(connection, Session::start(database.connect()?, self.output.clone()));
        Ok(())
    }

    fn close_connection(&mut self, params: &Value) -> Result<Value, AdapterError> {
        let ConnectionParams { connection } = read(params)?;
        match self.sessions.remove(&connection) {
            Some(session) => {
                // What still runs (its asker gave up on it) would keep every other connection waiting here.
                session.abandon();
                Ok(Value::Null)
            }
            None => Err(no_connection(connection)),
        }
    }

    fn interrupt(&self, params: &Value) -> Result<Value, AdapterError> {
        let ConnectionParams { connection } = read(params)?;
        self.sessions.get(&connection).map(Session::interrupt).ok_or_else(|| no_connection(connection))?;
        Ok(Value::Null)
    }

    fn hand_over(&mut self, request: Request) -> Result<(), AdapterError> {
        let connection = match request.params.get("connection") {
            None | Some(Value::Null) => {
                if !self.sessions.contains_key(&UNNAMED_CONNECTION) {
                    self.open(UNNAMED_CONNECTION)?;
                }
                UNNAMED_CONNECTION
            }
            Some(number) => number.as_u64().ok_or_else(|| {
                AdapterError::new(ErrorKind::Protocol, format!("{number} is not the number of a connection"))
            })?,
        };
        let session = self.sessions.get(&connection).ok_or_else(|| no_connection(connection))?;
        session.queue(Job { id: request.id, method: request.method, params: request.params }).map_err(|_| {
            AdapterError::new(ErrorKind::Connection, format!("connection {connection} has ended"))
        })
    }

    /// Closes all connections, then the database, which writes its log into the file. What still runs is not wanted
    /// any more.
    fn close(&mut self) {
        for session in std::mem::take(&mut self.sessions).into_values() {
            session.abandon();
        }
        self.database = None;
    }
}

fn no_connection(connection: u64) -> AdapterError {
    AdapterError::new(ErrorKind::Protocol, format!("there is no connection {connection}"))
}
