//! Which rules are on, how bad their findings are, and what was chosen about them.

use crate::rule::{ParameterKind, RuleId};
use crate::rules::RULES;

/// How bad the findings of a rule are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// They are not looked for.
    Off,
    /// Worth knowing.
    Info,
    /// Probably not what was meant.
    Warning,
    /// The commands fail.
    Error,
}

impl Level {
    /// The levels by the words for them.
    pub const WORDS: &'static [(&'static str, Level)] =
        &[("off", Level::Off), ("info", Level::Info), ("warning", Level::Warning), ("error", Level::Error)];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        Level::WORDS.iter().find(|(_, level)| *level == self).map_or("off", |(word, _)| word)
    }
}

/// Where settings start from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Preset {
    /// What the specification demands and nothing else.
    None,
    /// Likely mistakes, and style that nobody argues about.
    Recommended,
    /// Every rule, as a warning at least.
    All,
}

impl Preset {
    /// The presets by name.
    pub const WORDS: &'static [(&'static str, Preset)] =
        &[("none", Preset::None), ("recommended", Preset::Recommended), ("all", Preset::All)];

    fn level(self, rule: RuleId) -> Level {
        let rule = rule.rule();
        match self {
            Preset::None => rule.default,
            Preset::Recommended => rule.recommended,
            Preset::All => rule.recommended.max(rule.default).max(Level::Warning),
        }
    }
}

/// The levels and choices of all rules.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Settings {
    levels: Box<[Level]>,
    values: Box<[u32]>,
    /// The rules that are on, as a bit set.
    enabled: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings::preset(Preset::None)
    }
}

impl Settings {
    /// The settings of a preset.
    pub fn preset(preset: Preset) -> Settings {
        let levels: Box<[Level]> = RuleId::all().map(|rule| preset.level(rule)).collect();
        let values = RULES
            .iter()
            .map(|rule| match rule.parameter.map(|parameter| parameter.kind) {
                Some(ParameterKind::Number { default }) => default,
                Some(ParameterKind::Word(_)) | None => 0,
            })
            .collect();
        let mut settings = Settings { levels, values, enabled: 0 };
        settings.count();
        settings
    }

    /// Settings with one rule on and all others off.
    pub fn only(rule: RuleId) -> Settings {
        let mut settings = Settings::default();
        for other in RuleId::all() {
            settings.set_level(other, if other == rule { Level::Warning } else { Level::Off });
        }
        settings
    }

    fn count(&mut self) {
        self.enabled = RuleId::all()
            .filter(|rule| self.level(*rule) != Level::Off)
            .fold(0, |enabled, rule| enabled | 1 << rule.0);
    }

    /// How bad the findings of a rule are.
    pub fn level(&self, rule: RuleId) -> Level {
        self.levels[usize::from(rule.0)]
    }

    /// Decides how bad the findings of a rule are.
    pub fn set_level(&mut self, rule: RuleId, level: Level) {
        self.levels[usize::from(rule.0)] = level;
        self.count();
    }

    /// The number that was chosen, or the place of the chosen word among the words.
    pub fn value(&self, rule: RuleId) -> u32 {
        self.values[usize::from(rule.0)]
    }

    /// Chooses a number, or a word by its place.
    pub fn set_value(&mut self, rule: RuleId, value: u32) {
        self.values[usize::from(rule.0)] = value;
    }

    /// The rules that are on, with what was chosen about them: all that decides which findings there are.
    pub fn enabled(&self) -> impl Iterator<Item = (RuleId, u32)> + '_ {
        RuleId::all().filter(|rule| self.level(*rule) != Level::Off).map(|rule| (rule, self.value(rule)))
    }

    /// The rules that are on, as a bit set.
    pub(crate) fn enabled_bits(&self) -> u64 {
        self.enabled
    }
}
