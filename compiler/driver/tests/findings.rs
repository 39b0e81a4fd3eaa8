//! Findings of small projects, as a user sees them: code, file, the text they stand on, message.

use expect_test::{Expect, expect};
use rocky_compiler::base_db::testing::MemorySystem;
use rocky_compiler::{OpenOptions, ProjectHost};
use std::fmt::Write;
use std::sync::Arc;

const DEFAULTS: (&str, &str) = ("models/_defaults.toml", "[target]\ncatalog = \"c\"\nschema = \"s\"\n");
const CONFIG: (&str, &str) = (
    "rocky.toml",
    "[adapter.default]\ntype = \"duckdb\"\n[pipeline.main]\ntype = \"transformation\"\n[pipeline.main.target]\nadapter = \"default\"\n",
);

fn check(files: &[(&str, &str)], expected: Expect) {
    let all = files.iter().chain(
        [&DEFAULTS, &CONFIG].into_iter().filter(|(path, _)| !files.iter().any(|(own, _)| own == path)),
    );
    let system = MemorySystem::with_files(all.copied());
    let host = ProjectHost::open(Arc::new(system), OpenOptions::default());
    let report = host.compile(&mut |_| {});
    let mut seen = String::new();
    for finding in &report.diagnostics {
        let source = host.snapshot().source(&finding.file);
        let shown = match (finding.range, &source) {
            (Some(range), Some((text, _))) => text[range].to_owned(),
            _ => "-".to_owned(),
        };
        let _ = writeln!(
            seen,
            "{} {} [{}] `{shown}` {}",
            finding.code.as_str(),
            finding.file,
            finding.model,
            finding.message
        );
        for place in &finding.related {
            let text = host.snapshot().source(&place.file).map(|(text, _)| text[place.range].to_owned());
            let _ = writeln!(seen, "  at {} `{}` {}", place.file, text.unwrap_or_default(), place.message);
        }
        if let Some(suggestion) = &finding.suggestion {
            let _ = writeln!(seen, "  = {suggestion}");
        }
    }
    expected.assert_eq(&seen);
}

