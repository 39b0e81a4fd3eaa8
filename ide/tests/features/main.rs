//! What an editor asks, on projects in memory.

mod actions;
mod completion;
mod definition;
mod highlights;
mod hover;
mod support;
mod symbols;
mod syntax;
