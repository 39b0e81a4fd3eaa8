//! Calls: functions, aggregates, windows, and the calls that mean something else.

use rocky_syntax::SyntaxKind;
use smol_str::SmolStr;

use super::name::is_segment;
use super::tree::{Element, Node};
use super::{Lower, is_expr, is_type};
use crate::body::{Arg, Call, Expr, ExprId, Query, QueryBody, Window};

impl Lower {
    /// `FUNCTION_CALL`
    pub(super) fn call_expr(&mut self, node: Node<'_>) -> ExprId {
        let path = node.child(SyntaxKind::PATH);
        let bare = path.and_then(bare_word);
        if let Some(word) = bare {
            if word.eq_ignore_ascii_case("COLUMNS")
                && let Some(star) = self.columns_star(node)
            {
                return self.alloc(star, node.range());
            }
            if word.eq_ignore_ascii_case("CONVERT") || word.eq_ignore_ascii_case("TRY_CONVERT") {
                let fallible = word.len() > "CONVERT".len();
                if let Some(cast) = self.convert(node, fallible) {
                    return self.alloc(cast, node.range());
                }
            }
        }
        let mut call = Call::default();
        let mut has_name = false;
        for element in node.elements() {
            match element {
                Element::Node(child) if child.kind() == SyntaxKind::PATH && !has_name => {
                    has_name = true;
                    call.name = self.function_name(child);
                }
                other => self.call_part(other, &mut call),
            }
        }
        let expr = self.struct_or_call(call, bare);
        self.alloc(expr, node.range())
    }

    /// `STRUCT(1 AS a)` and `ROW(1, 2)` build values.
    fn struct_or_call(&mut self, call: Call, bare: Option<&str>) -> Expr {
        let is_plain = call.order_by.is_empty() && call.filter.is_none() && call.over.is_none();
        let Some(word) = bare.filter(|_| is_plain) else { return Expr::Call(Box::new(call)) };
        let names_fields = call.args.iter().any(|arg| arg.alias.is_some());
        if word.eq_ignore_ascii_case("STRUCT") || (word.eq_ignore_ascii_case("ROW") && names_fields) {
            return Expr::Struct(
                call.args.into_iter().map(|arg| (arg.alias.or(arg.name), arg.value)).collect(),
            );
        }
        if word.eq_ignore_ascii_case("ROW") {
            return Expr::Tuple(call.args.into_iter().map(|arg| arg.value).collect());
        }
        Expr::Call(Box::new(call))
    }

    /// A part of a call after its name.
    fn call_part(&mut self, element: Element<'_>, call: &mut Call) {
        let Element::Node(child) = element else {
            self.stray(element);
            return;
        };
        match child.kind() {
            SyntaxKind::ARG_LIST => self.args(child, call),
            SyntaxKind::WITHIN_GROUP => {
                for part in child.elements() {
                    match part {
                        Element::Node(order) if order.kind() == SyntaxKind::ORDER_BY_CLAUSE => {
                            let keys = self.order_items(order);
                            call.order_by.extend(keys);
                        }
                        other => self.stray(other),
                    }
                }
            }
            SyntaxKind::FILTER_CLAUSE => call.filter = Some(self.only_expr(child)),
            SyntaxKind::OVER_CLAUSE => call.over = Some(self.over_clause(child)),
            // RESPECT NULLS and FROM FIRST are what holds without a word.
            SyntaxKind::NULL_TREATMENT if child.token(SyntaxKind::IGNORE_KW).is_none() => {}
            SyntaxKind::FROM_FIRST_LAST if child.token(SyntaxKind::LAST_KW).is_none() => {}
            _ => self.detail_node(child),
        }
    }

