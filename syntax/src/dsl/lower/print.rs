//! Prints expressions as SQL with the fewest parentheses that keep their meaning.

use super::expression::{
    Call, ChainLevel, ChainOp, CompareOp, Expr, ExprKind, FrameBound, Ident, NullsOrder, SortKey, Window,
};
use super::spelling::Spelling;
use super::sql_text::SqlText;
use crate::DialectKind;

/// Binding strength, loosest first (02 §5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Or,
    And,
    Not,
    Comparison,
    Additive,
    Multiplicative,
    Negation,
    Primary,
}

/// Which operators of one level may follow each other without parentheses: dialects disagree on
/// how `||` binds compared with `+` and `*`, so it never mixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Arithmetic,
    Concatenation,
}

/// Prints expressions in one dialect.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Printer {
    pub(crate) spelling: Spelling,
}

impl Printer {
    /// The text of an expression alone; equal texts mean equal expressions.
    pub(crate) fn text(self, expr: &Expr) -> String {
        let mut sql = SqlText::default();
        self.expr(&mut sql, expr);
        sql.finish().0
    }

    /// Prints an expression where any expression may stand.
    pub(crate) fn expr(self, sql: &mut SqlText, expr: &Expr) {
        self.at_sites(sql, expr, expr.use_sites.len());
    }

    /// Prints the expression inside one mapped span per place it was substituted at.
    fn at_sites(self, sql: &mut SqlText, expr: &Expr, sites: usize) {
        match sites.checked_sub(1) {
            Some(outer) => sql.mapped(expr.use_sites[outer], |sql| self.at_sites(sql, expr, outer)),
            None => sql.mapped(expr.range, |sql| self.kind(sql, expr)),
        }
    }

    fn parenthesised(self, sql: &mut SqlText, expr: &Expr, needed: bool) {
        if needed {
            sql.push("(");
            self.expr(sql, expr);
            sql.push(")");
        } else {
            self.expr(sql, expr);
        }
    }

    /// Prints an operand that must bind at least as tightly as `level`.
    fn operand(self, sql: &mut SqlText, expr: &Expr, level: Level) {
        self.parenthesised(sql, expr, self.level(expr) < level);
    }

    fn list(self, sql: &mut SqlText, exprs: &[Expr]) {
        for (index, expr) in exprs.iter().enumerate() {
            if index > 0 {
                sql.push(", ");
            }
            self.expr(sql, expr);
        }
    }

    fn level(self, expr: &Expr) -> Level {
        match &expr.kind {
            ExprKind::Chain { level: ChainLevel::Or, .. } => Level::Or,
            ExprKind::Chain { level: ChainLevel::And, .. } => Level::And,
            ExprKind::Chain { level: ChainLevel::Additive, .. } => Level::Additive,
            ExprKind::Chain { level: ChainLevel::Multiplicative, rest, .. } => {
                let ends_as_call = rest.last().is_some_and(|(op, _)| self.is_modulo_call(*op));
                if ends_as_call { Level::Primary } else { Level::Multiplicative }
            }
            ExprKind::Not { .. } | ExprKind::Exists { negated: true, .. } => Level::Not,
            ExprKind::Compare { .. }
            | ExprKind::IsNull { .. }
            | ExprKind::In { .. }
            | ExprKind::Like { .. }
            | ExprKind::Between { .. } => Level::Comparison,
            ExprKind::Negate(_) => Level::Negation,
            _ => Level::Primary,
        }
    }

    fn is_modulo_call(self, op: ChainOp) -> bool {
        op == ChainOp::Modulo && self.spelling.dialect == DialectKind::BigQuery
    }

