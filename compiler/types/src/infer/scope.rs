//! The names visible in one SELECT, and how a name is looked up.

use super::Inferrer;
use super::value::{Output, Value, folded, names_match};
use crate::DialectKind;
use crate::schema::same_name;
use rocky_hir::body::{ExprId, Ident, QueryId, RelationId};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// A scope of one body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct ScopeId(pub(super) usize);

/// The names visible in one SELECT.
#[derive(Debug, Default)]
pub(super) struct Scope {
    pub(super) parent: Option<ScopeId>,
    pub(super) query: Option<QueryId>,
    pub(super) relations: Vec<ScopeRelation>,
    pub(super) merged: Vec<Merged>,
    /// Aliases of select items typed so far.
    pub(super) aliases: FxHashMap<SmolStr, ExprId>,
    /// Whether aliases go before columns: in ORDER BY.
    pub(super) alias_first: bool,
    pub(super) parameters: Vec<Parameter>,
    /// Whether something in it is not understood: then absence proves nothing.
    pub(super) opaque: bool,
    /// Whether rows are grouped by at least one key, so that no group is empty.
    pub(super) grouped: bool,
    /// While a join's condition is typed: the first relation of its tree, if that is apart from the others.
    pub(super) inner_from: Option<usize>,
    /// Names of windows without a frame.
    pub(super) plain_windows: Vec<SmolStr>,
}

/// A relation in scope.
#[derive(Debug)]
pub(super) struct ScopeRelation {
    pub(super) id: Option<RelationId>,
    pub(super) name: Option<Ident>,
    /// The table's whole name, if it has no alias.
    pub(super) path: Vec<Ident>,
    pub(super) output: Output,
    /// Whether its columns can be named: the right sides of semi joins cannot.
    pub(super) visible: bool,
    /// Columns that USING or NATURAL merged into an earlier one.
    pub(super) merged_columns: Vec<usize>,
}

/// A column that USING or NATURAL merged.
#[derive(Debug)]
pub(super) struct Merged {
    pub(super) name: Ident,
    /// Relation and column, by position.
    pub(super) members: Vec<(usize, usize)>,
    pub(super) value: Value,
}

/// A lambda's parameter.
#[derive(Debug)]
pub(super) struct Parameter {
    pub(super) name: Ident,
    pub(super) lambda: ExprId,
    pub(super) index: u32,
    pub(super) value: Value,
}

/// What a name was found to be.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Found {
    /// A relation's column.
    Column { scope: ScopeId, relation: usize, column: usize },
    /// A merged column.
    Merged { scope: ScopeId, position: usize },
    /// One of an open relation's unknown columns.
    Open { scope: ScopeId, relation: usize },
    /// A select item's alias.
    Alias(ExprId),
    /// A lambda's parameter.
    Parameter { scope: ScopeId, position: usize },
    /// A relation as a row.
    Row { scope: ScopeId, relation: usize },
    /// Several relations have it.
    Ambiguous { scope: ScopeId, relations: Vec<usize> },
    /// It may exist; where is not known.
    Unsure,
    /// It does not exist.
    Missing,
    /// The relation it is said to be in does not have it.
    MissingIn { scope: ScopeId, relation: usize },
    /// There is no relation of the name before the dot.
    MissingRelation,
}

impl ScopeRelation {
    pub(super) fn is_named(&self, qualifier: &[Ident], dialect: DialectKind) -> bool {
        let matches = |written: &Ident, own: &Ident| names_match(written, &own.text, own.quoted, dialect);
        if let [single] = qualifier {
            // BigQuery allows a whole path in one pair of quotes
            let last = |name: &Ident| Ident {
                text: SmolStr::new(name.text.rsplit('.').next().unwrap_or_default()),
                quoted: name.quoted,
            };
            return self
                .name
                .as_ref()
                .is_some_and(|name| matches(single, name) || (name.quoted && matches(single, &last(name))));
        }
        qualifier.len() <= self.path.len()
            && qualifier.iter().rev().zip(self.path.iter().rev()).all(|(written, own)| matches(written, own))
    }
}

