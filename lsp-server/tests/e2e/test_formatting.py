"""Layout: whole documents, ranges, what follows a keystroke. On unsaved text, in the client's positions."""

from lsprotocol import types

OPTIONS = types.FormattingOptions(tab_size=2, insert_spaces=True)


def units(text):
    """The text as a list of UTF-16 units, so that positions are indices."""
    raw = text.encode("utf-16-le")
    return [raw[at : at + 2] for at in range(0, len(raw), 2)]


def applied(text, edits):
    """The text after edits that are all positions of the text before."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(units(line)) + 1)
    whole = units(text)
    place = lambda position: starts[position.line] + position.character
    for edit in sorted(edits or [], key=lambda edit: place(edit.range.start), reverse=True):
        whole[place(edit.range.start) : place(edit.range.end)] = units(edit.new_text)
    return b"".join(whole).decode("utf-16-le")


async def formatted(document, text, options=OPTIONS):
    edits = await document.client.text_document_formatting_async(
        types.DocumentFormattingParams(text_document=document.identifier, options=options)
    )
    return applied(text, edits)


async def test_the_services_are_announced(pushed):
    capabilities = pushed.initialized.capabilities
    assert capabilities.document_formatting_provider
    assert capabilities.document_range_formatting_provider
    keys = capabilities.document_on_type_formatting_provider
    assert [keys.first_trigger_character, *keys.more_trigger_character] == ["\n", "}", ","]


async def test_every_kind_of_file(pushed, open_document):
    text = "select '😀 ü' as city,  id from orders where id in (select customer_id from totals) and city = 'x'\n"
    sql = open_document(pushed, "models/report.sql", text)
    assert await formatted(sql, text) == (
        "SELECT '😀 ü' AS city, id\nFROM orders\nWHERE id IN (SELECT customer_id FROM totals) AND city = 'x'\n"
    )
    text = "from orders\ngroup customer_id {\ntotal: sum(amount)\n}\n"
    rocky = open_document(pushed, "models/totals.rocky", text)
    assert await formatted(rocky, text) == "from orders\ngroup customer_id {\n  total: sum(amount)\n}\n"
    text = "depends_on=['totals']\n"
    sidecar = open_document(pushed, "models/report.toml", text)
    assert await formatted(sidecar, text) == "depends_on = ['totals']\n"


async def test_the_project_beats_the_editor(pushed, project, open_document):
    config = open_document(pushed, "rocky.toml")
    config.replace("[adapter.local]", "[format]\nindent = 3\nkeyword_case = 'lower'\n[adapter.local]")
    text = "SELECT CASE WHEN a THEN 1 WHEN b THEN 2 END AS x FROM orders"
    document = open_document(pushed, "models/report.sql", text)
    assert await formatted(document, text) == (
        "select\n   case\n      when a then 1\n      when b then 2\n   end as x\nfrom orders\n"
    )


async def test_edits_are_small(pushed, open_document):
    text = "SELECT id,  customer_id\nFROM orders\n"
    document = open_document(pushed, "models/report.sql", text)
    edits = await pushed.text_document_formatting_async(
        types.DocumentFormattingParams(text_document=document.identifier, options=OPTIONS)
    )
    assert [(edit.range.start.character, edit.range.end.character, edit.new_text) for edit in edits] == [
        (9, 12, ", ")
    ]
    document.replace(",  ", ", ")
    assert not await pushed.text_document_formatting_async(
        types.DocumentFormattingParams(text_document=document.identifier, options=OPTIONS)
    )


async def test_broken_text_stays(pushed, open_document):
    text = "select from\n"
    document = open_document(pushed, "models/report.sql", text)
    assert await formatted(document, text) == text


async def test_a_range(pushed, open_document):
    text = "select  1;\nselect from;\nselect  2;\n"
    document = open_document(pushed, "models/report.sql", text)

    async def of(first, last):
        edits = await pushed.text_document_range_formatting_async(
            types.DocumentRangeFormattingParams(
                text_document=document.identifier,
                range=types.Range(types.Position(first, 0), types.Position(last, 3)),
                options=OPTIONS,
            )
        )
        return applied(text, edits)

    assert await of(0, 0) == "SELECT 1;\nselect from;\nselect  2;\n"
    assert await of(0, 2) == "SELECT 1;\nselect from;\nSELECT 2;\n"


async def test_keystrokes(pushed, open_document):
    async def typed(path, text, line, character, key):
        document = open_document(pushed, path, text)
        edits = await pushed.text_document_on_type_formatting_async(
            types.DocumentOnTypeFormattingParams(
                text_document=document.identifier,
                position=types.Position(line, character),
                ch=key,
                options=OPTIONS,
            )
        )
        return applied(text, edits)

    assert await typed("models/report.sql", "select\n", 1, 0, "\n") == "select\n  "
    braces = "from orders\nderive {\n  x: 1\n  }"
    assert await typed("models/totals.rocky", braces, 3, 3, "}") == "from orders\nderive {\n  x: 1\n}"
    assert await typed("models/customers.sql", "select f( id, name) from t", 0, 13, ",") == (
        "SELECT f(id, name) from t"
    )
