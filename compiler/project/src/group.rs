//! Configuration groups: `models/groups/<name>.toml`, settings that models share by name, not by folder.

use crate::config::pattern::template_placeholders;
use crate::decode::{Decoder, Policy, Table};
use crate::environment::{Environment, UnsetVariable};
use crate::parse::parse_document;
use crate::strategy::{decode_strategy, decode_strategy_table, known_strategy};
use crate::{Finding, Strategy, TomlTable};
use rocky_base_db::Severity;
use smol_str::SmolStr;
use toml::de::DeValue;

/// What a group says.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct GroupSettings {
    /// The schema of its models, with `{placeholders}` for their `[args]`.
    pub schema_template: Option<SmolStr>,
    /// How its models are materialised.
    pub strategy: Option<Strategy>,
    /// Tags with their values, sorted.
    pub tags: Option<Vec<(SmolStr, SmolStr)>>,
    /// Governance, handed on untouched.
    pub governance: TomlTable,
    /// Whether its models may not say otherwise.
    pub enforce: bool,
}

/// A parsed group file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct GroupDocument {
    /// What it says.
    pub settings: GroupSettings,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// Placeholders of variables that are not set.
    pub unset: Vec<UnsetVariable>,
    /// Whether it is valid TOML.
    pub is_valid: bool,
}

const KEYS: &[&str] = &["schema_template", "strategy", "tags", "governance", "enforce"];

const POLICY: Policy =
    Policy { wrong_value: "S008", unknown_key: "V066", unknown_severity: Severity::Warning };

/// Parses a group file.
pub fn parse_group(text: &str, environment: Environment<'_>) -> GroupDocument {
    let parsed = parse_document(text, 0, environment, POLICY, "S008", decode);
    GroupDocument {
        settings: parsed.value,
        findings: parsed.findings,
        unset: parsed.unset,
        is_valid: parsed.is_valid,
    }
}

fn decode(decoder: &mut Decoder<'_>, root: &Table<'_>) -> GroupSettings {
    decoder.check_keys(root, KEYS);
    let strategy = match root.get("strategy").map(toml::Spanned::get_ref) {
        None => None,
        Some(DeValue::String(name)) => {
            known_strategy(decoder, root, "strategy", name).and_then(|_| decode_strategy(decoder, root, name))
        }
        Some(_) => decoder.table(root, "strategy").and_then(|table| decode_strategy_table(decoder, &table)),
    };
    GroupSettings {
        schema_template: decoder.text(root, "schema_template"),
        strategy,
        tags: decoder.text_map(root, "tags"),
        governance: decoder.raw_table(root, "governance").unwrap_or_default(),
        enforce: decoder.boolean(root, "enforce").unwrap_or(false),
    }
}

impl GroupSettings {
    /// The schema for a model with these `[args]`.
    ///
    /// # Errors
    /// The placeholders that no argument fills, in order.
    pub fn schema(&self, args: &[(SmolStr, SmolStr)]) -> Result<Option<SmolStr>, Vec<SmolStr>> {
        let Some(template) = &self.schema_template else { return Ok(None) };
        let mut schema = String::with_capacity(template.len());
        let mut missing = Vec::new();
        let mut copied = 0;
        for placeholder in template_placeholders(template) {
            schema.push_str(&template[copied..placeholder.range.start]);
            copied = placeholder.range.end;
            match args.iter().find(|(name, _)| name == placeholder.name) {
                Some((_, value)) => schema.push_str(value),
                None => missing.push(SmolStr::new(placeholder.name)),
            }
        }
        schema.push_str(&template[copied..]);
        if missing.is_empty() { Ok(Some(SmolStr::new(schema))) } else { Err(missing) }
    }
}
