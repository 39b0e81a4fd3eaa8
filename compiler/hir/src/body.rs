//! What a query says, without saying where: the body of a model.
//!
//! Expressions, queries and relations live in arenas and refer to each other by number. Children are
//! always allocated before their parents, so a child's number is smaller than its parent's.
//! Nothing here holds an offset: two texts that differ in comments, white space, keyword case or
//! redundant parentheses have equal bodies. Where things stand is in [`BodySourceMap`].

use crate::name_test::NameTest;
use rocky_syntax::TextRange;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

macro_rules! arena_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub struct $name(pub u32);
        impl $name {
            /// The position in its arena.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

arena_id!(
    /// An expression of one body.
    ExprId
);
arena_id!(
    /// A query of one body.
    QueryId
);
arena_id!(
    /// A relation in a FROM clause of one body.
    RelationId
);

/// An identifier as written, quotes removed.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Ident {
    /// The text without quotes, case as written.
    pub text: SmolStr,
    /// Whether it was quoted: quoted identifiers keep their case on some warehouses.
    pub quoted: bool,
}

impl Ident {
    /// An unquoted identifier.
    pub fn new(text: &str) -> Ident {
        Ident { text: SmolStr::new(text), quoted: false }
    }
}

/// The arenas of one model's query.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Body {
    /// All expressions.
    pub exprs: Vec<Expr>,
    /// All queries.
    pub queries: Vec<Query>,
    /// All relations.
    pub relations: Vec<Relation>,
    /// The model's query; `None` when the text holds none.
    pub root: Option<QueryId>,
    /// Whether some part of the text was not understood: then absence proves nothing.
    pub incomplete: bool,
    /// Words that change the result but neither names nor types (`DESC`, frame units, `ILIKE`, sampling,
    /// time travel, …). They are here so that unequal queries have unequal bodies.
    pub details: Vec<Detail>,
}

/// A word of the text that nothing else in the [`Body`] holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Detail {
    /// How many expressions stand before it.
    pub after: u32,
    /// The word: keywords in upper case, everything else as written.
    pub text: SmolStr,
}

impl Body {
    /// The expression with this number.
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.index()]
    }

    /// The query with this number.
    pub fn query(&self, id: QueryId) -> &Query {
        &self.queries[id.index()]
    }

    /// The relation with this number.
    pub fn relation(&self, id: RelationId) -> &Relation {
        &self.relations[id.index()]
    }
}

/// Where the parts of a [`Body`] stand, by number. Ranges are bytes of the text that was lowered: the
/// model's file for SQL, the generated SQL for the Rocky language.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct BodySourceMap {
    /// Of each expression, the whole expression.
    pub exprs: Vec<TextRange>,
    /// Of each query, the whole query.
    pub queries: Vec<TextRange>,
    /// Of each relation: its name or body without alias.
    pub relations: Vec<TextRange>,
    /// Of each relation, its alias.
    pub relation_aliases: Vec<Option<TextRange>>,
    /// The aliases of select items: the item's expression and the alias's range.
    pub item_aliases: Vec<(ExprId, TextRange)>,
    /// Names of common table expressions: the defining query and the name's range.
    pub cte_names: Vec<(QueryId, TextRange)>,
}

/// A query: common table expressions, a body, an order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Query {
    /// `WITH` entries in order.
    pub ctes: Vec<Cte>,
    /// Whether `WITH RECURSIVE` was written.
    pub recursive: bool,
    /// What it computes.
    pub body: QueryBody,
    /// `ORDER BY` keys, `SORT BY` keys.
    pub order_by: Vec<ExprId>,
    /// Expressions of LIMIT, OFFSET and FETCH.
    pub limits: Vec<ExprId>,
    /// Whether the number of rows is limited.
    pub limited: bool,
}

/// One entry of a WITH clause.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Cte {
    /// Its name.
    pub name: Ident,
    /// Names for its columns; may be fewer than there are columns.
    pub columns: Vec<Ident>,
    /// Its query.
    pub query: QueryId,
}

/// The kinds of query bodies.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum QueryBody {
    /// `SELECT …`, or `FROM …` alone.
    Select(Box<Select>),
    /// Branches of UNION, INTERSECT and EXCEPT, folded from the left.
    SetOperation {
        /// The first branch.
        first: QueryId,
        /// The operators and the branches after them.
        rest: Vec<(SetOperator, QueryId)>,
    },
    /// `VALUES (…), (…)`
    Values(Vec<Vec<ExprId>>),
    /// `TABLE t`
    Table(RelationId),
    /// A parenthesised query with clauses of its own around it.
    Nested(QueryId),
    /// Something whose columns are not known. The relations and expressions in it are still listed in
    /// the arenas; the numbers here are its direct parts.
    Opaque {
        /// Relations it reads.
        relations: Vec<RelationId>,
        /// Expressions in it.
        exprs: Vec<ExprId>,
    },
}

