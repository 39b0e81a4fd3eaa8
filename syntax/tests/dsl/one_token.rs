//! One token of a pipeline deleted, doubled or swapped with the next one: the damage stays in its step.
//!
//! Exactly: the step or binding that holds the damaged token may change, and so may the one in front of it
//! where the token is the first one of its step. All other steps of the pipeline and all other items of the
//! file must be there in the new tree: a node of the same kind at the same place (moved by the damage), with
//! the same text, in a parent of the same kind. Where the token is a bracket, the same is asked of the other
//! items of the file. No damage gives more than three errors. Mutants without an error are pipelines of
//! another meaning and do not count. There are no exceptions.
#![allow(clippy::print_stdout)] // The figures of a run over all mutants.

use rocky_syntax::SyntaxKind::*;
use rocky_syntax::dsl::{parse_dsl, validate_dsl};

use super::damage::{Figures, Language, damage_each_token, looks_at_all};
use super::support::cases;

/// One of how many mutants is looked at where `RUN_SLOW_TESTS` is not set.
const STEP: u64 = 3;

#[test]
fn damage_stays_in_its_step() {
    let step = if looks_at_all() { 1 } else { STEP };
    let parse = |text: &str| {
        let parse = parse_dsl(text);
        (parse.syntax(), parse.errors().len() + validate_dsl(&parse.tree()).len())
    };
    let language = Language { parse: &parse, file: DSL_FILE, blocks: &[PIPELINE] };
    let mut figures = Figures::default();
    for case in cases("dsl-lowering.toml").into_iter().chain(cases("dsl-wrong-sql.toml")) {
        if parse(&case.dsl).1 == 0 {
            damage_each_token(&case.dsl, &language, step, &mut figures);
        }
    }
    let report = figures.report();
    println!("{report}");
    assert!(figures.broken() > 2_000, "{report}");
    assert!(figures.failures.is_empty(), "{report}");
}
