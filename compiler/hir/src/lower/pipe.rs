//! Pipe syntax: each step becomes a SELECT over what stands before it.

use rocky_syntax::{SyntaxKind, TextRange};

use super::pivot::{PivotParts, UnpivotParts};
use super::query::{LoweredBody, QueryParts};
use super::tree::{Element, Node};
use super::{Lower, is_expr, is_query_body};
use crate::body::{
    BinaryOperator, Call, Cte, Expr, ExprId, FromItem, Ident, QueryBody, QueryId, Relation, RelationId,
    RelationKind, Select, SelectItem, Star,
};

/// What the steps so far amount to.
enum State {
    /// A FROM clause and conditions; the select list is still everything.
    Open(Select),
    /// A query.
    Closed(QueryId),
}

/// A pipe while it is lowered.
struct Pipe {
    state: State,
    /// The name under which the rows can be addressed.
    name: Option<Ident>,
    /// Entries of WITH, seen by all later steps.
    ctes: Vec<Cte>,
    recursive: bool,
    /// From the start of the query to the end of the current step.
    range: TextRange,
}

impl Lower {
    /// A query with steps after it.
    pub(super) fn pipe(
        &mut self,
        node: Node<'_>,
        body: LoweredBody,
        mut parts: QueryParts,
        steps: &[Node<'_>],
    ) -> QueryId {
        let ctes = std::mem::take(&mut parts.ctes);
        let recursive = std::mem::take(&mut parts.recursive);
        let start = node.range().start();
        let first_end = steps.first().map_or(node.range().end(), |step| step.range().start());
        let mut pipe = Pipe {
            state: State::Closed(QueryId(0)),
            name: None,
            ctes,
            recursive,
            range: TextRange::new(start, first_end),
        };
        let is_plain = parts.order_by.is_empty() && parts.limits.is_empty() && !parts.limited;
        pipe.state = match body {
            LoweredBody::Body(QueryBody::Select(select)) if is_plain && self.is_from_alone(&select) => {
                State::Open(self.reopen(*select))
            }
            LoweredBody::Body(body) => State::Closed(self.alloc_query(parts.with_body(body), pipe.range)),
            LoweredBody::Query(query) if is_plain => State::Closed(query),
            LoweredBody::Query(query) => {
                State::Closed(self.alloc_query(parts.with_body(QueryBody::Nested(query)), pipe.range))
            }
        };
        for step in steps {
            pipe.range = TextRange::new(start, step.range().end());
            for element in step.elements() {
                match element {
                    Element::Node(operator) => self.pipe_step(operator, &mut pipe),
                    other => self.stray(other),
                }
            }
        }
        let last = self.close(&mut pipe);
        if pipe.ctes.is_empty() {
            return last;
        }
        if self.body.query(last).ctes.is_empty() {
            let query = &mut self.body.queries[last.index()];
            query.ctes = pipe.ctes;
            query.recursive = pipe.recursive;
            return last;
        }
        let parts = QueryParts { ctes: pipe.ctes, recursive: pipe.recursive, ..QueryParts::default() };
        self.alloc_query(parts.with_body(QueryBody::Nested(last)), pipe.range)
    }

    /// `FROM t`: its star is the newest expression.
    fn is_from_alone(&self, select: &Select) -> bool {
        let [item] = select.items.as_slice() else { return false };
        item.expr.index() + 1 == self.body.exprs.len()
            && matches!(self.body.expr(item.expr), Expr::Star(star) if **star == Star::default())
            && !select.distinct
            && !select.opaque
            && !select.group_by.is_grouped()
            && select.having.is_none()
            && select.qualify.is_none()
    }

    /// Takes the star away again: a step decides what is selected.
    fn reopen(&mut self, mut select: Select) -> Select {
        select.items.clear();
        self.body.exprs.pop();
        self.map.exprs.pop();
        select
    }

    /// The steps so far as a query.
    fn close(&mut self, pipe: &mut Pipe) -> QueryId {
        self.close_with(pipe, QueryParts::default(), |_| {})
    }

    fn close_with(
        &mut self,
        pipe: &mut Pipe,
        parts: QueryParts,
        change: impl FnOnce(&mut Select),
    ) -> QueryId {
        let query = match std::mem::replace(&mut pipe.state, State::Closed(QueryId(0))) {
            State::Closed(query) => query,
            State::Open(mut select) => {
                if pipe.name.is_none() {
                    pipe.name = self.only_name(&select);
                }
                change(&mut select);
                if select.items.is_empty() {
                    let expr = self.alloc(Expr::Star(Box::default()), pipe.range);
                    select.items.push(SelectItem { expr, alias: None, column_aliases: Vec::new() });
                }
                self.alloc_query(parts.with_body(QueryBody::Select(Box::new(select))), pipe.range)
            }
        };
        pipe.state = State::Closed(query);
        query
    }

    /// The name of the only relation read.
    fn only_name(&self, select: &Select) -> Option<Ident> {
        let [FromItem { relation, joins }] = select.from.as_slice() else { return None };
        let relation = self.body.relation(*relation);
        if !joins.is_empty() {
            return None;
        }
        match (&relation.alias, &relation.kind) {
            (Some(alias), _) => Some(alias.clone()),
            (None, RelationKind::Table(path)) => path.last().cloned(),
            _ => None,
        }
    }

    /// A SELECT over the steps so far, its list still to be chosen.
    fn open(&mut self, pipe: &mut Pipe) -> Select {
        match std::mem::replace(&mut pipe.state, State::Closed(QueryId(0))) {
            State::Open(select) => select,
            State::Closed(query) => {
                let relation = self.piped_relation(query, pipe);
                Select { from: vec![FromItem { relation, joins: Vec::new() }], ..Select::default() }
            }
        }
    }

    fn piped_relation(&mut self, query: QueryId, pipe: &Pipe) -> RelationId {
        let relation = Relation {
            kind: RelationKind::Derived(query),
            alias: pipe.name.clone(),
            columns: Vec::new(),
            lateral: false,
        };
        let range = self.map.queries[query.index()];
        self.alloc_relation(relation, range, None)
    }

    /// Opens, changes and closes: a step that chooses columns or orders rows.
    fn select_step(&mut self, pipe: &mut Pipe, items: Vec<SelectItem>, change: impl FnOnce(&mut Select)) {
        let mut select = self.open(pipe);
        select.items = items;
        pipe.state = State::Open(select);
        self.close_with(pipe, QueryParts::default(), change);
    }

    fn everything(&mut self, star: Star, range: TextRange) -> SelectItem {
        let expr = self.alloc(Expr::Star(Box::new(star)), range);
        SelectItem { expr, alias: None, column_aliases: Vec::new() }
    }

    fn pipe_step(&mut self, node: Node<'_>, pipe: &mut Pipe) {
        match node.kind() {
            SyntaxKind::WHERE_CLAUSE => self.pipe_where(node, pipe),
            SyntaxKind::JOIN => self.pipe_join(node, pipe),
            SyntaxKind::SELECT_CLAUSE => {
                let mut select = self.open(pipe);
                let mut parts = QueryParts::default();
                self.select_clause(node, &mut select, &mut parts);
                pipe.state = State::Open(select);
                self.close_with(pipe, parts, |_| {});
                pipe.name = None;
            }
            SyntaxKind::PIPE_EXTEND | SyntaxKind::PIPE_WINDOW => {
                let mut items =
                    vec![self.everything(Star::default(), TextRange::empty(node.range().start()))];
                for item in node.nodes() {
                    match item.kind() {
                        SyntaxKind::SELECT_ITEM => items.push(self.select_item(item)),
                        _ => self.detail_node(item),
                    }
                }
                self.select_step(pipe, items, |_| {});
            }
            SyntaxKind::PIPE_SET | SyntaxKind::PIPE_DROP | SyntaxKind::PIPE_RENAME => {
                let star = self.pipe_star(node);
                let items = vec![self.everything(star, node.range())];
                self.select_step(pipe, items, |_| {});
            }
            SyntaxKind::PIPE_AS => {
                self.close(pipe);
                pipe.name =
                    node.child(SyntaxKind::NAME).and_then(|name| self.name(name)).map(|(name, _)| name);
            }
            SyntaxKind::PIPE_AGGREGATE => self.pipe_aggregate(node, pipe),
            SyntaxKind::PIPE_DISTINCT => {
                let items = vec![self.everything(Star::default(), node.range())];
                self.select_step(pipe, items, |select| select.distinct = true);
            }
            SyntaxKind::ORDER_BY_CLAUSE | SyntaxKind::LIMIT_CLAUSE => {
                let select = self.open(pipe);
                let mut parts = QueryParts::default();
                self.query_tail(node, &mut parts);
                pipe.state = State::Open(select);
                self.close_with(pipe, parts, |_| {});
            }
            SyntaxKind::SAMPLE_CLAUSE => {
                self.close(pipe);
                self.detail_node(node);
            }
            SyntaxKind::WITH_CLAUSE => {
                let mut parts = QueryParts::default();
                self.with_clause(node, &mut parts);
                pipe.ctes.extend(parts.ctes);
                pipe.recursive |= parts.recursive;
            }
            SyntaxKind::PIPE_SET_OPERATION => self.pipe_set_operation(node, pipe),
            SyntaxKind::PIPE_PIVOT => self.pipe_pivot(node, pipe),
            SyntaxKind::PIPE_CALL => self.pipe_call(node, pipe),
            // The parser puts the OFFSET of a step after its LIMIT.
            SyntaxKind::OFFSET_CLAUSE => {
                let query = self.close(pipe);
                let mut parts = QueryParts::default();
                self.query_tail(node, &mut parts);
                let query = &mut self.body.queries[query.index()];
                query.limited = true;
                query.limits.extend(parts.limits);
            }
            _ => self.pipe_opaque(node, pipe),
        }
    }

    fn pipe_where(&mut self, node: Node<'_>, pipe: &mut Pipe) {
        let mut select = self.open(pipe);
        let condition = self.only_expr(node);
        select.filter = Some(match select.filter {
            None => condition,
            Some(first) => {
                let both = Expr::Chain { first, rest: vec![(BinaryOperator::And, condition)] };
                self.alloc(both, node.range())
            }
        });
        pipe.state = State::Open(select);
    }

    fn pipe_join(&mut self, node: Node<'_>, pipe: &mut Pipe) {
        // Rows were filtered before this join.
        if matches!(&pipe.state, State::Open(select) if select.filter.is_some()) {
            self.close(pipe);
        }
        let mut select = self.open(pipe);
        let join = self.join(node);
        match select.from.last_mut() {
            Some(item) => item.joins.push(join),
            None => select.from.push(FromItem { relation: join.relation, joins: Vec::new() }),
        }
        pipe.state = State::Open(select);
    }

    /// SET, DROP and RENAME as a star with changes.
    fn pipe_star(&mut self, node: Node<'_>) -> Star {
        let mut star = Star::default();
        for element in node.elements() {
            let Element::Node(child) = element else {
                self.stray(element);
                continue;
            };
            match child.kind() {
                SyntaxKind::NAME => star.exclude.extend(self.name(child).map(|(name, _)| name)),
                SyntaxKind::PIPE_SET_ITEM => {
                    let name = child.child(SyntaxKind::NAME).and_then(|name| self.name(name));
                    let value = child.nodes().find(|part| is_expr(part.kind())).map(|value| self.expr(value));
                    match (name, value) {
                        (Some((name, _)), Some(value)) => star.replace.push((value, name)),
                        _ => self.body.incomplete = true,
                    }
                }
                SyntaxKind::PIPE_RENAME_ITEM => {
                    let mut names = self.name_list(child).into_iter();
                    match (names.next(), names.next()) {
                        (Some(from), Some(to)) => star.rename.push((from, to)),
                        _ => self.body.incomplete = true,
                    }
                }
                _ => self.stray(element),
            }
        }
        star
    }

    /// `AGGREGATE a AS x GROUP BY k`: keys come first.
    fn pipe_aggregate(&mut self, node: Node<'_>, pipe: &mut Pipe) {
        let mut select = self.open(pipe);
        let mut aggregates = Vec::new();
        for element in node.elements() {
            match element {
                Element::Node(child) => match child.kind() {
                    SyntaxKind::GROUP_ALIAS_ITEM | SyntaxKind::SELECT_ITEM => {
                        aggregates.push(self.select_item(child));
                    }
                    SyntaxKind::GROUP_BY_CLAUSE => self.pipe_group_by(child, &mut select),
                    _ => self.stray(element),
                },
                other => self.stray(other),
            }
        }
        select.items.extend(aggregates);
        // An aggregation without keys has one row, even over no rows.
        select.opaque |= select.items.is_empty();
        self.body.incomplete |= select.items.is_empty();
        pipe.state = State::Open(select);
        self.close(pipe);
        pipe.name = None;
    }

    fn pipe_group_by(&mut self, clause: Node<'_>, select: &mut Select) {
        for element in clause.elements() {
            match element {
                Element::Node(child) if child.kind() == SyntaxKind::GROUP_ALIAS_ITEM => {
                    let item = self.select_item(child);
                    select.group_by.keys.push(item.expr);
                    select.items.push(item);
                }
                Element::Node(child) if is_expr(child.kind()) => {
                    let expr = self.expr(child);
                    select.group_by.keys.push(expr);
                    select.items.push(SelectItem { expr, alias: None, column_aliases: Vec::new() });
                }
                Element::Node(child) => {
                    // Grouping sets: the keys are known, their order among the columns is not.
                    select.opaque = true;
                    self.body.incomplete = true;
                    self.detail_node(child);
                }
                Element::Token(token) if token.kind() == SyntaxKind::AND_KW => self.detail(token),
                other => self.stray(other),
            }
        }
    }

    fn pipe_set_operation(&mut self, node: Node<'_>, pipe: &mut Pipe) {
        let first = self.close(pipe);
        let mut operator = None;
        let mut rest = Vec::new();
        for element in node.elements() {
            match element {
                Element::Node(child) if child.kind() == SyntaxKind::SET_OPERATOR => {
                    operator = Some(self.set_operator(child));
                }
                Element::Node(child) if is_query_body(child.kind()) => {
                    let branch = self.branch(child);
                    rest.extend(operator.map(|operator| (operator, branch)));
                }
                other => self.stray(other),
            }
        }
        self.body.incomplete |= rest.is_empty();
        let body = QueryBody::SetOperation { first, rest };
        pipe.state = State::Closed(self.alloc_query(QueryParts::default().with_body(body), pipe.range));
        pipe.name = None;
    }

    fn pipe_pivot(&mut self, node: Node<'_>, pipe: &mut Pipe) {
        let query = self.close(pipe);
        let input = Some(self.piped_relation(query, pipe));
        let relation = if node.token(SyntaxKind::UNPIVOT_KW).is_some() {
            let mut parts = UnpivotParts { input, ..UnpivotParts::default() };
            for element in node.elements() {
                self.unpivot_part(element, &mut parts);
            }
            self.finish_unpivot(node, parts, None)
        } else {
            let mut parts = PivotParts { input, ..PivotParts::default() };
            for element in node.elements() {
                self.pivot_part(element, &mut parts);
            }
            self.finish_pivot(node, parts, None)
        };
        self.continue_from(relation, pipe);
    }

    /// `CALL f(args)`: a table function that reads the rows so far.
    fn pipe_call(&mut self, node: Node<'_>, pipe: &mut Pipe) {
        let query = self.close(pipe);
        let input = self.piped_relation(query, pipe);
        let mut exprs: Vec<ExprId> = Vec::new();
        let mut alias = None;
        for element in node.elements() {
            match element {
                Element::Node(child) if child.kind() == SyntaxKind::FUNCTION_CALL => {
                    exprs.push(self.call_expr(child))
                }
                Element::Node(child) if child.kind() == SyntaxKind::ALIAS => alias = self.alias(child).name,
                other => self.stray(other),
            }
        }
        let alias_range = alias.as_ref().map(|(_, range)| *range);
        let relation = Relation {
            kind: RelationKind::Opaque { inputs: vec![input], exprs },
            alias: alias.map(|(name, _)| name),
            columns: Vec::new(),
            lateral: false,
        };
        let relation = self.alloc_relation(relation, node.range(), alias_range);
        self.continue_from(relation, pipe);
    }

    fn continue_from(&mut self, relation: RelationId, pipe: &mut Pipe) {
        pipe.name = self.body.relation(relation).alias.clone();
        pipe.state =
            State::Open(Select { from: vec![FromItem { relation, joins: Vec::new() }], ..Select::default() });
    }

    /// A step that is not understood.
    fn pipe_opaque(&mut self, node: Node<'_>, pipe: &mut Pipe) {
        self.body.incomplete = true;
        let query = self.close(pipe);
        let mut relations = vec![self.piped_relation(query, pipe)];
        let mut exprs = Vec::new();
        for element in node.elements() {
            match element {
                Element::Node(child) if child.kind() == SyntaxKind::FROM_ITEM => {
                    let item = self.lower_from_item(child);
                    relations.push(item.relation);
                    relations.extend(item.joins.iter().map(|join| join.relation));
                }
                Element::Node(child) if child.kind() == SyntaxKind::ARG_LIST => {
                    let mut call = Call::default();
                    self.args(child, &mut call);
                    exprs.extend(call.args.iter().map(|arg| arg.value));
                }
                Element::Node(child) if is_expr(child.kind()) => exprs.push(self.expr(child)),
                other => self.stray(other),
            }
        }
        let body = QueryBody::Opaque { relations, exprs };
        pipe.state = State::Closed(self.alloc_query(QueryParts::default().with_body(body), pipe.range));
    }
}