    fn kind(self, sql: &mut SqlText, expr: &Expr) {
        match &expr.kind {
            ExprKind::Column(parts) => self.dotted(sql, parts),
            ExprKind::Star => sql.push("*"),
            ExprKind::Number(text) => sql.push(text),
            ExprKind::String(value) => sql.push(&self.spelling.string(value)),
            ExprKind::Date(text) => sql.push(&format!("DATE '{text}'")),
            ExprKind::Timestamp(text) => sql.push(&format!("TIMESTAMP '{text}'")),
            ExprKind::Bool(true) => sql.push("TRUE"),
            ExprKind::Bool(false) => sql.push("FALSE"),
            ExprKind::Null => sql.push("NULL"),
            ExprKind::Interval(value) => {
                sql.push("INTERVAL ");
                sql.push(&self.spelling.string(value));
            }
            ExprKind::Call(call) => self.call(sql, call),
            ExprKind::Chain { level, first, rest } => self.chain(sql, *level, first, rest),
            ExprKind::Not { operand, bare } => {
                sql.push("NOT ");
                let written_bare = *bare && self.level(operand) >= Level::Comparison;
                self.parenthesised(sql, operand, !written_bare && self.level(operand) < Level::Primary);
            }
            ExprKind::Negate(operand) => {
                sql.push("-");
                self.parenthesised(sql, operand, self.level(operand) <= Level::Negation);
            }
            ExprKind::Array(items) => self.array(sql, items),
            ExprKind::Index { base, index } => {
                self.operand(sql, base, Level::Primary);
                sql.push("[");
                self.expr(sql, index);
                sql.push("]");
            }
            ExprKind::Cast { operand, type_name, lenient } => {
                let function = match (lenient, self.spelling.dialect) {
                    (false, _) => "CAST(",
                    (true, DialectKind::BigQuery) => "SAFE_CAST(",
                    (true, _) => "TRY_CAST(",
                };
                sql.push(function);
                self.expr(sql, operand);
                sql.push(" AS ");
                sql.push(type_name);
                sql.push(")");
            }
            ExprKind::Match { arms, otherwise } => {
                sql.push("CASE");
                for (condition, result) in arms {
                    sql.push(" WHEN ");
                    self.expr(sql, condition);
                    sql.push(" THEN ");
                    self.expr(sql, result);
                }
                if let Some(result) = otherwise {
                    sql.push(" ELSE ");
                    self.expr(sql, result);
                }
                sql.push(" END");
            }
            ExprKind::Exists { negated, relation, alias, conditions } => {
                sql.push(if *negated { "NOT EXISTS (SELECT 1 FROM " } else { "EXISTS (SELECT 1 FROM " });
                self.dotted(sql, relation);
                sql.push(" AS ");
                self.ident(sql, alias);
                sql.push(" WHERE ");
                self.conjunction(sql, conditions);
                sql.push(")");
            }
            ExprKind::Compare { .. }
            | ExprKind::IsNull { .. }
            | ExprKind::In { .. }
            | ExprKind::Like { .. }
            | ExprKind::Between { .. } => self.comparison(sql, expr),
        }
    }

    fn comparison(self, sql: &mut SqlText, expr: &Expr) {
        let not = |negated: bool| if negated { " NOT" } else { "" };
        match &expr.kind {
            ExprKind::Compare { op, left, right } => {
                self.operand(sql, left, Level::Additive);
                sql.push(&format!(" {} ", op.sql()));
                self.operand(sql, right, Level::Additive);
            }
            ExprKind::IsNull { operand, negated } => {
                self.operand(sql, operand, Level::Additive);
                sql.push(&format!(" IS{} NULL", not(*negated)));
            }
            ExprKind::In { operand, negated, items } => {
                self.operand(sql, operand, Level::Additive);
                sql.push(&format!("{} IN (", not(*negated)));
                self.list(sql, items);
                sql.push(")");
            }
            ExprKind::Like { operand, negated, pattern } => {
                self.operand(sql, operand, Level::Additive);
                sql.push(&format!("{} LIKE ", not(*negated)));
                self.operand(sql, pattern, Level::Additive);
            }
            ExprKind::Between { operand, negated, low, high } => {
                self.operand(sql, operand, Level::Additive);
                sql.push(&format!("{} BETWEEN ", not(*negated)));
                self.operand(sql, low, Level::Additive);
                sql.push(" AND ");
                self.operand(sql, high, Level::Additive);
            }
            _ => {}
        }
    }

