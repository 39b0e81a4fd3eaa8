//! A frame: one SELECT under construction (02 §7.1).

use std::collections::BTreeSet;
use std::rc::Rc;

use rowan::TextRange;
use smol_str::SmolStr;

use super::RelationColumns;
use super::expression::{Expr, Ident, SortKey};
use super::pipeline::JoinKind;
use super::sql_text::SqlText;

/// One SELECT under construction.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// The `from` relation first, then the joined ones.
    pub(crate) sources: Vec<Source>,
    pub(crate) filters: Vec<Expr>,
    pub(crate) filter_range: Option<TextRange>,
    pub(crate) group: Option<Group>,
    pub(crate) having: Vec<Expr>,
    pub(crate) having_range: Option<TextRange>,
    /// The projection.
    pub(crate) items: Vec<Item>,
    /// The step that gave the projection its present form.
    pub(crate) projection_range: TextRange,
    /// The projection was given by a `select`.
    pub(crate) selected: bool,
    pub(crate) distinct: bool,
    pub(crate) order: Vec<OrderKey>,
    pub(crate) limit: Option<Limit>,
    /// Join keys by folded name: what an unqualified use means.
    pub(crate) join_keys: Vec<(String, Expr)>,
    /// Rows appended after this frame's own; a frame with branches has nothing else.
    pub(crate) unions: Vec<UnionBranch>,
    /// Folded names that expressions used as input columns.
    pub(crate) input_names: BTreeSet<String>,
    /// Nodes of all expressions put into the frame so far.
    pub(crate) nodes: usize,
}

/// A relation in FROM.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) relation: Relation,
    /// What is printed before the dot of a column.
    pub(crate) qualifier: Vec<Ident>,
    /// Printed after the relation.
    pub(crate) alias: Option<Ident>,
    pub(crate) columns: RelationColumns,
    /// Folded names that occur more than once among the columns.
    pub(crate) doubled: BTreeSet<String>,
    pub(crate) join: Option<Join>,
    pub(crate) range: TextRange,
}

#[derive(Debug, Clone)]
pub(crate) enum Relation {
    /// A model, a `let` name or a table.
    Named(Vec<Ident>),
    /// A closed frame: its text, and the frame itself so that old qualifiers keep their meaning.
    Closed { sql: SqlText, frame: Rc<Frame> },
}

#[derive(Debug, Clone)]
pub(crate) struct Join {
    pub(crate) kind: JoinKind,
    pub(crate) conditions: Vec<Expr>,
    pub(crate) keep: Option<Vec<KeepItem>>,
}

/// A column taken from a joined relation.
#[derive(Debug, Clone)]
pub(crate) struct KeepItem {
    pub(crate) column: Ident,
    pub(crate) alias: Option<Ident>,
    pub(crate) range: TextRange,
}

impl KeepItem {
    pub(crate) fn output_name(&self) -> &Ident {
        self.alias.as_ref().unwrap_or(&self.column)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) keys: Vec<Expr>,
    pub(crate) range: TextRange,
    /// The projection before grouping: what arguments of aggregates refer to.
    pub(crate) input_items: Vec<Item>,
}

/// An entry of the projection.
#[derive(Debug, Clone)]
pub(crate) enum Item {
    /// `*`, or `a.*` of one source.
    Star {
        source: Option<usize>,
        /// Base columns that were defined anew while the full list of columns is unknown.
        replacements: Vec<OutputColumn>,
        range: TextRange,
    },
    Column(OutputColumn),
}

/// A computed or selected column.
#[derive(Debug, Clone)]
pub(crate) struct OutputColumn {
    /// Missing only for an expression selected without a name.
    pub(crate) name: Option<Ident>,
    pub(crate) expr: Expr,
    pub(crate) range: TextRange,
}

#[derive(Debug, Clone)]
pub(crate) struct OrderKey {
    pub(crate) key: SortKey,
    /// The name the user sorted by, if it was just a name.
    pub(crate) name: Option<Ident>,
}

#[derive(Debug, Clone)]
pub(crate) struct Limit {
    pub(crate) count: u64,
    pub(crate) offset: u64,
    pub(crate) range: TextRange,
}

