//! One token of a pipeline deleted, doubled or swapped with the next one: the damage stays in its step.
//!
//! Exactly: the step or binding that holds the damaged token may change, and so may the one in front of it
//! where the token is the first one of its step. All other steps of the pipeline and all other items of the
//! file must be there in the new tree: a node of the same kind at the same place (moved by the damage), with
//! the same text. Where the token is a bracket, the same is asked of the other items of the file. No damage
//! gives more than three errors. Mutants without an error are pipelines of another meaning and do not count.
#![allow(clippy::print_stdout)] // The figures of a run over all mutants.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use expect_test::expect_file;
use rocky_syntax::SyntaxKind::{self, *};
use rocky_syntax::dsl::{parse_dsl, validate_dsl};
use rocky_syntax::{SyntaxNode, SyntaxToken, TextRange, TextSize};

use super::support::cases;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Damage {
    Delete,
    Double,
    Swap,
}

#[derive(Default)]
struct Figures {
    mutants: usize,
    valid: usize,
    failures: BTreeMap<String, (usize, String)>,
    worst: usize,
}

fn is_bracket(kind: SyntaxKind) -> bool {
    matches!(kind, L_PAREN | R_PAREN | L_BRACKET | R_BRACKET | L_BRACE | R_BRACE)
}

/// Steps and items that the damage of the token must leave alone.
fn bystanders(token: &SyntaxToken) -> Vec<(SyntaxKind, TextRange)> {
    let only_items = is_bracket(token.kind());
    let mut found = Vec::new();
    let Some(mut inner) = token.parent() else { return found };
    while let Some(block) = inner.parent() {
        let wanted = block.kind() == DSL_FILE || (block.kind() == PIPELINE && !only_items);
        if wanted {
            let starts = inner.first_token().as_ref() == Some(token);
            let before = inner.prev_sibling();
            for step in block.children().filter(|step| *step != inner) {
                if !(starts && before.as_ref() == Some(&step)) {
                    found.push((step.kind(), step.text_range()));
                }
            }
        }
        inner = block;
    }
    found
}

fn tokens(root: &SyntaxNode) -> Vec<SyntaxToken> {
    root.descendants_with_tokens()
        .filter_map(|element| element.into_token())
        .filter(|token| !token.kind().is_trivia())
        .collect()
}

fn check(text: &str, all: &[SyntaxToken], index: usize, damage: Damage, figures: &mut Figures) {
    let first = &all[index];
    let next = all.get(index + 1);
    let at = first.text_range();
    let (range, new) = match (damage, next) {
        (Damage::Delete, _) => (at, " ".to_owned()),
        (Damage::Double, _) => (at, format!("{0} {0}", first.text())),
        (Damage::Swap, Some(next)) if next.text() != first.text() => {
            let between = &text[usize::from(at.end())..usize::from(next.text_range().start())];
            (at.cover(next.text_range()), format!(" {} {between} {} ", next.text(), first.text()))
        }
        _ => return,
    };
    let mut mutant = text.to_owned();
    mutant.replace_range(usize::from(range.start())..usize::from(range.end()), &new);
    let parse = parse_dsl(&mutant);
    figures.mutants += 1;
    let errors = parse.errors().len() + validate_dsl(&parse.tree()).len();
    if errors == 0 {
        figures.valid += 1;
        return;
    }
    figures.worst = figures.worst.max(errors);
    let mut wanted = bystanders(first);
    if let (Damage::Swap, Some(next)) = (damage, next) {
        let other: HashSet<_> = bystanders(next).into_iter().collect();
        wanted.retain(|step| other.contains(step));
    }
    let present: HashSet<(SyntaxKind, TextRange)> =
        parse.syntax().descendants().map(|node| (node.kind(), node.text_range())).collect();
    let moved = |old: TextRange| {
        if old.start() < range.end() {
            return old;
        }
        let shift = |at: TextSize| {
            TextSize::try_from(usize::from(at) + new.len() - usize::from(range.len())).unwrap()
        };
        TextRange::new(shift(old.start()), shift(old.end()))
    };
    let lost = wanted.iter().find(|(kind, old)| !present.contains(&(*kind, moved(*old))));
    let place = first.parent().map(|parent| parent.kind());
    let failure = match lost {
        Some((kind, _)) => format!("loses {kind:?}: {damage:?} {:?} in {place:?}", first.kind()),
        None if errors > 3 => format!("{errors} errors: {damage:?} {:?} in {place:?}", first.kind()),
        None => return,
    };
    figures.failures.entry(failure).or_insert((0, mutant)).0 += 1;
}

/// A number of the bytes that depends on nothing else, so that new statements change no old sample.
fn number(start: u64, bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes.into_iter().fold(start, |number, byte| (number ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Every how many mutants one is looked at.
const STEP: u64 = 3;

/// The exceptions stand in `one_token.txt`, all of them, with their counts. They are of these kinds:
/// - `from cross join days`: in the original `cross` is a name there, and files that it reads stay valid;
/// - `sort p. take 3`: every word is a name after a dot;
/// - the word or the `from` of a `let` is lost, so that the file has one pipeline more or less;
/// - a `match` without its subject, whose patterns are then conditions, one error for each;
/// - a long block of entries loses a bracket that a later one replaces.
#[test]
fn damage_stays_in_its_step() {
    // `ROCKY_EVERY_MUTANT=1` looks at all mutants.
    let step: u64 = std::env::var("ROCKY_EVERY_MUTANT").map_or(STEP, |value| value.parse().unwrap());
    let mut figures = Figures::default();
    for case in cases("dsl-lowering.toml").into_iter().chain(cases("dsl-wrong-sql.toml")) {
        let parse = parse_dsl(&case.dsl);
        if !parse.errors().is_empty() || !validate_dsl(&parse.tree()).is_empty() {
            continue;
        }
        let all = tokens(&parse.syntax());
        let whole = number(0xcbf2_9ce4_8422_2325, case.dsl.bytes());
        for index in 0..all.len() {
            for damage in [Damage::Delete, Damage::Double, Damage::Swap] {
                let own = number(whole, index.to_le_bytes().into_iter().chain([damage as u8]));
                if (own >> 20).is_multiple_of(step) {
                    check(&case.dsl, &all, index, damage, &mut figures);
                }
            }
        }
    }
    let broken = figures.mutants - figures.valid;
    let failed: usize = figures.failures.values().map(|(count, _)| count).sum();
    println!(
        "{} mutants, {} valid; of {broken}: {failed} fail; at worst {} errors",
        figures.mutants, figures.valid, figures.worst
    );
    let mut list = String::new();
    for (failure, (count, sample)) in &figures.failures {
        let sample = sample.split_whitespace().collect::<Vec<_>>().join(" ");
        let _ = writeln!(list, "{count} x {failure}\n    {sample}");
    }
    assert!(broken > 2_000, "{broken}");
    assert!(failed * 1_000 <= broken * 5, "{failed} of {broken}");
    if step == STEP {
        expect_file!["one_token.txt"].assert_eq(&list);
    } else {
        println!("{list}");
    }
}
