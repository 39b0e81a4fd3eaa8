//! Expressions, bottom-up.

use super::Inferrer;
use super::operators::Operand;
use super::scope::{Parameter, Scope, ScopeId};
use super::value::{Sources, Value};
use super::whole_number::WholeNumber;
use crate::{DataType, DialectKind, InfluenceKind, Nullability, StructField, Transform};
use crate::{parse_type, raw_type_name};
use rocky_hir::body::{BinaryOperator, Expr, ExprId, Ident, Literal, QueryId, UnaryOperator};
use smol_str::SmolStr;

impl Inferrer<'_> {
    /// Types an expression and everything below it.
    pub(super) fn eval(&mut self, root: ExprId, scope: ScopeId) {
        enum Step {
            Enter(ExprId),
            Leave(ExprId),
        }
        let mut stack = vec![Step::Enter(root)];
        let mut children = Vec::new();
        while let Some(step) = stack.pop() {
            match step {
                Step::Enter(id) => {
                    children.clear();
                    self.children(id, &mut children);
                    if children.is_empty() {
                        self.compute(id, scope);
                    } else {
                        stack.push(Step::Leave(id));
                        stack.extend(children.iter().rev().map(|child| Step::Enter(*child)));
                    }
                }
                Step::Leave(id) => self.compute(id, scope),
            }
        }
    }

    pub(super) fn eval_all<'e>(&mut self, exprs: impl IntoIterator<Item = &'e ExprId>, scope: ScopeId) {
        for expr in exprs {
            self.eval(*expr, scope);
        }
    }

    /// Types one expression whose parts are typed.
    fn compute(&mut self, id: ExprId, scope: ScopeId) {
        let body = self.body;
        let value = match body.expr(id) {
            Expr::Column(parts) => return self.column(id, parts, scope),
            Expr::Call(call) => return self.call(id, call, scope),
            Expr::Missing | Expr::Placeholder | Expr::MacroVariable(_) => Value::default(),
            Expr::Literal(literal) => self.literal(literal),
            Expr::TypedLiteral { ty, .. } => self.typed(ty, Value::literal(DataType::String)),
            Expr::Interval(amount) => {
                let null = self.any_null(*amount);
                let sources = self.sources_of(*amount, &Transform::Expression);
                Value { sources, ..Value::new(DataType::Interval, null) }
            }
            Expr::Tuple(items) => self.tuple(items),
            Expr::Array(items) => self.array(items),
            Expr::Struct(fields) => self.structure(fields),
            Expr::Map(entries) => self.map(entries),
            Expr::Subquery(query) => self.scalar_subquery(*query, scope),
            Expr::Exists(query) => {
                // What a star under EXISTS covers is nobody's output.
                self.silent_stars += 1;
                self.query_in(*query, scope);
                self.silent_stars -= 1;
                Value::new(DataType::Boolean, Nullability::NotNull)
            }
            Expr::ArraySubquery(query) => self.array_subquery(*query, scope),
            Expr::Cast { value, ty, fallible } => {
                let mut cast = self.typed(ty, self.value(*value).clone());
                if *fallible {
                    cast.nullability = Nullability::Nullable;
                }
                cast
            }
            Expr::Case { subject, arms, otherwise } => self.case(id, *subject, arms, *otherwise),
            Expr::Unary { op, operand } => self.unary(*op, *operand),
            Expr::Chain { first, rest } => self.chain(*first, rest),
            Expr::Is { value, other, .. } => {
                let sources = self.sources_of([*value].into_iter().chain(*other), &Transform::Expression);
                Value { sources, ..Value::new(DataType::Boolean, Nullability::NotNull) }
            }
            Expr::Like { value, pattern, .. } => self.boolean(&[*value, *pattern]),
            Expr::In { value, list, query, .. } => self.membership(*value, list, *query, scope),
            Expr::Between { value, low, high, .. } => self.boolean(&[*value, *low, *high]),
            Expr::Quantified { query, exprs } => self.quantified(*query, exprs, scope),
            Expr::Field { base, name } => {
                let base = self.value(*base).clone();
                self.field(id, base, name)
            }
            Expr::Index { base, indices, slice } => self.index(*base, indices, *slice),
            Expr::JsonPath { base, .. } => Value {
                sources: self.value(*base).sources.within(&Transform::Expression),
                ..Value::new(DataType::Variant, Nullability::Nullable)
            },
            Expr::Lambda { params, body } => {
                self.lambda(id, params, *body, &[], scope);
                Value::unknown(self.value(*body).sources.within(&Transform::Expression))
            }
            Expr::Extract { part, value } => self.extract(part, *value),
            Expr::Star(_) if self.chosen.contains_key(&id) => {
                self.chosen.get(&id).cloned().unwrap_or_default()
            }
            Expr::Star(star) => {
                let sources = self.sources_of(star.base, &Transform::Expression);
                Value::unknown(sources)
            }
            Expr::Opaque(parts) => self.opaque(parts, scope),
        };
        self.values[id.index()] = value;
        self.check_operators(id);
    }

    /// A value converted to a type given by name.
    fn typed(&self, ty: &str, value: Value) -> Value {
        let target = parse_type(ty, self.dialect);
        let exact = !target.has_unknown();
        let sources = value.sources.within(&Transform::Cast);
        Value {
            exact,
            ty: target,
            nullability: value.nullability,
            raw: raw_type_name(ty, self.dialect),
            literal: false,
            number: None,
            sources,
        }
    }

    fn boolean(&self, exprs: &[ExprId]) -> Value {
        let sources = self.sources_of(exprs.iter().copied(), &Transform::Expression);
        Value { sources, ..Value::new(DataType::Boolean, self.any_null(exprs.iter().copied())) }
    }

    fn tuple(&self, items: &[ExprId]) -> Value {
        if let [single] = items {
            return self.value(*single).clone();
        }
        let fields = items.iter().map(|item| self.struct_field(SmolStr::default(), *item)).collect();
        let sources = self.sources_of(items.iter().copied(), &Transform::Expression);
        Value { sources, ..Value::new(DataType::Struct(fields), Nullability::NotNull) }
    }

    pub(super) fn struct_field(&self, name: SmolStr, value: ExprId) -> StructField {
        let value = self.value(value);
        StructField { name, ty: value.ty.clone(), nullability: value.nullability }
    }

    pub(super) fn array(&self, items: &[ExprId]) -> Value {
        let values: Vec<&Value> = items.iter().map(|item| self.value(*item)).collect();
        let mut element = self.common(&values);
        let empty = element.is_null_literal() && self.dialect == DialectKind::DuckDb;
        if empty {
            element = Value::new(DataType::Int32, Nullability::Nullable);
        }
        let sources = self.sources_of(items.iter().copied(), &Transform::Expression);
        let mut value = Value::new(DataType::array_of(element.ty), Nullability::NotNull);
        value.exact = element.exact;
        value.sources = sources;
        value.literal = empty;
        value
    }

    fn structure(&self, fields: &[(Option<Ident>, ExprId)]) -> Value {
        let typed = fields
            .iter()
            .map(|(name, value)| {
                let name = match (name, self.body.expr(*value)) {
                    (Some(name), _) => name.text.clone(),
                    (None, Expr::Column(parts)) => {
                        parts.last().map(|name| name.text.clone()).unwrap_or_default()
                    }
                    _ => SmolStr::default(),
                };
                self.struct_field(name, *value)
            })
            .collect();
        let exact = fields.iter().all(|(_, value)| self.value(*value).exact);
        let sources = self.sources_of(fields.iter().map(|(_, value)| *value), &Transform::Expression);
        Value { sources, exact, ..Value::new(DataType::Struct(typed), Nullability::NotNull) }
    }

    fn map(&self, entries: &[(ExprId, ExprId)]) -> Value {
        let keys: Vec<&Value> = entries.iter().map(|(key, _)| self.value(*key)).collect();
        let values: Vec<&Value> = entries.iter().map(|(_, value)| self.value(*value)).collect();
        let (key, value) = (self.common(&keys), self.common(&values));
        let sources =
            self.sources_of(entries.iter().flat_map(|(key, value)| [*key, *value]), &Transform::Expression);
        let exact = key.exact && value.exact;
        Value { sources, exact, ..Value::new(DataType::map_of(key.ty, value.ty), Nullability::NotNull) }
    }

    fn case(
        &mut self,
        id: ExprId,
        subject: Option<ExprId>,
        arms: &[(ExprId, ExprId)],
        otherwise: Option<ExprId>,
    ) -> Value {
        let results: Vec<ExprId> = arms.iter().map(|(_, result)| *result).chain(otherwise).collect();
        let values: Vec<&Value> = results.iter().map(|result| self.value(*result)).collect();
        let mut value = self.common(&values);
        // DuckDB refuses it: E134
        let warns = self.dialect != DialectKind::DuckDb;
        if let Some((left, right)) = self.conflict(&values).filter(|_| warns) {
            self.report_case_conflict(id, &left, &right);
        }
        value.nullability = self.any_null(results);
        if otherwise.is_none() {
            value.nullability = Nullability::Nullable;
        }
        let parts = subject
            .into_iter()
            .chain(arms.iter().flat_map(|(condition, result)| [*condition, *result]))
            .chain(otherwise);
        value.sources = self.sources_of(parts, &Transform::Expression);
        value
    }

    fn unary(&self, op: UnaryOperator, operand: ExprId) -> Value {
        let value = self.value(operand);
        let sources = value.sources.within(&Transform::Expression);
        match op {
            UnaryOperator::Plus | UnaryOperator::Minus
                if value.ty.is_numeric() || value.ty == DataType::Interval =>
            {
                let number = match op {
                    UnaryOperator::Minus => value.number.and_then(i128::checked_neg),
                    _ => value.number,
                };
                Value { sources, number, ..value.clone() }
            }
            UnaryOperator::Not => Value { sources, ..Value::new(DataType::Boolean, value.nullability) },
            UnaryOperator::BitwiseNot
                if WholeNumber::of(value).is_some() || value.raw.as_deref() == Some("BIT") =>
            {
                Value { sources, literal: false, ..value.clone() }
            }
            _ => Value { sources, nullability: value.nullability, ..Value::default() },
        }
    }

    /// `a op b op c`, folded from the left.
    fn chain(&self, first: ExprId, rest: &[(BinaryOperator, ExprId)]) -> Value {
        let mut left = Operand::of(self, first);
        for (op, right) in rest {
            left = self.binary(*op, &left, &Operand::of(self, *right));
        }
        let mut value = left.value;
        let operands = std::iter::once(first).chain(rest.iter().map(|(_, operand)| *operand));
        value.sources = self.sources_of(operands, &Transform::Expression);
        value.literal = false;
        value
    }

    fn membership(
        &mut self,
        value: ExprId,
        list: &[ExprId],
        query: Option<QueryId>,
        scope: ScopeId,
    ) -> Value {
        let mut null = self.any_null(std::iter::once(value).chain(list.iter().copied()));
        let mut sources =
            self.sources_of(std::iter::once(value).chain(list.iter().copied()), &Transform::Expression);
        if let Some(query) = query {
            let output = self.query_in(query, scope);
            let columns: Vec<Sources> =
                output.columns.iter().map(|column| column.value.sources.clone()).collect();
            null = output.columns.iter().fold(null, |null, column| null.any(column.value.nullability));
            if output.open {
                null = null.any(Nullability::Unknown);
            }
            sources =
                Sources::union(std::iter::once(&sources).chain(&columns)).within(&Transform::Expression);
        }
        Value { sources, ..Value::new(DataType::Boolean, null) }
    }

    fn quantified(&mut self, query: Option<QueryId>, exprs: &[ExprId], scope: ScopeId) -> Value {
        let sources = self.sources_of(exprs.iter().copied(), &Transform::Expression);
        let Some(query) = query else {
            let ty = match exprs {
                [single] => match &self.value(*single).ty {
                    DataType::Array(element) => (**element).clone(),
                    other => other.clone(),
                },
                _ => DataType::Unknown,
            };
            return Value { sources, exact: false, ty, ..Value::default() };
        };
        let output = self.query_in(query, scope);
        let column = output.columns.first().map(|column| column.value.clone()).unwrap_or_default();
        Value { exact: false, literal: false, nullability: Nullability::Unknown, ..column }
    }

    /// A subquery as a value: one column, one row or none.
    fn scalar_subquery(&mut self, query: QueryId, scope: ScopeId) -> Value {
        let output = self.query_in(query, scope);
        let mut value = match output.columns.as_slice() {
            [column] if !output.open => column.value.clone(),
            _ => {
                let sources = Sources::union(output.columns.iter().map(|column| &column.value.sources));
                Value::unknown(sources)
            }
        };
        value.literal = false;
        if !self.gives_one_row(query) {
            value.nullability = Nullability::Nullable;
        }
        value
    }

    fn array_subquery(&mut self, query: QueryId, scope: ScopeId) -> Value {
        let output = self.query_in(query, scope);
        let element = match output.columns.as_slice() {
            [column] if !output.open => column.value.clone(),
            _ => Value::default(),
        };
        let sources = element.sources.within(&Transform::Expression);
        let exact = element.exact;
        Value { sources, exact, ..Value::new(DataType::array_of(element.ty), Nullability::NotNull) }
    }

    fn index(&self, base: ExprId, indices: &[ExprId], slice: bool) -> Value {
        let value = self.value(base);
        let sources =
            self.sources_of(std::iter::once(base).chain(indices.iter().copied()), &Transform::Expression);
        if slice {
            let ty = match &value.ty {
                ty @ (DataType::Array(_) | DataType::String) => ty.clone(),
                _ => DataType::Unknown,
            };
            return Value { sources, literal: false, ty, ..value.clone() };
        }
        let ty = match &value.ty {
            DataType::Array(element) => (**element).clone(),
            DataType::Map(pair) => pair.1.clone(),
            DataType::Variant => DataType::Variant,
            DataType::String if self.dialect == DialectKind::DuckDb => DataType::String,
            DataType::Struct(fields) => self.indexed_field(fields, indices),
            _ => DataType::Unknown,
        };
        let exact = value.exact && !ty.is_unknown();
        let huge = ty == DataType::Decimal(38, 0) && self.dialect == DialectKind::DuckDb;
        let part = Value { exact, sources, ..Value::new(ty, Nullability::Nullable) };
        // far more often an integer beyond 64 bits than DECIMAL(38,0)
        if huge { part.with_raw("HUGEINT") } else { part }
    }

    /// `s['a']`
    pub(super) fn indexed_field(&self, fields: &[StructField], indices: &[ExprId]) -> DataType {
        let [index] = indices else {
            return DataType::Unknown;
        };
        match self.body.expr(*index) {
            Expr::Literal(Literal::Text(name)) => fields
                .iter()
                .find(|field| field.name.eq_ignore_ascii_case(name))
                .map_or(DataType::Unknown, |field| field.ty.clone()),
            Expr::Literal(Literal::Number(text)) => text
                .parse::<usize>()
                .ok()
                .and_then(|number| fields.get(number.checked_sub(1)?))
                .map_or(DataType::Unknown, |field| field.ty.clone()),
            _ => DataType::Unknown,
        }
    }

    /// Types a lambda's body with these values for its parameters; parameters beyond them are unknown.
    pub(super) fn lambda(
        &mut self,
        id: ExprId,
        params: &[Ident],
        body: ExprId,
        values: &[Value],
        scope: ScopeId,
    ) {
        if self.depth >= super::DEEPEST {
            return;
        }
        let parameters = params
            .iter()
            .enumerate()
            .map(|(index, name)| Parameter {
                name: name.clone(),
                lambda: id,
                index: u32::try_from(index).unwrap_or(u32::MAX),
                value: values.get(index).cloned().unwrap_or_default(),
            })
            .collect();
        let inner = self.add_scope(Scope { parent: Some(scope), parameters, ..Scope::default() });
        self.depth += 1;
        self.eval(body, inner);
        self.depth -= 1;
    }

    /// A construct that is not understood: names in it may be its own.
    fn opaque(&mut self, parts: &[ExprId], scope: ScopeId) -> Value {
        if self.depth >= super::DEEPEST {
            return Value::default();
        }
        let inner = self.add_scope(Scope { parent: Some(scope), opaque: true, ..Scope::default() });
        self.depth += 1;
        self.eval_all(parts, inner);
        self.depth -= 1;
        Value::unknown(self.sources_of(parts.iter().copied(), &Transform::Expression))
    }

    /// Types a subquery inside an expression; what it reads there takes part in the expression.
    pub(super) fn query_in(&mut self, query: QueryId, scope: ScopeId) -> super::value::Output {
        self.query(query, Some(scope), None)
    }

    /// The sources of a condition decide which rows there are.
    pub(super) fn condition(&mut self, expr: ExprId, scope: ScopeId, kind: InfluenceKind) {
        self.eval(expr, scope);
        self.influence_of(expr, kind);
    }
}
