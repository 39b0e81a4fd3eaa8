//! What names in expressions mean (02 §7.2), and their replacement by what they stand for
//! (02 §7.4).

use std::collections::BTreeSet;

use rowan::TextRange;

use super::expression::{Expr, ExprKind, Ident};
use super::frame::{Fate, Frame, Item, OutputColumn, Relation, fold};
use super::functions::{self, FunctionKind};
use super::{LoweringFinding, Severity};
use crate::Correction;
use crate::closest::closest;
use crate::dsl::words::is_reserved;

/// Which rows an expression is about, which decides what its names may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// `derive`, `select`, group entries and keys.
    Compute,
    /// `where` and `sort`: may look behind a `select` of the same frame, with a warning.
    FilterOrSort,
    /// `where` after `group`: keeps output names where the warehouse reads them rightly.
    Having,
}

/// Resolves the names of one expression in one frame.
pub(crate) struct Resolver<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) purpose: Purpose,
    /// Entries of the same `group` block that come before the expression.
    pub(crate) earlier: &'a [OutputColumn],
    pub(crate) findings: &'a mut Vec<LoweringFinding>,
    /// Folded names that turned out to be input columns.
    pub(crate) inputs: BTreeSet<String>,
}

/// Where in an expression a name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Row,
    /// Inside the arguments of an aggregate: always the rows before grouping.
    AggregateArgument,
    /// Inside the arguments of a function that may be an aggregate.
    UnknownArgument,
}

