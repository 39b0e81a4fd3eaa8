"""Linting a whole project, fixing it, and running it afterwards with the same result."""

import duckdb
import pytest

from conftest import copied

LINT = """
[lint]
preset = "all"

[lint.rules]
keyword_case = { level = "warning", case = "lower" }
line_length = "off"
"""


def with_lint(project):
    config = project / "rocky.toml"
    config.write_text(config.read_text() + LINT)
    return project


def test_nothing_new_without_configuration(rocky, tmp_path):
    document = rocky.json(copied("jaffle", tmp_path), "lint")
    assert {finding["code"] for finding in document["diagnostics"]} <= {"S020", "S022", "S023", "S024", "S025"}


def test_fix_mends_and_the_project_still_compiles(rocky, tmp_path):
    project = with_lint(copied("jaffle", tmp_path))
    before = rocky.json(project, "lint")
    assert before["fixable"] > 0
    compiled = rocky.json(project, "compile")

    fixed = rocky.json(project, "lint", "--fix")
    assert fixed["fixed"]
    assert fixed["fixable"] == 0
    assert len(fixed["diagnostics"]) < len(before["diagnostics"])
    again = rocky.json(project, "compile")
    assert again["models_detail"] == compiled["models_detail"]
    errors = [finding for finding in again["diagnostics"] if finding["severity"] == "Error"]
    assert errors == []

    settled = rocky.json(project, "lint", "--fix")
    assert settled["fixed"] == []
    assert settled["diagnostics"] == fixed["diagnostics"]


def test_safe_fixes_change_no_row(rocky, jaffle_data, tmp_path):
    project = with_lint(copied("jaffle", tmp_path))
    (project / "jaffle-data").symlink_to(jaffle_data)
    document = rocky.json(project, "test")
    assert document["passed"] > 0
    rocky(project, "lint", "--fix")
    again = rocky.json(project, "test")
    assert (again["passed"], again["failures"]) == (document["passed"], document["failures"])


OTHER_STYLE = LINT + """
function_case = { level = "warning", case = "upper" }
type_case = { level = "warning", case = "upper" }
column_alias = { level = "warning", style = "implicit" }
table_alias = { level = "warning", style = "implicit" }
comma_position = { level = "warning", style = "leading" }
trailing_comma = { level = "warning", style = "require" }
final_semicolon = { level = "warning", style = "require" }
inner_join = { level = "warning", style = "implicit" }
cast_style = { level = "warning", style = "shorthand" }
not_equal = { level = "warning", operator = "!=" }
"""


@pytest.mark.parametrize("style", [LINT, OTHER_STYLE], ids=["one style", "the other style"])
def test_safe_fixes_mean_the_same_to_duckdb(rocky, tpch_data, tmp_path, style):
    project = copied("tpch", tmp_path)
    queries = sorted((project / "models" / "queries").glob("*.sql"))
    before = {path.name: path.read_text() for path in queries}
    config = project / "rocky.toml"
    config.write_text(config.read_text() + style)
    fixed = rocky.json(project, "lint", "--fix")
    assert fixed["fixable"] == 0
    changed = [path for path in queries if path.read_text() != before[path.name]]
    assert len(changed) > 15

    with duckdb.connect(str(tpch_data), read_only=True) as connection:
        connection.execute("SET search_path = 'raw'")
        for path in changed:
            old = connection.execute(before[path.name])
            names, rows = [column[0] for column in old.description], sorted(map(repr, old.fetchall()))
            new = connection.execute(path.read_text())
            assert [column[0] for column in new.description] == names, path.name
            assert sorted(map(repr, new.fetchall())) == rows, path.name
