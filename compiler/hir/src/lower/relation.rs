//! Relations: names, functions, subqueries and what stands around them.

use rocky_syntax::{DialectKind, SyntaxKind, TextRange};
use smol_str::SmolStr;

use super::name::{Alias, ident};
use super::query::QueryParts;
use super::tree::{Element, Node};
use super::{Lower, MAX_DEPTH, is_expr, is_factor};
use crate::body::{
    Arg, BinaryOperator, Call, Expr, ExprId, FromItem, Ident, Join, JoinKind, QueryBody, Relation,
    RelationId, RelationKind,
};

/// The name written before a relation: `name: t`.
type Prefix = Option<(Ident, TextRange)>;

/// What surrounds the kind of a relation, collected on one pass over its children.
#[derive(Default)]
struct Surroundings {
    lateral: bool,
    alias: Alias,
    offset: Option<Ident>,
    /// From the first to the last child that is neither the alias nor LATERAL.
    range: Option<TextRange>,
}

impl Surroundings {
    fn cover(&mut self, range: TextRange) {
        self.range = Some(self.range.map_or(range, |so_far| so_far.cover(range)));
    }
}

impl Lower {
    /// Any table factor.
    pub(super) fn relation(&mut self, node: Node<'_>, prefix: Prefix) -> RelationId {
        if self.depth >= MAX_DEPTH {
            return self.unknown_relation(node);
        }
        self.depth += 1;
        let id = match node.kind() {
            SyntaxKind::TABLE_REF => self.table_ref(node, prefix),
            SyntaxKind::TABLE_FUNCTION => self.table_function(node, prefix),
            SyntaxKind::DERIVED_TABLE => self.derived_table(node, prefix),
            SyntaxKind::PAREN_TABLE => self.paren_table(node, prefix),
            SyntaxKind::VALUES_TABLE => self.values_table(node, prefix),
            SyntaxKind::PIVOT_TABLE => self.pivot_table(node, prefix),
            SyntaxKind::UNPIVOT_TABLE => self.unpivot_table(node, prefix),
            SyntaxKind::MATCH_RECOGNIZE_TABLE => self.match_recognize(node, prefix),
            _ => self.opaque_table(node, prefix),
        };
        self.depth -= 1;
        id
    }

    fn finish(
        &mut self,
        kind: RelationKind,
        node: Node<'_>,
        around: Surroundings,
        prefix: Prefix,
    ) -> RelationId {
        let alias = around.alias.name.or(prefix);
        let alias_range = alias.as_ref().map(|(_, range)| *range);
        let relation = Relation {
            kind,
            alias: alias.map(|(name, _)| name),
            columns: around.alias.columns,
            lateral: around.lateral,
        };
        self.alloc_relation(relation, around.range.unwrap_or_else(|| node.range()), alias_range)
    }

    /// Takes a child that any table factor may have. Gives whether it was one.
    fn surrounding(&mut self, element: Element<'_>, around: &mut Surroundings) -> bool {
        match element {
            Element::Token(token) if token.kind() == SyntaxKind::LATERAL_KW => around.lateral = true,
            Element::Node(child) => match child.kind() {
                SyntaxKind::ALIAS => around.alias = self.alias(child),
                SyntaxKind::WITH_ORDINALITY => around.offset = Some(Ident::new("ordinality")),
                SyntaxKind::WITH_OFFSET => {
                    let name = child.child(SyntaxKind::NAME).and_then(|name| self.name(name));
                    around.offset = Some(name.map_or_else(|| Ident::new("offset"), |(name, _)| name));
                }
                SyntaxKind::SAMPLE_CLAUSE
                | SyntaxKind::TIME_TRAVEL
                | SyntaxKind::TABLE_HINTS
                | SyntaxKind::PARTITION_SELECTOR => self.detail_node(child),
                _ => return false,
            },
            Element::Token(_) => return false,
        }
        true
    }

    /// A plain name without alias.
    pub(super) fn table_named(&mut self, path: Node<'_>) -> RelationId {
        let name = self.table_path(path);
        let relation =
            Relation { kind: RelationKind::Table(name), alias: None, columns: Vec::new(), lateral: false };
        self.alloc_relation(relation, path.range(), None)
    }

