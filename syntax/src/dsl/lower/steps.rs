//! Lowers pipelines step by step (02 §7): each step is merged into the current frame if that
//! keeps the top-to-bottom meaning, otherwise the frame is closed first.

use std::collections::BTreeSet;
use std::rc::Rc;

use rowan::TextRange;
use smol_str::SmolStr;

use super::expression::{Expr, ExprKind, Ident, SortKey};
use super::frame::{Frame, Item, Limit, OrderKey, Output, OutputColumn, Relation, Source, UnionBranch, fold};
use super::functions::{self, FunctionKind};
use super::pipeline::{Definition, Pipeline, SelectItem, Step, StepKind};
use super::print::Printer;
use super::scope::{Purpose, Resolver, Usage};
use super::sql_text::SqlText;
use super::{LowerContext, LoweringFinding, RelationColumns, Severity};

/// SQL engines limit nesting, and so does our parser.
const MAX_SUBQUERIES: usize = 200;

/// No warehouse takes more; a `*` that is repeated in every step doubles their number each time.
const MAX_COLUMNS: usize = 10_000;

/// Names for the subqueries of one file.
#[derive(Debug)]
pub(crate) struct SubqueryNames {
    /// Folded names the file uses.
    taken: BTreeSet<String>,
    next: usize,
}

impl SubqueryNames {
    /// Names that keep clear of `taken`.
    pub(crate) fn beside(taken: BTreeSet<String>) -> SubqueryNames {
        SubqueryNames { taken, next: 0 }
    }

    fn fresh(&mut self, range: TextRange) -> Ident {
        loop {
            self.next += 1;
            let name = format!("_s{}", self.next);
            if self.taken.insert(name.clone()) {
                return Ident::synthetic(&name, range);
            }
        }
    }
}

/// State of lowering one file.
pub(crate) struct Lowering<'a> {
    pub(crate) cx: &'a LowerContext<'a>,
    pub(crate) printer: Printer,
    pub(crate) names: SubqueryNames,
    pub(crate) findings: Vec<LoweringFinding>,
    /// Bindings lowered so far.
    pub(crate) bindings: Vec<(SmolStr, Output)>,
}

/// State of lowering one pipeline.
pub(super) struct PipelineState {
    pub(super) frame: Frame,
    /// How many frames were closed.
    closed: usize,
}

/// What happens to the order of a frame that is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    MovesOutward,
    /// An aggregate depends on it.
    StaysInside,
}