/// A set operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SetOperator {
    /// Which one.
    pub kind: SetKind,
    /// Whether duplicates stay.
    pub all: bool,
    /// Whether columns are matched by name.
    pub by_name: bool,
}

/// The set operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum SetKind {
    /// UNION
    Union,
    /// INTERSECT
    Intersect,
    /// EXCEPT, MINUS
    Except,
}

/// One SELECT.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Select {
    /// Whether duplicates are removed.
    pub distinct: bool,
    /// Keys of `DISTINCT ON`.
    pub distinct_on: Vec<ExprId>,
    /// The FROM clause: comma-separated items, each with its joins.
    pub from: Vec<FromItem>,
    /// `SELECT AS STRUCT`, `SELECT AS VALUE`
    pub select_as: Option<SelectAs>,
    /// The select list; `FROM t` alone has one star.
    pub items: Vec<SelectItem>,
    /// WHERE
    pub filter: Option<ExprId>,
    /// GROUP BY
    pub group_by: GroupBy,
    /// HAVING
    pub having: Option<ExprId>,
    /// WINDOW clause.
    pub windows: Vec<(Ident, Window)>,
    /// QUALIFY
    pub qualify: Option<ExprId>,
    /// Whether this SELECT holds clauses whose effect on columns is not known (CONNECT BY, pipes, …).
    pub opaque: bool,
}

/// BigQuery's value tables.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum SelectAs {
    /// `SELECT AS STRUCT a, b`: as a subquery inside an expression the rows are structs of the items;
    /// as a relation it has the items as columns.
    Struct,
    /// `SELECT AS VALUE e`: the rows are the one item; as a relation it has that item's fields as columns.
    Value,
}

/// GROUP BY.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct GroupBy {
    /// Keys, of grouping sets too, in order of appearance.
    pub keys: Vec<ExprId>,
    /// `GROUP BY ALL`
    pub all: bool,
    /// ROLLUP, CUBE or GROUPING SETS: keys may become NULL.
    pub grouping_sets: bool,
}

impl GroupBy {
    /// Whether there is a GROUP BY clause with at least one key (or ALL).
    pub fn is_grouped(&self) -> bool {
        self.all || !self.keys.is_empty()
    }
}

/// One select item.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SelectItem {
    /// Its expression; stars are expressions too.
    pub expr: ExprId,
    /// Its alias.
    pub alias: Option<Ident>,
    /// Databricks' `expr AS (a, b)`.
    pub column_aliases: Vec<Ident>,
}

/// A relation and the joins after it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FromItem {
    /// The first relation.
    pub relation: RelationId,
    /// Joins, folded from the left.
    pub joins: Vec<Join>,
}

/// One join.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Join {
    /// Which rows survive.
    pub kind: JoinKind,
    /// The relation joined.
    pub relation: RelationId,
    /// ON condition, MATCH_CONDITION.
    pub conditions: Vec<ExprId>,
    /// USING columns.
    pub using: Vec<Ident>,
    /// NATURAL
    pub natural: bool,
}

/// The kinds of joins.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum JoinKind {
    /// INNER, CROSS, comma, CROSS APPLY
    Inner,
    /// LEFT, ASOF LEFT, OUTER APPLY
    Left,
    /// RIGHT
    Right,
    /// FULL, POSITIONAL
    Full,
    /// SEMI: the right side's columns are not visible.
    Semi,
    /// ANTI: the right side's columns are not visible.
    Anti,
}

/// A relation in a FROM clause.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Relation {
    /// What it is.
    pub kind: RelationKind,
    /// Its alias.
    pub alias: Option<Ident>,
    /// Names for its columns.
    pub columns: Vec<Ident>,
    /// Whether it may read its left siblings.
    pub lateral: bool,
}

/// The kinds of relations.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum RelationKind {
    /// A name: a common table expression, a model or an external table.
    Table(Vec<Ident>),
    /// A subquery; VALUES too.
    Derived(QueryId),
    /// A table function.
    Function {
        /// The call, an [`Expr::Call`].
        call: ExprId,
        /// `WITH OFFSET [AS name]`, `WITH ORDINALITY`.
        offset: Option<Ident>,
    },
    /// Joins in parentheses.
    Nested(Box<FromItem>),
    /// PIVOT of a relation.
    Pivot {
        /// What is pivoted.
        input: RelationId,
        /// Aggregates with their aliases.
        aggregates: Vec<SelectItem>,
        /// Pivot columns and their value lists; `None` when the values are only known to the warehouse.
        columns: Vec<(ExprId, Option<Vec<SelectItem>>)>,
        /// Queries that give values: `IN (SELECT …)`.
        value_queries: Vec<QueryId>,
        /// Explicit grouping.
        group_by: Vec<ExprId>,
    },
    /// UNPIVOT of a relation.
    Unpivot {
        /// What is unpivoted.
        input: RelationId,
        /// Names of the value columns.
        values: Vec<Ident>,
        /// Name of the name column.
        name: Option<Ident>,
        /// The columns that become rows.
        columns: Vec<SelectItem>,
        /// Whether NULL rows stay.
        include_nulls: bool,
    },
    /// A file, a stage, a macro, MATCH_RECOGNIZE, …: columns not known.
    Opaque {
        /// Relations inside it.
        inputs: Vec<RelationId>,
        /// Expressions inside it.
        exprs: Vec<ExprId>,
    },
}

