//! Completion in TOML: keys of sidecars, defaults and contracts, strategies, models, columns.
//!
//! Works on lines, because a key that is being typed is no valid TOML yet.

use super::{CompletionKind, Items, Rank};
use crate::Analysis;
use crate::model_at::prime;
use crate::settings_at::{COLUMN_KEYS, DocumentKind, SettingsDocument};
use rocky_compiler::hir::dag;
use rocky_compiler::project::{DEFAULTS_KEYS, SIDECAR_KEYS, STRATEGIES, TEST_KINDS};
use rocky_compiler::types::output_schema;

/// Keys of tables, by the table's path.
const TABLE_KEYS: &[(&str, &[&str])] = &[
    ("target", &["catalog", "schema", "table"]),
    ("sources", &["catalog", "schema", "table", "columns"]),
    ("sources.columns", &["name", "type", "nullable"]),
    ("freshness", &["max_lag_seconds"]),
    ("format_options", &["partition_by", "cluster_by", "table_properties", "comment"]),
];

const CONTRACT_KEYS: &[(&str, &[&str])] = &[
    ("", &["columns", "rules", "allowed_type_changes"]),
    ("columns", &["name", "type", "nullable", "description"]),
    ("rules", &["required", "protected", "no_new_nullable"]),
    ("allowed_type_changes", &["from", "to"]),
];

pub(super) fn complete(analysis: &Analysis, document: &SettingsDocument, text: &str, items: &mut Items<'_>) {
    if document.kind == DocumentKind::Config {
        return;
    }
    let offset = usize::from(items.word.range.start());
    let before = text.get(document.toml.start..offset).unwrap_or_default();
    let place = LinePlace::of(before);
    let toml = text.get(document.toml.clone()).unwrap_or_default();
    match &place.key {
        None if place.in_comment => {}
        None => keys(document, &place.table, toml, items),
        Some(key) => values(analysis, document, &place.table, key, place.in_text, items),
    }
}

/// Where in a TOML text the cursor is.
struct LinePlace {
    /// The table whose header is the nearest above.
    table: String,
    /// The key whose value is being written.
    key: Option<String>,
    /// Whether a text has been begun.
    in_text: bool,
    in_comment: bool,
}

impl LinePlace {
    fn of(before: &str) -> LinePlace {
        let mut place = LinePlace { table: String::new(), key: None, in_text: false, in_comment: false };
        let mut open_list: Option<String> = None;
        for line in before.split('\n') {
            let trimmed = line.trim();
            place.key = None;
            place.in_comment = trimmed.starts_with('#');
            place.in_text = line.matches('"').count() % 2 == 1 || line.matches('\'').count() % 2 == 1;
            if open_list.is_none() && trimmed.starts_with('[') && trimmed.ends_with(']') {
                place.table = trimmed.trim_matches(['[', ']']).trim().to_owned();
                continue;
            }
            if place.in_comment {
                continue;
            }
            match (&open_list, trimmed.split_once('=')) {
                (Some(key), _) => place.key = Some(key.clone()),
                (None, Some((key, _))) => place.key = Some(key.trim().trim_matches('"').to_owned()),
                (None, None) => {}
            }
            let opens = trimmed.matches('[').count();
            let closes = trimmed.matches(']').count();
            if opens > closes && place.key.is_some() {
                open_list.clone_from(&place.key);
            } else if closes > opens {
                open_list = None;
            }
        }
        place
    }
}

fn keys(document: &SettingsDocument, table: &str, toml: &str, items: &mut Items<'_>) {
    let fixed = |keys: &[(&str, &'static [&'static str])]| -> Vec<&'static str> {
        keys.iter().find(|(known, _)| *known == table).map(|(_, keys)| keys.to_vec()).unwrap_or_default()
    };
    let keys = match (document.kind, table) {
        (DocumentKind::Contract, _) => fixed(CONTRACT_KEYS),
        (DocumentKind::Sidecar, "") => SIDECAR_KEYS.to_vec(),
        (DocumentKind::Defaults, "") => DEFAULTS_KEYS.to_vec(),
        (_, "strategy") => with_type(&[], STRATEGIES),
        (_, "tests") => with_type(&["name", "severity", "filter"], TEST_KINDS),
        _ => fixed(TABLE_KEYS),
    };
    let is_written = |key: &str| {
        let assigns = |line: &str| {
            line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='))
        };
        let heads = |line: &str| line.trim() == format!("[{key}]");
        // Lists of tables may be continued.
        table.is_empty() && toml.lines().any(|line| assigns(line) || heads(line))
    };
    for key in keys {
        if !is_written(key) {
            items.add(Rank::First, CompletionKind::Key, key, Some("key".to_owned()));
        }
    }
}

/// The keys of a table whose `type` decides which others there are: all of them, each once.
fn with_type(
    shared: &[&'static str],
    kinds: &[(&'static str, &'static [&'static str])],
) -> Vec<&'static str> {
    let mut keys = vec!["type"];
    for key in kinds.iter().flat_map(|(_, own)| own.iter()).chain(shared) {
        if !keys.contains(key) {
            keys.push(key);
        }
    }
    keys
}

fn values(
    analysis: &Analysis,
    document: &SettingsDocument,
    table: &str,
    key: &str,
    in_text: bool,
    items: &mut Items<'_>,
) {
    let mut add = |kind: CompletionKind, label: &str, detail: &str| {
        let insert = if in_text { label.to_owned() } else { format!("\"{label}\"") };
        items.add_text(Rank::First, kind, label, insert, Some(detail.to_owned()));
    };
    let db = analysis.db();
    match (table, key) {
        ("", "depends_on") => {
            let dag = dag(db, analysis.host().project());
            let own = document.model.and_then(|model| dag.number(model));
            for (number, name) in dag.names.iter().enumerate() {
                if Some(number as u32) != own {
                    add(CompletionKind::Model, name, "model");
                }
            }
        }
        ("strategy", "type") | ("", "strategy") => {
            STRATEGIES.iter().for_each(|(name, _)| add(CompletionKind::Key, name, "strategy"));
        }
        ("tests", "type") => {
            TEST_KINDS.iter().for_each(|(name, _)| add(CompletionKind::Key, name, "test"));
        }
        ("tests", "severity") => {
            ["error", "warning"].iter().for_each(|name| add(CompletionKind::Key, name, "severity"));
        }
        _ if is_column_key(document.kind, table, key) => {
            let Some(model) = document.model else { return };
            prime(analysis, model);
            for column in &output_schema(db, model).columns {
                let shown = super::scope::column_detail(column, None);
                add(CompletionKind::Column, &column.name, &shown);
            }
        }
        _ => {}
    }
}

fn is_column_key(kind: DocumentKind, table: &str, key: &str) -> bool {
    match kind {
        DocumentKind::Contract => {
            matches!((table, key), ("columns", "name") | ("rules", "required" | "protected"))
        }
        _ => COLUMN_KEYS.contains(&key),
    }
}
