//! Queries: WITH, bodies, set operations, order and limits.

use rocky_syntax::SyntaxKind;

use super::tree::{Element, Node};
use super::{Lower, MAX_DEPTH, is_expr, is_factor, is_query_body};
use crate::body::{
    Cte, Expr, ExprId, FromItem, Query, QueryBody, QueryId, Relation, RelationId, RelationKind, Select,
    SelectItem, SetKind, SetOperator,
};

/// The clauses of a query around its body.
#[derive(Default)]
pub(super) struct QueryParts {
    pub(super) ctes: Vec<Cte>,
    pub(super) recursive: bool,
    pub(super) order_by: Vec<ExprId>,
    pub(super) limits: Vec<ExprId>,
    pub(super) limited: bool,
}

impl QueryParts {
    fn is_bare(&self) -> bool {
        self.ctes.is_empty() && self.order_by.is_empty() && self.limits.is_empty() && !self.limited
    }

    pub(super) fn with_body(self, body: QueryBody) -> Query {
        Query {
            ctes: self.ctes,
            recursive: self.recursive,
            body,
            order_by: self.order_by,
            limits: self.limits,
            limited: self.limited,
        }
    }
}

/// What a body node became: a query in its own right (it stood in parentheses) or a body.
pub(super) enum LoweredBody {
    Query(QueryId),
    Body(QueryBody),
}

impl LoweredBody {
    pub(super) fn opaque() -> LoweredBody {
        LoweredBody::Body(QueryBody::Opaque { relations: Vec::new(), exprs: Vec::new() })
    }
}

impl Lower {
    /// `QUERY`
    pub(super) fn query(&mut self, node: Node<'_>) -> QueryId {
        if self.depth >= MAX_DEPTH {
            self.body.incomplete = true;
            let body = QueryBody::Opaque { relations: Vec::new(), exprs: Vec::new() };
            return self.alloc_query(QueryParts::default().with_body(body), node.range());
        }
        self.depth += 1;
        let id = self.query_inside(node);
        self.depth -= 1;
        id
    }

    fn query_inside(&mut self, node: Node<'_>) -> QueryId {
        let mut parts = QueryParts::default();
        let mut body: Option<LoweredBody> = None;
        let mut steps = Vec::new();
        let mut has_details = false;
        for element in node.elements() {
            let Element::Node(child) = element else {
                self.stray(element);
                continue;
            };
            match child.kind() {
                kind if is_query_body(kind) && body.is_none() => {
                    body = Some(self.query_body(child, &mut parts))
                }
                SyntaxKind::WITH_CLAUSE => self.with_clause(child, &mut parts),
                SyntaxKind::PIPE_STEP => steps.push(child),
                _ if self.query_tail(child, &mut parts) => {}
                _ => {
                    has_details = true;
                    self.stray(element);
                }
            }
        }
        let body = body.unwrap_or_else(|| {
            self.body.incomplete = true;
            LoweredBody::opaque()
        });
        if !steps.is_empty() {
            return self.pipe(node, body, parts, &steps);
        }
        match body {
            // Parentheses around a whole query mean nothing.
            LoweredBody::Query(inner) if parts.is_bare() && !has_details => inner,
            LoweredBody::Query(inner) => {
                self.alloc_query(parts.with_body(QueryBody::Nested(inner)), node.range())
            }
            LoweredBody::Body(body) => self.alloc_query(parts.with_body(body), node.range()),
        }
    }

    /// The clauses after a query's body. Gives whether `node` was one of them.
    pub(super) fn query_tail(&mut self, node: Node<'_>, parts: &mut QueryParts) -> bool {
        match node.kind() {
            SyntaxKind::ORDER_BY_CLAUSE => parts.order_by.extend(self.order_items(node)),
            SyntaxKind::SORT_BY_CLAUSE => {
                if let Some(kind) = node.tokens().next() {
                    self.detail(kind);
                }
                parts.order_by.extend(self.order_items(node));
            }
            SyntaxKind::LIMIT_CLAUSE => self.limit_clause(node, parts),
            SyntaxKind::OFFSET_CLAUSE => self.offset_clause(node, parts),
            SyntaxKind::FETCH_CLAUSE => {
                parts.limited = true;
                for element in node.elements() {
                    match element {
                        Element::Node(child) if is_expr(child.kind()) => {
                            let limit = self.expr(child);
                            parts.limits.push(limit);
                        }
                        Element::Token(token)
                            if matches!(token.kind(), SyntaxKind::PERCENT_KW | SyntaxKind::TIES_KW) =>
                        {
                            self.detail(token);
                        }
                        other => self.stray(other),
                    }
                }
            }
            SyntaxKind::USING_SAMPLE_CLAUSE => {
                parts.limited = true;
                self.detail_node(node);
            }
            _ => return false,
        }
        true
    }

