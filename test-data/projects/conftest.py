"""What the project tests share: the binary, copies of the projects, generated data."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import duckdb
import pytest

PROJECTS = pathlib.Path(__file__).parent
TPCH_SCALE = 0.1


class Rocky:
    """Runs the built binary in a folder."""

    def __init__(self, binary):
        self.binary = binary

    def start(self, folder, *arguments, **options):
        return subprocess.Popen(
            [self.binary, *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )

    def __call__(self, folder, *arguments, exit_code=0, timeout=120, **options):
        process = self.start(folder, *arguments, **options)
        out, err = process.communicate(timeout=timeout)
        message = f"rocky {' '.join(arguments)} ended with {process.returncode}, expected {exit_code}\n{out}\n{err}"
        assert process.returncode == exit_code, message
        assert "panicked" not in err, message
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def json(self, folder, *arguments, exit_code=0, **options):
        """The JSON document a command prints; standard output holds nothing else."""
        return json.loads(self(folder, *arguments, "-o", "json", exit_code=exit_code, **options).stdout)


@pytest.fixture(scope="session")
def rocky():
    binary = os.environ.get("ROCKY_BIN")
    assert binary, "ROCKY_BIN must name the binary; `cargo xtask test --only projects` sets it"
    return Rocky(binary)


@pytest.fixture(scope="session")
def cache():
    """A folder outside the checkout for data that takes long to make."""
    base = os.environ.get("ROCKY_CACHE_DIR") or pathlib.Path(tempfile.gettempdir()) / "rocky-test-cache"
    folder = pathlib.Path(base) / "test-data"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def made_once(target, make):
    """`make(path)` writes beside the target; the rename makes it whole or absent."""
    if not target.exists():
        scratch = target.with_name(f"{target.name}.{os.getpid()}")
        make(scratch)
        scratch.rename(target)
    return target


def copied(name, folder):
    project = folder / name
    shutil.copytree(PROJECTS / name, project)
    return project


def tpch_extension():
    import duckdb_extension_tpch

    folder = pathlib.Path(duckdb_extension_tpch.__file__).parent
    return next(folder.glob("extensions/*/tpch.duckdb_extension"))


@pytest.fixture(scope="session")
def tpch_data(cache):
    """The generated tables, in the schema `raw` of a DuckDB file."""

    def make(path):
        with duckdb.connect(str(path)) as connection:
            connection.execute(f"LOAD '{tpch_extension()}'")
            connection.execute("CREATE SCHEMA raw")
            connection.execute(f"CALL dbgen(sf = {TPCH_SCALE}, schema = 'raw')")

    return made_once(cache / f"tpch-{TPCH_SCALE}-{duckdb.__version__}.duckdb", make)


@pytest.fixture(scope="session")
def jaffle_data(cache):
    """A year of the jaffle shop as CSV files."""

    def make(path):
        path.mkdir()
        generator = pathlib.Path(sys.executable).with_name("jafgen")
        subprocess.run([generator, "1"], cwd=path, check=True, capture_output=True)

    return made_once(cache / "jaffle-1-year", make) / "jaffle-data"


def rows(database, query):
    """The rows of a query on a DuckDB file that nobody else holds."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(query).fetchall()
