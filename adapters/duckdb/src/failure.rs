//! From DuckDB's errors to typed ones. This is the one place that reads DuckDB's message text: its C interface tells
//! the class of an error only as the prefix of the message.

use rocky_adapter::{AdapterError, ErrorKind};

/// Classifies an error of the library.
pub(crate) fn classify(error: duckdb::Error) -> AdapterError {
    match error {
        duckdb::Error::DuckDBFailure(_, Some(message)) => classify_message(&message),
        duckdb::Error::NulError(_) => {
            AdapterError::new(ErrorKind::Syntax, "the statement holds a NUL character")
                .with_hint("remove the character from the file")
        }
        other => AdapterError::new(ErrorKind::Other, other.to_string()),
    }
}

/// Classifies a message such as `Catalog Error: Table with name x does not exist!`.
pub(crate) fn classify_message(message: &str) -> AdapterError {
    let message = message.trim_end();
    let class = message.split_once(" Error: ").map(|(class, _)| class).filter(|class| class.len() < 40);
    let mut error = AdapterError::new(kind_of(class, message), message);
    error.native_code = class.map(str::to_owned);
    if error.kind == ErrorKind::Locked {
        return locked(message);
    }
    error.hint = hint_for(&error);
    error
}

fn kind_of(class: Option<&str>, message: &str) -> ErrorKind {
    let missing = message.contains("does not exist");
    match class {
        Some("Parser" | "Syntax") => ErrorKind::Syntax,
        Some("Catalog") if missing => ErrorKind::NotFound,
        Some("Binder") if missing && message.contains("Catalog \"") => ErrorKind::NotFound,
        Some(
            "Catalog"
            | "Binder"
            | "Conversion"
            | "Constraint"
            | "Invalid Input"
            | "Out of Range"
            | "Mismatch Type"
            | "Type"
            | "Expression"
            | "Parameter Not Resolved"
            | "Parameter Not Allowed"
            | "Divide by Zero"
            | "Decimal",
        ) => ErrorKind::Query,
        Some("Not implemented" | "Not Implemented") => ErrorKind::Unsupported,
        Some("TransactionContext" | "Transaction" | "Serialization") if message.contains("onflict") => {
            ErrorKind::Conflict
        }
        Some("INTERRUPT" | "Interrupt") => ErrorKind::Interrupted,
        Some("IO") if message.contains("Conflicting lock") || message.contains("Could not set lock") => {
            ErrorKind::Locked
        }
        Some("IO") if message.contains("ermission denied") || message.contains("Read-only file system") => {
            ErrorKind::Permission
        }
        Some("IO") if missing || message.contains("No such file") => ErrorKind::NotFound,
        Some("Permission") => ErrorKind::Permission,
        Some("Out of Memory") => ErrorKind::Quota,
        Some("Connection" | "HTTP" | "Network") => ErrorKind::Connection,
        _ => ErrorKind::Other,
    }
}

fn hint_for(error: &AdapterError) -> Option<String> {
    let message = &error.message;
    let hint = if message.contains("Ambiguous reference to catalog or schema") {
        "the schema has the name of the database: set the target's catalog to the database's name, or rename the schema"
    } else if error.kind == ErrorKind::Permission {
        "make the file and its folder writable, or choose another path in rocky.toml"
    } else if error.kind == ErrorKind::NotFound
        && error.native_code.as_deref() == Some("Catalog")
        && message.contains("Schema with name")
    {
        "create the schema, or set auto_create_schemas = true in the pipeline's target governance"
    } else if message.contains("not a valid DuckDB database file") {
        "the file is damaged or no DuckDB database: choose another path in rocky.toml, or restore the file"
    } else {
        return None;
    };
    Some(hint.to_owned())
}

/// `IO Error: Could not set lock on file "F": Conflicting lock is held in PROGRAM (PID N). See also …`
fn locked(message: &str) -> AdapterError {
    let file = between(message, "lock on file \"", "\"").unwrap_or("the database file");
    let holder = between(message, "Conflicting lock is held in ", ")").map(|holder| format!("{holder})"));
    let text = match holder {
        Some(holder) => format!("the database file {file} is in use by another process: {holder}"),
        None => format!("the database file {file} is in use by another process"),
    };
    AdapterError::new(ErrorKind::Locked, text)
        .with_native_code("IO")
        .with_hint("DuckDB lets one process write a file: end the other one, or wait for it, and run again")
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    let from = text.find(start)? + start.len();
    let length = text[from..].find(end)?;
    Some(&text[from..from + length])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_classified_by_their_class() {
        let kind = |message: &str| classify_message(message).kind;
        assert_eq!(kind("Parser Error: syntax error at or near \"SELEC\""), ErrorKind::Syntax);
        assert_eq!(
            kind("Catalog Error: Table with name x does not exist!\nDid you mean y?"),
            ErrorKind::NotFound
        );
        assert_eq!(kind("Binder Error: Referenced column \"a\" not found in FROM clause!"), ErrorKind::Query);
        assert_eq!(
            kind("TransactionContext Error: Catalog write-write conflict on create with \"t\""),
            ErrorKind::Conflict
        );
        assert_eq!(kind("INTERRUPT Error: Interrupted!"), ErrorKind::Interrupted);
        assert_eq!(kind("something else"), ErrorKind::Other);
    }

    #[test]
    fn a_lock_names_file_and_holder() {
        let error = classify_message(
            "IO Error: Could not set lock on file \"/data/shop.duckdb\": Conflicting lock is held in /usr/bin/duckdb (PID 42). See also https://duckdb.org/docs/stable/connect/concurrency",
        );
        assert_eq!(error.kind, ErrorKind::Locked);
        assert_eq!(
            error.message,
            "the database file /data/shop.duckdb is in use by another process: /usr/bin/duckdb (PID 42)"
        );
    }
}
