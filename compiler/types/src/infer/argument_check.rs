//! Values where DuckDB takes none of their kind: arguments, operands, branches.

use super::Inferrer;
use super::call_rules::element_of;
use super::operators::Operand;
use super::value::Value;
use crate::arguments::{Fit, duck_db_overloads};
use crate::{Anchor, DataType, DialectKind, Nullability};
use rocky_base_db::Severity;
use rocky_hir::body::{BinaryOperator, Call, Expr, ExprId, Literal, QueryId, UnaryOperator};

/// The kind of a value as `duckdb.arguments` writes it; `None` where nothing may be concluded.
fn kind(value: &Value) -> Option<char> {
    if !value.exact || value.is_null_literal() || value.is_text_literal() {
        return None;
    }
    Some(match (&value.ty, value.raw.as_deref()) {
        (DataType::Boolean, _) => 'b',
        (DataType::String, Some("UUID")) => 'u',
        (DataType::String, _) => 's',
        (DataType::Date, _) => 'd',
        (DataType::TimestampNtz, _) => 't',
        (DataType::Timestamp, _) => 'z',
        (DataType::Time, _) => 'm',
        (DataType::Interval, _) => 'v',
        (DataType::Binary, Some("BIT")) => 'i',
        (DataType::Binary, _) => 'B',
        (DataType::Variant, _) => 'j',
        (DataType::Array(_), _) => 'l',
        (DataType::Map(_), _) => 'M',
        (DataType::Struct(_), _) => 'S',
        (ty, _) if ty.is_numeric() => 'n',
        _ => return None,
    })
}

