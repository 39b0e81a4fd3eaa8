//! The page `docs/accuracy.md`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::mutate::MUTATIONS;
use crate::perturbation::{Edges, Perturbations};
use crate::tally::{Causes, Tally};

/// What is measured, under which name.
#[derive(Debug)]
pub(crate) struct Set {
    pub(crate) name: &'static str,
    pub(crate) tally: Tally,
}

pub(crate) fn page(
    sets: &[Set],
    perturbations: &Perturbations,
    left_out: &BTreeMap<String, usize>,
    (queries, seed): (usize, u64),
    version: &str,
) -> String {
    let mut out = String::new();
    out.push_str("# Accuracy of types\n\n");
    let _ = writeln!(
        out,
        "Written by `cargo xtask judge`; do not edit. DuckDB {version} is the judge: it describes each query over\n\
         empty tables, and Rocky infers the same query from the tables' declared columns. Types are equal when they\n\
         are equal in Rocky's lattice, with precision and scale, inside lists, structs and maps too. A type that is\n\
         not exact counts as unknown. Made with\n\
         `--queries {queries} --perturbations {} --seed {seed}`; the same numbers give the same page.\n\n\
         DuckDB runs on one thread, with the optimizer `top_n_window_elimination` switched off since the judge\n\
         was made; why is not recorded, and a small query gave the same rows with it and without it. ASOF RIGHT and ASOF FULL joins are left out, because they never end on one thread.\n",
        perturbations.runs
    );
    out.push_str("## Names and types\n\n");
    out.push_str("| | goal |");
    for set in sets {
        let _ = write!(out, " {} |", set.name);
    }
    out.push_str("\n|---|---|");
    out.push_str(&"---|".repeat(sets.len()));
    out.push('\n');
    row(&mut out, "queries", "", sets, |t| t.queries.to_string());
    row(&mut out, "DuckDB refuses", "", sets, |t| t.refused.to_string());
    row(&mut out, "false errors: DuckDB accepts, Rocky does not", "0", sets, |t| t.false_errors.to_string());
    row(&mut out, "columns of accepted queries", "", sets, |t| t.columns.to_string());
    row(&mut out, "… with a type that has no place in the lattice", "", sets, |t| t.outside.to_string());
    row(&mut out, "types equal, of those claimed", "≥ 99.9 %", sets, |t| {
        share(t.equal, t.equal + t.different)
    });
    row(&mut out, "types different", "", sets, |t| t.different.to_string());
    row(&mut out, "types unknown", "≤ 1 %", sets, |t| share(t.unknown, t.columns - t.outside));
    row(&mut out, "names known", "", sets, |t| share(t.names_known, t.columns));
    row(&mut out, "names different, of those known", "0", sets, |t| t.names_wrong.to_string());
    row(&mut out, "refused by DuckDB, reported by Rocky", "", sets, |t| share(t.refused_by_us, t.refused));
    public(&mut out, left_out);
    out.push_str("\n## NULL\n\n");
    out.push_str(
        "Each accepted query is run over six rows a table, with NULL wherever a column allows it, and over empty\n\
         tables. A column that Rocky calls NOT NULL must never give NULL.\n\n",
    );
    out.push_str("| | goal | queries made by the generator |\n|---|---|---|\n");
    let made = &sets[0].tally;
    let _ = writeln!(out, "| runs | | {} |", made.runs);
    let _ = writeln!(out, "| … stopped by an error of a value | | {} |", made.stopped);
    let _ = writeln!(out, "| columns called NOT NULL | | {} |", made.called_not_null);
    let _ = writeln!(out, "| violations | 0 | {} |", made.null_violations);
    out.push_str("\n## Wrong queries\n\nRight queries are made wrong; those that DuckDB's binder then refuses count.\n\n");
    out.push_str("| mutation | what it does | refused by DuckDB | reported by Rocky |\n|---|---|---|---|\n");
    let mut total = (0, 0);
    for mutation in MUTATIONS {
        let (refused, ours) = made.mutants.get(mutation.name).copied().unwrap_or_default();
        total = (total.0 + refused, total.1 + ours);
        let _ =
            writeln!(out, "| {} | {} | {refused} | {} |", mutation.name, mutation.what, share(ours, refused));
    }
    let _ = writeln!(out, "| all | goal: ≥ 98 % | {} | {} |", total.0, share(total.1, total.0));
    out.push_str(
        "\nLeft out: a table that does not exist and a function that does not exist. Rocky sees one project and not\n\
         the whole warehouse, so both may be right there.\n",
    );
    lineage(&mut out, perturbations);
    out.push_str(&crate::dialects::section());
    out.push_str("\n## Most frequent disagreements\n");
    for set in sets {
        causes(&mut out, set.name, "errors where DuckDB accepts", &set.tally.false_error_causes, 12);
        causes(
            &mut out,
            set.name,
            "different types, by the shape of the expression",
            &set.tally.different_causes,
            15,
        );
        causes(
            &mut out,
            set.name,
            "unknown types, by the shape of the expression",
            &set.tally.unknown_causes,
            15,
        );
        causes(&mut out, set.name, "different names", &set.tally.name_causes, 8);
        causes(&mut out, set.name, "NOT NULL that gave NULL", &set.tally.null_causes, 8);
        causes(&mut out, set.name, "mutants that Rocky lets pass", &set.tally.mutant_causes, 15);
    }
    out
}

