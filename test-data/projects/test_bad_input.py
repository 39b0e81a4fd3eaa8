"""Bad input: one clear finding with a place and an advice, the right exit code, nothing lost."""

import fcntl
import hashlib
import json
import os
import pathlib
import shutil
import stat
import subprocess
import sys
import tempfile
import tomllib

import duckdb
import pytest

from conftest import PROJECTS, Rocky, copied

CASES = [
    (case.parent.name, index)
    for case in sorted((PROJECTS / "broken").glob("*/case.toml"))
    for index in range(len(tomllib.loads(case.read_text())["expect"]))
]


def contents(folder):
    """Everything in a project except what may be deleted at any time, and the lock, which names its holder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and ".rocky" not in path.relative_to(folder).parts and path.suffix != ".lock"
    }


def findings(document):
    """Findings of `compile` and `validate` in one shape."""
    for finding in document.get("diagnostics", []):
        yield {**(finding.get("span") or {}), **{key: value for key, value in finding.items() if key != "span"}}
    for message in document.get("messages", []):
        if message["severity"] != "ok":
            yield message


@pytest.mark.parametrize(("name", "index"), CASES, ids=lambda value: str(value))
def test_a_broken_project(rocky, tmp_path, name, index):
    project = copied(f"broken/{name}", tmp_path)
    expected = tomllib.loads((project / "case.toml").read_text())["expect"][index]
    before = contents(project)
    command, exit_code = expected["command"], expected.get("exit_code", 0)
    result = rocky(project, *command, "-o", "json", exit_code=exit_code)
    # A run leaves its history, whatever its end.
    after = {path: digest for path, digest in contents(project).items() if path != ".rocky-state.redb"}
    assert after == before, "a command that failed changed files"
    for text in expected.get("stderr", []):
        assert text in result.stderr
    wanted = {key: expected[key] for key in ("code", "file", "line", "col") if key in expected}
    if not wanted:
        return
    found = list(findings(json.loads(result.stdout)))
    matching = [finding for finding in found if wanted.items() <= finding.items()]
    assert matching, f"no finding has {wanted}:\n{found}"
    if "message" in expected:
        assert any(expected["message"] in finding["message"] for finding in matching), matching
    if "suggestion" in expected:
        assert any(expected["suggestion"] in (finding.get("suggestion") or "") for finding in matching), matching


def test_one_bad_file_does_not_hide_the_others(rocky, tmp_path):
    project = copied("broken/half-typed", tmp_path)
    document = rocky.json(project, "compile", exit_code=1)
    files = {finding["file"] for finding in findings(document) if finding["severity"] == "Error"}
    assert {"models/typing.sql", "models/dsl.rocky"} <= files
    assert {"good", "other"} <= {model["name"] for model in document["models_detail"]}


@pytest.mark.parametrize("command", ["validate", "compile", "run", "test", "plan"])
def test_an_empty_folder(rocky, tmp_path, command):
    result = rocky(tmp_path, command, exit_code=1)
    assert "rocky.toml" in result.stderr
    assert "rocky init" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_config_that_is_not_there(rocky, tmp_path):
    result = rocky(tmp_path, "-c", "elsewhere/rocky.toml", "compile", exit_code=1)
    assert "elsewhere/rocky.toml" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def project(tmp_path):
    """A project without faults."""
    project = copied("broken/unknown-column", tmp_path)
    (project / "models" / "reader.sql").write_text("SELECT id, state FROM good\n")
    return project


def test_the_project_without_faults(rocky, project):
    assert rocky.json(project, "compile")["has_errors"] is False
    assert rocky.json(project, "run")["status"] == "Success"


@pytest.mark.parametrize("target", ["nowhere.sql", "gone.sql"], ids=["dangling link", "link to itself"])
def test_a_model_that_cannot_be_read(rocky, project, target):
    (project / "models" / "gone.sql").symlink_to(project / "models" / target)
    document = rocky.json(project, "compile", exit_code=1)
    assert any(f["code"] == "S008" and f["file"] == "models/gone.sql" for f in findings(document))


def test_a_model_of_ten_megabytes_compiles(rocky, project):
    columns = ",\n".join(f"    id + {n} AS column_{n}" for n in range(330_000))
    text = f"SELECT\n{columns}\nFROM good\n"
    assert len(text) > 10_000_000
    (project / "models" / "large.sql").write_text(text)
    document = rocky.json(project, "compile")
    assert "large" in {model["name"] for model in document["models_detail"]}


def test_a_model_over_the_size_cap_is_refused_alone(rocky, project):
    with open(project / "models" / "huge.sql", "w") as file:
        file.write("SELECT 1 AS id\n")
        for _ in range(101):
            file.write(("-" * 1023 + "\n") * 1024)
    document = rocky.json(project, "compile", exit_code=1)
    assert [(f["code"], f["file"], f["severity"]) for f in findings(document)] == [("S008", "models/huge.sql", "Error")]


def test_a_folder_that_cannot_be_written(project):
    """As a user without rights: for the superuser nothing is read-only."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rocky-read-only-"))
    try:
        folder.chmod(0o755)
        built = pathlib.Path(os.environ["ROCKY_BIN"])
        for program in (built, built.with_name("rocky-duckdb")):
            shutil.copy2(program, folder / program.name)
        # The rpath may lead into a home folder, which other users cannot enter; the folder of the program is tried first.
        shutil.copy2(pathlib.Path(os.environ["DUCKDB_LIB_DIR"]) / "libduckdb.so", folder)
        shutil.copytree(project, folder / "project")
        (folder / "project" / "models").chmod(0o555)
        (folder / "project").chmod(0o555)
        options = {"user": 65534, "group": 65534} if os.geteuid() == 0 else {}
        rocky = Rocky(folder / "rocky")
        # Reading needs no right to write: the cache is a convenience.
        assert rocky.json(folder / "project", "compile", **options)["has_errors"] is False
        result = rocky(folder / "project", "run", exit_code=1, **options)
        assert "broken.duckdb" in result.stderr or ".rocky-state.redb" in result.stderr
        assert sorted(path.name for path in (folder / "project").iterdir()) == ["case.toml", "models", "rocky.toml"]
    finally:
        (folder / "project").chmod(stat.S_IRWXU)
        (folder / "project" / "models").chmod(stat.S_IRWXU)
        shutil.rmtree(folder)


