"""What is printed into pipes: with few characters, and with plugins that print by themselves."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TINY = Path(__file__).parents[2] / "tiny_parts.py"
CONFIG = """
[project]
name = "harbor"
[plugins]
files = ["tiny_parts.py", "noisy.py"]
[reader."tiny-parts:plain"]
[embedder]
use = "tiny-parts:hashed"
[generator]
use = "tiny-parts:quoter"
[guardrails]
input = []
passages = []
output = []
[[tracker]]
use = "noisy"
"""
NOISY = """
print("noise at import")
import os, subprocess
from steep import hookimpl, offer

class Noisy:
    def saw(self, event):
        print("noise of Python")
        os.write(1, b"noise of a library\\n")
        subprocess.run(["echo", "noise of a program"])
        if os.environ.get("NOISY") == "fails":
            raise ValueError("too loud")

@hookimpl
def steep_offers():
    print("noise in the hook")
    yield offer(kind="tracker", name="noisy", summary="Prints", build=lambda options, context: Noisy())
"""
TEXT = "# Fähren\n\nDie Fähre „Möwe“ kostet 12 € am Tag.\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    tmp_path = tmp_path_factory.mktemp("harbor")
    shutil.copy(TINY, tmp_path)
    (tmp_path / "noisy.py").write_text(NOISY)
    (tmp_path / "steep.toml").write_text(CONFIG)
    (tmp_path / "fähren.md").write_text(TEXT, "utf-8")
    assert run(tmp_path, "utf-8", "index").returncode == 0
    return tmp_path


def run(folder, encoding, *words):
    path = os.pathsep.join(str(Path(each).resolve()) for each in sys.path if each and "site-packages" not in each)
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": path}
    command = [sys.executable, "-m", "steep", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=120, check=False)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_pipe_of_few_characters_gets_words_and_json_and_no_error(folder, encoding):
    told = run(folder, encoding, "ask", "Was kostet die Fähre Möwe?")
    assert told.returncode == 0
    assert b"12" in told.stdout
    result = run(folder, encoding, "ask", "Was kostet die Fähre Möwe?", "--json")
    assert result.returncode == 0
    assert json.loads(result.stdout.decode(encoding))["answer"] == "Die Fähre „Möwe“ kostet 12 € am Tag."


def test_what_plugins_print_does_not_break_json(folder):
    result = run(folder, "utf-8", "ask", "Was kostet die Fähre Möwe?", "--json")
    assert json.loads(result.stdout)["citations"]
    for noise in (b"noise at import", b"noise of Python", b"noise of a library", b"noise of a program"):
        assert noise in result.stderr


def test_what_plugins_print_is_no_part_of_words_for_people_either(folder):
    told = run(folder, "utf-8", "ask", "Was kostet die Fähre Möwe?")
    assert b"12" in told.stdout
    assert b"noise" not in told.stdout
    assert b"noise" not in run(folder, "utf-8", "plugins", "list", "tracker").stdout
