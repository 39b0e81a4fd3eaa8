//! What each code means, with an example that fails and the same example mended. `rocky explain` prints a page;
//! `docs/codes` has them all.
//!
//! The pages are data: `data/codes/*.toml`. A test runs every example.

use rocky_compiler::lint::{Rule, RuleId};
use rocky_compiler::project::{validation_code, validation_codes};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::OnceLock;

const DATA: [&str; 4] = [
    include_str!("../data/codes/models.toml"),
    include_str!("../data/codes/syntax.toml"),
    include_str!("../data/codes/running.toml"),
    include_str!("../data/codes/configuration.toml"),
];

/// The files that every example has beside its own, unless it writes them itself.
pub const SURROUNDINGS: &str = "\
//- rocky.toml
[adapter.local]
type = \"duckdb\"
path = \"shop.duckdb\"
[pipeline.shop]
type = \"transformation\"
target.adapter = \"local\"
//- models/_defaults.toml
[target]
catalog = \"shop\"
schema = \"mart\"
//- models/orders.sql
SELECT CAST(7 AS INTEGER) AS id, CAST(2.5 AS DECIMAL(10, 2)) AS amount, CAST('open' AS VARCHAR) AS state, CAST('2031-01-01' AS DATE) AS day
";

/// The page of one code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodePage {
    /// The code.
    pub code: String,
    /// What it means, half a sentence.
    pub title: String,
    /// What to do about it.
    pub advice: String,
    /// Whether `rocky validate` shows it, and not `rocky compile`.
    pub is_configuration: bool,
    /// What proves the page.
    pub proof: Proof,
}

/// What proves a page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Proof {
    /// Two examples: files as `//- PATH` lines, each followed by a text.
    Examples {
        /// Files for which exactly this code is reported, beside those of `with`.
        fails: String,
        /// The files that are changed, after which nothing is reported. `gone:yes` behind a path: it is deleted.
        mended: String,
        /// Codes that come along.
        with: Vec<String>,
        /// Codes about something else that the mended example has as well.
        stays: Vec<String>,
        /// Whether there are no [`SURROUNDINGS`].
        bare: bool,
    },
    /// A test elsewhere: a path in the repository, whose text names the code.
    Test(String),
}

/// All pages, by code.
pub fn code_pages() -> &'static BTreeMap<String, CodePage> {
    static PAGES: OnceLock<BTreeMap<String, CodePage>> = OnceLock::new();
    PAGES.get_or_init(|| {
        // Data files of this package: tests prove that they parse and are complete.
        let tables = DATA.iter().filter_map(|text| text.parse::<toml::Table>().ok());
        let entries = tables.flatten().filter_map(|(code, entry)| Some((code.clone(), page(&code, &entry)?)));
        entries.collect()
    })
}

fn page(code: &str, entry: &toml::Value) -> Option<CodePage> {
    let text = |key: &str| entry.get(key).and_then(|value| value.as_str()).map(str::to_owned);
    let known = validation_code(code);
    let texts = |key: &str| -> Vec<String> {
        let entries = entry.get(key).and_then(|value| value.as_array()).into_iter().flatten();
        entries.filter_map(|code| code.as_str().map(str::to_owned)).collect()
    };
    let proof = match text("tested_by") {
        Some(test) => Proof::Test(test),
        None => Proof::Examples {
            fails: text("fails")?,
            mended: text("mended")?,
            with: texts("with"),
            stays: texts("stays"),
            bare: entry.get("bare").and_then(|value| value.as_bool()).unwrap_or_default(),
        },
    };
    Some(CodePage {
        code: code.to_owned(),
        title: text("title").or_else(|| Some(known?.title.clone()))?,
        advice: text("advice")?,
        is_configuration: known.is_some(),
        proof,
    })
}

/// The files of an example: path, whether it is gone, text.
pub fn example_files(example: &str) -> Vec<(String, bool, String)> {
    let mut files: Vec<(String, bool, String)> = Vec::new();
    for line in example.lines() {
        if let Some(head) = line.strip_prefix("//- ") {
            let (path, is_gone) = match head.strip_suffix(" gone:yes") {
                Some(path) => (path, true),
                None => (head, false),
            };
            files.push((path.to_owned(), is_gone, String::new()));
        } else if let Some((_, _, text)) = files.last_mut() {
            text.push_str(line);
            text.push('\n');
        }
    }
    files
}

/// What a code means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Explanation {
    /// What it means.
    pub(crate) title: String,
    /// What to do about it.
    pub(crate) advice: String,
    /// Examples, laid out for a terminal; may be empty.
    pub(crate) examples: String,
}