    fn over_clause(&mut self, node: Node<'_>) -> Window {
        let mut window = Window::default();
        for element in node.elements() {
            match element {
                Element::Node(child) if child.kind() == SyntaxKind::WINDOW_SPEC => {
                    window = self.window_spec(child)
                }
                Element::Node(child) if child.kind() == SyntaxKind::NAME => {
                    window.base = self.name(child).map(|(name, _)| name);
                }
                other => self.stray(other),
            }
        }
        window
    }

    /// `(DISTINCT a, n => b ORDER BY c)`
    pub(super) fn args(&mut self, node: Node<'_>, call: &mut Call) {
        for element in node.elements() {
            let child = match element {
                Element::Token(token) => {
                    match token.kind() {
                        SyntaxKind::DISTINCT_KW => call.distinct = true,
                        SyntaxKind::L_PAREN
                        | SyntaxKind::R_PAREN
                        | SyntaxKind::COMMA
                        | SyntaxKind::ALL_KW => {}
                        _ => self.detail(token),
                    }
                    continue;
                }
                Element::Node(child) => child,
            };
            match child.kind() {
                kind if is_expr(kind) => {
                    let value = self.expr(child);
                    call.args.push(Arg { name: None, value, alias: None });
                }
                SyntaxKind::NAMED_ARG
                | SyntaxKind::ALIASED_ARG
                | SyntaxKind::KEY_VALUE_ARG
                | SyntaxKind::QUERY_ARG
                | SyntaxKind::TABLE_ARG
                | SyntaxKind::TYPE_ARG => self.arg(child, call),
                SyntaxKind::ORDER_BY_CLAUSE => {
                    let keys = self.order_items(child);
                    call.order_by.extend(keys);
                }
                SyntaxKind::HAVING_BOUND => {
                    for token in child.tokens().filter(|token| token.kind() != SyntaxKind::HAVING_KW) {
                        self.detail(token);
                    }
                    let key = self.only_expr(child);
                    call.order_by.push(key);
                }
                SyntaxKind::NULL_TREATMENT if child.token(SyntaxKind::IGNORE_KW).is_none() => {}
                // LIMIT, SEPARATOR, ON OVERFLOW, …: constants and words.
                _ => self.detail_node(child),
            }
        }
    }

    /// An argument that is more than an expression.
    fn arg(&mut self, node: Node<'_>, call: &mut Call) {
        match node.kind() {
            SyntaxKind::NAMED_ARG => self.named_arg(node, call),
            SyntaxKind::ALIASED_ARG => {
                let item = self.select_item(node);
                call.args.push(Arg { name: None, value: item.expr, alias: item.alias });
            }
            SyntaxKind::KEY_VALUE_ARG => {
                for value in self.exprs(node) {
                    call.args.push(Arg { name: None, value, alias: None });
                }
            }
            SyntaxKind::QUERY_ARG => {
                let expr = match self.only_query(node) {
                    Some(query) => Expr::Subquery(query),
                    None => Expr::Missing,
                };
                let value = self.alloc(expr, node.range());
                call.args.push(Arg { name: None, value, alias: None });
            }
            SyntaxKind::TABLE_ARG => {
                let value = self.table_arg(node);
                call.args.push(Arg { name: None, value, alias: None });
            }
            _ => {
                self.detail_node(node);
                let value = self.alloc(Expr::Opaque(Vec::new()), node.range());
                call.args.push(Arg { name: None, value, alias: None });
            }
        }
    }

    /// `name => value`; the value may be of any kind of argument.
    fn named_arg(&mut self, node: Node<'_>, call: &mut Call) {
        let mut name = None;
        let mut value = None;
        for element in node.elements() {
            match element {
                Element::Node(child) if child.kind() == SyntaxKind::NAME && name.is_none() => {
                    name = self.name(child);
                }
                Element::Node(child) if is_expr(child.kind()) => value = Some(self.expr(child)),
                Element::Node(child) if self.depth < super::MAX_DEPTH => {
                    self.depth += 1;
                    let mut inner = Call::default();
                    self.arg(child, &mut inner);
                    value = inner.args.pop().map(|arg| arg.value);
                    self.depth -= 1;
                }
                other => self.stray(other),
            }
        }
        let value = self.or_missing(value, node);
        call.args.push(Arg { name: name.map(|(name, _)| name), value, alias: None });
    }