/// Statements of the public corpora that are not judged.
fn public(out: &mut String, left_out: &BTreeMap<String, usize>) {
    if left_out.is_empty() {
        return;
    }
    let total: usize = left_out.values().sum();
    let _ = writeln!(
        out,
        "\nThe public corpora are the queries in DuckDB's dialect of sqlfluff and sqlglot. Each is judged over tables made\n\
         for it: an expression alone gets a FROM clause, whatever table or column DuckDB misses is added, all columns with the first of {} types with which it\n\
         binds. {total} queries are left out, by what DuckDB says with columns of INTEGER:\n\n| count | |\n|---|---|",
        crate::public::types()
    );
    let mut rows: Vec<_> = left_out.iter().collect();
    rows.sort_by(|left, right| right.1.cmp(left.1).then(left.0.cmp(right.0)));
    let mut rest = 0;
    for (position, (why, count)) in rows.iter().enumerate() {
        if position < 15 {
            let _ = writeln!(out, "| {count} | `{}` |", why.replace('|', "\\|").replace('`', "'"));
        } else {
            rest += **count;
        }
    }
    if rest > 0 {
        let _ = writeln!(out, "| {rest} | other reasons, {} of them |", rows.len() - 15);
    }
}

fn lineage(out: &mut String, counted: &Perturbations) {
    out.push_str(
        "\n## Lineage\n\n\
         The data of one source column changes, everything else stays; what a query gives is compared column by\n\
         column, as values without regard to the order of rows. An output column that changed must be connected with\n\
         the source: through an edge that gives values, or through an influence (a filter, a join's condition, a\n\
         grouping, an order that decides). One run is one query and one source column; each is made with at least\n\
         two sets of data and three changes of each: new values in all rows, in one row, values moved by a row.\n\
         Every fourth subject is a chain of two or three models in a project, and the edges are those across it.\n\n",
    );
    out.push_str("| | goal | |\n|---|---|---|\n");
    let _ = writeln!(out, "| queries and chains | | {} |", counted.queries);
    let _ = writeln!(out, "| … chains of models | | {} |", counted.chains);
    let _ = writeln!(out, "| runs | 10,000 | {} |", counted.runs);
    let _ = writeln!(out, "| … in which an output column changed | | {} |", counted.changed);
    let _ = writeln!(out, "| queries run on DuckDB for it | | {} |", counted.executions);
    let _ = writeln!(out, "| output columns that changed | | {} |", counted.changes);
    let _ = writeln!(out, "| … not connected with the source (misses) | 0 | {} |", counted.misses);
    out.push_str(
        "\nEdges that give values, by their transform. An edge is confirmed when a change of its source changes its\n\
         output column. One that is not confirmed by two sets of data is tried with 24. *No rows*: the query gave no\n\
         row, or an error, with all of them, so nothing can be said. *Masked*: the output column has one value in all\n\
         data, so nothing can change it (`sign` of an unsigned number, `x IS NULL` of a column without NULL). *Not\n\
         confirmed*: other columns change the output column and this one never did.\n\n\
         | edges | tried | confirmed | no rows | masked | not confirmed |\n|---|---|---|---|---|---|\n",
    );
    let mut all = Edges::default();
    for (transform, edges) in &counted.edges {
        edge_row(out, transform, edges);
        all.tried += edges.tried;
        all.seen += edges.seen;
        all.no_rows += edges.no_rows;
        all.constant += edges.constant;
        all.unseen += edges.unseen;
    }
    edge_row(out, "all", &all);
    let direct = counted.edges.get("direct").copied().unwrap_or_default();
    let judged = |edges: &Edges| edges.tried - edges.no_rows - edges.constant;
    let _ = writeln!(
        out,
        "\nSpurious, goal ≤ 1 %: {} of direct edges, {} of all edges that give values.\n",
        share(direct.unseen, judged(&direct)),
        share(all.unseen, judged(&all))
    );
    out.push_str("Left out:\n\n");
    for (why, count) in &counted.left_out {
        let _ = writeln!(out, "- {why}: {count}");
    }
    causes(out, "lineage", "misses, by the shape of the expression", &counted.miss_causes, 12);
    causes(out, "lineage", "edges that were not confirmed", &counted.unseen_causes, 12);
}