#[derive(Debug, Clone)]
pub(crate) struct UnionBranch {
    pub(crate) distinct: bool,
    pub(crate) relation: Vec<Ident>,
    pub(crate) range: TextRange,
}

/// The columns a frame gives to its reader.
#[derive(Debug, Clone, Default)]
pub(crate) struct Output {
    pub(crate) columns: RelationColumns,
    /// Folded names that occur more than once.
    pub(crate) doubled: BTreeSet<String>,
}

/// What became of a column of an inner relation in a frame's output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is the output column of this name.
    Named(SmolStr),
    /// The output may have several columns of its name.
    Ambiguous,
    /// It is not in the output.
    Dropped,
    /// There is no relation of that name.
    UnknownQualifier,
}

impl Source {
    /// Whether `qualifier` means this source.
    pub(crate) fn is_called(&self, qualifier: &[Ident]) -> bool {
        let same = |own: &[Ident]| {
            own.len() == qualifier.len() && own.iter().zip(qualifier).all(|(a, b)| a.same_name(&b.text))
        };
        same(&self.qualifier)
            || (self.qualifier.len() > 1 && same(&self.qualifier[self.qualifier.len() - 1..]))
    }

    /// Whether the source is known to have the column.
    pub(crate) fn has_column(&self, name: &str) -> bool {
        self.columns.contains(name)
    }

    /// Whether the source may have the column: it has it, or its columns are not all known.
    pub(crate) fn may_have_column(&self, name: &str) -> bool {
        !self.columns.complete || self.has_column(name)
    }

    /// `q.c`
    pub(crate) fn qualified(&self, name: &Ident) -> Expr {
        let mut parts: Vec<Ident> =
            self.qualifier.iter().map(|part| Ident { range: name.range, ..part.clone() }).collect();
        parts.push(name.clone());
        Expr::new(super::expression::ExprKind::Column(parts), name.range)
    }

    /// The columns kept from this source, if the user listed them.
    pub(crate) fn keep(&self) -> Option<&[KeepItem]> {
        self.join.as_ref().and_then(|join| join.keep.as_deref())
    }

    /// Whether the column reaches the output of `*`.
    fn shows(&self, name: &str) -> bool {
        match self.keep() {
            Some(items) => items.iter().any(|item| item.column.same_name(name)),
            None => self.may_have_column(name),
        }
    }
}

impl Frame {
    /// `SELECT * FROM source`
    pub(crate) fn of(source: Source) -> Frame {
        let range = source.range;
        Frame {
            sources: vec![source],
            filters: Vec::new(),
            filter_range: None,
            group: None,
            having: Vec::new(),
            having_range: None,
            items: vec![Item::Star { source: None, replacements: Vec::new(), range }],
            projection_range: range,
            selected: false,
            distinct: false,
            order: Vec::new(),
            limit: None,
            join_keys: Vec::new(),
            unions: Vec::new(),
            input_names: BTreeSet::new(),
            nodes: 0,
        }
    }

    /// Whether the projection is still exactly the columns of the sources.
    pub(crate) fn is_plain_star(&self) -> bool {
        matches!(self.items.as_slice(), [Item::Star { source: None, replacements, .. }] if replacements.is_empty())
    }

    /// Whether every column of the projection is listed.
    pub(crate) fn is_explicit(&self) -> bool {
        self.items.iter().all(|item| matches!(item, Item::Column(_)))
    }

    /// Whether some join names the columns it takes, which makes `*` print as a list.
    pub(crate) fn star_is_listed(&self) -> bool {
        self.sources.iter().any(|source| source.keep().is_some())
    }

    /// The source that a qualifier means.
    pub(crate) fn source_called(&self, qualifier: &[Ident]) -> Option<usize> {
        self.sources.iter().position(|source| source.is_called(qualifier))
    }

    /// Sources that the star item covers.
    fn star_sources(&self, source: Option<usize>) -> impl Iterator<Item = usize> + use<> {
        match source {
            Some(index) => index..index + 1,
            None => 0..self.sources.len(),
        }
    }

