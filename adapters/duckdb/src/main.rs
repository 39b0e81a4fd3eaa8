//! The sibling executable that holds DuckDB. Rocky starts one per database file and speaks the process-adapter
//! protocol with it, so that nothing else ever loads the library and a crash in it ends a run, not an editor.
//!
//! Must not know: plans, the engine, the compiler, the terminal. Standard output carries protocol lines only.

mod catalog;
mod database;
mod failure;
mod render;
mod server;
mod session;

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => {
            server::serve(std::io::stdin().lock());
            ExitCode::SUCCESS
        }
        (Some("--version"), None) => write_line(&format!("rocky-duckdb {}", env!("CARGO_PKG_VERSION"))),
        _ => write_line(
            "rocky-duckdb holds DuckDB for rocky, which starts it and speaks with it over standard input and output.\n\
             It takes no arguments but --version.",
        ),
    }
}

fn write_line(text: &str) -> ExitCode {
    match writeln!(std::io::stdout(), "{text}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
