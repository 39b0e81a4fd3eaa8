//! `[pipeline.NAME.target.governance]`.

use crate::Finding;
use crate::decode::{Decoder, Table};
use smol_str::SmolStr;
use toml::de::DeValue;

/// Who may do what with what a pipeline writes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Governance {
    /// Create catalogs that are missing; `None` is not written.
    pub auto_create_catalogs: Option<bool>,
    /// Create schemas that are missing; `None` is not written.
    pub auto_create_schemas: Option<bool>,
    /// Put before the keys of tags made from schema components.
    pub tag_prefix: Option<SmolStr>,
    /// Fixed tags, sorted.
    pub tags: Vec<(SmolStr, SmolStr)>,
    /// Which workspaces see a catalog.
    pub isolation: Option<Isolation>,
    /// Grants on catalogs.
    pub grants: Vec<Grant>,
    /// Grants on schemas.
    pub schema_grants: Vec<Grant>,
    /// Also revoke grants of principals that are not named.
    pub revoke_unmanaged: bool,
    /// Principals never revoked.
    pub protected_principals: Vec<SmolStr>,
    /// Remove workspace bindings that are not named.
    pub remove_extra_bindings: bool,
    /// Create tag objects that are missing.
    pub tag_create: bool,
}

impl Governance {
    /// Whether anything beyond the two `auto_create_*` keys is set.
    pub fn has_permissions_or_tags(&self) -> bool {
        let creates = Governance { auto_create_catalogs: None, auto_create_schemas: None, ..self.clone() };
        creates != Governance::default()
    }
}

/// Which workspaces see a catalog.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Isolation {
    /// Whether the catalog is isolated.
    pub enabled: bool,
    /// Workspace ids, with whether they may only read.
    pub workspaces: Vec<(u64, bool)>,
}

/// Permissions of a principal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grant {
    /// The principal, without a `group:` or `user:` prefix.
    pub principal: SmolStr,
    /// Permissions in capitals.
    pub permissions: Vec<SmolStr>,
}

/// What can be granted on a catalog.
pub const CATALOG_PERMISSIONS: &[&str] =
    &["BROWSE", "USE CATALOG", "USE SCHEMA", "SELECT", "MODIFY", "MANAGE"];

/// What can be granted on a schema.
pub const SCHEMA_PERMISSIONS: &[&str] = &["USE SCHEMA", "SELECT", "MODIFY"];

const KEYS: &[&str] = &[
    "auto_create_catalogs",
    "auto_create_schemas",
    "tag_prefix",
    "tags",
    "isolation",
    "grants",
    "schema_grants",
    "revoke_unmanaged",
    "protected_principals",
    "remove_extra_bindings",
    "tag_create",
];

/// Reads `governance` of a target.
pub(crate) fn decode_governance(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Governance {
    decoder.check_keys(table, KEYS);
    Governance {
        auto_create_catalogs: decoder.boolean(table, "auto_create_catalogs"),
        auto_create_schemas: decoder.boolean(table, "auto_create_schemas"),
        tag_prefix: decoder.text(table, "tag_prefix"),
        tags: decoder.text_map(table, "tags").unwrap_or_default(),
        isolation: decoder.table(table, "isolation").map(|isolation| decode_isolation(decoder, &isolation)),
        grants: decode_grants(decoder, table, "grants", CATALOG_PERMISSIONS),
        schema_grants: decode_grants(decoder, table, "schema_grants", SCHEMA_PERMISSIONS),
        revoke_unmanaged: decoder.boolean(table, "revoke_unmanaged").unwrap_or(false),
        protected_principals: decoder.texts(table, "protected_principals").unwrap_or_default(),
        remove_extra_bindings: decoder.boolean(table, "remove_extra_bindings").unwrap_or(false),
        tag_create: decoder.boolean(table, "tag_create").unwrap_or(false),
    }
}

fn decode_isolation(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Isolation {
    decoder.check_keys(table, &["enabled", "workspace_ids"]);
    let mut isolation =
        Isolation { enabled: decoder.boolean(table, "enabled").unwrap_or(false), workspaces: Vec::new() };
    let Some(value) = table.get("workspace_ids") else { return isolation };
    let field = table.field("workspace_ids");
    let DeValue::Array(items) = value.get_ref() else {
        decoder.wrong(&field, value.span(), format!("'{field}' must be a list"), None);
        return isolation;
    };
    for (index, item) in items.iter().enumerate() {
        if let DeValue::Integer(number) = item.get_ref() {
            match u64::from_str_radix(number.as_str(), number.radix()) {
                Ok(id) => isolation.workspaces.push((id, false)),
                Err(_) => decoder.wrong(&field, item.span(), format!("{number} is not a workspace id"), None),
            }
            continue;
        }
        let path = crate::decode::join(&field, &index.to_string());
        let Some(binding) = decoder.as_table(path, item) else { continue };
        decoder.check_keys(&binding, &["id", "binding_type"]);
        if !binding.has("id") {
            decoder.missing(&binding, "id");
        }
        let id = decoder.integer::<u64>(&binding, "id");
        let kinds = &[("READ_WRITE", false), ("READ_ONLY", true)];
        let read_only = decoder.choice(&binding, "binding_type", kinds).unwrap_or(false);
        isolation.workspaces.extend(id.map(|id| (id, read_only)));
    }
    isolation
}

fn decode_grants(decoder: &mut Decoder<'_>, parent: &Table<'_>, key: &str, allowed: &[&str]) -> Vec<Grant> {
    let mut grants = Vec::new();
    for table in decoder.tables(parent, key) {
        decoder.check_keys(&table, &["principal", "permissions"]);
        let principal = decoder.required_text(&table, "principal");
        let permissions = decoder.required_texts(&table, "permissions");
        let (Some(principal), Some(permissions)) = (principal, permissions) else { continue };
        let name = ["group:", "user:", "service_principal:"]
            .iter()
            .find_map(|prefix| principal.strip_prefix(prefix))
            .unwrap_or(&principal);
        if !is_principal(name) {
            let message =
                format!("'{principal}' is not a principal: letters, digits, blanks and `_-.@` are allowed");
            v065(
                decoder,
                &table,
                "principal",
                message,
                "write the name as the warehouse shows it".to_owned(),
            );
        }
        let mut accepted = Vec::new();
        for permission in permissions {
            let upper = permission.to_ascii_uppercase();
            if !allowed.contains(&upper.as_str()) {
                let message =
                    format!("'{permission}' cannot be granted here; permissions are {}", allowed.join(", "));
                let near = rocky_base_db::closest(&upper, allowed.iter().copied());
                let advice =
                    near.map_or("use one of them".to_owned(), |near| format!("did you mean '{near}'?"));
                v065(decoder, &table, "permissions", message, advice);
            }
            accepted.push(SmolStr::new(upper));
        }
        grants.push(Grant { principal: SmolStr::new(name), permissions: accepted });
    }
    grants
}

fn is_principal(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_ -.@".contains(c))
}

fn v065(decoder: &mut Decoder<'_>, table: &Table<'_>, key: &str, message: String, advice: String) {
    let Some(value) = table.get(key) else { return };
    if decoder.is_unresolved(value.span()) {
        return;
    }
    let range = decoder.range(value.span());
    decoder.report(Finding::error("V065", range, message).at_field(table.field(key)).suggest(advice));
}
