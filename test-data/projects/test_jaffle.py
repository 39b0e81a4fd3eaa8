"""The jaffle shop: generated CSV files in, facts and dimensions out, with contracts and tests."""

import csv
import decimal
import os

import duckdb
import pytest

from conftest import copied, rows


@pytest.fixture(scope="module")
def project(jaffle_data, tmp_path_factory):
    project = copied("jaffle", tmp_path_factory.mktemp("jaffle"))
    (project / "jaffle-data").symlink_to(jaffle_data)
    return project


@pytest.fixture(scope="module")
def seeded(project):
    """The source tables in the project's database; `rocky test` loads them by itself, `run` does not."""
    before = os.getcwd()
    os.chdir(project)
    try:
        with duckdb.connect("jaffle.duckdb") as connection:
            connection.execute((project / "data" / "seed.sql").read_text())
    finally:
        os.chdir(before)
    return project


@pytest.fixture(scope="module")
def ran(rocky, seeded):
    return rocky.json(seeded, "run")


def test_it_compiles_with_its_contracts(rocky, project):
    document = rocky.json(project, "compile")
    assert [finding for finding in document["diagnostics"] if finding["severity"] == "Error"] == []
    with_contract = {model["name"] for model in document["models_detail"] if model.get("contract_source")}
    assert with_contract == {"fct_orders", "dim_customers"}


def test_its_tests_pass_in_memory(rocky, project):
    document = rocky.json(project, "test")
    assert document["failures"] == []
    # 13 models, and 15 tests in their sidecars.
    assert document["passed"] == document["total"] == 28


def test_a_broken_contract_does_not_compile(rocky, jaffle_data, tmp_path):
    project = copied("jaffle", tmp_path)
    model = project / "models" / "marts" / "dim_customers.sql"
    model.write_text(model.read_text().replace("customers.customer_id,", "customers.customer_id AS customer,", 1))
    document = rocky.json(project, "compile", exit_code=1)
    codes = {(finding["code"], finding["model"]) for finding in document["diagnostics"]}
    assert {("E010", "dim_customers"), ("E013", "dim_customers")} <= codes


def test_it_runs(ran):
    assert ran["status"] == "Success"
    # 13 models, two of them ephemeral.
    assert ran["tables_copied"] == 11


def test_the_facts_agree_with_the_files(ran, seeded, jaffle_data):
    with open(jaffle_data / "raw_orders.csv", newline="") as file:
        orders = list(csv.DictReader(file))
    with open(jaffle_data / "raw_items.csv", newline="") as file:
        items = sum(1 for _ in csv.DictReader(file))
    total = sum(decimal.Decimal(order["order_total"]) for order in orders) / 100
    database = seeded / "jaffle.duckdb"
    assert rows(database, "SELECT COUNT(*), SUM(order_total) FROM jaffle.marts.fct_orders") == [(len(orders), total)]
    assert rows(database, "SELECT SUM(orders), SUM(revenue) FROM jaffle.marts.store_days") == [(len(orders), total)]
    assert rows(database, "SELECT COUNT(*) FROM jaffle.marts.fct_order_items") == [(items,)]


def test_the_compiler_knows_the_columns(rocky, ran, seeded):
    for table in ran["materializations"]:
        schema, name = table["metadata"]["target_table_full_name"].split(".")[1:]
        made = [column for column, *_ in rows(seeded / "jaffle.duckdb", f"DESCRIBE {schema}.{name}")]
        document = rocky.json(seeded, "lineage", name)
        assert [column["name"] for column in document["columns"]] == made, name


def test_lineage_crosses_models_and_languages(rocky, project):
    document = rocky.json(project, "lineage", "store_days", "--column", "revenue")
    sources = {(edge["source"]["model"], edge["source"]["column"]) for edge in document["trace"]}
    assert ("stg_orders", "order_total") in sources
    assert ("raw.orders", "order_total") in sources


def test_a_second_run_appends_only_what_is_new(rocky, ran, seeded):
    database = seeded / "jaffle.duckdb"
    (before,) = rows(database, "SELECT COUNT(*), MAX(ordered_at) FROM jaffle.marts.fct_orders")
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "INSERT INTO raw.orders SELECT * REPLACE ('one-more' AS id, ordered_at + INTERVAL 1 DAY AS ordered_at) "
            "FROM raw.orders ORDER BY ordered_at DESC LIMIT 1"
        )
    document = rocky.json(seeded, "run")
    assert document["status"] == "Success"
    (after,) = rows(database, "SELECT COUNT(*), MAX(ordered_at) FROM jaffle.marts.fct_orders")
    assert after[0] == before[0] + 1
    assert after[1] > before[1]


def test_a_failing_test_is_reported(rocky, jaffle_data, tmp_path):
    project = copied("jaffle", tmp_path)
    (project / "jaffle-data").symlink_to(jaffle_data)
    sidecar = project / "models" / "marts" / "best_days.toml"
    sidecar.write_text(sidecar.read_text() + '\n[[tests]]\ntype = "row_count_range"\nmax = 1\n')
    document = rocky.json(project, "test", exit_code=1)
    assert [failure["name"].split("::")[0] for failure in document["failures"]] == ["best_days"]
