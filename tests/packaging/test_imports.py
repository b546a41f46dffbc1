"""Importing steep, and asking for help, is light; what is public is what is said to be public."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys

import pytest

import steep
from steep.authoring.lightness import HEAVY

NEVER = {
    "torch", "transformers", "peft", "faiss", "numpy", "litestar", "bm25s", "pypdfium2", "mammoth", "bs4",
    "accelerate", "lxml", "httpx", "safetensors", "tokenizers", "sentence_transformers", "Stemmer", "uvicorn",
    "sqlalchemy", "alembic", "psycopg",
    "matplotlib", "jinja2",
}  # fmt: skip


def loaded_by(code):
    """The top-level names in sys.modules after running the code in a fresh interpreter."""
    script = f"import sys\n{code}\nprint(*{{name.partition('.')[0] for name in sys.modules}}, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


COMMANDS = ["--help", "ask --help", "serve --help", "plugins list"]


@pytest.mark.parametrize("module", ["steep", "steep.testing", "steep.cli"])
def test_importing_loads_no_heavy_library(module):
    assert loaded_by(f"import {module}") & NEVER == set()


@pytest.mark.parametrize("arguments", COMMANDS)
def test_asking_for_help_loads_no_heavy_library(arguments):
    code = f"""
sys.argv = ["steep", *{arguments.split()!r}]
from steep.cli import main
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
"""
    assert loaded_by(code) & NEVER == set()


def test_the_commands_load_nothing_of_steep_but_what_prints_and_fails():
    code = "from steep.cli import commands; print(*(n for n in sys.modules if n.startswith('steep.')), file=sys.stderr)"
    found = {name.split(".")[1] for name in loaded_by(code) if name.startswith("steep.")}
    assert found <= {"cli", "errors", "wire", "wording"}, found


def test_a_plotting_library_is_loaded_when_a_figure_is_drawn_and_no_earlier():
    assert not loaded_by("import steep.flows.measure, steep.report.page") & {"matplotlib", "jinja2"}


def test_importing_steep_imports_neither_its_plugins_nor_its_command_line():
    assert not loaded_by("import steep") & {"steep_plugins", "steep_indexes", "typer", "rich", "sqlite3", "asyncio"}


def test_every_heavy_library_that_steep_uses_is_one_that_plugins_must_not_import_early():
    assert {
        "torch",
        "transformers",
        "peft",
        "faiss",
        "numpy",
        "litestar",
        "bm25s",
        "pypdfium2",
        "mammoth",
        "bs4",
    } <= set(HEAVY)


def modules_with_all():
    names = ["steep", *(f"steep.{each.name}" for each in pkgutil.iter_modules(steep.__path__))]
    return [name for name in names if name != "steep.__main__" and hasattr(importlib.import_module(name), "__all__")]


@pytest.mark.parametrize("name", modules_with_all())
def test_all_is_sorted_and_true(name):
    module = importlib.import_module(name)
    assert list(module.__all__) == sorted(module.__all__, key=_constants_then_classes_then_the_rest)
    assert len(set(module.__all__)) == len(module.__all__)
    assert [each for each in module.__all__ if not hasattr(module, each)] == []


def _constants_then_classes_then_the_rest(name):
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def test_what_steep_exports_is_imported_when_it_is_asked_for_and_is_all_there_is():
    assert [name for name in steep.__all__ if getattr(steep, name, None) is None] == []
    assert dir(steep) == sorted(steep.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        steep.nothing  # noqa: B018  # the attribute is what is asked for
