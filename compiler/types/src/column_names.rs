//! The names DuckDB gives to columns without alias: the expression as it prints it.

use rocky_hir::body::{BinaryOperator, Body, Call, Expr, ExprId, Literal, UnaryOperator};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;
use std::sync::OnceLock;

const KEYWORD_FILE: &str = include_str!("../data/duckdb.keywords");

/// How deep an expression may be for its name to be known.
const DEEPEST: usize = 16;

/// The name of an item without alias; `None` where the rule is not known.
pub(crate) fn duck_db_name(body: &Body, expr: ExprId) -> Option<SmolStr> {
    print(body, expr, 0).map(SmolStr::from)
}

fn print(body: &Body, expr: ExprId, depth: usize) -> Option<String> {
    if depth > DEEPEST {
        return None;
    }
    let inner = |expr: ExprId| print(body, expr, depth + 1);
    Some(match body.expr(expr) {
        Expr::Column(parts) => {
            let plain = parts.iter().all(|part| !part.quoted);
            if !plain {
                return None;
            }
            parts.iter().map(|part| word(&part.text)).collect::<Vec<_>>().join(".")
        }
        Expr::Literal(Literal::Number(text)) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            let digits = text.trim_start_matches('0');
            if digits.is_empty() { "0".to_owned() } else { digits.to_owned() }
        }
        Expr::Literal(Literal::Number(text)) if plain_fraction(text) => text.to_string(),
        Expr::Literal(Literal::Text(text)) => format!("'{}'", text.replace('\'', "''")),
        Expr::Literal(Literal::Null) => "NULL".to_owned(),
        Expr::Call(call) => print_call(body, call, depth)?,
        Expr::Unary { op: UnaryOperator::Minus, operand }
            if matches!(body.expr(*operand), Expr::Literal(Literal::Number(_))) =>
        {
            format!("-{}", inner(*operand)?)
        }
        Expr::Unary { op: UnaryOperator::Minus, operand } => format!("-({})", inner(*operand)?),
        Expr::Chain { first, rest } => {
            let mut text = inner(*first)?;
            for (op, operand) in rest {
                text = format!("({text} {} {})", symbol(*op)?, inner(*operand)?);
            }
            text
        }
        _ => return None,
    })
}

/// A name inside an expression: DuckDB puts its keywords in quotes.
fn word(name: &str) -> String {
    static KEYWORDS: OnceLock<FxHashSet<&'static str>> = OnceLock::new();
    let keywords = KEYWORDS.get_or_init(|| {
        KEYWORD_FILE.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace).collect()
    });
    if keywords.contains(name.to_ascii_lowercase().as_str()) {
        format!("\"{name}\"")
    } else {
        name.to_owned()
    }
}

/// `1.50`: printed as written.
fn plain_fraction(text: &str) -> bool {
    match text.split_once('.') {
        Some((whole, behind)) => {
            !whole.is_empty()
                && (whole == "0" || !whole.starts_with('0'))
                && !behind.is_empty()
                && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        }
        None => false,
    }
}

fn print_call(body: &Body, call: &Call, depth: usize) -> Option<String> {
    if call.over.is_some() || call.filter.is_some() || !call.order_by.is_empty() {
        return None;
    }
    let name = call.name.to_ascii_lowercase();
    let star = matches!(call.args.as_slice(), [arg] if matches!(body.expr(arg.value), Expr::Star(_)));
    if name == "count" && (star || call.args.is_empty()) {
        return Some("count_star()".to_owned());
    }
    let args: Option<Vec<String>> = call
        .args
        .iter()
        .map(|arg| if arg.name.is_some() { None } else { print(body, arg.value, depth + 1) })
        .collect();
    let args = args?.join(", ");
    match name.as_str() {
        "ifnull" | "coalesce" => Some(format!("COALESCE({args})")),
        // printed in quotes or rewritten
        "first" | "last" | "mode" | "left" | "right" | "replace" | "nullif" | "year" | "month" | "day"
        | "hour" | "minute" | "second" | "quarter" | "week" | "range" | "row" | "map" | "position"
        | "substring" | "trim" | "if" | "version" | "struct_pack" | "list_value" | "overlay" | "any"
        | "values" | "date" | "time" | "timestamp" | "decade" | "century" | "millennium" | "timezone"
        | "millisecond" | "microsecond" | "ltrim" | "rtrim" | "try" | "collate" => None,
        _ if call.distinct => Some(format!("{}(DISTINCT {args})", word(&name))),
        _ => Some(format!("{}({args})", word(&name))),
    }
}

fn symbol(op: BinaryOperator) -> Option<&'static str> {
    Some(match op {
        BinaryOperator::Add => "+",
        BinaryOperator::Subtract => "-",
        BinaryOperator::Multiply => "*",
        BinaryOperator::Divide => "/",
        BinaryOperator::IntegerDivide => "//",
        BinaryOperator::Modulo => "%",
        BinaryOperator::Concat => "||",
        BinaryOperator::Equal => "=",
        BinaryOperator::Less => "<",
        BinaryOperator::LessOrEqual => "<=",
        BinaryOperator::Greater => ">",
        BinaryOperator::GreaterOrEqual => ">=",
        _ => return None,
    })
}
