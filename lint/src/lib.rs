//! Lint rules: style and likely mistakes that the tree of one file shows.
//!
//! [`RULES`] is the one table: configuration, walk, documentation and tests come from it. [`lint`] is a pure
//! function of a tree and settings; [`fix_text`] applies what the findings propose until nothing is left.
//!
//! Must not know: salsa, files, other models, types, catalogs, how findings are shown.

mod context;
mod documentation;
mod finding;
mod fixing;
mod mentions;
mod rule;
mod rules;
mod settings;
mod silent;
mod suppression;
mod tree;
mod walk;

pub use documentation::documentation;
pub use finding::{Finding, Fix};
pub use fixing::{FixRequest, FixedText, ROUNDS, fix_text};
pub use rule::{FixSafety, Languages, Parameter, ParameterKind, Rule, RuleId};
pub use rules::RULES;
pub use settings::{Level, Preset, Settings};
pub use silent::is_silent;
pub use suppression::Suppressions;
pub use walk::{Language, Source, lint};
