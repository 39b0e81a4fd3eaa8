//! Dialects as data: what the lexer and the grammar ask instead of "which warehouse is this".

use crate::parser::TokenSet;
use crate::tree::SyntaxKind::{self, *};

/// The dialects we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DialectKind {
    /// DuckDB.
    DuckDb,
    /// Databricks SQL.
    Databricks,
    /// Snowflake.
    Snowflake,
    /// BigQuery (GoogleSQL).
    BigQuery,
    /// ANSI SQL.
    Ansi,
    /// PostgreSQL.
    Postgres,
    /// The union of all, for models whose warehouse is not known.
    Permissive,
}

impl DialectKind {
    /// All dialects.
    pub const ALL: [DialectKind; 7] = [
        DialectKind::DuckDb,
        DialectKind::Databricks,
        DialectKind::Snowflake,
        DialectKind::BigQuery,
        DialectKind::Ansi,
        DialectKind::Postgres,
        DialectKind::Permissive,
    ];

    /// The name as configuration files spell it.
    pub fn name(self) -> &'static str {
        Dialect::of(self).name
    }

    /// The dialect of a configuration name.
    pub fn from_name(name: &str) -> Option<DialectKind> {
        DialectKind::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(name))
    }
}

/// How unquoted identifiers compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IdentifierCase {
    /// Compared without regard to case, quoted or not; the first spelling is kept.
    Insensitive,
    /// Unquoted names mean their upper-case spelling, quoted names themselves.
    FoldsUpper,
    /// Unquoted names mean their lower-case spelling, quoted names themselves.
    FoldsLower,
    /// Columns compare without regard to case, tables with regard to it.
    TablesSensitive,
}

/// What a `"…"` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DoubleQuote {
    /// A quoted name.
    Identifier,
    /// A text literal.
    Text,
}

/// Lexical rules of a dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LexicalRules {
    /// What a `"…"` is.
    pub double_quote: DoubleQuote,
    /// Whether a backslash escapes in plain text literals.
    pub backslash_escapes: bool,
    /// Whether `''` in a text literal is one quote.
    pub doubled_quotes: bool,
    /// Whether `'''…'''` and `"""…"""` are text literals.
    pub triple_quotes: bool,
    /// Whether `r'…'` is a text literal without escapes.
    pub raw_strings: bool,
    /// Whether `b'…'` is a bytes literal.
    pub byte_strings: bool,
    /// Whether `E'…'` is a text literal with escapes.
    pub escape_strings: bool,
    /// Whether block comments nest.
    pub nested_comments: bool,
    /// Whether `//` starts a comment.
    pub slash_comments: bool,
    /// Whether `#` starts a comment.
    pub hash_comments: bool,
    /// Whether names in tables may hold dashes (`my-project.data.t`).
    pub dashed_names: bool,
    /// Whether one pair of backticks may hold a whole dotted path.
    pub dotted_quotes: bool,
    /// Whether names may start with digits.
    pub digit_first_names: bool,
    /// Whether the names of a path may start with digits, except the first.
    pub digit_after_dot: bool,
    /// Whether any run of signs is an operator.
    pub custom_operators: bool,
}

/// Where a word stands, when the grammar asks whether it may be a name there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NamePosition {
    /// The start of an expression.
    Expression,
    /// A function's name (a parenthesis follows).
    FunctionName,
    /// A column alias without AS.
    ColumnAlias,
    /// A table's name.
    TableName,
    /// A table alias without AS.
    TableAlias,
}

/// How tightly binary operators bind; a higher number binds tighter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Level(pub(crate) u8);

impl Level {
    pub(crate) const LOWEST: Level = Level(1);
    pub(crate) const OR: Level = Level(2);
    pub(crate) const XOR: Level = Level(3);
    pub(crate) const AND: Level = Level(4);
    pub(crate) const NOT: Level = Level(5);
    pub(crate) const IS: Level = Level(6);
    pub(crate) const COMPARISON: Level = Level(7);
    pub(crate) const RANGE: Level = Level(8);
    pub(crate) const OTHER: Level = Level(9);
    pub(crate) const BIT_OR: Level = Level(10);
    pub(crate) const BIT_XOR: Level = Level(11);
    pub(crate) const BIT_AND: Level = Level(12);
    pub(crate) const SHIFT: Level = Level(13);
    pub(crate) const SUM: Level = Level(14);
    pub(crate) const PRODUCT: Level = Level(15);
    pub(crate) const POWER: Level = Level(16);
    pub(crate) const UNARY: Level = Level(17);
    pub(crate) const POSTFIX: Level = Level(18);

