//! Lowers joins (02 §4.6, §7.3).

use rowan::TextRange;

use super::expression::{CompareOp, Expr, ExprKind, Ident};
use super::frame::{Frame, Join, KeepItem, Relation, Source, fold};
use super::pipeline::{JoinKind, JoinStep, SelectItem};
use super::print::comparison;
use super::scope::{Purpose, qualifier_text};
use super::steps::{Lowering, PipelineState};
use super::{LoweringFinding, Severity};

impl Lowering<'_> {
    pub(super) fn join(&mut self, state: &mut PipelineState, join: &JoinStep, range: TextRange) {
        let frame = &state.frame;
        let is_late = frame.group.is_some()
            || frame.distinct
            || frame.limit.is_some()
            || !frame.is_plain_star()
            || (!frame.filters.is_empty() && join.kind.adds_unmatched_right_rows());
        if is_late {
            self.close(state, range);
        }
        let Some(last) = join.relation.last() else { return };
        let alias = join.alias.clone().unwrap_or_else(|| last.clone());
        let frame = &mut state.frame;
        self.check_alias(frame, &alias);
        let output = self.columns_of(&join.relation);
        let source = Source {
            relation: Relation::Named(join.relation.clone()),
            qualifier: vec![alias.clone()],
            alias: Some(alias.clone()),
            columns: output.columns,
            doubled: output.doubled,
            join: None,
            range,
        };
        let conditions = self.join_conditions(frame, &source, join);
        if join.kind.is_filter() {
            let negated = join.kind == JoinKind::Anti;
            let relation = join.relation.clone();
            let exists = ExprKind::Exists { negated, relation, alias, conditions };
            frame.filters.push(Expr::new(exists, range));
            frame.filter_range = Some(frame.filter_range.map_or(range, |old| old.cover(range)));
            return;
        }
        qualify_earlier_names(frame, &source);
        let keep = join.keep.as_ref().and_then(|items| self.keep_items(&alias, items));
        let keys: Vec<Ident> = keys_of(join).unwrap_or_default();
        for key in &keys {
            define_key(frame, &source, key, join.kind);
        }
        frame.sources.push(Source { join: Some(Join { kind: join.kind, conditions, keep }), ..source });
    }

    /// Two relations of one name cannot be told apart.
    fn check_alias(&mut self, frame: &Frame, alias: &Ident) {
        if frame.source_called(std::slice::from_ref(alias)).is_some() {
            self.findings.push(LoweringFinding {
                code: "E106",
                severity: Severity::Error,
                range: alias.range,
                message: format!("there is already a relation called `{}` in this pipeline", alias.text),
                help: Some("give one of them another name with `as`".to_owned()),
                correction: None,
            });
        }
    }

    fn join_conditions(&mut self, frame: &mut Frame, source: &Source, join: &JoinStep) -> Vec<Expr> {
        if let Some(keys) = keys_of(join) {
            return keys.iter().map(|key| self.key_condition(frame, source, key)).collect();
        }
        let mut wider = frame.clone();
        wider.sources.push(source.clone());
        let mut conditions = Vec::new();
        for condition in &join.on {
            match condition.as_bare_column() {
                Some(key) => conditions.push(self.key_condition(frame, source, key)),
                None => conditions.push(self.resolved(&mut wider, condition, Purpose::Compute)),
            }
        }
        frame.input_names.extend(wider.input_names);
        conditions
    }

    /// `left.k = alias.k`
    fn key_condition(&mut self, frame: &mut Frame, source: &Source, key: &Ident) -> Expr {
        let left = left_of_key(frame, key);
        if frame.sources[left].doubled.contains(&fold(&key.text)) {
            self.findings.push(LoweringFinding {
                code: "E106",
                severity: Severity::Error,
                range: key.range,
                message: format!(
                    "join key `{}` is ambiguous: the relations joined above both have it",
                    key.text
                ),
                help: Some("choose columns with `keep` or `select` before this join".to_owned()),
                correction: None,
            });
        }
        frame.input_names.insert(fold(&key.text));
        let mut condition =
            comparison(CompareOp::Equal, frame.sources[left].qualified(key), source.qualified(key));
        condition.range = key.range;
        condition
    }

    /// The columns of a `keep` list; `None` if it keeps all.
    fn keep_items(&mut self, alias: &Ident, items: &[SelectItem]) -> Option<Vec<KeepItem>> {
        let mut kept = Vec::new();
        for item in items {
            match item {
                SelectItem::Star { qualifier, .. } => {
                    if let Some(qualifier) = qualifier {
                        self.check_keep_qualifier(alias, std::slice::from_ref(qualifier));
                    }
                    return None;
                }
                SelectItem::Column { name, expr, range } => match expr.as_column() {
                    Some([qualifier @ .., column]) => {
                        if !qualifier.is_empty() {
                            self.check_keep_qualifier(alias, qualifier);
                        }
                        kept.push(KeepItem { column: column.clone(), alias: name.clone(), range: *range });
                    }
                    _ => self.findings.push(LoweringFinding {
                        code: "E003",
                        severity: Severity::Error,
                        range: *range,
                        message: "`keep` takes columns of the joined relation".to_owned(),
                        help: Some("compute values with `derive` after the join".to_owned()),
                        correction: None,
                    }),
                },
            }
        }
        Some(kept)
    }

    fn check_keep_qualifier(&mut self, alias: &Ident, qualifier: &[Ident]) {
        if matches!(qualifier, [single] if single.same_name(&alias.text)) {
            return;
        }
        let (Some(first), Some(last)) = (qualifier.first(), qualifier.last()) else { return };
        self.findings.push(LoweringFinding {
            code: "E003",
            severity: Severity::Error,
            range: first.range.cover(last.range),
            message: format!(
                "`keep` takes columns of `{}`, not of `{}`",
                alias.text,
                qualifier_text(qualifier)
            ),
            help: Some(format!(
                "write `{}.column`; the columns of the left side are kept anyway",
                alias.text
            )),
            correction: None,
        });
    }
}

