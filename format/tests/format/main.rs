//! The formatter from outside: what it makes of a text, what it never does to one, edits.

mod cases;
mod edits;
mod laws;
mod refusals;
mod unified;
