//! What the names in expressions mean.

use super::Inferrer;
use super::scope::{Found, ScopeId};
use super::value::{Sources, Value};
use crate::schema::same_name;
use crate::{DataType, DialectKind, Nullability, Resolution, StructField, Transform};
use rocky_hir::body::{ExprId, Ident};
use smol_str::SmolStr;

/// Functions without parentheses that no one uses as a column's name.
const NILADIC: &[&str] = &[
    "CURRENT_DATE",
    "CURRENT_TIMESTAMP",
    "CURRENT_TIME",
    "CURRENT_USER",
    "CURRENT_CATALOG",
    "CURRENT_SCHEMA",
    "CURRENT_ROLE",
    "CURRENT_WAREHOUSE",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "SESSION_USER",
    "SYSDATE",
];

/// Columns and words every table has on some warehouse.
const PSEUDO_COLUMNS: &[(&str, &[DialectKind])] = &[
    ("_PARTITIONTIME", &[DialectKind::BigQuery]),
    ("_PARTITIONDATE", &[DialectKind::BigQuery]),
    ("_TABLE_SUFFIX", &[DialectKind::BigQuery]),
    ("_FILE_NAME", &[DialectKind::BigQuery]),
    ("METADATA$FILENAME", &[DialectKind::Snowflake]),
    ("SEQ1", &[DialectKind::Snowflake]),
    ("SEQ2", &[DialectKind::Snowflake]),
    ("SEQ4", &[DialectKind::Snowflake]),
    ("SEQ8", &[DialectKind::Snowflake]),
    ("LEVEL", &[DialectKind::Snowflake]),
    ("_METADATA", &[DialectKind::Databricks]),
    ("_CHANGE_TYPE", &[DialectKind::Databricks]),
    ("_COMMIT_VERSION", &[DialectKind::Databricks]),
    ("_COMMIT_TIMESTAMP", &[DialectKind::Databricks]),
    ("ROWID", &[DialectKind::DuckDb]),
    ("FILENAME", &[DialectKind::DuckDb]),
    ("USER", &[DialectKind::DuckDb, DialectKind::Databricks, DialectKind::BigQuery]),
];

/// Whether values of a type certainly have no parts.
fn is_scalar(ty: &DataType) -> bool {
    ty.is_numeric()
        || ty.is_timestamp()
        || matches!(
            ty,
            DataType::Boolean
                | DataType::String
                | DataType::Date
                | DataType::Time
                | DataType::Interval
                | DataType::Binary
        )
}

