//! Expressions: names, operators, tests, constructors.

use rocky_syntax::SyntaxKind;
use smol_str::{SmolStr, StrExt as _};

use super::name::ident;
use super::tree::{Element, Node};
use super::{Lower, MAX_DEPTH, is_expr, is_type};
use crate::body::{BinaryOperator, Expr, ExprId, IsTest, QueryId, UnaryOperator};

impl Lower {
    /// Any expression.
    pub(super) fn expr(&mut self, node: Node<'_>) -> ExprId {
        if self.depth >= MAX_DEPTH {
            self.body.incomplete = true;
            return self.alloc(Expr::Opaque(Vec::new()), node.range());
        }
        self.depth += 1;
        let id = match node.kind() {
            SyntaxKind::PAREN_EXPR => self.only_expr(node),
            // `*COLUMNS(…)` is as many arguments as there are columns.
            SyntaxKind::UNPACK_EXPR => {
                let inner = self.only_expr(node);
                if let Expr::Star(star) = &mut self.body.exprs[inner.index()] {
                    star.unpacked = true;
                }
                inner
            }
            SyntaxKind::BINARY_EXPR => self.binary(node),
            SyntaxKind::FUNCTION_CALL => self.call_expr(node),
            _ => {
                let expr = self.simple(node).unwrap_or_else(|| self.special(node));
                self.alloc(expr, node.range())
            }
        };
        self.depth -= 1;
        id
    }

    /// The frequent kinds of expressions.
    fn simple(&mut self, node: Node<'_>) -> Option<Expr> {
        Some(match node.kind() {
            SyntaxKind::COLUMN_REF => self.column(node),
            SyntaxKind::LITERAL => self.literal(node),
            SyntaxKind::STAR_EXPR => self.star(node),
            SyntaxKind::CASE_EXPR => self.case(node),
            SyntaxKind::CAST_EXPR | SyntaxKind::POSTFIX_CAST => self.cast(node),
            SyntaxKind::UNARY_EXPR => self.unary(node),
            SyntaxKind::IS_EXPR => self.is_test(node),
            SyntaxKind::LIKE_EXPR => self.like(node),
            SyntaxKind::IN_EXPR => self.in_list(node),
            SyntaxKind::BETWEEN_EXPR => self.between(node),
            SyntaxKind::SUBQUERY_EXPR => match self.only_query(node) {
                Some(query) => Expr::Subquery(query),
                None => Expr::Missing,
            },
            SyntaxKind::EXISTS_EXPR | SyntaxKind::UNIQUE_KEY_EXPR => {
                if node.kind() == SyntaxKind::UNIQUE_KEY_EXPR
                    && let Some(word) = node.tokens().next()
                {
                    self.detail(word);
                }
                match self.only_query(node) {
                    Some(query) => Expr::Exists(query),
                    None => Expr::Missing,
                }
            }
            SyntaxKind::ARRAY_SUBQUERY => match self.only_query(node) {
                Some(query) => Expr::ArraySubquery(query),
                None => Expr::Missing,
            },
            SyntaxKind::TUPLE_EXPR => Expr::Tuple(self.exprs(node)),
            SyntaxKind::TYPED_LITERAL => self.typed_literal(node),
            _ => return None,
        })
    }

    /// The query among the children; without one the text was not understood.
    pub(super) fn only_query(&mut self, node: Node<'_>) -> Option<QueryId> {
        let mut found = None;
        for element in node.elements() {
            match element {
                Element::Node(child) if child.kind() == SyntaxKind::QUERY && found.is_none() => {
                    found = Some(self.query(child));
                }
                other => self.stray(other),
            }
        }
        self.body.incomplete |= found.is_none();
        found
    }

    fn column(&mut self, node: Node<'_>) -> Expr {
        let segments = self.segments(node);
        if segments.is_empty() {
            self.body.incomplete = true;
            return Expr::Missing;
        }
        Expr::Column(segments)
    }

