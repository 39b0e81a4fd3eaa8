//! Expressions as owned values: what substitution, name resolution and printing work on.
//!
//! The syntax tree cannot be rewritten cheaply and keeps parentheses; this form has neither
//! problem. Every node remembers the DSL range it was written at, so the printed SQL can be
//! traced back even after it moved to another clause.

use rowan::TextRange;
use smol_str::SmolStr;

/// A name as written, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ident {
    pub(crate) text: SmolStr,
    /// Written in backticks: the spelling is exact and always printed quoted.
    pub(crate) quoted: bool,
    pub(crate) range: TextRange,
}

impl Ident {
    /// A name the lowering makes up, attributed to `range`.
    pub(crate) fn synthetic(text: &str, range: TextRange) -> Ident {
        Ident { text: SmolStr::new(text), quoted: false, range }
    }

    /// Same name for all four warehouses, which fold unquoted names one way or another.
    pub(crate) fn same_name(&self, other: &str) -> bool {
        self.text.eq_ignore_ascii_case(other)
    }
}

/// An expression with the range it was written at.
#[derive(Debug, Clone)]
pub(crate) struct Expr {
    pub(crate) kind: ExprKind,
    pub(crate) range: TextRange,
    /// Where names stood that were replaced by this expression, outermost last.
    pub(crate) use_sites: Vec<TextRange>,
    /// The output column this expression is the value of, where HAVING may print its name.
    pub(crate) output_name: Option<Ident>,
    /// A group key: inside other expressions it must stay recognisable as the key.
    pub(crate) is_key: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum ExprKind {
    /// `c`, `a.c`, `a.b.c`; at least one part.
    Column(Vec<Ident>),
    /// `*` as the argument of `count`.
    Star,
    Number(SmolStr),
    /// The value, quotes removed.
    String(SmolStr),
    /// The text after `@`, a plain date.
    Date(SmolStr),
    /// The text after `@`, with a time.
    Timestamp(SmolStr),
    Bool(bool),
    Null,
    Call(Call),
    /// Operators of one level: left-associative, never nested for a run.
    Chain {
        level: ChainLevel,
        first: Box<Expr>,
        rest: Vec<(ChainOp, Expr)>,
    },
    Not {
        operand: Box<Expr>,
        /// The operand was written without parentheses (`not a == b`) and is printed so.
        bare: bool,
    },
    Negate(Box<Expr>),
    Compare {
        op: CompareOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    IsNull {
        operand: Box<Expr>,
        negated: bool,
    },
    In {
        operand: Box<Expr>,
        negated: bool,
        items: Vec<Expr>,
    },
    Like {
        operand: Box<Expr>,
        negated: bool,
        pattern: Box<Expr>,
    },
    Between {
        operand: Box<Expr>,
        negated: bool,
        low: Box<Expr>,
        high: Box<Expr>,
    },
    Match {
        arms: Vec<(Expr, Expr)>,
        otherwise: Option<Box<Expr>>,
    },
    Cast {
        operand: Box<Expr>,
        type_name: String,
        /// `try_cast`: NULL instead of an error.
        lenient: bool,
    },
    Interval(SmolStr),
    Array(Vec<Expr>),
    Index {
        base: Box<Expr>,
        index: Box<Expr>,
    },
    /// The row filter a `semi join` or `anti join` stands for.
    Exists {
        negated: bool,
        relation: Vec<Ident>,
        alias: Ident,
        conditions: Vec<Expr>,
    },
}

#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// Usually one part; `schema.function` has two.
    pub(crate) name: Vec<Ident>,
    pub(crate) distinct: bool,
    pub(crate) args: Vec<Expr>,
    pub(crate) over: Option<Box<Window>>,
}

#[derive(Debug, Clone)]
pub(crate) struct Window {
    pub(crate) range: TextRange,
    pub(crate) partition: Vec<Expr>,
    pub(crate) order: Vec<SortKey>,
    pub(crate) frame: Option<WindowFrame>,
}

#[derive(Debug, Clone)]
pub(crate) struct SortKey {
    pub(crate) expr: Expr,
    pub(crate) descending: bool,
    pub(crate) nulls: Option<NullsOrder>,
    pub(crate) range: TextRange,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NullsOrder {
    First,
    Last,
}

#[derive(Debug, Clone)]
pub(crate) struct WindowFrame {
    pub(crate) range: TextRange,
    /// `ROWS`, `RANGE` or `GROUPS`.
    pub(crate) unit: &'static str,
    pub(crate) start: FrameBound,
    pub(crate) end: FrameBound,
}

#[derive(Debug, Clone)]
pub(crate) enum FrameBound {
    UnboundedPreceding,
    Preceding(SmolStr),
    CurrentRow,
    Following(SmolStr),
    UnboundedFollowing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChainLevel {
    Or,
    And,
    Additive,
    Multiplicative,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChainOp {
    Or,
    And,
    Add,
    Subtract,
    Concat,
    Multiply,
    Divide,
    Modulo,
}

impl ChainOp {
    pub(crate) fn level(self) -> ChainLevel {
        match self {
            ChainOp::Or => ChainLevel::Or,
            ChainOp::And => ChainLevel::And,
            ChainOp::Add | ChainOp::Subtract | ChainOp::Concat => ChainLevel::Additive,
            ChainOp::Multiply | ChainOp::Divide | ChainOp::Modulo => ChainLevel::Multiplicative,
        }
    }

    pub(crate) fn sql(self) -> &'static str {
        match self {
            ChainOp::Or => "OR",
            ChainOp::And => "AND",
            ChainOp::Add => "+",
            ChainOp::Subtract => "-",
            ChainOp::Concat => "||",
            ChainOp::Multiply => "*",
            ChainOp::Divide => "/",
            ChainOp::Modulo => "%",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CompareOp {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl CompareOp {
    pub(crate) fn sql(self) -> &'static str {
        match self {
            CompareOp::Equal => "=",
            CompareOp::NotEqual => "IS DISTINCT FROM",
            CompareOp::Less => "<",
            CompareOp::LessEqual => "<=",
            CompareOp::Greater => ">",
            CompareOp::GreaterEqual => ">=",
        }
    }
}

impl Expr {
    pub(crate) fn new(kind: ExprKind, range: TextRange) -> Expr {
        Expr { kind, range, use_sites: Vec::new(), output_name: None, is_key: false }
    }

    /// An unqualified column.
    pub(crate) fn column(name: Ident) -> Expr {
        let range = name.range;
        Expr::new(ExprKind::Column(vec![name]), range)
    }

    /// The column's parts, if this is a column.
    pub(crate) fn as_column(&self) -> Option<&[Ident]> {
        match &self.kind {
            ExprKind::Column(parts) => Some(parts),
            _ => None,
        }
    }

    /// The name, if this is an unqualified column.
    pub(crate) fn as_bare_column(&self) -> Option<&Ident> {
        match self.as_column() {
            Some([name]) => Some(name),
            _ => None,
        }
    }

    /// Whether this is a constant as written.
    pub(crate) fn is_literal(&self) -> bool {
        matches!(
            self.kind,
            ExprKind::Number(_)
                | ExprKind::String(_)
                | ExprKind::Date(_)
                | ExprKind::Timestamp(_)
                | ExprKind::Bool(_)
                | ExprKind::Null
                | ExprKind::Interval(_)
        )
    }

    /// Calls `visit` with each direct operand.
    pub(crate) fn for_each_child<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match &self.kind {
            ExprKind::Column(_)
            | ExprKind::Star
            | ExprKind::Number(_)
            | ExprKind::String(_)
            | ExprKind::Date(_)
            | ExprKind::Timestamp(_)
            | ExprKind::Bool(_)
            | ExprKind::Null
            | ExprKind::Interval(_) => {}
            ExprKind::Call(call) => {
                call.args.iter().for_each(&mut *visit);
                if let Some(window) = &call.over {
                    window.partition.iter().for_each(&mut *visit);
                    window.order.iter().for_each(|key| visit(&key.expr));
                }
            }
            ExprKind::Chain { first, rest, .. } => {
                visit(first);
                rest.iter().for_each(|(_, operand)| visit(operand));
            }
            ExprKind::Not { operand, .. }
            | ExprKind::Negate(operand)
            | ExprKind::IsNull { operand, .. }
            | ExprKind::Cast { operand, .. } => visit(operand),
            ExprKind::Compare { left, right, .. } => {
                visit(left);
                visit(right);
            }
            ExprKind::In { operand, items, .. } => {
                visit(operand);
                items.iter().for_each(visit);
            }
            ExprKind::Like { operand, pattern, .. } => {
                visit(operand);
                visit(pattern);
            }
            ExprKind::Between { operand, low, high, .. } => {
                visit(operand);
                visit(low);
                visit(high);
            }
            ExprKind::Match { arms, otherwise } => {
                for (condition, result) in arms {
                    visit(condition);
                    visit(result);
                }
                if let Some(result) = otherwise {
                    visit(result);
                }
            }
            ExprKind::Array(items) => items.iter().for_each(visit),
            ExprKind::Index { base, index } => {
                visit(base);
                visit(index);
            }
            ExprKind::Exists { conditions, .. } => conditions.iter().for_each(visit),
        }
    }

    /// Calls `visit` with each direct operand, which it may replace.
    pub(crate) fn for_each_child_mut(&mut self, visit: &mut dyn FnMut(&mut Expr)) {
        match &mut self.kind {
            ExprKind::Column(_)
            | ExprKind::Star
            | ExprKind::Number(_)
            | ExprKind::String(_)
            | ExprKind::Date(_)
            | ExprKind::Timestamp(_)
            | ExprKind::Bool(_)
            | ExprKind::Null
            | ExprKind::Interval(_) => {}
            ExprKind::Call(call) => {
                call.args.iter_mut().for_each(&mut *visit);
                if let Some(window) = &mut call.over {
                    window.partition.iter_mut().for_each(&mut *visit);
                    window.order.iter_mut().for_each(|key| visit(&mut key.expr));
                }
            }
            ExprKind::Chain { first, rest, .. } => {
                visit(first);
                rest.iter_mut().for_each(|(_, operand)| visit(operand));
            }
            ExprKind::Not { operand, .. }
            | ExprKind::Negate(operand)
            | ExprKind::IsNull { operand, .. }
            | ExprKind::Cast { operand, .. } => visit(operand),
            ExprKind::Compare { left, right, .. } => {
                visit(left);
                visit(right);
            }
            ExprKind::In { operand, items, .. } => {
                visit(operand);
                items.iter_mut().for_each(visit);
            }
            ExprKind::Like { operand, pattern, .. } => {
                visit(operand);
                visit(pattern);
            }
            ExprKind::Between { operand, low, high, .. } => {
                visit(operand);
                visit(low);
                visit(high);
            }
            ExprKind::Match { arms, otherwise } => {
                for (condition, result) in arms {
                    visit(condition);
                    visit(result);
                }
                if let Some(result) = otherwise {
                    visit(result);
                }
            }
            ExprKind::Array(items) => items.iter_mut().for_each(visit),
            ExprKind::Index { base, index } => {
                visit(base);
                visit(index);
            }
            ExprKind::Exists { conditions, .. } => conditions.iter_mut().for_each(visit),
        }
    }

    /// Whether `test` holds for this expression or anything inside it.
    pub(crate) fn any(&self, test: &dyn Fn(&Expr) -> bool) -> bool {
        if test(self) {
            return true;
        }
        let mut found = false;
        self.for_each_child(&mut |child| found = found || child.any(test));
        found
    }

    /// Calls `visit` with every column reference in the expression.
    pub(crate) fn for_each_column<'a>(&'a self, visit: &mut dyn FnMut(&'a [Ident], TextRange)) {
        if let ExprKind::Column(parts) = &self.kind {
            visit(parts, self.range);
        }
        self.for_each_child(&mut |child| child.for_each_column(visit));
    }

    /// Number of nodes and depth, to keep substitution from growing without bound.
    pub(crate) fn measure(&self) -> Measure {
        let mut measure = Measure { nodes: 1, depth: 1 };
        self.for_each_child(&mut |child| {
            let inner = child.measure();
            measure.nodes += inner.nodes;
            measure.depth = measure.depth.max(inner.depth + 1);
        });
        measure
    }

    /// Whether a window function occurs in the expression.
    pub(crate) fn has_window(&self) -> bool {
        self.any(&|expr| matches!(&expr.kind, ExprKind::Call(call) if call.over.is_some()))
    }

    /// Whether a function occurs that gives another value each time it is evaluated.
    pub(crate) fn is_volatile(&self) -> bool {
        self.any(&|expr| match &expr.kind {
            ExprKind::Call(call) => call.name.last().is_some_and(|name| {
                let name = name.text.to_ascii_lowercase();
                matches!(
                    name.as_str(),
                    "random" | "rand" | "randn" | "generate_uuid" | "gen_random_uuid" | "nextval" | "newid"
                ) || name.starts_with("uuid")
            }),
            _ => false,
        })
    }
}

/// Size of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Measure {
    pub(crate) nodes: usize,
    pub(crate) depth: usize,
}
