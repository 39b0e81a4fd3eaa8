//! Expressions as text.

use std::fmt::Write as _;

use super::{Dumper, columns, ident, path};
use crate::body::{BinaryOperator, Call, Expr, ExprId, IsTest, Literal, Star, UnaryOperator, Window};

impl Dumper<'_> {
    pub(super) fn exprs(&self, list: &[ExprId]) -> String {
        list.iter().map(|expr| self.expr(*expr)).collect::<Vec<_>>().join(", ")
    }

    pub(super) fn expr(&self, id: ExprId) -> String {
        match self.body.expr(id) {
            Expr::Missing => "<missing>".to_owned(),
            Expr::Column(segments) => path(segments),
            Expr::Literal(literal) => literal_text(literal),
            Expr::TypedLiteral { ty, value } => format!("{ty} {}", text(value)),
            Expr::Interval(value) => {
                format!("interval {}", value.map_or_else(String::new, |value| self.expr(value)))
            }
            Expr::Placeholder => "?".to_owned(),
            Expr::MacroVariable(name) => format!("@{name}"),
            Expr::Tuple(parts) => format!("tuple({})", self.exprs(parts)),
            Expr::Subquery(query) => format!("#{}", query.0),
            Expr::Exists(query) => format!("exists #{}", query.0),
            Expr::Array(parts) => format!("[{}]", self.exprs(parts)),
            Expr::ArraySubquery(query) => format!("array #{}", query.0),
            Expr::Struct(fields) => {
                let fields: Vec<String> = fields
                    .iter()
                    .map(|(name, value)| match name {
                        Some(name) => format!("{}: {}", ident(name), self.expr(*value)),
                        None => self.expr(*value),
                    })
                    .collect();
                format!("{{{}}}", fields.join(", "))
            }
            Expr::Map(entries) => {
                let entries: Vec<String> = entries
                    .iter()
                    .map(|(key, value)| format!("{}: {}", self.expr(*key), self.expr(*value)))
                    .collect();
                format!("map{{{}}}", entries.join(", "))
            }
            Expr::Call(call) => self.call(call),
            Expr::Cast { value, ty, fallible } => {
                format!("{}({} as {ty})", if *fallible { "try_cast" } else { "cast" }, self.expr(*value))
            }
            Expr::Case { subject, arms, otherwise } => self.case(*subject, arms, *otherwise),
            Expr::Unary { op, operand } => {
                let op = match op {
                    UnaryOperator::Minus => "-",
                    UnaryOperator::Plus => "+",
                    UnaryOperator::Not => "not ",
                    UnaryOperator::Other => "unary ",
                    UnaryOperator::BitwiseNot => "~ ",
                };
                format!("{op}{}", self.expr(*operand))
            }
            Expr::Chain { first, rest } => {
                let mut out = format!("({}", self.expr(*first));
                for (operator, operand) in rest {
                    let _ = write!(out, " {} {}", operator_text(*operator), self.expr(*operand));
                }
                out.push(')');
                out
            }
            Expr::Is { value, test, negated, other } => self.is_test(*value, *test, *negated, *other),
            Expr::Like { value, pattern, negated } => {
                format!("({}{} like {})", self.expr(*value), not(*negated), self.expr(*pattern))
            }
            Expr::In { value, list, query, negated } => {
                let list = match query {
                    Some(query) => format!("#{}", query.0),
                    None => format!("({})", self.exprs(list)),
                };
                format!("({}{} in {list})", self.expr(*value), not(*negated))
            }
            Expr::Between { value, low, high, negated } => format!(
                "({}{} between {} and {})",
                self.expr(*value),
                not(*negated),
                self.expr(*low),
                self.expr(*high)
            ),
            Expr::Quantified { query, exprs } => match query {
                Some(query) => format!("any #{}", query.0),
                None => format!("any ({})", self.exprs(exprs)),
            },
            Expr::Field { base, name } => format!("({}).{}", self.expr(*base), ident(name)),
            Expr::Index { base, indices, slice } => {
                let indices: Vec<String> = indices.iter().map(|index| self.expr(*index)).collect();
                let slice = if *slice { "slice " } else { "" };
                format!("{}[{slice}{}]", self.expr(*base), indices.join(", "))
            }
            Expr::JsonPath { base, path: names, indices } => {
                let indices: Vec<String> =
                    indices.iter().map(|index| format!("[{}]", self.expr(*index))).collect();
                format!("{}:{}{}", self.expr(*base), path(names), indices.concat())
            }
            Expr::Lambda { params, body } => format!("{} -> {}", columns(params), self.expr(*body)),
            Expr::Extract { part, value } => format!("extract({part} from {})", self.expr(*value)),
            Expr::Star(star) => self.star(star),
            Expr::Opaque(parts) => format!("opaque({})", self.exprs(parts)),
        }
    }

    fn is_test(&self, value: ExprId, test: IsTest, negated: bool, other: Option<ExprId>) -> String {
        let test = match test {
            IsTest::Null => "null",
            IsTest::True => "true",
            IsTest::False => "false",
            IsTest::Unknown => "unknown",
            IsTest::DistinctFrom => "distinct from",
            IsTest::Other => "other",
        };
        let other = other.map_or_else(String::new, |other| format!(" {}", self.expr(other)));
        format!("({} is{} {test}{other})", self.expr(value), not(negated))
    }

    fn case(&self, subject: Option<ExprId>, arms: &[(ExprId, ExprId)], otherwise: Option<ExprId>) -> String {
        let mut out = "case".to_owned();
        if let Some(subject) = subject {
            let _ = write!(out, " {}", self.expr(subject));
        }
        for (condition, result) in arms {
            let _ = write!(out, " when {} then {}", self.expr(*condition), self.expr(*result));
        }
        if let Some(otherwise) = otherwise {
            let _ = write!(out, " else {}", self.expr(otherwise));
        }
        out.push_str(" end");
        out
    }

    fn call(&self, call: &Call) -> String {
        let args: Vec<String> = call
            .args
            .iter()
            .map(|arg| {
                let name = arg.name.as_ref().map_or_else(String::new, |name| format!("{} => ", ident(name)));
                let alias =
                    arg.alias.as_ref().map_or_else(String::new, |alias| format!(" as {}", ident(alias)));
                format!("{name}{}{alias}", self.expr(arg.value))
            })
            .collect();
        let mut out =
            format!("{}({}{}", call.name, if call.distinct { "distinct " } else { "" }, args.join(", "));
        if !call.order_by.is_empty() {
            let _ = write!(out, " order by {}", self.exprs(&call.order_by));
        }
        out.push(')');
        if let Some(filter) = call.filter {
            let _ = write!(out, " filter ({})", self.expr(filter));
        }
        if let Some(window) = &call.over {
            let _ = write!(out, " over {}", self.window(window));
        }
        out
    }

    pub(super) fn window(&self, window: &Window) -> String {
        let mut parts = Vec::new();
        parts.extend(window.base.as_ref().map(ident));
        if !window.partition_by.is_empty() {
            parts.push(format!("partition by {}", self.exprs(&window.partition_by)));
        }
        if !window.order_by.is_empty() {
            parts.push(format!("order by {}", self.exprs(&window.order_by)));
        }
        if window.has_frame {
            parts.push(format!("frame [{}]", self.exprs(&window.frame)));
        }
        format!("({})", parts.join(" "))
    }

    fn star(&self, star: &Star) -> String {
        let mut out = String::new();
        if let Some(qualifier) = &star.qualifier {
            let _ = write!(out, "{}.", path(qualifier));
        }
        if let Some(base) = star.base {
            let _ = write!(out, "({}).", self.expr(base));
        }
        out.push('*');
        if !star.exclude.is_empty() {
            let _ = write!(out, " exclude{}", columns(&star.exclude));
        }
        for (value, name) in &star.replace {
            let _ = write!(out, " replace({} as {})", self.expr(*value), ident(name));
        }
        for (from, to) in &star.rename {
            let _ = write!(out, " rename({} as {})", ident(from), ident(to));
        }
        if !star.filters.is_empty() {
            out.push_str(" filtered");
        }
        out
    }
}