/// The explanation of a code.
pub(crate) fn find(code: &str) -> Option<Explanation> {
    if let Some(page) = code_pages().get(code) {
        let examples = match &page.proof {
            Proof::Examples { fails, mended, .. } => {
                format!("Instead of\n\n{}\nwrite\n\n{}", for_terminal(fails), for_terminal(mended))
            }
            Proof::Test(_) => String::new(),
        };
        return Some(Explanation { title: page.title.clone(), advice: page.advice.clone(), examples });
    }
    if let Some(rule) = RuleId::of_code(code) {
        return Some(of_rule(rule.rule()));
    }
    let known = validation_code(code)?;
    Some(Explanation {
        title: known.title.clone(),
        advice: "This code is reserved: nothing shows it in this version.".to_owned(),
        examples: String::new(),
    })
}

/// Every code that `rocky explain` knows, sorted.
pub(crate) fn known_codes() -> Vec<String> {
    let pages = code_pages().keys().cloned();
    let rules = RuleId::all().map(|rule| rule.rule().code.to_owned());
    let reserved = validation_codes().iter().map(|known| known.code.to_string());
    let mut codes: Vec<String> = pages.chain(rules).chain(reserved).collect();
    codes.sort();
    codes.dedup();
    codes
}

fn for_terminal(example: &str) -> String {
    let mut text = String::new();
    for (path, is_gone, body) in example_files(example) {
        let gone = if is_gone { " (deleted)" } else { "" };
        let _ = writeln!(text, "  {path}{gone}");
        text.push_str(&indented(&body));
    }
    text
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

/// A lint rule explains itself.
fn of_rule(rule: &Rule) -> Explanation {
    Explanation {
        title: rule.summary.to_owned(),
        advice: format!(
            "{} The rule is called `{}`, and [lint.rules] in rocky.toml says how bad it is.",
            rule.why, rule.name
        ),
        examples: format!("Instead of\n\n{}\nwrite\n\n{}", indented(rule.bad), indented(rule.good)),
    }
}

/// The documentation page of one code, in Markdown.
pub fn document(page: &CodePage) -> String {
    let mut text = format!("# {}: {}\n\n{}\n\n", page.code, page.title, page.advice);
    let command = if page.is_configuration { "rocky validate" } else { "rocky compile" };
    match &page.proof {
        Proof::Examples { fails, mended, with, .. } => {
            let _ = write!(text, "`{command}` shows it for\n\n");
            blocks(&mut text, fails);
            if !with.is_empty() {
                let _ = write!(text, "(together with {})\n\n", with.join(", "));
            }
            text.push_str("and no more for\n\n");
            blocks(&mut text, mended);
        }
        Proof::Test(test) => {
            let _ = write!(text, "It needs a warehouse or a state file; `{test}` makes it happen.\n\n");
        }
    }
    text.push_str("[All codes](README.md)\n");
    text
}

fn blocks(text: &mut String, example: &str) {
    for (path, is_gone, body) in example_files(example) {
        if is_gone {
            let _ = write!(text, "`{path}`: deleted.\n\n");
            continue;
        }
        let language = path.rsplit('.').next().unwrap_or_default();
        let _ = write!(text, "`{path}`\n\n```{language}\n{body}```\n\n");
    }
}

/// The list of all codes, in Markdown.
pub fn index() -> String {
    let mut text = String::from(
        "# Codes\n\nEvery finding has a code with one meaning; `rocky explain CODE` prints its page.\n\n\
         The pages come from `cli/data/codes`, written by a test (`UPDATE_EXPECT=1` writes them again); another test runs \
         every example. The examples stand in a small project: DuckDB, a default target, and one model.\n\n",
    );
    blocks(&mut text, SURROUNDINGS);
    text.push_str("| Code | Means |\n|---|---|\n");
    for page in code_pages().values() {
        let _ = writeln!(text, "| [{0}]({0}.md) | {1} |", page.code, page.title);
    }
    text.push_str("\nThe codes of lint rules are in [Lint rules](../lint-rules.md).\n");
    text
}

#[cfg(test)]
mod tests {
    use super::{DATA, code_pages};

    #[test]
    fn every_entry_is_a_page() {
        let tables: Vec<toml::Table> =
            DATA.iter().map(|text| text.parse().unwrap_or_else(|error| panic!("{error}"))).collect();
        for table in &tables {
            let missing: Vec<&String> =
                table.keys().filter(|code| !code_pages().contains_key(*code)).collect();
            assert!(missing.is_empty(), "{missing:?}");
        }
        assert_eq!(tables.iter().map(toml::Table::len).sum::<usize>(), code_pages().len(), "no code twice");
    }
}