impl Resolver<'_> {
    /// Replaces every name by what it stands for.
    pub(crate) fn resolve(&mut self, expr: &mut Expr) {
        self.walk(expr, Place::Row);
    }

    fn walk(&mut self, expr: &mut Expr, place: Place) {
        match &expr.kind {
            ExprKind::Column(parts) => {
                if let Some(meaning) = self.column(parts, expr.range, place) {
                    *expr = meaning;
                }
            }
            ExprKind::Exists { .. } => {}
            ExprKind::Call(call) => {
                let inner = match functions::kind(call) {
                    FunctionKind::Aggregate => Place::AggregateArgument,
                    FunctionKind::Unknown if place == Place::Row => Place::UnknownArgument,
                    _ => place,
                };
                expr.for_each_child_mut(&mut |child| self.walk(child, inner));
            }
            _ => expr.for_each_child_mut(&mut |child| self.walk(child, place)),
        }
    }

    fn column(&mut self, parts: &[Ident], range: TextRange, place: Place) -> Option<Expr> {
        match parts {
            [] => None,
            [name] => self.unqualified(name, range, place),
            parts => self.qualified(parts, range, place),
        }
    }

    // ---- unqualified names

    fn unqualified(&mut self, name: &Ident, range: TextRange, place: Place) -> Option<Expr> {
        if let Some(entry) = self.earlier_entry(name, place) {
            return Some(substitute(&entry.expr, range));
        }
        let before_group = place == Place::AggregateArgument
            || (place == Place::UnknownArgument && Frame::find_item(&self.frame.items, &name.text).is_none());
        let group = self.frame.group.as_ref();
        let items = match group {
            Some(group) if before_group => &group.input_items,
            _ => &self.frame.items,
        };
        if let Some(item) = Frame::find_item(items, &name.text) {
            let mut meaning = substitute(&item.expr, range);
            if self.purpose == Purpose::Having && self.prints_as_alias(name, item) {
                meaning.output_name = Some(name.clone());
            }
            return Some(meaning);
        }
        if functions::is_niladic(&name.text) && !self.frame.sources.iter().any(|s| s.has_column(&name.text)) {
            return None;
        }
        if group.is_some() && !before_group {
            self.dropped(&name.text, range, "group");
            return None;
        }
        if !self.is_reachable(items, &name.text) && !self.accept_dropped(&name.text, range) {
            return None;
        }
        self.inputs.insert(fold(&name.text));
        if let Some((_, meaning)) = self.frame.join_keys.iter().find(|(key, _)| *key == fold(&name.text)) {
            return Some(substitute(meaning, range));
        }
        self.input_column(name, range)
    }

    fn earlier_entry(&self, name: &Ident, place: Place) -> Option<&OutputColumn> {
        let entry = self
            .earlier
            .iter()
            .rev()
            .find(|entry| entry.name.as_ref().is_some_and(|own| own.same_name(&name.text)))?;
        match place {
            Place::Row => Some(entry),
            Place::AggregateArgument => None,
            Place::UnknownArgument => {
                let is_input = self.frame.sources.iter().any(|source| source.has_column(&name.text));
                (!is_input).then_some(entry)
            }
        }
    }

    /// HAVING keeps the name of an aggregate, unless the warehouse could take it for an input
    /// column. A key that is a plain column is printed as that column.
    fn prints_as_alias(&self, name: &Ident, item: &OutputColumn) -> bool {
        let is_input = self.frame.input_names.contains(&fold(&name.text))
            || self.frame.sources.iter().any(|source| source.has_column(&name.text));
        item.expr.as_column().is_none() && !is_input
    }

    /// Whether the projection still lets the input column through.
    fn is_reachable(&self, items: &[Item], name: &str) -> bool {
        items.iter().any(|item| match item {
            Item::Star { source: None, .. } => true,
            Item::Star { source: Some(index), .. } => self.frame.sources[*index].may_have_column(name),
            Item::Column(_) => false,
        })
    }

    /// A column the projection dropped: where ORDER BY and WHERE can still see it, it is used
    /// with a warning.
    fn accept_dropped(&mut self, name: &str, range: TextRange) -> bool {
        let exists = self.frame.sources.iter().any(|source| source.may_have_column(name));
        if self.purpose == Purpose::FilterOrSort && self.frame.selected && exists {
            self.findings.push(LoweringFinding {
                code: "S022",
                severity: Severity::Warning,
                range,
                message: format!("column `{name}` was dropped by the `select` above"),
                help: Some(format!("move this step before the `select`, or add `{name}` to the `select`")),
                correction: None,
            });
            return true;
        }
        self.dropped(name, range, "select");
        false
    }

    fn input_column(&mut self, name: &Ident, range: TextRange) -> Option<Expr> {
        let sources = &self.frame.sources;
        if sources.iter().any(|source| source.doubled.contains(&fold(&name.text))) {
            self.ambiguous(&name.text, range, "the relations joined above both have it");
            return None;
        }
        for source in sources {
            let kept = source.keep().and_then(|items| {
                items.iter().find(|item| item.alias.as_ref().is_some_and(|alias| alias.same_name(&name.text)))
            });
            if let Some(item) = kept {
                return Some(substitute(&source.qualified(&item.column), range));
            }
        }
        let closed = sources.iter().any(|source| matches!(source.relation, Relation::Closed { .. }));
        if closed && !sources.iter().any(|source| source.may_have_column(&name.text)) {
            self.dropped(&name.text, range, "select");
            return None;
        }
        if sources.len() < 2 {
            return None;
        }
        let owners: Vec<usize> =
            (0..sources.len()).filter(|&index| sources[index].has_column(&name.text)).collect();
        let shown: Vec<usize> =
            owners.iter().copied().filter(|&index| self.is_shown(index, &name.text)).collect();
        match (owners.as_slice(), shown.as_slice()) {
            ([_, _, ..], [one]) => Some(sources[*one].qualified(name)),
            ([_, _, ..], _) => {
                let owners: Vec<String> =
                    owners.iter().map(|&index| qualifier_text(&sources[index].qualifier)).collect();
                let reason = format!("{} have it", owners.join(" and "));
                self.ambiguous(&name.text, range, &reason);
                None
            }
            ([one], _) if sources.iter().any(|source| !source.columns.complete) => {
                Some(sources[*one].qualified(name))
            }
            _ => None,
        }
    }

    fn is_shown(&self, index: usize, name: &str) -> bool {
        self.frame.sources[index]
            .keep()
            .is_none_or(|items| items.iter().any(|item| item.column.same_name(name)))
    }

    // ---- qualified names

    fn qualified(&mut self, parts: &[Ident], range: TextRange, place: Place) -> Option<Expr> {
        let before_group = place != Place::Row || self.frame.group.is_none();
        for split in (1..parts.len()).rev() {
            let (qualifier, rest) = parts.split_at(split);
            if let Some(source) = self.frame.source_called(qualifier) {
                return self.source_column(source, parts, &rest[0], range, before_group);
            }
        }
        let (qualifier, name) = parts.split_at(parts.len() - 1);
        let (first, name) = (&parts[0], &name[0]);
        if let Some((source, fate)) = self.frame.fate_in_sources(qualifier, name) {
            return self.closed_column(source, fate, name, range, before_group);
        }
        if self.is_column(&first.text) {
            return None;
        }
        self.unknown_qualifier(qualifier);
        None
    }

    fn source_column(
        &mut self,
        source: usize,
        parts: &[Ident],
        name: &Ident,
        range: TextRange,
        before_group: bool,
    ) -> Option<Expr> {
        if !before_group {
            let written = qualifier_text(parts);
            let key = self.frame.items.iter().find_map(|item| match item {
                Item::Column(column) => {
                    Some(&column.expr).filter(|expr| self.is_column_of(expr, source, name))
                }
                Item::Star { .. } => None,
            });
            match key {
                Some(key) => return Some(substitute(key, range)),
                None => self.dropped(&written, range, "group"),
            }
            return None;
        }
        let items = match &self.frame.group {
            Some(group) => &group.input_items,
            None => &self.frame.items,
        };
        let listed = items.iter().any(|item| match item {
            Item::Column(column) => self.is_column_of(&column.expr, source, name),
            Item::Star { source: of, .. } => of.is_none_or(|of| of == source),
        });
        if listed || self.accept_dropped(&qualifier_text(parts), range) {
            self.inputs.insert(fold(&name.text));
        }
        None
    }

    fn is_column_of(&self, expr: &Expr, source: usize, name: &Ident) -> bool {
        match expr.as_column() {
            Some([own]) => self.frame.sources.len() == 1 && own.same_name(&name.text),
            Some([qualifier @ .., own]) => {
                own.same_name(&name.text) && self.frame.source_called(qualifier) == Some(source)
            }
            _ => false,
        }
    }

    fn closed_column(
        &mut self,
        source: usize,
        fate: Fate,
        name: &Ident,
        range: TextRange,
        before_group: bool,
    ) -> Option<Expr> {
        match fate {
            Fate::Named(output) => {
                let output = Ident::synthetic(&output, range);
                if !before_group {
                    return self.unqualified(&output, range, Place::Row).or(Some(Expr::column(output)));
                }
                if !self.is_reachable(&self.frame.items, &output.text)
                    && Frame::find_item(&self.frame.items, &output.text).is_none()
                    && !self.accept_dropped(&output.text, range)
                {
                    return None;
                }
                self.inputs.insert(fold(&output.text));
                let owner = &self.frame.sources[source];
                Some(if self.frame.sources.len() > 1 {
                    owner.qualified(&output)
                } else {
                    Expr::column(output)
                })
            }
            Fate::Ambiguous => {
                let reason = "more than one of the relations joined above may have it";
                self.ambiguous(&name.text, range, reason);
                None
            }
            Fate::Dropped | Fate::UnknownQualifier => {
                self.dropped(&name.text, range, "select");
                None
            }
        }
    }

    /// Whether the name is known to be a column, so that `name.field` reads a field of it.
    fn is_column(&self, name: &str) -> bool {
        Frame::find_item(&self.frame.items, name).is_some()
            || self.frame.sources.iter().any(|source| source.has_column(name))
    }

    // ---- findings

    fn unknown_qualifier(&mut self, qualifier: &[Ident]) {
        let (Some(first), Some(last)) = (qualifier.first(), qualifier.last()) else { return };
        let written = qualifier_text(qualifier);
        let known: Vec<String> = self
            .frame
            .sources
            .iter()
            .filter_map(|s| s.qualifier.last())
            .map(|part| part.text.to_string())
            .collect();
        let near = closest(&last.text, known.iter().map(String::as_str));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the relations here are {}", list(&known)),
        };
        self.findings.push(LoweringFinding {
            code: "E003",
            severity: Severity::Error,
            range: first.range.cover(last.range),
            message: format!("unknown relation `{written}`"),
            help: Some(help),
            correction: near.and_then(|near| renamed(last.range, &last.text, near)),
        });
    }

    fn dropped(&mut self, name: &str, range: TextRange, step: &str) {
        let mut known: Vec<String> = Vec::new();
        known.extend(self.frame.output().columns.columns.iter().map(ToString::to_string));
        let near = closest(name, known.iter().map(String::as_str));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => format!("add `{name}` to the `{step}`"),
            None => format!("the columns here are {}; add `{name}` to the `{step}` to keep it", list(&known)),
        };
        self.findings.push(LoweringFinding {
            code: "E003",
            severity: Severity::Error,
            range,
            message: format!("there is no column `{name}` after the `{step}` above"),
            help: Some(help),
            correction: near.and_then(|near| renamed(range, name, near)),
        });
    }

    fn ambiguous(&mut self, name: &str, range: TextRange, reason: &str) {
        self.findings.push(LoweringFinding {
            code: "E106",
            severity: Severity::Error,
            range,
            message: format!("column `{name}` is ambiguous: {reason}"),
            help: Some(
                "name the relation (`alias.column`), or choose columns with `keep` or `select` at the join"
                    .to_owned(),
            ),
            correction: None,
        });
    }
}

