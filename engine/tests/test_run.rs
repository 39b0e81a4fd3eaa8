//! `rocky test` and declarative tests against the real DuckDB.

mod support;

use expect_test::expect;
use rocky_adapter::process::DuckDbDatabase;
use rocky_engine::{TestOptions, TestReport, run_declarative, run_tests};
use rocky_plan_model::*;

use support::*;

fn number(text: &str) -> DecimalText {
    DecimalText::new(text).expect("number")
}

fn cell(name: &str, value: CellValue) -> NamedCell {
    NamedCell { column: column(name), value }
}

fn row(cells: Vec<NamedCell>) -> TestRow {
    TestRow { cells }
}

fn data_test(name: &str, check: DataCheck) -> DataTest {
    DataTest { name: name.to_owned(), severity: Severity::Error, filter: None, check }
}

fn test_model(name: &str, depends_on: &[&str], sql: &str) -> TestModel {
    TestModel {
        name: ModelName::new(name).expect("name"),
        file: format!("models/{name}.sql"),
        counted: true,
        ephemeral: false,
        depends_on: depends_on.iter().map(|name| ModelName::new(*name).expect("name")).collect(),
        select: SelectSql::new(sql),
        problems: vec![],
        contract: None,
        tests: vec![],
        unit_tests: vec![],
    }
}

fn run(plan: &TestPlan) -> TestReport {
    run_tests(plan, &duckdb(DuckDbDatabase::InMemory), &TestOptions::default()).expect("database")
}

fn told_report(report: &TestReport) -> String {
    let mut lines = vec![format!(
        "{} passed, {} failed, {} warned of {}",
        report.passed,
        report.failed(),
        report.warnings.len(),
        report.total
    )];
    lines.extend(report.failures.iter().map(|failure| format!("{}: {}", failure.name, failure.error)));
    lines.extend(
        report.warnings.iter().map(|warning| format!("warning {}: {}", warning.name, warning.detail)),
    );
    lines.join("\n")
}

fn seed() -> Option<InputScript> {
    Some(InputScript {
        file: "data/seed.sql".to_owned(),
        sql: "CREATE SCHEMA raw;\nCREATE TABLE raw.orders AS SELECT * FROM (VALUES (1, 'paid', 9.5), (2, 'open', 1.0), \
              (2, NULL, -3.0)) AS t (id, status, amount);"
            .to_owned(),
    })
}

fn checks() -> Vec<DataTest> {
    let min = Some(number("0"));
    vec![
        data_test("not_null:status", DataCheck::NotNull { column: column("status") }),
        DataTest {
            filter: Some("id < 2 -- only the first".to_owned()),
            ..data_test("not_null:first", DataCheck::NotNull { column: column("status") })
        },
        data_test("unique:id", DataCheck::Unique { column: column("id") }),
        data_test(
            "accepted_values:status",
            DataCheck::AcceptedValues {
                column: column("status"),
                values: vec!["paid".to_owned(), "it's".to_owned()],
            },
        ),
        data_test(
            "relationships:id",
            DataCheck::Relationships {
                column: column("id"),
                to_table: vec!["customers".to_owned()],
                to_column: column("customer_id"),
            },
        ),
        data_test(
            "expression:-",
            DataCheck::Expression { expression: "amount > 0 OR amount IS NULL".to_owned() },
        ),
        data_test("row_count_range:-", DataCheck::RowCountRange { min: Some(1), max: Some(2) }),
        DataTest {
            severity: Severity::Warning,
            ..data_test("in_range:amount", DataCheck::InRange { column: column("amount"), min, max: None })
        },
        data_test(
            "regex_match:status",
            DataCheck::RegexMatch { column: column("status"), pattern: "^pa".to_owned() },
        ),
        data_test(
            "aggregate:amount",
            DataCheck::Aggregate {
                op: AggregateOperation::Sum,
                column: Some(column("amount")),
                cmp: Comparison::Gte,
                value: number("7.5"),
            },
        ),
        data_test(
            "composite:-",
            DataCheck::CompositeUnique { columns: vec![column("id"), column("status")] },
        ),
        data_test("not_in_future:day", DataCheck::NotInFuture { column: column("day") }),
        data_test("older_than_n_days:day", DataCheck::OlderThanNDays { column: column("day"), days: 2 }),
    ]
}

