//! `[[tests]]` of models and `[[checks.assertions]]` of pipelines: one grammar.

use crate::decode::{Decoder, Table};
use crate::{Finding, TomlValue};
use smol_str::SmolStr;
use toml::Spanned;
use toml::de::DeValue;

/// Whether a failing test fails the command.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TestSeverity {
    /// It does.
    #[default]
    Error,
    /// It is reported only.
    Warning,
}

/// A declared test.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ModelTest {
    /// Its written name.
    pub name: Option<SmolStr>,
    /// For assertions of pipelines: the table, one to three dotted parts; `None` is every checked table.
    pub table: Option<SmolStr>,
    /// Whether failing is fatal.
    pub severity: TestSeverity,
    /// Rows outside this SQL condition are not looked at.
    pub filter: Option<SmolStr>,
    /// What is tested.
    pub kind: TestKind,
}

/// What a [`ModelTest`] tests.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "the fields are the keys of spec 01 §10.3")]
pub enum TestKind {
    /// No NULL.
    NotNull { column: SmolStr },
    /// No value twice.
    Unique { column: SmolStr },
    /// Only listed values.
    AcceptedValues { column: SmolStr, values: Vec<SmolStr> },
    /// Every value exists in another table.
    Relationships { column: SmolStr, to_table: SmolStr, to_column: SmolStr },
    /// A condition holds for every row.
    Expression { expression: SmolStr },
    /// The number of rows lies in a range.
    RowCountRange { min: Option<u64>, max: Option<u64> },
    /// Values lie in a range; bounds are numbers in text form.
    InRange { column: SmolStr, min: Option<SmolStr>, max: Option<SmolStr> },
    /// Values match a regular expression.
    RegexMatch { column: SmolStr, pattern: SmolStr },
    /// An aggregate compares with a number.
    Aggregate { column: Option<SmolStr>, op: AggregateOp, cmp: Comparison, value: SmolStr },
    /// No combination of values twice.
    CompositeUnique { columns: Vec<SmolStr> },
    /// No value after now.
    NotInFuture { column: SmolStr },
    /// No value newer than some days.
    OlderThanDays { column: SmolStr, days: u32 },
    /// No value of an expression twice.
    UniqueExpression { key: SmolStr },
}

/// The function of an aggregate test.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum AggregateOp {
    Sum,
    Count,
    Avg,
    Min,
    Max,
}

/// The comparison of an aggregate test.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
}

const AGGREGATES: &[(&str, AggregateOp)] = &[
    ("sum", AggregateOp::Sum),
    ("count", AggregateOp::Count),
    ("avg", AggregateOp::Avg),
    ("min", AggregateOp::Min),
    ("max", AggregateOp::Max),
];

const COMPARISONS: &[(&str, Comparison)] = &[
    ("lt", Comparison::Less),
    ("<", Comparison::Less),
    ("lte", Comparison::LessOrEqual),
    ("<=", Comparison::LessOrEqual),
    ("gt", Comparison::Greater),
    (">", Comparison::Greater),
    ("gte", Comparison::GreaterOrEqual),
    (">=", Comparison::GreaterOrEqual),
    ("eq", Comparison::Equal),
    ("==", Comparison::Equal),
    ("ne", Comparison::NotEqual),
    ("!=", Comparison::NotEqual),
];

/// The severities of tests and checks.
pub(crate) const TEST_SEVERITIES: &[(&str, TestSeverity)] =
    &[("error", TestSeverity::Error), ("warning", TestSeverity::Warning)];

/// The kinds and the keys each of them takes beside the shared ones.
pub const TEST_KINDS: &[(&str, &[&str])] = &[
    ("not_null", &["column"]),
    ("unique", &["column"]),
    ("accepted_values", &["column", "values"]),
    ("relationships", &["column", "to_table", "to_column"]),
    ("expression", &["expression"]),
    ("row_count_range", &["min", "max"]),
    ("in_range", &["column", "min", "max"]),
    ("regex_match", &["column", "pattern"]),
    ("aggregate", &["column", "op", "cmp", "value"]),
    ("composite", &["kind", "columns"]),
    ("not_in_future", &["column"]),
    ("older_than_n_days", &["column", "days"]),
    ("unique_expr", &["key_expr"]),
];

const SHARED_KEYS: &[&str] = &["type", "name", "severity", "filter"];

/// Reads one test. `keys` are further keys of the surrounding grammar, such as `table`.
/// A test that is not valid is reported under V070 and left out.
pub(crate) fn decode_test(decoder: &mut Decoder<'_>, table: &Table<'_>, keys: &[&str]) -> Option<ModelTest> {
    let outer = decoder.policy;
    decoder.policy.wrong_value = "V070";
    let test = decode(decoder, table, keys);
    decoder.policy = outer;
    test
}

