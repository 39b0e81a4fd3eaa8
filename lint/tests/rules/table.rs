//! What the table of rules says is true.

use crate::support::{findings, fixed, parsed, settings_of};
use expect_test::expect_file;
use rocky_lint::{FixSafety, Language, Languages, Level, Preset, RULES, RuleId, Settings, documentation};
use rocky_syntax::DialectKind;
use std::collections::BTreeSet;

fn language(languages: Languages) -> Language {
    if languages == Languages::Rocky { Language::Rocky } else { Language::Sql }
}

/// A dialect that takes the rule's example: not all warehouses take all mistakes.
fn dialect(rule: &rocky_lint::Rule) -> DialectKind {
    let parses = |dialect: &DialectKind| parsed(rule.bad, language(rule.languages), *dialect).1 == 0;
    DialectKind::ALL.into_iter().find(parses).unwrap_or_else(|| panic!("nobody takes {}", rule.bad))
}

/// Rules whose findings the lint package makes itself.
fn own() -> impl Iterator<Item = &'static rocky_lint::Rule> {
    RULES.iter().filter(|rule| !rule.name.starts_with("rocky_"))
}

#[test]
fn names_and_codes_are_unique_and_sorted() {
    assert!(RULES.is_sorted_by(|left, right| left.code < right.code), "by code");
    let names: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(names.len(), RULES.len());
    assert!(RULES.len() <= 64, "rules are bits of a number");
    for rule in RULES {
        assert!(rule.why.ends_with('.') && !rule.summary.ends_with('.'), "{}", rule.name);
        assert_eq!(RuleId::of_code(rule.code).map(|id| id.rule().name), Some(rule.name));
    }
}

#[test]
fn only_what_the_specification_demands_is_on_by_default() {
    let on: Vec<&str> =
        RULES.iter().filter(|rule| rule.default != Level::Off).map(|rule| rule.code).collect();
    assert_eq!(on, ["S020", "S022", "S023", "S024", "S025"]);
    let enabled = |preset| Settings::preset(preset).enabled().count();
    assert!(enabled(Preset::None) < enabled(Preset::Recommended));
    assert_eq!(enabled(Preset::All), RULES.len());
}

#[test]
fn examples_are_found_and_mended() {
    for rule in own() {
        let (language, settings) = (language(rule.languages), settings_of(rule.name, None));
        let bad = findings(rule.bad, language, dialect(rule), &settings);
        assert!(!bad.is_empty(), "{} does not find its example", rule.name);
        assert!(
            bad.iter().all(|finding| finding.code == rule.code && finding.help.is_some()),
            "{}",
            rule.name
        );
        let good = findings(rule.good, language, dialect(rule), &settings);
        assert_eq!(good, [], "{} finds something in the mended example", rule.name);
        let after = fixed(rule.bad, language, dialect(rule), &settings);
        match rule.fix {
            FixSafety::None => assert_eq!(after.text, rule.bad, "{} has a fix", rule.name),
            FixSafety::Safe | FixSafety::Unsafe => assert_eq!(after.text, rule.good, "{}", rule.name),
        }
        let is_safe = bad.iter().filter_map(|finding| finding.fix.as_ref()).all(|fix| fix.is_safe);
        if rule.fix != FixSafety::None {
            assert_eq!(is_safe, rule.fix == FixSafety::Safe, "{}", rule.name);
        }
    }
}

#[test]
fn a_rule_that_is_off_finds_nothing() {
    let off = {
        let mut settings = Settings::default();
        RuleId::all().for_each(|rule| settings.set_level(rule, Level::Off));
        settings
    };
    for rule in own() {
        assert_eq!(findings(rule.bad, language(rule.languages), dialect(rule), &off), [], "{}", rule.name);
    }
}

#[test]
fn examples_of_findings_made_elsewhere_parse() {
    for rule in RULES.iter().filter(|rule| rule.name.starts_with("rocky_")) {
        for text in [rule.bad, rule.good] {
            assert_eq!(parsed(text, Language::Rocky, DialectKind::DuckDb).1, 0, "{}", rule.name);
        }
    }
}

#[test]
fn the_page_is_fresh() {
    expect_file!["../../../docs/lint-rules.md"].assert_eq(&documentation());
}
