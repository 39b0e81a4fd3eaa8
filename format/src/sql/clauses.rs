//! Rules of queries, clauses and relations.

use super::flow::{Inside, is_opener};
use super::rules::{AfterComma, Rules, Work};
use super::tree::{Child, NodeId};
use crate::document::Element;
use rocky_syntax::SyntaxKind::*;

impl Rules<'_> {
    /// The rule of a node.
    pub(super) fn node(&mut self, node: NodeId) {
        match self.tree.nodes[node as usize].kind {
            SQL_FILE => self.file(node),
            OTHER_STATEMENT | ERROR_NODE | MACRO_CALL | PATTERN_CLAUSE | SUBSET_CLAUSE | OVERFLOW_CLAUSE
            | OPERATOR_CALL => self.queue.push(Work::Verbatim(node)),
            STAGE_PATH => self.touching_as_written(node),
            QUERY => self.query(node),
            SELECT => self.select(node),
            SET_OPERATION => self.lines(node),
            WITH_CLAUSE => self.with_clause(node),
            CTE => self.common_table(node),
            PAREN_QUERY | DERIVED_TABLE | SUBQUERY_EXPR => self.flow(node),
            FROM_CLAUSE => self.relations(node),
            FROM_ITEM => self.relation_with_joins(node),
            JOIN => self.join(node),
            SELECT_CLAUSE | WHERE_CLAUSE | HAVING_CLAUSE | QUALIFY_CLAUSE | GROUP_BY_CLAUSE
            | ORDER_BY_CLAUSE | SORT_BY_CLAUSE | PARTITION_BY_CLAUSE | WINDOW_CLAUSE | CONNECT_BY_CLAUSE
            | MEASURES_CLAUSE | DEFINE_CLAUSE | PIPE_EXTEND | PIPE_SET | PIPE_DROP | PIPE_RENAME
            | PIPE_WINDOW | VALUES_BODY => {
                self.headed_list(node);
            }
            PIPE_AGGREGATE => self.pipe_aggregate(node),
            PIPE_STEP => self.flow(node),
            _ => self.expression(node),
        }
    }

    /// Tokens as close to each other as in the source.
    pub(super) fn touching_as_written(&mut self, node: NodeId) {
        for (index, child) in self.tree.children(node).iter().enumerate() {
            match child {
                Child::Token(token) if index > 0 => self.queue.push(Work::Glued(*token)),
                child => self.child(*child),
            }
        }
    }

    /// Parts on lines of the group around them.
    fn lines(&mut self, node: NodeId) {
        for (index, child) in self.tree.children(node).iter().enumerate() {
            if index > 0 {
                self.line();
            }
            self.child(*child);
        }
    }

    fn query(&mut self, node: NodeId) {
        let tree = self.tree;
        self.open();
        if self.has_own_lines(node) {
            self.put(Element::Break);
        }
        let mut after_with = false;
        let children = tree.children(node);
        for (index, child) in children.iter().enumerate() {
            match tree.kind(*child) {
                _ if index == 0 => {}
                _ if after_with => self.put(Element::EmptyLine),
                PIPE_STEP => self.put(Element::HardLine { blank: true }),
                _ => self.line(),
            }
            let Child::Node(part) = *child else { continue };
            // `SELECT * FROM final` after a WITH clause, which has many lines.
            let stays_together = after_with && index + 1 == children.len() && self.is_short(part);
            after_with = tree.kind(*child) == WITH_CLAUSE;
            if stays_together {
                self.open();
            }
            self.child(*child);
            if stays_together {
                self.close();
            }
        }
        self.close();
    }

    /// Whether the clauses of a query stand on lines of their own even if they would fit on one: where the
    /// query is a statement or a common table, unless it is `SELECT … FROM …` of one thing.
    fn has_own_lines(&self, query: NodeId) -> bool {
        let tree = self.tree;
        let parts = tree.children(query);
        let select = tree.find(query, SELECT);
        let is_short = match parts {
            [Child::Node(body)] => self.is_short(*body),
            _ => false,
        };
        match tree.nodes[query as usize].parent {
            QUERY_STATEMENT | CTE => !is_short,
            _ => select.is_some_and(|select| self.is_long_select(select)),
        }
    }

    fn is_short(&self, body: NodeId) -> bool {
        match self.tree.nodes[body as usize].kind {
            SELECT => self.is_short_select(body),
            kind => kind != SET_OPERATION,
        }
    }

    fn is_short_select(&self, select: NodeId) -> bool {
        let tree = self.tree;
        let clauses_fit = tree
            .children(select)
            .iter()
            .all(|child| matches!(tree.kind(*child), SELECT_CLAUSE | FROM_CLAUSE));
        let items = tree.find(select, SELECT_CLAUSE).map_or(0, |clause| tree.count(clause, SELECT_ITEM));
        let from = tree.find(select, FROM_CLAUSE);
        let joins = from.is_some_and(|from| self.has_joins(from));
        clauses_fit && !joins && (items <= 1 || from.is_none())
    }

    fn is_long_select(&self, select: NodeId) -> bool {
        let tree = self.tree;
        let joins = tree.find(select, FROM_CLAUSE).is_some_and(|from| self.has_joins(from));
        joins || tree.children(select).len() > 3
    }

    fn has_joins(&self, from: NodeId) -> bool {
        self.tree.children(from).iter().any(|child| match child {
            Child::Node(item) => self.tree.find(*item, JOIN).is_some(),
            Child::Token(_) => false,
        })
    }

    fn select(&mut self, node: NodeId) {
        let in_set_operation = self.tree.nodes[node as usize].parent == SET_OPERATION;
        if in_set_operation {
            self.open();
            if !self.is_short_select(node) && self.tree.children(node).len() > 2 {
                self.put(Element::Break);
            }
        }
        self.lines(node);
        if in_set_operation {
            self.close();
        }
    }

    fn with_clause(&mut self, node: NodeId) {
        let tree = self.tree;
        let children = tree.children(node);
        for (index, child) in children.iter().enumerate() {
            match *child {
                Child::Token(token) if tree.kind(*child) == COMMA => {
                    let last = index + 1 == children.len();
                    self.queue.push(match last {
                        true => Work::Token(token),
                        false => Work::Comma(token, AfterComma::Empty),
                    });
                }
                child => {
                    if index > 0 && tree.kind(children[index - 1]) != COMMA {
                        self.space();
                    }
                    self.child(child);
                }
            }
        }
    }

    fn common_table(&mut self, node: NodeId) {
        let tree = self.tree;
        for (index, child) in tree.children(node).iter().enumerate() {
            match tree.kind(*child) {
                R_PAREN => {
                    self.dedent();
                    self.put(Element::HardLine { blank: false });
                }
                QUERY => {}
                NAME_LIST => {}
                _ if index > 0 => self.space(),
                _ => {}
            }
            self.child(*child);
            if tree.kind(*child) == L_PAREN {
                self.indent();
                self.put(Element::HardLine { blank: false });
            }
        }
    }

    fn relations(&mut self, node: NodeId) {
        if self.tree.children(node).len() == 2 {
            self.flow(node);
        } else {
            self.headed_list(node);
        }
    }

    /// A relation, and each join on a line of the group around it.
    fn relation_with_joins(&mut self, node: NodeId) {
        let tree = self.tree;
        for (index, child) in tree.children(node).iter().enumerate() {
            if index > 0 {
                match tree.kind(*child) {
                    JOIN => self.line(),
                    _ => self.space(),
                }
            }
            self.child(*child);
        }
    }

    fn join(&mut self, node: NodeId) {
        let tree = self.tree;
        self.open();
        for (index, child) in tree.children(node).iter().enumerate() {
            let kind = tree.kind(*child);
            let is_condition = matches!(kind, ON_CLAUSE | JOIN | MATCH_CONDITION);
            if is_condition {
                self.indent();
                self.put(Element::Line { blank: false });
            } else if index > 0 {
                self.space();
            }
            self.child(*child);
            if is_condition {
                self.dedent();
            }
        }
        self.close();
    }

    fn pipe_aggregate(&mut self, node: NodeId) {
        let tree = self.tree;
        let children = tree.children(node);
        let end = children
            .iter()
            .position(|child| matches!(tree.kind(*child), GROUP_BY_CLAUSE | GROUP_KW))
            .unwrap_or(children.len());
        self.open();
        self.headed(node, &children[..end]);
        if end < children.len() {
            if end > 0 {
                self.line();
            }
            self.flow_of(node, &children[end..], Inside::Lines);
        }
        self.close();
    }

    /// Words, then a list: on the same line if it fits, else indented with a line for each item.
    fn headed_list(&mut self, node: NodeId) {
        let children = self.tree.children(node);
        self.open();
        self.headed(node, children);
        self.close();
    }

    fn headed(&mut self, node: NodeId, children: &[Child]) {
        let tree = self.tree;
        let is_head = |child: &Child| match child {
            Child::Token(_) => true,
            Child::Node(_) => matches!(tree.kind(*child), DISTINCT_ON | TOP_CLAUSE | SELECT_AS),
        };
        let head = children.iter().take_while(|child| is_head(child)).count();
        // A list that starts with a sign, as a row without a name does.
        let head = children[..head].iter().position(|child| is_opener(tree.kind(*child))).unwrap_or(head);
        self.flow_of(node, &children[..head], Inside::Lines);
        if head == children.len() {
            return;
        }
        self.indent();
        if head > 0 {
            self.put(Element::Line { blank: false });
        }
        for (index, child) in children.iter().enumerate().skip(head) {
            match *child {
                Child::Token(token) if tree.kind(*child) == COMMA => {
                    let last = children.get(index + 1).is_none_or(|next| tree.kind(*next) == JINJA_CLAUSE);
                    self.queue.push(match last {
                        true => Work::Token(token),
                        false => Work::Comma(token, AfterComma::Line),
                    });
                }
                child => {
                    if index > head && tree.kind(children[index - 1]) != COMMA {
                        self.space();
                    }
                    self.child(child);
                }
            }
        }
        self.dedent();
    }
}
