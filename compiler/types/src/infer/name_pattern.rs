//! Whether a column's name passes the tests of a star.

use regex::{Regex, RegexBuilder};
use rocky_hir::name_test::{NameTest, PatternLanguage};

/// How large a pattern may become.
const LARGEST: usize = 1 << 20;

/// Tests of names, ready to run.
pub(super) enum NamePattern {
    Equal(String),
    Matches(Regex),
    Not(Box<NamePattern>),
    All(Vec<NamePattern>),
    Any(Vec<NamePattern>),
}

impl NamePattern {
    /// `None` where the test is not understood.
    pub(super) fn of(test: &NameTest) -> Option<NamePattern> {
        Some(match test {
            NameTest::Equal(name) => NamePattern::Equal(name.to_string()),
            NameTest::Matches { language, pattern } => NamePattern::Matches(compiled(*language, pattern)?),
            NameTest::Not(inner) => NamePattern::Not(Box::new(NamePattern::of(inner)?)),
            NameTest::All(parts) => {
                NamePattern::All(parts.iter().map(NamePattern::of).collect::<Option<_>>()?)
            }
            NameTest::Any(parts) => {
                NamePattern::Any(parts.iter().map(NamePattern::of).collect::<Option<_>>()?)
            }
            NameTest::Unknown => return None,
        })
    }

    /// Whether a name passes.
    pub(super) fn holds(&self, name: &str) -> bool {
        match self {
            NamePattern::Equal(other) => name == other,
            NamePattern::Matches(regex) => regex.is_match(name),
            NamePattern::Not(inner) => !inner.holds(name),
            NamePattern::All(parts) => parts.iter().all(|part| part.holds(name)),
            NamePattern::Any(parts) => parts.iter().any(|part| part.holds(name)),
        }
    }

    /// A name made of the groups that matched: `\\0` is the whole match, `\\1` the first group.
    pub(super) fn renamed(&self, name: &str, template: &str) -> Option<String> {
        let NamePattern::Matches(regex) = self else { return None };
        let captures = regex.captures(name)?;
        let mut out = String::new();
        let mut characters = template.chars();
        while let Some(character) = characters.next() {
            if character != '\\' {
                out.push(character);
                continue;
            }
            let group = characters.next()?.to_digit(10)?;
            let group = captures.get(usize::try_from(group).ok()?);
            out.push_str(group.map_or("", |group| group.as_str()));
        }
        Some(out)
    }
}

fn compiled(language: PatternLanguage, pattern: &str) -> Option<Regex> {
    let text = match language {
        PatternLanguage::Regex => pattern.to_owned(),
        PatternLanguage::Similar => format!("^(?:{pattern})$"),
        PatternLanguage::Like | PatternLanguage::Ilike => {
            let parts: String = pattern
                .chars()
                .map(|character| match character {
                    '%' => ".*".to_owned(),
                    '_' => ".".to_owned(),
                    other => regex::escape(&other.to_string()),
                })
                .collect();
            format!("^{parts}$")
        }
        PatternLanguage::Glob => format!("^{}$", glob(pattern)?),
    };
    RegexBuilder::new(&text)
        .case_insensitive(language == PatternLanguage::Ilike)
        .dot_matches_new_line(language != PatternLanguage::Regex)
        .size_limit(LARGEST)
        .build()
        .ok()
}

fn glob(pattern: &str) -> Option<String> {
    let mut out = String::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '*' => out.push_str(".*"),
            '?' => out.push('.'),
            '[' => {
                let inner: String = characters.by_ref().take_while(|c| *c != ']').collect();
                let (negated, inner) =
                    inner.strip_prefix('!').map_or(("", inner.as_str()), |rest| ("^", rest));
                if inner.is_empty() {
                    return None;
                }
                let escaped: String = inner
                    .chars()
                    .map(|c| if c == '-' { "-".to_owned() } else { regex::escape(&c.to_string()) })
                    .collect();
                out.push_str(&format!("[{negated}{escaped}]"));
            }
            other => out.push_str(&regex::escape(&other.to_string())),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::NamePattern;
    use rocky_hir::name_test::{NameTest, PatternLanguage};

    fn matches(language: PatternLanguage, pattern: &str) -> NamePattern {
        NamePattern::of(&NameTest::Matches { language, pattern: pattern.into() }).expect("a pattern")
    }

    #[test]
    fn the_languages_of_patterns() {
        use PatternLanguage::{Glob, Ilike, Like, Regex, Similar};
        for (language, pattern, name, expected) in [
            (Like, "a%", "amount", true),
            (Like, "a%", "Amount", false),
            (Like, "a_c", "a.c", true),
            (Like, "a.c", "abc", false),
            (Ilike, "A%", "amount", true),
            (Glob, "a*[0-9]", "a_1", true),
            (Glob, "a?", "abc", false),
            (Similar, "a|b", "ab", false),
            (Regex, "m", "amount", true),
        ] {
            assert_eq!(matches(language, pattern).holds(name), expected, "{pattern} on {name}");
        }
    }

    #[test]
    fn what_is_not_understood_is_no_pattern() {
        let broken = NameTest::Matches { language: PatternLanguage::Regex, pattern: "(".into() };
        assert!(NamePattern::of(&broken).is_none());
        assert!(NamePattern::of(&NameTest::Not(Box::new(NameTest::Unknown))).is_none());
    }

    #[test]
    fn names_are_made_of_groups() {
        let pattern = matches(PatternLanguage::Regex, "^(.)_(.*)$");
        assert_eq!(pattern.renamed("a_name", r"\2_\1").as_deref(), Some("name_a"));
        assert_eq!(pattern.renamed("a_name", r"\0_new").as_deref(), Some("a_name_new"));
    }
}