impl Inferrer<'_> {
    /// Whether arguments are checked at all here.
    fn checks_arguments(&self) -> bool {
        self.dialect == DialectKind::DuckDb && !self.body.incomplete
    }

    /// A call with a number or kind of arguments that no overload has.
    pub(super) fn check_call(&mut self, id: ExprId, call: &Call) {
        if !self.checks_arguments() {
            return;
        }
        if self.is_within_group(call) {
            if call.name.starts_with("PERCENTILE") && call.args.len() != 1 {
                let message = format!(
                    "{}() WITHIN GROUP takes 1 argument, here are {}",
                    call.name.to_lowercase(),
                    call.args.len()
                );
                self.report("E132", Severity::Error, Anchor::Expr(id), message);
            }
            return;
        }
        self.check_struct_call(id, call);
        let named = call.args.iter().any(|arg| arg.name.is_some() || arg.alias.is_some());
        let star = call.args.iter().any(
            |arg| matches!(self.body.expr(arg.value), Expr::Star(star) if !star.columns || star.unpacked),
        );
        let counted_star = star && call.name == "COUNT" && call.args.len() > 1;
        if named || (star && !counted_star) {
            return;
        }
        let Some(overloads) = duck_db_overloads(&call.name) else {
            return;
        };
        let kinds: Vec<Option<char>> = call.args.iter().map(|arg| kind(self.value(arg.value))).collect();
        let name = call.name.to_lowercase();
        match overloads.fit(&kinds) {
            Fit::Fits => {}
            Fit::Count => {
                let message =
                    format!("{name}() takes {} arguments, here are {}", overloads.counts(), kinds.len());
                self.report("E132", Severity::Error, Anchor::Expr(id), message);
                return;
            }
            Fit::Argument(position) => {
                let arg = call.args[position].value;
                let message = format!(
                    "{name}() takes no {} as argument {}",
                    self.value(arg).ty.contract_name(),
                    position + 1
                );
                let finding = self.report("E132", Severity::Error, Anchor::Expr(arg), message);
                self.suggest(finding, "cast it to a type that the function takes".to_owned());
                return;
            }
        }
        let mixed: Vec<ExprId> = match call.name.as_str() {
            "COALESCE" | "IFNULL" | "GREATEST" | "LEAST" | "LIST_VALUE" | "LIST_PACK" => {
                call.args.iter().map(|arg| arg.value).collect()
            }
            "IF" => call.args.iter().skip(1).map(|arg| arg.value).collect(),
            "JSON_OBJECT" if call.args.len() % 2 == 1 => {
                let message = "json_object() takes names and values in turn".to_owned();
                self.report("E132", Severity::Error, Anchor::Expr(id), message);
                return;
            }
            _ => return self.check_lists(call),
        };
        self.check_mixed(&mixed);
    }

    /// Functions that make or change structs want a name for each field.
    fn check_struct_call(&mut self, id: ExprId, call: &Call) {
        let skipped = match call.name.as_str() {
            "STRUCT_PACK" => 0,
            "STRUCT_INSERT" | "STRUCT_UPDATE" => 1,
            _ => return,
        };
        let name = call.name.to_lowercase();
        if call.args.len() <= skipped {
            let message = format!("{name}() needs a field: {name}({}a := 1)", ["", "s, "][skipped]);
            self.report("E132", Severity::Error, Anchor::Expr(id), message);
            return;
        }
        let nameless = call.args.iter().skip(skipped).find(|arg| {
            arg.name.is_none()
                && arg.alias.is_none()
                && !matches!(self.body.expr(arg.value), Expr::Column(_) | Expr::Star(_))
        });
        if let Some(arg) = nameless {
            let message = format!("{name}() takes named fields: this one has no name");
            let finding = self.report("E132", Severity::Error, Anchor::Expr(arg.value), message);
            self.suggest(finding, "write name := value".to_owned());
        }
    }

    /// Lists and what is looked for in them, or put into them, or joined to them.
    fn check_lists(&mut self, call: &Call) {
        let [list, other, ..] = call.args.as_slice() else {
            return;
        };
        let (list, other) = match call.name.as_str() {
            "LIST_CONTAINS" | "LIST_HAS" | "ARRAY_CONTAINS" | "ARRAY_HAS" | "LIST_POSITION"
            | "LIST_INDEXOF" | "ARRAY_POSITION" | "ARRAY_INDEXOF" | "LIST_APPEND" | "ARRAY_APPEND"
            | "ARRAY_PUSH_BACK" | "ARRAY_PUSH_FRONT" => (list.value, self.value(other.value).clone()),
            "LIST_PREPEND" | "ARRAY_PREPEND" => (other.value, self.value(list.value).clone()),
            "LIST_HAS_ANY" | "LIST_HAS_ALL" | "ARRAY_HAS_ANY" | "ARRAY_HAS_ALL" | "LIST_CONCAT"
            | "LIST_CAT" | "ARRAY_CONCAT" | "ARRAY_CAT" | "LIST_INTERSECT" | "ARRAY_INTERSECT" => {
                (list.value, element_of(Some(self.value(other.value))))
            }
            "CONCAT" => {
                let kinds = [kind(self.value(list.value)), kind(self.value(other.value))];
                if let [Some(left), Some(right)] = kinds
                    && (left == 'l') != (right == 'l')
                {
                    self.report_kinds(other.value, "concat() joins lists or texts, not both");
                }
                return;
            }
            _ => return,
        };
        let element = element_of(Some(self.value(list)));
        if self.apart(&element, &other) {
            let message =
                format!("the list has {}, this is {}", element.ty.contract_name(), other.ty.contract_name());
            self.report_kinds(call.args[1].value, &message);
        }
    }

    fn report_kinds(&mut self, at: ExprId, message: &str) {
        let finding = self.report("E134", Severity::Error, Anchor::Expr(at), message.to_owned());
        self.suggest(finding, "cast one of them".to_owned());
    }

    /// Whether two values certainly have no common type.
    fn apart(&self, left: &Value, right: &Value) -> bool {
        match (kind(left), kind(right)) {
            (Some(l), Some(r)) => !mixes((l, &left.ty), (r, &right.ty)),
            _ => false,
        }
    }

    /// `x IN (SELECT …)`, `x > ANY (SELECT …)`: the column of the query.
    fn check_query_column(&mut self, at: ExprId, value: ExprId, query: QueryId) {
        let info = &self.queries[query.index()];
        let ([column], false) = (info.columns.as_slice(), info.open) else {
            return;
        };
        let column = Value {
            exact: column.column.exact,
            raw: column.column.raw.clone(),
            ..Value::new(column.column.ty.clone(), column.column.nullability)
        };
        let value = self.value(value).clone();
        if self.apart(&value, &column) {
            let message = format!(
                "{} is compared with {} of the subquery",
                value.ty.contract_name(),
                column.ty.contract_name()
            );
            self.report_kinds(at, &message);
        }
    }

    /// `a[i]`, `a[1:2]` of something that has no parts.
    fn check_index(&mut self, id: ExprId, base: ExprId, indices: &[ExprId], slice: bool) {
        let value = self.value(base).clone();
        let Some(base_kind) = kind(&value) else {
            return;
        };
        let parts = if slice {
            matches!(base_kind, 'l' | 's' | 'j')
        } else {
            matches!(base_kind, 'l' | 's' | 'j' | 'M' | 'S')
        };
        if !parts {
            let message = format!("a value of type {} has no parts to take", value.ty.contract_name());
            self.report("E134", Severity::Error, Anchor::Expr(id), message);
            return;
        }
        let [index] = indices else {
            return;
        };
        let key = self.value(*index).clone();
        let wrong = match (&value.ty, base_kind) {
            (DataType::Map(pair), _) => {
                let keys = Value { exact: value.exact, ..Value::new(pair.0.clone(), Nullability::Unknown) };
                self.apart(&keys, &key)
            }
            (_, 'l') => kind(&key).is_some_and(|kind| !matches!(kind, 'n' | 'b')),
            (DataType::Struct(fields), _) => match self.body.expr(*index) {
                Expr::Literal(Literal::Text(name)) => fields
                    .iter()
                    .all(|field| !field.name.is_empty() && !field.name.eq_ignore_ascii_case(name)),
                _ => false,
            },
            _ => false,
        };
        if wrong {
            let message = format!("{} has no such part", value.ty.contract_name());
            self.report("E134", Severity::Error, Anchor::Expr(*index), message);
        }
    }

    /// Values that must have one type and have none in common.
    pub(super) fn check_mixed(&mut self, exprs: &[ExprId]) {
        if !self.checks_arguments() {
            return;
        }
        let known: Vec<(ExprId, char, DataType)> = exprs
            .iter()
            .filter_map(|expr| Some((*expr, kind(self.value(*expr))?, self.value(*expr).ty.clone())))
            .collect();
        let Some((_, first, first_ty)) = known.first().cloned() else {
            return;
        };
        let other = known.iter().find(|(_, other, ty)| !mixes((first, &first_ty), (*other, ty)));
        if let Some((expr, _, ty)) = other {
            let message =
                format!("{} and {} have no common type", first_ty.contract_name(), ty.contract_name());
            let finding = self.report("E134", Severity::Error, Anchor::Expr(*expr), message);
            self.suggest(finding, "cast the values to one type".to_owned());
        }
    }

    /// An operator between kinds it is not defined for.
    pub(super) fn check_operators(&mut self, id: ExprId) {
        if !self.checks_arguments() {
            return;
        }
        let body = self.body;
        match body.expr(id) {
            Expr::Chain { first, rest } => {
                let mut left = Operand::of(self, *first);
                if let (first, [(_, second)]) = (*first, rest.as_slice())
                    && let Expr::Quantified { query: Some(query), .. } = body.expr(*second)
                {
                    self.check_query_column(*second, first, *query);
                }
                for (op, operand) in rest {
                    let right = Operand::of(self, *operand);
                    let result = self.binary(*op, &left, &right);
                    if let Some(message) = refusal(*op, &left.value, &right.value, &result.value) {
                        let finding = self.report("E134", Severity::Error, Anchor::Expr(*operand), message);
                        self.suggest(finding, "cast one side".to_owned());
                        return;
                    }
                    left = result;
                }
            }
            Expr::Unary { op: UnaryOperator::Minus | UnaryOperator::Plus, operand } => {
                let value = self.value(*operand);
                if kind(value).is_some_and(|kind| !matches!(kind, 'n' | 'v')) {
                    let message = format!("{} has no sign", value.ty.contract_name());
                    self.report("E134", Severity::Error, Anchor::Expr(*operand), message);
                }
            }
            Expr::Like { value, pattern, .. } => {
                for tested in [*value, *pattern] {
                    let value = self.value(tested);
                    if kind(value).is_some_and(|kind| !matches!(kind, 's' | 'j' | 'B')) {
                        let message = format!("{} is no text to match", value.ty.contract_name());
                        let finding = self.report("E134", Severity::Error, Anchor::Expr(tested), message);
                        self.suggest(finding, "cast it to VARCHAR".to_owned());
                        return;
                    }
                }
            }
            Expr::Index { base, indices, slice } => self.check_index(id, *base, indices, *slice),
            Expr::In { value, query: Some(query), .. } => self.check_query_column(id, *value, *query),
            Expr::In { value, list, .. } => {
                if let [single] = list.as_slice()
                    && matches!(self.value(*single).ty, DataType::Array(_))
                {
                    let element = element_of(Some(self.value(*single)));
                    let tested = self.value(*value).clone();
                    if !matches!(tested.ty, DataType::Array(_)) && self.apart(&tested, &element) {
                        self.report_kinds(*single, "the list has elements of another type");
                    }
                }
            }
            Expr::Between { value, low, high, .. } => self.check_mixed(&[*value, *low, *high]),
            Expr::Array(items) => self.check_mixed(items),
            Expr::Case { arms, otherwise, .. } => {
                let results: Vec<ExprId> = arms.iter().map(|(_, result)| *result).chain(*otherwise).collect();
                self.check_mixed(&results);
            }
            _ => {}
        }
    }
}

