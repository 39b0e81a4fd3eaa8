//! Which calls may stand in which clause, what a grouped query may name, which positions there are.

use super::Inferrer;
use super::value::folded;
use crate::functions::FunctionKind;
use crate::{Anchor, DialectKind, Resolution};
use rocky_base_db::Severity;
use rocky_hir::body::{Call, Expr, ExprId, Literal, Query, QueryId, RelationId, Select};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

/// Keys of GROUP BY: plain columns apart, so that many of them stay cheap.
#[derive(Default)]
struct Keys {
    columns: FxHashSet<(RelationId, SmolStr)>,
    others: Vec<ExprId>,
}

/// Calls that see several rows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Many {
    Aggregate,
    Window,
}

impl Inferrer<'_> {
    /// Everything about the clauses of one SELECT, when all of it is typed.
    pub(super) fn check_clauses(
        &mut self,
        id: QueryId,
        query: &Query,
        select: &Select,
        width: Option<usize>,
    ) {
        if self.body.incomplete || select.opaque {
            return;
        }
        if let Some(width) = width {
            // DuckDB adds the keys of DISTINCT ON to the columns.
            self.check_positions(&query.order_by, width + select.distinct_on.len(), "ORDER BY");
            self.check_positions(&select.group_by.keys, width, "GROUP BY");
        }
        if self.dialect != DialectKind::DuckDb {
            return;
        }
        self.check_places(id, select);
        self.check_grouped(id, query, select);
    }

    /// `ORDER BY 3`, `GROUP BY 3` with fewer columns.
    pub(super) fn check_positions(&mut self, keys: &[ExprId], width: usize, clause: &str) {
        for key in keys {
            let Expr::Literal(Literal::Number(text)) = self.body.expr(*key) else {
                continue;
            };
            if text.parse::<usize>().is_ok_and(|position| position == 0 || position > width) {
                let message = format!("{clause} {text}: there is no such column, the query has {width}");
                let finding = self.report("E133", Severity::Error, Anchor::Expr(*key), message);
                self.suggest(finding, format!("name a position from 1 to {width}, or the column"));
            }
        }
    }

    /// Aggregates and window functions where no groups or windows exist yet, or inside one another.
    fn check_places(&mut self, id: QueryId, select: &Select) {
        let joins = select.from.iter().flat_map(|item| &item.joins).flat_map(|join| &join.conditions);
        let mut places: Vec<(ExprId, &str, bool)> =
            joins.map(|on| (*on, "a join condition", false)).collect();
        places.extend(select.filter.map(|filter| (filter, "WHERE", false)));
        places.extend(select.group_by.keys.iter().map(|key| (*key, "GROUP BY", false)));
        places.extend(select.having.map(|having| (having, "HAVING", true)));
        for (root, clause, aggregates) in places {
            if let Some((call, many)) = self.first_many(root, !aggregates) {
                if self.reads_outside(call, id) {
                    continue;
                }
                let (what, instead) = match many {
                    Many::Aggregate => ("aggregate", "HAVING"),
                    Many::Window => ("window function", "QUALIFY"),
                };
                let message = format!("an {what} cannot stand in {clause}").replace("an window", "a window");
                let finding = self.report("E130", Severity::Error, Anchor::Expr(call), message);
                self.suggest(finding, format!("test it in {instead}, or compute it in a subquery"));
            }
        }
        let roots = select.items.iter().map(|item| item.expr).chain(select.having).chain(select.qualify);
        for root in roots.collect::<Vec<_>>() {
            self.check_nested(root, id);
        }
    }

    /// An aggregate or window function inside an aggregate, a window function inside a window function.
    fn check_nested(&mut self, root: ExprId, id: QueryId) {
        let mut stack = vec![root];
        let mut children = Vec::new();
        while let Some(expr) = stack.pop() {
            children.clear();
            self.children(expr, &mut children);
            if let Expr::Call(call) = self.body.expr(expr)
                && let Some(outer) = self.many(call)
            {
                let inner =
                    children.iter().find_map(|child| self.first_many(*child, outer == Many::Aggregate));
                if let Some((inner, _)) = inner
                    && !self.reads_outside(expr, id)
                {
                    let outer = if outer == Many::Aggregate { "an aggregate" } else { "a window function" };
                    let message = format!("this call cannot stand inside {outer}");
                    let finding = self.report("E130", Severity::Error, Anchor::Expr(inner), message);
                    self.suggest(finding, "compute the inner value in a subquery first".to_owned());
                    return;
                }
            }
            stack.append(&mut children);
        }
    }

    fn many(&self, call: &Call) -> Option<Many> {
        if call.over.is_some() {
            return Some(Many::Window);
        }
        let signature = self.functions.get(&call.name)?;
        (signature.kind == FunctionKind::Aggregate && !call.name.starts_with("GROUPING"))
            .then_some(Many::Aggregate)
    }

    /// The first window function of an expression, or aggregate if those count; subqueries are left out.
    fn first_many(&self, root: ExprId, aggregates: bool) -> Option<(ExprId, Many)> {
        let mut stack = vec![root];
        let mut children = Vec::new();
        while let Some(id) = stack.pop() {
            if let Expr::Call(call) = self.body.expr(id)
                && let Some(many) = self.many(call)
                && (aggregates || many == Many::Window)
            {
                return Some((id, many));
            }
            children.clear();
            self.children(id, &mut children);
            stack.append(&mut children);
        }
        None
    }

    /// Whether an expression names columns of a query around this one: then it may belong there.
    fn reads_outside(&self, root: ExprId, id: QueryId) -> bool {
        let own = &self.queries[id.index()].relations;
        let mut stack = vec![root];
        while let Some(expr) = stack.pop() {
            let outside = match &self.resolutions[expr.index()] {
                Some(Resolution::Column { relation, .. } | Resolution::OpenColumn { relation, .. }) => {
                    !own.contains(relation)
                }
                Some(Resolution::MergedColumn { relations, .. }) => {
                    !relations.iter().all(|r| own.contains(r))
                }
                Some(Resolution::Alias { .. }) => true,
                _ => false,
            };
            if outside {
                return true;
            }
            self.children(expr, &mut stack);
        }
        false
    }

    /// Columns of a grouped query that are neither grouped nor aggregated.
    fn check_grouped(&mut self, id: QueryId, query: &Query, select: &Select) {
        let group_by = &select.group_by;
        let aggregates =
            |expr: ExprId| matches!(self.first_aggregate(expr), Some(call) if !self.reads_outside(call, id));
        let grouped = !group_by.keys.is_empty()
            || select.having.is_some()
            || select.items.iter().any(|item| aggregates(item.expr));
        if !grouped || group_by.all {
            return;
        }
        let keys = self.group_keys(select);
        let mut roots: Vec<ExprId> = select.items.iter().map(|item| item.expr).collect();
        roots.extend(select.having);
        roots.extend(select.qualify);
        if !select.distinct {
            roots.extend(&query.order_by);
        }
        for root in roots.clone() {
            self.check_grouping(root, &keys);
        }
        for root in roots {
            if let Some(column) = self.ungrouped(root, &keys, id) {
                let name = match self.body.expr(column) {
                    Expr::Column(parts) => parts.last().map(|name| name.text.to_string()).unwrap_or_default(),
                    _ => String::new(),
                };
                let message = format!("'{name}' is neither a key of GROUP BY nor inside an aggregate");
                let finding = self.report("E131", Severity::Error, Anchor::Expr(column), message);
                self.suggest(finding, format!("add '{name}' to GROUP BY, or take ANY_VALUE of it"));
                return;
            }
        }
    }

    /// `GROUPING(x)` of something that is no key.
    fn check_grouping(&mut self, root: ExprId, keys: &Keys) {
        let mut stack = vec![root];
        while let Some(id) = stack.pop() {
            if let Expr::Call(call) = self.body.expr(id)
                && call.name.starts_with("GROUPING")
            {
                let other = call.args.iter().map(|arg| arg.value).find(|arg| !self.is_key(*arg, keys));
                if let Some(other) = other {
                    let message = format!("{}() takes keys of GROUP BY only", call.name.to_lowercase());
                    self.report("E131", Severity::Error, Anchor::Expr(other), message);
                    return;
                }
            }
            self.children(id, &mut stack);
        }
    }

    /// An aggregate inside one of a PIVOT's aggregates.
    pub(super) fn check_pivot_aggregate(&mut self, root: ExprId) {
        if self.dialect != DialectKind::DuckDb || self.body.incomplete {
            return;
        }
        let Expr::Call(call) = self.body.expr(root) else {
            return;
        };
        let inner = call.args.iter().find_map(|arg| self.first_many(arg.value, true));
        if let Some((inner, _)) = inner {
            let message = "this call cannot stand inside an aggregate".to_owned();
            let finding = self.report("E130", Severity::Error, Anchor::Expr(inner), message);
            self.suggest(finding, "compute the inner value in a subquery first".to_owned());
        }
    }

    fn first_aggregate(&self, root: ExprId) -> Option<ExprId> {
        let mut stack = vec![root];
        while let Some(id) = stack.pop() {
            if let Expr::Call(call) = self.body.expr(id)
                && self.many(call) == Some(Many::Aggregate)
            {
                return Some(id);
            }
            self.children(id, &mut stack);
        }
        None
    }

    fn group_keys(&self, select: &Select) -> Keys {
        let mut keys = Keys::default();
        for key in &select.group_by.keys {
            let key = self.key_expr(*key, select);
            match &self.resolutions[key.index()] {
                Some(Resolution::Column { relation, column, fields }) if fields.is_empty() => {
                    keys.columns.insert((*relation, folded(column)));
                }
                Some(Resolution::MergedColumn { relations, column, fields }) if fields.is_empty() => {
                    keys.columns.extend(relations.iter().map(|relation| (*relation, folded(column))));
                }
                _ => keys.others.push(key),
            }
        }
        keys
    }

    fn is_key(&self, expr: ExprId, keys: &Keys) -> bool {
        let known = |relation: &RelationId, column: &str| keys.columns.contains(&(*relation, folded(column)));
        let column = match &self.resolutions[expr.index()] {
            Some(Resolution::Column { relation, column, .. }) => known(relation, column),
            Some(Resolution::MergedColumn { relations, column, .. }) => {
                relations.iter().any(|relation| known(relation, column))
            }
            _ => false,
        };
        column || keys.others.iter().any(|key| self.same_expression(expr, *key))
    }

    /// What a key stands for: an item by position or alias, or itself.
    fn key_expr(&self, key: ExprId, select: &Select) -> ExprId {
        if let Some(Resolution::Alias { item, .. }) = &self.resolutions[key.index()] {
            return *item;
        }
        let position = match self.body.expr(key) {
            Expr::Literal(Literal::Number(text)) => text.parse::<usize>().ok(),
            _ => None,
        };
        position.and_then(|position| select.items.get(position.checked_sub(1)?)).map_or(key, |item| item.expr)
    }

    /// The first column of an expression that is not covered by a key or an aggregate.
    fn ungrouped(&self, root: ExprId, keys: &Keys, id: QueryId) -> Option<ExprId> {
        let own = &self.queries[id.index()].relations;
        let mut stack = vec![root];
        while let Some(expr) = stack.pop() {
            if self.is_key(expr, keys) {
                continue;
            }
            match self.body.expr(expr) {
                Expr::Call(call) if call.over.is_none() && self.functions.get(&call.name).is_none() => {
                    continue;
                }
                Expr::Call(call) if call.name.starts_with("GROUPING") => continue,
                Expr::Call(call) if self.many(call) == Some(Many::Aggregate) => continue,
                Expr::Column(_) => {
                    let local = |relation: &RelationId| own.contains(relation);
                    match &self.resolutions[expr.index()] {
                        Some(Resolution::Column { relation, .. }) if local(relation) => return Some(expr),
                        Some(Resolution::MergedColumn { relations, .. }) if relations.iter().all(local) => {
                            return Some(expr);
                        }
                        Some(Resolution::Alias { item, .. }) if *item != expr && *item != root => {
                            stack.push(*item)
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
            self.children(expr, &mut stack);
        }
        None
    }

    /// Whether two expressions are written alike; in doubt they are.
    pub(super) fn same_expression(&self, left: ExprId, right: ExprId) -> bool {
        if left == right {
            return true;
        }
        let (l, r) = (self.body.expr(left), self.body.expr(right));
        if std::mem::discriminant(l) != std::mem::discriminant(r) {
            return match (l, r) {
                (Expr::Tuple(items), _) if items.len() == 1 => self.same_expression(items[0], right),
                (_, Expr::Tuple(items)) if items.len() == 1 => self.same_expression(left, items[0]),
                _ => false,
            };
        }
        let alike = match (l, r) {
            (Expr::Column(l), Expr::Column(r)) => {
                return self.same_column(left, right).unwrap_or_else(|| {
                    matches!((l.last(), r.last()), (Some(l), Some(r)) if l.text.eq_ignore_ascii_case(&r.text))
                });
            }
            (Expr::Literal(l), Expr::Literal(r)) => l == r,
            (Expr::Call(l), Expr::Call(r)) => l.name == r.name && l.args.len() == r.args.len(),
            (Expr::Cast { ty: l, .. }, Expr::Cast { ty: r, .. }) => l == r,
            (Expr::Unary { op: l, .. }, Expr::Unary { op: r, .. }) => l == r,
            (Expr::Chain { rest: l, .. }, Expr::Chain { rest: r, .. }) => {
                l.len() == r.len() && l.iter().zip(r).all(|(l, r)| l.0 == r.0)
            }
            (Expr::Extract { part: l, .. }, Expr::Extract { part: r, .. }) => l.eq_ignore_ascii_case(r),
            _ => true,
        };
        let (mut below, mut beside) = (Vec::new(), Vec::new());
        self.children(left, &mut below);
        self.children(right, &mut beside);
        alike
            && below.len() == beside.len()
            && below.iter().zip(&beside).all(|(left, right)| self.same_expression(*left, *right))
    }

    /// Whether two names mean one column; a field of a key's struct is covered too.
    fn same_column(&self, item: ExprId, key: ExprId) -> Option<bool> {
        let known = |id: ExprId| match self.resolutions[id.index()].as_ref()? {
            Resolution::Column { relation, column, fields } => Some((vec![*relation], column, fields)),
            Resolution::MergedColumn { relations, column, fields } => {
                Some((relations.clone(), column, fields))
            }
            _ => None,
        };
        let (left, right) = (known(item)?, known(key)?);
        let together = left.0.iter().any(|relation| right.0.contains(relation));
        Some(together && left.1.eq_ignore_ascii_case(right.1) && left.2.starts_with(right.2))
    }
}