    fn table_ref(&mut self, node: Node<'_>, prefix: Prefix) -> RelationId {
        let mut around = Surroundings::default();
        let mut path = None;
        for element in node.elements() {
            match element {
                Element::Node(child) if child.kind() == SyntaxKind::PATH && path.is_none() => {
                    around.range = Some(child.range());
                    path = Some(self.table_path(child));
                }
                Element::Token(token)
                    if matches!(token.kind(), SyntaxKind::ONLY_KW | SyntaxKind::AT_NAME) =>
                {
                    self.detail(token);
                }
                other if self.surrounding(other, &mut around) => {}
                other => self.stray(other),
            }
        }
        let range = around.range.unwrap_or_else(|| node.range());
        let kind = match path {
            None => {
                self.body.incomplete = true;
                RelationKind::Opaque { inputs: Vec::new(), exprs: Vec::new() }
            }
            Some(path) if around.offset.is_some() || self.is_column_path(&path, range) => {
                around.lateral = true;
                self.unnest_of(path, range, around.offset.take())
            }
            Some(path) if self.is_file_path(&path) => {
                for segment in path {
                    self.detail_text(segment.text);
                }
                RelationKind::Opaque { inputs: Vec::new(), exprs: Vec::new() }
            }
            Some(path) => RelationKind::Table(path),
        };
        self.finish(kind, node, around, prefix)
    }

    /// BigQuery's `FROM t, t.items WITH OFFSET o` is `UNNEST(t.items)`.
    fn unnest_of(&mut self, path: Vec<Ident>, range: TextRange, offset: Option<Ident>) -> RelationKind {
        let value = self.alloc(Expr::Column(path), range);
        let call = Call {
            name: SmolStr::new_static("UNNEST"),
            args: vec![Arg { name: None, value, alias: None }],
            ..Call::default()
        };
        let call = self.alloc(Expr::Call(Box::new(call)), range);
        RelationKind::Function { call, offset }
    }

    /// Whether the first segment names a relation to the left or around: then the path is a column.
    fn is_column_path(&self, path: &[Ident], range: TextRange) -> bool {
        let [first, _, ..] = path else { return false };
        let names_first = |name: &SmolStr| name.eq_ignore_ascii_case(&first.text);
        let Some((own, outer)) = self.visible.split_last() else { return false };
        own.iter().any(|(name, at)| at.end() < range.start() && names_first(name))
            || outer.iter().flatten().any(|(name, _)| names_first(name))
    }

    /// Databricks' ``delta.`/path` `` and the like.
    fn is_file_path(&self, path: &[Ident]) -> bool {
        const FORMATS: [&str; 9] =
            ["delta", "iceberg", "csv", "json", "parquet", "orc", "text", "avro", "binaryfile"];
        matches!(self.dialect, DialectKind::Databricks | DialectKind::Permissive)
            && matches!(path, [format, file] if file.quoted
                && file.text.contains('/')
                && FORMATS.iter().any(|known| known.eq_ignore_ascii_case(&format.text)))
    }

    /// The names that a SELECT's own FROM clause gives to its relations.
    pub(super) fn names_of_from(&self, select: Node<'_>) -> Vec<(SmolStr, TextRange)> {
        let mut names = Vec::new();
        let Some(from) = select.child(SyntaxKind::FROM_CLAUSE) else { return names };
        let mut stack: Vec<Node<'_>> = from.nodes().collect();
        while let Some(node) = stack.pop() {
            match node.kind() {
                SyntaxKind::FROM_ITEM | SyntaxKind::JOIN | SyntaxKind::PAREN_TABLE => {
                    stack.extend(node.nodes())
                }
                kind if is_factor(kind) => {
                    let alias = node.child(SyntaxKind::ALIAS).and_then(|alias| alias.child(SyntaxKind::NAME));
                    let token = match alias {
                        Some(name) => name.tokens().next(),
                        None if kind == SyntaxKind::TABLE_REF => {
                            node.child(SyntaxKind::PATH).and_then(|path| path.tokens().last())
                        }
                        None => None,
                    };
                    names.extend(token.map(|token| (ident(token, self.dialect).text, node.range())));
                }
                _ => {}
            }
        }
        names
    }