    /// Operands and operators of one level.
    fn binary(&mut self, node: Node<'_>) -> ExprId {
        let mut first: Option<ExprId> = None;
        let mut rest: Vec<(BinaryOperator, ExprId)> = Vec::new();
        let mut pending: Option<BinaryOperator> = None;
        for element in node.elements() {
            let operator = match element {
                Element::Node(child) if is_expr(child.kind()) => {
                    let operand = self.expr(child);
                    match (first, pending.take()) {
                        (None, None) => first = Some(operand),
                        (Some(_), Some(operator)) => rest.push((operator, operand)),
                        (Some(_), None) => {
                            self.body.incomplete = true;
                            rest.push((BinaryOperator::Other, operand));
                        }
                        (None, Some(operator)) => {
                            first = Some(self.missing(node));
                            rest.push((operator, operand));
                        }
                    }
                    continue;
                }
                Element::Node(child) if child.kind() == SyntaxKind::OPERATOR_CALL => {
                    self.detail_node(child);
                    BinaryOperator::Other
                }
                Element::Token(token) => match binary_operator(token.kind()) {
                    Some(operator) => {
                        if is_family(operator) {
                            self.detail(token);
                        }
                        operator
                    }
                    None => {
                        self.stray(element);
                        continue;
                    }
                },
                other => {
                    self.stray(other);
                    continue;
                }
            };
            if let Some(earlier) = pending.replace(operator) {
                let hole = self.missing(node);
                rest.push((earlier, hole));
            } else if rest.is_empty()
                && let Some(left) = first
                && let Some((inner, start)) = self.take_chain(left, operator)
            {
                first = Some(inner);
                rest = start;
            }
        }
        if let Some(operator) = pending {
            let hole = self.missing(node);
            rest.push((operator, hole));
        }
        let first = self.or_missing(first, node);
        if rest.is_empty() {
            return first;
        }
        self.alloc(Expr::Chain { first, rest }, node.range())
    }

    /// `(a + b) + c` is `a + b + c`: takes the chain on the left apart when it is of the same level.
    fn take_chain(
        &mut self,
        left: ExprId,
        operator: BinaryOperator,
    ) -> Option<(ExprId, Vec<(BinaryOperator, ExprId)>)> {
        let level = level(operator)?;
        if left.index() + 1 != self.body.exprs.len() {
            return None;
        }
        let Expr::Chain { rest, .. } = self.body.expr(left) else { return None };
        if !rest.iter().all(|(operator, _)| self::level(*operator) == Some(level)) {
            return None;
        }
        self.map.exprs.pop();
        match self.body.exprs.pop() {
            Some(Expr::Chain { first, rest }) => Some((first, rest)),
            _ => None,
        }
    }

    fn unary(&mut self, node: Node<'_>) -> Expr {
        let mut op = None;
        let mut null_test = None;
        let mut operand = None;
        for element in node.elements() {
            match element {
                Element::Node(child) if is_expr(child.kind()) && operand.is_none() => {
                    operand = Some(self.expr(child));
                }
                Element::Token(token) => match token.kind() {
                    SyntaxKind::ISNULL_KW => null_test = Some(false),
                    SyntaxKind::NOTNULL_KW => null_test = Some(true),
                    SyntaxKind::MINUS => op = Some(UnaryOperator::Minus),
                    SyntaxKind::PLUS => op = Some(UnaryOperator::Plus),
                    SyntaxKind::NOT_KW => op = Some(UnaryOperator::Not),
                    // Before its operand it negates; after it, it is a factorial.
                    SyntaxKind::TILDE if operand.is_none() => op = Some(UnaryOperator::BitwiseNot),
                    SyntaxKind::BANG if operand.is_none() => op = Some(UnaryOperator::Not),
                    SyntaxKind::ERROR_TOKEN => self.stray(element),
                    _ => {
                        op = Some(UnaryOperator::Other);
                        self.detail(token);
                    }
                },
                other => self.stray(other),
            }
        }
        let operand = self.or_missing(operand, node);
        match null_test {
            Some(negated) => Expr::Is { value: operand, test: IsTest::Null, negated, other: None },
            None => Expr::Unary { op: op.unwrap_or(UnaryOperator::Other), operand },
        }
    }

