//! The rule of kinds without a rule of their own: words, commas, brackets in a row.

use super::rules::{AfterComma, Rules, Work};
use super::tree::{Child, NodeId};
use crate::document::Element;
use rocky_syntax::SyntaxKind::{self, *};

/// What stands between two parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Between {
    /// Nothing.
    Nothing,
    /// A space.
    Space,
    /// A space where the source has blanks.
    AsWritten,
    /// A line end where the group is broken.
    Line,
}

/// How the parts of a bracket are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inside {
    /// On lines of their own when they do not fit.
    Lines,
    /// As many on a line as fit.
    Fill,
    /// Never broken.
    Tight,
}

impl Rules<'_> {
    /// Words, commas and brackets in a row.
    pub(super) fn flow(&mut self, node: NodeId) {
        let children = self.tree.children(node);
        self.flow_of(node, children, Inside::Lines);
    }

    /// The same for a part of the children.
    pub(super) fn flow_of(&mut self, node: NodeId, children: &[Child], inside: Inside) {
        let mut depth = 0usize;
        let mut fills: Vec<bool> = Vec::new();
        for (index, child) in children.iter().enumerate() {
            let kind = self.tree.kind(*child);
            let previous = index.checked_sub(1).map(|index| children[index]);
            if is_closer(kind) && depth > 0 {
                depth -= 1;
                self.finish_fill(&mut fills);
                fills.pop();
                let empty = previous.is_some_and(|previous| is_opener(self.tree.kind(previous)));
                self.closer(*child, inside, empty);
                continue;
            }
            if kind == COMMA {
                self.finish_fill(&mut fills);
                let Child::Token(token) = *child else { continue };
                let last = children.get(index + 1).is_none_or(|next| is_closer(self.tree.kind(*next)));
                self.comma(token, if depth == 0 { Inside::Tight } else { inside }, last, &mut fills);
                continue;
            }
            if let Some(previous) = previous {
                let after_comma = self.tree.kind(previous) == COMMA;
                let after_opener = is_opener(self.tree.kind(previous)) && depth > 0;
                if !after_comma && !after_opener {
                    let between = self.between(node, previous, *child, depth > 0);
                    self.put_between(between, *child);
                }
            }
            if is_opener(kind) && closes_later(self, &children[index + 1..], kind) {
                depth += 1;
                fills.push(false);
                let empty = children.get(index + 1).is_some_and(|next| is_closer(self.tree.kind(*next)));
                self.opener(*child, inside, empty);
                continue;
            }
            self.flow_child(node, *child);
        }
        while fills.iter().any(|open| *open) {
            self.finish_fill(&mut fills);
        }
    }

    fn flow_child(&mut self, node: NodeId, child: Child) {
        let is_function = self.tree.nodes[node as usize].kind == FUNCTION_CALL;
        match child {
            Child::Node(path) if is_function && self.tree.kind(child) == PATH => self.function_name(path),
            child => self.child(child),
        }
    }

    /// The name in front of arguments.
    fn function_name(&mut self, path: NodeId) {
        match self.tree.children(path) {
            [Child::Token(name)] if self.tree.kind(Child::Token(*name)) == IDENT => {
                self.queue.push(Work::Function(*name));
            }
            _ => self.child(Child::Node(path)),
        }
    }

    fn opener(&mut self, bracket: Child, inside: Inside, empty: bool) {
        if inside != Inside::Tight {
            self.open();
        }
        self.child(bracket);
        if inside != Inside::Tight {
            self.indent();
            if !empty {
                self.put(Element::SoftLine);
            }
        }
    }

    fn closer(&mut self, bracket: Child, inside: Inside, empty: bool) {
        if inside != Inside::Tight {
            self.dedent();
            if !empty {
                self.put(Element::SoftLine);
            }
        }
        self.child(bracket);
        if inside != Inside::Tight {
            self.close();
        }
    }

    fn finish_fill(&mut self, fills: &mut [bool]) {
        if let Some(open) = fills.last_mut().filter(|open| **open) {
            *open = false;
            self.close();
        }
    }

    fn comma(&mut self, token: u32, inside: Inside, last: bool, fills: &mut [bool]) {
        if last {
            // A comma without an item after it stays where it is.
            self.queue.push(Work::Token(token));
            return;
        }
        let after = match inside {
            Inside::Lines => AfterComma::Line,
            Inside::Tight => AfterComma::Space,
            Inside::Fill => AfterComma::Fill,
        };
        if let (AfterComma::Fill, Some(open)) = (after, fills.last_mut()) {
            *open = true;
        }
        self.queue.push(Work::Comma(token, after));
    }

    /// Says what stands between two parts.
    pub(super) fn put_between(&mut self, between: Between, next: Child) {
        match between {
            Between::Nothing => {}
            Between::Space => self.space(),
            Between::Line => self.put(Element::Line { blank: false }),
            Between::AsWritten => {
                if !self.tree.touches(next) {
                    self.space();
                }
            }
        }
    }

    fn between(&self, node: NodeId, previous: Child, next: Child, in_brackets: bool) -> Between {
        let tree = self.tree;
        let kind = tree.nodes[node as usize].kind;
        let (before, after) = (tree.kind(previous), tree.kind(next));
        if matches!(before, DOT | COLON_COLON) || matches!(after, DOT | COLON_COLON | SEMICOLON) {
            return Between::Nothing;
        }
        match after {
            L_PAREN if hugs(kind) => return Between::Nothing,
            L_BRACKET => return if before == NULL_TREATMENT { Between::Space } else { Between::Nothing },
            ARG_LIST if takes_arguments(kind) => return Between::Nothing,
            ARG_LIST if tree.touches(next) => return Between::Nothing,
            TYPE_PARAMS | TYPE_ARG_LIST => return Between::Nothing,
            COLUMN_ALIAS_LIST if before != AS_KW => return Between::Nothing,
            TIME_TRAVEL if matches!(tree.first_kind(next), AT_NAME | AT) => return Between::AsWritten,
            AT_NAME | PERCENT | COLON | BANG | INT_NUMBER if before == AT || after != INT_NUMBER => {
                return Between::AsWritten;
            }
            PIVOT_ON_ITEM | ORDER_BY_CLAUSE | LIMIT_CLAUSE | SEPARATOR_CLAUSE | HAVING_BOUND
            | PARTITION_BY_CLAUSE | WINDOW_FRAME | PIVOT_FOR_ITEM | MEASURES_CLAUSE | ROWS_PER_MATCH
            | AFTER_MATCH | PATTERN_CLAUSE | SUBSET_CLAUSE | DEFINE_CLAUSE | DEFAULT_ON_NULL
            | GROUP_BY_CLAUSE
                if in_brackets =>
            {
                return Between::Line;
            }
            _ => {}
        }
        if kind == MACRO_TABLE && matches!(next, Child::Token(_)) {
            // a word that touches a macro's call is a part of the name that the macro begins
            return Between::AsWritten;
        }
        if before == COLON && after == NAME { Between::AsWritten } else { Between::Space }
    }
}

