//! What the generated typed tree cannot say: names without quotes, chains, operators.

use crate::ast_support::{AstNode, AstToken};
use crate::generated::sql_ast::*;
use crate::sql::dialect::DialectKind;
use crate::sql::literal::{decode_string_literal, unquote_identifier};
use crate::tree::{SyntaxElement, SyntaxKind, SyntaxKind::*, SyntaxToken};

/// A name's token, quoted or not.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ident {
    syntax: SyntaxToken,
}

impl AstToken for Ident {
    fn can_cast(kind: SyntaxKind) -> bool {
        matches!(kind, IDENT | QUOTED_IDENT)
    }

    fn cast(syntax: SyntaxToken) -> Option<Self> {
        Self::can_cast(syntax.kind()).then_some(Ident { syntax })
    }

    fn syntax(&self) -> &SyntaxToken {
        &self.syntax
    }
}

impl Ident {
    /// Whether it stands in quotes.
    pub fn is_quoted(&self) -> bool {
        self.syntax.kind() == QUOTED_IDENT
    }

    /// The name without quotes, in its own case.
    pub fn name(&self, dialect: DialectKind) -> String {
        unquote_identifier(self.syntax.text(), dialect)
    }
}

impl Name {
    /// The name without quotes, in its own case; `None` for names made of Jinja or macros.
    pub fn text(&self, dialect: DialectKind) -> Option<String> {
        if let Some(token) = self.name_token() {
            return Some(unquote_identifier(token.text(), dialect));
        }
        let token = self.string_token()?;
        decode_string_literal(token.text(), dialect)
    }

    /// The name's own token.
    pub fn ident(&self) -> Option<Ident> {
        self.name_token().and_then(Ident::cast)
    }
}

impl Path {
    /// The segments, from the outermost to the name itself.
    pub fn idents(&self) -> impl Iterator<Item = Ident> + use<> {
        self.segments_tokens().filter_map(Ident::cast)
    }

    /// The last segment.
    pub fn last(&self) -> Option<Ident> {
        self.idents().last()
    }
}

impl ColumnRef {
    /// The segments, from the outermost to the column itself.
    pub fn idents(&self) -> impl Iterator<Item = Ident> + use<> {
        self.segments_tokens().filter_map(Ident::cast)
    }

    /// The last segment.
    pub fn last(&self) -> Option<Ident> {
        self.idents().last()
    }
}

/// An operator between two operands of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Operator {
    /// A sign or a word.
    Token(SyntaxToken),
    /// Postgres' `OPERATOR(…)`.
    Call(OperatorCall),
}

impl Operator {
    /// The kind of the sign or word.
    pub fn kind(&self) -> SyntaxKind {
        match self {
            Operator::Token(token) => token.kind(),
            Operator::Call(_) => OPERATOR_CALL,
        }
    }
}

impl BinaryExpr {
    /// The first operand.
    pub fn first(&self) -> Option<AnyExpr> {
        self.operands().next()
    }

    /// The operators in order, each with the operand on its right. Fold them from the left:
    /// `a - b + c` is `(a - b) + c`. An operand is `None` where it is missing.
    pub fn rest(&self) -> impl Iterator<Item = (Operator, Option<AnyExpr>)> + use<> {
        let mut elements =
            self.syntax().children_with_tokens().skip_while(|element| !is_operator(element)).peekable();
        std::iter::from_fn(move || {
            let operator = loop {
                match elements.next()? {
                    SyntaxElement::Token(token) if !token.kind().is_trivia() => break Operator::Token(token),
                    SyntaxElement::Node(node) => {
                        if let Some(call) = OperatorCall::cast(node) {
                            break Operator::Call(call);
                        }
                    }
                    SyntaxElement::Token(_) => {}
                }
            };
            let mut operand = None;
            while let Some(element) = elements.peek() {
                if is_operator(element) {
                    break;
                }
                let element = elements.next();
                if let Some(SyntaxElement::Node(node)) = element
                    && let Some(expr) = AnyExpr::cast(node.clone()).or_else(|| quantified(node))
                {
                    operand = Some(expr);
                    break;
                }
            }
            Some((operator, operand))
        })
    }

