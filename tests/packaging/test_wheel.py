"""What is in the wheel, and that it works where it is installed."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOTS = {"steep": "core/steep", "steep_plugins": "plugins/steep_plugins", "steep_indexes": "indexes/steep_indexes"}
STARTER = "steep_plugins/generators/reader/starter/"
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def files(steep_wheel):
    with zipfile.ZipFile(steep_wheel) as wheel:
        return {each.filename: each.file_size for each in wheel.infolist() if not each.is_dir()}


def test_three_import_names_reach_site_packages_and_nothing_else(files):
    tops = {name.partition("/")[0] for name in files}
    assert {each for each in tops if not each.endswith(".dist-info")} == set(ROOTS)


def test_each_import_name_is_typed(files):
    assert [f"{name}/py.typed" for name in ROOTS if f"{name}/py.typed" not in files] == []


def test_no_tests_caches_or_sources_of_other_things_are_shipped(files):
    odd = [
        name
        for name in files
        if {"tests", "test", "__pycache__", "conftest.py", ".steep"} & set(name.split("/"))
        or name.endswith((".pyc", ".whl"))
    ]
    assert odd == []


def test_how_the_starters_were_made_is_not_shipped(files):
    recipes = {file.name for file in (ROOT / "examples/starters").rglob("*.py")} - {"__init__.py"}
    shipped = {name for name in files if name.startswith("steep_plugins/generators/reader/")}
    assert {"cloze.py", "negatives.py"} <= recipes
    assert [name for name in shipped if "training" in name or name.rpartition("/")[2] in {"cloze.py", "mix.py"}] == []


def test_every_module_of_the_three_roots_is_in_the_wheel(files):
    modules = {
        f"{name}/{file.relative_to(ROOT / folder).as_posix()}"
        for name, folder in ROOTS.items()
        for file in (ROOT / folder).rglob("*.py")
    }
    assert sorted(modules - set(files)) == []


def test_the_templates_of_new_plugins_and_of_pages_are_in_the_wheel(files):
    templates = {
        f"steep/{file.relative_to(ROOT / 'core/steep').as_posix()}"
        for folder, pattern in (
            ("authoring", "*.tmpl"),
            ("authoring", "*.md"),
            ("authoring/examples", "*.py"),
            ("report/templates", "*.*"),
            ("server/page/templates", "*.*"),
            ("server/page/static", "*.*"),
        )
        for file in (ROOT / "core/steep" / folder).glob(pattern)
    }
    assert len(templates) > 55
    assert sorted(templates - set(files)) == []


def test_the_defaults_are_in_the_wheel(files):
    assert "steep_plugins/defaults.toml" in files


def test_the_starter_adapter_is_in_the_wheel_and_small(files):
    here = ROOT / "plugins" / STARTER
    shipped = {name: size for name, size in files.items() if name.startswith(STARTER)}
    expected = {f"{STARTER}{file.relative_to(here).as_posix()}" for file in here.rglob("*") if file.is_file()}
    assert set(shipped) == expected
    assert any(name.endswith(".safetensors") for name in shipped)
    assert sum(shipped.values()) <= 8 * MEGABYTE


def test_the_wheel_is_small(steep_wheel):
    """Its adapters are most of it."""
    assert steep_wheel.stat().st_size <= 25 * MEGABYTE


def test_the_wheel_carries_license_readme_and_the_command(steep_wheel, files):
    (info,) = {name.partition("/")[0] for name in files if ".dist-info/" in name}
    assert f"{info}/licenses/LICENSE" in files
    with zipfile.ZipFile(steep_wheel) as wheel:
        assert "steep = steep.cli:main" in wheel.read(f"{info}/entry_points.txt").decode()
        metadata = wheel.read(f"{info}/METADATA").decode()
    assert "License-Expression: Apache-2.0" in metadata
    assert "Description-Content-Type: text/markdown" in metadata


def test_an_installed_steep_lists_its_parts(environment):
    done = environment.steep("plugins", "list", "--json")
    offers = json.loads(done.stdout)["offers"]
    assert {"minilm", "faiss", "bm25", "token-f1"} <= {each["name"] for each in offers}
    where = environment.run("-c", "import steep, steep_plugins, steep_indexes; print(steep.__file__)").stdout
    assert Path(where.strip()).is_relative_to(environment.folder)