    /// The columns of the output as far as they are known.
    pub(crate) fn output(&self) -> Output {
        let mut names: Vec<SmolStr> = Vec::new();
        let mut complete = true;
        let mut doubled = BTreeSet::new();
        for item in &self.items {
            match item {
                Item::Column(column) => match &column.name {
                    Some(name) => names.push(name.text.clone()),
                    None => complete = false,
                },
                Item::Star { source, replacements, .. } => {
                    for index in self.star_sources(*source) {
                        complete &= self.source_output(index, &mut names, &mut doubled);
                    }
                    for replaced in replacements.iter().filter_map(|column| column.name.as_ref()) {
                        if !names.iter().any(|name| replaced.same_name(name)) {
                            names.push(replaced.text.clone());
                        }
                    }
                }
            }
        }
        let mut seen = BTreeSet::new();
        for name in &names {
            if !seen.insert(fold(name)) {
                doubled.insert(fold(name));
            }
        }
        Output { columns: RelationColumns { columns: names, complete }, doubled }
    }

    /// Adds what `*` shows of one source; returns whether that is all of it.
    fn source_output(&self, index: usize, names: &mut Vec<SmolStr>, doubled: &mut BTreeSet<String>) -> bool {
        let source = &self.sources[index];
        if let Some(items) = source.keep() {
            names.extend(items.iter().map(|item| item.output_name().text.clone()));
            return true;
        }
        names.extend(source.columns.columns.iter().cloned());
        doubled.extend(source.doubled.iter().cloned());
        if index > 0 && !source.columns.complete {
            // Both sides of a key have it, even if nothing else is known of them.
            doubled.extend(self.join_keys.iter().map(|(name, _)| name.clone()));
        }
        source.columns.complete
    }