impl Lowering<'_> {
    /// Lowers a pipeline; `None` if it has no `from`.
    pub(crate) fn pipeline(&mut self, pipeline: &Pipeline) -> Option<(SqlText, Output)> {
        let from = pipeline.steps.iter().find_map(|step| match &step.kind {
            StepKind::From { relation, alias } => Some((relation, alias.as_ref(), step.range)),
            _ => None,
        });
        let (relation, alias, range) = from?;
        let source = self.named_source(relation, alias, range);
        let mut sql = SqlText::default();
        if pipeline.steps.iter().any(|step| matches!(step.kind, StepKind::Replicate)) {
            let output = Frame::of(source).output();
            sql.mapped(pipeline.range, |sql| self.printer.replica(sql, relation));
            return Some((sql, output));
        }
        let mut state = PipelineState { frame: Frame::of(source), closed: 0 };
        for step in &pipeline.steps {
            self.step(&mut state, step);
        }
        let output = state.frame.output();
        sql.mapped(pipeline.range, |sql| self.printer.frame(sql, &state.frame));
        Some((sql, output))
    }

    fn named_source(&self, relation: &[Ident], alias: Option<&Ident>, range: TextRange) -> Source {
        let output = self.columns_of(relation);
        Source {
            relation: Relation::Named(relation.to_vec()),
            qualifier: alias.map_or_else(|| relation.to_vec(), |alias| vec![alias.clone()]),
            alias: alias.cloned(),
            columns: output.columns,
            doubled: output.doubled,
            join: None,
            range,
        }
    }

    /// What is known of the columns of a relation named in the file.
    pub(crate) fn columns_of(&self, relation: &[Ident]) -> Output {
        if let [name] = relation
            && let Some((_, output)) = self.bindings.iter().rev().find(|(binding, _)| name.same_name(binding))
        {
            return output.clone();
        }
        let parts: Vec<String> = relation.iter().map(|part| part.text.to_string()).collect();
        let columns = (self.cx.relation)(&parts).unwrap_or_default();
        Output { columns, doubled: BTreeSet::new() }
    }

    fn step(&mut self, state: &mut PipelineState, step: &Step) {
        if !state.frame.unions.is_empty()
            && !matches!(step.kind, StepKind::Union { .. } | StepKind::From { .. })
        {
            self.close(state, step.range);
        }
        match &step.kind {
            StepKind::From { .. } | StepKind::Replicate => {}
            StepKind::Where(condition) => self.filter(state, condition, step.range),
            StepKind::Group { keys, entries } => self.group(state, keys, entries, step.range),
            StepKind::Derive(definitions) => {
                for definition in definitions {
                    self.derive(state, definition);
                }
            }
            StepKind::Select(items) => self.select(state, items, step.range),
            StepKind::Join(join) => self.join(state, join, step.range),
            StepKind::Sort(keys) => keys.iter().for_each(|key| self.sort(state, key)),
            StepKind::Take { count, offset } => take(&mut state.frame, *count, *offset, step.range),
            StepKind::Distinct => self.distinct(state, step.range),
            StepKind::Union { distinct, relation } => self.union(state, *distinct, relation, step.range),
        }
    }

    // ---- closing

    /// Turns the frame into a subquery that a new frame reads from.
    pub(super) fn close(&mut self, state: &mut PipelineState, range: TextRange) {
        self.enclose(state, range, Order::MovesOutward);
    }

    pub(super) fn enclose(&mut self, state: &mut PipelineState, range: TextRange, order: Order) {
        state.closed += 1;
        if state.closed == MAX_SUBQUERIES + 1 {
            self.findings.push(LoweringFinding {
                code: "S017",
                severity: Severity::Error,
                range,
                message: format!("this pipeline needs more than {MAX_SUBQUERIES} nested subqueries"),
                help: Some("split it into several `let` bindings or models".to_owned()),
                correction: None,
            });
        }
        if state.closed > MAX_SUBQUERIES {
            return;
        }
        let mut frame = state.frame.clone();
        let outward = match (frame.limit.is_none(), order) {
            (true, Order::MovesOutward) => std::mem::take(&mut frame.order),
            _ => Vec::new(),
        };
        self.name_columns_apart(&mut frame);
        let order = self.move_order(&frame, outward);
        let output = frame.output();
        let mut sql = SqlText::default();
        self.printer.frame(&mut sql, &frame);
        let alias = self.names.fresh(range);
        let mut outer = Frame::of(Source {
            qualifier: vec![alias.clone()],
            alias: Some(alias),
            columns: output.columns,
            doubled: output.doubled,
            join: None,
            range: frame.projection_range,
            relation: Relation::Closed { sql, frame: Rc::new(frame) },
        });
        outer.order = order;
        state.frame = outer;
    }

    /// A subquery may not have two columns of one name: where all columns are known, list them.
    fn name_columns_apart(&self, frame: &mut Frame) {
        let output = frame.output();
        if output.doubled.is_empty() || !output.columns.complete {
            return;
        }
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for item in &frame.items {
            if let Item::Column(OutputColumn { name: Some(name), .. }) = item {
                taken.insert(fold(&name.text));
            }
        }
        let mut position = 0;
        while position < frame.items.len() {
            let before = frame.items.len();
            let mut is_taken = |name: &str| !taken.insert(name.to_owned());
            if frame.expand_star(position, &mut is_taken) {
                position += frame.items.len() + 1 - before;
            } else {
                position += 1;
            }
        }
    }

    /// The order of a closed frame applies to its reader, as far as its keys are still there.
    fn move_order(&mut self, frame: &Frame, order: Vec<OrderKey>) -> Vec<OrderKey> {
        let mut moved = Vec::new();
        for key in order {
            match self.output_name(frame, &key) {
                Some(name) => {
                    let expr = Expr::column(Ident { range: key.key.expr.range, ..name.clone() });
                    moved.push(OrderKey { key: SortKey { expr, ..key.key }, name: Some(name) });
                }
                None => {
                    self.dropped_order(&key);
                    return Vec::new();
                }
            }
        }
        moved
    }

    /// The output column that has the value of a sort key.
    fn output_name(&self, frame: &Frame, key: &OrderKey) -> Option<Ident> {
        let text = self.printer.text(&key.key.expr);
        let computed = frame.items.iter().find_map(|item| match item {
            Item::Column(column) if self.printer.text(&column.expr) == text => column.name.clone(),
            _ => None,
        });
        let through_star = || {
            let (name, qualifier) = key.key.expr.as_column()?.split_last()?;
            let covered = frame.items.iter().any(|item| matches!(item, Item::Star { .. }));
            let hidden = Frame::find_item(&frame.items, &name.text).is_some();
            if !covered || hidden || frame.output().doubled.contains(&fold(&name.text)) {
                return None;
            }
            let kept = |source: &Source| {
                source
                    .keep()
                    .is_none_or(|items| items.iter().any(|item| item.output_name().same_name(&name.text)))
            };
            let owner = frame.source_called(qualifier).map(|index| &frame.sources[index]);
            owner.is_none_or(kept).then(|| name.clone())
        };
        computed.or_else(through_star)
    }

    pub(super) fn dropped_order(&mut self, key: &OrderKey) {
        self.findings.push(LoweringFinding {
            code: "S023",
            severity: Severity::Warning,
            range: key.key.range,
            message: "this `sort` has no effect: a later step makes new rows".to_owned(),
            help: Some("sort after that step, or remove the `sort`".to_owned()),
            correction: None,
        });
    }

    /// Resolves the names of a copy of `expr`.
    pub(super) fn resolved(&mut self, frame: &mut Frame, expr: &Expr, purpose: Purpose) -> Expr {
        self.resolved_after(frame, expr, purpose, &[])
    }

    pub(super) fn resolved_after(
        &mut self,
        frame: &mut Frame,
        expr: &Expr,
        purpose: Purpose,
        earlier: &[OutputColumn],
    ) -> Expr {
        let mut copy = expr.clone();
        let mut resolver =
            Resolver { frame, purpose, earlier, findings: &mut self.findings, inputs: BTreeSet::new() };
        resolver.resolve(&mut copy);
        let inputs = resolver.inputs;
        frame.input_names.extend(inputs);
        frame.nodes = frame.nodes.saturating_add(copy.measure().nodes);
        copy
    }

    // ---- where

    fn filter(&mut self, state: &mut PipelineState, condition: &Expr, range: TextRange) {
        let frame = &state.frame;
        let usage = Usage::of(frame, condition);
        let is_late = frame.limit.is_some()
            || has_window_column(frame)
            || usage.is_too_large()
            || match frame.group {
                Some(_) => frame.distinct || self.having_is_unclear(frame, condition),
                None => (frame.distinct && !frame.is_plain_star()) || usage.volatile > 0,
            };
        if is_late {
            self.close(state, range);
        }
        let frame = &mut state.frame;
        let extend = |old: Option<TextRange>| Some(old.map_or(range, |old| old.cover(range)));
        if frame.group.is_some() {
            let condition = self.resolved(frame, condition, Purpose::Having);
            frame.having.push(condition);
            frame.having_range = extend(frame.having_range);
        } else {
            let condition = self.resolved(frame, condition, Purpose::FilterOrSort);
            frame.filters.push(condition);
            frame.filter_range = extend(frame.filter_range);
        }
    }

    // ---- derive

    fn derive(&mut self, state: &mut PipelineState, definition: &Definition) {
        let frame = &state.frame;
        let usage = Usage::of(frame, &definition.expr);
        let taken = frame.limit.is_some() || frame.distinct;
        let is_late = match definition.expr.has_window() {
            true => taken || frame.group.is_some() || usage.window,
            false => frame.distinct && definition.expr.is_volatile(),
        };
        // Rows that differ in the old column only were not doubles.
        let replaces = Frame::find_item(&frame.items, &definition.name.text).is_some()
            || self.star_with(frame, &definition.name, &definition.expr).is_some();
        if is_late
            || usage.volatile > 0
            || usage.is_too_large()
            || ((frame.distinct || has_no_keys(frame)) && replaces)
        {
            self.close(state, definition.range);
        }
        let frame = &mut state.frame;
        let expr = self.resolved(frame, &definition.expr, Purpose::Compute);
        let column = OutputColumn { name: Some(definition.name.clone()), expr, range: definition.range };
        self.define(frame, column, &definition.expr);
    }

    /// Adds a computed column; `written` is its expression as the user wrote it.
    pub(super) fn define(&mut self, frame: &mut Frame, column: OutputColumn, written: &Expr) {
        let Some(name) = column.name.clone() else { return };
        let is_it = |old: &&mut OutputColumn| old.name.as_ref().is_some_and(|own| own.same_name(&name.text));
        for item in frame.items.iter_mut().rev() {
            let old = match item {
                Item::Column(old) => Some(old).filter(is_it),
                Item::Star { replacements, .. } => replacements.iter_mut().find(is_it),
            };
            if let Some(old) = old {
                *old = column;
                return;
            }
        }
        let Some(star) = self.star_with(frame, &name, written) else {
            frame.items.push(Item::Column(column));
            return;
        };
        let before = frame.items.len();
        let mut names: BTreeSet<String> = BTreeSet::new();
        if frame.expand_star(star, &mut |name| !names.insert(name.to_owned())) {
            let expanded = star..star + frame.items.len() + 1 - before;
            let old = frame.items[expanded].iter_mut().find_map(|item| match item {
                Item::Column(old) => Some(old).filter(is_it),
                Item::Star { .. } => None,
            });
            if let Some(old) = old {
                *old = column;
            }
            return;
        }
        if self.cx.dialect == crate::DialectKind::Databricks {
            self.findings.push(LoweringFinding {
                code: "S025",
                severity: Severity::Info,
                range: name.range,
                message: format!("`{}` replaces a column of the input and moves to the end", name.text),
                help: Some("list the columns with `select` to choose their order".to_owned()),
                correction: None,
            });
        }
        if let Item::Star { replacements, .. } = &mut frame.items[star] {
            replacements.push(column);
        }
    }

    /// The star item through which an input column of this name reaches the output, as far as
    /// that is known.
    fn star_with(&self, frame: &Frame, name: &Ident, written: &Expr) -> Option<usize> {
        let mut uses_itself = false;
        written.for_each_column(&mut |parts, _| {
            uses_itself |= matches!(parts, [own] if own.same_name(&name.text));
        });
        let is_input = uses_itself || frame.input_names.contains(&fold(&name.text));
        frame.items.iter().position(|item| match item {
            Item::Star { source, .. } => {
                let covered = match source {
                    Some(index) => &frame.sources[*index..=*index],
                    None => &frame.sources[..],
                };
                let shown = |source: &Source| match source.keep() {
                    Some(items) => items.iter().any(|item| item.output_name().same_name(&name.text)),
                    None => source.has_column(&name.text) || (is_input && !source.columns.complete),
                };
                covered.iter().any(shown)
            }
            Item::Column(_) => false,
        })
    }

    // ---- select

    fn select(&mut self, state: &mut PipelineState, items: &[SelectItem], range: TextRange) {
        let exprs = || {
            items.iter().filter_map(|item| match item {
                SelectItem::Column { expr, .. } => Some(expr),
                SelectItem::Star { .. } => None,
            })
        };
        let frame = &state.frame;
        let usages: Vec<Usage> = exprs().map(|expr| Usage::of(frame, expr)).collect();
        let has_window = exprs().any(Expr::has_window);
        let is_late = (frame.distinct && !is_full_set(frame, items))
            || (has_no_keys(frame) && !uses_aggregate(frame, items))
            || (has_window && (frame.group.is_some() || frame.limit.is_some()))
            || exprs().zip(&usages).any(|(expr, usage)| expr.has_window() && usage.window)
            || usages.iter().any(Usage::is_too_large)
            || usages.iter().map(|usage| usage.volatile).sum::<usize>() > 1;
        if is_late {
            self.close(state, range);
        }
        let frame = &mut state.frame;
        if items.is_empty() {
            return;
        }
        let mut selected: Vec<Item> = Vec::new();
        for item in items {
            match item {
                SelectItem::Star { qualifier: None, range }
                    if selected.len() + frame.items.len() > MAX_COLUMNS =>
                {
                    self.too_many_columns(*range);
                    break;
                }
                SelectItem::Star { qualifier: None, .. } => selected.extend(frame.items.iter().cloned()),
                SelectItem::Star { qualifier: Some(qualifier), range } => {
                    self.select_star_of(frame, qualifier, *range, &mut selected);
                }
                SelectItem::Column { name, expr, range } => {
                    let own = expr.as_column().and_then(<[Ident]>::last).cloned();
                    let expr = self.resolved(frame, expr, Purpose::Compute);
                    selected.push(Item::Column(OutputColumn {
                        name: name.clone().or(own),
                        expr,
                        range: *range,
                    }));
                }
            }
        }
        frame.items = selected;
        frame.projection_range = range;
        frame.selected = true;
    }

    fn too_many_columns(&mut self, range: TextRange) {
        self.findings.push(LoweringFinding {
            code: "S017",
            severity: Severity::Error,
            range,
            message: format!("with this `*` the step has more than {MAX_COLUMNS} columns"),
            help: Some("a `*` brings all columns again: write it once".to_owned()),
            correction: None,
        });
    }

    fn select_star_of(
        &mut self,
        frame: &Frame,
        qualifier: &Ident,
        range: TextRange,
        selected: &mut Vec<Item>,
    ) {
        let source = frame.source_called(std::slice::from_ref(qualifier));
        let shown = source.is_some_and(|source| {
            frame.group.is_none()
                && frame.items.iter().any(
                    |item| matches!(item, Item::Star { source: of, .. } if of.is_none_or(|of| of == source)),
                )
        });
        if let (Some(source), true) = (source, shown) {
            selected.push(Item::Star { source: Some(source), replacements: Vec::new(), range });
            return;
        }
        let known: Vec<&str> =
            frame.sources.iter().filter_map(|s| s.qualifier.last()).map(|part| part.text.as_str()).collect();
        let help = match crate::closest::closest(&qualifier.text, known.iter().copied()) {
            Some(near) if source.is_none() => format!("did you mean `{near}.*`?"),
            _ => "name the columns, or move this `select` up".to_owned(),
        };
        self.findings.push(LoweringFinding {
            code: "E003",
            severity: Severity::Error,
            range: qualifier.range,
            message: match source {
                None => format!("unknown relation `{}`", qualifier.text),
                Some(_) => format!("the columns of `{}` are no longer all there", qualifier.text),
            },
            help: Some(help),
            correction: None,
        });
    }

    // ---- sort, distinct, union

    fn sort(&mut self, state: &mut PipelineState, key: &SortKey) {
        let frame = &state.frame;
        let bare = key.expr.as_bare_column().cloned();
        let usage = Usage::of(frame, &key.expr);
        let outside = match &bare {
            Some(name) => frame.is_explicit() && Frame::find_item(&frame.items, &name.text).is_none(),
            None => true,
        };
        let recomputes = bare.is_none() && (usage.volatile > 0 || usage.is_too_large());
        if frame.limit.is_some() || (frame.distinct && outside) || recomputes {
            self.close(state, key.range);
        }
        let frame = &mut state.frame;
        let expr = self.resolved(frame, &key.expr, Purpose::FilterOrSort);
        frame.order.push(OrderKey { key: SortKey { expr, ..key.clone() }, name: bare });
    }

    fn distinct(&mut self, state: &mut PipelineState, range: TextRange) {
        let frame = &state.frame;
        let outside = frame.order.iter().any(|key| match &key.name {
            Some(name) => frame.is_explicit() && Frame::find_item(&frame.items, &name.text).is_none(),
            None => true,
        });
        if frame.limit.is_some() || outside {
            self.close(state, range);
        }
        state.frame.distinct = true;
    }

    fn union(&mut self, state: &mut PipelineState, distinct: bool, relation: &[Ident], range: TextRange) {
        if state.frame.unions.is_empty() {
            self.close(state, range);
        }
        let frame = &mut state.frame;
        let left = frame.output().columns;
        let right = self.columns_of(relation).columns;
        self.check_union(&left, &right, relation, range);
        frame.unions.push(UnionBranch { distinct, relation: relation.to_vec(), range });
    }

    fn check_union(
        &mut self,
        left: &RelationColumns,
        right: &RelationColumns,
        relation: &[Ident],
        range: TextRange,
    ) {
        if !left.complete || !right.complete {
            return;
        }
        let name = super::scope::qualifier_text(relation);
        let difference = if left.columns.len() != right.columns.len() {
            Some(format!("{} columns here, {} in `{name}`", left.columns.len(), right.columns.len()))
        } else {
            let pairs = left.columns.iter().zip(&right.columns);
            let mut different = pairs.enumerate().filter(|(_, (a, b))| !a.eq_ignore_ascii_case(b));
            different
                .next()
                .map(|(index, (a, b))| format!("column {} is `{a}` here and `{b}` in `{name}`", index + 1))
        };
        if let Some(difference) = difference {
            self.findings.push(LoweringFinding {
                code: "E101",
                severity: Severity::Error,
                range,
                message: format!("`union` needs the same columns on both sides: {difference}"),
                help: Some(
                    "add a `select` that lists the columns in the order of the other relation".to_owned(),
                ),
                correction: None,
            });
        }
    }
}

