//! `[[test]]`: unit tests of a model, with given rows and expected rows.

use crate::decode::{Decoder, Table};
use crate::{Finding, TomlTable};
use smol_str::SmolStr;
use toml::Spanned;
use toml::de::DeValue;

/// A unit test of a model.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct UnitTest {
    /// Its name, unique within the model.
    pub name: SmolStr,
    /// What it is for.
    pub description: Option<String>,
    /// Rows that stand for upstream relations.
    pub given: Vec<GivenRows>,
    /// Rows the model must give.
    pub expect: ExpectedRows,
}

/// Rows that stand for an upstream relation.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct GivenRows {
    /// The upstream name.
    pub relation: SmolStr,
    /// The rows, each from column to value.
    pub rows: Vec<TomlTable>,
}

/// Rows a model must give.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ExpectedRows {
    /// The rows.
    pub rows: Vec<TomlTable>,
    /// Whether their order counts.
    pub ordered: bool,
}

const TEST_KEYS: &[&str] = &["name", "description", "given", "expect"];

/// Reads all `[[test]]` of a sidecar; those that are not valid are reported under V070 and left out.
pub(crate) fn decode_unit_tests(decoder: &mut Decoder<'_>, root: &Table<'_>) -> Vec<UnitTest> {
    let outer = decoder.policy;
    decoder.policy.wrong_value = "V070";
    let mut tests: Vec<UnitTest> = Vec::new();
    for table in decoder.tables(root, "test") {
        let Some(test) = decode(decoder, &table) else { continue };
        if tests.iter().any(|other| other.name == test.name) {
            let range = table.get("name").map_or(table.range, |name| decoder.range(name.span()));
            let message = format!("a unit test named '{}' exists already in this file", test.name);
            let finding = Finding::error("V070", range, message);
            decoder.report(finding.at_field(table.field("name")).suggest("give it another name"));
            continue;
        }
        tests.push(test);
    }
    decoder.policy = outer;
    tests
}

fn decode(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Option<UnitTest> {
    decoder.check_keys(table, TEST_KEYS);
    let name = decoder.required_text(table, "name");
    let description = decoder.text(table, "description").map(String::from);
    let mut given = Vec::new();
    for input in decoder.tables(table, "given") {
        decoder.check_keys(&input, &["ref", "rows"]);
        let relation = decoder.required_text(&input, "ref");
        let rows = rows(decoder, &input);
        if let (Some(relation), Some(rows)) = (relation, rows) {
            given.push(GivenRows { relation, rows });
        }
    }
    if !table.has("expect") {
        decoder.missing(table, "expect");
    }
    let mut expectations = decoder.one_or_many(table, "expect");
    if expectations.len() > 1 {
        let message = format!("{} may have only one 'expect'", table.title());
        let finding = Finding::error("V070", expectations[1].range, message);
        decoder.report(finding.at_field(table.field("expect")).suggest("put all rows into one `rows` list"));
    }
    expectations.truncate(1);
    let expectation = expectations.pop()?;
    decoder.check_keys(&expectation, &["rows", "ordered"]);
    let ordered = decoder.boolean(&expectation, "ordered").unwrap_or(false);
    let rows = rows(decoder, &expectation)?;
    Some(UnitTest { name: name?, description, given, expect: ExpectedRows { rows, ordered } })
}

fn rows(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Option<Vec<TomlTable>> {
    let Some(value) = table.get("rows") else {
        decoder.missing(table, "rows");
        return None;
    };
    let tables: Option<Vec<TomlTable>> = match value.get_ref() {
        DeValue::Array(items) => items
            .iter()
            .map(|item| match Spanned::get_ref(item) {
                DeValue::Table(row) => Some(crate::toml_value::table_in_order(row)),
                _ => None,
            })
            .collect(),
        _ => None,
    };
    if tables.is_none() {
        let field = table.field("rows");
        decoder.wrong(
            &field,
            value.span(),
            format!("'{field}' must be a list of tables, one for each row"),
            None,
        );
    }
    tables
}
