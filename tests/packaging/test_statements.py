"""What README, CONTRIBUTING and the other pages say of the code, as far as a test can tell, is so."""

from __future__ import annotations

import ast
import json
import re
import shlex
import tomllib
from pathlib import Path

import pytest
import typer

from steep.cli.commands import app
from steep.hooks import Plugins, Selection
from steep.kinds import KINDS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
MEASURED = (ROOT / "tests/bench/MEASURED.md").read_text("utf-8")
FOLDERS = ("core/steep", "plugins/steep_plugins", "indexes/steep_indexes")
PAGES = sorted(
    page
    for folder in ("", "core/**/", "plugins/**/", "tests/**/", "examples/*", "examples/starters/*")
    for page in ROOT.glob(f"{folder}/*.md".lstrip("/"))
    if page.name != "CHANGELOG.md"  # it tells what was
)
CODE = re.compile(r"`([^`\n]+)`")


def named(page):
    return page.relative_to(ROOT).as_posix()


@pytest.fixture(scope="module")
def offers():
    plugins = Plugins.discover(Selection(allow=frozenset()))
    return {kind: {each.offer.name for each in plugins.offers(kind)} for kind in KINDS}


def section(title, page=README):
    (found,) = re.findall(rf"^## {title}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    return found


def fenced(text, *languages):
    """The code blocks of the languages, without what a list indents them by."""
    found = re.findall(rf"^( *)```(?:{'|'.join(languages)})\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in found]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_to_files_that_are_there(page):
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8"))
    here = [link for link in links if not link.startswith(("http:", "https:", "mailto:"))]
    assert [link for link in here if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_files_that_are_named_are_there(page):
    """A path is one from the top, or from the page's own folder."""
    text = page.read_text("utf-8")
    paths = re.findall(r"(?<![\w/.-])((?:core|plugins|indexes|tests|examples)/[\w./@-]*\w)", text)
    gone = [path for path in paths if not (ROOT / path).exists() and not (page.parent / path).exists()]
    assert gone == []


def test_the_rooms_that_contributing_names_are_there():
    rooms = [each for each in CODE.findall(section("How the code is laid out", CONTRIBUTING)) if each.endswith("/")]
    places = [ROOT, ROOT / "core/steep", ROOT / "examples"]
    assert len(rooms) >= 8
    assert [room for room in rooms if not any((place / room).is_dir() for place in places)] == []


def command_lines(text):
    """Every `steep …` of a page: in its shell blocks, and in its running text."""
    lines = [line for block in fenced(text, "sh", "bash") for line in block.splitlines()]
    for line in [*lines, *CODE.findall(text)]:
        words = shlex.split(line.replace("…", ""), comments=True)
        if words[:1] == ["steep"]:
            yield words[1:]


def what_is_wrong(words):
    """Why typer would not take a command line, or ""; arguments in capitals stand for any."""
    command = typer.main.get_command(app)
    for word in words:
        if word.startswith("-"):
            known = {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
            if word.partition("=")[0] not in {*known, "--help"}:
                return f"{command.name} has no {word}"
        elif hasattr(command, "commands"):
            if word not in command.commands and (word.islower() or not command.invoke_without_command):
                return f"{command.name} has no {word}"
            command = command.commands.get(word, command)
    return ""


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_commands_that_are_shown_can_be_typed(page):
    assert [(words, why) for words in command_lines(page.read_text("utf-8")) if (why := what_is_wrong(words))] == []


def test_the_table_of_commands_has_every_command():
    rows = re.findall(r"^\| (`steep [^|]+) \|", section("On your own documents"), re.MULTILINE)
    shown = {words.split()[1] for row in rows for words in CODE.findall(row)}
    assert shown == set(typer.main.get_command(app).commands)


def test_subcommands_that_the_table_names_are_those_of_their_commands():
    commands = typer.main.get_command(app).commands
    below = {name: set(getattr(command, "commands", ())) for name, command in commands.items()}
    for row in re.findall(r"^\| (`steep [^\n]+) \|$", section("On your own documents"), re.MULTILINE):
        words = CODE.findall(row)
        own = set().union(*(below[each.split()[1]] for each in words if each.startswith("steep ")))
        of_others = set().union(*below.values()) - own - set(commands)
        assert [word for word in words if word in of_others] == [], row


def test_targets_of_make_that_are_shown_are_there():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    shown = re.findall(r"^make (\w+)|`make (\w+)`", README + CONTRIBUTING, re.MULTILINE)
    assert {one or other for one, other in shown} <= targets


def test_the_steep_toml_of_the_readme_passes_the_check(tmp_path, monkeypatch):
    from typer.testing import CliRunner

    (tmp_path / "steep.toml").write_text('[project]\nname = "x"\n' + "".join(fenced(README, "toml")), "utf-8")
    (tmp_path / "prices.sqlite").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STEEP_PLUGINS", "none")
    checked = CliRunner().invoke(app, ["config", "check", "--json"])
    assert checked.exit_code == 0, checked.output
    assert json.loads(checked.stdout)["ok"]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_tables_of_steep_toml_can_be_read(page):
    for block in fenced(page.read_text("utf-8"), "toml"):
        tomllib.loads(block.replace("…", "x"))


def test_extras_that_are_named_are_there():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    text = "".join(page.read_text("utf-8") for page in PAGES)
    assert set(re.findall(r"steep\[([\w-]+)\]", text)) <= set(extras)


def test_every_kind_of_part_is_named():
    listed = re.findall(r"[a-z]+", section("Plugins").partition(" are plugins")[0].lower())
    plural = {"index": "indexes", "strategy": "strategies"}
    assert set(listed) - {"and"} == {plural.get(kind, f"{kind}s") for kind in KINDS}


@pytest.mark.parametrize(
    ("kind", "item"),
    [("strategy", "Tuning"), ("tool", "An agent"), ("router", "Routers"), ("model", "Language models")],
)
def test_the_parts_on_board_are_named_and_no_others(kind, item, offers):
    (said,) = re.findall(rf"^- \*\*{item}\*\*(.*?)(?=^- |\Z)", README, re.MULTILINE | re.DOTALL)
    said = "\n".join(said.split("```toml")[::2]) if kind != "model" else said
    found = set(CODE.findall(said))
    assert offers[kind] <= found
    parts = {name for each in offers.values() for name in each}
    assert {each for each in found if each in parts - offers[kind]} <= {"agent", "extract", "chat", "cascade"}


def test_the_readers_of_a_new_project_are_named(offers):
    (said,) = re.findall(r"^- \*\*Documents\*\* in (.*?)\. ", README, re.MULTILINE | re.DOTALL)
    words = {"opendocument": "odt", "org": "outline", "asciidoc": "outline", "mail": "eml", "source": "code"}
    words |= {"restructuredtext": "rst", "jupyter": "ipynb"}
    told = {words.get(word, word) for word in re.findall(r"[a-z]+", said.lower())}
    assert offers["reader"] - {"msg"} <= told


def test_the_stages_of_an_answer_are_shown_in_their_order():
    (line,) = re.findall(r"^answer +Question ─ (.*) ─▶ Answer$", README, re.MULTILINE)
    halves = ("flows/answer.py", "answering/saying.py")
    flow = "".join((ROOT / "core/steep" / each).read_text("utf-8") for each in halves)
    stages = [name.partition("-")[0] for name in re.findall(r'trail\.stage\("([a-z-]+)"\)', flow)]
    assert line.split(" ─ ") == stages


def test_addresses_of_the_server_are_those_it_answers():
    protocol = (ROOT / "core/steep/server").rglob("*.py")
    routes = {path for file in protocol for path in re.findall(r'"(/[\w./-]*)"', file.read_text("utf-8"))}
    told = re.findall(r"`(?:POST |GET )?(/[a-z][\w./-]*)`", README)
    assert len(told) >= 10
    assert [path for path in told if not any(route == path or route.startswith(f"{path}/") for route in routes)] == []


def test_figures_of_sizes_and_counts_are_those_of_the_files():
    lines = (ROOT / "examples/harbor/questions.jsonl").read_text("utf-8").splitlines()
    documents = [each for each in (ROOT / "examples/harbor/documents").rglob("*") if each.is_file()]
    assert f"{len(lines)} questions" in README
    assert f"{len(documents)} documents" in README
    reader = ROOT / "plugins/steep_plugins/generators/reader"
    for folder, told in (("starter", "an adapter of 7 MB"), ("statement_starter", "adapter of 0.45 MB")):
        size = sum(file.stat().st_size for file in (reader / folder).rglob("*.safetensors")) / 1e6
        (said,) = re.findall(r"([\d.]+) MB", told)
        assert told in (README + MEASURED).replace("\n", " ")
        assert abs(size - float(said)) < 0.5 * 10 ** -len(said.partition(".")[2])


def test_benchmarks_stand_where_it_is_said_and_are_no_tests():
    shown = {Path(name) for name in re.findall(r"python (tests/bench/\w+\.py)", MEASURED)}
    assert len(shown) >= 8
    assert [file for file in shown if not (ROOT / file).is_file()] == []


def modules():
    return [file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.py"))]


def dataclasses_of(file):
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from (
                (node.name, ast.unparse(each)) for each in node.decorator_list if "dataclass" in ast.unparse(each)
            )


def test_values_are_frozen_keyword_only_dataclasses():
    values = [each for file in (ROOT / "core/steep/values").glob("*.py") for each in dataclasses_of(file)]
    assert len(values) > 20
    assert [name for name, made in values if not ("frozen=True" in made and "kw_only=True" in made)] == []


def steep_errors():
    from steep import errors

    return {
        name for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, errors.SteepError)
    }


def test_errors_of_steep_are_in_one_file():
    known = steep_errors()
    elsewhere = [
        f"{file.relative_to(ROOT)}: {node.name}"
        for file in modules()
        if file.name != "errors.py"
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ClassDef) and {ast.unparse(base) for base in node.bases} & known
    ]
    assert elsewhere == []


def silent_raises(file, errors):
    """`with pytest.raises(…)` of an error of steep, where nobody looks at what the error says."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        for item in node.items if isinstance(node, ast.With) else []:
            call = item.context_expr
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.raises":
                said = any(each.arg in ("match", "check") for each in call.keywords) or item.optional_vars
                if not said and ast.unparse(call.args[0]) in errors:
                    yield f"{file.relative_to(ROOT)}:{node.lineno}"


def test_tests_look_at_what_an_error_says():
    errors = {*steep_errors(), "ValueError", "TypeError", "KeyError"}
    files = [file for file in sorted((ROOT / "tests").rglob("*.py")) if "pytest.raises" in file.read_text("utf-8")]
    assert [each for file in files for each in silent_raises(file, errors)] == []


def test_most_files_can_be_read_in_one_go():
    lengths = sorted(len(file.read_text("utf-8").splitlines()) for file in modules() if file.name != "__init__.py")
    assert sum(length <= 250 for length in lengths) / len(lengths) > 0.9


def test_the_changelog_begins_with_the_version_that_is_built():
    import steep

    (newest, *_) = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert newest == steep.__version__.partition("dev")[0].rstrip(".")
