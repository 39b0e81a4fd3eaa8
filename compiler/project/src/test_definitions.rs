//! Named tests: `test_definitions.toml` in a models folder defines them, `[[use_test]]` of a sidecar uses them.

use crate::decode::{Decoder, Policy, Table};
use crate::environment::{Environment, UnsetVariable};
use crate::model_test::decode_definition;
use crate::parse::parse_document;
use crate::{Finding, ModelTest};
use rocky_base_db::Severity;
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// The file's name.
pub(crate) const TEST_DEFINITIONS: &str = "test_definitions.toml";

/// A parsed file of definitions.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TestDefinitionsDocument {
    /// The tests by name. A test that looks at a column may leave that to those who use it: its name is empty then.
    pub tests: BTreeMap<SmolStr, ModelTest>,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// Placeholders of variables that are not set.
    pub unset: Vec<UnsetVariable>,
    /// Whether it is valid TOML.
    pub is_valid: bool,
}

const POLICY: Policy =
    Policy { wrong_value: "V070", unknown_key: "V066", unknown_severity: Severity::Warning };

/// Parses a file of definitions: a table for each test.
pub fn parse_test_definitions(text: &str, environment: Environment<'_>) -> TestDefinitionsDocument {
    let parsed = parse_document(text, 0, environment, POLICY, "S008", decode);
    TestDefinitionsDocument {
        tests: parsed.value,
        findings: parsed.findings,
        unset: parsed.unset,
        is_valid: parsed.is_valid,
    }
}

fn decode(decoder: &mut Decoder<'_>, root: &Table<'_>) -> BTreeMap<SmolStr, ModelTest> {
    let mut tests = BTreeMap::new();
    for (name, value) in root.in_order() {
        let Some(table) = decoder.as_table(root.field(name.get_ref()), value) else { continue };
        if let Some(test) = decode_definition(decoder, &table) {
            tests.insert(SmolStr::new(name.get_ref()), test);
        }
    }
    tests
}
