"""Which part of the code may import which: the arrows of the design, read from the sources."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from steep.authoring.public import PUBLIC

ROOT = Path(__file__).parents[2]
CORE, PLUGINS, INDEXES = ROOT / "core/steep", ROOT / "plugins/steep_plugins", ROOT / "indexes/steep_indexes"

# from the ground up; a part imports only from its own storey and from lower ones
STOREYS = (
    {"errors", "values"},
    {"kinds", "language", "prompts", "validation", "wire", "wording"},
    {"engine", "hooks", "records"},
    {"workspace"},
    set(),  # what the flows are made of: any part that is named nowhere else
    {"flows"},
    {"authoring", "testing"},
    {"cli", "server", "__main__"},
)
WORKSHOP = 4


def imports(file: Path, package: str) -> set[str]:
    """The modules of a package that a file imports, wherever in it; `from steep import kinds` is steep.kinds."""
    return {each for each in _imported(file) if each.partition(".")[0] == package}


@cache
def _imported(file: Path) -> frozenset[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            module = node.module or ""
            modules = {f"steep.{each.name}" for each in node.names} if module == "steep" else set()
            known = {each for each in modules if (CORE / f"{each[6:]}.py").exists() or (CORE / each[6:]).is_dir()}
            found |= known or {module}
    return frozenset(found)


def sources(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def relative(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def storey(part: str) -> int:
    return next((number for number, parts in enumerate(STOREYS) if part in parts), WORKSHOP)


@pytest.mark.parametrize("package", ["steep_plugins", "steep_indexes"])
def test_core_knows_no_plugin(package):
    assert {relative(file): found for file in sources(CORE) if (found := imports(file, package))} == {}


@pytest.mark.parametrize("folder", [PLUGINS, INDEXES], ids=["plugins", "indexes"])
def test_builtin_plugins_import_only_what_a_stranger_may(folder):
    private = {relative(file): imports(file, "steep") - set(PUBLIC) for file in sources(folder)}
    assert {file: found for file, found in private.items() if found} == {}


def test_plugins_and_indexes_do_not_know_each_other():
    assert {relative(file): found for file in sources(PLUGINS) if (found := imports(file, "steep_indexes"))} == {}
    assert {relative(file): found for file in sources(INDEXES) if (found := imports(file, "steep_plugins"))} == {}


def test_arrows_point_down():
    upward = []
    for file in sources(CORE):
        here = file.relative_to(CORE).parts[0].removesuffix(".py")
        if here == "__init__":
            continue
        for module in imports(file, "steep"):
            there = module.partition(".")[2].partition(".")[0]
            if there and storey(there) > storey(here):
                upward.append(f"{relative(file)} imports {module}")
    assert upward == []


@pytest.mark.parametrize("part", ["flows", "workspace", "hooks", "kinds"])
def test_what_does_the_work_knows_neither_command_line_nor_server(part):
    above = {"steep.cli", "steep.server"}
    wrong = {
        relative(file): found
        for file in sources(CORE / part)
        if (found := {each for each in imports(file, "steep") if ".".join(each.split(".")[:2]) in above})
    }
    assert wrong == {}


def test_the_command_line_and_the_server_do_not_know_each_other_but_for_serve_and_mcp():
    server = {
        relative(f) for f in sources(CORE / "server") if any(m.startswith("steep.cli") for m in imports(f, "steep"))
    }
    cli = {f.name for f in sources(CORE / "cli") if any(m.startswith("steep.server") for m in imports(f, "steep"))}
    assert server == set()
    assert cli <= {"serve.py", "mcp.py"}


def test_sql_is_spoken_in_one_place():
    """The room of records; a part that keeps an index in a database of its own is no part of core."""
    languages = ("sqlalchemy", "alembic", "sqlite3", "psycopg")
    speakers = {file.relative_to(CORE).parts[0] for file in sources(CORE) for each in languages if imports(file, each)}
    assert speakers == {"records"}


def test_no_file_passes_four_hundred_lines():
    files = [file for folder in (CORE, PLUGINS, INDEXES) for file in sources(folder)]
    lengths = {relative(file): len(file.read_text("utf-8").splitlines()) for file in files}
    assert {name: length for name, length in lengths.items() if length > 400} == {}
