//! Expressions with a syntax of their own: most become calls, casts and constructors.

use rocky_syntax::SyntaxKind;
use smol_str::SmolStr;

use super::tree::{Element, Node};
use super::{Lower, is_expr, is_type};
use crate::body::{BinaryOperator, Call, Expr, ExprId, Ident, Literal};

impl Lower {
    /// The rarer kinds of expressions.
    pub(super) fn special(&mut self, node: Node<'_>) -> Expr {
        match node.kind() {
            SyntaxKind::INTERVAL_EXPR => self.interval(node),
            SyntaxKind::PLACEHOLDER => {
                self.detail_node(node);
                Expr::Placeholder
            }
            SyntaxKind::MACRO_VARIABLE => self.macro_variable(node),
            SyntaxKind::MACRO_CALL => self.macro_call(node),
            SyntaxKind::ARRAY_EXPR => self.array(node),
            SyntaxKind::STRUCT_LITERAL => {
                Expr::Struct(self.entries(node).into_iter().map(|(name, _, value)| (name, value)).collect())
            }
            SyntaxKind::MAP_LITERAL => Expr::Map(
                self.entries(node).into_iter().filter_map(|(_, key, value)| Some((key?, value))).collect(),
            ),
            SyntaxKind::TYPED_CONSTRUCTOR => self.typed_constructor(node),
            SyntaxKind::LIST_COMPREHENSION => self.comprehension(node),
            SyntaxKind::METHOD_CALL => self.method_call(node),
            SyntaxKind::QUANTIFIED_EXPR => self.quantified(node),
            SyntaxKind::COLLATE_EXPR => self.collate(node),
            SyntaxKind::AT_TIME_ZONE_EXPR => {
                let mut args = self.exprs(node);
                args.reverse();
                Self::plain_call("TIMEZONE", args)
            }
            SyntaxKind::FIELD_ACCESS => self.field(node),
            SyntaxKind::INDEX_EXPR => self.index(node),
            SyntaxKind::JSON_PATH_EXPR => self.json_path(node),
            SyntaxKind::LAMBDA_EXPR => self.lambda(node),
            SyntaxKind::EXTRACT_EXPR => self.extract(node),
            SyntaxKind::POSITION_EXPR => Self::plain_call("POSITION", self.exprs(node)),
            SyntaxKind::SUBSTRING_EXPR => {
                for token in
                    node.tokens().filter(|t| matches!(t.kind(), SyntaxKind::FOR_KW | SyntaxKind::SIMILAR_KW))
                {
                    self.detail(token);
                }
                Self::plain_call("SUBSTRING", self.exprs(node))
            }
            SyntaxKind::TRIM_EXPR => self.trim(node),
            SyntaxKind::OVERLAY_EXPR => Self::plain_call("OVERLAY", self.exprs(node)),
            SyntaxKind::OVERLAPS_EXPR => self.overlaps(node),
            _ => self.opaque(node),
        }
    }

    /// Only the parts are known.
    fn opaque(&mut self, node: Node<'_>) -> Expr {
        let mut parts = Vec::new();
        for element in node.elements() {
            match element {
                Element::Node(child) if is_expr(child.kind()) => parts.push(self.expr(child)),
                Element::Token(token) => {
                    self.body.incomplete |= node.kind() == SyntaxKind::JINJA_EXPR;
                    self.detail(token);
                }
                other => self.stray(other),
            }
        }
        Expr::Opaque(parts)
    }

    fn interval(&mut self, node: Node<'_>) -> Expr {
        let mut value = None;
        for element in node.elements() {
            match element {
                Element::Node(child) if is_expr(child.kind()) && value.is_none() => {
                    value = Some(self.expr(child))
                }
                Element::Node(child) if child.kind() == SyntaxKind::INTERVAL_UNIT => self.unit_detail(child),
                other => self.stray(other),
            }
        }
        self.body.incomplete |= value.is_none();
        Expr::Interval(value)
    }

    fn macro_variable(&mut self, node: Node<'_>) -> Expr {
        let name = node.token(SyntaxKind::AT_NAME).map_or("", |token| token.text());
        Expr::MacroVariable(SmolStr::new(name.trim_start_matches('@')))
    }

