"""Steps of pipelines in every order: the SQL that they are lowered to gives the rows of a query that nests
one step in the next.

That the lowering writes this SQL is checked where the lowering is (`syntax/tests/dsl/step_order.rs`).
"""

import pathlib
import tomllib

import duckdb
import pytest

SPEC = pathlib.Path(__file__).parents[1] / "spec"
SETUP = tomllib.loads((SPEC / "dsl-wrong-sql.toml").read_text())["setup"]
CASES = tomllib.loads((SPEC / "dsl-step-order.toml").read_text())["case"]


@pytest.fixture(scope="module")
def connection():
    connection = duckdb.connect()
    connection.execute(SETUP)
    return connection


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_rows(connection, case):
    lowered = connection.execute(case["sql"])
    names = [column[0] for column in lowered.description]
    rows = lowered.fetchall()
    reference = connection.execute(case["reference"])
    assert names == [column[0] for column in reference.description]
    assert sorted(map(repr, rows)) == sorted(map(repr, reference.fetchall()))


def test_there_are_cases():
    assert len(CASES) >= 200
