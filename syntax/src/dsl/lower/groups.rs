//! Lowers `group` (02 §4.4, §7.3).

use rowan::TextRange;

use super::expression::{Expr, ExprKind, Ident};
use super::frame::{Frame, Group, Item, OutputColumn};
use super::functions::{self, FunctionKind};
use super::pipeline::{Definition, KeyDefinition};
use super::scope::{Purpose, Usage, qualifier_text};
use super::steps::{Lowering, Order, PipelineState};
use super::{LoweringFinding, Severity};

impl Lowering<'_> {
    pub(super) fn group(
        &mut self,
        state: &mut PipelineState,
        keys: &[KeyDefinition],
        entries: &[Definition],
        range: TextRange,
    ) {
        let frame = &state.frame;
        let exprs = || keys.iter().map(|key| &key.expr).chain(entries.iter().map(|entry| &entry.expr));
        let usages: Vec<Usage> = exprs().map(|expr| Usage::of(frame, expr)).collect();
        let needs_order = !frame.order.is_empty() && exprs().any(functions::is_order_sensitive);
        let is_late = frame.group.is_some()
            || frame.distinct
            || frame.limit.is_some()
            || usages.iter().any(|usage| usage.window || usage.is_too_large())
            || usages.iter().map(|usage| usage.volatile).sum::<usize>() > 1;
        if needs_order {
            self.enclose(state, range, Order::StaysInside);
        } else if is_late {
            self.close(state, range);
        }
        let order = std::mem::take(&mut state.frame.order);
        if let Some(key) = order.first() {
            self.dropped_order(key);
        }
        let keys = &self.without_constant_keys(state, keys, range);
        let frame = &mut state.frame;
        let mut columns: Vec<OutputColumn> = Vec::new();
        for key in keys {
            let mut expr = self.resolved(frame, &key.expr, Purpose::Compute);
            expr.is_key = true;
            let own = key.expr.as_column().and_then(<[Ident]>::last).cloned();
            columns.push(OutputColumn { name: key.name.clone().or(own), range: key.expr.range, expr });
        }
        let key_exprs: Vec<Expr> = columns.iter().map(|column| column.expr.clone()).collect();
        for entry in entries {
            let expr = self.resolved_after(frame, &entry.expr, Purpose::Compute, &columns);
            let size = expr.measure();
            let own = entry.expr.measure();
            let grown = size.nodes > own.nodes || size.depth > own.depth;
            if grown && (size.nodes > 2_000 || size.depth > 400 || frame.nodes > 100_000) {
                self.findings.push(LoweringFinding {
                    code: "S017",
                    severity: Severity::Error,
                    range: entry.range,
                    message: "this entry becomes too large when the entries it uses are put in".to_owned(),
                    help: Some("compute it in a `derive` after the `group`".to_owned()),
                    correction: None,
                });
                continue;
            }
            self.check_aggregated(&expr, &key_exprs);
            columns.push(OutputColumn { name: Some(entry.name.clone()), expr, range: entry.range });
        }
        let items = columns.into_iter().map(Item::Column).collect();
        let input_items = std::mem::replace(&mut frame.items, items);
        frame.group = Some(Group { keys: key_exprs, range, input_items });
        frame.projection_range = range;
        frame.selected = false;
    }

    /// A constant in GROUP BY would mean the column of that position: make it a column first.
    fn without_constant_keys(
        &mut self,
        state: &mut PipelineState,
        keys: &[KeyDefinition],
        range: TextRange,
    ) -> Vec<KeyDefinition> {
        let mut keys = keys.to_vec();
        let mut found = false;
        for key in &mut keys {
            let own = key.expr.as_bare_column().cloned();
            let derived = own.as_ref().and_then(|name| Frame::find_item(&state.frame.items, &name.text));
            if derived.is_some_and(|column| column.expr.is_literal()) {
                found = true;
            } else if let (Some(name), true) = (&key.name, key.expr.is_literal()) {
                let expr = std::mem::replace(&mut key.expr, Expr::column(name.clone()));
                let column = OutputColumn { name: Some(name.clone()), range: expr.range, expr };
                let written = column.expr.clone();
                self.define(&mut state.frame, column, &written);
                found = true;
            }
        }
        if found {
            self.close(state, range);
        }
        keys
    }

    /// Reports columns that are neither keys nor inside an aggregate.
    fn check_aggregated(&mut self, expr: &Expr, keys: &[Expr]) {
        let keys: Vec<String> = keys.iter().map(|key| self.printer.text(key)).collect();
        let mut loose: Vec<(String, TextRange)> = Vec::new();
        self.loose_columns(expr, &keys, &mut loose);
        if let Some((name, range)) = loose.into_iter().next() {
            self.findings.push(LoweringFinding {
                code: "S016",
                severity: Severity::Error,
                range,
                message: format!("column `{name}` must appear in the group keys or inside an aggregate"),
                help: Some(format!("add `{name}` to the keys, or aggregate it, e.g. `max({name})`")),
                correction: None,
            });
        }
    }

    /// Whether a condition after the `group` would repeat a computed key that reads an input column
    /// named like an output column: warehouses disagree on what the name means in HAVING.
    pub(super) fn having_is_unclear(&self, frame: &Frame, condition: &Expr) -> bool {
        let mut unclear = false;
        condition.for_each_column(&mut |parts, _| {
            let [name] = parts else { return };
            let Some(item) = Frame::find_item(&frame.items, &name.text) else { return };
            if item.expr.as_column().is_none() {
                let mut loose = Vec::new();
                self.loose_columns(&item.expr, &[], &mut loose);
                unclear |= loose.iter().any(|(column, _)| {
                    Frame::find_item(&frame.items, column)
                        .is_some_and(|other| other.expr.as_column().is_none())
                });
            }
        });
        unclear
    }

    fn loose_columns(&self, expr: &Expr, keys: &[String], loose: &mut Vec<(String, TextRange)>) {
        if keys.contains(&self.printer.text(expr)) {
            return;
        }
        match &expr.kind {
            ExprKind::Column(parts) => {
                let is_niladic = matches!(parts.as_slice(), [name] if functions::is_niladic(&name.text));
                if !is_niladic {
                    loose.push((qualifier_text(parts), expr.range));
                }
            }
            ExprKind::Call(call) if functions::kind(call) != FunctionKind::Scalar => {}
            _ => expr.for_each_child(&mut |child| self.loose_columns(child, keys, loose)),
        }
    }
}
