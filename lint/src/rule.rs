//! What a rule is.

use crate::context::Context;
use crate::rules::RULES;
use crate::settings::Level;
use rocky_syntax::{SyntaxKind, SyntaxNode, TokenView, Visited};

/// A rule by its place in [`RULES`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RuleId(pub(crate) u8);

impl RuleId {
    /// All rules.
    pub fn all() -> impl Iterator<Item = RuleId> {
        (0..RULES.len()).filter_map(|index| u8::try_from(index).ok()).map(RuleId)
    }

    /// The rule of this name.
    pub fn named(name: &str) -> Option<RuleId> {
        RuleId::all().find(|id| id.rule().name == name)
    }

    /// The rule that reports under this code.
    pub fn of_code(code: &str) -> Option<RuleId> {
        RuleId::all().find(|id| id.rule().code == code)
    }

    /// What it is.
    pub fn rule(self) -> &'static Rule {
        &RULES[usize::from(self.0)]
    }
}

/// Which languages a rule looks at.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Languages {
    /// SQL models.
    Sql,
    /// Rocky models.
    Rocky,
    /// Both.
    Both,
}

/// What a rule's fix is worth.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FixSafety {
    /// It has none.
    None,
    /// The query means the same afterwards. Where it might not, that one fix says it is unsafe.
    Safe,
    /// The query may mean something else afterwards.
    Unsafe,
}

/// The one thing that can be chosen about a rule.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Parameter {
    /// Its key beside `level`.
    pub key: &'static str,
    /// Its values.
    pub kind: ParameterKind,
    /// What it decides.
    pub meaning: &'static str,
}

/// The values of a parameter.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ParameterKind {
    /// One of these words; the first is the default.
    Word(&'static [&'static str]),
    /// A number.
    Number {
        /// If nothing else is said.
        default: u32,
    },
}

/// A lint rule.
#[derive(Debug)]
pub struct Rule {
    /// Its name in the configuration.
    pub name: &'static str,
    /// Its code.
    pub code: &'static str,
    /// What it looks at.
    pub languages: Languages,
    /// The level when nothing is configured.
    pub default: Level,
    /// The level in the preset `recommended`.
    pub recommended: Level,
    /// What can be chosen.
    pub parameter: Option<Parameter>,
    /// What its fix is worth.
    pub fix: FixSafety,
    /// What it finds, in half a sentence.
    pub summary: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// A text that it finds something in.
    pub bad: &'static str,
    /// The same text, mended.
    pub good: &'static str,
    /// How it looks.
    pub(crate) check: Check,
}

/// How a rule looks at a file.
#[derive(Clone, Copy)]
pub(crate) enum Check {
    /// At nodes of these kinds. Nearly all of them are as they should be: a rule looks at the view, and asks for the
    /// node where it has something to say.
    Nodes(&'static [SyntaxKind], fn(&mut Context<'_>, Visited<'_, '_>)),
    /// At those nodes of these kinds that the first function picks, after the walk, when the names of the file are
    /// known.
    Names(&'static [SyntaxKind], fn(Visited<'_, '_>) -> bool, fn(&mut Context<'_>, &SyntaxNode)),
    /// At tokens of these kinds.
    Tokens(&'static [SyntaxKind], fn(&mut Context<'_>, &TokenView<'_>)),
    /// At all keywords.
    Keywords(fn(&mut Context<'_>, &TokenView<'_>)),
    /// At the text, after the walk.
    Text(fn(&mut Context<'_>)),
    /// Its findings are made elsewhere, while the file is checked; only their level is decided here.
    Elsewhere,
}

impl std::fmt::Debug for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Check::Nodes(..) => "Nodes",
            Check::Names(..) => "Names",
            Check::Tokens(..) => "Tokens",
            Check::Keywords(_) => "Keywords",
            Check::Text(_) => "Text",
            Check::Elsewhere => "Elsewhere",
        })
    }
}
