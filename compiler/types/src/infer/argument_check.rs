//! Values where DuckDB takes none of their kind: arguments, operands, branches.

use super::Inferrer;
use super::operators::Operand;
use super::value::Value;
use crate::arguments::{Fit, duck_db_overloads};
use crate::{Anchor, DataType, DialectKind};
use rocky_base_db::Severity;
use rocky_hir::body::{BinaryOperator, Call, Expr, ExprId, UnaryOperator};

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
        if !self.checks_arguments() || self.is_within_group(call) {
            return;
        }
        let named = call.args.iter().any(|arg| arg.name.is_some() || arg.alias.is_some());
        let star = call.args.iter().any(|arg| matches!(self.body.expr(arg.value), Expr::Star(_)));
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
            _ => return,
        };
        self.check_mixed(&mixed);
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
            Expr::Like { value: tested, .. } => {
                let value = self.value(*tested);
                if kind(value).is_some_and(|kind| !matches!(kind, 's' | 'j' | 'B')) {
                    let message = format!("{} is no text to match", value.ty.contract_name());
                    let finding = self.report("E134", Severity::Error, Anchor::Expr(*tested), message);
                    self.suggest(finding, "cast it to VARCHAR".to_owned());
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