    fn table_function(&mut self, node: Node<'_>, prefix: Prefix) -> RelationId {
        let mut around = Surroundings::default();
        let mut calls = Vec::new();
        let mut named = None;
        for element in node.elements() {
            if self.surrounding(element, &mut around) {
                continue;
            }
            around.cover(element.range());
            match element {
                Element::Node(child) if child.kind() == SyntaxKind::FUNCTION_CALL => {
                    match self.table_in_quotes(child) {
                        Some(path) => named = Some(path),
                        None => {
                            let call = self.call_expr(child);
                            self.name_arguments(call);
                            calls.push(call);
                        }
                    }
                }
                other => self.stray(other),
            }
        }
        let kind = match (named, calls.as_slice()) {
            (Some(path), []) => RelationKind::Table(path),
            (None, &[call]) if matches!(self.body.expr(call), Expr::Call(_)) => {
                RelationKind::Function { call, offset: around.offset.take() }
            }
            _ => RelationKind::Opaque { inputs: Vec::new(), exprs: calls },
        };
        self.finish(kind, node, around, prefix)
    }

    /// DuckDB's `read_csv('a.csv', header = true)`: in a table function a bare name before `=` is a parameter's.
    fn name_arguments(&mut self, call: ExprId) {
        if !matches!(self.dialect, DialectKind::DuckDb | DialectKind::Permissive) {
            return;
        }
        let Expr::Call(mut call_of) = self.body.expr(call).clone() else { return };
        for arg in &mut call_of.args {
            if let Expr::Chain { first, rest } = self.body.expr(arg.value)
                && let [(BinaryOperator::Equal, value)] = rest.as_slice()
                && let Expr::Column(parts) = self.body.expr(*first)
                && let [name] = parts.as_slice()
            {
                (arg.name, arg.value) = (Some(name.clone()), *value);
            }
        }
        self.body.exprs[call.index()] = Expr::Call(call_of);
    }

    /// `IDENTIFIER('a.b')`, `TABLE('a.b')`: a literal names a table.
    fn table_in_quotes(&mut self, call: Node<'_>) -> Option<Vec<Ident>> {
        let path = call.child(SyntaxKind::PATH)?;
        let mut words = path.tokens();
        let (word, None) = (words.next()?, words.next()) else { return None };
        let names_table = ["IDENTIFIER", "TABLE"].iter().any(|known| known.eq_ignore_ascii_case(word.text()));
        if !names_table {
            return None;
        }
        let args = call.child(SyntaxKind::ARG_LIST)?;
        let mut args = args.nodes();
        let (literal, None) = (args.next()?, args.next()) else { return None };
        let mut tokens = literal.tokens();
        let (text, None) = (tokens.next()?, tokens.next()) else { return None };
        if literal.kind() != SyntaxKind::LITERAL || text.kind() != SyntaxKind::STRING {
            return None;
        }
        let value = self.text_of(text);
        Some(value.split('.').map(|part| name_in_text(part.trim(), self.dialect)).collect())
    }

    fn derived_table(&mut self, node: Node<'_>, prefix: Prefix) -> RelationId {
        let mut around = Surroundings::default();
        let mut query = None;
        for element in node.elements() {
            if self.surrounding(element, &mut around) {
                continue;
            }
            around.cover(element.range());
            match element {
                Element::Node(child) if child.kind() == SyntaxKind::QUERY && query.is_none() => {
                    query = Some(self.query(child));
                }
                other => self.stray(other),
            }
        }
        let kind = match query {
            Some(query) => RelationKind::Derived(query),
            None => {
                self.body.incomplete = true;
                RelationKind::Opaque { inputs: Vec::new(), exprs: Vec::new() }
            }
        };
        self.finish(kind, node, around, prefix)
    }

    fn paren_table(&mut self, node: Node<'_>, prefix: Prefix) -> RelationId {
        let mut around = Surroundings::default();
        let mut item = None;
        for element in node.elements() {
            if self.surrounding(element, &mut around) {
                continue;
            }
            around.cover(element.range());
            match element {
                Element::Node(child) if child.kind() == SyntaxKind::FROM_ITEM => {
                    let next = self.lower_from_item(child);
                    match &mut item {
                        None => item = Some(next),
                        // `(a, b)`
                        Some(first) => first.joins.extend(cross_joined(next)),
                    }
                }
                other => self.stray(other),
            }
        }
        let Some(item) = item else { return self.unknown_relation(node) };
        let alias = around.alias.name.clone().or_else(|| prefix.clone());
        if item.joins.is_empty() {
            let inner = &mut self.body.relations[item.relation.index()];
            let nameless = inner.alias.is_none() && inner.columns.is_empty();
            if alias.is_none() && around.alias.columns.is_empty() {
                return item.relation;
            }
            if nameless {
                self.map.relation_aliases[item.relation.index()] = alias.as_ref().map(|(_, range)| *range);
                inner.alias = alias.map(|(name, _)| name);
                inner.columns = around.alias.columns;
                return item.relation;
            }
        }
        self.finish(RelationKind::Nested(Box::new(item)), node, around, prefix)
    }

