"""Findings of text that was never saved, pushed and pulled."""

import pytest
from lsprotocol import types

SQL = ("models/report.sql", "SELECT customer_id, totl FROM totals\n", "totl", "total")
ROCKY = (
    "models/totals.rocky",
    "from orders\ngroup customer_id {\n    total: sum(amuont)\n}\n",
    "amuont",
    "amount",
)
TOML = ("models/report.toml", 'depends_on = ["totls"]\n', "totls", "totals")
KINDS = pytest.mark.parametrize("path, text, wrong, right", [SQL, ROCKY, TOML], ids=["sql", "rocky", "toml"])


def errors(found):
    return [one for one in found if one.severity == types.DiagnosticSeverity.Error]


@KINDS
async def test_pushed_for_unsaved_text_and_cleared(pushed, open_document, path, text, wrong, right):
    document = open_document(pushed, path, text)
    found = errors(await document.until(errors))
    assert len(found) == 1
    assert wrong in document.text_of(found[0].range)
    assert wrong in found[0].message
    assert found[0].source == "rocky"
    assert found[0].code

    document.replace(wrong, right)
    await document.until(lambda found: not errors(found))


@KINDS
async def test_pulled_for_unsaved_text_and_cleared(pulling, open_document, path, text, wrong, right):
    document = open_document(pulling, path, text)
    report = await document.pull()
    found = errors(report.items)
    assert len(found) == 1
    assert wrong in document.text_of(found[0].range)
    unchanged = await document.pull(report.result_id)
    assert unchanged.kind == "unchanged"
    assert unchanged.result_id == report.result_id

    document.replace(wrong, right)
    mended = await document.pull(report.result_id)
    assert mended.kind == "full"
    assert not errors(mended.items)


async def test_pulled_documents_are_not_pushed_as_well(pulling, open_document):
    document = open_document(pulling, *SQL[:2])
    assert errors((await document.pull()).items)
    assert not pulling.diagnostics.get(document.uri)


async def test_half_typed_sql_is_reported_where_it_stops(pushed, open_document):
    document = open_document(pushed, "models/report.sql", "SELECT customer_id, FROM totals WHERE (total > \n")
    found = errors(await document.until(errors))
    assert all(one.range.start.line <= 1 for one in found)
    assert any(one.code.startswith("S") for one in found)


async def test_an_edit_upstream_reaches_an_open_reader(pushed, open_document):
    reader = open_document(pushed, "models/report.sql")
    upstream = open_document(pushed, "models/totals.rocky")
    upstream.replace("total:", "sum_total:")
    found = errors(await reader.until(errors))
    assert any("total" in one.message for one in found)
    upstream.replace("sum_total:", "total:")
    await reader.until(lambda found: not errors(found))


async def test_an_edit_reaches_files_that_are_not_open(pushed, open_document, project):
    upstream = open_document(pushed, "models/totals.rocky")
    reader = type(upstream)(pushed, project / "models/report.sql", "")
    upstream.replace("total:", "sum_total:")
    await reader.until(errors)
    upstream.close()
    await reader.until(lambda found: not errors(found))


async def test_a_broken_contract_is_found_in_the_model(pushed, open_document):
    open_document(pushed, "models/report.contract.toml", '[[columns]]\nname = "total"\ntype = "Date"\n')
    model = open_document(pushed, "models/report.sql")
    found = errors(await model.until(errors))
    assert found[0].related_information[0].location.uri.endswith("report.contract.toml")


async def test_rocky_toml_is_checked_while_it_is_typed(pushed, open_document):
    document = open_document(pushed, "rocky.toml")
    document.replace('"duckdb"', '"duckdbb"')
    found = errors(await document.until(errors))
    assert any("duckdbb" in document.text_of(one.range) for one in found)
    document.replace('"duckdbb"', '"duckdb"')
    await document.until(lambda found: not errors(found))


async def test_a_new_file_is_part_of_the_project_before_it_is_saved(pushed, open_document):
    reader = open_document(pushed, "models/report.sql", "SELECT shiny FROM brand_new\n")
    fresh = open_document(pushed, "models/brand_new.sql", "SELECT 1 AS dull\n")
    await reader.until(lambda found: any("shiny" in one.message for one in errors(found)))
    fresh.replace("dull", "shiny")
    await reader.until(lambda found: not errors(found))


async def test_files_that_change_on_disk_are_looked_at_again(pushed, open_document, project):
    reader = open_document(pushed, "models/report.sql")
    await reader.until(lambda found: not errors(found))
    assert [one.method for one in pushed.registered] == ["workspace/didChangeWatchedFiles"]
    upstream = project / "models/totals.rocky"
    upstream.write_text("from orders\nderive { other: amount }\n", encoding="utf-8")
    change = types.FileEvent(uri=upstream.as_uri(), type=types.FileChangeType.Changed)
    pushed.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes=[change]))
    await reader.until(errors)