    /// What a macro expands to is not known here.
    fn macro_call(&mut self, node: Node<'_>) -> Expr {
        self.body.incomplete = true;
        let mut call = Call::default();
        for element in node.elements() {
            match element {
                Element::Node(child) if child.kind() == SyntaxKind::ARG_LIST => self.args(child, &mut call),
                Element::Token(token) => self.detail(token),
                other => self.stray(other),
            }
        }
        Expr::Opaque(call.args.into_iter().map(|arg| arg.value).collect())
    }

    /// `[a, b]`, `ARRAY<T>[a, b]`
    fn array(&mut self, node: Node<'_>) -> Expr {
        let mut elements = Vec::new();
        let mut ty = None;
        for element in node.elements() {
            match element {
                Element::Node(child) if is_expr(child.kind()) => elements.push(self.expr(child)),
                Element::Node(child) if child.kind() == SyntaxKind::TYPE_ARG_LIST => {
                    ty = Some(smol_str::format_smolstr!("ARRAY{}", self.type_text(child)));
                }
                other => self.stray(other),
            }
        }
        let array = Expr::Array(elements);
        match ty {
            None => array,
            Some(ty) => Expr::Cast { value: self.alloc(array, node.range()), ty, fallible: false },
        }
    }

    /// `key: value` pairs: the key as a name if it is one, the key as an expression otherwise.
    fn entries(&mut self, node: Node<'_>) -> Vec<(Option<Ident>, Option<ExprId>, ExprId)> {
        let by_name = node.kind() == SyntaxKind::STRUCT_LITERAL;
        let mut entries = Vec::new();
        for element in node.elements() {
            match element {
                Element::Node(entry) if entry.kind() == SyntaxKind::STRUCT_ENTRY => {
                    entries.push(self.entry(entry, by_name));
                }
                other => self.stray(other),
            }
        }
        entries
    }

    fn entry(&mut self, entry: Node<'_>, by_name: bool) -> (Option<Ident>, Option<ExprId>, ExprId) {
        let mut name = None;
        let mut key = None;
        let mut value = None;
        let mut after_colon = false;
        for element in entry.elements() {
            match element {
                Element::Node(child) if is_expr(child.kind()) && after_colon => {
                    value = Some(self.expr(child))
                }
                Element::Node(child) if is_expr(child.kind()) => {
                    if by_name {
                        name = self.entry_name(child);
                    }
                    if name.is_none() {
                        key = Some(self.expr(child));
                    }
                }
                Element::Token(token) if token.kind() == SyntaxKind::COLON => after_colon = true,
                other => self.stray(other),
            }
        }
        // `{* EXCLUDE a}` has no values.
        if value.is_none() && !after_colon && name.is_none() {
            value = key.take();
        }
        (name, key, self.or_missing(value, entry))
    }

