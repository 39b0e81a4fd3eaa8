//! The table of rules as a page.

use crate::rule::{FixSafety, Languages, ParameterKind, Rule};
use crate::rules::RULES;
use std::fmt::Write as _;

/// `docs/lint-rules.md`
pub fn documentation() -> String {
    let mut page = String::from(
        "# Lint rules\n\nWritten from the table of rules by a test of the package `rocky-lint`; \
         `UPDATE_EXPECT=1` writes it again.\n\nRules are turned on in `rocky.toml`:\n\n```toml\n[lint]\n\
         preset = \"recommended\"          # \"none\" (the default), \"recommended\" or \"all\"\n\n[lint.rules]\n\
         select_star = \"warning\"         # off, info, warning or error\n\
         keyword_case = { level = \"error\", case = \"upper\" }\n\n[[lint.overrides]]\n\
         models = [\"models/staging/**\"]\nrules = { select_star = \"off\" }\n```\n\n\
         `rocky lint` shows the findings, `rocky lint --fix` applies the safe fixes, and `--unsafe-fixes` those \
         as well that may change what a query means. A comment `-- rocky: ignore[select_star]` above a line \
         suppresses a warning or info there; errors cannot be suppressed: a finding at `error` fails every command, \
         and its model is not run.\n\n\
         | Rule | Code | Finds | Recommended | Fix |\n|---|---|---|---|---|\n",
    );
    for rule in RULES {
        let level = rule.recommended.as_str();
        let _ = writeln!(
            page,
            "| [`{0}`](#{0}) | {1} | {2} | {level} | {3} |",
            rule.name,
            rule.code,
            rule.summary,
            fix(rule)
        );
    }
    for rule in RULES {
        describe(rule, &mut page);
    }
    page
}

fn fix(rule: &Rule) -> &'static str {
    match rule.fix {
        FixSafety::None => "—",
        FixSafety::Safe => "safe",
        FixSafety::Unsafe => "unsafe",
    }
}

fn describe(rule: &Rule, page: &mut String) {
    let (language, kind) = match rule.languages {
        Languages::Sql => ("sql", "SQL"),
        Languages::Rocky => ("rocky", "Rocky"),
        Languages::Both => ("sql", "SQL and Rocky"),
    };
    let default = rule.default.as_str();
    let _ = write!(
        page,
        "\n## {}\n\n{} · {kind} · by default {default}, recommended {}\n\nFinds {}. {}\n",
        rule.name,
        rule.code,
        rule.recommended.as_str(),
        rule.summary,
        rule.why
    );
    if let Some(parameter) = rule.parameter {
        let values = match parameter.kind {
            ParameterKind::Word(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("`\"{word}\"`")).collect();
                format!("{}; the first is the default", words.join(", "))
            }
            ParameterKind::Number { default } => format!("a number, {default} by default"),
        };
        let _ = writeln!(page, "\n`{}`: {} ({values}).", parameter.key, parameter.meaning);
    }
    let (bad, good) = (rule.bad, rule.good);
    let _ = write!(page, "\n```{language}\n{bad}```\n\nMended:\n\n```{language}\n{good}```\n");
}