/// Writes a guessed name where another one stands, if both are plain.
fn renamed(range: TextRange, written: &str, near: &str) -> Option<Correction> {
    let is_plain = |name: &str| {
        !is_reserved(name)
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
            && !name.starts_with(|first: char| first.is_ascii_digit())
    };
    let is_all = usize::from(range.len()) == written.len();
    (is_all && is_plain(written) && is_plain(near)).then(|| Correction::replacement(range, near, false))
}

/// `expr` standing where a name stood.
fn substitute(expr: &Expr, site: TextRange) -> Expr {
    let mut copy = expr.clone();
    match &mut copy.kind {
        // A plain column is as good as the name that was written.
        ExprKind::Column(parts) => {
            parts.iter_mut().for_each(|part| part.range = site);
            copy.range = site;
            copy.use_sites.clear();
        }
        _ => copy.use_sites.push(site),
    }
    copy
}

/// The names as written, with dots.
pub(crate) fn qualifier_text(parts: &[Ident]) -> String {
    let parts: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
    parts.join(".")
}

fn list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().take(12).map(|name| format!("`{name}`")).collect();
    match names.len() > 12 {
        true => format!("{}, …", quoted.join(", ")),
        false => quoted.join(", "),
    }
}

/// What an expression gets from the columns computed in its frame.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Usage {
    /// It uses a column computed by a window function.
    pub(crate) window: bool,
    /// How often it uses a column that differs at each evaluation.
    pub(crate) volatile: usize,
    /// It uses a computed column at all.
    pub(crate) substitutes: bool,
    /// Nodes the expression would have after substitution.
    pub(crate) nodes: usize,
    /// Depth it could have after substitution.
    pub(crate) depth: usize,
    /// Nodes its frame would have.
    pub(crate) total: usize,
}