fn edge_row(out: &mut String, name: &str, edges: &Edges) {
    let Edges { tried, seen, no_rows, constant, unseen } = edges;
    let _ = writeln!(out, "| {name} | {tried} | {seen} | {no_rows} | {constant} | {unseen} |");
}

fn row(out: &mut String, label: &str, goal: &str, sets: &[Set], cell: impl Fn(&Tally) -> String) {
    let _ = write!(out, "| {label} | {goal} |");
    for set in sets {
        let _ = write!(out, " {} |", cell(&set.tally));
    }
    out.push('\n');
}

fn causes(out: &mut String, set: &str, title: &str, causes: &Causes, most: usize) {
    let ranked = causes.ranked();
    if ranked.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{set}, {title}:\n\n| count | |\n|---|---|");
    for (cause, count, _) in ranked.iter().take(most) {
        let _ = writeln!(out, "| {count} | `{}` |", cause.replace('|', "\\|").replace('`', "'"));
    }
}

/// Examples for the person who mends what is found.
pub(crate) fn examples(sets: &[Set], perturbations: &Perturbations, most: usize) -> String {
    let mut out = String::new();
    for (title, causes) in [("MISS", &perturbations.miss_causes), ("UNSEEN", &perturbations.unseen_causes)] {
        for (cause, count, example) in causes.ranked().into_iter().take(most) {
            let _ = writeln!(out, "{title} {count} [{cause}]\n    {}", example.replace('\n', " "));
        }
    }
    for set in sets {
        let tally = &set.tally;
        for (title, causes) in [
            ("FALSE ERROR", &tally.false_error_causes),
            ("DIFFERENT", &tally.different_causes),
            ("UNKNOWN", &tally.unknown_causes),
            ("NAME", &tally.name_causes),
            ("NULL", &tally.null_causes),
            ("REFUSED", &tally.refused_causes),
            ("MUTANT", &tally.mutant_causes),
        ] {
            for (cause, count, example) in causes.ranked().into_iter().take(most) {
                let _ = writeln!(
                    out,
                    "{title} {count} {} [{cause}]\n    {}",
                    set.name,
                    example.replace('\n', " ")
                );
            }
        }
    }
    out
}

fn share(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    // Rounded down: 99.99 % is not all.
    let hundredths = part * 10_000 / whole;
    format!("{part} of {whole} ({}.{:02} %)", hundredths / 100, hundredths % 100)
}