    /// The last definition of a name among `items`.
    pub(crate) fn find_item<'a>(items: &'a [Item], name: &str) -> Option<&'a OutputColumn> {
        let is_called = |column: &&OutputColumn| column.name.as_ref().is_some_and(|own| own.same_name(name));
        items.iter().rev().find_map(|item| match item {
            Item::Column(column) => Some(column).filter(is_called),
            Item::Star { replacements, .. } => replacements.iter().find(is_called),
        })
    }

    /// What became of `qualifier.name`, where the qualifier belongs to this frame's inside.
    pub(crate) fn fate_of(&self, qualifier: &[Ident], name: &Ident) -> Fate {
        let (source, inner) = match self.source_called(qualifier) {
            Some(index) => (index, name.text.clone()),
            None => match self.fate_in_sources(qualifier, name) {
                Some((index, Fate::Named(inner))) => (index, inner),
                Some((_, fate)) => return fate,
                None => return Fate::UnknownQualifier,
            },
        };
        self.fate_of_input(source, &inner)
    }

    /// What became of a column of a relation that was closed into one of the sources.
    pub(crate) fn fate_in_sources(&self, qualifier: &[Ident], name: &Ident) -> Option<(usize, Fate)> {
        self.sources.iter().enumerate().find_map(|(index, source)| match &source.relation {
            Relation::Closed { frame, .. } => match frame.fate_of(qualifier, name) {
                Fate::UnknownQualifier => None,
                fate => Some((index, fate)),
            },
            Relation::Named(_) => None,
        })
    }

    fn fate_of_input(&self, source: usize, name: &str) -> Fate {
        let is_it = |column: &&OutputColumn| self.is_input_column(&column.expr, source, name);
        let mut in_star = false;
        for item in &self.items {
            match item {
                Item::Column(column) => {
                    if let (true, Some(own)) = (is_it(&column), &column.name) {
                        return Fate::Named(own.text.clone());
                    }
                }
                Item::Star { source: of, .. } => {
                    in_star |= self.star_sources(*of).any(|index| index == source);
                }
            }
        }
        if !in_star || !self.sources[source].shows(name) {
            return Fate::Dropped;
        }
        if let Some(items) = self.sources[source].keep()
            && let Some(item) = items.iter().find(|item| item.column.same_name(name))
        {
            return Fate::Named(item.output_name().text.clone());
        }
        let others = self.sources.iter().enumerate().filter(|(index, _)| *index != source);
        if others.into_iter().any(|(_, other)| other.shows(name)) {
            Fate::Ambiguous
        } else {
            Fate::Named(name.into())
        }
    }

    fn is_input_column(&self, expr: &Expr, source: usize, name: &str) -> bool {
        match expr.as_column() {
            Some([own]) => self.sources.len() == 1 && own.same_name(name),
            Some([qualifier @ .., own]) => {
                own.same_name(name) && self.source_called(qualifier) == Some(source)
            }
            _ => false,
        }
    }

    /// Gives the columns of `*` one by one, each under its own name, if they are all known.
    /// Returns whether it did.
    pub(crate) fn expand_star(&mut self, position: usize, taken: &mut dyn FnMut(&str) -> bool) -> bool {
        let Some(Item::Star { source, replacements, range }) = self.items.get(position).cloned() else {
            return false;
        };
        let covered: Vec<usize> = self.star_sources(source).collect();
        let known =
            |index: &usize| self.sources[*index].columns.complete || self.sources[*index].keep().is_some();
        if !covered.iter().all(known) {
            return false;
        }
        let several = self.sources.len() > 1;
        let mut columns: Vec<OutputColumn> = Vec::new();
        for index in covered {
            let owner = &self.sources[index];
            let names: Vec<(Ident, Ident)> = match owner.keep() {
                Some(items) => {
                    items.iter().map(|item| (item.column.clone(), item.output_name().clone())).collect()
                }
                None => {
                    let idents = owner.columns.columns.iter().map(|name| Ident::synthetic(name, range));
                    idents.map(|name| (name.clone(), name)).collect()
                }
            };
            for (column, output) in names {
                let mut expr = if several { owner.qualified(&column) } else { Expr::column(column.clone()) };
                let mut name = output;
                let key = self.join_keys.iter().find(|(key, _)| *key == fold(&name.text));
                let role = key.map_or(KeyRole::Other, |(_, meaning)| self.key_role(index, &column, meaning));
                if let (KeyRole::Computed, Some((_, meaning))) = (role, key) {
                    expr = meaning.clone();
                }
                if role == KeyRole::Yields || taken(&fold(&name.text)) {
                    let prefix = owner.qualifier.last().map_or("other", |part| part.text.as_str());
                    name = free_name(&format!("{prefix}_{}", name.text), range, taken);
                }
                columns.push(OutputColumn { name: Some(name), expr, range });
            }
        }
        for replacement in replacements {
            let same = |column: &&mut OutputColumn| {
                column.name.as_ref().zip(replacement.name.as_ref()).is_some_and(|(a, b)| a.same_name(&b.text))
            };
            match columns.iter_mut().find(same) {
                Some(column) => *column = replacement,
                None => columns.push(replacement),
            }
        }
        self.items.splice(position..=position, columns.into_iter().map(Item::Column));
        true
    }

    /// What becomes of a source's own column of a join key.
    fn key_role(&self, index: usize, column: &Ident, meaning: &Expr) -> KeyRole {
        match meaning.as_column() {
            Some([qualifier @ .., _]) => match self.source_called(qualifier) {
                Some(owner) if owner != index => KeyRole::Yields,
                _ => KeyRole::Other,
            },
            _ => {
                let first = self.sources.iter().position(|source| source.has_column(&column.text));
                if first == Some(index) { KeyRole::Computed } else { KeyRole::Other }
            }
        }
    }
}

/// The part of a column in giving its name to a join key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeyRole {
    /// None, or the column is what the key means.
    Other,
    /// Another relation's column has the name.
    Yields,
    /// The key's value is computed, and stands in this column's place.
    Computed,
}

fn free_name(wanted: &str, range: TextRange, taken: &mut dyn FnMut(&str) -> bool) -> Ident {
    let mut candidate = wanted.to_owned();
    let mut number = 2;
    while taken(&fold(&candidate)) {
        candidate = format!("{wanted}_{number}");
        number += 1;
    }
    Ident::synthetic(&candidate, range)
}

/// Names are compared the way all four warehouses compare unquoted names.
pub(crate) fn fold(name: &str) -> String {
    name.to_ascii_lowercase()
}
