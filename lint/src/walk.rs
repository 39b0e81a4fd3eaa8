//! The one walk over a file.

use crate::context::Context;
use crate::finding::Finding;
use crate::mentions::{NAME_KINDS, Name};
use crate::rule::{Check, Languages, RuleId};
use crate::rules::RULES;
use crate::settings::Settings;
use rocky_syntax::{DialectKind, SyntaxKind, SyntaxNode, TextSize, TokenView, Visited, Visitor};
use std::ops::ControlFlow;

/// The language of a file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Language {
    /// SQL
    Sql,
    /// The Rocky pipeline language.
    Rocky,
}

/// A file to look at. Its text has no syntax errors.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    /// The text that the tree is of.
    pub text: &'a str,
    /// Where the model begins: what is before (a frontmatter block, blanked) is not looked at.
    pub start: TextSize,
    /// The tree.
    pub root: &'a SyntaxNode,
    /// Its language.
    pub language: Language,
    /// Whose SQL it is.
    pub dialect: DialectKind,
}

const KINDS: usize = 1024;

/// For each kind the rules that look at nodes or tokens of it, as bit sets.
static INTERESTED: [u64; KINDS] = interested();
/// The bit of those who want to know the names of the file.
const NAMES: u64 = 1 << 63;

const _: () = assert!(RULES.len() < 63, "each rule has a bit, the names have one");

const fn interested() -> [u64; KINDS] {
    let mut table = [0; KINDS];
    let mut index = 0;
    while index < RULES.len() {
        match RULES[index].check {
            Check::Nodes(kinds, _) | Check::Names(kinds, ..) | Check::Tokens(kinds, _) => {
                let mut at = 0;
                while at < kinds.len() {
                    table[kinds[at] as usize] |= 1 << index;
                    at += 1;
                }
            }
            Check::Keywords(_) => {
                let mut at = 0;
                while at < SyntaxKind::ALL.len() {
                    if SyntaxKind::ALL[at].is_keyword() {
                        table[at] |= 1 << index;
                    }
                    at += 1;
                }
            }
            Check::Text(_) | Check::Elsewhere => {}
        }
        index += 1;
    }
    let mut at = 0;
    while at < NAME_KINDS.len() {
        table[NAME_KINDS[at] as usize] |= NAMES;
        at += 1;
    }
    table
}

fn rules_for(kind: SyntaxKind) -> u64 {
    INTERESTED[kind as usize]
}

struct Walk<'a> {
    context: Context<'a>,
    on: u64,
    /// Where the text ends.
    end: TextSize,
    /// What rules look at after the walk.
    deferred: Vec<(RuleId, SyntaxNode)>,
}

fn each(mut rules: u64, mut look: impl FnMut(RuleId, Check)) {
    while rules != 0 {
        let index = rules.trailing_zeros();
        rules &= rules - 1;
        look(RuleId(index as u8), RULES[index as usize].check);
    }
}

impl Visitor for Walk<'_> {
    fn wants(&self, kind: SyntaxKind) -> bool {
        rules_for(kind) & self.on != 0
    }

    fn node(&mut self, visited: Visited<'_, '_>) -> ControlFlow<()> {
        each(rules_for(visited.view.kind) & self.on, |rule, check| match check {
            Check::Nodes(_, look) => {
                self.context.rule = rule;
                look(&mut self.context, visited);
            }
            Check::Names(_, picks, _) if picks(visited) => {
                self.deferred.extend(visited.node().map(|node| (rule, node)));
            }
            _ => {}
        });
        ControlFlow::Continue(())
    }

    fn token(&mut self, token: TokenView<'_>) -> ControlFlow<()> {
        let rules = rules_for(token.kind) & self.on;
        if rules & NAMES != 0 {
            let TokenView { kind, range, parent, .. } = token;
            self.context.names.push(Name { kind, range, parent });
        }
        // One space between two words is as it should be, and nearly half of all tokens.
        if token.text == " " && token.range.end() != self.end {
            return ControlFlow::Continue(());
        }
        each(rules & !NAMES, |rule, check| {
            if let Check::Tokens(_, look) | Check::Keywords(look) = check {
                self.context.rule = rule;
                look(&mut self.context, &token);
            }
        });
        ControlFlow::Continue(())
    }
}

/// What the rules that are on have to say about a file, in text order.
pub fn lint(source: &Source<'_>, settings: &Settings) -> Vec<Finding> {
    let mut on = 0;
    let (mut walks, mut names, mut reads) = (false, false, false);
    each(settings.enabled_bits(), |rule, check| {
        let language = rule.rule().languages;
        let applies = match source.language {
            Language::Sql => language != Languages::Rocky,
            Language::Rocky => language != Languages::Sql,
        };
        if applies {
            on |= 1u64 << rule.0;
            walks |=
                matches!(check, Check::Nodes(..) | Check::Names(..) | Check::Tokens(..) | Check::Keywords(_));
            names |= matches!(check, Check::Names(..));
            reads |= matches!(check, Check::Text(_));
        }
    });
    let mut context = Context::new(source, settings);
    if names {
        context.names.reserve(source.text.len() / 8);
    }
    let end = TextSize::of(source.text);
    let mut walk = Walk { context, on: on | if names { NAMES } else { 0 }, end, deferred: Vec::new() };
    if walks {
        rocky_syntax::walk(source.root, &mut walk);
    }
    for (rule, node) in std::mem::take(&mut walk.deferred) {
        if let Check::Names(_, _, look) = rule.rule().check {
            walk.context.rule = rule;
            look(&mut walk.context, &node);
        }
    }
    if reads {
        each(on, |rule, check| {
            if let Check::Text(look) = check {
                walk.context.rule = rule;
                look(&mut walk.context);
            }
        });
    }
    let mut findings = walk.context.findings;
    findings.sort_by_key(|finding| (finding.range.start(), finding.range.end(), finding.rule));
    findings
}
