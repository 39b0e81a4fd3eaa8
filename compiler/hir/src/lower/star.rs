//! `*`, `t.*`, `COLUMNS(…)` and their modifiers.

use rocky_syntax::SyntaxKind;
use smol_str::SmolStr;

use super::tree::{Element, Node};
use super::{Lower, is_expr};
use crate::body::{Expr, ExprId, Ident, Literal, Star};
use crate::name_test::{NameTest, PatternLanguage};

impl Lower {
    /// `*`, `t.*` and modifiers.
    pub(super) fn star(&mut self, node: Node<'_>) -> Expr {
        let mut star = Star::default();
        for element in node.elements() {
            let Element::Node(child) = element else {
                self.stray(element);
                continue;
            };
            match child.kind() {
                SyntaxKind::COLUMN_REF => star.qualifier = Some(self.segments(child)),
                kind if is_expr(kind) => star.base = Some(self.expr(child)),
                SyntaxKind::STAR_EXCLUDE => {
                    for column in child.nodes() {
                        let column = self.last_segment(column);
                        star.exclude.extend(column);
                    }
                }
                SyntaxKind::STAR_REPLACE => {
                    for item in child.nodes() {
                        let replaced = self.star_replacement(item);
                        star.replace.extend(replaced);
                    }
                }
                SyntaxKind::STAR_RENAME => {
                    for item in child.nodes() {
                        let renamed = self.star_renaming(item);
                        star.rename.extend(renamed);
                    }
                }
                SyntaxKind::STAR_LIKE => {
                    let test = self.star_pattern(child);
                    star.filters.push(test);
                }
                _ => self.stray(element),
            }
        }
        Expr::Star(Box::new(star))
    }

    /// `* LIKE 'x%'`, `* NOT SIMILAR TO 'x.*'`
    fn star_pattern(&mut self, node: Node<'_>) -> NameTest {
        self.detail_node(node);
        let Some(text) = node.nodes().find_map(|child| self.literal_text(child)) else {
            return NameTest::Unknown;
        };
        // Behind a star SIMILAR TO matches a part of the name, as COLUMNS('re') does.
        match pattern_test(node, text) {
            NameTest::Matches { language: PatternLanguage::Similar, pattern } => {
                NameTest::Matches { language: PatternLanguage::Regex, pattern }
            }
            other => other,
        }
    }

    /// The column that a reference inside a star's modifier means.
    fn last_segment(&mut self, node: Node<'_>) -> Option<Ident> {
        match node.kind() {
            SyntaxKind::COLUMN_REF => self.segments(node).pop(),
            _ => {
                self.stray(Element::Node(node));
                None
            }
        }
    }

    fn star_replacement(&mut self, item: Node<'_>) -> Option<(ExprId, Ident)> {
        let mut value = None;
        let mut name = None;
        for element in item.elements() {
            match element {
                Element::Node(child) if is_expr(child.kind()) && value.is_none() => {
                    value = Some(self.expr(child));
                }
                Element::Node(child) if child.kind() == SyntaxKind::NAME => name = self.name(child),
                other => self.stray(other),
            }
        }
        self.body.incomplete |= value.is_none() || name.is_none();
        Some((value?, name?.0))
    }

    fn star_renaming(&mut self, item: Node<'_>) -> Option<(Ident, Ident)> {
        let mut from = None;
        let mut to = None;
        for element in item.elements() {
            match element {
                Element::Node(child) if child.kind() == SyntaxKind::COLUMN_REF => {
                    from = self.segments(child).pop();
                }
                Element::Node(child) if child.kind() == SyntaxKind::NAME => to = self.name(child),
                other => self.stray(other),
            }
        }
        self.body.incomplete |= from.is_none() || to.is_none();
        Some((from?, to?.0))
    }