def test_a_locked_state_file(rocky, project):
    rocky(project, "run")
    before = contents(project)
    with open(project / ".rocky-state.redb.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = rocky(project, "run", exit_code=1)
        assert ".rocky-state.redb" in result.stderr
        # What only reads goes on.
        rocky(project, "compile")
    assert contents(project) == before
    rocky(project, "run")


def test_a_corrupt_state_file(rocky, project):
    rocky(project, "run")
    state = project / ".rocky-state.redb"
    state.write_bytes(b"this is not a database" * 100)
    before = contents(project)
    result = rocky(project, "run", exit_code=1)
    assert ".rocky-state.redb" in result.stderr
    assert contents(project) == before
    rocky(project, "compile")


def test_a_corrupt_cache_is_no_cache(rocky, project):
    document = rocky.json(project, "compile")
    for path in (project / ".rocky" / "cache").rglob("*"):
        if path.is_file():
            path.write_bytes(b"\0garbage" * 1000)
    again = rocky.json(project, "compile")
    for timed in (document, again):
        timed.pop("compile_timings")
    assert again == document


def test_a_database_that_another_process_holds(rocky, project):
    rocky(project, "run")
    program = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"

    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(project / "broken.duckdb")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout.readline() == "open\n"
        result = rocky(project, "run", exit_code=1)
        assert "broken.duckdb" in result.stderr
        # What does not need the database goes on.
        rocky(project, "compile")
    finally:
        holder.communicate()
    rocky(project, "run")
    with duckdb.connect(str(project / "broken.duckdb"), read_only=True) as connection:
        assert connection.execute("SELECT * FROM out.reader").fetchall() == [(1, "fine")]


def test_a_failed_model_fails_its_descendants_only(rocky, project):
    models = project / "models"
    (models / "bad.sql").write_text("SELECT CAST(state AS INTEGER) AS number FROM good\n")
    (models / "below.sql").write_text("SELECT number FROM bad\n")
    document = rocky.json(project, "run", exit_code=2)
    assert document["status"] == "PartialFailure"
    built = {tuple(table["asset_key"])[-1] for table in document["materializations"]}
    assert built == {"good", "reader"}
