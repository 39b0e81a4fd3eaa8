//! PIVOT and UNPIVOT, as table suffixes and as DuckDB's statements.

use rocky_syntax::{SyntaxKind, TextRange};

use super::name::Alias;
use super::tree::{Element, Node};
use super::{Lower, is_expr, is_factor};
use crate::body::{ExprId, Ident, QueryId, RelationId, RelationKind, SelectItem};

/// The parts of a PIVOT.
#[derive(Default)]
pub(super) struct PivotParts {
    pub(super) input: Option<RelationId>,
    pub(super) aggregates: Vec<SelectItem>,
    pub(super) columns: Vec<(ExprId, Option<Vec<SelectItem>>)>,
    pub(super) value_queries: Vec<QueryId>,
    pub(super) group_by: Vec<ExprId>,
    pub(super) alias: Alias,
}

/// The parts of an UNPIVOT.
#[derive(Default)]
pub(super) struct UnpivotParts {
    pub(super) input: Option<RelationId>,
    pub(super) values: Vec<Ident>,
    pub(super) name: Option<Ident>,
    pub(super) columns: Vec<SelectItem>,
    pub(super) include_nulls: bool,
    pub(super) alias: Alias,
}

impl Lower {
    /// `t PIVOT (aggregates FOR column IN (values)) alias`
    pub(super) fn pivot_table(&mut self, node: Node<'_>, prefix: Option<(Ident, TextRange)>) -> RelationId {
        let mut parts = PivotParts::default();
        for element in node.elements() {
            match element {
                Element::Node(child) if is_factor(child.kind()) && parts.input.is_none() => {
                    parts.input = Some(self.relation(child, None));
                }
                other => self.pivot_part(other, &mut parts),
            }
        }
        self.finish_pivot(node, parts, prefix)
    }

    /// DuckDB's `PIVOT t ON … USING … GROUP BY …`
    pub(super) fn pivot_body(&mut self, node: Node<'_>) -> RelationId {
        self.pivot_table(node, None)
    }

    pub(super) fn pivot_part(&mut self, element: Element<'_>, parts: &mut PivotParts) {
        let Element::Node(child) = element else {
            self.stray(element);
            return;
        };
        match child.kind() {
            SyntaxKind::SELECT_ITEM => parts.aggregates.push(self.select_item(child)),
            SyntaxKind::PIVOT_FOR_ITEM | SyntaxKind::PIVOT_ON_ITEM => self.pivot_column(child, parts),
            SyntaxKind::GROUP_BY_CLAUSE => parts.group_by.extend(self.group_by(child).keys),
            SyntaxKind::ALIAS => parts.alias = self.alias(child),
            _ => self.stray(element),
        }
    }

    pub(super) fn finish_pivot(
        &mut self,
        node: Node<'_>,
        parts: PivotParts,
        prefix: Option<(Ident, TextRange)>,
    ) -> RelationId {
        let kind = match parts.input {
            Some(input) => RelationKind::Pivot {
                input,
                aggregates: parts.aggregates,
                columns: parts.columns,
                value_queries: parts.value_queries,
                group_by: parts.group_by,
            },
            None => {
                self.body.incomplete = true;
                RelationKind::Opaque { inputs: Vec::new(), exprs: Vec::new() }
            }
        };
        self.finish_with_alias(kind, node, parts.alias, prefix)
    }

    /// `FOR column IN (values)`, `ON column [IN (values)]`
    fn pivot_column(&mut self, node: Node<'_>, parts: &mut PivotParts) {
        let mut column = None;
        let mut values = None;
        for element in node.elements() {
            match element {
                Element::Node(child) if is_expr(child.kind()) && column.is_none() => {
                    column = Some(self.expr(child));
                }
                Element::Node(child) if child.kind() == SyntaxKind::PIVOT_IN_LIST => {
                    values = self.pivot_values(child, parts);
                }
                other => self.stray(other),
            }
        }
        let column = self.or_missing(column, node);
        parts.columns.push((column, values));
    }

