//! Applies fixes until nothing is left to fix.

use crate::finding::Fix;
use crate::rule::RuleId;
use crate::settings::{Level, Settings};
use crate::suppression::Suppressions;
use crate::walk::{Language, Source, lint};
use rocky_syntax::dsl::{lint_dsl, parse_dsl, validate_dsl};
use rocky_syntax::{
    DialectKind, SyntaxError, SyntaxNode, TextEdit, TextSize, apply_edits, parse_sql, validate_sql,
};
use std::collections::BTreeMap;

/// How often fixes are applied at most: a fix may make place for the next.
pub const ROUNDS: usize = 10;

/// What is to be fixed.
#[derive(Clone, Copy, Debug)]
pub struct FixRequest<'a> {
    /// The language of the text.
    pub language: Language,
    /// Whose SQL it is.
    pub dialect: DialectKind,
    /// Where the model begins.
    pub start: TextSize,
    /// Which rules are on.
    pub settings: &'a Settings,
    /// Only findings of these codes; `None` is all.
    pub codes: Option<&'a [&'a str]>,
    /// Whether fixes that may change the meaning count.
    pub with_unsafe: bool,
}

/// A text after its fixes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FixedText {
    /// The text.
    pub text: String,
    /// How many findings of each code were fixed.
    pub fixed: BTreeMap<&'static str, usize>,
    /// Rounds that changed something.
    pub rounds: usize,
    /// Whether it ended because a round would have broken the text, or because there were too many.
    pub gave_up: bool,
}

struct Proposal {
    code: &'static str,
    start: TextSize,
    fix: Fix,
}

/// The text with all fixes applied that the request asks for. `blank` gives the text to parse: the same
/// length, with whatever is no part of the model blanked.
pub fn fix_text(text: &str, request: &FixRequest<'_>, blank: &dyn Fn(&str) -> String) -> FixedText {
    let mut outcome = FixedText { text: text.to_owned(), ..FixedText::default() };
    let (mut proposals, mut errors) = proposals(&blank(text), request);
    for _ in 0..ROUNDS {
        let chosen = compatible(choose(proposals, &outcome.text, request));
        if chosen.is_empty() {
            return outcome;
        }
        let edits: Vec<TextEdit> = chosen.iter().flat_map(|proposal| proposal.fix.edits.clone()).collect();
        let Ok(next) = apply_edits(&outcome.text, &edits) else { break };
        let (next_proposals, next_errors) = self::proposals(&blank(&next), request);
        if next_errors > errors || next == outcome.text {
            break;
        }
        for proposal in &chosen {
            *outcome.fixed.entry(proposal.code).or_default() += 1;
        }
        outcome.text = next;
        outcome.rounds += 1;
        (proposals, errors) = (next_proposals, next_errors);
    }
    outcome.gave_up = true;
    outcome
}

/// What could be fixed in a text, and how many syntax errors it has.
fn proposals(text: &str, request: &FixRequest<'_>) -> (Vec<Proposal>, usize) {
    let mut found = Vec::new();
    let (root, errors): (SyntaxNode, Vec<SyntaxError>) = match request.language {
        Language::Sql => {
            let parse = parse_sql(text, request.dialect);
            let mut errors = parse.errors().to_vec();
            errors.extend(validate_sql(&parse.tree(), request.dialect));
            (parse.syntax(), errors)
        }
        Language::Rocky => {
            let parse = parse_dsl(text);
            let mut errors = parse.errors().to_vec();
            errors.extend(validate_dsl(&parse.tree()));
            if errors.is_empty() {
                for finding in lint_dsl(&parse.tree()) {
                    let is_on = RuleId::of_code(finding.code)
                        .is_none_or(|rule| request.settings.level(rule) != Level::Off);
                    let fix = finding.correction.filter(|_| is_on);
                    let proposal =
                        fix.map(|fix| Proposal { code: finding.code, start: finding.range.start(), fix });
                    found.extend(proposal);
                }
            }
            (parse.syntax(), errors)
        }
    };
    // A foreign construct is a warning, no error.
    let count = errors.iter().filter(|error| error.code != "S007").count();
    if count == 0 {
        let (language, dialect) = (request.language, request.dialect);
        let source = Source { text, start: request.start, root: &root, language, dialect };
        let linted = lint(&source, request.settings).into_iter();
        found.extend(linted.filter_map(|finding| {
            Some(Proposal { code: finding.code, start: finding.range.start(), fix: finding.fix? })
        }));
    }
    found.extend(errors.into_iter().filter_map(|error| {
        Some(Proposal { code: error.code, start: error.range.start(), fix: error.correction? })
    }));
    (found, count)
}

fn choose(proposals: Vec<Proposal>, text: &str, request: &FixRequest<'_>) -> Vec<Proposal> {
    let suppressions = Suppressions::of(text);
    let is_wanted = |proposal: &Proposal| {
        (proposal.fix.is_safe || request.with_unsafe)
            && request.codes.is_none_or(|codes| codes.contains(&proposal.code))
            && !(can_be_suppressed(proposal.code, request)
                && suppressions.cover(proposal.start, proposal.code))
            && !proposal.fix.edits.is_empty()
    };
    proposals.into_iter().filter(is_wanted).collect()
}

/// Errors cannot be suppressed, so neither can their fixes.
fn can_be_suppressed(code: &str, request: &FixRequest<'_>) -> bool {
    RuleId::of_code(code).is_some_and(|rule| request.settings.level(rule) != Level::Error)
}

/// Those that do not touch each other, the earlier ones first.
fn compatible(mut proposals: Vec<Proposal>) -> Vec<Proposal> {
    let bounds = |proposal: &Proposal| {
        let edits = &proposal.fix.edits;
        let start = edits.iter().map(|edit| edit.range.start()).min().unwrap_or_default();
        let end = edits.iter().map(|edit| edit.range.end()).max().unwrap_or_default();
        (start, end)
    };
    proposals.sort_by_key(|proposal| (bounds(proposal), proposal.code));
    let mut taken: Vec<Proposal> = Vec::new();
    let mut reached = None;
    for proposal in proposals {
        let (start, end) = bounds(&proposal);
        if reached.is_none_or(|reached| start > reached) {
            reached = Some(end);
            taken.push(proposal);
        }
    }
    taken
}
