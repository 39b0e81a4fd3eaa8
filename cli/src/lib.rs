//! The command line of Rocky: options, commands, JSON documents, text for people.
//!
//! [`main`] reads the arguments, runs one command and answers with an exit code. Results go to stdout, all else
//! to stderr; in JSON form stdout carries exactly one document, printed before a non-zero exit.
//!
//! Must not know: syntax trees, salsa, how SQL is compiled or executed. It asks `rocky-compiler` and hands plans
//! to `rocky-engine`.

mod arguments;
pub mod code_pages;
mod commands;
mod compile_body;
mod discovery;
mod document;
mod execution;
mod exit;
mod failure;
mod git;
mod interrupt;
mod lineage_picture;
mod local_tests;
mod log;
mod opened_project;
mod opening;
mod outcomes;
pub mod output;
mod pieces;
mod planning;
mod project_diff;
mod project_location;
mod render;
mod replication_planning;
mod reporting;
mod repository;
mod run_progress;
mod scaffold;
mod session;
mod source_texts;
mod state_file;
mod templates;
mod terminal;
mod type_coverage;
mod unopened_warehouse;
mod warehouse;

use arguments::Request;
use exit::Exit;
use failure::Failure;
use session::Session;
use std::process::ExitCode;
use terminal::Terminal;

/// Runs the command that the process's arguments name.
pub fn main() -> ExitCode {
    rocky_compiler::store::quiet_about_damaged_rows();
    let terminal = Terminal::detect();
    let request = match arguments::parse(std::env::args_os()) {
        Ok(request) => request,
        Err(error) => return answer_of_clap(&terminal, &error).into(),
    };
    let exit = match request {
        Request::Unavailable(name) => report(&terminal, &commands::unavailable(&name)),
        Request::Known(arguments) => {
            let session = Session::new(&terminal, arguments.global);
            match commands::execute(&session, &arguments.command) {
                Ok(exit) => exit,
                Err(failure) => report(&terminal, &failure),
            }
        }
    };
    terminal.finish(exit).into()
}

fn report(terminal: &Terminal, failure: &Failure) -> Exit {
    terminal.err(&failure.render());
    failure.exit
}

/// Help and version go to stdout, wrong use to stderr.
fn answer_of_clap(terminal: &Terminal, error: &clap::Error) -> Exit {
    let text = error.render();
    let styled = |colour: bool| if colour { text.ansi().to_string() } else { text.to_string() };
    if error.use_stderr() {
        terminal.err(&styled(terminal.stderr_colour()));
        Exit::Usage
    } else {
        terminal.out(&styled(terminal.stdout_colour()));
        terminal.finish(Exit::Success)
    }
}