    pub(crate) const fn tighter(self) -> Level {
        Level(self.0 + 1)
    }
}

/// One dialect's tables.
#[derive(Debug)]
pub struct Dialect {
    /// Which one it is.
    pub kind: DialectKind,
    /// Its name in configuration files.
    pub name: &'static str,
    /// Its lexical rules.
    pub lexical: LexicalRules,
    /// How names compare.
    pub identifier_case: IdentifierCase,
    /// Whether a colon after the first word of a select item starts a path into semi-structured data; if not,
    /// the word is an alias in front.
    pub colon_paths: bool,
    /// Whether `name: expr` gives an alias.
    pub prefix_aliases: bool,
    /// Whether a comma may end any list, not only the select list before FROM.
    pub trailing_commas: bool,
    /// Whether text literals in one line that follow each other are one literal; if not, the next one must
    /// stand on a line of its own.
    pub adjacent_text_in_line: bool,
    /// Whether parts of a parenthesised row may have aliases: `(1 AS a, 2 AS b)`.
    pub row_aliases: bool,
    /// Whether `{{ name }}` is a parameter of the warehouse's own.
    pub brace_parameters: bool,
    /// Whether the select list may be empty.
    pub empty_select_list: bool,
    reserved: ReservedWords,
    /// Words that this dialect reserves besides: neither columns nor tables.
    own_reserved_words: TokenSet,
    /// Words of these sets that this dialect leaves free: names where what follows fits a name.
    soft_words: TokenSet,
    operator_overrides: &'static [(SyntaxKind, Level)],
}

#[derive(Debug, Clone, Copy)]
struct ReservedWords {
    expression: TokenSet,
    function_name: TokenSet,
    column_alias: TokenSet,
    table_name: TokenSet,
    table_alias: TokenSet,
}

impl Dialect {
    /// The tables of a dialect.
    pub fn of(kind: DialectKind) -> &'static Dialect {
        match kind {
            DialectKind::DuckDb => &DUCKDB,
            DialectKind::Databricks => &DATABRICKS,
            DialectKind::Snowflake => &SNOWFLAKE,
            DialectKind::BigQuery => &BIGQUERY,
            DialectKind::Ansi => &ANSI,
            DialectKind::Postgres => &POSTGRES,
            DialectKind::Permissive => &PERMISSIVE,
        }
    }

    /// Whether the word may not be a plain name at the position.
    pub fn is_reserved(&self, position: NamePosition, word: SyntaxKind) -> bool {
        let set = match position {
            NamePosition::Expression => &self.reserved.expression,
            NamePosition::FunctionName => &self.reserved.function_name,
            NamePosition::ColumnAlias => &self.reserved.column_alias,
            NamePosition::TableName => &self.reserved.table_name,
            NamePosition::TableAlias => &self.reserved.table_alias,
        };
        set.contains(word)
            || (matches!(
                position,
                NamePosition::Expression | NamePosition::TableName | NamePosition::TableAlias
            ) && self.own_reserved_words.contains(word))
    }

    /// Whether the word is a plain name where what follows it fits a name, although most dialects reserve it.
    pub(crate) fn is_soft(&self, word: SyntaxKind) -> bool {
        self.soft_words.contains(word)
    }

    /// How tightly the operator binds, if it is one that stands between two operands.
    pub(crate) fn operator_level(&self, operator: SyntaxKind) -> Option<Level> {
        if let Some((_, level)) = self.operator_overrides.iter().find(|(kind, _)| *kind == operator) {
            return Some(*level);
        }
        Some(match operator {
            OR_KW => Level::OR,
            XOR_KW => Level::XOR,
            AND_KW => Level::AND,
            EQ | EQ_EQ | BANG_EQ | LT_GT | LT | GT | LT_EQ | GT_EQ | LT_EQ_GT => Level::COMPARISON,
            PIPE_PIPE
            | ARROW
            | LONG_ARROW
            | HASH_GT
            | HASH_GT_GT
            | HASH_MINUS
            | AT_GT
            | LT_AT
            | AT_AT
            | AT_QUESTION
            | CARET_AT
            | QUESTION
            | QUESTION_AMP
            | QUESTION_PIPE
            | TILDE
            | TILDE_STAR
            | BANG_TILDE
            | BANG_TILDE_STAR
            | TILDE_TILDE
            | TILDE_TILDE_STAR
            | TILDE_TILDE_TILDE
            | BANG_TILDE_TILDE
            | BANG_TILDE_TILDE_STAR
            | AMP_AMP
            | CUSTOM_OPERATOR => Level::OTHER,
            PIPE => Level::BIT_OR,
            AMP => Level::BIT_AND,
            HASH => Level::BIT_XOR,
            LT_LT | GT_GT => Level::SHIFT,
            PLUS | MINUS => Level::SUM,
            STAR | SLASH | PERCENT | SLASH_SLASH | DIV_KW | MOD_KW => Level::PRODUCT,
            CARET | STAR_STAR => Level::POWER,
            _ => return None,
        })
    }
}