    /// DuckDB's `COLUMNS(*)`, `COLUMNS('re')`, `COLUMNS(c -> …)`, `COLUMNS(['a', 'b'])`: a star.
    pub(super) fn columns_star(&mut self, node: Node<'_>) -> Option<Expr> {
        let list = node.child(SyntaxKind::ARG_LIST)?;
        let mut args = list.nodes();
        let (arg, None) = (args.next()?, args.next()) else { return None };
        match arg.kind() {
            SyntaxKind::STAR_EXPR => match self.star(arg) {
                Expr::Star(star) => Some(Expr::Star(Box::new(Star { columns: true, ..*star }))),
                other => Some(other),
            },
            kind if is_expr(kind) && node.nodes().count() == 2 => {
                self.detail_node(list);
                let test = self.columns_test(arg);
                Some(Expr::Star(Box::new(Star { filters: vec![test], columns: true, ..Star::default() })))
            }
            _ => None,
        }
    }

    fn columns_test(&mut self, arg: Node<'_>) -> NameTest {
        match arg.kind() {
            SyntaxKind::LITERAL => match self.literal_text(arg) {
                Some(pattern) => NameTest::Matches { language: PatternLanguage::Regex, pattern },
                None => NameTest::Unknown,
            },
            SyntaxKind::ARRAY_EXPR => {
                let names: Option<Vec<NameTest>> =
                    arg.nodes().map(|name| self.literal_text(name).map(NameTest::Equal)).collect();
                names.map_or(NameTest::Unknown, NameTest::Any)
            }
            SyntaxKind::LAMBDA_EXPR => {
                let parameter = arg.child(SyntaxKind::LAMBDA_PARAM).and_then(|parameter| {
                    let name = parameter.child(SyntaxKind::NAME)?;
                    self.name(name).map(|(name, _)| name)
                });
                let body = arg.nodes().find(|child| is_expr(child.kind()));
                match (parameter, body) {
                    (Some(parameter), Some(body)) => self.name_test(body, &parameter, 0),
                    _ => NameTest::Unknown,
                }
            }
            _ => NameTest::Unknown,
        }
    }

    /// What a lambda over a column's name tests.
    fn name_test(&mut self, node: Node<'_>, parameter: &Ident, depth: usize) -> NameTest {
        if depth > 32 {
            return NameTest::Unknown;
        }
        let operands: Vec<Node<'_>> = node.nodes().filter(|child| is_expr(child.kind())).collect();
        let not = node.token(SyntaxKind::NOT_KW).is_some();
        let test = match node.kind() {
            SyntaxKind::PAREN_EXPR => match operands.as_slice() {
                [inner] => self.name_test(*inner, parameter, depth + 1),
                _ => NameTest::Unknown,
            },
            SyntaxKind::UNARY_EXPR if not => match operands.as_slice() {
                [inner] => self.name_test(*inner, parameter, depth + 1),
                _ => NameTest::Unknown,
            },
            SyntaxKind::BINARY_EXPR => return self.name_chain(node, &operands, parameter, depth),
            SyntaxKind::LIKE_EXPR => match operands.as_slice() {
                [value, pattern] if self.is_parameter(*value, parameter) => match self.literal_text(*pattern)
                {
                    Some(text) => return pattern_test(node, text),
                    None => NameTest::Unknown,
                },
                _ => NameTest::Unknown,
            },
            SyntaxKind::IN_EXPR => self.name_in(node, &operands, parameter),
            SyntaxKind::FUNCTION_CALL => self.name_call(node, parameter),
            _ => NameTest::Unknown,
        };
        if not { NameTest::Not(Box::new(test)) } else { test }
    }

