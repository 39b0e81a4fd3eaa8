//! What each code means and what to do about it, for `rocky explain`.

/// One code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Explanation {
    /// What it means.
    pub(crate) title: String,
    /// What to do about it.
    pub(crate) advice: String,
}

/// Code, meaning, advice. Codes of the configuration (V, L) come from the project package.
const CODES: &[(&str, &str, &str)] = &[
    (
        "D011",
        "`depends_on` misses models that the query reads",
        "Add them, or drop `depends_on`: references are found by themselves.",
    ),
    ("E001", "join columns have types that cannot be compared", "Cast one of them to the other's type."),
    ("E002", "`depends_on` names something unknown", "Correct the name: a model, a seed or a pipeline."),
    ("E003", "a column does not exist", "Correct the name; the message lists what is there."),
    (
        "E010",
        "a column that the contract requires is missing",
        "Put it out, or drop it from `rules.required`.",
    ),
    ("E011", "a column has another type than its contract says", "Cast it, or change the contract."),
    (
        "E012",
        "a column can be NULL although its contract forbids it",
        "Filter or replace NULLs, or change the contract.",
    ),
    ("E013", "a column that the contract protects was removed", "Put it back: others rely on it."),
    (
        "E014",
        "a new column can be NULL although the contract forbids that",
        "Replace NULLs, or declare the column in the contract.",
    ),
    ("E020", "the time column is not put out", "Put it out, or name another column."),
    ("E021", "the time column is not a date or timestamp", "Cast it, or name another column."),
    ("E022", "the time column can be NULL", "Filter NULLs or replace them."),
    ("E023", "the time column's name is not a plain identifier", "Use letters, digits and underscores."),
    (
        "E024",
        "the query uses neither @start_date nor @end_date",
        "Filter the time column: >= @start_date AND < @end_date.",
    ),
    ("E025", "hourly partitions of a date", "Use `day`, or a timestamp."),
    ("E026", "`first_partition` is not written as the granularity wants", "Write it as the message shows."),
    ("E036", "two models write one table", "Give one of them another target."),
    ("E101", "branches of a set operation have different numbers of columns", "Make them equal."),
    ("E102", "branches of a set operation have types that do not fit", "Cast one of them."),
    (
        "E103",
        "models depend on each other in a circle",
        "Break it: move the shared part to a model of its own.",
    ),
    ("E104", "two models have one name", "Rename one of the files, or set `name` in its sidecar."),
    ("E106", "a column could come from several tables", "Write the table's name before it."),
    ("E107", "a column that the strategy needs is not put out", "Put it out, or name another one."),
    ("E110", "another run holds the state file", "Wait for it, or name another file with --state-path."),
    (
        "E111",
        "the state file, or its folder, cannot be opened or written",
        "Give yourself the right, or name another place with --state-path.",
    ),
    (
        "E112",
        "the state file is damaged",
        "Put back a copy, or move it away to start anew. Nothing was changed.",
    ),
    (
        "E113",
        "the state file was written by another version",
        "Use that version, or move the file away to start anew.",
    ),
    ("E120", "the warehouse cannot be opened", "The message says why."),
    ("E121", "another process holds the database file", "Close it, or wait until it is done."),
    ("E122", "the database file may not be opened", "Check the rights of the file and its folder."),
    (
        "E130",
        "an aggregate or window function stands where rows are not grouped yet",
        "Filter groups with HAVING and windows with QUALIFY, or compute the value in a subquery.",
    ),
    (
        "E131",
        "a column is neither grouped nor inside an aggregate",
        "Add it to GROUP BY, or choose one value, e.g. with `max(…)` or `any_value(…)`.",
    ),
    (
        "E132",
        "a function does not take these arguments",
        "Correct their number or cast them; the message says what it takes.",
    ),
    (
        "E133",
        "a position in ORDER BY or GROUP BY is not in the select list",
        "Name the column, or correct the number.",
    ),
    (
        "E134",
        "an operator or CASE does not take values of these types",
        "Cast one of them to the other's type.",
    ),
    (
        "I001",
        "a star selects all columns of a table",
        "Name the columns, so that a new one does not surprise readers.",
    ),
    ("I002", "some types are not known", "Declare the columns of the sources."),
    ("I102", "a table name resembles a model's name", "If the model is meant, write its name."),
    ("I103", "a column has no name", "Give it one with AS."),
    ("P001", "not every warehouse understands this", "Write it in a way that the target does."),
    ("S001", "the SQL cannot be parsed", "Mend it where the message points."),
    ("S002", "more than one statement", "A model is one query: split the file."),
    ("S003", "not a query", "A model is a SELECT: Rocky itself writes the table."),
    ("S004", "the file is empty", "Write a query, or delete the file."),
    ("S005", "a template of dbt", "Write the model's name in place of ref() and source()."),
    ("S006", "a macro that cannot be expanded", "Correct its name or arguments."),
    ("S007", "a construct that is not understood", "It is sent as it is; types and lineage are limited."),
    (
        "S008",
        "a file cannot be read, or is not what its name says",
        "The message says what is wrong with it.",
    ),
    ("S009", "no models were found", "Put .sql or .rocky files below the models folder."),
    ("W001", "join columns are cast implicitly", "Cast one of them yourself."),
    ("W002", "a star over a model whose columns are not known", "Mend that model, or name the columns."),
    ("W003", "only one side of the time window is used", "Add the other one."),
    ("W010", "the contract has a column that is not put out", "Put it out, or drop it from the contract."),
    ("W011", "a contract for an unknown model", "Rename the contract."),
    ("W101", "two columns have one name", "Rename one of them."),
    (
        "W105",
        "a rule cannot be checked: the columns are not all known",
        "Declare the columns of the sources.",
    ),
    ("W106", "the time window counts its end twice", "Use < @end_date."),
    (
        "W107",
        "@start_date or @end_date where nothing replaces it",
        "Use a strategy with partitions, or drop it.",
    ),
    ("W108", "the contract names an unknown type", "Use one of Rocky's types."),
    ("W109", "a doubtful merge key", "Use a key that is never NULL and never updated."),
];