fn not(negated: bool) -> &'static str {
    if negated { " not" } else { "" }
}

fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

fn literal_text(literal: &Literal) -> String {
    match literal {
        Literal::Number(number) => number.to_string(),
        Literal::Text(value) => text(value),
        Literal::Binary(value) => format!("binary {value}"),
        Literal::Boolean(value) => value.to_string(),
        Literal::Null => "null".to_owned(),
    }
}

fn operator_text(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Add => "+",
        BinaryOperator::Subtract => "-",
        BinaryOperator::Multiply => "*",
        BinaryOperator::Divide => "/",
        BinaryOperator::IntegerDivide => "//",
        BinaryOperator::Modulo => "%",
        BinaryOperator::Power => "**",
        BinaryOperator::Concat => "||",
        BinaryOperator::Equal => "=",
        BinaryOperator::NotEqual => "<>",
        BinaryOperator::NullSafeEqual => "<=>",
        BinaryOperator::Less => "<",
        BinaryOperator::LessOrEqual => "<=",
        BinaryOperator::Greater => ">",
        BinaryOperator::GreaterOrEqual => ">=",
        BinaryOperator::And => "and",
        BinaryOperator::Or => "or",
        BinaryOperator::Bitwise => "bitwise",
        BinaryOperator::JsonGet => "->",
        BinaryOperator::JsonGetText => "->>",
        BinaryOperator::Match => "match",
        BinaryOperator::Other => "other",
    }
}
