//! What a rule is given.

use crate::finding::Finding;
use crate::mentions::Name;
use crate::rule::RuleId;
use crate::settings::Settings;
use crate::walk::Source;
use rocky_syntax::{Dialect, DialectKind, NodeOrToken, SyntaxKind, SyntaxToken, TextRange};
use std::cell::OnceCell;

/// A way to write words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LetterCase {
    Upper,
    Lower,
}

impl LetterCase {
    /// The case of a word; `None` when it has no letters or is mixed.
    pub(crate) fn of(word: &str) -> Option<LetterCase> {
        let upper = word.bytes().any(|byte| byte.is_ascii_uppercase());
        let lower = word.bytes().any(|byte| byte.is_ascii_lowercase());
        match (upper, lower) {
            (true, false) => Some(LetterCase::Upper),
            (false, true) => Some(LetterCase::Lower),
            _ => None,
        }
    }

    /// Whether the word has no letter of the other case.
    pub(crate) fn is_of(self, word: &str) -> bool {
        !word.bytes().any(|byte| match self {
            LetterCase::Upper => byte.is_ascii_lowercase(),
            LetterCase::Lower => byte.is_ascii_uppercase(),
        })
    }

    /// The word in this case.
    pub(crate) fn apply(self, word: &str) -> String {
        match self {
            LetterCase::Upper => word.to_ascii_uppercase(),
            LetterCase::Lower => word.to_ascii_lowercase(),
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            LetterCase::Upper => "upper case",
            LetterCase::Lower => "lower case",
        }
    }
}

/// The file, the settings and the findings so far.
pub(crate) struct Context<'a> {
    pub(crate) source: &'a Source<'a>,
    pub(crate) settings: &'a Settings,
    /// The rule that is looking.
    pub(crate) rule: RuleId,
    pub(crate) findings: Vec<Finding>,
    /// The names of the file in text order; known after the walk, to those who asked for them.
    pub(crate) names: Vec<Name>,
    /// What a rule saw first, for those that ask for consistency.
    first_cases: Vec<(RuleId, LetterCase)>,
    keyword_case: OnceCell<LetterCase>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(source: &'a Source<'a>, settings: &'a Settings) -> Context<'a> {
        Context {
            source,
            settings,
            rule: RuleId(0),
            findings: Vec::new(),
            names: Vec::new(),
            first_cases: Vec::new(),
            keyword_case: OnceCell::new(),
        }
    }

    /// What was chosen about the rule.
    pub(crate) fn value(&self) -> u32 {
        self.settings.value(self.rule)
    }

    pub(crate) fn dialect(&self) -> DialectKind {
        self.source.dialect
    }

    pub(crate) fn dialect_data(&self) -> &'static Dialect {
        Dialect::of(self.source.dialect)
    }

    /// The text of a range.
    pub(crate) fn text(&self, range: TextRange) -> &'a str {
        self.source.text.get(std::ops::Range::<usize>::from(range)).unwrap_or_default()
    }

    /// Reports a place.
    pub(crate) fn report(&mut self, range: TextRange, message: impl Into<String>) -> &mut Finding {
        self.findings.push(Finding {
            rule: self.rule,
            code: self.rule.rule().code,
            range,
            message: message.into(),
            help: None,
            fix: None,
        });
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }

    /// The case that a word should have. The chosen values are `consistent`, `upper`, `lower`; the first
    /// word of one case decides what is consistent.
    pub(crate) fn wanted_case(&mut self, word: &str) -> Option<LetterCase> {
        match self.value() {
            1 => Some(LetterCase::Upper),
            2 => Some(LetterCase::Lower),
            _ => {
                let known = self.first_cases.iter().find(|(rule, _)| *rule == self.rule);
                if let Some((_, case)) = known {
                    return Some(*case);
                }
                // One letter says nothing about its author's habits.
                let case = LetterCase::of(word).filter(|_| word.len() > 1)?;
                self.first_cases.push((self.rule, case));
                Some(case)
            }
        }
    }

    /// A keyword as this file writes them.
    pub(crate) fn keyword(&self, word: &str) -> String {
        let case = self.keyword_case.get_or_init(|| {
            let tokens = self.source.root.descendants_with_tokens().filter_map(NodeOrToken::into_token);
            tokens
                .filter(|token| token.kind().is_keyword())
                .find_map(|token| LetterCase::of(token.text()))
                .unwrap_or(LetterCase::Lower)
        });
        case.apply(word)
    }

    /// The token at an offset.
    pub(crate) fn token_at(&self, range: TextRange) -> Option<SyntaxToken> {
        match self.source.root.covering_element(range) {
            NodeOrToken::Token(token) => Some(token),
            NodeOrToken::Node(_) => None,
        }
    }

    /// Whether an unquoted word could be anything but a plain name somewhere.
    pub(crate) fn is_keyword(word: &str) -> bool {
        rocky_syntax::keyword_kind(word).is_some()
    }
}

/// Comments and Jinja statements: what no fix may touch.
pub(crate) fn is_comment(kind: SyntaxKind) -> bool {
    kind.is_trivia() && kind != SyntaxKind::WHITESPACE
}
