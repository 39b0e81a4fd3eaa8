//! `rocky lsp`: the language server.

use crate::arguments::LspOptions;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::opening;
use crate::output::VERSION;
use crate::session::Session;
use rocky_lsp_server::{ServerOptions, run_stdio};

pub(super) fn execute(session: &Session<'_>, options: &LspOptions) -> Result<Exit, Failure> {
    if options.verbose || options.log_file.is_some() {
        return Err(Failure::not_available(
            "choosing the server's log",
            "leave --verbose and --log-file away: the server logs to the editor",
        ));
    }
    let config_name = match &session.global.config {
        None => None,
        Some(config) => match config.to_str() {
            Some(name) if !name.contains(['/', '\\']) => Some(name.to_owned()),
            _ => {
                return Err(Failure::usage("for 'rocky lsp', --config is a file name, not a path")
                    .with_help("the server looks for that name above each file the editor opens"));
            }
        },
    };
    let server = ServerOptions { config_name, version: VERSION.to_owned(), build: Some(opening::build()) };
    match run_stdio(server) {
        Ok(0) => Ok(Exit::Success),
        Ok(_) => Ok(Exit::Failure),
        Err(error) => Err(Failure::new("the language server cannot be started")
            .caused_by(format!("{error:#}"))
            .with_help("see whether the machine is out of threads or memory")),
    }
}
