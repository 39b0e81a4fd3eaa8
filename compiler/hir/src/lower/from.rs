//! FROM clauses: items and joins.

use rocky_syntax::{DialectKind, SyntaxKind, TextRange};

use super::tree::{Element, Node};
use super::{Lower, is_factor};
use crate::body::{FromItem, Join, JoinKind, Relation, RelationId, RelationKind};

impl Lower {
    /// `FROM a, b JOIN c`
    pub(super) fn lower_from(&mut self, node: Node<'_>) -> Vec<FromItem> {
        let mut items = Vec::new();
        for element in node.elements() {
            match element {
                Element::Node(child) if child.kind() == SyntaxKind::FROM_ITEM => {
                    items.push(self.lower_from_item(child));
                }
                other => self.stray(other),
            }
        }
        self.body.incomplete |= items.is_empty();
        items
    }

    /// A relation and its joins.
    pub(super) fn lower_from_item(&mut self, node: Node<'_>) -> FromItem {
        let mut item: Option<FromItem> = None;
        let mut prefix = None;
        for element in node.elements() {
            let Element::Node(child) = element else {
                self.stray(element);
                continue;
            };
            match child.kind() {
                SyntaxKind::PREFIX_ALIAS => prefix = self.prefix_alias(child),
                // Parentheses around the joins on the left mean nothing.
                SyntaxKind::PAREN_TABLE if item.is_none() && prefix.is_none() => {
                    item = Some(self.leading_parens(child));
                }
                kind if is_factor(kind) && item.is_none() => {
                    let relation = self.relation(child, prefix.take());
                    item = Some(FromItem { relation, joins: Vec::new() });
                }
                SyntaxKind::JOIN => {
                    let join = self.join(child);
                    match &mut item {
                        Some(item) => item.joins.push(join),
                        None => {
                            let relation = self.unknown_relation(node);
                            item = Some(FromItem { relation, joins: vec![join] });
                        }
                    }
                }
                _ => self.stray(element),
            }
        }
        match item {
            Some(item) => item,
            None => FromItem { relation: self.unknown_relation(node), joins: Vec::new() },
        }
    }

    /// `(a JOIN b) JOIN c`: the inner joins come first anyway.
    fn leading_parens(&mut self, node: Node<'_>) -> FromItem {
        let relation = self.relation(node, None);
        let id = relation.index();
        let is_last = id + 1 == self.body.relations.len();
        let plain = is_last && {
            let it = &self.body.relations[id];
            it.alias.is_none() && it.columns.is_empty() && matches!(it.kind, RelationKind::Nested(_))
        };
        if plain && let Some(Relation { kind: RelationKind::Nested(inner), .. }) = self.body.relations.pop() {
            self.map.relations.pop();
            self.map.relation_aliases.pop();
            return *inner;
        }
        FromItem { relation, joins: Vec::new() }
    }

    /// A hole where a relation belongs.
    pub(super) fn unknown_relation(&mut self, node: Node<'_>) -> RelationId {
        self.body.incomplete = true;
        let kind = RelationKind::Opaque { inputs: Vec::new(), exprs: Vec::new() };
        let relation = Relation { kind, alias: None, columns: Vec::new(), lateral: false };
        self.alloc_relation(relation, TextRange::empty(node.range().end()), None)
    }