impl Inferrer<'_> {
    /// Types a column reference.
    pub(super) fn column(&mut self, expr: ExprId, parts: &[Ident], scope: ScopeId) {
        let (found, used) = self.lookup_path(parts, scope);
        if let Some(value) = self.builtin(parts, &found) {
            self.resolutions[expr.index()] = Some(Resolution::Builtin);
            self.values[expr.index()] = value;
            return;
        }
        let fields = parts.get(used.max(1)..).unwrap_or_default();
        let names: Vec<SmolStr> = fields.iter().map(|field| field.text.clone()).collect();
        let (value, resolution) = match found {
            Found::Column { scope, relation, column } => self.known_column(scope, relation, column, names),
            Found::Merged { scope, position } => self.merged_column(scope, position, names),
            Found::Open { scope, relation } => {
                let name = parts[..used].last().unwrap_or(&parts[0]);
                self.open_column(scope, relation, name, names)
            }
            Found::Alias(item) => {
                let mut value = self.value(item).clone();
                value.literal = false;
                (value, Some(Resolution::Alias { item, fields: names }))
            }
            Found::Parameter { scope, position } => {
                let parameter = &self.scope(scope).parameters[position];
                let resolution = Resolution::Parameter { lambda: parameter.lambda, index: parameter.index };
                (parameter.value.clone(), Some(resolution))
            }
            Found::Row { scope, relation } => self.row(scope, relation),
            Found::Unsure => (Value::default(), None),
            missing => {
                self.report_missing(expr, parts, scope, &missing);
                (Value::default(), None)
            }
        };
        let mut value = value;
        for field in fields {
            value = self.field(expr, value, field);
        }
        self.resolutions[expr.index()] = resolution;
        self.values[expr.index()] = value;
    }

    fn known_column(
        &self,
        scope: ScopeId,
        relation: usize,
        column: usize,
        fields: Vec<SmolStr>,
    ) -> (Value, Option<Resolution>) {
        let relation = &self.scope(scope).relations[relation];
        let column = &relation.output.columns[column];
        let mut value = column.value.clone();
        value.literal = false;
        let resolution = match (relation.id, column.item) {
            (Some(relation), _) => Some(Resolution::Column { relation, column: column.name.clone(), fields }),
            (None, Some(item)) => Some(Resolution::Alias { item, fields }),
            (None, None) => None,
        };
        (value, resolution)
    }

    fn merged_column(
        &self,
        scope: ScopeId,
        position: usize,
        fields: Vec<SmolStr>,
    ) -> (Value, Option<Resolution>) {
        let scope = self.scope(scope);
        let merged = &scope.merged[position];
        let relations =
            merged.members.iter().filter_map(|(relation, _)| scope.relations.get(*relation)?.id).collect();
        let resolution = Resolution::MergedColumn { relations, column: merged.name.text.clone(), fields };
        (merged.value.clone(), Some(resolution))
    }

    fn open_column(
        &mut self,
        scope: ScopeId,
        relation: usize,
        name: &Ident,
        fields: Vec<SmolStr>,
    ) -> (Value, Option<Resolution>) {
        let relation = &self.scope(scope).relations[relation];
        let base = relation.output.single_base().cloned();
        let resolution = relation.id.map(|relation| Resolution::OpenColumn {
            relation,
            column: name.text.clone(),
            fields,
        });
        let sources = match base {
            Some(base) => self.source(&base.relation, base.is_model, &name.text),
            None => Sources::default(),
        };
        (Value::unknown(sources), resolution)
    }

    /// A relation's name used as a value: its row.
    fn row(&self, scope: ScopeId, relation: usize) -> (Value, Option<Resolution>) {
        let relation = &self.scope(scope).relations[relation];
        let resolution = relation.id.map(Resolution::Row);
        let output = &relation.output;
        let sources = Sources::union(output.columns.iter().map(|column| &column.value.sources))
            .within(&Transform::Expression);
        if output.open {
            return (Value::unknown(sources), resolution);
        }
        let fields = output
            .columns
            .iter()
            .map(|column| StructField {
                name: column.name.clone(),
                ty: column.value.ty.clone(),
                nullability: column.value.nullability,
            })
            .collect();
        let value = Value { sources, ..Value::new(DataType::Struct(fields), Nullability::Unknown) };
        (value, resolution)
    }

    /// A field of a value.
    pub(super) fn field(&mut self, expr: ExprId, value: Value, name: &Ident) -> Value {
        let nullability = value.nullability;
        let known = match &value.ty {
            DataType::Struct(fields) => {
                let field = fields.iter().find(|field| same_name(&field.name, &name.text));
                if field.is_none() && value.exact && fields.iter().all(|field| !field.name.is_empty()) {
                    self.report_missing_field(expr, name, fields);
                }
                field.map(|field| (field.ty.clone(), nullability.any(field.nullability)))
            }
            scalar
                if value.exact
                    && (is_scalar(scalar)
                        || (matches!(scalar, DataType::Array(_)) && self.dialect == DialectKind::DuckDb)) =>
            {
                let ty = scalar.clone();
                self.report_no_fields(expr, name, &ty);
                None
            }
            DataType::Variant => Some((DataType::Variant, Nullability::Nullable)),
            DataType::Map(pair) => Some((pair.1.clone(), Nullability::Nullable)),
            _ => None,
        };
        let (ty, nullability) = known.unwrap_or((DataType::Unknown, Nullability::Unknown));
        Value { exact: value.exact && !ty.is_unknown(), ty, nullability, raw: None, literal: false, ..value }
    }

    /// A function without parentheses or a column every table has.
    fn builtin(&self, parts: &[Ident], found: &Found) -> Option<Value> {
        if let [first, _, ..] = parts
            && self.dialect == DialectKind::Databricks
            && matches!(found, Found::MissingRelation)
            && first.text.eq_ignore_ascii_case("_metadata")
        {
            return Some(Value::default());
        }
        let last = parts.last().filter(|name| !name.quoted)?;
        let unknown = matches!(found, Found::Open { .. } | Found::Missing | Found::Unsure);
        let unknown = unknown || matches!(found, Found::MissingIn { .. });
        if !unknown {
            return None;
        }
        let upper = last.text.to_ascii_uppercase();
        if parts.len() == 1 && NILADIC.contains(&upper.as_str()) {
            return Some(self.niladic(&upper));
        }
        if matches!(found, Found::Open { .. }) {
            return None;
        }
        let pseudo = PSEUDO_COLUMNS.iter().any(|(name, dialects)| {
            *name == upper && (dialects.contains(&self.dialect) || self.dialect == DialectKind::Permissive)
        });
        let positional = upper.starts_with('$') || upper.starts_with("METADATA$");
        if !pseudo && !positional {
            return None;
        }
        Some(match upper.as_str() {
            "ROWID" => Value::new(DataType::Int64, Nullability::NotNull),
            "FILENAME" | "USER" => Value::new(DataType::String, Nullability::NotNull),
            _ => Value::default(),
        })
    }

    fn niladic(&self, name: &str) -> Value {
        let rule = self.functions.get(name).map(|signature| &signature.ty);
        match rule {
            Some(crate::functions::TypeRule::Fixed(ty)) => Value::new(ty.clone(), Nullability::NotNull),
            Some(crate::functions::TypeRule::Named(crate::functions::NamedRule::TimeTz)) => {
                Value::new(DataType::Time, Nullability::NotNull).with_raw("TIME WITH TIME ZONE")
            }
            _ => Value::new(DataType::Unknown, Nullability::NotNull),
        }
    }
}
