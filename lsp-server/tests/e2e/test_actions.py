"""Code actions on text that was never saved."""

from lsprotocol import types

CONFIG = """
[adapter.local]
type = "duckdb"

[pipeline.shop]
type = "transformation"

[pipeline.shop.target]
adapter = "local"

[lint.rules]
keyword_case = { level = "warning", case = "upper" }
"""


def lint_findings(found):
    return [one for one in found if one.code == "S101"]


async def actions(document, at, found, only=None):
    start = document.at(at)
    return await document.client.text_document_code_action_async(
        types.CodeActionParams(
            text_document=document.identifier,
            range=types.Range(start=start, end=start),
            context=types.CodeActionContext(diagnostics=found, only=only),
        )
    )


def applied(document, action):
    text = document.text
    [(uri, edits)] = action.edit.changes.items()
    assert uri == document.uri
    for edit in sorted(edits, key=lambda edit: document.index_of(edit.range.start), reverse=True):
        text = text[: document.index_of(edit.range.start)] + edit.new_text + text[document.index_of(edit.range.end) :]
    return text


async def test_quick_fixes_of_a_lint_rule(pushed, open_document, project):
    open_document(pushed, "rocky.toml", CONFIG)
    document = open_document(pushed, "models/report.sql", "select '😀' AS face, customer_id from totals\n")
    found = lint_findings(await document.until(lint_findings))
    assert [document.text_of(one.range) for one in found] == ["select", "from"]

    offered = {action.title: action for action in await actions(document, "fr|om totals", found)}
    assert offered["Write `FROM`"].kind == types.CodeActionKind.QuickFix
    assert offered["Write `FROM`"].is_preferred
    assert offered["Write `FROM`"].diagnostics[0].code == "S101"
    assert applied(document, offered["Write `FROM`"]) == "select '😀' AS face, customer_id FROM totals\n"
    every = offered["Fix all of 'keyword_case' in this file"]
    assert applied(document, every) == "SELECT '😀' AS face, customer_id FROM totals\n"
    assert "Suppress S101 here" in offered


async def test_everything_safe_at_once(pushed, open_document):
    open_document(pushed, "rocky.toml", CONFIG)
    document = open_document(pushed, "models/totals.rocky", "from orders\nWHERE amount = 1\n")
    await document.until(lambda found: any(one.code == "S011" for one in found))
    [action] = await actions(document, "|from", [], only=["source.fixAll.rocky"])
    assert action.kind == "source.fixAll.rocky"
    # The first error hides the second one; a client that fixes on save asks again.
    assert applied(document, action).startswith("from orders\nwhere amount =")


async def test_nothing_to_fix(pushed, open_document):
    document = open_document(pushed, "models/report.sql", "SELECT customer_id FROM totals\n")
    await document.until(lambda found: True)
    assert not await actions(document, "|SELECT", [], only=["source.fixAll"])
