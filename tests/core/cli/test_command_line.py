"""Every command alike: it takes `--json`, a wrong line is one object too, and broken plugins are told once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def test_a_plugin_that_cannot_be_loaded_is_said_once(project_folder):
    folder = project_folder()
    (folder / "broken.py").write_text("raise RuntimeError('no')", "utf-8")
    file = folder / "steep.toml"
    file.write_text(file.read_text("utf-8").replace('["tiny_parts.py"]', '["tiny_parts.py", "broken.py"]'), "utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "steep", "config", "show"], cwd=folder, capture_output=True, text=True, check=True
    )
    (said,) = ran.stderr.splitlines()
    assert said.startswith("steep: the plugin `broken`")
    assert said.endswith("is left out: RuntimeError('no')")


def test_python_m_steep_is_the_command_steep(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "steep", "index", "--json"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, json.loads(ran.stdout)["error"]["type"]) == (2, "ConfigError")
    assert ran.stderr.startswith("steep: ")


def test_every_command_that_prints_a_result_takes_json():
    import typer

    from steep.cli.commands import app

    def commands(group, path=()):
        for name, command in group.commands.items():
            if hasattr(command, "commands"):
                yield from commands(command, (*path, name))
            else:
                yield (*path, name), command

    for path, command in commands(typer.main.get_command(app)):
        names = {option for parameter in command.params for option in parameter.opts}
        if path not in (("mcp",), ("jobs", "work")):  # neither prints a result: a protocol, a process of its own
            assert "--json" in names, path
        assert command.help, path


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("ask", "--json", "--loud"), "No such option: --loud"),
        (("search", "--json"), "Missing argument"),
        (("index", "--json", "extra"), "extra"),
        (("adapters", "promote", "--json"), "Missing argument"),
    ],
)
def test_a_wrong_command_line_is_one_json_object_too(steep, words, told):
    ran = steep(*words)
    assert ran.code == 2
    assert told in ran.err
    error = ran.json["error"]
    assert (error["type"], error["exit_code"]) == ("UsageError", 2)
    assert told in error["message"]


def test_a_misspelt_command_is_told_its_nearest_name(steep):
    ran = steep("serch", "x")
    assert (ran.code, "'search'" in ran.err) == (2, True)


def test_plugins_list_fits_a_narrow_terminal_and_marks_what_must_be_given(steep, folder, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    printed = steep("plugins", "list", into=folder).out
    assert "sentence-transformers" in printed
    assert "[model*, revision" in printed
    assert max(map(len, printed.splitlines())) <= 80


def test_a_plugin_that_cannot_be_loaded_is_told_once_with_its_reason(steep, tmp_path, caplog):
    (tmp_path / "bad.py").write_text("raise RuntimeError('no harbor here')\n", "utf-8")
    (tmp_path / "steep.toml").write_text('[project]\nname = "x"\n[plugins]\nfiles = ["./bad.py"]\n', "utf-8")
    ran = steep("plugins", "list")
    assert ran.code == 0
    assert (ran.err + caplog.text).count("no harbor here") == 1  # here the log is caught before it is printed
    assert steep("plugins", "list", "--json").json["broken"][0]["plugin"] == "bad"


LOUD = """
import sys
from steep import hookimpl
print("loud was imported", file=sys.stderr)

@hookimpl
def steep_commands(cli):
    cli.command(name="shout")(lambda: print("hello"))
"""


@pytest.mark.parametrize(
    ("toml", "imported"),
    [
        ("", True),
        ('[plugins]\ndisabled = ["loud"]\n', False),
        ("[plugins]\nallow = []\n", False),
        ('[plugins]\nallow = ["loud"]\n', True),
        ("[plugins", False),
        ("[plugins]\ndisabled = 5\n", False),
    ],
)
def test_no_command_imports_a_plugin_that_steep_toml_does_not_admit(tmp_path, toml, imported):
    site = tmp_path / "site"
    info = site / "steep_loud-1.dist-info"
    info.mkdir(parents=True)
    (site / "steep_loud.py").write_text(LOUD, "utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: steep-loud\nVersion: 1\n", "utf-8")
    (info / "entry_points.txt").write_text("[steep]\nloud = steep_loud\n", "utf-8")
    (tmp_path / "steep.toml").write_text(toml, "utf-8")
    path = os.pathsep.join([str(site), *(str(Path(each).resolve()) for each in sys.path if each)])
    for words, folder in ((["--version"], tmp_path), (["config", "show", "-C", str(tmp_path)], Path("/"))):
        ran = subprocess.run(
            [sys.executable, "-m", "steep", *words],
            cwd=folder, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ("loud was imported" in ran.stderr) is imported, words