    fn is_test(&mut self, node: Node<'_>) -> Expr {
        let mut value = None;
        let mut other = None;
        let mut test = IsTest::Other;
        let mut negated = false;
        for element in node.elements() {
            match element {
                Element::Node(child) if is_expr(child.kind()) => {
                    let id = self.expr(child);
                    if value.is_none() {
                        value = Some(id);
                    } else {
                        other = Some(id);
                    }
                }
                Element::Token(token) => match token.kind() {
                    SyntaxKind::NOT_KW => negated = true,
                    SyntaxKind::NULL_KW | SyntaxKind::ISNULL_KW => test = IsTest::Null,
                    SyntaxKind::NOTNULL_KW => {
                        test = IsTest::Null;
                        negated = true;
                    }
                    SyntaxKind::TRUE_KW => test = IsTest::True,
                    SyntaxKind::FALSE_KW => test = IsTest::False,
                    SyntaxKind::UNKNOWN_KW => test = IsTest::Unknown,
                    SyntaxKind::DISTINCT_KW => test = IsTest::DistinctFrom,
                    SyntaxKind::IS_KW | SyntaxKind::FROM_KW => {}
                    SyntaxKind::ERROR_TOKEN => self.stray(element),
                    _ => self.detail(token),
                },
                other => self.stray(other),
            }
        }
        if test == IsTest::DistinctFrom && other.is_none() {
            other = Some(self.missing(node));
        }
        Expr::Is { value: self.or_missing(value, node), test, negated, other }
    }

    fn like(&mut self, node: Node<'_>) -> Expr {
        let mut value = None;
        let mut pattern = None;
        let mut negated = false;
        for element in node.elements() {
            match element {
                Element::Node(child) if is_expr(child.kind()) => {
                    let id = self.expr(child);
                    if value.is_none() {
                        value = Some(id);
                    } else {
                        pattern = Some(id);
                    }
                }
                Element::Token(token) => match token.kind() {
                    SyntaxKind::NOT_KW => negated = true,
                    SyntaxKind::LIKE_KW | SyntaxKind::TO_KW => {}
                    _ => self.detail(token),
                },
                other => self.stray(other),
            }
        }
        let value = self.or_missing(value, node);
        Expr::Like { value, pattern: self.or_missing(pattern, node), negated }
    }

    fn in_list(&mut self, node: Node<'_>) -> Expr {
        let mut value = None;
        let mut list = Vec::new();
        let mut query = None;
        let mut negated = false;
        for element in node.elements() {
            match element {
                Element::Node(child) if is_expr(child.kind()) => {
                    let id = self.expr(child);
                    if value.is_none() {
                        value = Some(id);
                    } else {
                        list.push(id);
                    }
                }
                Element::Node(child) if child.kind() == SyntaxKind::IN_LIST => {
                    for part in child.elements() {
                        match part {
                            Element::Node(item) if is_expr(item.kind()) => {
                                let id = self.expr(item);
                                list.push(id);
                            }
                            Element::Node(item) if item.kind() == SyntaxKind::QUERY => {
                                query = Some(self.query(item))
                            }
                            other => self.stray(other),
                        }
                    }
                }
                Element::Node(child) if child.kind() == SyntaxKind::QUERY => query = Some(self.query(child)),
                Element::Token(token) if token.kind() == SyntaxKind::NOT_KW => negated = true,
                other => self.stray(other),
            }
        }
        Expr::In { value: self.or_missing(value, node), list, query, negated }
    }

