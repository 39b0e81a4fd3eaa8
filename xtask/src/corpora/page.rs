//! Renders the page, and lists what needs a change of the parser or a reason.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Statement;
use super::reasons::Reasons;
use super::rejection::{NEAR, Rejection};

/// Longer texts are cut on the page.
const SHOWN: usize = 110;

/// Counts of one corpus in one dialect.
#[derive(Default)]
struct Row {
    statements: usize,
    queries: usize,
    accepted: usize,
    /// Refused, as the warehouse refuses them too.
    invalid: usize,
    /// Queries that sqlparser reads, and of these the ones that we refuse.
    peer: usize,
    peer_only: usize,
    /// Statements that DuckDB parses, and of these the ones that we take.
    duckdb: usize,
    duckdb_accepted: usize,
}

impl Row {
    fn add(&mut self, statement: &Statement, invalid: bool) {
        let accepted = statement.verdict.errors.is_empty();
        self.statements += 1;
        if statement.duckdb == Some(true) {
            self.duckdb += 1;
            self.duckdb_accepted += usize::from(accepted);
        }
        if statement.is_query {
            self.queries += 1;
            self.accepted += usize::from(accepted);
            self.invalid += usize::from(!accepted && invalid);
            self.peer += usize::from(statement.verdict.peer_query);
            self.peer_only += usize::from(statement.verdict.peer_query && !accepted);
        }
    }

    fn cells(&self) -> String {
        let duckdb = match self.duckdb {
            0 => String::new(),
            taken => format!("{taken} / {}", self.duckdb_accepted),
        };
        format!(
            "| {} | {} | {} | {} | {} | {} | {} / {} | {duckdb} |",
            self.statements,
            self.queries,
            self.accepted,
            percent(self.accepted, self.queries),
            self.invalid,
            percent(self.accepted, self.queries - self.invalid),
            self.peer,
            self.peer_only
        )
    }
}

/// The page, and the findings that make the tool fail.
pub(super) fn render(
    statements: &[Statement],
    rejection: &Rejection,
    reasons: &mut Reasons,
) -> (String, Vec<String>) {
    let mut problems = Vec::new();
    let mut page = String::from(
        "# SQL acceptance\n\n\
         Written by `cargo xtask corpora`. Public SQL, read by the parser in the dialect that it is written in.\n\n",
    );
    acceptance(&mut page, statements, reasons);
    templates(&mut page, statements, &mut problems);
    refusals(&mut page, statements, reasons, &mut problems);
    rejected(&mut page, rejection, reasons, &mut problems);
    for statement in statements.iter().filter(|statement| !statement.verdict.broken.is_empty()) {
        let dialects = statement.verdict.broken.join(", ");
        problems.push(format!("BROKEN in {dialects}: {}", shown(&statement.text)));
    }
    problems.extend(rejection.broken.iter().map(|text| format!("BROKEN: {}", shown(text))));
    problems.extend(reasons.unused().map(|part| format!("a reason explains nothing: {part}")));
    (page, problems)
}

fn is_template(statement: &Statement) -> bool {
    statement.corpus.starts_with("dbt: ")
}

/// Why a refused statement is refused, and whether the warehouse refuses it as well.
fn reason_of(statement: &Statement, reasons: &mut Reasons) -> Option<(String, bool)> {
    if statement.duckdb == Some(false) {
        return Some(("DuckDB refuses it too".to_owned(), true));
    }
    let (_, message) = statement.verdict.errors.first()?;
    reasons.of(&statement.dialect, &statement.text, message)
}

