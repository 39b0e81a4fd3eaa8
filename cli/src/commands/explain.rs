//! `rocky explain CODE`.

use crate::arguments::ExplainOptions;
use crate::exit::Exit;
use crate::explanations;
use crate::failure::Failure;
use crate::session::Session;

pub(super) fn execute(session: &Session<'_>, options: &ExplainOptions) -> Result<Exit, Failure> {
    let wanted = options.code.to_ascii_uppercase();
    let Some(explanation) = explanations::find(&wanted) else {
        return Err(Failure::new(format!("there is no code '{}'", options.code))
            .with_help("codes look like E003, W101, S001 or V023"));
    };
    session.terminal.out(&format!("{wanted}: {}\n\n{}\n", explanation.title, explanation.advice));
    Ok(Exit::Success)
}
