"""The quickstart project as `rocky playground` writes it."""

import pytest

from conftest import PROJECTS, rows

# A link to the template that the command line carries in itself.
TEMPLATE = PROJECTS / "playground"


@pytest.fixture(scope="module")
def folder(rocky, tmp_path_factory):
    folder = tmp_path_factory.mktemp("playground")
    rocky(folder, "playground", "demo", "--run")
    return folder


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_written_project_is_the_template(rocky, tmp_path):
    rocky(tmp_path, "playground", "demo")
    assert files(tmp_path / "demo") == files(TEMPLATE)


def test_every_table_is_there_and_filled(folder):
    database = folder / "demo" / "playground.duckdb"
    counts = {
        f"{schema}.{table}": rows(database, f"SELECT COUNT(*) FROM {schema}.{table}")[0][0]
        for schema, table in [
            ("staging", "raw_orders"),
            ("silver", "customer_orders"),
            ("silver", "order_log"),
            ("gold", "revenue_summary"),
            ("gold", "daily_revenue"),
        ]
    }
    assert counts["staging.raw_orders"] == 500
    assert counts["silver.order_log"] == 500
    assert counts["silver.customer_orders"] == 80
    assert 0 < counts["gold.revenue_summary"] <= 80
    assert counts["gold.daily_revenue"] == 91
    ephemeral = "SELECT COUNT(*) FROM information_schema.tables WHERE table_name = 'clean_orders'"
    assert rows(database, ephemeral) == [(0,)]


def test_the_figures_are_right(folder):
    database = folder / "demo" / "playground.duckdb"
    found = rows(database, "SELECT customer_id, total_revenue, order_count FROM silver.customer_orders ORDER BY 1")
    expected = rows(
        database,
        "SELECT customer_id, SUM(amount), COUNT(*) FROM raw__orders.orders WHERE status <> 'cancelled' "
        "GROUP BY 1 ORDER BY 1",
    )
    assert found == expected


def test_it_validates_compiles_tests_and_runs_again(rocky, folder):
    project = folder / "demo"
    assert rocky.json(project, "validate")["valid"]
    document = rocky.json(project, "compile")
    assert [finding for finding in document["diagnostics"] if finding["severity"] != "Info"] == []
    tested = rocky.json(project, "test")
    # Six models, and nine tests in their sidecars.
    assert tested["passed"] == tested["total"] == 15
    ran = rocky.json(project, "run")
    assert ran["status"] == "Success"
    # Nothing is newer than what the first run took.
    assert rows(project / "playground.duckdb", "SELECT COUNT(*) FROM silver.order_log") == [(500,)]


def test_an_existing_folder_is_refused(rocky, folder):
    before = files(folder / "demo")
    result = rocky(folder, "playground", "demo", exit_code=1)
    assert "demo" in result.stderr
    assert files(folder / "demo") == before


def test_an_empty_folder_is_taken(rocky, tmp_path):
    (tmp_path / "here").mkdir()
    rocky(tmp_path, "playground", "here")
    assert (tmp_path / "here" / "rocky.toml").is_file()


def test_an_unknown_template_creates_nothing(rocky, tmp_path):
    result = rocky(tmp_path, "playground", "demo", "--template", "nope", exit_code=1)
    assert "quickstart" in result.stderr
    assert list(tmp_path.iterdir()) == []