    fn values_table(&mut self, node: Node<'_>, prefix: Prefix) -> RelationId {
        let mut around = Surroundings::default();
        let mut query = None;
        for element in node.elements() {
            if self.surrounding(element, &mut around) {
                continue;
            }
            around.cover(element.range());
            match element {
                Element::Node(child) if child.kind() == SyntaxKind::VALUES_BODY => {
                    let rows = self.values_rows(child);
                    let body = QueryParts::default().with_body(QueryBody::Values(rows));
                    query = Some(self.alloc_query(body, child.range()));
                }
                other => self.stray(other),
            }
        }
        let Some(query) = query else { return self.unknown_relation(node) };
        self.finish(RelationKind::Derived(query), node, around, prefix)
    }

    /// Files, stages, macros: the columns are not known.
    fn opaque_table(&mut self, node: Node<'_>, prefix: Prefix) -> RelationId {
        let mut around = Surroundings::default();
        let mut exprs: Vec<ExprId> = Vec::new();
        for element in node.elements() {
            if self.surrounding(element, &mut around) {
                continue;
            }
            around.cover(element.range());
            match element {
                Element::Token(token)
                    if matches!(
                        token.kind(),
                        SyntaxKind::STRING
                            | SyntaxKind::AT_NAME
                            | SyntaxKind::IDENT
                            | SyntaxKind::QUOTED_IDENT
                    ) =>
                {
                    self.detail(token);
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
        self.finish(RelationKind::Opaque { inputs: Vec::new(), exprs }, node, around, prefix)
    }

    fn match_recognize(&mut self, node: Node<'_>, prefix: Prefix) -> RelationId {
        let mut around = Surroundings::default();
        let mut inputs = Vec::new();
        let mut exprs = Vec::new();
        for element in node.elements() {
            if self.surrounding(element, &mut around) {
                continue;
            }
            around.cover(element.range());
            let Element::Node(child) = element else {
                self.stray(element);
                continue;
            };
            match child.kind() {
                kind if is_factor(kind) && inputs.is_empty() => inputs.push(self.relation(child, None)),
                SyntaxKind::PARTITION_BY_CLAUSE => exprs.extend(self.exprs(child)),
                SyntaxKind::ORDER_BY_CLAUSE => exprs.extend(self.order_items(child)),
                SyntaxKind::MEASURES_CLAUSE | SyntaxKind::DEFINE_CLAUSE => {
                    for item in child.nodes() {
                        for part in item.elements() {
                            match part {
                                Element::Node(expr) if is_expr(expr.kind()) => exprs.push(self.expr(expr)),
                                other => self.stray(other),
                            }
                        }
                    }
                }
                _ => self.stray(element),
            }
        }
        self.finish(RelationKind::Opaque { inputs, exprs }, node, around, prefix)
    }

    /// Completes a relation whose alias stands in an `ALIAS` child that was already read.
    pub(super) fn finish_with_alias(
        &mut self,
        kind: RelationKind,
        node: Node<'_>,
        alias: Alias,
        prefix: Prefix,
    ) -> RelationId {
        self.finish(kind, node, Surroundings { alias, ..Surroundings::default() }, prefix)
    }
}

/// An item after a comma as joins of the item before it.
fn cross_joined(item: FromItem) -> impl Iterator<Item = Join> {
    let first = Join {
        kind: JoinKind::Inner,
        relation: item.relation,
        conditions: Vec::new(),
        using: Vec::new(),
        natural: false,
    };
    std::iter::once(first).chain(item.joins)
}

/// A name inside a text, with or without quotes.
fn name_in_text(part: &str, dialect: DialectKind) -> Ident {
    match part.chars().next() {
        Some('"' | '`') => Ident { text: super::literal::unquote_ident(part, dialect), quoted: true },
        _ => Ident::new(part),
    }
}
