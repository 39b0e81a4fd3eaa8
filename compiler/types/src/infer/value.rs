//! What is known of an expression, a column, a set of columns, while inference runs.

use crate::schema::same_name;
use crate::{DataType, DialectKind, Nullability, SourceColumn, Transform, TypedColumn};
use indexmap::IndexSet;
use rocky_hir::body::{ExprId, Ident};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::cell::OnceCell;
use std::rc::Rc;

/// A number for a [`SourceColumn`] while inference runs.
pub(crate) type SourceId = u32;

/// All source columns met so far.
#[derive(Debug, Default)]
pub(crate) struct SourceTable {
    columns: IndexSet<SourceColumn>,
}

impl SourceTable {
    pub(crate) fn id(&mut self, column: SourceColumn) -> SourceId {
        let (position, _) = self.columns.insert_full(column);
        u32::try_from(position).unwrap_or(u32::MAX)
    }

    pub(crate) fn column(&self, id: SourceId) -> Option<&SourceColumn> {
        self.columns.get_index(id as usize)
    }
}

/// The columns a value comes from, each once, in order of appearance.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Sources(Option<Rc<[(SourceId, Transform)]>>);

impl Sources {
    pub(crate) fn one(id: SourceId) -> Sources {
        Sources(Some(Rc::from([(id, Transform::Direct)])))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(SourceId, Transform)> {
        self.0.iter().flat_map(|sources| sources.iter())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The same sources with a transform around them.
    pub(crate) fn within(&self, outer: &Transform) -> Sources {
        match &self.0 {
            None => Sources(None),
            Some(_) if *outer == Transform::Direct => self.clone(),
            Some(sources) => Sources(Some(sources.iter().map(|(id, t)| (*id, t.within(outer))).collect())),
        }
    }

    /// The sources of several values together; of a source's transforms the strongest.
    pub(crate) fn union<'s>(all: impl IntoIterator<Item = &'s Sources>) -> Sources {
        let mut parts = all.into_iter().filter(|part| !part.is_empty());
        let Some(first) = parts.next() else {
            return Sources(None);
        };
        let Some(second) = parts.next() else {
            return first.clone();
        };
        let mut merged: Vec<(SourceId, Transform)> = first.iter().cloned().collect();
        let mut positions: FxHashMap<SourceId, usize> =
            merged.iter().enumerate().map(|(position, (id, _))| (*id, position)).collect();
        for (id, transform) in std::iter::once(second).chain(parts).flat_map(Sources::iter) {
            match positions.get(id) {
                Some(position) => {
                    let known = &mut merged[*position].1;
                    if *transform > *known && !matches!(known, Transform::Aggregation(_)) {
                        *known = transform.clone();
                    }
                }
                None => {
                    positions.insert(*id, merged.len());
                    merged.push((*id, transform.clone()));
                }
            }
        }
        Sources(Some(merged.into()))
    }
}

/// What is known of an expression.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Value {
    pub(crate) ty: DataType,
    pub(crate) nullability: Nullability,
    pub(crate) exact: bool,
    pub(crate) raw: Option<SmolStr>,
    /// Whether it is a literal: literals adapt to what stands beside them.
    pub(crate) literal: bool,
    /// The number an integer literal is.
    pub(crate) number: Option<i128>,
    pub(crate) sources: Sources,
}

impl Value {
    /// A value of an exact type without sources.
    pub(crate) fn new(ty: DataType, nullability: Nullability) -> Value {
        Value { exact: !ty.is_unknown(), ty, nullability, ..Value::default() }
    }

    /// A value of which nothing is known but its sources.
    pub(crate) fn unknown(sources: Sources) -> Value {
        Value { sources, ..Value::default() }
    }

    pub(crate) fn literal(ty: DataType) -> Value {
        Value { literal: true, ..Value::new(ty, Nullability::NotNull) }
    }

    pub(crate) fn with_raw(mut self, raw: &'static str) -> Value {
        self.raw = Some(SmolStr::new_static(raw));
        self
    }

    pub(crate) fn with_nullability(mut self, nullability: Nullability) -> Value {
        self.nullability = nullability;
        self
    }

    /// Whether it is one of DuckDB's integers beyond 64 bits, which the lattice shows as decimals.
    pub(crate) fn is_huge_integer(&self) -> bool {
        self.ty == DataType::Decimal(38, 0)
            && matches!(self.raw.as_deref(), Some("HUGEINT" | "UHUGEINT" | "UBIGINT"))
    }

    /// Whether it is the literal NULL.
    pub(crate) fn is_null_literal(&self) -> bool {
        self.literal && self.ty == DataType::Unknown
    }

    /// Whether it is a text literal.
    pub(crate) fn is_text_literal(&self) -> bool {
        self.literal && self.ty == DataType::String
    }
}

