//! `rocky explain CODE`.

use crate::arguments::ExplainOptions;
use crate::code_pages;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use rocky_compiler::base_db::closest;

pub(super) fn execute(session: &Session<'_>, options: &ExplainOptions) -> Result<Exit, Failure> {
    let wanted = options.code.to_ascii_uppercase();
    let Some(explanation) = code_pages::find(&wanted) else {
        let failure = Failure::new(format!("there is no code '{}'", options.code));
        let known = code_pages::known_codes();
        return Err(match closest(&wanted, known.iter().map(String::as_str)) {
            Some(near) => failure.with_help(format!("did you mean '{near}'?")),
            None => failure.with_help("codes look like E003, W101, S001 or V023"),
        });
    };
    let mut text = format!("{wanted}: {}\n\n{}\n", explanation.title, explanation.advice);
    if !explanation.examples.is_empty() {
        text.push('\n');
        text.push_str(&explanation.examples);
    }
    session.terminal.out(&text);
    Ok(Exit::Success)
}
