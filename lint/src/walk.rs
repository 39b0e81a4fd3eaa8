//! The one walk over a file.

use crate::context::Context;
use crate::finding::Finding;
use crate::rule::{Check, Languages, RuleId};
use crate::rules::RULES;
use crate::settings::Settings;
use rocky_syntax::{DialectKind, SyntaxKind, SyntaxNode, TextSize, TokenView, Visitor};
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
/// The rules that look at keywords.
const KEYWORD_RULES: u64 = keyword_rules();

const fn interested() -> [u64; KINDS] {
    let mut table = [0; KINDS];
    let mut index = 0;
    while index < RULES.len() {
        if let Check::Nodes(kinds, _) | Check::Tokens(kinds, _) = RULES[index].check {
            let mut at = 0;
            while at < kinds.len() {
                table[kinds[at] as usize] |= 1 << index;
                at += 1;
            }
        }
        index += 1;
    }
    table
}

const fn keyword_rules() -> u64 {
    let (mut rules, mut index) = (0, 0);
    while index < RULES.len() {
        if let Check::Keywords(_) = RULES[index].check {
            rules |= 1 << index;
        }
        index += 1;
    }
    rules
}

fn rules_for(kind: SyntaxKind) -> u64 {
    let listed = INTERESTED[kind as usize];
    if kind.is_keyword() { listed | KEYWORD_RULES } else { listed }
}

struct Walk<'a> {
    context: Context<'a>,
    on: u64,
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

    fn node(&mut self, node: &SyntaxNode) -> ControlFlow<()> {
        each(rules_for(node.kind()) & self.on, |rule, check| {
            if let Check::Nodes(_, look) = check {
                self.context.rule = rule;
                look(&mut self.context, node);
            }
        });
        ControlFlow::Continue(())
    }

    fn token(&mut self, token: TokenView<'_>) -> ControlFlow<()> {
        each(rules_for(token.kind) & self.on, |rule, check| {
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
    let (mut walks, mut reads) = (false, false);
    each(settings.enabled_bits(), |rule, check| {
        let language = rule.rule().languages;
        let applies = match source.language {
            Language::Sql => language != Languages::Rocky,
            Language::Rocky => language != Languages::Sql,
        };
        if applies {
            on |= 1u64 << rule.0;
            walks |= matches!(check, Check::Nodes(..) | Check::Tokens(..) | Check::Keywords(_));
            reads |= matches!(check, Check::Text(_));
        }
    });
    let mut walk = Walk { context: Context::new(source, settings), on };
    if walks {
        rocky_syntax::walk(source.root, &mut walk);
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