/// Whether only its aggregates make the frame a grouped one: a `group` without keys.
fn has_no_keys(frame: &Frame) -> bool {
    frame.group.as_ref().is_some_and(|group| group.keys.is_empty())
}

/// Whether one of the items is, or uses, an aggregate of the frame.
fn uses_aggregate(frame: &Frame, items: &[SelectItem]) -> bool {
    let is_aggregate = |expr: &Expr| {
        expr.any(&|expr| {
            matches!(&expr.kind, ExprKind::Call(call) if functions::kind(call) == FunctionKind::Aggregate)
        })
    };
    items.iter().any(|item| match item {
        SelectItem::Star { .. } => true,
        SelectItem::Column { expr, .. } => {
            let mut found = false;
            expr.for_each_column(&mut |parts, _| {
                if let [name] = parts {
                    let item = Frame::find_item(&frame.items, &name.text);
                    found |= item.is_some_and(|item| is_aggregate(&item.expr));
                }
            });
            found
        }
    })
}

/// Whether a column is computed over the rows of the frame, so that they must not change.
fn has_window_column(frame: &Frame) -> bool {
    frame.items.iter().any(|item| match item {
        Item::Column(column) => column.expr.has_window(),
        Item::Star { replacements, .. } => replacements.iter().any(|column| column.expr.has_window()),
    })
}