fn orders() -> TestModel {
    TestModel {
        tests: checks(),
        ..test_model("orders", &["customers"], "SELECT *, current_date AS day FROM raw.orders")
    }
}

#[test]
fn models_are_built_and_tested() {
    let plan = TestPlan {
        seed: seed(),
        models: vec![
            TestModel { ephemeral: true, ..test_model("customers", &[], "SELECT 1 AS customer_id") },
            orders(),
            test_model("broken", &["orders"], "SELECT nothing FROM orders"),
            test_model("after", &["broken"], "SELECT * FROM broken"),
        ],
        assertions: vec![
            SavedAssertion {
                name: "no_negative_amounts".to_owned(),
                file: "tests/no_negative_amounts.sql".to_owned(),
                select: SelectSql::new("SELECT id, amount FROM orders WHERE amount < 0"),
                depends_on: vec![ModelName::new("orders").expect("name")],
            },
            SavedAssertion {
                name: "of_broken".to_owned(),
                file: "tests/of_broken.sql".to_owned(),
                select: SelectSql::new("SELECT * FROM broken"),
                depends_on: vec![ModelName::new("broken").expect("name")],
            },
        ],
    };
    expect![[r#"
        6 passed, 12 failed, 1 warned of 19
        broken: models/broken.sql: Binder Error: Referenced column "nothing" not found in FROM clause!
        Candidate bindings: "amount"

        LINE 2: SELECT nothing FROM orders
                       ^
        after: not built: it reads 'broken', which failed
        orders::not_null:status: 1 violation
        orders::unique:id: violations: (id = 2, occurrences = 2)
        orders::accepted_values:status: violations: (status = open, occurrences = 1)
        orders::relationships:id: violations: (id = 2) (id = 2)
        orders::expression:-: 1 violation
        orders::row_count_range:-: the table has 3 rows
        orders::regex_match:status: 1 violation
        orders::older_than_n_days:day: 3 violations
        no_negative_amounts: violations: (id = 2, amount = -3.0)
        of_broken: not run: 'broken' was not built
        warning orders::in_range:amount: 1 violation"#]]
    .assert_eq(&told_report(&run(&plan)));
}

#[test]
fn declarative_tests_run_on_the_targets_with_the_same_queries() {
    let bench = Bench::new();
    bench.script("CREATE TABLE customers AS SELECT 1 AS customer_id; CREATE SCHEMA mart; CREATE TABLE mart.orders AS SELECT *, current_date AS day FROM (VALUES (1, 'paid', 9.5), (2, NULL, -3.0)) AS t (id, status, amount)");
    let mut node = model("orders", &[], "SELECT 1");
    if let NodeKind::Model(model) = &mut node.kind {
        model.tests = checks();
    }
    let report = run_declarative(&plan(vec![node]), &bench.warehouse()).expect("report");
    let lines: Vec<String> = report
        .results
        .iter()
        .map(|result| {
            let detail = result.detail.as_deref().unwrap_or_default();
            format!("-- {} {} {detail}\n{}", result.name, result.status.as_str(), result.sql)
        })
        .collect();
    expect![[r#"
        -- not_null:status fail 1 violation
        SELECT COUNT(*) FROM shop.mart.orders AS _rocky_tested
        WHERE status IS NULL
        -- not_null:first pass 
        SELECT COUNT(*) FROM (
        SELECT * FROM shop.mart.orders WHERE (
        id < 2 -- only the first
        )
        ) AS _rocky_tested
        WHERE status IS NULL
        -- unique:id pass 
        SELECT id, COUNT(*) AS occurrences FROM shop.mart.orders AS _rocky_tested
        WHERE id IS NOT NULL
        GROUP BY id
        HAVING COUNT(*) > 1
        -- accepted_values:status pass 
        SELECT status, COUNT(*) AS occurrences FROM shop.mart.orders AS _rocky_tested
        WHERE status IS NOT NULL AND CAST(status AS VARCHAR) NOT IN ('paid', 'it''s')
        GROUP BY status
        -- relationships:id fail violations: (id = 2)
        SELECT _rocky_tested.id FROM shop.mart.orders AS _rocky_tested
        WHERE _rocky_tested.id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM customers AS _rocky_parent WHERE _rocky_parent.customer_id = _rocky_tested.id
        )
        -- expression:- fail 1 violation
        SELECT COUNT(*) FROM shop.mart.orders AS _rocky_tested
        WHERE NOT (
        amount > 0 OR amount IS NULL
        )
        -- row_count_range:- pass 
        SELECT COUNT(*) FROM shop.mart.orders AS _rocky_tested
        -- in_range:amount fail 1 violation
        SELECT COUNT(*) FROM shop.mart.orders AS _rocky_tested
        WHERE amount < 0
        -- regex_match:status pass 
        SELECT COUNT(*) FROM shop.mart.orders AS _rocky_tested
        WHERE status IS NOT NULL AND NOT regexp_matches(status, '^pa')
        -- aggregate:amount fail 1 violation
        SELECT CASE WHEN SUM(amount) >= 7.5 THEN 0 ELSE 1 END FROM shop.mart.orders AS _rocky_tested
        -- composite:- pass 
        SELECT id, status, COUNT(*) AS occurrences FROM shop.mart.orders AS _rocky_tested
        GROUP BY id, status
        HAVING COUNT(*) > 1
        -- not_in_future:day pass 
        SELECT COUNT(*) FROM shop.mart.orders AS _rocky_tested
        WHERE day > CURRENT_TIMESTAMP
        -- older_than_n_days:day fail 2 violations
        SELECT COUNT(*) FROM shop.mart.orders AS _rocky_tested
        WHERE day > CURRENT_DATE - INTERVAL '2' DAY"#]]
    .assert_eq(&lines.join("\n"));
    expect!["7 5 1 0"].assert_eq(&format!(
        "{} {} {} {}",
        report.passed(),
        report.failed(),
        report.warned(),
        report.errored()
    ));
}

#[test]
fn compile_errors_and_a_failing_seed_stop_everything() {
    let broken = TestModel {
        problems: vec![CompileProblem {
            code: "E001".to_owned(),
            message: "expected an expression".to_owned(),
            file: "models/broken.sql".to_owned(),
            line: 2,
            column: 3,
        }],
        ..test_model("broken", &[], "")
    };
    let good = test_model("good", &[], "SELECT 1 AS x");
    let plan = TestPlan { seed: None, models: vec![broken, good.clone()], assertions: vec![] };
    expect![[r#"
        0 passed, 1 failed, 0 warned of 2
        broken: E001 expected an expression (models/broken.sql:2:3)"#]]
    .assert_eq(&told_report(&run(&plan)));
    let seed = Some(InputScript {
        file: "data/seed.sql".to_owned(),
        sql: "CREATE TABLE a (x INTEGER); SELEC".to_owned(),
    });
    let plan = TestPlan { seed, models: vec![good], assertions: vec![] };
    expect![[r#"
        0 passed, 1 failed, 0 warned of 1
        seed: data/seed.sql: Parser Error: syntax error at or near "SELEC"

        LINE 1: CREATE TABLE a (x INTEGER); SELEC
                                            ^"#]]
    .assert_eq(&told_report(&run(&plan)));
}

#[test]
fn contracts_are_checked_on_the_built_table() {
    let contract = ContractExpectation {
        file: "contracts/orders.contract.toml".to_owned(),
        required: vec![column("id"), column("total")],
        columns: vec![
            ColumnContract {
                name: column("id"),
                accepted_types: vec![RawType("BIGINT".to_owned())],
                nullable: false,
            },
            ColumnContract { name: column("status"), accepted_types: vec![], nullable: false },
            ColumnContract {
                name: column("amount"),
                accepted_types: vec![RawType("DECIMAL".to_owned())],
                nullable: true,
            },
        ],
    };
    let model =
        TestModel { contract: Some(contract), ..test_model("orders", &[], "SELECT * FROM raw.orders") };
    let plan = TestPlan { seed: seed(), models: vec![model], assertions: vec![] };
    expect![[r#"
        0 passed, 1 failed, 0 warned of 1
        orders: contracts/orders.contract.toml: the required column 'total' is missing; the column 'id' has type INTEGER, the contract accepts BIGINT; the column 'status' must not be NULL and is in 1 rows"#]].assert_eq(&told_report(&run(&plan)));
}

fn unit_test(name: &str, rows: Vec<TestRow>, ordered: bool) -> UnitTest {
    UnitTest {
        name: name.to_owned(),
        description: None,
        select: SelectSql::new(
            "SELECT status, sum(amount) AS total, sum(amount) / 3 AS third, max(day) AS day FROM orders GROUP BY status ORDER BY status",
        ),
        given: vec![GivenRows {
            reference: "orders".to_owned(),
            table: TableName::new("orders").expect("name"),
            columns: vec![
                ExpectedColumn {
                    name: column("amount"),
                    data_type: Some(RawType("DOUBLE".to_owned())),
                    nullable: None,
                },
                ExpectedColumn::named(column("status")),
            ],
            rows: vec![
                row(vec![
                    cell("status", CellValue::Text("it's paid".to_owned())),
                    cell("amount", CellValue::Number(number("0.1"))),
                    cell("day", CellValue::Temporal("2024-02-29".to_owned())),
                ]),
                row(vec![
                    cell("status", CellValue::Text("it's paid".to_owned())),
                    cell("amount", CellValue::Number(number("0.2"))),
                ]),
                row(vec![cell("amount", CellValue::Number(number("3")))]),
            ],
        }],
        expect: ExpectedRows { rows, ordered },
    }
}

#[test]
fn unit_tests_compare_given_and_expected_rows() {
    let paid = |total: &str| {
        row(vec![
            cell("status", CellValue::Text("it's paid".to_owned())),
            cell("total", CellValue::Number(number(total))),
            cell("day", CellValue::Temporal("2024-02-29".to_owned())),
        ])
    };
    let open = || row(vec![cell("total", CellValue::Number(number("3")))]);
    let model = TestModel {
        unit_tests: vec![
            unit_test("equal", vec![open(), paid("0.3")], false),
            unit_test("in order", vec![paid("0.3"), open()], true),
            unit_test("in another order", vec![open(), paid("0.3")], true),
            unit_test("different", vec![open(), paid("0.4"), open()], false),
            unit_test("no rows expected", vec![], false),
            unit_test("unknown column", vec![row(vec![cell("sum", CellValue::Null)])], false),
        ],
        ..test_model("by_status", &["orders"], "SELECT status FROM orders")
    };
    let orders = test_model("orders", &[], "SELECT * FROM raw.orders");
    let plan = TestPlan { seed: seed(), models: vec![orders, model], assertions: vec![] };
    expect![[r#"
        4 passed, 4 failed, 0 warned of 8
        by_status::in another order: found 2 rows, expected 2; value_diff in row 1: found (total = 0.3, status = it's paid, day = 2024-02-29), expected (total = 3, status = NULL, day = NULL); value_diff in row 2: found (total = 3, status = NULL, day = NULL), expected (total = 0.3, status = it's paid, day = 2024-02-29)
        by_status::different: found 2 rows, expected 3; extra: (total = 0.3, status = it's paid, day = 2024-02-29); missing: (total = 0.4, status = it's paid, day = 2024-02-29); missing: (total = 3, status = NULL, day = NULL)
        by_status::no rows expected: found 2 rows, expected 0; extra (2 times): a row
        by_status::unknown column: the model puts out no column 'sum' (it has status, total, third, day)"#]].assert_eq(&told_report(&run(&plan)));
}

#[test]
fn an_ancestor_is_built_but_not_counted() {
    let ancestor = TestModel {
        counted: false,
        tests: vec![data_test("unique:x", DataCheck::Unique { column: column("x") })],
        ..test_model("ancestor", &[], "SELECT 1 AS x UNION ALL SELECT 1")
    };
    let plan = TestPlan {
        seed: None,
        models: vec![ancestor, test_model("asked", &["ancestor"], "SELECT * FROM ancestor")],
        assertions: vec![],
    };
    expect!["1 passed, 0 failed, 0 warned of 1"].assert_eq(&told_report(&run(&plan)));
}