/// Reads the definition of a named test: its column may be left to those who use it.
pub(crate) fn decode_definition(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Option<ModelTest> {
    decoder.column_may_follow = true;
    let test = decode_test(decoder, table, &[]);
    decoder.column_may_follow = false;
    test
}

impl ModelTest {
    /// This definition as one model uses it; `None` when the column is nowhere given.
    pub fn used_as(&self, usage: &crate::TestUse) -> Option<ModelTest> {
        let mut test = self.clone();
        if let Some(column) = test.kind.column_mut() {
            if let Some(given) = &usage.column {
                column.clone_from(given);
            }
            if column.is_empty() {
                return None;
            }
        }
        test.severity = usage.severity.unwrap_or(test.severity);
        if usage.filter.is_some() {
            test.filter.clone_from(&usage.filter);
        }
        test.name = test.name.or_else(|| match &usage.column {
            Some(column) => Some(SmolStr::new(format!("{}_{column}", usage.name))),
            None => Some(usage.name.clone()),
        });
        Some(test)
    }
}

impl TestKind {
    /// The column that is tested, when it is exactly one.
    fn column_mut(&mut self) -> Option<&mut SmolStr> {
        match self {
            TestKind::NotNull { column }
            | TestKind::Unique { column }
            | TestKind::AcceptedValues { column, .. }
            | TestKind::Relationships { column, .. }
            | TestKind::InRange { column, .. }
            | TestKind::RegexMatch { column, .. }
            | TestKind::NotInFuture { column }
            | TestKind::OlderThanDays { column, .. } => Some(column),
            TestKind::Aggregate { column, .. } => column.as_mut(),
            TestKind::Expression { .. }
            | TestKind::RowCountRange { .. }
            | TestKind::CompositeUnique { .. }
            | TestKind::UniqueExpression { .. } => None,
        }
    }
}

fn decode(decoder: &mut Decoder<'_>, table: &Table<'_>, keys: &[&str]) -> Option<ModelTest> {
    let type_name = decoder.required_text(table, "type")?;
    let Some((_, own_keys)) = TEST_KINDS.iter().find(|(name, _)| *name == type_name) else {
        if let Some(value) = table.get("type") {
            let names = TEST_KINDS.iter().map(|(name, _)| *name);
            decoder.not_a_choice(&table.field("type"), value.span(), &type_name, names);
        }
        return None;
    };
    // The original ignored keys of other kinds; only keys of no kind at all are worth a word.
    let known: Vec<&str> = SHARED_KEYS.iter().chain(*own_keys).chain(keys).copied().collect();
    decoder.check_keys_as(table, &known, rocky_base_db::Severity::Warning);
    let severity = decoder.choice(table, "severity", TEST_SEVERITIES).unwrap_or_default();
    let filter = decoder.text(table, "filter").filter(|filter| !filter.trim().is_empty());
    let kind = decode_kind(decoder, table, &type_name)?;
    let name = decoder.text(table, "name");
    let target = if keys.contains(&"table") { decoder.text(table, "table") } else { None };
    Some(ModelTest { name, table: target, severity, filter, kind })
}

fn decode_kind(decoder: &mut Decoder<'_>, table: &Table<'_>, type_name: &str) -> Option<TestKind> {
    let kind = match type_name {
        "not_null" => TestKind::NotNull { column: column(decoder, table)? },
        "unique" => TestKind::Unique { column: column(decoder, table)? },
        "not_in_future" => TestKind::NotInFuture { column: column(decoder, table)? },
        "accepted_values" => {
            let column = column(decoder, table);
            let values = accepted_values(decoder, table);
            TestKind::AcceptedValues { column: column?, values: values? }
        }
        "relationships" => {
            let column = column(decoder, table);
            let to_table = non_blank(decoder, table, "to_table");
            let to_column = non_blank(decoder, table, "to_column");
            let to_table = to_table?;
            let parts = to_table.split('.').collect::<Vec<_>>();
            if parts.len() > 3 || parts.iter().any(|part| part.is_empty()) {
                invalid(decoder, table, "to_table", "must be a table name of one to three dotted parts");
                return None;
            }
            TestKind::Relationships { column: column?, to_table, to_column: to_column? }
        }
        "expression" => TestKind::Expression { expression: non_blank(decoder, table, "expression")? },
        "unique_expr" => TestKind::UniqueExpression { key: non_blank(decoder, table, "key_expr")? },
        "row_count_range" => {
            let (min, max) = (decoder.integer::<u64>(table, "min"), decoder.integer::<u64>(table, "max"));
            bounds(decoder, table, min.zip(max).is_some_and(|(min, max)| min > max))?;
            TestKind::RowCountRange { min, max }
        }
        "in_range" => {
            let column = column(decoder, table);
            let (min, max) = (decoder.number_text(table, "min"), decoder.number_text(table, "max"));
            let number = |text: &SmolStr| text.parse::<f64>().ok();
            let swapped = min.as_ref().and_then(number) > max.as_ref().and_then(number) && max.is_some();
            bounds(decoder, table, swapped)?;
            TestKind::InRange { column: column?, min, max }
        }
        "regex_match" => {
            let column = column(decoder, table);
            let pattern = non_blank(decoder, table, "pattern")?;
            if pattern.contains(['\'', '`', ';']) {
                invalid(decoder, table, "pattern", "must not contain a single quote, a backtick or `;`");
                return None;
            }
            TestKind::RegexMatch { column: column?, pattern }
        }
        "aggregate" => decode_aggregate(decoder, table)?,
        "composite" => {
            decoder.choice(table, "kind", &[("unique", ())]).or_else(|| {
                if !table.has("kind") {
                    decoder.missing(table, "kind");
                }
                None
            })?;
            let columns = decoder.required_texts(table, "columns")?;
            if columns.len() < 2 || columns.iter().any(|column| column.trim().is_empty()) {
                invalid(decoder, table, "columns", "must name at least two columns");
                return None;
            }
            TestKind::CompositeUnique { columns }
        }
        _ => {
            let column = column(decoder, table);
            let days = decoder.integer::<u32>(table, "days");
            if !table.has("days") {
                decoder.missing(table, "days");
            }
            if days == Some(0) {
                invalid(decoder, table, "days", "must be at least 1");
                return None;
            }
            TestKind::OlderThanDays { column: column?, days: days? }
        }
    };
    Some(kind)
}

fn decode_aggregate(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Option<TestKind> {
    for key in ["op", "cmp", "value"] {
        if !table.has(key) {
            decoder.missing(table, key);
        }
    }
    let op = decoder.choice(table, "op", AGGREGATES);
    let cmp = decoder.choice(table, "cmp", COMPARISONS);
    let value = decoder.number_text(table, "value");
    let written = decoder.text(table, "column").filter(|column| !column.trim().is_empty());
    if written.is_none() && op.is_some_and(|op| op != AggregateOp::Count) {
        decoder.missing(table, "column");
        return None;
    }
    Some(TestKind::Aggregate { column: written, op: op?, cmp: cmp?, value: value? })
}

fn column(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Option<SmolStr> {
    if decoder.column_may_follow && !table.has("column") {
        return Some(SmolStr::default());
    }
    non_blank(decoder, table, "column")
}

fn non_blank(decoder: &mut Decoder<'_>, table: &Table<'_>, key: &str) -> Option<SmolStr> {
    let text = decoder.required_text(table, key)?;
    if text.trim().is_empty() {
        invalid(decoder, table, key, "must not be empty");
        return None;
    }
    Some(text)
}

fn accepted_values(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Option<Vec<SmolStr>> {
    let Some(value) = table.get("values") else {
        decoder.missing(table, "values");
        return None;
    };
    let values: Option<Vec<SmolStr>> = match value.get_ref() {
        DeValue::Array(items) => items
            .iter()
            .map(Spanned::get_ref)
            .map(|item| TomlValue::of(item).scalar_text().map(SmolStr::new))
            .collect(),
        _ => None,
    };
    match values {
        Some(values) if !values.is_empty() => Some(values),
        _ => {
            invalid(decoder, table, "values", "must be a list of strings or numbers that is not empty");
            None
        }
    }
}

fn bounds(decoder: &mut Decoder<'_>, table: &Table<'_>, swapped: bool) -> Option<()> {
    if !table.has("min") && !table.has("max") {
        let message = format!("{} needs 'min', 'max' or both", table.title());
        decoder.report(
            Finding::error("V070", table.range, message)
                .at_field(table.path.as_str())
                .suggest("add `min = …`"),
        );
        return None;
    }
    if swapped {
        invalid(decoder, table, "min", "must not be greater than 'max'");
        return None;
    }
    Some(())
}

fn invalid(decoder: &mut Decoder<'_>, table: &Table<'_>, key: &str, rule: &str) {
    let field = table.field(key);
    let span = table.get(key).map_or(0..0, Spanned::span);
    decoder.wrong(&field, span, format!("'{field}' {rule}"), None);
}