    /// Conditions joined by `AND`.
    pub(crate) fn conjunction(self, sql: &mut SqlText, conditions: &[Expr]) {
        for (index, condition) in conditions.iter().enumerate() {
            if index > 0 {
                sql.push(" AND ");
            }
            self.parenthesised(sql, condition, conditions.len() > 1 && self.level(condition) < Level::And);
        }
    }

    fn chain(self, sql: &mut SqlText, level: ChainLevel, first: &Expr, rest: &[(ChainOp, Expr)]) {
        let operators = Operators::of(rest);
        let leading = operators.openings(self);
        sql.push(&leading);
        let first_op = rest.first().map_or(ChainOp::And, |(op, _)| *op);
        self.parenthesised(sql, first, self.first_needs_parentheses(level, first_op, first));
        let mut family = family(first_op);
        for (op, operand) in rest {
            if self.is_modulo_call(*op) {
                sql.push(", ");
                self.expr(sql, operand);
                sql.push(")");
                continue;
            }
            if self::family(*op) != family {
                sql.push(")");
                family = self::family(*op);
            }
            sql.push(&format!(" {} ", op.sql()));
            self.parenthesised(sql, operand, self.right_needs_parentheses(*op, operand));
        }
    }

    fn first_needs_parentheses(self, level: ChainLevel, op: ChainOp, first: &Expr) -> bool {
        if self.is_modulo_call(op) {
            return false;
        }
        if op == ChainOp::Concat {
            let continues = matches!(&first.kind, ExprKind::Chain { rest, .. }
                if rest.last().is_some_and(|(last, _)| *last == ChainOp::Concat));
            return self.level(first) < Level::Negation && !continues;
        }
        if let ExprKind::Chain { level: ChainLevel::Additive, rest, .. } = &first.kind
            && level == ChainLevel::Additive
        {
            return rest.last().is_some_and(|(last, _)| family(*last) != family(op));
        }
        self.level(first) < chain_level(level)
    }

    fn right_needs_parentheses(self, op: ChainOp, operand: &Expr) -> bool {
        let own = chain_level(op.level());
        let level = self.level(operand);
        if op == ChainOp::Concat {
            return level < Level::Negation;
        }
        if level != own {
            return level < own;
        }
        let may_drop = matches!(op, ChainOp::Add | ChainOp::Multiply | ChainOp::And | ChainOp::Or);
        let same_operator = match &operand.kind {
            ExprKind::Chain { rest, .. } => rest.iter().all(|(inner, _)| *inner == op),
            _ => false,
        };
        !(may_drop && same_operator && !leads_with_key(operand))
    }

    fn call(self, sql: &mut SqlText, call: &Call) {
        let plain_name = match call.name.as_slice() {
            [name] if !name.quoted => name.text.to_ascii_lowercase(),
            _ => String::new(),
        };
        let name_range = call.name.first().zip(call.name.last()).map(|(a, b)| a.range.cover(b.range));
        let (name, distinct) = match plain_name.as_str() {
            "count_distinct" => ("COUNT".to_owned(), true),
            _ => (self.spelling.function(&call.name), call.distinct),
        };
        match name_range {
            Some(range) => sql.push_mapped(range, &name),
            None => sql.push(&name),
        }
        sql.push("(");
        if plain_name == "count" && call.args.is_empty() && !distinct {
            sql.push("*");
        }
        if distinct {
            sql.push("DISTINCT ");
        }
        self.list(sql, &call.args);
        sql.push(")");
        if let Some(window) = &call.over {
            sql.push(" ");
            sql.mapped(window.range, |sql| self.window(sql, window));
        }
    }

    fn window(self, sql: &mut SqlText, window: &Window) {
        sql.push("OVER (");
        let mut separator = "";
        if !window.partition.is_empty() {
            sql.push("PARTITION BY ");
            self.list(sql, &window.partition);
            separator = " ";
        }
        if !window.order.is_empty() {
            sql.push(separator);
            sql.push("ORDER BY ");
            for (index, key) in window.order.iter().enumerate() {
                if index > 0 {
                    sql.push(", ");
                }
                self.sort_key(sql, key);
            }
            separator = " ";
        }
        if let Some(frame) = &window.frame {
            sql.push(separator);
            let text = format!("{} BETWEEN {} AND {}", frame.unit, bound(&frame.start), bound(&frame.end));
            sql.push_mapped(frame.range, &text);
        }
        sql.push(")");
    }