/// Words no dialect takes for a plain name at the start of an expression.
const EXPRESSION: TokenSet = TokenSet::new(&[
    SELECT_KW,
    FROM_KW,
    WHERE_KW,
    GROUP_KW,
    HAVING_KW,
    ORDER_KW,
    LIMIT_KW,
    UNION_KW,
    INTERSECT_KW,
    EXCEPT_KW,
    ON_KW,
    USING_KW,
    JOIN_KW,
    AND_KW,
    OR_KW,
    AS_KW,
    WHEN_KW,
    THEN_KW,
    ELSE_KW,
    END_KW,
    IN_KW,
    IS_KW,
    BETWEEN_KW,
    LIKE_KW,
    DISTINCT_KW,
    ALL_KW,
    WITH_KW,
    QUALIFY_KW,
    INTO_KW,
    FETCH_KW,
    CROSS_KW,
    INNER_KW,
    LEFT_KW,
    RIGHT_KW,
    FULL_KW,
    NATURAL_KW,
    BY_KW,
    LATERAL_KW,
    TABLESAMPLE_KW,
    WINDOW_KW,
    FOR_KW,
]);

/// LEFT(…), RIGHT(…) and the like are functions where a parenthesis follows.
const FUNCTION_NAME: TokenSet = EXPRESSION.without(TokenSet::new(&[LEFT_KW, RIGHT_KW, LIKE_KW, WINDOW_KW]));

/// Words that continue or end a select item, so that they are no alias without AS.
const COLUMN_ALIAS: TokenSet = EXPRESSION.union(TokenSet::new(&[
    NOT_KW,
    OVER_KW,
    FILTER_KW,
    WITHIN_KW,
    COLLATE_KW,
    ESCAPE_KW,
    MINUS_KW,
    OFFSET_KW,
    ILIKE_KW,
    RLIKE_KW,
    REGEXP_KW,
    SIMILAR_KW,
    GLOB_KW,
    ISNULL_KW,
    NOTNULL_KW,
    DIV_KW,
    XOR_KW,
    ASC_KW,
    DESC_KW,
    NULLS_KW,
    IGNORE_KW,
    RESPECT_KW,
    OVERLAPS_KW,
    SEPARATOR_KW,
    CASE_KW,
    NULL_KW,
    TRUE_KW,
    FALSE_KW,
    CAST_KW,
    EXISTS_KW,
    PIVOT_KW,
    UNPIVOT_KW,
]));

/// Words that name no table.
const TABLE_NAME: TokenSet = EXPRESSION
    .union(TokenSet::new(&[OUTER_KW, CASE_KW, NOT_KW, NULL_KW, TRUE_KW, FALSE_KW, CAST_KW, EXISTS_KW]));

/// Words that continue or end a relation, so that they are no alias without AS.
const TABLE_ALIAS: TokenSet = TABLE_NAME.union(TokenSet::new(&[
    OUTER_KW,
    ASOF_KW,
    SEMI_KW,
    ANTI_KW,
    POSITIONAL_KW,
    STRAIGHT_JOIN_KW,
    MINUS_KW,
    OFFSET_KW,
    SAMPLE_KW,
    PIVOT_KW,
    UNPIVOT_KW,
    MATCH_RECOGNIZE_KW,
    MATCH_CONDITION_KW,
    RETURNING_KW,
]));

