//! What an editor asks of one document's syntax, without a project.

mod folding;
mod highlights;
mod laws;
mod matching;
mod on_enter;
mod selection;
mod support;
mod tokens;
