//! What inference finds out about one body.

use crate::{DataType, Nullability, Schema, TypedColumn};
use rocky_base_db::Severity;
use rocky_hir::body::{ExprId, QueryId, RelationId};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// The result of [`crate::infer`]. Vectors named "by …" are indexed with that number.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Inference {
    /// The body's output.
    pub schema: Schema,
    /// Type and nullability, by expression.
    pub expr_types: Vec<(DataType, Nullability)>,
    /// What a name means, by expression; `None` for what is no name or means nothing known.
    pub resolutions: Vec<Option<Resolution>>,
    /// What a relation gives, by relation.
    pub relations: Vec<RelationInfo>,
    /// What a query gives and sees, by query.
    pub queries: Vec<QueryInfo>,
    /// What is wrong or worth knowing, in the order of the anchors.
    pub findings: Vec<Finding>,
    /// Where each output column's values come from, in output order.
    pub column_lineage: Vec<ColumnLineage>,
    /// Columns that decide which rows there are, or in which order they are taken.
    pub influences: Vec<Influence>,
}

/// What a name in an expression means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Resolution {
    /// A column of a relation in scope.
    Column {
        /// The relation.
        relation: RelationId,
        /// The column's name there.
        column: SmolStr,
        /// Fields of it, outermost first.
        fields: Vec<SmolStr>,
    },
    /// A column that USING or NATURAL merged from several relations.
    MergedColumn {
        /// The relations that have it.
        relations: Vec<RelationId>,
        /// Its name.
        column: SmolStr,
        /// Fields of it, outermost first.
        fields: Vec<SmolStr>,
    },
    /// A column that a relation with unknown columns is taken to have.
    OpenColumn {
        /// The relation.
        relation: RelationId,
        /// The column's name as written.
        column: SmolStr,
        /// Fields of it, outermost first.
        fields: Vec<SmolStr>,
    },
    /// The alias of a select item of the same query.
    Alias {
        /// The item's expression.
        item: ExprId,
        /// Fields of it, outermost first.
        fields: Vec<SmolStr>,
    },
    /// A lambda's parameter.
    Parameter {
        /// The lambda.
        lambda: ExprId,
        /// Which of its parameters.
        index: u32,
    },
    /// A whole row of a relation.
    Row(RelationId),
    /// A column every table has, or a function without parentheses.
    Builtin,
    /// A part of a date, such as `month` in `DATE_TRUNC(d, month)`.
    DatePart,
}

/// What stands behind a relation.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum RelationTarget {
    /// A common table expression: its query.
    Cte(QueryId),
    /// A model of the project.
    Model(SmolStr),
    /// A table outside the project.
    External(SmolStr),
    /// A subquery.
    Derived(QueryId),
    /// Something else: a function, a pivot, nested joins.
    #[default]
    Other,
}

/// A relation in a FROM clause.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RelationInfo {
    /// The name other expressions call it by.
    pub name: Option<SmolStr>,
    /// What stands behind it.
    pub target: RelationTarget,
    /// The columns it makes visible.
    pub columns: Vec<TypedColumn>,
    /// Whether there may be more columns.
    pub open: bool,
}

/// A query.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct QueryInfo {
    /// Its output columns.
    pub columns: Vec<QueryColumn>,
    /// Whether there may be more columns.
    pub open: bool,
    /// The relations of its FROM clause.
    pub relations: Vec<RelationId>,
    /// The query whose relations are visible too, for correlated subqueries.
    pub parent: Option<QueryId>,
    /// The query it stands in.
    pub enclosing: Option<QueryId>,
    /// The common table expressions its own WITH defines, in order.
    pub ctes: Vec<(SmolStr, QueryId)>,
}

/// An output column of a query.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct QueryColumn {
    /// The column; its name is empty where the warehouse chooses one.
    pub column: TypedColumn,
    /// The select item it comes from, a star too.
    pub item: Option<ExprId>,
}

impl Inference {
    /// The relations whose columns an expression of this query may name, innermost first.
    pub fn visible_relations(&self, query: QueryId) -> Vec<RelationId> {
        let mut visible = Vec::new();
        let mut next = Some(query);
        let mut steps = self.queries.len();
        while let Some(info) = next.and_then(|query| self.queries.get(query.index())) {
            visible.extend_from_slice(&info.relations);
            next = info.parent;
            if steps == 0 {
                break;
            }
            steps -= 1;
        }
        visible
    }

