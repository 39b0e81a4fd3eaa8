//! Linting a text in one call.

use rocky_lint::{
    Finding, FixRequest, FixedText, Language, Level, ParameterKind, RuleId, Settings, Source, fix_text, lint,
};
use rocky_syntax::dsl::parse_dsl;
use rocky_syntax::{DialectKind, SyntaxNode, parse_sql};

pub(crate) fn parsed(text: &str, language: Language, dialect: DialectKind) -> (SyntaxNode, usize) {
    match language {
        Language::Sql => {
            let parse = parse_sql(text, dialect);
            (parse.syntax(), parse.errors().len())
        }
        Language::Rocky => {
            let parse = parse_dsl(text);
            (parse.syntax(), parse.errors().len())
        }
    }
}

pub(crate) fn findings(
    text: &str,
    language: Language,
    dialect: DialectKind,
    settings: &Settings,
) -> Vec<Finding> {
    let (root, errors) = parsed(text, language, dialect);
    assert_eq!(errors, 0, "does not parse: {text}");
    lint(&Source { text, start: 0.into(), root: &root, language, dialect }, settings)
}

pub(crate) fn fixed(text: &str, language: Language, dialect: DialectKind, settings: &Settings) -> FixedText {
    let request = FixRequest { language, dialect, start: 0.into(), settings, codes: None, with_unsafe: true };
    fix_text(text, &request, &str::to_owned)
}

/// Settings with one rule on, a word or number chosen.
pub(crate) fn settings_of(name: &str, value: Option<&str>) -> Settings {
    let rule = RuleId::named(name).unwrap_or_else(|| panic!("no rule {name}"));
    let mut settings = Settings::only(rule);
    if let Some(value) = value {
        let kind = rule.rule().parameter.unwrap_or_else(|| panic!("{name} has no parameter")).kind;
        let number = match kind {
            ParameterKind::Number { .. } => value.parse().unwrap(),
            ParameterKind::Word(words) => {
                let place = words.iter().position(|word| *word == value);
                u32::try_from(place.unwrap_or_else(|| panic!("{value} is no value of {name}"))).unwrap()
            }
        };
        settings.set_value(rule, number);
    }
    assert!(settings.level(rule) == Level::Warning);
    settings
}