fn refusal(op: BinaryOperator, left: &Value, right: &Value, result: &Value) -> Option<String> {
    let (l, r) = (kind(left)?, kind(right)?);
    let arithmetic = matches!(
        op,
        BinaryOperator::Add
            | BinaryOperator::Subtract
            | BinaryOperator::Multiply
            | BinaryOperator::Divide
            | BinaryOperator::IntegerDivide
            | BinaryOperator::Modulo
    );
    let refused = match op {
        _ if arithmetic => result.ty.is_unknown() && !(l == 'l' && r == 'l'),
        BinaryOperator::Concat => (l == 'l') != (r == 'l'),
        BinaryOperator::Match => matches!(l, 'b' | 'n' | 'd' | 't' | 'z' | 'm' | 'v' | 'S' | 'M' | 'u'),
        BinaryOperator::Power => !matches!((l, r), ('n' | 'b', 'n' | 'b')),
        BinaryOperator::Bitwise => {
            !matches!((l, r), ('n' | 'b', 'n' | 'b') | ('i', 'i' | 'n') | ('l', 'l')) || left.ty.is_float()
        }
        BinaryOperator::Less
        | BinaryOperator::LessOrEqual
        | BinaryOperator::Greater
        | BinaryOperator::GreaterOrEqual => !mixes((l, &left.ty), (r, &right.ty)),
        _ => false,
    };
    refused.then(|| {
        format!("there is no such operator for {} and {}", left.ty.contract_name(), right.ty.contract_name())
    })
}

/// Whether two values have a common type without a cast; in doubt they do.
fn mixes(left: (char, &DataType), right: (char, &DataType)) -> bool {
    let moment = |kind| matches!(kind, 'd' | 't' | 'z');
    match (left.0, right.0) {
        (l, r) if l == r => true,
        ('j', _) | (_, 'j') => true,
        ('B', 'i') | ('i', 'B') => true,
        ('b', 'n') => right.1.is_integer() || *right.1 == DataType::Decimal(38, 0),
        ('n', 'b') => left.1.is_integer() || *left.1 == DataType::Decimal(38, 0),
        (l, r) => moment(l) && moment(r),
    }
}
