"""Hover, definitions, outline and completion on text that was never saved."""

from lsprotocol import types


async def test_the_server_says_who_it_is(pushed, pulling, emacs):
    assert pushed.initialized.server_info.name == "rocky"
    assert pushed.initialized.capabilities.position_encoding == types.PositionEncodingKind.Utf16
    assert pulling.initialized.capabilities.position_encoding == types.PositionEncodingKind.Utf8
    assert emacs.initialized.capabilities.position_encoding == types.PositionEncodingKind.Utf8
    assert pushed.initialized.capabilities.text_document_sync.change == types.TextDocumentSyncKind.Incremental
    assert pushed.initialized.capabilities.diagnostic_provider is None
    assert pulling.initialized.capabilities.diagnostic_provider.inter_file_dependencies


async def test_hover_shows_a_model_and_a_column(pushed, open_document):
    document = open_document(pushed, "models/report.sql", "SELECT o.amount AS money FROM orders AS o\n")
    model = await document.hover("FROM or|ders")
    assert "**Model:** orders" in model.contents.value
    assert "Every order, once." in model.contents.value
    assert "`amount: DECIMAL(10,2)`" in model.contents.value
    assert document.text_of(model.range) == "orders"
    column = await document.hover("o.am|ount")
    assert "`orders.amount : DECIMAL(10,2)`" in column.contents.value
    assert "`report.money` (direct)" in column.contents.value
    assert await document.hover("SEL|ECT") is None


async def test_hover_in_a_pipeline_shows_lineage(pushed, open_document):
    document = open_document(pushed, "models/totals.rocky")
    total = await document.hover("to|tal:")
    assert "`total ← orders.amount` (aggregation: sum)" in total.contents.value
    assert "`report.total` (direct)" in total.contents.value


async def test_definition_of_a_model_a_column_and_a_name_in_toml(pushed, open_document):
    report = open_document(pushed, "models/report.sql")
    [model] = await report.definition("FROM tot|als")
    assert model.uri.endswith("/models/totals.rocky")
    [column] = await report.definition("customer_id, to|tal")
    totals = open_document(pushed, "models/totals.rocky")
    assert totals.text_of(column.range) == "total"
    sidecar = open_document(pushed, "models/report.toml")
    [declared] = await sidecar.definition('"tot|als"')
    assert declared.uri == totals.uri


async def test_definition_of_unsaved_text(pushed, open_document):
    totals = open_document(pushed, "models/totals.rocky", "from orders\n\n\nderive { total: amount }\n")
    report = open_document(pushed, "models/report.sql")
    [column] = await report.definition("customer_id, to|tal")
    assert totals.text_of(column.range) == "total"
    assert column.range.start.line == 3


async def test_outlines(pushed, open_document):
    sql = open_document(
        pushed, "models/report.sql", "WITH big AS (SELECT id FROM orders)\nSELECT id AS number FROM big\n"
    )
    [model] = await sql.symbols()
    assert model.name == "report"
    assert [child.name for child in model.children] == ["big", "number"]
    assert [child.name for child in model.children[0].children] == ["id"]
    rocky = open_document(pushed, "models/totals.rocky")
    [model] = await rocky.symbols()
    assert [child.name for child in model.children] == ["from", "group", "customer_id", "total"]
    toml = open_document(pushed, "models/report.toml")
    assert [symbol.name for symbol in await toml.symbols()] == ["depends_on"]


def labels(items, kind):
    ordered = sorted(items, key=lambda item: item.sort_text)
    return [item.label for item in ordered if item.kind == kind]


async def test_completion_in_broken_sql(pushed, open_document):
    document = open_document(pushed, "models/report.sql", "SELECT o. FROM orders o WHERE (\n")
    found = labels(await document.complete("o.| FROM"), types.CompletionItemKind.Field)
    assert found == ["amount", "city", "customer_id", "id"]

    document.replace("SELECT o. FROM orders o WHERE (", "SELECT id, FROM orders JOIN ")
    models = labels(await document.complete("JOIN |"), types.CompletionItemKind.Class)
    assert models == ["customers", "orders", "totals"]
    columns = await document.complete("id, |FROM")
    assert "amount" in labels(columns, types.CompletionItemKind.Field)
    assert "SUM" in labels(columns, types.CompletionItemKind.Function)


async def test_completion_offers_models_that_make_a_cycle_last(pushed, open_document):
    document = open_document(pushed, "models/orders.sql", "SELECT * FROM \n")
    models = labels(await document.complete("FROM |"), types.CompletionItemKind.Class)
    assert models == ["customers", "report", "totals"]


async def test_completion_in_a_pipeline_and_a_sidecar(pushed, open_document):
    rocky = open_document(pushed, "models/totals.rocky", "from orders\nwhere am\n")
    assert "amount" in labels(await rocky.complete("where am|"), types.CompletionItemKind.Field)
    toml = open_document(pushed, "models/report.toml", "depends_on = []\nstr\n")
    assert labels(await toml.complete("str|"), types.CompletionItemKind.Property) == ["strategy"]


async def check_positions(client, open_document):
    text = "SELECT 'Zürich 😀' AS place, amuont, o.amount FROM orders o\n"
    document = open_document(client, "models/report.sql", text)
    hover = await document.hover("o.am|ount")
    assert document.text_of(hover.range) == "amount"
    [target] = await document.definition("|o.amount")
    assert document.text_of(target.range) == "o"
    # An edit behind the wide characters lands where the editor means it.
    document.replace("amuont", "amount")
    hover = await document.hover("place, am|ount")
    assert document.text_of(hover.range) == "amount"
    return document


async def test_positions_in_utf16(pushed, open_document):
    document = await check_positions(pushed, open_document)
    document.replace("place, amount", "place, amuont")
    found = await document.until(lambda found: any("amuont" in one.message for one in found))
    assert document.text_of(document.about("amuont", found).range) == "amuont"


async def test_positions_in_bytes(pulling, open_document):
    document = await check_positions(pulling, open_document)
    document.replace("place, amount", "place, amuont")
    found = (await document.pull()).items
    assert document.text_of(document.about("amuont", found).range) == "amuont"


async def test_positions_in_utf16_pulled(pulling_utf16, open_document):
    document = await check_positions(pulling_utf16, open_document)
    document.replace("place, amount", "place, amuont")
    found = (await document.pull()).items
    assert document.text_of(document.about("amuont", found).range) == "amuont"


async def test_positions_of_emacs(emacs, open_document):
    document = await check_positions(emacs, open_document)
    document.replace("place, amount", "place, amuont")
    found = await document.until(lambda found: any("amuont" in one.message for one in found))
    assert document.text_of(document.about("amuont", found).range) == "amuont"