/// Words that Postgres and DuckDB reserve besides the ones that all do.
const POSTGRES_WORDS: TokenSet = TokenSet::new(&[
    ASC_KW,
    ASYMMETRIC_KW,
    BOTH_KW,
    CHECK_KW,
    COLLATE_KW,
    CREATE_KW,
    DESC_KW,
    ILIKE_KW,
    LEADING_KW,
    OUTER_KW,
    PLACING_KW,
    PRIMARY_KW,
    RETURNING_KW,
    SOME_KW,
    SYMMETRIC_KW,
    TO_KW,
    TRAILING_KW,
    UNIQUE_KW,
]);

/// The same for Snowflake.
const SNOWFLAKE_WORDS: TokenSet = TokenSet::new(&[
    ALTER_KW,
    CHECK_KW,
    CONNECT_KW,
    CREATE_KW,
    DELETE_KW,
    DROP_KW,
    FOLLOWING_KW,
    GRANT_KW,
    ILIKE_KW,
    INSERT_KW,
    MINUS_KW,
    OF_KW,
    REGEXP_KW,
    REVOKE_KW,
    RLIKE_KW,
    SET_KW,
    SOME_KW,
    TO_KW,
    UNIQUE_KW,
    UPDATE_KW,
]);

/// The same for BigQuery.
const BIGQUERY_WORDS: TokenSet = TokenSet::new(&[
    ASC_KW,
    AT_KW,
    COLLATE_KW,
    CREATE_KW,
    DEFINE_KW,
    DESC_KW,
    ESCAPE_KW,
    FOLLOWING_KW,
    GROUPS_KW,
    IGNORE_KW,
    MERGE_KW,
    NO_KW,
    NULLS_KW,
    OF_KW,
    OUTER_KW,
    OVER_KW,
    PARTITION_KW,
    PRECEDING_KW,
    RECURSIVE_KW,
    RESPECT_KW,
    ROLLUP_KW,
    SET_KW,
    SOME_KW,
    TO_KW,
    UNBOUNDED_KW,
    WITHIN_KW,
]);

const STANDARD_WORDS: ReservedWords = ReservedWords {
    expression: EXPRESSION,
    function_name: FUNCTION_NAME,
    column_alias: COLUMN_ALIAS,
    table_name: TABLE_NAME,
    table_alias: TABLE_ALIAS,
};

const STANDARD_LEXICAL: LexicalRules = LexicalRules {
    double_quote: DoubleQuote::Identifier,
    backslash_escapes: false,
    doubled_quotes: true,
    triple_quotes: false,
    raw_strings: false,
    byte_strings: false,
    escape_strings: false,
    nested_comments: false,
    slash_comments: false,
    hash_comments: false,
    dashed_names: false,
    dotted_quotes: false,
    digit_first_names: false,
    digit_after_dot: false,
    custom_operators: false,
};

static DUCKDB: Dialect = Dialect {
    kind: DialectKind::DuckDb,
    name: "duckdb",
    lexical: LexicalRules { escape_strings: true, nested_comments: true, ..STANDARD_LEXICAL },
    identifier_case: IdentifierCase::Insensitive,
    colon_paths: false,
    prefix_aliases: true,
    trailing_commas: true,
    adjacent_text_in_line: false,
    row_aliases: false,
    brace_parameters: false,
    empty_select_list: false,
    reserved: STANDARD_WORDS,
    own_reserved_words: POSTGRES_WORDS,
    soft_words: TokenSet::new(&[BY_KW]),
    operator_overrides: &[(ARROW, Level::LOWEST), (AT, Level::OTHER)],
};

static DATABRICKS: Dialect = Dialect {
    kind: DialectKind::Databricks,
    name: "databricks",
    lexical: LexicalRules {
        double_quote: DoubleQuote::Text,
        backslash_escapes: true,
        raw_strings: true,
        nested_comments: true,
        digit_first_names: true,
        digit_after_dot: true,
        ..STANDARD_LEXICAL
    },
    identifier_case: IdentifierCase::Insensitive,
    colon_paths: true,
    prefix_aliases: false,
    trailing_commas: false,
    adjacent_text_in_line: true,
    row_aliases: true,
    brace_parameters: true,
    empty_select_list: false,
    reserved: STANDARD_WORDS,
    own_reserved_words: TokenSet::new(&[]),
    soft_words: TokenSet::new(&[
        BY_KW,
        END_KW,
        FETCH_KW,
        GROUP_KW,
        LIMIT_KW,
        QUALIFY_KW,
        TABLESAMPLE_KW,
        WINDOW_KW,
    ]),
    operator_overrides: &[(CARET, Level::BIT_XOR), (PIPE_PIPE, Level::SUM), (BANG, Level::OTHER)],
};

