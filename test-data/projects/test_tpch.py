"""TPC-H as a Rocky project gives what the original queries give."""

import collections
import re
import shutil

import duckdb
import pytest

from conftest import copied, tpch_extension

QUERIES = range(1, 23)
# What ORDER BY decides: the positions of the sort keys in the result. Other queries give one row, or no order.
SORT_KEYS = {
    1: [0, 1],
    2: [0, 2, 1, 3],
    3: [1, 2],
    4: [0],
    5: [1],
    7: [0, 1, 2],
    8: [0],
    9: [0, 1],
    10: [2],
    11: [1],
    12: [0],
    13: [1, 0],
    15: [0],
    16: [3, 0, 1, 2],
    18: [4, 3],
    20: [0],
    21: [1, 0],
    22: [0],
}


@pytest.fixture(scope="module")
def project(rocky, tpch_data, tmp_path_factory):
    project = copied("tpch", tmp_path_factory.mktemp("tpch"))
    shutil.copyfile(tpch_data, project / "tpch.duckdb")
    return project


@pytest.fixture(scope="module")
def compiled(rocky, project):
    return rocky.json(project, "compile")


@pytest.fixture(scope="module")
def ran(rocky, project, compiled):
    return rocky.json(project, "run", timeout=300)


@pytest.fixture(scope="module")
def database(project, ran):
    with duckdb.connect(str(project / "tpch.duckdb"), read_only=True) as connection:
        connection.execute(f"LOAD '{tpch_extension()}'")
        yield connection


def test_it_compiles_without_errors(compiled):
    errors = [finding for finding in compiled["diagnostics"] if finding["severity"] == "Error"]
    assert not errors
    assert compiled["models"] == 30
    assert not compiled["has_errors"]


def test_every_model_was_built(ran):
    assert ran["status"] == "Success"
    assert ran["tables_failed"] == 0
    # 22 queries and three copied tables; five tables are ephemeral.
    assert ran["tables_copied"] == 25


def test_the_models_are_the_standard_queries(database):
    """The texts in the project are those that the oracle below runs."""
    from conftest import PROJECTS

    def words(text):
        return re.sub(r"--[^\n]*", "", text).replace(";", "").split()

    for number, query in database.execute("SELECT query_nr, query FROM tpch_queries()").fetchall():
        model = (PROJECTS / "tpch" / "models" / "queries" / f"q{number:02}.sql").read_text()
        assert words(model) == words(query), number


@pytest.mark.parametrize("number", QUERIES)
def test_the_result_is_that_of_the_original_query(database, number):
    database.execute("USE raw")
    query = database.execute(f"SELECT query FROM tpch_queries() WHERE query_nr = {number}").fetchone()[0]
    expected = database.execute(query).fetchall()
    # Without ORDER BY: DuckDB keeps the order of insertion.
    found = database.execute(f"SELECT * FROM tpch.results.q{number:02}").fetchall()
    assert expected, "an empty result proves nothing"
    assert collections.Counter(map(rounded, found)) == collections.Counter(map(rounded, expected))
    keys = SORT_KEYS.get(number, [])
    assert [[rounded(row)[key] for key in keys] for row in found] == [
        [rounded(row)[key] for key in keys] for row in expected
    ]


@pytest.mark.parametrize("number", QUERIES)
def test_the_columns_are_those_of_the_original_query(database, number):
    database.execute("USE raw")
    query = database.execute(f"SELECT query FROM tpch_queries() WHERE query_nr = {number}").fetchone()[0]
    expected = [(name, str(kind)) for name, kind, *_ in database.execute(f"DESCRIBE {query.rstrip(';')}").fetchall()]
    found = [(name, str(kind)) for name, kind, *_ in database.execute(f"DESCRIBE tpch.results.q{number:02}").fetchall()]
    assert found == expected


@pytest.mark.parametrize("number", QUERIES)
def test_the_compiler_knows_the_columns(rocky, project, database, number):
    """What the compiler says without a database is what the database made of it."""
    document = rocky.json(project, "lineage", f"q{number:02}")
    made = [name for name, *_ in database.execute(f"DESCRIBE tpch.results.q{number:02}").fetchall()]
    assert [column["name"] for column in document["columns"]] == made


def rounded(row):
    """Sums of doubles depend on the order in which threads add them."""
    return tuple(float(f"{value:.9g}") if isinstance(value, float) else value for value in row)
