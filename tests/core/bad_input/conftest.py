"""A project of the readers that come with steep and one good document, indexed, searched, and asked by command."""

import pytest
from typer.testing import CliRunner

from steep.cli.commands import app
from steep.flows.answer import Answerer, SearchRequest
from steep.flows.index import index
from steep.values import OPERATOR

# the readers that come with steep, and small parts for the rest
BUILT_IN_READERS = """
[plugins]
files = ["tiny_parts.py"]
[reader.text]
[reader.markdown]
[embedder]
use = "tiny-parts:hashed"
[generator]
use = "tiny-parts:quoter"
[guardrails]
input = []
passages = []
output = []
"""
GOOD = {"good.md": "# Ferries\n\nThe Heron leaves at nine.\n"}


def indexed(project, **options):
    return index(project, progress=lambda step: None, **options)


def finds(project, question="When does the Heron leave?"):
    found = Answerer(project).search(SearchRequest(question=question, caller=OPERATOR))
    return [hit.passage.path for hit in found.hits]


@pytest.fixture
def make(project_folder, open_project):
    def run(documents, *, tables=""):
        return open_project(project_folder(documents, config=BUILT_IN_READERS, tables=tables, more=GOOD))

    return run


@pytest.fixture
def steep(monkeypatch):
    """Run a command; returns its exit code, stdout and stderr."""

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["steep", *map(str, arguments)])
        result = CliRunner().invoke(app, [str(each) for each in arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.stderr
        return result.exit_code, result.stdout, result.stderr

    return run