    /// `JOIN`
    pub(super) fn join(&mut self, node: Node<'_>) -> Join {
        let mut words = JoinWords::default();
        let mut prefix = None;
        let mut relation = None;
        let mut nested: Vec<Join> = Vec::new();
        let mut join = Join {
            kind: JoinKind::Inner,
            relation: RelationId(0),
            conditions: Vec::new(),
            using: Vec::new(),
            natural: false,
        };
        for element in node.elements() {
            let child = match element {
                Element::Token(token) => {
                    if !words.note(token.kind()) {
                        self.stray(element);
                    } else if matches!(token.kind(), SyntaxKind::ASOF_KW | SyntaxKind::POSITIONAL_KW) {
                        self.detail(token);
                    }
                    continue;
                }
                Element::Node(child) => child,
            };
            match child.kind() {
                SyntaxKind::PREFIX_ALIAS => prefix = self.prefix_alias(child),
                kind if is_factor(kind) && relation.is_none() => {
                    relation = Some((self.relation(child, prefix.take()), child.range()));
                }
                SyntaxKind::JOIN => nested.push(self.join(child)),
                SyntaxKind::MATCH_CONDITION => {
                    words.match_condition = true;
                    let condition = self.only_expr(child);
                    join.conditions.push(condition);
                }
                SyntaxKind::ON_CLAUSE => {
                    let condition = self.only_expr(child);
                    join.conditions.push(condition);
                }
                SyntaxKind::USING_CLAUSE => {
                    for part in child.nodes() {
                        match part.kind() {
                            SyntaxKind::NAME_LIST => join.using.extend(self.name_list(part)),
                            _ => self.detail_node(part),
                        }
                    }
                }
                _ => self.stray(element),
            }
        }
        let (relation, range) = match relation {
            Some(found) => found,
            None => (self.unknown_relation(node), node.range()),
        };
        if words.apply {
            self.body.relations[relation.index()].lateral = true;
        }
        join.kind = words.kind(self.dialect);
        join.natural = words.natural;
        join.relation = if nested.is_empty() {
            relation
        } else {
            // `a JOIN b JOIN c ON … ON …`
            let kind = RelationKind::Nested(Box::new(FromItem { relation, joins: nested }));
            self.alloc_relation(
                Relation { kind, alias: None, columns: Vec::new(), lateral: false },
                range,
                None,
            )
        };
        join
    }
}

/// The words before JOIN.
#[derive(Default)]
struct JoinWords {
    side: Option<SyntaxKind>,
    outer: bool,
    natural: bool,
    asof: bool,
    positional: bool,
    semi: bool,
    anti: bool,
    apply: bool,
    match_condition: bool,
}

impl JoinWords {
    /// Gives whether the word is one of a join.
    fn note(&mut self, kind: SyntaxKind) -> bool {
        match kind {
            SyntaxKind::LEFT_KW
            | SyntaxKind::RIGHT_KW
            | SyntaxKind::FULL_KW
            | SyntaxKind::INNER_KW
            | SyntaxKind::CROSS_KW => self.side = Some(kind),
            SyntaxKind::OUTER_KW => self.outer = true,
            SyntaxKind::NATURAL_KW => self.natural = true,
            SyntaxKind::ASOF_KW => self.asof = true,
            SyntaxKind::SEMI_KW => self.semi = true,
            SyntaxKind::ANTI_KW => self.anti = true,
            SyntaxKind::APPLY_KW => self.apply = true,
            SyntaxKind::JOIN_KW | SyntaxKind::GLOBAL_KW | SyntaxKind::STRAIGHT_JOIN_KW => {}
            SyntaxKind::POSITIONAL_KW => self.positional = true,
            _ => return false,
        }
        true
    }

    fn kind(&self, dialect: DialectKind) -> JoinKind {
        if self.semi {
            return JoinKind::Semi;
        }
        if self.anti {
            return JoinKind::Anti;
        }
        match self.side {
            Some(SyntaxKind::LEFT_KW) => JoinKind::Left,
            Some(SyntaxKind::RIGHT_KW) => JoinKind::Right,
            Some(SyntaxKind::FULL_KW) => JoinKind::Full,
            // Snowflake's ASOF keeps rows of the left side without a match.
            _ if self.asof && (dialect == DialectKind::Snowflake || self.match_condition) => JoinKind::Left,
            _ if self.apply && self.outer => JoinKind::Left,
            // The shorter side is filled with NULL.
            _ if self.positional => JoinKind::Full,
            _ => JoinKind::Inner,
        }
    }
}
