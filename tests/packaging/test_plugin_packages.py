"""Published plugins: built into wheels, installed where nothing else of this checkout is, and used from there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from steep.authoring.package import write_package

EXAMPLE = Path(__file__).parents[2] / "examples/steep-plainspeak"

TOML = """
[project]
name = "notes"

[formatter]
use = "plainspeak"
longest = 12

[guardrails]
output = [{ use = "plainspeak", longest = 8, on_fail = "rewrite" }, "plainspeak:plainspeak"]
"""

USE = """
from pathlib import Path
from steep.kinds import GuardRequest
from steep.workspace.project import Project

with Project.open(Path.cwd()) as project:
    specs = project.config.guardrails.output
    short, qualified = (project.build("guardrail", each) for each in specs)
    formatter = project.build("formatter", project.config.formatter)
    asked = GuardRequest(stage="output", text="You may utilize the crane.", question="")
    print(type(formatter).__module__, short.check(asked).rewritten, specs[0].on_fail, short is not qualified)
    print([str(each.origin) for each in project.plugins.offers("formatter") if not each.origin.builtin])
"""


@pytest.fixture(scope="module")
def example_wheel(build_wheel):
    return build_wheel(EXAMPLE)


@pytest.mark.slow
def test_the_example_is_found_listed_checked_and_built_by_both_names(environment, example_wheel, tmp_path):
    environment.install(example_wheel)
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "steep.toml").write_text(TOML, "utf-8")
    listed = json.loads(environment.steep("plugins", "list", "--json", cwd=folder).stdout)
    rows = [row for row in listed["offers"] if row["plugin"] == "plainspeak"]
    assert [(row["kind"], row["use"], row["distribution"], row["version"]) for row in rows] == [
        ("formatter", "plainspeak", "steep-plainspeak", "1.0.0"),
        ("guardrail", "plainspeak", "steep-plainspeak", "1.0.0"),
    ]
    checked = json.loads(environment.steep("plugins", "check", "plainspeak", "--json", cwd=folder).stdout)
    assert checked["ok"]
    used = environment.run("-c", USE, cwd=folder).stdout.splitlines()
    assert used == [
        "steep_plainspeak.formatter You may use the crane. rewrite True",
        "['`plainspeak` (steep-plainspeak 1.0.0)']",
    ]
    tests = environment.test(str(EXAMPLE / "tests"), cwd=tmp_path)
    assert " passed" in tests.stdout


@pytest.mark.slow
def test_a_new_package_is_built_installed_and_its_tests_pass_there(environment, build_wheel, tmp_path):
    written = write_package("house-style", kind="guardrail", into=tmp_path)
    environment.install(build_wheel(Path(written.folder)))
    tests = environment.test(written.folder, cwd=tmp_path)
    assert " passed" in tests.stdout
    checked = environment.steep("plugins", "check", "house-style", "--json", cwd=tmp_path).stdout
    assert json.loads(checked)["plugins"][0]["offers"] == ["house-style:house-style"]


def test_the_command_line_writes_and_checks_a_package(tmp_path, monkeypatch):
    from typer.testing import CliRunner

    from steep.cli.plugins import app

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STEEP_PLUGINS", "none")
    run = CliRunner()
    made = run.invoke(app, ["new", "house-style", "--kind", "metric", "--json"])
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)["distribution"] == "steep-house-style"
    assert (tmp_path / "house-style/pyproject.toml").is_file()
    assert run.invoke(app, ["new", "house-style"]).exit_code == 9
    assert run.invoke(app, ["new", "House"]).exit_code == 9

    (tmp_path / "steep.toml").write_text('[plugins]\nfiles = ["house.py"]\nallow = ["house"]\n', "utf-8")
    monkeypatch.delenv("STEEP_PLUGINS")
    (tmp_path / "house.py").write_text("import numpy\n", "utf-8")
    failed = run.invoke(app, ["check", "house", "--json"])
    assert failed.exit_code == 9
    (found,) = json.loads(failed.stdout)["plugins"]
    assert [each["message"][:12] for each in found["problems"]] == ["has no hooks", "importing it"]
    listed = run.invoke(app, ["list", "metric"])
    assert listed.exit_code == 0
    assert "token-f1" in listed.output