    /// A sort key with its direction.
    pub(crate) fn sort_key(self, sql: &mut SqlText, key: &SortKey) {
        sql.mapped(key.range, |sql| {
            self.expr(sql, &key.expr);
            if key.descending {
                sql.push(" DESC");
            }
            match key.nulls {
                Some(NullsOrder::First) => sql.push(" NULLS FIRST"),
                Some(NullsOrder::Last) => sql.push(" NULLS LAST"),
                None => {}
            }
        });
    }

    fn array(self, sql: &mut SqlText, items: &[Expr]) {
        let (open, close) = match self.spelling.dialect {
            DialectKind::Databricks => ("ARRAY(", ")"),
            _ => ("[", "]"),
        };
        sql.push(open);
        self.list(sql, items);
        sql.push(close);
    }

    /// A name, mapped to where it was written.
    pub(crate) fn ident(self, sql: &mut SqlText, ident: &Ident) {
        sql.push_mapped(ident.range, &self.spelling.ident(ident));
    }

    /// A dotted name, each part mapped to where it was written.
    pub(crate) fn dotted(self, sql: &mut SqlText, parts: &[Ident]) {
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                sql.push(".");
            }
            self.ident(sql, part);
        }
    }
}

/// Whether the expression starts with a group key of several operands. Without parentheses a
/// chain before it would take the key apart, and the warehouse would not know it again.
fn leads_with_key(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Chain { first, .. } => expr.is_key || leads_with_key(first),
        _ => false,
    }
}

fn chain_level(level: ChainLevel) -> Level {
    match level {
        ChainLevel::Or => Level::Or,
        ChainLevel::And => Level::And,
        ChainLevel::Additive => Level::Additive,
        ChainLevel::Multiplicative => Level::Multiplicative,
    }
}

fn family(op: ChainOp) -> Family {
    match op {
        ChainOp::Concat => Family::Concatenation,
        _ => Family::Arithmetic,
    }
}

fn bound(bound: &FrameBound) -> String {
    match bound {
        FrameBound::UnboundedPreceding => "UNBOUNDED PRECEDING".to_owned(),
        FrameBound::Preceding(count) => format!("{count} PRECEDING"),
        FrameBound::CurrentRow => "CURRENT ROW".to_owned(),
        FrameBound::Following(count) => format!("{count} FOLLOWING"),
        FrameBound::UnboundedFollowing => "UNBOUNDED FOLLOWING".to_owned(),
    }
}

/// The operators of a chain, to know what must be opened before its first operand.
struct Operators<'a> {
    rest: &'a [(ChainOp, Expr)],
}

impl<'a> Operators<'a> {
    fn of(rest: &'a [(ChainOp, Expr)]) -> Operators<'a> {
        Operators { rest }
    }

    /// Everything that closes later wraps the whole chain so far, so it opens at the start:
    /// `MOD(` for each `%` that becomes a call, `(` for each change of family. What closes last
    /// opens first.
    fn openings(&self, printer: Printer) -> String {
        let mut openings: Vec<&str> = Vec::new();
        let mut current = self.rest.first().map(|(op, _)| family(*op));
        for (op, _) in self.rest {
            if printer.is_modulo_call(*op) {
                openings.push("MOD(");
            } else if current.is_some_and(|current| current != family(*op)) {
                openings.push("(");
                current = Some(family(*op));
            }
        }
        openings.reverse();
        openings.concat()
    }
}

/// `subject op value`, the condition of a `match` arm.
pub(crate) fn comparison(op: CompareOp, left: Expr, right: Expr) -> Expr {
    let range = right.range;
    Expr::new(ExprKind::Compare { op, left: Box::new(left), right: Box::new(right) }, range)
}
