"""What needs only a document's syntax: folding, selection, Enter, pairs, highlights, semantic tokens."""

from types import SimpleNamespace

from lsprotocol import types


def decoded(client, document, data):
    """Semantic tokens as (text, type, modifiers)."""
    legend = client.initialized.capabilities.semantic_tokens_provider.legend
    line = character = 0
    found = []
    for index in range(0, len(data), 5):
        lines, characters, length, kind, modifiers = data[index : index + 5]
        character = characters if lines else character + characters
        line += lines
        start, end = types.Position(line, character), types.Position(line, character + length)
        names = [name for bit, name in enumerate(legend.token_modifiers) if modifiers >> bit & 1]
        found.append((document.text_of(types.Range(start, end)), legend.token_types[kind], names))
    return found


async def tokens(document):
    return await document.client.text_document_semantic_tokens_full_async(
        types.SemanticTokensParams(text_document=document.identifier)
    )


async def delta(document, known):
    return await document.client.text_document_semantic_tokens_full_delta_async(
        types.SemanticTokensDeltaParams(text_document=document.identifier, previous_result_id=known)
    )


async def folds(document):
    return await document.client.text_document_folding_range_async(
        types.FoldingRangeParams(text_document=document.identifier)
    )


async def ask(document, method, **parameters):
    parameters["textDocument"] = {"uri": document.uri}
    return await document.client.protocol.send_request_async(method, parameters)


def plain(position):
    return {"line": position.line, "character": position.character}


async def test_the_services_are_announced(pushed):
    capabilities = pushed.initialized.capabilities
    assert capabilities.folding_range_provider
    assert capabilities.selection_range_provider
    assert capabilities.document_highlight_provider
    offered = capabilities.semantic_tokens_provider
    assert offered.range and offered.full.delta
    first = ["namespace", "variable", "function", "keyword", "type", "macro"]
    assert list(offered.legend.token_types[:6]) == first
    experimental = capabilities.experimental
    assert experimental["onEnter"] and experimental["matchingBrace"]


async def test_folding_of_every_kind_of_file(pushed, open_document):
    text = "---toml\nname = 'report'\n---\nWITH a AS (\n    SELECT 1\n)\nSELECT\n    id\nFROM a\n"
    sql = open_document(pushed, "models/report.sql", text)
    # Visual Studio Code hides whole lines only.
    assert [(fold.start_line, fold.end_line, fold.start_character) for fold in await folds(sql)] == [
        (0, 2, None),
        (3, 4, None),
        (6, 7, None),
    ]
    rocky = open_document(pushed, "models/totals.rocky")
    assert [(fold.start_line, fold.end_line) for fold in await folds(rocky)] == [(1, 2)]
    toml = open_document(pushed, "rocky.toml")
    assert len(await folds(toml)) == 3


async def test_folding_of_unsaved_broken_text(pushed, open_document):
    document = open_document(pushed, "models/report.sql", "SELECT (\n 1,\n 2\n FROM\n")
    assert [fold.start_line for fold in await folds(document)] == [0]
    document.replace("SELECT (", "-- a\n-- b\nSELECT (")
    found = await folds(document)
    assert [(fold.start_line, fold.kind) for fold in found] == [(0, "comment"), (2, None)]


async def test_selection_grows(pushed, open_document):
    text = "SELECT 'Zürich 😀' AS x, SUM(o.amount) AS y FROM orders o\n"
    document = open_document(pushed, "models/report.sql", text)
    positions = [document.at("o.am|ount"), document.at("Zü|rich")]
    chains = await pushed.text_document_selection_range_async(
        types.SelectionRangeParams(text_document=document.identifier, positions=positions)
    )

    def texts(selection):
        while selection:
            yield document.text_of(selection.range)
            selection = selection.parent

    amount, city = [list(texts(chain)) for chain in chains]
    assert amount[:4] == ["amount", "o.amount", "(o.amount)", "SUM(o.amount)"]
    assert city[:4] == ["Zürich", "Zürich 😀", "'Zürich 😀'", "'Zürich 😀' AS x"]
    assert amount[-1] == city[-1] == document.text