impl Inferrer<'_> {
    /// This scope and those around it.
    pub(super) fn scope_chain(&self, scope: ScopeId) -> impl Iterator<Item = ScopeId> + '_ {
        std::iter::successors(Some(scope), |scope| self.scope(*scope).parent)
    }

    /// Finds a name without qualifier.
    pub(super) fn lookup(&self, name: &Ident, start: ScopeId) -> Found {
        if self.scope(start).alias_first
            && let Some(found) = self.lookup_alias(name, start)
        {
            return found;
        }
        for scope in self.scope_chain(start) {
            if let Some(found) = self.lookup_in(name, scope) {
                return found;
            }
        }
        for scope in self.scope_chain(start) {
            if let Some(found) = self.lookup_alias(name, scope) {
                return found;
            }
        }
        for scope in self.scope_chain(start) {
            let relations = &self.scope(scope).relations;
            let row = relations.iter().position(|relation| {
                relation.visible && relation.is_named(std::slice::from_ref(name), self.dialect)
            });
            if let Some(relation) = row {
                return Found::Row { scope, relation };
            }
        }
        self.lookup_open(name, start)
    }

    fn lookup_alias(&self, name: &Ident, scope: ScopeId) -> Option<Found> {
        self.scope(scope).aliases.get(folded(&name.text).as_str()).map(|item| Found::Alias(*item))
    }

    /// Finds a known column of this name in one scope.
    fn lookup_in(&self, name: &Ident, id: ScopeId) -> Option<Found> {
        let scope = self.scope(id);
        let parameter = scope.parameters.iter().rposition(|parameter| {
            names_match(name, &parameter.name.text, parameter.name.quoted, self.dialect)
        });
        if let Some(position) = parameter {
            return Some(Found::Parameter { scope: id, position });
        }
        let merged = scope
            .merged
            .iter()
            .rposition(|merged| names_match(name, &merged.name.text, merged.name.quoted, self.dialect));
        if let Some(position) = merged {
            return Some(Found::Merged { scope: id, position });
        }
        let mut found: Vec<(usize, usize)> = Vec::new();
        for (position, relation) in scope.relations.iter().enumerate() {
            if let Some(column) = relation.output.find(name, self.dialect)
                && relation.visible
                && !relation.merged_columns.contains(&column)
            {
                found.push((position, column));
            }
        }
        match found.as_slice() {
            [] => None,
            [(relation, column)] => Some(Found::Column { scope: id, relation: *relation, column: *column }),
            several => {
                // the condition of a join behind a comma sees its own tree first
                if let Some(from) = scope.inner_from {
                    let mut inner = several.iter().filter(|(relation, _)| *relation >= from);
                    if let (Some((relation, column)), None) = (inner.next(), inner.next()) {
                        return Some(Found::Column { scope: id, relation: *relation, column: *column });
                    }
                }
                let closed = scope.relations.iter().all(|relation| !relation.output.open);
                if closed && !scope.opaque {
                    let relations = several.iter().map(|(relation, _)| *relation).collect();
                    return Some(Found::Ambiguous { scope: id, relations });
                }
                Some(Found::Unsure)
            }
        }
    }

    /// Finds the open relation a name must belong to, if only one can have it.
    fn lookup_open(&self, name: &Ident, start: ScopeId) -> Found {
        let mut provable = !self.body.incomplete;
        for id in self.scope_chain(start) {
            let scope = self.scope(id);
            provable &= !scope.opaque;
            let mut open = scope.relations.iter().enumerate().filter(|(_, relation)| {
                relation.visible && relation.output.open && !relation.output.excludes(name)
            });
            match (open.next(), open.next()) {
                (Some((relation, _)), None) => return Found::Open { scope: id, relation },
                (Some(_), Some(_)) => return Found::Unsure,
                (None, _) => {
                    provable &= scope.relations.iter().all(|relation| !relation.output.open);
                }
            }
        }
        if provable { Found::Missing } else { Found::Unsure }
    }

    /// Finds a name of several parts; gives how many of them name the column, counted from the left.
    pub(super) fn lookup_path(&self, parts: &[Ident], start: ScopeId) -> (Found, usize) {
        let [first, ..] = parts else {
            return (Found::Unsure, 0);
        };
        if parts.len() == 1 {
            return (self.lookup(first, start), 1);
        }
        let mut without_column = None;
        for scope in self.scope_chain(start) {
            for length in (1..parts.len().min(4)).rev() {
                let Some(relation) = self.named_relation(&parts[..length], scope) else {
                    continue;
                };
                let output = &self.scope(scope).relations[relation].output;
                if let Some(column) = output.find(&parts[length], self.dialect) {
                    return (Found::Column { scope, relation, column }, length + 1);
                }
                without_column = without_column.or(Some((scope, relation, length)));
            }
        }
        let as_column = self.lookup(first, start);
        let known = matches!(
            as_column,
            Found::Column { .. } | Found::Merged { .. } | Found::Alias(_) | Found::Parameter { .. }
        );
        if known {
            return (as_column, 1);
        }
        if let Some((scope, relation, length)) = without_column {
            let found = &self.scope(scope).relations[relation];
            if found.output.open && !found.output.excludes(&parts[length]) {
                return (Found::Open { scope, relation }, length + 1);
            }
            let provable = !found.output.open && !self.body.incomplete && !self.is_opaque(start);
            let missing = Found::MissingIn { scope, relation };
            return (if provable { missing } else { Found::Unsure }, length + 1);
        }
        match as_column {
            Found::Missing => (Found::MissingRelation, 1),
            Found::Ambiguous { .. } => (as_column, 1),
            _ => (Found::Unsure, 1),
        }
    }

    /// Whether something around this scope is not understood.
    pub(super) fn is_opaque(&self, start: ScopeId) -> bool {
        self.scope_chain(start).any(|scope| self.scope(scope).opaque)
    }

    /// The relation of that name in one scope.
    pub(super) fn named_relation(&self, qualifier: &[Ident], scope: ScopeId) -> Option<usize> {
        let relations = &self.scope(scope).relations;
        relations.iter().position(|relation| relation.visible && relation.is_named(qualifier, self.dialect))
    }

    /// Whether what makes these scopes closed is the remembered schema of an external table.
    pub(super) fn rests_on_cache(&self, start: ScopeId) -> bool {
        self.scope_chain(start)
            .any(|scope| self.scope(scope).relations.iter().any(|relation| relation.output.cached))
    }

    /// Names of visible columns and aliases, for suggestions.
    pub(super) fn visible_names(&self, start: ScopeId) -> Vec<SmolStr> {
        let mut names: Vec<SmolStr> = Vec::new();
        for scope in self.scope_chain(start) {
            let scope = self.scope(scope);
            for relation in scope.relations.iter().filter(|relation| relation.visible) {
                names.extend(relation.output.columns.iter().map(|column| column.name.clone()));
            }
            let mut aliases: Vec<SmolStr> = scope.aliases.keys().cloned().collect();
            aliases.sort_unstable();
            names.extend(aliases);
        }
        names.retain(|name| !name.is_empty());
        names
    }

    /// Whether two names are one in this dialect.
    pub(super) fn same_ident(&self, left: &Ident, right: &Ident) -> bool {
        if self.dialect == DialectKind::Snowflake {
            names_match(left, &right.text, right.quoted, self.dialect)
        } else {
            same_name(&left.text, &right.text)
        }
    }
}