static SNOWFLAKE: Dialect = Dialect {
    kind: DialectKind::Snowflake,
    name: "snowflake",
    lexical: LexicalRules {
        backslash_escapes: true,
        slash_comments: true,
        hash_comments: true,
        ..STANDARD_LEXICAL
    },
    identifier_case: IdentifierCase::FoldsUpper,
    colon_paths: true,
    prefix_aliases: false,
    trailing_commas: false,
    adjacent_text_in_line: true,
    row_aliases: false,
    brace_parameters: false,
    empty_select_list: false,
    reserved: STANDARD_WORDS,
    own_reserved_words: SNOWFLAKE_WORDS,
    soft_words: TokenSet::new(&[CASE_KW, END_KW, FETCH_KW, LIMIT_KW, WINDOW_KW]),
    operator_overrides: &[(PIPE_PIPE, Level::SUM)],
};

static BIGQUERY: Dialect = Dialect {
    kind: DialectKind::BigQuery,
    name: "bigquery",
    lexical: LexicalRules {
        double_quote: DoubleQuote::Text,
        backslash_escapes: true,
        doubled_quotes: false,
        triple_quotes: true,
        raw_strings: true,
        byte_strings: true,
        hash_comments: true,
        dashed_names: true,
        dotted_quotes: true,
        digit_after_dot: true,
        ..STANDARD_LEXICAL
    },
    identifier_case: IdentifierCase::TablesSensitive,
    colon_paths: false,
    prefix_aliases: false,
    trailing_commas: false,
    adjacent_text_in_line: true,
    row_aliases: false,
    brace_parameters: false,
    empty_select_list: false,
    reserved: STANDARD_WORDS,
    own_reserved_words: BIGQUERY_WORDS,
    soft_words: TokenSet::new(&[OVERLAPS_KW]),
    operator_overrides: &[(CARET, Level::BIT_XOR), (PIPE_PIPE, Level::PRODUCT)],
};

static ANSI: Dialect = Dialect {
    kind: DialectKind::Ansi,
    name: "ansi",
    lexical: STANDARD_LEXICAL,
    identifier_case: IdentifierCase::FoldsUpper,
    colon_paths: false,
    prefix_aliases: false,
    trailing_commas: false,
    adjacent_text_in_line: true,
    row_aliases: false,
    brace_parameters: false,
    empty_select_list: false,
    reserved: STANDARD_WORDS,
    own_reserved_words: TokenSet::new(&[]),
    soft_words: TokenSet::new(&[]),
    operator_overrides: &[],
};

static POSTGRES: Dialect = Dialect {
    kind: DialectKind::Postgres,
    name: "postgres",
    lexical: LexicalRules {
        escape_strings: true,
        nested_comments: true,
        custom_operators: true,
        ..STANDARD_LEXICAL
    },
    identifier_case: IdentifierCase::FoldsLower,
    colon_paths: false,
    prefix_aliases: false,
    trailing_commas: false,
    adjacent_text_in_line: false,
    row_aliases: false,
    brace_parameters: false,
    empty_select_list: true,
    reserved: STANDARD_WORDS,
    own_reserved_words: POSTGRES_WORDS,
    soft_words: TokenSet::new(&[BY_KW, QUALIFY_KW]),
    operator_overrides: &[(AT, Level::OTHER)],
};

static PERMISSIVE: Dialect = Dialect {
    kind: DialectKind::Permissive,
    name: "permissive",
    lexical: LexicalRules {
        raw_strings: true,
        byte_strings: true,
        escape_strings: true,
        nested_comments: true,
        dashed_names: true,
        dotted_quotes: true,
        ..STANDARD_LEXICAL
    },
    identifier_case: IdentifierCase::Insensitive,
    colon_paths: true,
    prefix_aliases: true,
    trailing_commas: true,
    adjacent_text_in_line: true,
    row_aliases: true,
    brace_parameters: false,
    empty_select_list: false,
    reserved: STANDARD_WORDS,
    own_reserved_words: TokenSet::new(&[]),
    soft_words: TokenSet::new(&[BY_KW]),
    operator_overrides: &[(AT, Level::OTHER)],
};