    fn entry_name(&mut self, key: Node<'_>) -> Option<Ident> {
        match key.kind() {
            SyntaxKind::COLUMN_REF => match self.segments(key).as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            },
            SyntaxKind::LITERAL => match self.literal(key) {
                Expr::Literal(Literal::Text(text)) => Some(Ident { text, quoted: true }),
                _ => None,
            },
            _ => None,
        }
    }

    /// `STRUCT<a INT64>(1)`, `RANGE<DATE> '…'`
    fn typed_constructor(&mut self, node: Node<'_>) -> Expr {
        let mut ty = SmolStr::default();
        let mut call = Call::default();
        for element in node.elements() {
            match element {
                Element::Node(child) if is_type(child.kind()) => ty = self.type_text(child),
                Element::Node(child) if child.kind() == SyntaxKind::ARG_LIST => self.args(child, &mut call),
                Element::Token(token)
                    if matches!(token.kind(), SyntaxKind::STRING | SyntaxKind::BYTE_STRING) =>
                {
                    return Expr::TypedLiteral { ty, value: self.text_of(token) };
                }
                other => self.stray(other),
            }
        }
        let fields = Expr::Struct(call.args.into_iter().map(|arg| (arg.alias, arg.value)).collect());
        Expr::Cast { value: self.alloc(fields, node.range()), ty, fallible: false }
    }

    /// `[body FOR x IN source IF filter]` is a transformation of a filtered list.
    fn comprehension(&mut self, node: Node<'_>) -> Expr {
        let mut parts = [None, None, None];
        let mut at = 0;
        let mut params = Vec::new();
        for element in node.elements() {
            match element {
                Element::Node(child) if is_expr(child.kind()) && parts[at].is_none() => {
                    parts[at] = Some(self.expr(child));
                }
                Element::Node(child) if child.kind() == SyntaxKind::NAME => {
                    params.extend(self.name(child).map(|(name, _)| name));
                }
                Element::Token(token) => match token.kind() {
                    SyntaxKind::IN_KW => at = 1,
                    SyntaxKind::IF_KW => at = 2,
                    _ => self.stray(element),
                },
                other => self.stray(other),
            }
        }
        let [body, source, filter] = parts;
        let body = self.or_missing(body, node);
        let mut source = self.or_missing(source, node);
        if let Some(filter) = filter {
            let keep = self.alloc(Expr::Lambda { params: params.clone(), body: filter }, node.range());
            source = self.alloc(Self::plain_call("LIST_FILTER", vec![source, keep]), node.range());
        }
        let each = self.alloc(Expr::Lambda { params, body }, node.range());
        Self::plain_call("LIST_TRANSFORM", vec![source, each])
    }

    fn quantified(&mut self, node: Node<'_>) -> Expr {
        let mut query = None;
        let mut exprs = Vec::new();
        for element in node.elements() {
            match element {
                Element::Node(child) if child.kind() == SyntaxKind::QUERY => query = Some(self.query(child)),
                Element::Node(child) if is_expr(child.kind()) => exprs.push(self.expr(child)),
                Element::Token(token) if token.kind() == SyntaxKind::ALL_KW => self.detail(token),
                other => self.stray(other),
            }
        }
        Expr::Quantified { query, exprs }
    }

    /// `x COLLATE c` is `COLLATE(x, 'c')`.
    fn collate(&mut self, node: Node<'_>) -> Expr {
        let mut args = Vec::new();
        for element in node.elements() {
            match element {
                Element::Node(child) if is_expr(child.kind()) && args.is_empty() => {
                    args.push(self.expr(child))
                }
                Element::Node(child) if child.kind() == SyntaxKind::PATH => {
                    let names: Vec<SmolStr> =
                        self.segments(child).into_iter().map(|name| name.text).collect();
                    let name = Expr::Literal(Literal::Text(SmolStr::from(names.join("."))));
                    args.push(self.alloc(name, child.range()));
                }
                Element::Token(token) if token.kind() == SyntaxKind::STRING => {
                    let name = Expr::Literal(Literal::Text(self.text_of(token)));
                    args.push(self.alloc(name, token.range()));
                }
                other => self.stray(other),
            }
        }
        Self::plain_call("COLLATE", args)
    }

    fn field(&mut self, node: Node<'_>) -> Expr {
        let mut base = None;
        let mut name = None;
        for element in node.elements() {
            match element {
                Element::Node(child) if is_expr(child.kind()) && base.is_none() => {
                    base = Some(self.expr(child))
                }
                Element::Node(child) if child.kind() == SyntaxKind::NAME => name = self.name(child),
                other => self.stray(other),
            }
        }
        let base = self.or_missing(base, node);
        match name {
            Some((name, _)) => Expr::Field { base, name },
            None => {
                self.body.incomplete = true;
                Expr::Opaque(vec![base])
            }
        }
    }

    fn index(&mut self, node: Node<'_>) -> Expr {
        let mut base = None;
        let mut indices = Vec::new();
        let mut slice = false;
        for element in node.elements() {
            match element {
                Element::Node(child) if is_expr(child.kind()) => {
                    let id = self.expr(child);
                    if base.is_none() {
                        base = Some(id);
                    } else {
                        indices.push(id);
                    }
                }
                Element::Token(token) => match token.kind() {
                    SyntaxKind::COLON | SyntaxKind::COLON_COLON => {
                        slice = true;
                        self.detail(token);
                    }
                    SyntaxKind::MINUS | SyntaxKind::STAR => self.detail(token),
                    _ => self.stray(element),
                },
                other => self.stray(other),
            }
        }
        Expr::Index { base: self.or_missing(base, node), indices, slice }
    }

    /// `v:a.b[0]`
    fn json_path(&mut self, node: Node<'_>) -> Expr {
        let mut base = None;
        let mut path = Vec::new();
        let mut indices = Vec::new();
        for element in node.elements() {
            match element {
                Element::Node(child) if is_expr(child.kind()) && base.is_none() => {
                    base = Some(self.expr(child))
                }
                Element::Node(child) if child.kind() == SyntaxKind::JSON_PATH_STEP => {
                    for part in child.elements() {
                        match part {
                            Element::Node(index) if is_expr(index.kind()) => indices.push(self.expr(index)),
                            Element::Token(token) if super::name::is_segment(token.kind()) => {
                                path.push(super::name::ident(token, self.dialect));
                            }
                            Element::Token(token) if token.kind() == SyntaxKind::STRING => {
                                path.push(Ident { text: self.text_of(token), quoted: true });
                            }
                            Element::Token(token)
                                if matches!(token.kind(), SyntaxKind::STAR | SyntaxKind::MINUS) =>
                            {
                                self.detail(token);
                            }
                            other => self.stray(other),
                        }
                    }
                }
                other => self.stray(other),
            }
        }
        Expr::JsonPath { base: self.or_missing(base, node), path, indices }
    }

    fn lambda(&mut self, node: Node<'_>) -> Expr {
        let mut params = Vec::new();
        let mut body = None;
        for element in node.elements() {
            match element {
                Element::Node(child) if child.kind() == SyntaxKind::LAMBDA_PARAM => {
                    for part in child.nodes() {
                        match part.kind() {
                            SyntaxKind::NAME => params.extend(self.name(part).map(|(name, _)| name)),
                            _ => self.detail_node(part),
                        }
                    }
                }
                Element::Node(child) if is_expr(child.kind()) && body.is_none() => {
                    body = Some(self.expr(child))
                }
                other => self.stray(other),
            }
        }
        Expr::Lambda { params, body: self.or_missing(body, node) }
    }

    fn extract(&mut self, node: Node<'_>) -> Expr {
        let mut part = SmolStr::default();
        let mut value = None;
        for element in node.elements() {
            match element {
                Element::Node(child) if child.kind() == SyntaxKind::EXTRACT_PART => {
                    part = self.date_part(child)
                }
                Element::Node(child) if is_expr(child.kind()) && value.is_none() => {
                    value = Some(self.expr(child))
                }
                other => self.stray(other),
            }
        }
        Expr::Extract { part, value: self.or_missing(value, node) }
    }

    /// `TRIM(LEADING 'x' FROM s)` is `LTRIM(s, 'x')`.
    fn trim(&mut self, node: Node<'_>) -> Expr {
        let mut name = "TRIM";
        let mut has_from = false;
        let mut args = Vec::new();
        for element in node.elements() {
            match element {
                Element::Node(child) if is_expr(child.kind()) => args.push(self.expr(child)),
                Element::Token(token) => match token.kind() {
                    SyntaxKind::LEADING_KW => name = "LTRIM",
                    SyntaxKind::TRAILING_KW => name = "RTRIM",
                    SyntaxKind::FROM_KW => has_from = true,
                    _ => self.stray(element),
                },
                other => self.stray(other),
            }
        }
        if has_from {
            args.reverse();
        }
        Self::plain_call(name, args)
    }

    fn overlaps(&mut self, node: Node<'_>) -> Expr {
        let mut sides = self.exprs(node).into_iter();
        let first = self.or_missing(sides.next(), node);
        let second = self.or_missing(sides.next(), node);
        self.detail_text(SmolStr::new_static("OVERLAPS"));
        Expr::Chain { first, rest: vec![(BinaryOperator::Match, second)] }
    }
}