/// The explanation of a code.
pub(crate) fn find(code: &str) -> Option<Explanation> {
    if let Some((_, title, advice)) = CODES.iter().find(|(known, _, _)| *known == code) {
        return Some(Explanation { title: (*title).to_owned(), advice: (*advice).to_owned() });
    }
    if let Some(rule) = rocky_compiler::lint::RuleId::of_code(code) {
        return Some(of_rule(rule.rule()));
    }
    let known = rocky_compiler::project::validation_code(code)?;
    let shown =
        if known.severities.is_empty() { "nothing yet".to_owned() } else { known.severities.join(", ") };
    Some(Explanation {
        title: known.title.clone(),
        advice: format!("Shown by 'rocky validate' as: {shown}. The message says what to do."),
    })
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

/// A lint rule explains itself.
fn of_rule(rule: &rocky_compiler::lint::Rule) -> Explanation {
    Explanation {
        title: rule.summary.to_owned(),
        advice: format!(
            "{} The rule is called `{}`, and [lint.rules] in rocky.toml says how bad it is.\n\nInstead of\n\n{}\nwrite\n\n{}",
            rule.why,
            rule.name,
            indented(rule.bad),
            indented(rule.good)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{CODES, find};

    #[test]
    fn codes_are_sorted_and_complete_sentences() {
        assert!(CODES.is_sorted_by(|left, right| left.0 < right.0));
        assert!(CODES.iter().all(|(_, title, advice)| !title.ends_with('.') && advice.ends_with('.')));
        assert_eq!(find("V023").map(|explanation| explanation.title.is_empty()), Some(false));
        assert_eq!(find("S112").map(|explanation| explanation.title), Some("`select *`".to_owned()));
        assert_eq!(find("E999"), None);
    }
}