    /// The common table expressions a FROM clause of this query may name, innermost first.
    pub fn visible_ctes(&self, query: QueryId) -> Vec<(SmolStr, QueryId)> {
        let mut visible: Vec<(SmolStr, QueryId)> = Vec::new();
        let mut inner = None;
        let mut next = Some(query);
        let mut steps = self.queries.len();
        while let Some((query, info)) = next.and_then(|query| Some((query, self.queries.get(query.index())?)))
        {
            // inside the body of an entry only the entries before it are visible
            let until = info.ctes.iter().position(|(_, cte)| Some(*cte) == inner).unwrap_or(info.ctes.len());
            for (name, cte) in info.ctes[..until].iter().rev() {
                if !visible.iter().any(|(known, _)| known == name) {
                    visible.push((name.clone(), *cte));
                }
            }
            inner = Some(query);
            next = info.enclosing;
            if steps == 0 {
                break;
            }
            steps -= 1;
        }
        visible
    }

    /// The type of an expression.
    pub fn type_of(&self, expr: ExprId) -> (&DataType, Nullability) {
        self.expr_types
            .get(expr.index())
            .map_or((&DataType::Unknown, Nullability::Unknown), |(ty, nullability)| (ty, *nullability))
    }
}

/// Where a finding is to be shown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Anchor {
    /// At an expression.
    Expr(ExprId),
    /// At a relation's name.
    Relation(RelationId),
    /// At a query.
    Query(QueryId),
    /// At a select item: its alias if it has one.
    Item(ExprId),
}

/// A second place that explains a finding.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct RelatedPlace {
    /// Where.
    pub anchor: Anchor,
    /// What is to be seen there.
    pub message: String,
}

/// A finding without a place in the text.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// Its code.
    pub code: SmolStr,
    /// How bad it is.
    pub severity: Severity,
    /// Where it is.
    pub anchor: Anchor,
    /// What is wrong and why.
    pub message: String,
    /// What to do next.
    pub suggestion: Option<String>,
    /// What to write instead of the missing name, when one name is likely meant.
    pub replacement: Option<SmolStr>,
    /// Further places.
    pub related: Vec<RelatedPlace>,
}

/// What happens to a value on its way, from weakest to strongest.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Transform {
    /// It arrives unchanged.
    Direct,
    /// It is cast.
    Cast,
    /// It takes part in an expression.
    Expression,
    /// It is aggregated; the outermost aggregate in lower case.
    Aggregation(SmolStr),
}

impl Transform {
    /// This transform with another one around it.
    #[must_use]
    pub fn within(&self, outer: &Transform) -> Transform {
        match (self, outer) {
            (_, Transform::Aggregation(_)) => outer.clone(),
            (inner, outer) => inner.max(outer).clone(),
        }
    }
}

/// The spelling of JSON and text: `direct`, `cast`, `expression`, `aggregation: sum`.
impl std::fmt::Display for Transform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Transform::Direct => f.write_str("direct"),
            Transform::Cast => f.write_str("cast"),
            Transform::Expression => f.write_str("expression"),
            Transform::Aggregation(function) => write!(f, "aggregation: {function}"),
        }
    }
}

/// A column of a model or an external table.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct SourceColumn {
    /// The model's or external table's name.
    pub relation: SmolStr,
    /// Whether it is a model.
    pub is_model: bool,
    /// The column.
    pub column: SmolStr,
}

/// The sources of one output column.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct ColumnLineage {
    /// The output column's name; empty where the warehouse chooses one.
    pub column: SmolStr,
    /// Its sources from left to right, each once.
    pub sources: Vec<(SourceColumn, Transform)>,
}

/// How a column acts on rows as a whole.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum InfluenceKind {
    /// In a join's condition.
    Join,
    /// In WHERE, HAVING, QUALIFY or an aggregate's FILTER.
    Filter,
    /// In GROUP BY, DISTINCT or a set operation without ALL.
    Group,
    /// In an ORDER BY that decides which rows are taken.
    Order,
    /// In a window's PARTITION BY or ORDER BY.
    Window,
}

/// A column that decides which rows there are.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Influence {
    /// The column.
    pub source: SourceColumn,
    /// How.
    pub kind: InfluenceKind,
}
