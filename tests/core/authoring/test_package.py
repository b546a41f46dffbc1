"""`steep plugins new`: what it writes, what it refuses, and that what it writes works for every kind."""

from __future__ import annotations

import importlib.resources
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from steep.authoring.package import write_package
from steep.errors import PluginError, PluginNotFound
from steep.kinds import KINDS

EXAMPLES = importlib.resources.files("steep.authoring") / "examples"
# its own folder for temporary files: in the usual one, each session would tidy up after all others
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider")
KNOWN = [kind for kind in KINDS if (EXAMPLES / f"{kind}.py").is_file()]


def test_a_package_is_written_whole(tmp_path):
    written = write_package("steep-house-style", kind="guardrail", into=tmp_path)
    assert (written.distribution, written.offer) == ("steep-house-style", "house-style")
    assert written.files == (
        "README.md",
        "pyproject.toml",
        "src/steep_house_style/__init__.py",
        "src/steep_house_style/py.typed",
        "tests/test_house_style.py",
        "tests/test_offer.py",
    )
    project = tomllib.loads((tmp_path / "steep-house-style/pyproject.toml").read_text("utf-8"))
    assert project["project"]["name"] == "steep-house-style"
    assert project["project"]["entry-points"]["steep"] == {"house-style": "steep_house_style"}
    assert project["build-system"]["build-backend"] == "hatchling.build"


def test_the_folder_is_named_as_asked_and_the_distribution_begins_with_steep(tmp_path):
    written = write_package("blocklist", kind="metric", into=tmp_path)
    assert (tmp_path / "blocklist/src/steep_blocklist/__init__.py").is_file()
    assert written.distribution == "steep-blocklist"


def test_a_folder_that_exists_is_left_as_it_is(tmp_path):
    (tmp_path / "mine").mkdir()
    with pytest.raises(PluginError, match="exists already and is left as it is"):
        write_package("mine", kind="metric", into=tmp_path)
    assert list((tmp_path / "mine").iterdir()) == []


@pytest.mark.parametrize(
    "name", ["", "Mine", "my plugin", "../mine", "mine/", "1st", "-x", "x-", "my_plugin", "steep-"]
)
def test_a_name_that_cannot_be_used_is_refused(tmp_path, name):
    with pytest.raises(PluginError, match="lower-case words joined by hyphens"):
        write_package(name, kind="metric", into=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["metrics", "steep-plugins", "indexes", "none", "offer"])
def test_a_name_that_steep_uses_itself_is_refused(tmp_path, name):
    with pytest.raises(PluginError, match="is taken by steep itself"):
        write_package(name, kind="metric", into=tmp_path)


def test_an_unknown_kind_suggests_the_nearest(tmp_path):
    with pytest.raises(PluginNotFound, match=r"'guardrials'; did you mean `guardrail`"):
        write_package("mine", kind="guardrials", into=tmp_path)


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """One package a kind, each in a folder named after it, installed in the sense that its dist-info is on the path."""
    root = tmp_path_factory.mktemp("packages")
    for kind in KNOWN:
        written = write_package(f"my-{kind}", kind=kind, into=root)
        info = root / f"my-{kind}/src/steep_my_{kind}-0.1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {written.distribution}\nVersion: 0.1.0\n", "utf-8"
        )
        (info / "entry_points.txt").write_text(f"[steep]\nmy-{kind} = steep_my_{kind}\n", "utf-8")
    return root


def run(packages, *command):
    folders = [*(str(folder / "src") for folder in sorted(packages.iterdir())), *sys.path]
    path = os.pathsep.join(str(Path(folder).resolve()) for folder in folders if folder)
    environment = {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"}
    environment.pop("STEEP_PLUGINS", None)
    return subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, check=False, cwd=packages, env=environment
    )


@pytest.mark.slow
def test_the_tests_of_a_package_of_every_kind_pass(packages):
    tests = [str(folder / "tests") for folder in sorted(packages.iterdir())]
    done = run(
        packages, *PYTEST, f"--basetemp={packages.parent / 'inner'}", "--import-mode=importlib", "-W", "error", *tests
    )
    assert done.returncode == 0, done.stdout[-6000:]


def test_the_tests_of_a_package_run_before_it_is_installed(tmp_path):
    write_package("blocklist", kind="guardrail", into=tmp_path)
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    environment.pop("PYTHONPATH", None)
    command = [sys.executable, *PYTEST, f"--basetemp={tmp_path / 'inner'}"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=tmp_path / "blocklist", env=environment
    )
    assert done.returncode == 0, done.stdout[-6000:]


def test_a_package_of_every_kind_passes_the_checks(packages):
    code = (
        "from steep.authoring.checks import check_plugins\n"
        "from steep.hooks import Plugins, Selection\n"
        f"plugins = Plugins.discover(Selection(allow=frozenset('my-' + kind for kind in {KNOWN})), strict=True)\n"
        "found = [each for each in check_plugins(plugins) if each.plugin.startswith('my-')]\n"
        "print([each.plugin for each in found if each.problems], len(found))\n"
    )
    done = run(packages, "-c", code)
    assert (done.stdout, done.stderr) == (f"[] {len(KNOWN)}\n", "")


def test_what_is_written_is_clean(packages):
    sources = [str(folder / "src") for folder in sorted(packages.iterdir())]
    options = ["--isolated", "--no-cache", "--line-length", "120", "--config", f"src = {sources}"]
    for command in (["check", "--select", "E,F,I,B,UP,SIM,RUF,PT"], ["format", "--check"]):
        done = run(packages, "-m", "ruff", *command, *options, str(packages))
        assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_what_is_written_is_typed(packages):
    sources = [
        str(folder / "src" / f"steep_{folder.name.replace('-', '_')}")
        for folder in sorted(packages.iterdir())
        if (folder / "src").is_dir()
    ]
    cache = str(packages.parent / "mypy")
    done = run(packages, "-m", "mypy", "--strict", "--follow-imports=silent", "--cache-dir", cache, *sources)
    assert done.returncode == 0, done.stdout