fn acceptance(page: &mut String, statements: &[Statement], reasons: &mut Reasons) {
    let mut rows: BTreeMap<(&str, &str), Row> = BTreeMap::new();
    let mut totals: BTreeMap<&str, Row> = BTreeMap::new();
    for statement in statements.iter().filter(|statement| !is_template(statement)) {
        let invalid = reason_of(statement, reasons).is_some_and(|(_, invalid)| invalid);
        rows.entry((&statement.corpus, &statement.dialect)).or_default().add(statement, invalid);
        totals.entry(&statement.read_as).or_default().add(statement, invalid);
    }
    page.push_str(
        "## Queries without a syntax error\n\n\
         What a query is, is said by the root of the fixture's own tree (sqlfluff) or by sqlglot's parser; expressions \
         that sqlglot tests alone are read behind a SELECT. *Invalid*: refused, and the warehouse refuses it as well \
         (the list below says why); *of the valid* leaves these out. *sqlparser*: queries that it reads in that dialect, and how \
         many of them we refuse. *DuckDB*: statements of any kind that DuckDB's own parser takes, and how many of them \
         we take. Databricks SQL covers the corpora of Spark and Hive; Postgres and ANSI are dialects for import only. \
         Every text is also read in all seven dialects: none panics, and every tree has its text.\n\n\
         | Corpus | Dialect | Statements | Queries | Accepted | Share | Invalid | Of the valid | sqlparser reads / we refuse | DuckDB takes / we take |\n\
         |---|---|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for ((corpus, dialect), row) in &rows {
        let _ = writeln!(page, "| {corpus} | {dialect} {}", row.cells());
    }
    for (dialect, row) in &totals {
        let _ = writeln!(page, "| **all** | **read as {dialect}** {}", row.cells());
    }
}

/// Jinja must be named, and nothing else of the file.
fn templates(page: &mut String, statements: &[Statement], problems: &mut Vec<String>) {
    let mut rows: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    for statement in statements.iter().filter(|statement| is_template(statement)) {
        let row = rows.entry(&statement.corpus).or_default();
        let has_jinja = ["{{", "{%", "{#"].iter().any(|opener| statement.text.contains(opener));
        let named = statement.verdict.findings.iter().any(|(code, _)| code == "S005");
        row.0 += 1;
        row.1 += usize::from(named);
        row.2 += usize::from(statement.verdict.errors.is_empty());
        if has_jinja != named || !statement.verdict.errors.is_empty() {
            problems.push(format!(
                "UNEXPLAINED template of {}: {}",
                statement.corpus,
                shown(&statement.text)
            ));
        }
    }
    page.push_str(
        "\n## dbt projects\n\n\
         Models, snapshots, analyses and tests with Jinja get the finding S005 once, and no syntax error.\n\n\
         | Project package | Files | With S005 | Without a syntax error |\n|---|--:|--:|--:|\n",
    );
    for (corpus, (files, named, clean)) in &rows {
        let _ = writeln!(page, "| {} | {files} | {named} | {clean} |", corpus.trim_start_matches("dbt: "));
    }
}

fn refusals(page: &mut String, statements: &[Statement], reasons: &mut Reasons, problems: &mut Vec<String>) {
    page.push_str(
        "\n## Refused queries\n\n\
         *Second opinion* marks queries that sqlparser reads and DuckDB does not refuse.\n\n\
         | Corpus, dialect | Query | Our message | Why it is refused | Second opinion |\n|---|---|---|---|---|\n",
    );
    for statement in statements.iter().filter(|statement| !is_template(statement)) {
        let Some((_, message)) = statement.verdict.errors.first() else { continue };
        if !statement.is_query && statement.duckdb != Some(true) {
            continue;
        }
        let reason = reason_of(statement, reasons).map(|(reason, _)| reason).unwrap_or_else(|| {
            problems.push(format!(
                "UNEXPLAINED {} {} (read as {}): {}\n    {message}",
                statement.corpus,
                statement.dialect,
                statement.read_as,
                shown(&statement.text)
            ));
            "UNEXPLAINED".to_owned()
        });
        let opinion =
            if statement.verdict.peer_query && statement.duckdb != Some(false) { "yes" } else { "" };
        let _ = writeln!(
            page,
            "| {}, {} | {} | {} | {reason} | {opinion} |",
            statement.corpus,
            statement.dialect,
            cell(&statement.text),
            message.replace('|', "\\|")
        );
    }
}

