"""Pipelines whose plain translation would be wrong SQL: the lowered SQL gives the right rows on DuckDB.

That the lowering writes this SQL is checked where the lowering is (`syntax/tests/dsl`); here DuckDB says
what it means.
"""

import pathlib
import tomllib

import duckdb
import pytest

DATA = tomllib.loads((pathlib.Path(__file__).parents[1] / "spec" / "dsl-wrong-sql.toml").read_text())
CASES = [case for case in DATA["case"] if case.get("dialect", "duckdb") == "duckdb" and "rows" in case]


def shown(value):
    """A value the way the data file spells it."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_rows(case):
    connection = duckdb.connect()
    connection.execute(DATA["setup"])
    connection.execute(case.get("setup", "SELECT 1"))
    rows = [[shown(value) for value in row] for row in connection.execute(case["sql"]).fetchall()]
    expected = case["rows"]
    if not case.get("ordered"):
        rows, expected = sorted(rows), sorted(expected)
    assert [[normal(value) for value in row] for row in rows] == [[normal(value) for value in row] for row in expected]


def normal(text):
    """Numbers compare as numbers: 2.50 is 2.5."""
    try:
        return float(text)
    except ValueError:
        return text


def test_there_are_cases():
    assert len(CASES) >= 50