    fn limit_clause(&mut self, node: Node<'_>, parts: &mut QueryParts) {
        parts.limited |= node.token(SyntaxKind::ALL_KW).is_none();
        for element in node.elements() {
            match element {
                Element::Node(child) if is_expr(child.kind()) => {
                    let limit = self.expr(child);
                    parts.limits.push(limit);
                }
                Element::Node(child) if child.kind() == SyntaxKind::OFFSET_CLAUSE => {
                    self.offset_clause(child, parts);
                }
                Element::Node(child)
                    if matches!(child.kind(), SyntaxKind::LIMIT_SKIP | SyntaxKind::LIMIT_BY) =>
                {
                    self.detail_text(smol_str::SmolStr::new_static(match child.kind() {
                        SyntaxKind::LIMIT_SKIP => ",",
                        _ => "BY",
                    }));
                    let skipped = self.exprs(child);
                    parts.limits.extend(skipped);
                }
                Element::Token(token)
                    if matches!(token.kind(), SyntaxKind::PERCENT | SyntaxKind::PERCENT_KW) =>
                {
                    self.detail_text(smol_str::SmolStr::new_static("PERCENT"));
                }
                other => self.stray(other),
            }
        }
    }

    fn offset_clause(&mut self, node: Node<'_>, parts: &mut QueryParts) {
        parts.limited = true;
        self.detail_text(smol_str::SmolStr::new_static("OFFSET"));
        let skipped = self.exprs(node);
        parts.limits.extend(skipped);
    }

    /// The keys of ORDER BY and its relatives. The default direction is not kept.
    pub(super) fn order_items(&mut self, clause: Node<'_>) -> Vec<ExprId> {
        let mut keys = Vec::new();
        for element in clause.elements() {
            match element {
                Element::Node(item) if item.kind() == SyntaxKind::ORDER_ITEM => {
                    keys.extend(self.order_item(item));
                }
                Element::Token(token) if token.kind() == SyntaxKind::SIBLINGS_KW => self.detail(token),
                other => self.stray(other),
            }
        }
        keys
    }

    /// One key with its direction.
    pub(super) fn order_item(&mut self, item: Node<'_>) -> Option<ExprId> {
        let mut key = None;
        for element in item.elements() {
            match element {
                Element::Node(child) if is_expr(child.kind()) && key.is_none() => {
                    key = Some(self.expr(child))
                }
                Element::Token(token)
                    if matches!(
                        token.kind(),
                        SyntaxKind::DESC_KW
                            | SyntaxKind::ALL_KW
                            | SyntaxKind::USING_KW
                            | SyntaxKind::LT
                            | SyntaxKind::GT
                    ) =>
                {
                    self.detail(token);
                }
                other => self.stray(other),
            }
        }
        key
    }

    pub(super) fn with_clause(&mut self, node: Node<'_>, parts: &mut QueryParts) {
        for element in node.elements() {
            match element {
                Element::Token(token) if token.kind() == SyntaxKind::RECURSIVE_KW => parts.recursive = true,
                Element::Node(child) if child.kind() == SyntaxKind::CTE => self.cte(child, parts),
                other => self.stray(other),
            }
        }
    }

    fn cte(&mut self, node: Node<'_>, parts: &mut QueryParts) {
        let mut name = None;
        let mut columns = Vec::new();
        let mut query = None;
        let first_relation = self.body.relations.len();
        for element in node.elements() {
            match element {
                Element::Node(child) if child.kind() == SyntaxKind::NAME && name.is_none() => {
                    name = self.name(child);
                }
                Element::Node(child) if child.kind() == SyntaxKind::NAME_LIST => {
                    columns = self.name_list(child)
                }
                Element::Node(child) if child.kind() == SyntaxKind::QUERY && query.is_none() => {
                    query = Some(self.query(child));
                }
                // SEARCH and CYCLE add columns.
                Element::Node(child)
                    if matches!(child.kind(), SyntaxKind::SEARCH_CLAUSE | SyntaxKind::CYCLE_CLAUSE) =>
                {
                    self.body.incomplete = true;
                    self.detail_node(child);
                }
                Element::Token(token)
                    if matches!(token.kind(), SyntaxKind::MATERIALIZED_KW | SyntaxKind::NOT_KW) =>
                {
                    self.detail(token);
                }
                other => self.stray(other),
            }
        }
        let query = query.unwrap_or_else(|| {
            self.body.incomplete = true;
            let body = QueryBody::Opaque { relations: Vec::new(), exprs: Vec::new() };
            self.alloc_query(QueryParts::default().with_body(body), node.range())
        });
        let Some((name, range)) = name else {
            self.body.incomplete = true;
            return;
        };
        parts.recursive |= self.recurses_without_keyword(&name, query, first_relation);
        self.map.cte_names.push((query, range));
        parts.ctes.push(Cte { name, columns, query });
    }