impl Usage {
    /// Beyond this, computed columns are materialised by a subquery instead of being repeated.
    const MAX_NODES: usize = 2_000;
    const MAX_DEPTH: usize = 300;
    const MAX_TOTAL: usize = 50_000;

    /// What `expr` uses of `frame`.
    pub(crate) fn of(frame: &Frame, expr: &Expr) -> Usage {
        let own = expr.measure();
        let mut usage = Usage { nodes: own.nodes, depth: own.depth, ..Usage::default() };
        expr.for_each_column(&mut |parts, _| {
            let [name] = parts else { return };
            let Some(item) = Frame::find_item(&frame.items, &name.text) else { return };
            usage.substitutes = true;
            usage.window |= item.expr.has_window();
            usage.volatile += usize::from(item.expr.is_volatile());
            let measure = item.expr.measure();
            usage.nodes = usage.nodes.saturating_add(measure.nodes);
            usage.depth = usage.depth.max(own.depth + measure.depth);
        });
        usage.total = frame.nodes.saturating_add(usage.nodes);
        usage
    }

    /// Whether substitution would make the expression unreasonably large.
    pub(crate) fn is_too_large(&self) -> bool {
        self.substitutes
            && (self.nodes > Usage::MAX_NODES
                || self.depth > Usage::MAX_DEPTH
                || self.total > Usage::MAX_TOTAL)
    }
}