fn rejected(page: &mut String, rejection: &Rejection, reasons: &mut Reasons, problems: &mut Vec<String>) {
    let _ = write!(
        page,
        "\n## Broken statements\n\n\
         {} statements of the DuckDB corpora with one change each (a token deleted, doubled, swapped or inserted, a \
         keyword replaced, a bracket dropped, the end cut off), drawn with a fixed seed. DuckDB's parser is the judge. \
         *The right clause*: our first error stands in the clause where DuckDB's error stands or that was changed (a \
         clause begins at a word like FROM, WHERE or ON), or at most {NEAR} tokens away. An error is a syntax error or \
         one about statements (S002, S003, S004); warnings such as S007 do not count.\n\n\
         | | Mutants | Share |\n|---|--:|--:|\n",
        rejection.mutants
    );
    let of = |count: usize| percent(count, rejection.refused);
    let _ = writeln!(page, "| DuckDB refuses | {} | |", rejection.refused);
    let _ = writeln!(page, "| … and we refuse | {} | {} |", rejection.rejected, of(rejection.rejected));
    let _ =
        writeln!(page, "| … in the right clause | {} | {} |", rejection.at_clause, of(rejection.at_clause));
    let _ = writeln!(
        page,
        "| … by DuckDB's position alone | {} | {} |",
        rejection.at_duckdb,
        of(rejection.at_duckdb)
    );
    let _ = writeln!(page, "| DuckDB takes | {} | |", rejection.taken());
    let wrongly = rejection.refused_wrongly.len();
    let _ = writeln!(
        page,
        "| … and we refuse, each for a reason below | {wrongly} | {} |",
        percent(wrongly, rejection.taken())
    );
    let goal = rejection.refused.saturating_mul(95) / 100;
    if rejection.refused < 300 || rejection.at_clause < goal {
        problems.push(format!(
            "only {} of {} invalid statements are refused at the right clause",
            rejection.at_clause, rejection.refused
        ));
    }
    page.push_str("\nTaken by DuckDB's parser and refused by ours:\n\n| Reason | Mutants | For example |\n|---|--:|---|\n");
    let mut explained: BTreeMap<String, (usize, &str)> = BTreeMap::new();
    for (text, message) in &rejection.refused_wrongly {
        match reasons.of_mutant(text, message) {
            Some(reason) => explained.entry(reason).or_insert((0, text)).0 += 1,
            None => problems.push(format!("UNEXPLAINED mutant: {text}\n    {message}")),
        }
    }
    for (reason, (count, example)) in &explained {
        let _ = writeln!(page, "| {reason} | {count} | {} |", cell(example));
    }
    page.push_str("\nRefused by DuckDB's parser and not by ours, the first ones:\n\n| Statement | DuckDB's message |\n|---|---|\n");
    for (text, message) in rejection.missed.iter().take(20) {
        let _ = writeln!(page, "| {} | {} |", cell(text), message.replace('|', "\\|"));
    }
}

fn percent(part: usize, whole: usize) -> String {
    if whole == 0 {
        return String::new();
    }
    // Rounded down, so that only all of them are 100 %.
    let hundredths = part * 10_000 / whole;
    format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}

/// The beginning of a text in one line.
fn shown(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line,
    }
}

/// A text as code in a cell of a table.
fn cell(text: &str) -> String {
    let text = shown(text).replace('|', "\\|");
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

#[cfg(test)]
mod tests {
    use super::{cell, percent};

    #[test]
    fn shares_are_rounded_down() {
        assert_eq!(percent(1_999, 2_000), "99.95 %");
        assert_eq!(percent(99_999, 100_000), "99.99 %");
        assert_eq!(percent(3, 3), "100.00 %");
        assert_eq!(percent(0, 0), "");
    }

    #[test]
    fn cells() {
        assert_eq!(cell("select a\n  || b"), "`select a \\|\\| b`");
        assert_eq!(cell("select `a`"), "`` select `a` ``");
    }
}
