"""The page about the SQL of the dialects: DuckDB reads exactly the examples that the page says it reads."""

import pathlib

import duckdb
import pytest

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "sql-dialects.md"


# Functions that DuckDB does not have are missing when the query is planned, not when it is read.
PLANNED = {"select f.value from t, lateral flatten(input => t.a) f"}


def examples():
    """Example and whether DuckDB has it, for each row of the table."""
    for line in PAGE.read_text().splitlines():
        if not line.startswith("| ") or line.startswith("| Construct"):
            continue
        cells = [cell.strip() for cell in line.replace("\\|", "\0").strip("| ").split(" |")]
        yield cells[1].strip("`").replace("\0", "|"), cells[2] == "yes"


@pytest.mark.parametrize(("example", "has_it"), list(examples()), ids=lambda value: str(value)[:60])
def test_example(example, has_it):
    if has_it or example in PLANNED:
        assert len(duckdb.extract_statements(example)) >= 1
    else:
        with pytest.raises(duckdb.Error):
            duckdb.extract_statements(example)


def test_there_are_examples():
    assert len(list(examples())) >= 100