async def test_enter_goes_on_with_a_comment_and_indents(pulling, open_document):
    document = open_document(pulling, "models/report.sql", "-- 😀 one two\nSELECT (\n")
    answer = await ask(document, "rocky/onEnter", position=plain(document.at("one| two")))
    assert answer.edit.newText == "\n-- "
    assert plain(answer.cursor) == {"line": 1, "character": 3}
    options = {"tabSize": 2, "insertSpaces": True}
    answer = await ask(document, "rocky/onEnter", position=plain(document.at("SELECT (|")), options=options)
    assert answer.edit.newText == "\n  "


async def test_pairs(pulling_utf16, open_document):
    document = open_document(pulling_utf16, "models/report.sql", "SELECT '😀', (CASE WHEN (1) THEN 2 END)\n")
    at = [document.at("|(CASE"), document.at("|CASE"), document.at("SEL|ECT")]
    found = await ask(document, "rocky/matchingBrace", positions=[plain(one) for one in at])
    wanted = [document.at("END|)"), document.at("|END"), at[2]]
    assert found == [plain(one) for one in wanted]


async def test_highlights(pushed, open_document):
    document = open_document(pushed, "models/report.sql", "WITH a AS (SELECT 1 AS id) SELECT a.id FROM a\n")
    found = await pushed.text_document_document_highlight_async(
        types.DocumentHighlightParams(text_document=document.identifier, position=document.at("FROM |a"))
    )
    assert [(document.text_of(one.range), one.kind) for one in found] == [
        ("a", types.DocumentHighlightKind.Write),
        ("a", types.DocumentHighlightKind.Read),
        ("a", types.DocumentHighlightKind.Read),
    ]


async def check_tokens(client, open_document):
    text = "/* Zürich\n 😀 */ SELECT '😀' AS x, o.id FROM orders o JOIN raw.things USING (id)\n"
    document = open_document(client, "models/report.sql", text)
    answer = await tokens(document)
    found = decoded(client, document, answer.data)
    assert found[:3] == [("/* Zürich", "comment", []), (" 😀 */", "comment", []), ("SELECT", "keyword", [])]
    assert ("orders", "namespace", []) in found
    # A table that is no model of the project.
    assert ("things", "namespace", ["readonly"]) in found

    document.replace("AS x", "AS x, 'ä' AS y")
    changed = await delta(document, answer.result_id)
    assert isinstance(changed, types.SemanticTokensDelta)
    data = list(answer.data)
    for edit in changed.edits:
        data[edit.start : edit.start + edit.delete_count] = edit.data
    whole = await tokens(document)
    assert data == list(whole.data)
    assert isinstance(await delta(document, "unknown"), types.SemanticTokens)

    line = types.Range(types.Position(1, 0), types.Position(2, 0))
    part = await client.text_document_semantic_tokens_range_async(
        types.SemanticTokensRangeParams(text_document=document.identifier, range=line)
    )
    assert decoded(client, document, part.data)[-1] == ("id", "variable", [])


async def test_semantic_tokens_in_utf16(pushed, open_document):
    await check_tokens(pushed, open_document)


async def test_semantic_tokens_in_bytes(pulling, open_document):
    await check_tokens(pulling, open_document)


async def test_semantic_tokens_of_a_pipeline_and_of_settings(pushed, open_document):
    rocky = open_document(pushed, "models/totals.rocky")
    found = decoded(pushed, rocky, (await tokens(rocky)).data)
    assert found[:2] == [("from", "keyword", ["controlFlow"]), ("orders", "namespace", [])]
    assert ("total", "variable", ["declaration"]) in found
    toml = open_document(pushed, "models/report.toml")
    found = decoded(pushed, toml, (await tokens(toml)).data)
    assert found == [("depends_on", "property", []), ("=", "operator", []), ('"totals"', "namespace", [])]


async def test_documents_of_no_project(pushed, tmp_path_factory):
    folder = tmp_path_factory.mktemp("elsewhere")
    path = folder / "loose.sql"
    text = "SELECT (\n    1\n)\n"
    uri = path.as_uri()
    item = types.TextDocumentItem(uri=uri, language_id="sql", version=1, text=text)
    pushed.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))
    document = SimpleNamespace(client=pushed, identifier=types.TextDocumentIdentifier(uri=uri), uri=uri)
    assert [(fold.start_line, fold.end_line) for fold in await folds(document)] == [(0, 2)]
    assert len((await tokens(document)).data) == 10
