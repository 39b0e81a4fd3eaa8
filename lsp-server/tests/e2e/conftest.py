"""A project on disk, and editors that nobody here wrote: pytest-lsp speaks as they do."""

import asyncio
import os
import pathlib

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

CHECKOUT = pathlib.Path(__file__).parents[3]
ROCKY = os.environ.get("ROCKY_BIN") or str(CHECKOUT / "target" / "debug" / "rocky")
PATIENCE = 30

FILES = {
    "rocky.toml": """
[adapter.local]
type = "duckdb"

[pipeline.shop]
type = "transformation"

[pipeline.shop.target]
adapter = "local"
""",
    "models/_defaults.toml": '[target]\ncatalog = "shop"\nschema = "main"\n',
    "models/orders.sql": """SELECT
    1::BIGINT AS id,
    7::BIGINT AS customer_id,
    12.50::DECIMAL(10,2) AS amount,
    'Zürich 😀' AS city
""",
    "models/orders.toml": 'intent = "Every order, once."\n',
    "models/customers.sql": "SELECT 7::BIGINT AS id, 'Ada' AS name\n",
    "models/totals.rocky": """from orders
group customer_id {
    total: sum(amount)
}
""",
    "models/report.sql": "SELECT customer_id, total FROM totals\n",
    "models/report.toml": 'depends_on = ["totals"]\n',
    "models/report.contract.toml": '[[columns]]\nname = "total"\n',
}


@pytest.fixture
def project(tmp_path):
    for path, text in FILES.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


async def started(client, project, editor):
    assert pathlib.Path(ROCKY).is_file(), f"{ROCKY} is not built"
    parameters = types.InitializeParams(
        capabilities=client_capabilities(editor),
        root_uri=project.as_uri(),
        workspace_folders=[types.WorkspaceFolder(uri=project.as_uri(), name="shop")],
    )
    client.registered = []
    client.token_refreshes = 0

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(parameters: types.RegistrationParams):
        client.registered.extend(parameters.registrations)

    @client.feature(types.WORKSPACE_SEMANTIC_TOKENS_REFRESH)
    def refresh_tokens(*_):
        client.token_refreshes += 1

    client.initialized = await client.initialize_session(parameters)


CONFIG = ClientServerConfig(server_command=[ROCKY, "lsp"])


@pytest_lsp.fixture(config=CONFIG)
async def pushed(lsp_client: LanguageClient, project):
    """Visual Studio Code, as it was before it could pull diagnostics. Counts in UTF-16."""
    await started(lsp_client, project, "visual-studio-code")
    yield
    await lsp_client.shutdown_session()


@pytest_lsp.fixture(config=CONFIG)
async def pulling(lsp_client: LanguageClient, project):
    """Neovim 0.11: pulls diagnostics, counts in bytes."""
    await started(lsp_client, project, "neovim@v0.11")
    yield
    await lsp_client.shutdown_session()


@pytest_lsp.fixture(config=CONFIG)
async def pulling_utf16(lsp_client: LanguageClient, project):
    """Neovim 0.10: pulls diagnostics, counts in UTF-16."""
    await started(lsp_client, project, "neovim@v0.10")
    yield
    await lsp_client.shutdown_session()


@pytest_lsp.fixture(config=CONFIG)
async def emacs(lsp_client: LanguageClient, project):
    """Emacs 29: takes pushed diagnostics, offers UTF-32 first and bytes second."""
    await started(lsp_client, project, "emacs")
    yield
    await lsp_client.shutdown_session()


LANGUAGES = {".sql": "sql", ".rocky": "rocky", ".toml": "toml"}


class Document:
    """A document open in the editor."""

    def __init__(self, client, path, text):
        self.client, self.path, self.text, self.version = client, path, text, 1

    @property
    def uri(self):
        return self.path.as_uri()

    @property
    def identifier(self):
        return types.TextDocumentIdentifier(uri=self.uri)

    def open(self):
        item = types.TextDocumentItem(
            uri=self.uri, language_id=LANGUAGES[self.path.suffix], version=1, text=self.text
        )
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))
        return self

    def close(self):
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(text_document=self.identifier))

    def replace(self, old, new):
        """Replaces the first `old` by an incremental edit."""
        start = self.text.index(old)
        edited = types.Range(
            start=self.position_of(start), end=self.position_of(start + len(old))
        )
        self.text = self.text[:start] + new + self.text[start + len(old) :]
        self.version += 1
        change = types.TextDocumentContentChangePartial(range=edited, text=new)
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                text_document=types.VersionedTextDocumentIdentifier(uri=self.uri, version=self.version),
                content_changes=[change],
            )
        )

    def units(self, text):
        encoding = self.client.initialized.capabilities.position_encoding
        if encoding == types.PositionEncodingKind.Utf8:
            return len(text.encode("utf-8"))
        return len(text.encode("utf-16-le")) // 2

    def position_of(self, index):
        before = self.text[:index]
        line = before.count("\n")
        return types.Position(line=line, character=self.units(before.rpartition("\n")[2]))

    def at(self, marked):
        """The position of `|` in `marked`, which without it stands in the text."""
        inside = marked.index("|")
        return self.position_of(self.text.index(marked.replace("|", "")) + inside)

    def text_of(self, range_):
        """What a range of the protocol stands for."""
        return self.text[self.index_of(range_.start) : self.index_of(range_.end)]

    def index_of(self, position):
        lines = self.text.split("\n")
        before = sum(len(line) + 1 for line in lines[: position.line])
        line = lines[position.line]
        for column in range(len(line) + 1):
            if self.units(line[:column]) == position.character:
                return before + column
        raise AssertionError(f"{position} is inside a character")

    def about(self, word, found):
        """The one finding that stands at a word and mentions it."""
        [one] = [one for one in found if word in one.message and word in self.text_of(one.range)]
        return one

    async def until(self, accept):
        """The pushed findings, as soon as they are what is expected."""

        async def wait():
            while True:
                found = self.client.diagnostics.get(self.uri)
                if found is not None and accept(found):
                    return found
                await asyncio.sleep(0.01)

        try:
            return await asyncio.wait_for(wait(), PATIENCE)
        except asyncio.TimeoutError:
            raise AssertionError(f"findings: {self.client.diagnostics.get(self.uri)}") from None

    async def pull(self, previous=None):
        return await self.client.text_document_diagnostic_async(
            types.DocumentDiagnosticParams(text_document=self.identifier, previous_result_id=previous)
        )

    async def hover(self, marked):
        hover = await self.client.text_document_hover_async(
            types.HoverParams(text_document=self.identifier, position=self.at(marked))
        )
        return hover

    async def complete(self, marked):
        found = await self.client.text_document_completion_async(
            types.CompletionParams(text_document=self.identifier, position=self.at(marked))
        )
        return found.items

    async def definition(self, marked):
        return await self.client.text_document_definition_async(
            types.DefinitionParams(text_document=self.identifier, position=self.at(marked))
        )

    async def symbols(self):
        return await self.client.text_document_document_symbol_async(
            types.DocumentSymbolParams(text_document=self.identifier)
        )


@pytest.fixture
def open_document(project):
    """Opens a file of the project in an editor, with other text than on disk if given."""

    def opened(client, path, text=None):
        path = project / path
        text = path.read_text(encoding="utf-8") if text is None else text
        return Document(client, path, text).open()

    return opened
