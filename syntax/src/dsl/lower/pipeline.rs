//! Pipelines as owned values, ready to be lowered.

use rowan::TextRange;

use super::expression::{Expr, Ident, SortKey};

/// A whole file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Program {
    pub(crate) bindings: Vec<Binding>,
    pub(crate) main: Option<Pipeline>,
    /// The tree had holes, so the text does not say everything the author meant.
    pub(crate) incomplete: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Binding {
    pub(crate) name: Ident,
    pub(crate) pipeline: Pipeline,
    pub(crate) range: TextRange,
}

#[derive(Debug, Clone)]
pub(crate) struct Pipeline {
    pub(crate) steps: Vec<Step>,
    pub(crate) range: TextRange,
}

#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) kind: StepKind,
    pub(crate) range: TextRange,
}

#[derive(Debug, Clone)]
pub(crate) enum StepKind {
    From { relation: Vec<Ident>, alias: Option<Ident> },
    Where(Expr),
    Group { keys: Vec<KeyDefinition>, entries: Vec<Definition> },
    Derive(Vec<Definition>),
    Select(Vec<SelectItem>),
    Join(JoinStep),
    Sort(Vec<SortKey>),
    Take { count: u64, offset: u64 },
    Distinct,
    Replicate,
    Union { distinct: bool, relation: Vec<Ident> },
}

/// A group key.
#[derive(Debug, Clone)]
pub(crate) struct KeyDefinition {
    /// Given with `name:`; otherwise the column's own name.
    pub(crate) name: Option<Ident>,
    pub(crate) expr: Expr,
}

/// `name: expr`
#[derive(Debug, Clone)]
pub(crate) struct Definition {
    pub(crate) name: Ident,
    pub(crate) expr: Expr,
    pub(crate) range: TextRange,
}

#[derive(Debug, Clone)]
pub(crate) enum SelectItem {
    Star { qualifier: Option<Ident>, range: TextRange },
    Column { name: Option<Ident>, expr: Expr, range: TextRange },
}

#[derive(Debug, Clone)]
pub(crate) struct JoinStep {
    pub(crate) kind: JoinKind,
    pub(crate) relation: Vec<Ident>,
    pub(crate) alias: Option<Ident>,
    pub(crate) on: Vec<Expr>,
    pub(crate) keep: Option<Vec<SelectItem>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JoinKind {
    Inner,
    Left,
    Right,
    Full,
    Cross,
    Semi,
    Anti,
}

impl JoinKind {
    pub(crate) fn sql(self) -> &'static str {
        match self {
            JoinKind::Inner | JoinKind::Semi | JoinKind::Anti => "JOIN",
            JoinKind::Left => "LEFT JOIN",
            JoinKind::Right => "RIGHT JOIN",
            JoinKind::Full => "FULL JOIN",
            JoinKind::Cross => "CROSS JOIN",
        }
    }

    /// Rows of the left side may be missing their partner, so a filter on the left side before
    /// the join is not the same as one after it.
    pub(crate) fn adds_unmatched_right_rows(self) -> bool {
        matches!(self, JoinKind::Right | JoinKind::Full)
    }

    /// Only filters the left side's rows.
    pub(crate) fn is_filter(self) -> bool {
        matches!(self, JoinKind::Semi | JoinKind::Anti)
    }
}
