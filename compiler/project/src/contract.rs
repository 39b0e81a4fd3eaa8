//! `*.contract.toml`: what a model promises about its columns.

use crate::decode::{Decoder, Policy, Table};
use crate::environment::{Environment, UnsetVariable};
use crate::parse::parse_document;
use crate::{Finding, KeySpans};
use rocky_base_db::Severity;
use smol_str::SmolStr;

/// The promises about one model's output.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Contract {
    /// Declared columns, in file order.
    pub columns: Vec<ContractColumn>,
    /// Columns that must exist.
    pub required: Vec<SmolStr>,
    /// Columns that must not disappear.
    pub protected: Vec<SmolStr>,
    /// Whether undeclared nullable columns are forbidden.
    pub no_new_nullable: bool,
    /// Type changes that are fine; `None` when the contract has no such list.
    pub allowed_type_changes: Option<Vec<TypeChange>>,
}

/// A column that a contract declares.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ContractColumn {
    /// Its name.
    pub name: SmolStr,
    /// Its type in Rocky's spelling, such as `Int64` or `Decimal(10,2)`.
    pub type_name: Option<SmolStr>,
    /// Whether NULL is allowed; `Some(false)` is checked.
    pub nullable: Option<bool>,
    /// What it holds.
    pub description: Option<String>,
}

/// A type change that a contract allows.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TypeChange {
    /// The type before.
    pub from: SmolStr,
    /// The type after.
    pub to: SmolStr,
}

/// A parsed contract file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ContractDocument {
    /// What it promises.
    pub contract: Contract,
    /// Where its keys stand: `columns.0.type`, `rules.required.1`.
    pub spans: KeySpans,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// Placeholders of variables that are not set.
    pub unset: Vec<UnsetVariable>,
    /// Whether it is valid TOML.
    pub is_valid: bool,
}

const POLICY: Policy =
    Policy { wrong_value: "S008", unknown_key: "V066", unknown_severity: Severity::Warning };

/// Parses a contract file.
pub fn parse_contract(text: &str, environment: Environment<'_>) -> ContractDocument {
    let parsed = parse_document(text, 0, environment, POLICY, "S008", |decoder, root| {
        let mut spans = KeySpans::default();
        spans.collect(root.entries, "", &|span| decoder.map.range(span));
        spans.finish();
        (decode(decoder, root), spans)
    });
    let (contract, spans) = parsed.value;
    ContractDocument {
        contract,
        spans,
        findings: parsed.findings,
        unset: parsed.unset,
        is_valid: parsed.is_valid,
    }
}

fn decode(decoder: &mut Decoder<'_>, root: &Table<'_>) -> Contract {
    decoder.check_keys(root, &["columns", "rules", "allowed_type_changes"]);
    let mut contract = Contract::default();
    for table in decoder.tables(root, "columns") {
        decoder.check_keys(&table, &["name", "type", "nullable", "description"]);
        let Some(name) = decoder.required_text(&table, "name") else { continue };
        contract.columns.push(ContractColumn {
            name,
            type_name: decoder.text(&table, "type"),
            nullable: decoder.boolean(&table, "nullable"),
            description: decoder.text(&table, "description").map(String::from),
        });
    }
    if let Some(rules) = decoder.table(root, "rules") {
        decoder.check_keys(&rules, &["required", "protected", "no_new_nullable"]);
        contract.required = decoder.texts(&rules, "required").unwrap_or_default();
        contract.protected = decoder.texts(&rules, "protected").unwrap_or_default();
        contract.no_new_nullable = decoder.boolean(&rules, "no_new_nullable").unwrap_or(false);
    }
    if root.has("allowed_type_changes") {
        let tables = decoder.tables(root, "allowed_type_changes");
        contract.allowed_type_changes = Some(decode_type_changes(decoder, &tables));
    }
    contract
}

/// Reads a list of `{ from, to }`.
pub(crate) fn decode_type_changes(decoder: &mut Decoder<'_>, tables: &[Table<'_>]) -> Vec<TypeChange> {
    let mut changes = Vec::new();
    for table in tables {
        decoder.check_keys(table, &["from", "to"]);
        let (from, to) = (decoder.required_text(table, "from"), decoder.required_text(table, "to"));
        if let (Some(from), Some(to)) = (from, to) {
            changes.push(TypeChange { from, to });
        }
    }
    changes
}