    /// `TABLE t`: a query of all of a table. A model or a connection is not a relation.
    fn table_arg(&mut self, node: Node<'_>) -> ExprId {
        let mut is_table = false;
        let mut query = None;
        let mut keys = Vec::new();
        for element in node.elements() {
            match element {
                Element::Token(token) => match token.kind() {
                    SyntaxKind::TABLE_KW => is_table = true,
                    SyntaxKind::MODEL_KW | SyntaxKind::CONNECTION_KW => self.detail(token),
                    _ => self.stray(element),
                },
                Element::Node(child) => match child.kind() {
                    SyntaxKind::PATH if is_table => {
                        let relation = self.table_named(child);
                        let body = Query {
                            ctes: Vec::new(),
                            recursive: false,
                            body: QueryBody::Table(relation),
                            order_by: Vec::new(),
                            limits: Vec::new(),
                            limited: false,
                        };
                        query = Some(self.alloc_query(body, child.range()));
                    }
                    SyntaxKind::PAREN_QUERY => query = Some(self.branch(child)),
                    SyntaxKind::PARTITION_BY_CLAUSE => keys.extend(self.exprs(child)),
                    SyntaxKind::ORDER_BY_CLAUSE => keys.extend(self.order_items(child)),
                    _ => self.stray(element),
                },
            }
        }
        let table = match query {
            Some(query) => Expr::Subquery(query),
            None => Expr::Opaque(Vec::new()),
        };
        let table = self.alloc(table, node.range());
        if keys.is_empty() {
            return table;
        }
        keys.insert(0, table);
        self.alloc(Expr::Opaque(keys), node.range())
    }

    /// `CONVERT(INT, x)`
    fn convert(&mut self, node: Node<'_>, fallible: bool) -> Option<Expr> {
        let list = node.child(SyntaxKind::ARG_LIST)?;
        let mut args = list.nodes();
        let (target, value, None) = (args.next()?, args.next()?, args.next()) else { return None };
        if target.kind() != SyntaxKind::TYPE_ARG || !is_expr(value.kind()) {
            return None;
        }
        let ty = target.nodes().find(|child| is_type(child.kind()))?;
        let ty = self.type_text(ty);
        let value = self.expr(value);
        Some(Expr::Cast { value, ty, fallible })
    }

    /// `receiver.function(args)`: the receiver is the first argument.
    pub(super) fn method_call(&mut self, node: Node<'_>) -> Expr {
        let mut call = Call::default();
        for element in node.elements() {
            match element {
                Element::Node(child) if is_expr(child.kind()) => {
                    let value = self.expr(child);
                    call.args.push(Arg { name: None, value, alias: None });
                }
                Element::Node(child) if child.kind() == SyntaxKind::NAME => {
                    call.name = self.function_name(child);
                }
                other => self.call_part(other, &mut call),
            }
        }
        Expr::Call(Box::new(call))
    }

    /// A call with plain arguments.
    pub(super) fn plain_call(name: &'static str, args: Vec<ExprId>) -> Expr {
        let args = args.into_iter().map(|value| Arg { name: None, value, alias: None }).collect();
        Expr::Call(Box::new(Call { name: SmolStr::new_static(name), args, ..Call::default() }))
    }
}

/// The one unquoted word of a path.
fn bare_word(path: Node<'_>) -> Option<&str> {
    let mut tokens = path.tokens();
    match (tokens.next(), tokens.next()) {
        (Some(token), None) if token.kind() != SyntaxKind::QUOTED_IDENT && is_segment(token.kind()) => {
            Some(token.text())
        }
        _ => None,
    }
}