/// The keys of a join whose `on` lists only names.
fn keys_of(join: &JoinStep) -> Option<Vec<Ident>> {
    join.on.iter().map(|condition| condition.as_bare_column().cloned()).collect()
}

/// The side a key is compared with: the `from` relation, unless it is known not to have the key
/// and exactly one other relation has it.
fn left_of_key(frame: &Frame, key: &Ident) -> usize {
    if frame.sources[0].may_have_column(&key.text) {
        return 0;
    }
    let owners: Vec<usize> =
        (1..frame.sources.len()).filter(|&index| frame.sources[index].has_column(&key.text)).collect();
    match owners.as_slice() {
        [one] => *one,
        _ => 0,
    }
}

/// What the key's name means after the join, as `USING` has it.
fn define_key(frame: &mut Frame, source: &Source, key: &Ident, kind: JoinKind) {
    let folded = fold(&key.text);
    let known = frame.join_keys.iter().position(|(name, _)| *name == folded);
    let left = match known {
        Some(index) => frame.join_keys[index].1.clone(),
        None => frame.sources[left_of_key(frame, key)].qualified(key),
    };
    let right = source.qualified(key);
    let meaning = match kind {
        JoinKind::Right => right,
        JoinKind::Full => {
            let call = super::expression::Call {
                name: vec![Ident::synthetic("coalesce", key.range)],
                distinct: false,
                args: vec![left, right],
                over: None,
            };
            Expr::new(ExprKind::Call(call), key.range)
        }
        _ => left,
    };
    match known {
        Some(index) => frame.join_keys[index].1 = meaning,
        None => frame.join_keys.push((folded, meaning)),
    }
}

/// Names in earlier conditions and sort keys that the joined relation may have too get the
/// qualifier of the relation they meant.
fn qualify_earlier_names(frame: &mut Frame, joined: &Source) {
    let sources = std::mem::take(&mut frame.sources);
    let owner = |name: &Ident| -> Option<usize> {
        if sources.len() == 1 {
            return Some(0);
        }
        let mut owners = (0..sources.len()).filter(|&index| sources[index].may_have_column(&name.text));
        match (owners.next(), owners.next()) {
            (Some(one), None) => Some(one),
            _ => None,
        }
    };
    let mut qualify = |expr: &mut Expr| {
        let Some(name) = expr.as_bare_column() else { return };
        if !joined.may_have_column(&name.text) || super::functions::is_niladic(&name.text) {
            return;
        }
        if let Some(owner) = owner(name) {
            let qualified = sources[owner].qualified(name);
            expr.kind = qualified.kind;
        }
    };
    for condition in &mut frame.filters {
        visit_all(condition, &mut qualify);
    }
    for key in &mut frame.order {
        visit_all(&mut key.key.expr, &mut qualify);
    }
    frame.sources = sources;
}

fn visit_all(expr: &mut Expr, visit: &mut dyn FnMut(&mut Expr)) {
    visit(expr);
    expr.for_each_child_mut(&mut |child| visit_all(child, visit));
}
