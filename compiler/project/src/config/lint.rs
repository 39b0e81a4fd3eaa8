//! `[lint]`: which lint rules are on for which models.

use crate::decode::{Decoder, Table};
use crate::glob::ModelsGlob;
use rocky_base_db::{FilePath, Severity};
use rocky_lint::{Level, ParameterKind, Preset, RULES, RuleId, Settings};
use std::borrow::Cow;
use toml::de::DeValue;

/// What `[lint]` says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LintConfig {
    /// For all models.
    base: Settings,
    /// For some of them; later ones win.
    overrides: Vec<Override>,
}

/// An entry of `[[lint.overrides]]`.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Override {
    models: Vec<ModelsGlob>,
    changes: Vec<RuleChange>,
}

/// What is said about one rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct RuleChange {
    rule: RuleId,
    level: Option<Level>,
    value: Option<u32>,
}

impl LintConfig {
    /// The settings for a model file.
    pub fn settings(&self, path: &FilePath) -> Cow<'_, Settings> {
        let mut settings = Cow::Borrowed(&self.base);
        for entry in self.overrides.iter().filter(|entry| entry.models.iter().any(|glob| glob.matches(path)))
        {
            apply(&entry.changes, settings.to_mut());
        }
        settings
    }
}

fn apply(changes: &[RuleChange], settings: &mut Settings) {
    for change in changes {
        if let Some(level) = change.level {
            settings.set_level(change.rule, level);
        }
        if let Some(value) = change.value {
            settings.set_value(change.rule, value);
        }
    }
}

/// Reads `[lint]`.
pub(crate) fn decode_lint(decoder: &mut Decoder<'_>, table: &Table<'_>) -> LintConfig {
    decoder.check_keys(table, &["preset", "rules", "overrides"]);
    let preset = decoder.choice(table, "preset", Preset::WORDS).unwrap_or(Preset::None);
    let mut base = Settings::preset(preset);
    if let Some(rules) = decoder.table(table, "rules") {
        apply(&decode_rules(decoder, &rules), &mut base);
    }
    let overrides = decoder.tables(table, "overrides");
    let overrides = overrides.iter().map(|entry| decode_override(decoder, entry)).collect();
    LintConfig { base, overrides }
}

fn decode_override(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Override {
    decoder.check_keys(table, &["models", "rules"]);
    let globs = decoder.required_texts(table, "models").unwrap_or_default();
    let changes = match decoder.table(table, "rules") {
        Some(rules) => decode_rules(decoder, &rules),
        None => {
            if !table.has("rules") {
                decoder.missing(table, "rules");
            }
            Vec::new()
        }
    };
    Override { models: globs.iter().map(|glob| ModelsGlob::new(glob)).collect(), changes }
}

fn decode_rules(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Vec<RuleChange> {
    let names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    let mut changes = Vec::new();
    for (key, value) in table.in_order() {
        let name: &str = key.get_ref();
        let Some(rule) = RuleId::named(name) else {
            decoder.unknown_key(table, key, &names, Severity::Error);
            continue;
        };
        let mut change = RuleChange { rule, level: None, value: None };
        if matches!(value.get_ref(), DeValue::String(_)) {
            change.level = decoder.choice(table, name, Level::WORDS);
        } else if !matches!(value.get_ref(), DeValue::Table(_)) {
            let field = table.field(name);
            let message = format!("'{field}' must be a level or a table with one");
            let advice = format!("write `{name} = \"warning\"` or `{name} = {{ level = \"warning\" }}`");
            decoder.wrong(&field, value.span(), message, Some(advice));
        } else if let Some(entry) = decoder.as_table(table.field(name), value) {
            let parameter = rule.rule().parameter;
            let keys: Vec<&str> = std::iter::once("level").chain(parameter.map(|known| known.key)).collect();
            decoder.check_keys(&entry, &keys);
            change.level = decoder.choice(&entry, "level", Level::WORDS);
            change.value = parameter.and_then(|parameter| match parameter.kind {
                ParameterKind::Number { .. } => decoder.integer(&entry, parameter.key),
                ParameterKind::Word(words) => {
                    let choices: Vec<(&str, u32)> = words.iter().copied().zip(0..).collect();
                    decoder.choice(&entry, parameter.key, &choices)
                }
            });
        }
        changes.push(change);
    }
    changes
}
