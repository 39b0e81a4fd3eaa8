//! Seeds: data files that are loaded as tables, and the sidecars that describe them.

use crate::Finding;
use crate::decode::{Decoder, Policy, Table};
use crate::environment::{Environment, UnsetVariable};
use crate::parse::parse_document;
use crate::sidecar::TargetSettings;
use rocky_base_db::{FilePath, Severity};
use smol_str::SmolStr;

/// What a seed's sidecar says.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct SeedSettings {
    /// The seed's name; the file's stem if absent.
    pub name: Option<SmolStr>,
    /// Where its table is.
    pub target: TargetSettings,
    /// Types of columns as the warehouse spells them, sorted by column.
    pub column_types: Vec<(SmolStr, SmolStr)>,
    /// SQL before loading.
    pub pre_hook: Vec<SmolStr>,
    /// SQL after loading.
    pub post_hook: Vec<SmolStr>,
}

/// A parsed seed sidecar.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SeedDocument {
    /// What it says.
    pub settings: SeedSettings,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// Placeholders of variables that are not set.
    pub unset: Vec<UnsetVariable>,
    /// Whether it is valid TOML.
    pub is_valid: bool,
}

/// How the cells of a data file are separated.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SeedFormat {
    /// By commas.
    Csv,
    /// By tabs.
    Tsv,
}

impl SeedFormat {
    /// The format of a file, by its extension; `None` when it is no seed.
    pub fn of(path: &FilePath) -> Option<SeedFormat> {
        let extension = path.extension()?;
        if extension.eq_ignore_ascii_case("csv") {
            Some(SeedFormat::Csv)
        } else if extension.eq_ignore_ascii_case("tsv") {
            Some(SeedFormat::Tsv)
        } else {
            None
        }
    }

    /// The character between two cells.
    pub fn delimiter(self) -> char {
        match self {
            SeedFormat::Csv => ',',
            SeedFormat::Tsv => '\t',
        }
    }
}

const POLICY: Policy =
    Policy { wrong_value: "V069", unknown_key: "V066", unknown_severity: Severity::Warning };

/// Parses a seed's sidecar.
pub fn parse_seed(text: &str, environment: Environment<'_>) -> SeedDocument {
    let parsed = parse_document(text, 0, environment, POLICY, "V069", decode);
    SeedDocument {
        settings: parsed.value,
        findings: parsed.findings,
        unset: parsed.unset,
        is_valid: parsed.is_valid,
    }
}

fn decode(decoder: &mut Decoder<'_>, root: &Table<'_>) -> SeedSettings {
    decoder.check_keys(root, &["name", "target", "strategy", "column_types", "pre_hook", "post_hook"]);
    let mut settings = SeedSettings { name: decoder.text(root, "name"), ..SeedSettings::default() };
    decoder.choice(root, "strategy", &[("drop_and_recreate", ())]);
    if let Some(target) = decoder.table(root, "target") {
        decoder.check_keys(&target, &["catalog", "schema", "table"]);
        settings.target = TargetSettings {
            catalog: decoder.text(&target, "catalog"),
            schema: decoder.required_text(&target, "schema"),
            table: decoder.text(&target, "table"),
        };
    }
    settings.column_types = decoder.text_map(root, "column_types").unwrap_or_default();
    settings.pre_hook = decoder.texts(root, "pre_hook").unwrap_or_default();
    settings.post_hook = decoder.texts(root, "post_hook").unwrap_or_default();
    settings
}
