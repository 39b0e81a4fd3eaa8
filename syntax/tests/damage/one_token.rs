//! The loop that both tests of one damaged token share: it damages each token of a text in each way and asks
//! what of the tree is left.

use std::collections::HashSet;
use std::fmt::Write as _;

use rocky_syntax::SyntaxKind::{self, *};
use rocky_syntax::{SyntaxNode, SyntaxToken, TextRange, TextSize};

/// What happens to a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Damage {
    Delete,
    Double,
    Swap,
}

/// How a text is read, and what its parts are.
pub(crate) struct Language<'a> {
    /// The tree, and how many errors it has.
    pub(crate) parse: &'a dyn Fn(&str) -> (SyntaxNode, usize),
    /// The root, whose children are the statements or items.
    pub(crate) file: SyntaxKind,
    /// Nodes whose children are clauses or steps.
    pub(crate) blocks: &'a [SyntaxKind],
}

/// A part of the text that a damage elsewhere must leave alone; `range` is its place in the damaged text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Clause {
    kind: SyntaxKind,
    parent: SyntaxKind,
    range: TextRange,
}

/// What the mutants of one run did.
#[derive(Default)]
pub(crate) struct Figures {
    pub(crate) mutants: usize,
    /// Without an error: a text of another meaning.
    pub(crate) valid: usize,
    /// At worst so many errors.
    pub(crate) worst: usize,
    /// What went wrong, with the mutant.
    pub(crate) failures: Vec<(String, String)>,
}

impl Figures {
    /// Mutants with an error.
    pub(crate) fn broken(&self) -> usize {
        self.mutants - self.valid
    }

    /// One line of figures, and one or two for each failure.
    pub(crate) fn report(&self) -> String {
        let mut out = format!(
            "{} mutants, {} valid; of the {} others {} fail; at worst {} errors\n",
            self.mutants,
            self.valid,
            self.broken(),
            self.failures.len(),
            self.worst
        );
        for (failure, mutant) in &self.failures {
            let mutant = mutant.split_whitespace().collect::<Vec<_>>().join(" ");
            let _ = writeln!(out, "{failure}\n    {mutant}");
        }
        out
    }
}

/// Whether the run looks at all mutants; a sample otherwise.
pub(crate) fn looks_at_all() -> bool {
    std::env::var_os("RUN_SLOW_TESTS").is_some()
}

/// Damages each token of the text in each way; `step`: one of so many mutants is looked at.
pub(crate) fn damage_each_token(text: &str, language: &Language<'_>, step: u64, figures: &mut Figures) {
    let (root, _) = (language.parse)(text);
    let all: Vec<SyntaxToken> = root
        .descendants_with_tokens()
        .filter_map(|element| element.into_token())
        .filter(|token| !token.kind().is_trivia())
        .collect();
    let whole = number(0xcbf2_9ce4_8422_2325, text.bytes());
    for index in 0..all.len() {
        for damage in [Damage::Delete, Damage::Double, Damage::Swap] {
            let own = number(whole, index.to_le_bytes().into_iter().chain([damage as u8]));
            if (own >> 20).is_multiple_of(step) {
                check(text, language, &all, index, damage, figures);
            }
        }
    }
}

/// A number of the bytes that depends on nothing else, so that new statements change no old sample.
fn number(start: u64, bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes.into_iter().fold(start, |number, byte| (number ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn is_bracket(kind: SyntaxKind) -> bool {
    matches!(kind, L_PAREN | R_PAREN | L_BRACKET | R_BRACKET | L_BRACE | R_BRACE)
}

/// The clauses that the damage of the token must leave alone, at their places in the undamaged text.
fn bystanders(token: &SyntaxToken, language: &Language<'_>) -> Vec<Clause> {
    let only_items = is_bracket(token.kind());
    let mut found = Vec::new();
    let Some(mut inner) = token.parent() else { return found };
    while let Some(block) = inner.parent() {
        let kind = block.kind();
        if kind == language.file || (language.blocks.contains(&kind) && !only_items) {
            let starts = inner.first_token().as_ref() == Some(token);
            let before = inner.prev_sibling();
            for clause in block.children().filter(|clause| *clause != inner) {
                if !(starts && before.as_ref() == Some(&clause)) {
                    found.push(Clause { kind: clause.kind(), parent: kind, range: clause.text_range() });
                }
            }
        }
        inner = block;
    }
    found
}

/// The damaged text, and where its damage is: the range in the old text and the new length.
fn damaged(
    text: &str,
    first: &SyntaxToken,
    next: Option<&SyntaxToken>,
    damage: Damage,
) -> Option<(String, TextRange, usize)> {
    let at = first.text_range();
    let (range, new) = match damage {
        Damage::Delete => (at, " ".to_owned()),
        Damage::Double => (at, format!("{0} {0}", first.text())),
        Damage::Swap => {
            let next = next.filter(|next| next.text() != first.text())?;
            let between = &text[usize::from(at.end())..usize::from(next.text_range().start())];
            // A comment to the end of the line keeps its line.
            (at.cover(next.text_range()), format!(" {} {between} {} ", next.text(), first.text()))
        }
    };
    let mut out = text.to_owned();
    out.replace_range(usize::from(range.start())..usize::from(range.end()), &new);
    Some((out, range, new.len()))
}

fn check(
    text: &str,
    language: &Language<'_>,
    all: &[SyntaxToken],
    index: usize,
    damage: Damage,
    figures: &mut Figures,
) {
    let first = &all[index];
    let next = all.get(index + 1);
    let Some((mutant, range, new_length)) = damaged(text, first, next, damage) else { return };
    let (root, errors) = (language.parse)(&mutant);
    figures.mutants += 1;
    if errors == 0 {
        figures.valid += 1;
        return;
    }
    figures.worst = figures.worst.max(errors);
    let mut wanted = bystanders(first, language);
    if let (Damage::Swap, Some(next)) = (damage, next) {
        let other: HashSet<_> = bystanders(next, language).into_iter().collect();
        wanted.retain(|clause| other.contains(clause));
    }
    let present: HashSet<Clause> = root
        .descendants()
        .filter_map(|node| {
            Some(Clause { kind: node.kind(), parent: node.parent()?.kind(), range: node.text_range() })
        })
        .collect();
    let shift =
        |at: TextSize| TextSize::try_from(usize::from(at) + new_length - usize::from(range.len())).unwrap();
    let moved = |clause: &Clause| {
        if clause.range.start() < range.end() {
            return *clause;
        }
        let range = TextRange::new(shift(clause.range.start()), shift(clause.range.end()));
        Clause { range, ..*clause }
    };
    let lost = wanted.iter().find(|clause| !present.contains(&moved(clause)));
    let place = first.parent().map(|parent| parent.kind());
    let failure = match lost {
        Some(clause) => format!("loses {:?}", clause.kind),
        None if errors > 3 => format!("{errors} errors"),
        None => return,
    };
    figures.failures.push((format!("{failure}: {damage:?} {:?} in {place:?}", first.kind()), mutant));
}