/// A column of a query's output or of a relation.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Column {
    /// Its name; empty where the warehouse chooses one.
    pub(crate) name: SmolStr,
    pub(crate) quoted: bool,
    pub(crate) value: Value,
    /// The select item it comes from.
    pub(crate) item: Option<ExprId>,
}

impl Column {
    pub(crate) fn new(name: &str, value: Value) -> Column {
        Column { name: SmolStr::new(name), quoted: false, value, item: None }
    }

    pub(crate) fn typed(&self) -> TypedColumn {
        TypedColumn {
            name: self.name.clone(),
            quoted: self.quoted,
            ty: self.value.ty.clone(),
            nullability: self.value.nullability,
            exact: self.value.exact,
            raw: self.value.raw.clone(),
        }
    }

    pub(crate) fn rename(&mut self, name: &Ident) {
        self.name = name.text.clone();
        self.quoted = name.quoted;
    }
}

/// A relation outside the body whose unknown columns may be behind an open output.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Base {
    pub(crate) relation: SmolStr,
    pub(crate) is_model: bool,
}

/// The columns of a query or relation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Output {
    pub(crate) columns: Vec<Column>,
    /// Whether there may be more columns.
    pub(crate) open: bool,
    /// Whether that there are no more rests on the remembered schema of an external table.
    pub(crate) cached: bool,
    /// Where the further columns would come from.
    pub(crate) bases: Vec<Base>,
    /// Names the further columns certainly do not have.
    pub(crate) excluded: Vec<SmolStr>,
    /// Names to positions, made when first needed.
    pub(super) index: OnceCell<FxHashMap<SmolStr, u32>>,
}

/// From how many columns on an index pays.
const INDEX_FROM: usize = 12;

impl Output {
    /// An output of which nothing is known.
    pub(crate) fn unknown() -> Output {
        Output { open: true, ..Output::default() }
    }

    /// An output of exactly these columns.
    pub(crate) fn closed(columns: Vec<Column>) -> Output {
        Output { columns, ..Output::default() }
    }

    /// Changes the columns' names or number: forgets what was derived from them.
    pub(crate) fn columns_mut(&mut self) -> &mut Vec<Column> {
        self.index = OnceCell::new();
        &mut self.columns
    }

    /// The first column of that name.
    pub(crate) fn find(&self, name: &Ident, dialect: DialectKind) -> Option<usize> {
        if self.columns.len() < INDEX_FROM || (dialect == DialectKind::Snowflake && name.quoted) {
            return self
                .columns
                .iter()
                .position(|column| names_match(name, &column.name, column.quoted, dialect));
        }
        let index = self.index.get_or_init(|| {
            let mut index = FxHashMap::default();
            for (position, column) in self.columns.iter().enumerate() {
                index.entry(folded(&column.name)).or_insert(position as u32);
            }
            index
        });
        let position = *index.get(folded(&name.text).as_str())? as usize;
        let column = &self.columns[position];
        if names_match(name, &column.name, column.quoted, dialect) {
            return Some(position);
        }
        self.columns.iter().position(|column| names_match(name, &column.name, column.quoted, dialect))
    }

    /// Whether the unknown columns certainly do not include that name.
    pub(crate) fn excludes(&self, name: &Ident) -> bool {
        self.excluded.iter().any(|excluded| same_name(excluded, &name.text))
    }

    /// The one relation behind the unknown columns.
    pub(crate) fn single_base(&self) -> Option<&Base> {
        match self.bases.as_slice() {
            [base] => Some(base),
            _ => None,
        }
    }

    pub(crate) fn add_base(&mut self, base: &Base) {
        if !self.bases.contains(base) {
            self.bases.push(base.clone());
        }
    }
}

/// A name without regard to case.
pub(crate) fn folded(name: &str) -> SmolStr {
    if name.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
        SmolStr::from(name.to_lowercase())
    } else {
        SmolStr::new(name)
    }
}

/// A name as outputs compare it: on Snowflake quoted names keep their case.
pub(crate) fn canonical(name: &str, quoted: bool, dialect: DialectKind) -> SmolStr {
    match dialect {
        DialectKind::Snowflake if quoted => SmolStr::new(name),
        DialectKind::Snowflake => SmolStr::from(name.to_uppercase()),
        _ => folded(name),
    }
}

/// Whether a name in an expression means a column of that name: case counts only for quoted names on
/// Snowflake.
pub(crate) fn names_match(name: &Ident, column: &str, quoted: bool, dialect: DialectKind) -> bool {
    if dialect == DialectKind::Snowflake && (name.quoted || quoted) {
        return canonical(&name.text, name.quoted, dialect) == canonical(column, quoted, dialect);
    }
    same_name(&name.text, column)
}