#[test]
fn names() {
    check(
        &[
            ("models/a.sql", "SELECT 1 AS customer_id"),
            ("models/b.sql", "SELECT custmer_id FROM a"),
            ("models/c.rocky", "from a\nselect { custmer_id }"),
            ("models/d.sql", "SELECT 1 AS x FROM aa"),
        ],
        expect![[r#"
            E003 models/b.sql [b] `custmer_id` 'custmer_id' is not a column here: it is not in 'a'
              = did you mean 'customer_id'?
            E003 models/c.rocky [c] `custmer_id` 'custmer_id' is not a column here: it is not in 'a'
              = did you mean 'customer_id'?
            I102 models/d.sql [d] `aa` 'aa' is no model; there is a model named 'a'
              = did you mean 'a'?
        "#]],
    );
}

#[test]
fn bindings_named_like_models() {
    check(
        &[
            ("models/orders.sql", "SELECT 1 AS id"),
            ("models/b.rocky", "let Orders = from orders | where id > 0\nfrom Orders\nselect { id }"),
            ("models/c.rocky", "let other = from orders\nfrom other\nselect { id }"),
        ],
        expect![[r#"
            S024 models/b.rocky [b] `Orders` 'Orders' hides the model 'orders' from the steps below it
              at models/orders.sql `` the model
              = give the binding another name if the model is meant anywhere below
            I001 models/b.rocky [b] `from orders` SELECT * takes whatever columns the table has
              = name the columns that are needed
            I001 models/c.rocky [c] `from orders` SELECT * takes whatever columns the table has
              = name the columns that are needed
        "#]],
    );
}

#[test]
fn graph() {
    check(
        &[
            ("models/a.sql", "SELECT id FROM b"),
            ("models/b.sql", "SELECT id FROM a"),
            ("models/x/c.sql", "SELECT 1 AS id"),
            ("models/y/c.sql", "SELECT 2 AS id"),
            ("models/d.sql", "SELECT id FROM c"),
            ("models/d.toml", "depends_on = [\"cc\"]\n"),
        ],
        expect![[r#"
            E103 models/a.sql [a] `` 'a' is part of a dependency cycle: a → b → a
              = remove one of these references; models must not read each other in a circle
            E103 models/b.sql [b] `` 'b' is part of a dependency cycle: a → b → a
              = remove one of these references; models must not read each other in a circle
            D011 models/d.toml [d] `["cc"]` 'd' reads 'c' but depends_on lists only cc
              = add what is missing to depends_on, or delete depends_on: references are found anyway
            E002 models/d.toml [d] `"cc"` 'cc' in depends_on of 'd' is no model, seed or pipeline
              = did you mean 'c'?
            E104 models/x/c.sql [c] `` 'c' is the name of more than one model: also of models/y/c.sql
              at models/y/c.sql `` the other one
              = rename one of them
            E104 models/y/c.sql [c] `` 'c' is the name of more than one model: also of models/x/c.sql
              at models/x/c.sql `` the other one
              = rename one of them
        "#]],
    );
}

#[test]
fn contracts_and_strategies() {
    check(
        &[
            ("models/a.sql", "SELECT 1 AS id, CAST(NULL AS VARCHAR) AS name"),
            (
                "models/a.contract.toml",
                "[[columns]]\nname = \"id\"\ntype = \"String\"\n[[columns]]\nname = \"name\"\nnullable = false\n[rules]\nrequired = [\"gone\"]\n",
            ),
            ("models/b.sql", "SELECT id FROM a"),
            ("models/b.toml", "[strategy]\ntype = \"incremental\"\ntimestamp_column = \"updated\"\n"),
            ("contracts/nobody.contract.toml", "[rules]\nrequired = []\n"),
        ],
        expect![[r#"
            W011 contracts/nobody.contract.toml [nobody] `` 'nobody' has a contract but is no model
              = rename the contract to <model>.contract.toml, or delete it
            E010 models/a.sql [a] `SELECT` 'gone' is required by the contract of 'a' but missing from its output
              at models/a.contract.toml `"gone"` the contract says so here
              = add 'gone' to the SELECT, or drop it from `required`
            E011 models/a.sql [a] `id` 'id' of 'a' should be String by its contract but is Int32
              at models/a.contract.toml `"String"` the contract says so here
              = cast it: CAST(id AS …), or change the contract
            E012 models/a.sql [a] `name` 'name' of 'a' should be non-nullable by its contract but can be NULL
              at models/a.contract.toml `false` the contract says so here
              = use COALESCE(name, …) or filter with `name IS NOT NULL`
            E107 models/b.toml [b] `"updated"` 'updated' is needed by strategy incremental of 'b' but not in its output
              = the output has id
        "#]],
    );
}

#[test]
fn macros() {
    check(
        &[
            ("macros/cents.sql", "-- @macro cents(amount: column)\nCAST({amount} * 100 AS BIGINT)"),
            ("models/a.sql", "SELECT @cents(price) AS cents FROM (SELECT 1.5 AS price) t"),
            ("models/b.sql", "SELECT cents, missing FROM a"),
            ("models/c.sql", "SELECT @cents(price) + nope AS x FROM (SELECT 1.5 AS price) t"),
            ("models/d.sql", "SELECT @unknown(1) AS x"),
        ],
        expect![[r#"
            E003 models/b.sql [b] `missing` 'missing' is not a column here: it is not in 'a'
            E003 models/c.sql [c] `nope` 'nope' is not a column here: it is not in 't'
            S006 models/d.sql [d] `@unknown` 'unknown' is not a macro of this project
              = declare it in a file of the macros folder
        "#]],
    );
}

#[test]
fn broken_files() {
    check(
        &[
            ("models/a.sql", "SELECT (1 AS id"),
            ("models/b.sql", "SELECT id, other FROM a"),
            ("models/lonely.toml", "name = \"lonely\"\n"),
            ("models/c.sql", "SELECT 1 AS id; SELECT 2"),
            ("models/d.sql", "DELETE FROM a"),
            ("models/e.sql", "-- nothing"),
            ("models/f.sql", "SELECT 1 AS x"),
            ("models/f.toml", "[target\n"),
        ],
        expect![[r#"
            S001 models/a.sql [a] `AS` expected `)`, found `AS`
            S002 models/c.sql [c] `SELECT 2` the file holds 2 statements; a model is exactly one query
              = keep one statement and move the others to files of their own
            S003 models/d.sql [d] `DELETE` DELETE is not a query
              = a model is one SELECT; how its result is stored is said in its settings
            S004 models/e.sql [e] `` the file holds no query
              = write one SELECT statement
            S008 models/f.toml [f] `` the TOML is not valid: unclosed table, expected `]`
              = look for a missing quote, an unclosed bracket or a missing `=` here or just before
            S008 models/lonely.toml [] `` models/lonely.toml describes a model, but there is no model file beside it
              = write lonely.sql or lonely.rocky beside it, or delete it
        "#]],
    );
}

/// The next partition begins where a window ends.
#[test]
fn windows_that_count_their_border_twice() {
    let daily = "[strategy]\ntype = \"time_interval\"\ntime_column = \"day\"\ngranularity = \"day\"\n";
    let columns = "SELECT CAST('2031-01-01' AS DATE) AS day, 1 AS id";
    check(
        &[
            ("models/days.sql", columns),
            ("models/a.sql", "SELECT day FROM days WHERE day >= @start_date AND day <= @end_date"),
            ("models/a.toml", daily),
            ("models/b.sql", "SELECT day FROM days WHERE day BETWEEN @start_date AND @end_date"),
            ("models/b.toml", daily),
            ("models/c.sql", "SELECT day FROM days WHERE @start_date <= day AND @end_date >= day"),
            ("models/c.toml", daily),
            ("models/half_open.sql", "SELECT day FROM days WHERE day >= @start_date AND @end_date > day"),
            ("models/half_open.toml", daily),
        ],
        expect![[r#"
            W106 models/a.sql [a] `day <= @end_date` this comparison takes @end_date in, where the next partition begins: rows on the border are counted twice
              = write `>= @start_date` and `< @end_date`
            W106 models/b.sql [b] `day BETWEEN @start_date AND @end_date` BETWEEN takes @end_date in, where the next partition begins: rows on the border are counted twice
              = write `>= @start_date` and `< @end_date`
            W106 models/c.sql [c] `@end_date >= day` this comparison takes @end_date in, where the next partition begins: rows on the border are counted twice
              = write `>= @start_date` and `< @end_date`
        "#]],
    );
}

/// `[[use_test]]` uses the tests of `test_definitions.toml`.
#[test]
fn named_tests() {
    check(
        &[
            (
                "models/test_definitions.toml",
                "[filled]\ntype = \"not_null\"\n[small]\ntype = \"row_count_range\"\nmax = 5\n[odd]\ntype = \"uniqe\"\n",
            ),
            ("models/a.sql", "SELECT 1 AS id"),
            (
                "models/a.toml",
                "[[use_test]]\nname = \"filled\"\ncolumn = \"id\"\n[[use_test]]\nname = \"small\"\n",
            ),
            ("models/b.sql", "SELECT 1 AS id"),
            ("models/b.toml", "[[use_test]]\nname = \"filled\"\n[[use_test]]\nname = \"smal\"\n"),
        ],
        expect![[r#"
            V070 models/b.toml [b] `"filled"` the named test 'filled' needs a column, and none is given
              = add `column = …` here or in test_definitions.toml
            V070 models/b.toml [b] `"smal"` 'smal' is not a named test of this project
              = did you mean 'small'?
            V070 models/test_definitions.toml [] `"uniqe"` 'uniqe' is not a value of 'odd.type'; allowed are not_null, unique, accepted_values, relationships, expression, row_count_range, in_range, regex_match, aggregate, composite, not_in_future, older_than_n_days, unique_expr
              = did you mean 'unique'?
        "#]],
    );
}