    /// Snowflake does not ask for the word RECURSIVE: an entry that unites something with itself is
    /// recursive.
    fn recurses_without_keyword(
        &self,
        name: &crate::body::Ident,
        query: QueryId,
        first_relation: usize,
    ) -> bool {
        self.dialect == rocky_syntax::DialectKind::Snowflake
            && matches!(self.body.query(query).body, QueryBody::SetOperation { .. })
            && !self.reads(self.first_branch_relations(query, first_relation), name)
            && self.reads(first_relation..self.body.relations.len(), name)
    }

    fn reads(&self, relations: std::ops::Range<usize>, name: &crate::body::Ident) -> bool {
        self.body.relations[relations].iter().any(|relation| {
            matches!(&relation.kind, RelationKind::Table(path)
                if matches!(path.as_slice(), [only] if only.text.eq_ignore_ascii_case(&name.text)))
        })
    }

    /// The relations of the first branch of a set operation: those that stand before its end.
    fn first_branch_relations(&self, query: QueryId, first_relation: usize) -> std::ops::Range<usize> {
        let QueryBody::SetOperation { first, .. } = &self.body.query(query).body else {
            return first_relation..first_relation;
        };
        let end = self.map.queries[first.index()].end();
        let count =
            self.map.relations[first_relation..].iter().take_while(|range| range.end() <= end).count();
        first_relation..first_relation + count
    }

    /// A body node. The limit of `TOP n` goes to `parts`.
    pub(super) fn query_body(&mut self, node: Node<'_>, parts: &mut QueryParts) -> LoweredBody {
        LoweredBody::Body(match node.kind() {
            SyntaxKind::SELECT => QueryBody::Select(Box::new(self.select(node, parts))),
            SyntaxKind::SET_OPERATION => self.set_operation(node),
            SyntaxKind::PAREN_QUERY => return self.paren_query(node),
            SyntaxKind::VALUES_BODY => QueryBody::Values(self.values_rows(node)),
            SyntaxKind::TABLE_BODY => match node.child(SyntaxKind::PATH) {
                Some(path) => QueryBody::Table(self.table_named(path)),
                None => {
                    self.body.incomplete = true;
                    return LoweredBody::opaque();
                }
            },
            SyntaxKind::PIVOT_BODY => {
                let relation = self.pivot_body(node);
                self.star_over(node, relation)
            }
            SyntaxKind::UNPIVOT_BODY => {
                let relation = self.unpivot_body(node);
                self.star_over(node, relation)
            }
            SyntaxKind::DESCRIBE_BODY => self.describe_body(node),
            _ => {
                self.detail_node(node);
                self.body.incomplete = true;
                return LoweredBody::opaque();
            }
        })
    }

    fn paren_query(&mut self, node: Node<'_>) -> LoweredBody {
        let mut found = None;
        for element in node.elements() {
            match element {
                Element::Node(child) if child.kind() == SyntaxKind::QUERY && found.is_none() => {
                    found = Some(self.query(child));
                }
                other => self.stray(other),
            }
        }
        match found {
            Some(query) => LoweredBody::Query(query),
            None => {
                self.body.incomplete = true;
                LoweredBody::opaque()
            }
        }
    }

    /// A body where a whole query belongs: a branch of a set operation.
    pub(super) fn branch(&mut self, node: Node<'_>) -> QueryId {
        if self.depth >= MAX_DEPTH {
            self.body.incomplete = true;
            let body = QueryBody::Opaque { relations: Vec::new(), exprs: Vec::new() };
            return self.alloc_query(QueryParts::default().with_body(body), node.range());
        }
        self.depth += 1;
        let mut parts = QueryParts::default();
        let body = self.query_body(node, &mut parts);
        self.depth -= 1;
        match body {
            LoweredBody::Query(query) => query,
            LoweredBody::Body(body) => self.alloc_query(parts.with_body(body), node.range()),
        }
    }

