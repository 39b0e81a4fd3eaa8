//! One module per kind of rule.

mod dependencies;
mod layout;
mod outside_world;
mod size;
mod text;

pub use dependencies::{direct_edges, external_crates, reachability};
pub use layout::{module_names, must_not_know};
pub use outside_world::{printing, world};
pub use size::{file_size, function_size, large_files};
pub use text::{forbidden_words, ignored_tests, machine_paths};

use crate::{Checkout, Finding};

/// A rule and its name.
pub type Rule = (&'static str, fn(&Checkout) -> Vec<Finding>);

/// Every rule whose findings are errors.
pub const RULES: &[Rule] = &[
    ("direct_edges", direct_edges),
    ("reachability", reachability),
    ("external_crates", external_crates),
    ("must_not_know", must_not_know),
    ("module_names", module_names),
    ("file_size", file_size),
    ("function_size", function_size),
    ("printing", printing),
    ("world", world),
    ("ignored_tests", ignored_tests),
    ("forbidden_words", forbidden_words),
    ("machine_paths", machine_paths),
];