    fn pivot_values(&mut self, list: Node<'_>, parts: &mut PivotParts) -> Option<Vec<SelectItem>> {
        let mut items = Vec::new();
        let mut known = true;
        for element in list.elements() {
            match element {
                Element::Node(child) => match child.kind() {
                    SyntaxKind::SELECT_ITEM => items.push(self.select_item(child)),
                    SyntaxKind::QUERY => {
                        known = false;
                        let query = self.query(child);
                        parts.value_queries.push(query);
                    }
                    // `IN enum_type`: its values are in the warehouse.
                    _ => {
                        known = false;
                        self.detail_node(child);
                    }
                },
                Element::Token(token) if token.kind() == SyntaxKind::ANY_KW => {
                    known = false;
                    self.detail(token);
                }
                other => self.stray(other),
            }
        }
        known.then_some(items)
    }

    /// `t UNPIVOT (value FOR name IN (columns)) alias`
    pub(super) fn unpivot_table(&mut self, node: Node<'_>, prefix: Option<(Ident, TextRange)>) -> RelationId {
        let mut parts = UnpivotParts::default();
        for element in node.elements() {
            match element {
                Element::Node(child) if is_factor(child.kind()) && parts.input.is_none() => {
                    parts.input = Some(self.relation(child, None));
                }
                other => self.unpivot_part(other, &mut parts),
            }
        }
        self.finish_unpivot(node, parts, prefix)
    }

    /// DuckDB's `UNPIVOT t ON columns INTO NAME n VALUE v`
    pub(super) fn unpivot_body(&mut self, node: Node<'_>) -> RelationId {
        let mut parts = UnpivotParts::default();
        for element in node.elements() {
            match element {
                Element::Node(child) if is_factor(child.kind()) && parts.input.is_none() => {
                    parts.input = Some(self.relation(child, None));
                }
                other => self.unpivot_part(other, &mut parts),
            }
        }
        if parts.name.is_none() {
            parts.name = Some(Ident::new("name"));
        }
        if parts.values.is_empty() {
            parts.values.push(Ident::new("value"));
        }
        self.finish_unpivot(node, parts, None)
    }

    pub(super) fn unpivot_part(&mut self, element: Element<'_>, parts: &mut UnpivotParts) {
        let Element::Node(child) = element else {
            self.stray(element);
            return;
        };
        match child.kind() {
            SyntaxKind::NULLS_INCLUSION => {
                parts.include_nulls = child.token(SyntaxKind::INCLUDE_KW).is_some();
            }
            SyntaxKind::UNPIVOT_VALUE => {
                for part in child.nodes() {
                    match part.kind() {
                        SyntaxKind::NAME => parts.values.extend(self.name(part).map(|(name, _)| name)),
                        SyntaxKind::NAME_LIST => parts.values.extend(self.name_list(part)),
                        _ => self.detail_node(part),
                    }
                }
            }
            SyntaxKind::NAME => parts.name = self.name(child).map(|(name, _)| name),
            SyntaxKind::SELECT_ITEM => parts.columns.push(self.select_item(child)),
            SyntaxKind::UNPIVOT_INTO => {
                let mut names = self.name_list(child).into_iter();
                parts.name = names.next();
                parts.values = names.collect();
            }
            SyntaxKind::ALIAS => parts.alias = self.alias(child),
            _ => self.stray(element),
        }
    }

    pub(super) fn finish_unpivot(
        &mut self,
        node: Node<'_>,
        parts: UnpivotParts,
        prefix: Option<(Ident, TextRange)>,
    ) -> RelationId {
        let kind = match parts.input {
            Some(input) => RelationKind::Unpivot {
                input,
                values: parts.values,
                name: parts.name,
                columns: parts.columns,
                include_nulls: parts.include_nulls,
            },
            None => {
                self.body.incomplete = true;
                RelationKind::Opaque { inputs: Vec::new(), exprs: Vec::new() }
            }
        };
        self.finish_with_alias(kind, node, parts.alias, prefix)
    }
}
