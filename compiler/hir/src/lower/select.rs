//! SELECT and its clauses.

use rocky_syntax::{DialectKind, SyntaxKind, TextRange};
use smol_str::SmolStr;

use super::query::QueryParts;
use super::tree::{Element, Node};
use super::{Lower, is_expr};
use crate::body::{
    Expr, ExprId, FromItem, GroupBy, Ident, Join, JoinKind, Relation, RelationKind, Select, SelectAs,
    SelectItem, Window,
};

impl Lower {
    /// `SELECT`
    pub(super) fn select(&mut self, node: Node<'_>, parts: &mut QueryParts) -> Select {
        let tracks_names = matches!(self.dialect, DialectKind::BigQuery | DialectKind::Permissive);
        if tracks_names {
            let names = self.names_of_from(node);
            self.visible.push(names);
        }
        let mut select = Select::default();
        let mut has_list = false;
        let mut hierarchical = Vec::new();
        for element in node.elements() {
            let Element::Node(child) = element else {
                self.stray(element);
                continue;
            };
            match child.kind() {
                SyntaxKind::SELECT_CLAUSE => {
                    has_list = true;
                    self.select_clause(child, &mut select, parts);
                }
                SyntaxKind::FROM_CLAUSE => select.from.extend(self.lower_from(child)),
                SyntaxKind::LATERAL_VIEW => self.lateral_view(child, &mut select.from),
                SyntaxKind::WHERE_CLAUSE => select.filter = Some(self.only_expr(child)),
                SyntaxKind::CONNECT_BY_CLAUSE => {
                    for token in child.tokens().filter(|token| token.kind().is_keyword()) {
                        self.detail(token);
                    }
                    hierarchical.push(self.only_expr(child));
                }
                SyntaxKind::GROUP_BY_CLAUSE => select.group_by = self.group_by(child),
                SyntaxKind::HAVING_CLAUSE => select.having = Some(self.only_expr(child)),
                SyntaxKind::WINDOW_CLAUSE => select.windows = self.window_clause(child),
                SyntaxKind::QUALIFY_CLAUSE => select.qualify = Some(self.only_expr(child)),
                _ => {
                    select.opaque |=
                        matches!(child.kind(), SyntaxKind::JINJA_CLAUSE | SyntaxKind::ERROR_NODE);
                    self.stray(element);
                }
            }
        }
        if !hierarchical.is_empty() {
            // Its conditions filter rows, but see columns of other levels too.
            self.body.incomplete = true;
            select.opaque = true;
            hierarchical.splice(0..0, select.filter);
            select.filter = Some(self.alloc(Expr::Opaque(hierarchical), node.range()));
        }
        if !has_list {
            let star = self.alloc(Expr::Star(Box::default()), node.range());
            select.items.push(SelectItem { expr: star, alias: None, column_aliases: Vec::new() });
        }
        if tracks_names {
            self.visible.pop();
        }
        select
    }

    /// `SELECT [DISTINCT] … items`
    pub(super) fn select_clause(&mut self, node: Node<'_>, select: &mut Select, parts: &mut QueryParts) {
        for element in node.elements() {
            match element {
                Element::Node(child) => match child.kind() {
                    SyntaxKind::SELECT_ITEM => select.items.push(self.select_item(child)),
                    SyntaxKind::DISTINCT_ON => select.distinct_on = self.exprs(child),
                    SyntaxKind::TOP_CLAUSE => self.top_clause(child, parts),
                    SyntaxKind::SELECT_AS => self.select_as(child, select),
                    _ => {
                        select.opaque |= child.kind() == SyntaxKind::JINJA_CLAUSE;
                        self.stray(element);
                    }
                },
                Element::Token(token) if token.kind() == SyntaxKind::DISTINCT_KW => select.distinct = true,
                other => self.stray(other),
            }
        }
        self.body.incomplete |= select.items.is_empty();
    }