/// An expression.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Expr {
    /// Nothing was written where an expression belongs.
    Missing,
    /// `a`, `t.a`, `c.s.t.a.field`
    Column(Vec<Ident>),
    /// A literal.
    Literal(Literal),
    /// `DATE '…'`: a type and the text.
    TypedLiteral {
        /// The type as written, normalised spacing.
        ty: SmolStr,
        /// The decoded text.
        value: SmolStr,
    },
    /// `INTERVAL …`
    Interval(Option<ExprId>),
    /// `?`, `$1`, `:name`
    Placeholder,
    /// `@start_date`
    MacroVariable(SmolStr),
    /// `(a, b)`, `ROW(a, b)`
    Tuple(Vec<ExprId>),
    /// A scalar subquery.
    Subquery(QueryId),
    /// EXISTS (…)
    Exists(QueryId),
    /// `[a, b]`
    Array(Vec<ExprId>),
    /// `ARRAY(SELECT …)`
    ArraySubquery(QueryId),
    /// `{'a': 1}`, `STRUCT(1 AS a)`: field names may be missing.
    Struct(Vec<(Option<Ident>, ExprId)>),
    /// `MAP {k: v}`
    Map(Vec<(ExprId, ExprId)>),
    /// A call of a function or aggregate.
    Call(Box<Call>),
    /// CAST and its relatives.
    Cast {
        /// What is cast.
        value: ExprId,
        /// The type as written, normalised spacing.
        ty: SmolStr,
        /// Whether a failing cast gives NULL.
        fallible: bool,
    },
    /// CASE
    Case {
        /// `CASE subject WHEN …`
        subject: Option<ExprId>,
        /// Conditions and results.
        arms: Vec<(ExprId, ExprId)>,
        /// ELSE
        otherwise: Option<ExprId>,
    },
    /// A prefix or postfix operator.
    Unary {
        /// Which one.
        op: UnaryOperator,
        /// Its operand.
        operand: ExprId,
    },
    /// `a op b op c`: one precedence level, folded from the left.
    Chain {
        /// The first operand.
        first: ExprId,
        /// Operators and the operands after them.
        rest: Vec<(BinaryOperator, ExprId)>,
    },
    /// `IS [NOT] NULL`, `IS TRUE`, `IS DISTINCT FROM`, …
    Is {
        /// What is tested.
        value: ExprId,
        /// The test.
        test: IsTest,
        /// Whether NOT was written.
        negated: bool,
        /// Right side of `IS DISTINCT FROM`.
        other: Option<ExprId>,
    },
    /// LIKE and its relatives.
    Like {
        /// What is matched.
        value: ExprId,
        /// The pattern.
        pattern: ExprId,
        /// Whether NOT was written.
        negated: bool,
    },
    /// `x IN (…)`
    In {
        /// What is looked for.
        value: ExprId,
        /// The list; empty when a query is given.
        list: Vec<ExprId>,
        /// The query.
        query: Option<QueryId>,
        /// Whether NOT was written.
        negated: bool,
    },
    /// BETWEEN
    Between {
        /// What is tested.
        value: ExprId,
        /// Lower bound.
        low: ExprId,
        /// Upper bound.
        high: ExprId,
        /// Whether NOT was written.
        negated: bool,
    },
    /// `ANY (…)`, `ALL (…)` as the right side of a comparison.
    Quantified {
        /// A query, or else the expressions.
        query: Option<QueryId>,
        /// The expressions.
        exprs: Vec<ExprId>,
    },
    /// `(expr).field`
    Field {
        /// What has the field.
        base: ExprId,
        /// The field.
        name: Ident,
    },
    /// `a[i]`, `a[1:3]`
    Index {
        /// What is indexed.
        base: ExprId,
        /// The indices.
        indices: Vec<ExprId>,
        /// Whether it is a slice.
        slice: bool,
    },
    /// `v:a.b[0]`
    JsonPath {
        /// The semi-structured value.
        base: ExprId,
        /// Names in the path, in order; a step `*` or an index has none.
        path: Vec<Ident>,
        /// Index expressions in the path.
        indices: Vec<ExprId>,
    },
    /// `x -> e`
    Lambda {
        /// Parameter names.
        params: Vec<Ident>,
        /// The result.
        body: ExprId,
    },
    /// `EXTRACT(part FROM value)`
    Extract {
        /// The part, upper case.
        part: SmolStr,
        /// The date or time.
        value: ExprId,
    },
    /// `*`, `t.*` with its modifiers.
    Star(Box<Star>),
    /// Something else; only its parts are known.
    Opaque(Vec<ExprId>),
}

