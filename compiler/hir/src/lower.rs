//! Lowering: from the tree of a SQL text to a [`Body`] and its [`BodySourceMap`].
//!
//! Each node is visited once, children in the order of the text, so that numbers follow the text.
//! What has no shape of its own in the body becomes opaque with its parts lowered; words that matter
//! to the result but to no name or type are kept as details.

mod call;
mod digest;
mod expression;
mod from;
mod literal;
mod name;
mod pipe;
mod pivot;
mod query;
mod relation;
mod select;
mod special_form;
mod star;
mod tree;
mod type_text;

use rocky_syntax::sql::ast::{self, AstNode as _};
use rocky_syntax::{DialectKind, FlatTree, SyntaxKind, TextRange};
use smol_str::SmolStr;

use crate::body::{Body, BodySourceMap, Detail, Expr, ExprId, Ident, Query, QueryId, Relation, RelationId};
pub use digest::body_digest;
use tree::{Element, Node, Token};

/// Nested deeper than this, a part of a query is not understood. The parser stops earlier at
/// parentheses; this bounds chains of prefixes and suffixes too.
const MAX_DEPTH: u32 = 640;

/// Lowers the first query of a text.
pub fn lower_sql(text: &str, dialect: DialectKind) -> (Body, BodySourceMap) {
    lower_tree(&rocky_syntax::parse_sql_flat(text, dialect).tree, dialect)
}

/// Lowers the first query of a file.
pub fn lower_tree(tree: &FlatTree<'_>, dialect: DialectKind) -> (Body, BodySourceMap) {
    let root = tree.root();
    let mut lower = Lower::new(dialect);
    // Texts of models have one expression in about 16 bytes.
    let estimate = usize::from(root.range().len()) / 16 + 4;
    lower.body.exprs.reserve(estimate);
    lower.map.exprs.reserve(estimate);
    lower.file(root);
    (lower.body, lower.map)
}

/// The state of one lowering.
struct Lower {
    dialect: DialectKind,
    body: Body,
    map: BodySourceMap,
    depth: u32,
    /// Per enclosing SELECT, the names its FROM clause gives to relations and where they stand. Only
    /// kept for dialects in which `FROM t, t.items` reads a column.
    visible: Vec<Vec<(SmolStr, TextRange)>>,
}

impl Lower {
    fn new(dialect: DialectKind) -> Lower {
        Lower { dialect, body: Body::default(), map: BodySourceMap::default(), depth: 0, visible: Vec::new() }
    }

    fn file(&mut self, root: Node<'_>) {
        for statement in root.nodes() {
            match statement.kind() {
                SyntaxKind::QUERY_STATEMENT if self.body.root.is_none() => self.query_statement(statement),
                _ => self.body.incomplete = true,
            }
        }
        self.body.incomplete |= self.body.root.is_none();
    }

    fn query_statement(&mut self, statement: Node<'_>) {
        for element in statement.elements() {
            match element {
                Element::Node(node) if node.kind() == SyntaxKind::QUERY && self.body.root.is_none() => {
                    self.body.root = Some(self.query(node));
                }
                other => self.stray(other),
            }
        }
    }

    fn alloc(&mut self, expr: Expr, range: TextRange) -> ExprId {
        let id = ExprId(self.body.exprs.len() as u32);
        self.body.exprs.push(expr);
        self.map.exprs.push(range);
        id
    }

    fn alloc_query(&mut self, query: Query, range: TextRange) -> QueryId {
        let id = QueryId(self.body.queries.len() as u32);
        self.body.queries.push(query);
        self.map.queries.push(range);
        id
    }

    fn alloc_relation(
        &mut self,
        relation: Relation,
        range: TextRange,
        alias_range: Option<TextRange>,
    ) -> RelationId {
        let id = RelationId(self.body.relations.len() as u32);
        self.body.relations.push(relation);
        self.map.relations.push(range);
        self.map.relation_aliases.push(alias_range);
        id
    }

    /// A hole where an expression belongs, at the end of what stands before it.
    fn missing(&mut self, parent: Node<'_>) -> ExprId {
        self.body.incomplete = true;
        self.alloc(Expr::Missing, TextRange::empty(parent.range().end()))
    }

    fn or_missing(&mut self, expr: Option<ExprId>, parent: Node<'_>) -> ExprId {
        match expr {
            Some(id) => id,
            None => self.missing(parent),
        }
    }

    /// The first expression among the children; all other nodes are stray.
    fn only_expr(&mut self, node: Node<'_>) -> ExprId {
        let mut found = None;
        for element in node.elements() {
            match element {
                Element::Node(child) if found.is_none() && is_expr(child.kind()) => {
                    found = Some(self.expr(child))
                }
                other => self.stray(other),
            }
        }
        self.or_missing(found, node)
    }

    /// All expressions among the children.
    fn exprs(&mut self, node: Node<'_>) -> Vec<ExprId> {
        let mut out = Vec::new();
        for element in node.elements() {
            match element {
                Element::Node(child) if is_expr(child.kind()) => out.push(self.expr(child)),
                other => self.stray(other),
            }
        }
        out
    }

    /// An element that its parent has no use for: words are structure, nodes become details, and
    /// what the parser could not place makes the body incomplete.
    fn stray(&mut self, element: Element<'_>) {
        match element {
            Element::Node(node) => self.detail_node(node),
            Element::Token(token) => {
                if matches!(token.kind(), SyntaxKind::ERROR_TOKEN | SyntaxKind::JINJA_ISLAND) {
                    self.body.incomplete = true;
                    self.detail(token);
                }
            }
        }
    }

    /// Keeps a word that matters to the result only.
    fn detail(&mut self, token: Token<'_>) {
        let text = match token.kind().fixed_text() {
            Some(text) => SmolStr::new_static(text),
            None => SmolStr::new(token.text()),
        };
        self.detail_text(text);
    }

    fn detail_text(&mut self, text: SmolStr) {
        let after = self.body.exprs.len() as u32;
        self.body.details.push(Detail { after, text });
    }

    /// Keeps all words of a part that has no other place in the body.
    fn detail_node(&mut self, node: Node<'_>) {
        if matches!(
            node.kind(),
            SyntaxKind::ERROR_NODE
                | SyntaxKind::JINJA_CLAUSE
                | SyntaxKind::JINJA_EXPR
                | SyntaxKind::JINJA_BODY
        ) {
            self.body.incomplete = true;
        }
        for token in node.all_tokens() {
            if token.kind() == SyntaxKind::ERROR_TOKEN {
                self.body.incomplete = true;
            }
            self.detail(token);
        }
    }

    fn record_item_alias(&mut self, expr: ExprId, alias: Option<&(Ident, TextRange)>) {
        if let Some((_, range)) = alias {
            self.map.item_aliases.push((expr, *range));
        }
    }
}

fn is_expr(kind: SyntaxKind) -> bool {
    ast::AnyExpr::can_cast(kind)
}

fn is_factor(kind: SyntaxKind) -> bool {
    ast::AnyTableFactor::can_cast(kind)
}

fn is_query_body(kind: SyntaxKind) -> bool {
    ast::AnyQueryBody::can_cast(kind)
}

fn is_type(kind: SyntaxKind) -> bool {
    ast::AnyType::can_cast(kind)
}