    /// The operator of the chain's first link.
    pub fn operator(&self) -> Option<Operator> {
        self.rest().next().map(|(operator, _)| operator)
    }
}

fn quantified(node: crate::tree::SyntaxNode) -> Option<AnyExpr> {
    QuantifiedExpr::cast(node).map(AnyExpr::QuantifiedExpr)
}

fn is_operator(element: &SyntaxElement) -> bool {
    match element {
        SyntaxElement::Token(token) => !token.kind().is_trivia(),
        SyntaxElement::Node(node) => node.kind() == OPERATOR_CALL,
    }
}

impl SetOperation {
    /// The first operand.
    pub fn first(&self) -> Option<AnyQueryBody> {
        self.bodies().next()
    }

    /// The operators in order, each with the operand on its right. Fold them from the left.
    pub fn rest(&self) -> Vec<(SetOperator, Option<AnyQueryBody>)> {
        let mut rest: Vec<(SetOperator, Option<AnyQueryBody>)> = Vec::new();
        for child in self.syntax().children() {
            if let Some(operator) = SetOperator::cast(child.clone()) {
                rest.push((operator, None));
            } else if let Some((_, operand)) = rest.last_mut()
                && operand.is_none()
            {
                *operand = AnyQueryBody::cast(child);
            }
        }
        rest
    }
}

/// What a literal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LiteralKind {
    /// A whole number.
    Integer,
    /// A number with a point or an exponent.
    Float,
    /// A text.
    Text,
    /// Bytes.
    Bytes,
    /// TRUE or FALSE.
    Boolean(bool),
    /// NULL.
    Null,
}

impl Literal {
    /// What it is.
    pub fn kind(&self) -> Option<LiteralKind> {
        Some(match self.token()?.kind() {
            INT_NUMBER => LiteralKind::Integer,
            FLOAT_NUMBER => LiteralKind::Float,
            STRING => LiteralKind::Text,
            BYTE_STRING => LiteralKind::Bytes,
            TRUE_KW => LiteralKind::Boolean(true),
            FALSE_KW => LiteralKind::Boolean(false),
            NULL_KW => LiteralKind::Null,
            _ => return None,
        })
    }

    /// Its first token.
    pub fn token(&self) -> Option<SyntaxToken> {
        self.syntax().first_token()
    }

    /// The text of a text literal, adjacent strings put together.
    pub fn text(&self, dialect: DialectKind) -> Option<String> {
        let mut text = String::new();
        let mut any = false;
        for token in self.strings_tokens() {
            any = true;
            text.push_str(&decode_string_literal(token.text(), dialect)?);
        }
        any.then_some(text)
    }
}

impl Select {
    /// Whether the FROM clause stands first and there is no select list: `FROM t` means `SELECT *`.
    pub fn is_bare_from(&self) -> bool {
        self.select_clause().is_none() && self.from_clause().is_some()
    }
}

impl SelectItem {
    /// The name of the alias, in front or behind.
    pub fn alias_name(&self) -> Option<Name> {
        match self.prefix_alias() {
            Some(prefix) => prefix.name(),
            None => self.alias().and_then(|alias| alias.name()),
        }
    }
}

impl IsExpr {
    /// Whether it is negated: IS NOT, NOTNULL.
    pub fn is_negated(&self) -> bool {
        self.not_token().is_some() || self.notnull_token().is_some()
    }
}

impl MacroCall {
    /// The name without the `@`.
    pub fn macro_name(&self) -> Option<String> {
        self.at_name_token().map(|token| token.text().trim_start_matches('@').to_owned())
    }
}

impl MacroVariable {
    /// The name without the `@`.
    pub fn variable_name(&self) -> Option<String> {
        self.at_name_token().map(|token| token.text().trim_start_matches('@').to_owned())
    }
}

impl FunctionCall {
    /// The function's name without qualifiers and quotes, in its own case.
    pub fn function_name(&self, dialect: DialectKind) -> Option<String> {
        self.path()?.last().map(|ident| ident.name(dialect))
    }
}

impl SqlFile {
    /// The first query of the file.
    pub fn query(&self) -> Option<Query> {
        self.statements().find_map(|statement| match statement {
            AnyStatement::QueryStatement(statement) => statement.query(),
            AnyStatement::OtherStatement(_) => None,
        })
    }
}