    fn between(&mut self, node: Node<'_>) -> Expr {
        let mut parts = [None, None, None];
        let mut at = 0;
        let mut negated = false;
        for element in node.elements() {
            match element {
                Element::Node(child) if is_expr(child.kind()) && parts[at].is_none() => {
                    parts[at] = Some(self.expr(child));
                }
                Element::Token(token) => match token.kind() {
                    SyntaxKind::NOT_KW => negated = true,
                    SyntaxKind::BETWEEN_KW => at = 1,
                    SyntaxKind::AND_KW => at = 2,
                    SyntaxKind::SYMMETRIC_KW => self.detail(token),
                    _ => self.stray(element),
                },
                other => self.stray(other),
            }
        }
        let [value, low, high] = parts;
        let value = self.or_missing(value, node);
        let low = self.or_missing(low, node);
        Expr::Between { value, low, high: self.or_missing(high, node), negated }
    }

    fn case(&mut self, node: Node<'_>) -> Expr {
        let mut subject = None;
        let mut arms = Vec::new();
        let mut otherwise = None;
        for element in node.elements() {
            match element {
                Element::Node(child) => match child.kind() {
                    SyntaxKind::WHEN_ARM => arms.push(self.when_arm(child)),
                    SyntaxKind::ELSE_ARM => otherwise = Some(self.only_expr(child)),
                    kind if is_expr(kind) && subject.is_none() => subject = Some(self.expr(child)),
                    _ => self.stray(element),
                },
                other => self.stray(other),
            }
        }
        Expr::Case { subject, arms, otherwise }
    }

    fn when_arm(&mut self, node: Node<'_>) -> (ExprId, ExprId) {
        let mut condition = None;
        let mut result = None;
        let mut after_then = false;
        for element in node.elements() {
            match element {
                Element::Node(child) if is_expr(child.kind()) => {
                    let id = self.expr(child);
                    if after_then {
                        result = Some(id);
                    } else {
                        condition = Some(id);
                    }
                }
                Element::Token(token) if token.kind() == SyntaxKind::THEN_KW => after_then = true,
                other => self.stray(other),
            }
        }
        (self.or_missing(condition, node), self.or_missing(result, node))
    }

    /// CAST, TRY_CAST, SAFE_CAST, `x::T`, `x?::T`
    fn cast(&mut self, node: Node<'_>) -> Expr {
        let mut value = None;
        let mut ty = None;
        let mut fallible = false;
        for element in node.elements() {
            match element {
                Element::Node(child) if is_expr(child.kind()) && value.is_none() => {
                    value = Some(self.expr(child))
                }
                Element::Node(child) if is_type(child.kind()) && ty.is_none() => {
                    ty = Some(self.type_text(child))
                }
                Element::Token(token)
                    if matches!(
                        token.kind(),
                        SyntaxKind::TRY_CAST_KW | SyntaxKind::SAFE_CAST_KW | SyntaxKind::QUESTION
                    ) =>
                {
                    fallible = true;
                }
                other => self.stray(other),
            }
        }
        let value = self.or_missing(value, node);
        let ty = ty.unwrap_or_else(|| {
            self.body.incomplete = true;
            SmolStr::default()
        });
        Expr::Cast { value, ty, fallible }
    }

    /// `DAY`, `'week'`, `WEEK(MONDAY)`: in upper case.
    pub(super) fn date_part(&mut self, node: Node<'_>) -> SmolStr {
        let mut out = String::new();
        for token in node.all_tokens() {
            let text = match token.kind() {
                SyntaxKind::STRING => self.text_of(token),
                SyntaxKind::QUOTED_IDENT => ident(token, self.dialect).text,
                _ => SmolStr::new(token.text()),
            };
            out.push_str(&text.to_ascii_uppercase_smolstr());
        }
        SmolStr::from(out)
    }

    /// Keeps a unit of time in upper case.
    pub(super) fn unit_detail(&mut self, node: Node<'_>) {
        for token in node.all_tokens() {
            self.detail_text(token.text().to_ascii_uppercase_smolstr());
        }
    }
}