    fn set_operation(&mut self, node: Node<'_>) -> QueryBody {
        let mut first = None;
        let mut rest = Vec::new();
        let mut pending = None;
        for element in node.elements() {
            match element {
                Element::Node(child) if is_query_body(child.kind()) => {
                    let branch = self.branch(child);
                    match (first, pending.take()) {
                        (None, _) => first = Some(branch),
                        (Some(_), Some(operator)) => rest.push((operator, branch)),
                        (Some(_), None) => {
                            self.body.incomplete = true;
                            rest.push((
                                SetOperator { kind: SetKind::Union, all: true, by_name: false },
                                branch,
                            ));
                        }
                    }
                }
                Element::Node(child) if child.kind() == SyntaxKind::SET_OPERATOR => {
                    pending = Some(self.set_operator(child));
                }
                other => self.stray(other),
            }
        }
        self.body.incomplete |= pending.is_some();
        match first {
            Some(first) => QueryBody::SetOperation { first, rest },
            None => QueryBody::Opaque { relations: Vec::new(), exprs: Vec::new() },
        }
    }

    pub(super) fn set_operator(&mut self, node: Node<'_>) -> SetOperator {
        let mut operator = SetOperator { kind: SetKind::Union, all: false, by_name: false };
        for element in node.elements() {
            let Element::Token(token) = element else {
                self.stray(element);
                continue;
            };
            match token.kind() {
                SyntaxKind::UNION_KW => operator.kind = SetKind::Union,
                SyntaxKind::INTERSECT_KW => operator.kind = SetKind::Intersect,
                SyntaxKind::EXCEPT_KW | SyntaxKind::MINUS_KW => operator.kind = SetKind::Except,
                SyntaxKind::ALL_KW => operator.all = true,
                SyntaxKind::NAME_KW | SyntaxKind::CORRESPONDING_KW => operator.by_name = true,
                SyntaxKind::LEFT_KW | SyntaxKind::FULL_KW | SyntaxKind::STRICT_KW => self.detail(token),
                _ => self.stray(element),
            }
        }
        operator
    }

    /// The rows of VALUES.
    pub(super) fn values_rows(&mut self, node: Node<'_>) -> Vec<Vec<ExprId>> {
        let mut rows = Vec::new();
        for element in node.elements() {
            match element {
                Element::Node(row) if row.kind() == SyntaxKind::VALUES_ROW => rows.push(self.exprs(row)),
                other => self.stray(other),
            }
        }
        rows
    }

    /// `SELECT * FROM relation`
    fn star_over(&mut self, node: Node<'_>, relation: RelationId) -> QueryBody {
        let select = self.star_select(node, relation);
        QueryBody::Select(Box::new(select))
    }

    /// A SELECT of everything from one relation.
    pub(super) fn star_select(&mut self, node: Node<'_>, relation: RelationId) -> Select {
        let star = self.alloc(Expr::Star(Box::default()), node.range());
        Select {
            from: vec![FromItem { relation, joins: Vec::new() }],
            items: vec![SelectItem { expr: star, alias: None, column_aliases: Vec::new() }],
            ..Select::default()
        }
    }

    /// DESCRIBE and SUMMARIZE have columns of their own.
    fn describe_body(&mut self, node: Node<'_>) -> QueryBody {
        let mut relations = Vec::new();
        for element in node.elements() {
            match element {
                Element::Node(child) if child.kind() == SyntaxKind::QUERY => {
                    let query = self.query(child);
                    relations.push(self.derived(query, child));
                }
                Element::Node(child) if child.kind() == SyntaxKind::PATH => {
                    relations.push(self.table_named(child))
                }
                Element::Node(child) if is_factor(child.kind()) => relations.push(self.relation(child, None)),
                Element::Token(token) if token.kind().is_keyword() => self.detail(token),
                other => self.stray(other),
            }
        }
        QueryBody::Opaque { relations, exprs: Vec::new() }
    }

    /// A derived relation without an alias.
    pub(super) fn derived(&mut self, query: QueryId, node: Node<'_>) -> RelationId {
        let relation =
            Relation { kind: RelationKind::Derived(query), alias: None, columns: Vec::new(), lateral: false };
        self.alloc_relation(relation, node.range(), None)
    }
}