    fn top_clause(&mut self, node: Node<'_>, parts: &mut QueryParts) {
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

    fn select_as(&mut self, node: Node<'_>, select: &mut Select) {
        for element in node.elements() {
            match element {
                Element::Token(token) if token.kind() == SyntaxKind::STRUCT_KW => {
                    select.select_as = Some(SelectAs::Struct);
                }
                Element::Token(token) if token.kind() == SyntaxKind::VALUE_KW => {
                    select.select_as = Some(SelectAs::Value);
                }
                Element::Node(_) => {
                    // A protocol buffer's type: its fields are not known.
                    select.opaque = true;
                    self.stray(element);
                }
                other => self.stray(other),
            }
        }
    }

    /// `[name:] expr [[AS] name]`
    pub(super) fn select_item(&mut self, node: Node<'_>) -> SelectItem {
        let mut expr = None;
        let mut name: Option<(Ident, TextRange)> = None;
        let mut column_aliases = Vec::new();
        for element in node.elements() {
            let child = match element {
                Element::Node(child) => child,
                Element::Token(token) => {
                    match token.kind() {
                        SyntaxKind::DESC_KW => self.detail(token),
                        _ => self.stray(element),
                    }
                    continue;
                }
            };
            match child.kind() {
                kind if is_expr(kind) && expr.is_none() => expr = Some(self.expr(child)),
                SyntaxKind::PREFIX_ALIAS => name = self.prefix_alias(child),
                SyntaxKind::ALIAS => {
                    let alias = self.alias(child);
                    name = alias.name.or(name);
                    column_aliases = alias.columns;
                }
                _ => self.stray(element),
            }
        }
        let expr = self.or_missing(expr, node);
        self.record_item_alias(expr, name.as_ref());
        SelectItem { expr, alias: name.map(|(name, _)| name), column_aliases }
    }

    /// `LATERAL VIEW [OUTER] explode(x) t AS a, b`
    fn lateral_view(&mut self, node: Node<'_>, from: &mut Vec<FromItem>) {
        let mut kind = JoinKind::Inner;
        let mut call = None;
        let mut alias = None;
        let mut columns = Vec::new();
        let mut after_as = false;
        for element in node.elements() {
            match element {
                Element::Token(token) if token.kind() == SyntaxKind::OUTER_KW => kind = JoinKind::Left,
                Element::Token(token) if token.kind() == SyntaxKind::AS_KW => after_as = true,
                Element::Node(child) if child.kind() == SyntaxKind::FUNCTION_CALL && call.is_none() => {
                    call = Some((self.call_expr(child), child.range()));
                }
                Element::Node(child) if child.kind() == SyntaxKind::NAME => {
                    let name = self.name(child);
                    if alias.is_none() && !after_as {
                        alias = name;
                    } else {
                        columns.extend(name.map(|(name, _)| name));
                    }
                }
                other => self.stray(other),
            }
        }
        let Some((call, range)) = call else {
            self.body.incomplete = true;
            return;
        };
        let alias_range = alias.as_ref().map(|(_, range)| *range);
        let relation = Relation {
            kind: RelationKind::Function { call, offset: None },
            alias: alias.map(|(name, _)| name),
            columns,
            lateral: true,
        };
        let relation = self.alloc_relation(relation, range, alias_range);
        match from.last_mut() {
            Some(item) => {
                item.joins.push(Join {
                    kind,
                    relation,
                    conditions: Vec::new(),
                    using: Vec::new(),
                    natural: false,
                });
            }
            None => from.push(FromItem { relation, joins: Vec::new() }),
        }
    }

    /// GROUP BY
    pub(super) fn group_by(&mut self, node: Node<'_>) -> GroupBy {
        let mut group_by = GroupBy::default();
        for element in node.elements() {
            match element {
                Element::Node(child) => self.group_item(child, &mut group_by, false),
                Element::Token(token) => match token.kind() {
                    SyntaxKind::ALL_KW | SyntaxKind::DISTINCT_KW => self.detail(token),
                    _ => self.stray(element),
                },
            }
        }
        group_by
    }

    /// One key or a set of keys. `in_set` says that brackets matter.
    fn group_item(&mut self, node: Node<'_>, group_by: &mut GroupBy, in_set: bool) {
        match node.kind() {
            SyntaxKind::GROUP_BY_ALL => group_by.all = true,
            SyntaxKind::WITH_ROLLUP => {
                group_by.grouping_sets = true;
                self.detail_node(node);
            }
            SyntaxKind::ROLLUP | SyntaxKind::CUBE | SyntaxKind::GROUPING_SETS => {
                group_by.grouping_sets = true;
                if let Some(word) = node.tokens().next() {
                    self.detail(word);
                }
                self.group_set(node, group_by);
            }
            SyntaxKind::TUPLE_EXPR if in_set => self.group_set(node, group_by),
            // `GROUP BY (a, b)` is `GROUP BY a, b`.
            SyntaxKind::TUPLE_EXPR => group_by.keys.extend(self.exprs(node)),
            SyntaxKind::GROUP_ALIAS_ITEM => {
                for child in node.nodes() {
                    if is_expr(child.kind()) {
                        let key = self.expr(child);
                        group_by.keys.push(key);
                    } else {
                        self.detail_node(child);
                    }
                }
            }
            kind if is_expr(kind) => {
                let key = self.expr(node);
                group_by.keys.push(key);
            }
            _ => self.stray(Element::Node(node)),
        }
    }

    fn group_set(&mut self, node: Node<'_>, group_by: &mut GroupBy) {
        self.detail_text(SmolStr::new_static("("));
        if self.depth < super::MAX_DEPTH {
            self.depth += 1;
            for element in node.elements() {
                match element {
                    Element::Node(child) => self.group_item(child, group_by, true),
                    other => self.stray(other),
                }
            }
            self.depth -= 1;
        } else {
            self.body.incomplete = true;
        }
        self.detail_text(SmolStr::new_static(")"));
    }

    fn window_clause(&mut self, node: Node<'_>) -> Vec<(Ident, Window)> {
        let mut windows = Vec::new();
        for element in node.elements() {
            match element {
                Element::Node(child) if child.kind() == SyntaxKind::NAMED_WINDOW => {
                    windows.extend(self.named_window(child));
                }
                other => self.stray(other),
            }
        }
        windows
    }

    fn named_window(&mut self, node: Node<'_>) -> Option<(Ident, Window)> {
        let mut name = None;
        let mut window = Window::default();
        for element in node.elements() {
            match element {
                Element::Node(child) if child.kind() == SyntaxKind::NAME && name.is_none() => {
                    name = self.name(child);
                }
                Element::Node(child) if child.kind() == SyntaxKind::WINDOW_SPEC => {
                    window = self.window_spec(child);
                }
                Element::Node(child) if child.kind() == SyntaxKind::PATH => {
                    window.base = self.segments(child).pop();
                }
                other => self.stray(other),
            }
        }
        name.map(|(name, _)| (name, window))
    }

    /// `(base PARTITION BY … ORDER BY … ROWS …)`
    pub(super) fn window_spec(&mut self, node: Node<'_>) -> Window {
        let mut window = Window::default();
        for element in node.elements() {
            let Element::Node(child) = element else {
                self.stray(element);
                continue;
            };
            match child.kind() {
                SyntaxKind::NAME => window.base = self.name(child).map(|(name, _)| name),
                SyntaxKind::PARTITION_BY_CLAUSE => window.partition_by = self.exprs(child),
                SyntaxKind::ORDER_BY_CLAUSE => window.order_by.extend(self.order_items(child)),
                SyntaxKind::SORT_BY_CLAUSE => {
                    let is_sort = child.token(SyntaxKind::SORT_KW).is_some();
                    let keys = self.order_items(child);
                    if is_sort {
                        window.order_by.extend(keys);
                    } else {
                        window.partition_by.extend(keys);
                    }
                }
                SyntaxKind::WINDOW_FRAME => {
                    window.has_frame = true;
                    self.frame(child, &mut window.frame);
                }
                _ => self.stray(element),
            }
        }
        window
    }

    fn frame(&mut self, node: Node<'_>, bounds: &mut Vec<ExprId>) {
        for element in node.elements() {
            match element {
                Element::Node(child) if is_expr(child.kind()) => {
                    let bound = self.expr(child);
                    bounds.push(bound);
                }
                Element::Node(child) if child.kind() == SyntaxKind::FRAME_BOUND => {
                    for part in child.elements() {
                        match part {
                            Element::Node(expr) if is_expr(expr.kind()) => {
                                let bound = self.expr(expr);
                                bounds.push(bound);
                            }
                            Element::Token(token) => self.detail(token),
                            other => self.stray(other),
                        }
                    }
                }
                Element::Token(token) if token.kind() != SyntaxKind::AND_KW => self.detail(token),
                other => self.stray(other),
            }
        }
    }
}