/// Limits the rows that are left so far.
fn take(frame: &mut Frame, count: u64, offset: u64, range: TextRange) {
    let limit = match &frame.limit {
        None => Limit { count, offset, range },
        Some(old) => Limit {
            count: count.min(old.count.saturating_sub(offset)),
            offset: old.offset.saturating_add(offset),
            range: old.range.cover(range),
        },
    };
    frame.limit = Some(limit);
}

/// Whether the items are exactly the columns of a projection that lists all its columns.
fn is_full_set(frame: &Frame, items: &[SelectItem]) -> bool {
    if matches!(items, [] | [SelectItem::Star { qualifier: None, .. }]) {
        return true;
    }
    let mut wanted: Vec<String> = Vec::new();
    for item in &frame.items {
        match item {
            Item::Column(OutputColumn { name: Some(name), .. }) => wanted.push(fold(&name.text)),
            _ => return false,
        }
    }
    let mut given: Vec<String> = Vec::new();
    for item in items {
        match item {
            SelectItem::Column { name, expr, .. } => match (name, expr.as_bare_column()) {
                (None, Some(column)) => given.push(fold(&column.text)),
                _ => return false,
            },
            SelectItem::Star { .. } => return false,
        }
    }
    wanted.sort();
    given.sort();
    wanted == given
}
