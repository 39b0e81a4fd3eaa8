//! Rules of expressions and types.

use super::flow::{Between, Inside};
use super::rules::{Rules, Work};
use super::tree::{Child, NodeId};
use crate::document::Element;
use rocky_syntax::SyntaxKind::{self, *};

/// Lists of so many literals are filled.
const FILL_FROM: usize = 8;

impl Rules<'_> {
    /// The rule of a node that is no query and no clause.
    pub(super) fn expression(&mut self, node: NodeId) {
        match self.tree.nodes[node as usize].kind {
            COLUMN_REF | PATH | PLACEHOLDER | JSON_PATH_EXPR | JSON_PATH_STEP | POSITIONAL_COLUMN
            | FIELD_ACCESS | METHOD_CALL | POSTFIX_CAST | UNPACK_EXPR | MACRO_VARIABLE => self.tight(node),
            NAME => self.touching_as_written(node),
            LITERAL | TYPED_LITERAL => self.literal(node),
            BINARY_EXPR => self.binary(node),
            UNARY_EXPR => self.unary(node),
            CASE_EXPR => self.case(node),
            WHEN_ARM => self.when_arm(node),
            IN_LIST | ARRAY_EXPR | ARG_LIST => self.list(node),
            INDEX_EXPR => self.index(node),
            STRUCT_ENTRY | STRUCT_FIELD | KEY_VALUE_ARG | PREFIX_ALIAS | LAMBDA_EXPR => {
                self.with_tight_colon(node);
            }
            TYPE_ARG_LIST | TYPE_PARAMS | STRUCT_TYPE | ARRAY_TYPE | GENERIC_TYPE => self.data_type(node),
            _ => self.flow(node),
        }
    }

    /// Parts without anything between them; two words keep what is between them.
    fn tight(&mut self, node: NodeId) {
        for (index, child) in self.tree.children(node).iter().enumerate() {
            if index > 0 && matches!(self.tree.kind(*child), FILTER_CLAUSE | OVER_CLAUSE) {
                self.space();
            }
            self.child(*child);
        }
    }

    /// Strings beside each other are one literal; in some dialects only when a line end is between them.
    fn literal(&mut self, node: NodeId) {
        for (index, child) in self.tree.children(node).iter().enumerate() {
            let after_type = index == 1 && matches!(self.tree.children(node)[0], Child::Node(_));
            if after_type {
                self.space();
            } else if let (true, Child::Token(token)) = (index > 0, child) {
                let data = &self.tree.tokens[*token as usize];
                match (data.line_ends, data.touches) {
                    (0, true) => {}
                    (0, false) => self.space(),
                    _ => self.put(Element::HardLine { blank: false }),
                }
            }
            self.child(*child);
        }
    }

    fn binary(&mut self, node: NodeId) {
        let tree = self.tree;
        let children = tree.children(node);
        let operator = children.iter().find_map(|child| match child {
            Child::Token(_) => Some(tree.kind(*child)),
            Child::Node(_) => None,
        });
        let kind = operator.unwrap_or(PLUS);
        if is_comparison(kind) {
            self.spaced_operators(children);
            return;
        }
        let parent = tree.nodes[node as usize].parent;
        let indents = !(is_logical(kind) && is_condition(parent));
        self.open();
        self.put_chain(children, indents);
        self.close();
    }

    fn spaced_operators(&mut self, children: &[Child]) {
        for (index, child) in children.iter().enumerate() {
            if index > 0 {
                let arrow = [index - 1, index].iter().any(|at| is_arrow(self.tree.kind(children[*at])));
                let between = if arrow { Between::AsWritten } else { Between::Space };
                self.put_between(between, *child);
            }
            self.child(*child);
        }
    }

    /// Operands, each but the first on a line with the operator in front of it.
    fn put_chain(&mut self, children: &[Child], indents: bool) {
        let tree = self.tree;
        let mut after_operand = false;
        for (index, child) in children.iter().enumerate() {
            let is_operator = matches!(child, Child::Token(_)) || tree.kind(*child) == OPERATOR_CALL;
            if index > 0 {
                let arrow = is_arrow(tree.kind(*child)) || is_arrow(tree.kind(children[index - 1]));
                match (arrow, is_operator && after_operand) {
                    (true, _) => self.put_between(Between::AsWritten, *child),
                    (false, true) => self.line(),
                    // Two signs in a row are one operator: `> >`.
                    (false, false) if is_operator => self.put_between(Between::AsWritten, *child),
                    (false, false) => self.space(),
                }
            }
            after_operand = !is_operator;
            self.child(*child);
            if index == 0 && indents {
                self.indent();
            }
        }
        if indents && !children.is_empty() {
            self.dedent();
        }
    }

    fn unary(&mut self, node: NodeId) {
        let tree = self.tree;
        let children = tree.children(node);
        for (index, child) in children.iter().enumerate() {
            if index > 0 {
                let word = tree.kind(*child).is_keyword() || tree.kind(children[index - 1]).is_keyword();
                if word {
                    self.space();
                }
            }
            self.child(*child);
        }
    }

    fn case(&mut self, node: NodeId) {
        let tree = self.tree;
        self.open();
        if tree.count(node, WHEN_ARM) > 1 {
            self.put(Element::Break);
        }
        self.indent();
        let mut indented = true;
        for (index, child) in tree.children(node).iter().enumerate() {
            match tree.kind(*child) {
                _ if index == 0 => {}
                WHEN_ARM | ELSE_ARM => self.line(),
                END_KW => {
                    self.dedent();
                    indented = false;
                    self.put(Element::Line { blank: false });
                }
                _ => self.space(),
            }
            self.child(*child);
        }
        if indented {
            self.dedent();
        }
        self.close();
    }

    /// `WHEN … THEN …`, the result on its own line when both do not fit.
    fn when_arm(&mut self, node: NodeId) {
        let tree = self.tree;
        self.open();
        self.indent();
        for (index, child) in tree.children(node).iter().enumerate() {
            match tree.kind(*child) {
                _ if index == 0 => {}
                THEN_KW => self.put(Element::Line { blank: false }),
                _ => self.space(),
            }
            self.child(*child);
        }
        self.dedent();
        self.close();
    }

    /// A list in brackets; many literals share lines.
    fn list(&mut self, node: NodeId) {
        let tree = self.tree;
        let children = tree.children(node);
        let literals = tree.count(node, LITERAL);
        let others = children
            .iter()
            .filter(|child| matches!(child, Child::Node(_)) && tree.kind(**child) != LITERAL)
            .count();
        let fills = literals >= FILL_FROM && others == 0;
        self.flow_of(node, children, if fills { Inside::Fill } else { Inside::Lines });
    }

    fn index(&mut self, node: NodeId) {
        let tree = self.tree;
        for (index, child) in tree.children(node).iter().enumerate() {
            match *child {
                Child::Token(token) if tree.kind(*child) == COMMA => {
                    self.queue.push(Work::Comma(token, super::rules::AfterComma::Space));
                }
                child => {
                    let before = index.checked_sub(1).map(|at| tree.kind(tree.children(node)[at]));
                    let slices = before == Some(COLON) || tree.kind(child) == COLON;
                    if slices {
                        self.put_between(Between::AsWritten, child);
                    }
                    self.child(child);
                }
            }
        }
    }

    /// `name: value`
    fn with_tight_colon(&mut self, node: NodeId) {
        let tree = self.tree;
        let children = tree.children(node);
        let Some(colon) = children.iter().position(|child| tree.kind(*child) == COLON) else {
            self.flow(node);
            return;
        };
        self.flow_of(node, &children[..colon], Inside::Lines);
        self.child(children[colon]);
        if colon + 1 < children.len() {
            self.space();
            self.flow_of(node, &children[colon + 1..], Inside::Lines);
        }
    }

    /// `DECIMAL(10, 2)`, `STRUCT<a INT, b ARRAY<INT>>`
    fn data_type(&mut self, node: NodeId) {
        let tree = self.tree;
        let children = tree.children(node);
        let mut previous: Option<SyntaxKind> = None;
        for (index, child) in children.iter().enumerate() {
            let kind = tree.kind(*child);
            match *child {
                Child::Token(token) if kind == COMMA => {
                    let last = index + 1 == children.len();
                    self.queue.push(match last {
                        true => Work::Token(token),
                        false => Work::Comma(token, super::rules::AfterComma::Space),
                    });
                }
                child => {
                    let is_sign = |kind| {
                        matches!(
                            kind,
                            LT | GT | L_PAREN | R_PAREN | L_BRACKET | R_BRACKET | COMMA | TYPE_ARG_LIST
                        )
                    };
                    if previous.is_some_and(|previous| !is_sign(previous)) && !is_sign(kind) {
                        self.space();
                    }
                    self.child(child);
                }
            }
            previous = Some(kind);
        }
    }
}

fn is_logical(operator: SyntaxKind) -> bool {
    matches!(operator, AND_KW | OR_KW | XOR_KW)
}

fn is_comparison(operator: SyntaxKind) -> bool {
    matches!(operator, EQ | LT | GT | EQ_EQ | BANG_EQ | LT_GT | LT_EQ | GT_EQ | LT_EQ_GT)
}

fn is_arrow(kind: SyntaxKind) -> bool {
    matches!(kind, ARROW | LONG_ARROW | HASH_GT | HASH_GT_GT)
}

/// Kinds that indent a condition themselves.
fn is_condition(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        WHERE_CLAUSE
            | HAVING_CLAUSE
            | QUALIFY_CLAUSE
            | ON_CLAUSE
            | CONNECT_BY_CLAUSE
            | PAREN_EXPR
            | FILTER_CLAUSE
    )
}