/// `*`, `t.*` and what is taken away, replaced or renamed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Star {
    /// The relation or struct column whose columns are meant.
    pub qualifier: Option<Vec<Ident>>,
    /// `(expr).*`: the struct whose fields are meant.
    pub base: Option<ExprId>,
    /// EXCLUDE, EXCEPT
    pub exclude: Vec<Ident>,
    /// REPLACE
    pub replace: Vec<(ExprId, Ident)>,
    /// RENAME
    pub rename: Vec<(Ident, Ident)>,
    /// `* LIKE 'x%'`, `COLUMNS('re')`, …: what a column's name must pass to remain.
    pub filters: Vec<NameTest>,
    /// Whether it is `COLUMNS(…)`: an expression around it is one for each column.
    pub columns: bool,
    /// `*COLUMNS(…)`: as many arguments as there are columns.
    pub unpacked: bool,
}

/// A call.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Call {
    /// The function's name, upper case when unquoted; qualified names joined by dots.
    pub name: SmolStr,
    /// Arguments in order. `COUNT(*)` has one star.
    pub args: Vec<Arg>,
    /// DISTINCT inside the parentheses.
    pub distinct: bool,
    /// ORDER BY inside the parentheses and WITHIN GROUP.
    pub order_by: Vec<ExprId>,
    /// FILTER (WHERE …)
    pub filter: Option<ExprId>,
    /// OVER …
    pub over: Option<Window>,
}

/// One argument.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Arg {
    /// `name => value`
    pub name: Option<Ident>,
    /// The value.
    pub value: ExprId,
    /// `STRUCT(1 AS a)`
    pub alias: Option<Ident>,
}

/// A window.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Window {
    /// A named window it builds on.
    pub base: Option<Ident>,
    /// PARTITION BY
    pub partition_by: Vec<ExprId>,
    /// ORDER BY
    pub order_by: Vec<ExprId>,
    /// Expressions of the frame's bounds.
    pub frame: Vec<ExprId>,
    /// Whether a frame was written.
    pub has_frame: bool,
}

/// Literals.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Literal {
    /// A number as written, underscores removed.
    Number(SmolStr),
    /// A text, decoded.
    Text(SmolStr),
    /// A binary text (`b'…'`, `X'…'`).
    Binary(SmolStr),
    /// TRUE, FALSE
    Boolean(bool),
    /// NULL
    Null,
}

/// Prefix and postfix operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum UnaryOperator {
    /// `-`
    Minus,
    /// `+`
    Plus,
    /// NOT, `!`
    Not,
    /// Others: `@`, `|/`, …
    Other,
    /// `~`
    BitwiseNot,
}

/// Binary operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum BinaryOperator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `//`, DIV
    IntegerDivide,
    /// `%`, MOD
    Modulo,
    /// `**`, `^`
    Power,
    /// `||`
    Concat,
    /// `=`, `==`
    Equal,
    /// `<>`, `!=`
    NotEqual,
    /// `<=>`
    NullSafeEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// AND
    And,
    /// OR
    Or,
    /// `&`, `|`, `<<`, `>>`
    Bitwise,
    /// `->`
    JsonGet,
    /// `->>`
    JsonGetText,
    /// `~`, `!~`, `^@`, `@>`, …: gives a Boolean
    Match,
    /// Anything else
    Other,
}

impl BinaryOperator {
    /// Whether the result is a comparison's Boolean.
    pub fn is_comparison(self) -> bool {
        matches!(
            self,
            BinaryOperator::Equal
                | BinaryOperator::NotEqual
                | BinaryOperator::NullSafeEqual
                | BinaryOperator::Less
                | BinaryOperator::LessOrEqual
                | BinaryOperator::Greater
                | BinaryOperator::GreaterOrEqual
                | BinaryOperator::Match
        )
    }
}

/// Tests after IS.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum IsTest {
    /// NULL
    Null,
    /// TRUE
    True,
    /// FALSE
    False,
    /// UNKNOWN
    Unknown,
    /// DISTINCT FROM
    DistinctFrom,
    /// JSON, NORMALIZED, …
    Other,
}