/// Kinds whose parenthesis belongs to the word in front of it.
fn hugs(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        CAST_EXPR
            | EXTRACT_EXPR
            | POSITION_EXPR
            | SUBSTRING_EXPR
            | TRIM_EXPR
            | OVERLAY_EXPR
            | ROLLUP
            | CUBE
            | ARRAY_SUBQUERY
            | TUPLE_EXPR
            | STRUCT_TYPE
            | TYPE_ARG_LIST
            | TYPE_PARAMS
            | TABLE_FUNCTION
            | VALUES_ROW
    )
}

fn takes_arguments(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        FUNCTION_CALL
            | METHOD_CALL
            | MACRO_CALL
            | TYPED_CONSTRUCTOR
            | EXTRACT_PART
            | FILE_TABLE
            | OPTIONS_CLAUSE
    )
}

pub(super) fn is_opener(kind: SyntaxKind) -> bool {
    matches!(kind, L_PAREN | L_BRACKET | L_BRACE)
}

pub(super) fn is_closer(kind: SyntaxKind) -> bool {
    matches!(kind, R_PAREN | R_BRACKET | R_BRACE)
}

/// Whether the bracket is closed among the parts that follow it.
fn closes_later(rules: &Rules<'_>, following: &[Child], opener: SyntaxKind) -> bool {
    let closer = match opener {
        L_PAREN => R_PAREN,
        L_BRACKET => R_BRACKET,
        _ => R_BRACE,
    };
    following.iter().any(|child| rules.tree.kind(*child) == closer)
}