    fn name_chain(
        &mut self,
        node: Node<'_>,
        operands: &[Node<'_>],
        parameter: &Ident,
        depth: usize,
    ) -> NameTest {
        let mut words = node.tokens().map(|token| token.kind());
        let Some(word) = words.next() else { return NameTest::Unknown };
        if words.any(|other| other != word) {
            return NameTest::Unknown;
        }
        match (word, operands) {
            (SyntaxKind::AND_KW, _) => NameTest::All(
                operands.iter().map(|part| self.name_test(*part, parameter, depth + 1)).collect(),
            ),
            (SyntaxKind::OR_KW, _) => NameTest::Any(
                operands.iter().map(|part| self.name_test(*part, parameter, depth + 1)).collect(),
            ),
            (SyntaxKind::EQ, [left, right]) => {
                let (left, right) =
                    if self.is_parameter(*left, parameter) { (*left, *right) } else { (*right, *left) };
                match self.literal_text(right).filter(|_| self.is_parameter(left, parameter)) {
                    Some(text) => NameTest::Equal(text),
                    None => NameTest::Unknown,
                }
            }
            _ => NameTest::Unknown,
        }
    }

    fn name_in(&mut self, node: Node<'_>, operands: &[Node<'_>], parameter: &Ident) -> NameTest {
        let [value, ..] = operands else { return NameTest::Unknown };
        let Some(list) = node.child(SyntaxKind::IN_LIST).filter(|_| self.is_parameter(*value, parameter))
        else {
            return NameTest::Unknown;
        };
        let names: Option<Vec<NameTest>> =
            list.nodes().map(|name| self.literal_text(name).map(NameTest::Equal)).collect();
        names.map_or(NameTest::Unknown, NameTest::Any)
    }

    /// `starts_with(c, 'x')` and its relatives.
    fn name_call(&mut self, node: Node<'_>, parameter: &Ident) -> NameTest {
        let function = node.child(SyntaxKind::PATH).and_then(|path| path.tokens().last());
        let Some(function) = function.map(|token| token.text().to_ascii_lowercase()) else {
            return NameTest::Unknown;
        };
        let Some(list) = node.child(SyntaxKind::ARG_LIST) else { return NameTest::Unknown };
        let args: Vec<Node<'_>> = list.nodes().collect();
        let [value, text] = args.as_slice() else { return NameTest::Unknown };
        let Some(text) = self.literal_text(*text).filter(|_| self.is_parameter(*value, parameter)) else {
            return NameTest::Unknown;
        };
        // As GLOB has fewer special characters than the others, and these can be bracketed.
        let plain = || -> String {
            text.chars()
                .map(|c| if matches!(c, '*' | '?' | '[') { format!("[{c}]") } else { c.to_string() })
                .collect()
        };
        let (language, pattern) = match function.as_str() {
            "starts_with" | "prefix" => (PatternLanguage::Glob, SmolStr::from(format!("{}*", plain()))),
            "ends_with" | "suffix" => (PatternLanguage::Glob, SmolStr::from(format!("*{}", plain()))),
            "contains" => (PatternLanguage::Glob, SmolStr::from(format!("*{}*", plain()))),
            "regexp_matches" => (PatternLanguage::Regex, text),
            "regexp_full_match" => (PatternLanguage::Similar, text),
            _ => return NameTest::Unknown,
        };
        NameTest::Matches { language, pattern }
    }

    fn is_parameter(&mut self, node: Node<'_>, parameter: &Ident) -> bool {
        node.kind() == SyntaxKind::COLUMN_REF
            && matches!(self.segments(node).as_slice(), [name] if name.text.eq_ignore_ascii_case(&parameter.text))
    }

    fn literal_text(&mut self, node: Node<'_>) -> Option<SmolStr> {
        if node.kind() != SyntaxKind::LITERAL {
            return None;
        }
        match self.literal(node) {
            Expr::Literal(Literal::Text(text)) => Some(text),
            _ => None,
        }
    }
}

/// LIKE and its relatives.
fn pattern_test(node: Node<'_>, pattern: SmolStr) -> NameTest {
    let has = |kind| node.token(kind).is_some();
    let language = if has(SyntaxKind::ILIKE_KW) {
        PatternLanguage::Ilike
    } else if has(SyntaxKind::GLOB_KW) {
        PatternLanguage::Glob
    } else if has(SyntaxKind::SIMILAR_KW) {
        PatternLanguage::Similar
    } else if has(SyntaxKind::LIKE_KW) {
        PatternLanguage::Like
    } else {
        return NameTest::Unknown;
    };
    let test = NameTest::Matches { language, pattern };
    if has(SyntaxKind::NOT_KW) { NameTest::Not(Box::new(test)) } else { test }
}
