"""Runs the command line in this process, as a user would type it."""

import json
import sys
from dataclasses import dataclass

import pytest
from typer.testing import CliRunner

from steep.cli.commands import app

QUESTIONS = [
    {"id": "a", "question": "When does the Heron leave?", "answers": ["at nine"], "document": "ferries.md"},
    {"id": "b", "question": "What does a day ticket cost?", "answers": ["12 euros"], "document": "tickets.md"},
    {"id": "c", "question": "Who owns the lighthouse?", "unanswerable": True},
]


@dataclass(frozen=True, kw_only=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def steep(monkeypatch, tmp_path):
    """`steep("ask", "…", "--json")` in the temporary folder; ``into`` is another folder."""

    def run(*words, into=tmp_path, stdin=None):
        monkeypatch.chdir(into)
        monkeypatch.setattr(sys, "argv", ["steep", *words])
        result = CliRunner().invoke(app, list(words), input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(code=result.exit_code, out=result.stdout, err=result.stderr)

    return run


@pytest.fixture
def folder(project_folder):
    """A project of small parts with a file of three questions."""
    made = project_folder(tables='[measure]\nquestions = "questions.jsonl"\nresamples = 100\n')
    (made / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in QUESTIONS), "utf-8")
    return made