/// The level on which operators may be regrouped from the left without a change of meaning.
fn level(operator: BinaryOperator) -> Option<u8> {
    Some(match operator {
        BinaryOperator::Or => 0,
        BinaryOperator::And => 1,
        BinaryOperator::Add | BinaryOperator::Subtract => 2,
        BinaryOperator::Multiply
        | BinaryOperator::Divide
        | BinaryOperator::IntegerDivide
        | BinaryOperator::Modulo => 3,
        BinaryOperator::Concat => 4,
        _ => return None,
    })
}

/// Whether the operator stands for several of the language.
fn is_family(operator: BinaryOperator) -> bool {
    matches!(
        operator,
        BinaryOperator::Power | BinaryOperator::Bitwise | BinaryOperator::Match | BinaryOperator::Other
    )
}

fn binary_operator(kind: SyntaxKind) -> Option<BinaryOperator> {
    Some(match kind {
        SyntaxKind::PLUS => BinaryOperator::Add,
        SyntaxKind::MINUS => BinaryOperator::Subtract,
        SyntaxKind::STAR => BinaryOperator::Multiply,
        SyntaxKind::SLASH => BinaryOperator::Divide,
        SyntaxKind::SLASH_SLASH | SyntaxKind::DIV_KW => BinaryOperator::IntegerDivide,
        SyntaxKind::PERCENT | SyntaxKind::MOD_KW => BinaryOperator::Modulo,
        SyntaxKind::STAR_STAR | SyntaxKind::CARET => BinaryOperator::Power,
        SyntaxKind::PIPE_PIPE => BinaryOperator::Concat,
        SyntaxKind::EQ | SyntaxKind::EQ_EQ => BinaryOperator::Equal,
        SyntaxKind::BANG_EQ | SyntaxKind::LT_GT => BinaryOperator::NotEqual,
        SyntaxKind::LT_EQ_GT => BinaryOperator::NullSafeEqual,
        SyntaxKind::LT => BinaryOperator::Less,
        SyntaxKind::LT_EQ => BinaryOperator::LessOrEqual,
        SyntaxKind::GT => BinaryOperator::Greater,
        SyntaxKind::GT_EQ => BinaryOperator::GreaterOrEqual,
        SyntaxKind::AND_KW => BinaryOperator::And,
        SyntaxKind::OR_KW => BinaryOperator::Or,
        SyntaxKind::AMP | SyntaxKind::PIPE | SyntaxKind::LT_LT | SyntaxKind::GT_GT => BinaryOperator::Bitwise,
        SyntaxKind::ARROW => BinaryOperator::JsonGet,
        SyntaxKind::LONG_ARROW => BinaryOperator::JsonGetText,
        SyntaxKind::TILDE
        | SyntaxKind::BANG_TILDE
        | SyntaxKind::TILDE_STAR
        | SyntaxKind::BANG_TILDE_STAR
        | SyntaxKind::TILDE_TILDE
        | SyntaxKind::TILDE_TILDE_STAR
        | SyntaxKind::TILDE_TILDE_TILDE
        | SyntaxKind::BANG_TILDE_TILDE
        | SyntaxKind::BANG_TILDE_TILDE_STAR
        | SyntaxKind::CARET_AT
        | SyntaxKind::AT_GT
        | SyntaxKind::LT_AT
        | SyntaxKind::AT_AT
        | SyntaxKind::AT_QUESTION
        | SyntaxKind::QUESTION
        | SyntaxKind::QUESTION_AMP
        | SyntaxKind::QUESTION_PIPE
        | SyntaxKind::AMP_AMP
        | SyntaxKind::XOR_KW => BinaryOperator::Match,
        SyntaxKind::HASH_GT | SyntaxKind::HASH_GT_GT | SyntaxKind::HASH_MINUS => BinaryOperator::Other,
        _ => return None,
    })
}
