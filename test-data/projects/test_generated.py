"""What the benchmarks measure is a project that compiles and runs."""

import os
import pathlib
import subprocess

import pytest

MODELS = 200


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("generated") / "project"
    generate = pathlib.Path(os.environ["ROCKY_BIN"]).with_name("generate")
    subprocess.run([generate, str(MODELS), folder], check=True, capture_output=True)
    return folder


def test_it_has_no_errors_and_no_warnings(rocky, project):
    document = rocky.json(project, "compile")
    assert document["models"] == MODELS
    assert [finding for finding in document["diagnostics"] if finding["severity"] != "Info"] == []


def test_every_model_runs(rocky, project):
    tested = rocky.json(project, "test", timeout=300)
    # Each model, and the test in its sidecar.
    assert tested["failures"] == []
    assert tested["passed"] == 2 * MODELS


def test_the_second_compile_gives_the_same_document(rocky, project):
    first, second = (rocky.json(project, "compile") for _ in range(2))
    for document in (first, second):
        document.pop("compile_timings")
    assert first == second
