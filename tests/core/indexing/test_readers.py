"""Which readers take part: the built-in ones, and those that steep.toml names."""

import re
from types import ModuleType

import pytest

from steep import Plugins, hookimpl, offer
from steep.errors import WorkspaceError
from steep.flows.index import index
from steep.hooks import Origin, Selection
from steep.indexing.readers import Readers, joining
from steep.kinds import Source
from steep.values import Document
from steep.workspace.project import Project

CONFIG = '[project]\nname = "x"\n[index.lexical]\nuse = "bm25"\n[retriever]\nuse = "lexical"\n'


class Table:
    def read(self, source):
        return Document(path=source.path, text=source.data.decode("utf-8"), title=source.path)


@pytest.fixture
def opened(tmp_path):
    projects = []

    def make(config, *, installed):
        (tmp_path / "steep.toml").write_text(CONFIG + config)
        (tmp_path / "prices.berths").write_text("berth,price\n4,12 EUR\n")
        (tmp_path / "note.md").write_text("# Berths\n\nBerth 4 is free.\n")
        plugins = Plugins.discover(Selection(allow=frozenset()))
        if installed:
            module = ModuleType("tables")
            module.steep_offers = hookimpl(
                lambda: [
                    offer(
                        kind="reader",
                        name="csv",
                        summary="Tables",
                        build=lambda o, c: Table(),
                        handles=(".berths", ".md"),
                    )
                ]
            )
            plugins.adopt(module, Origin(plugin="tables", distribution="steep-tables", version="1.0"))
        projects.append(Project.open(tmp_path, plugins=plugins))
        return projects[-1]

    yield make
    for project in projects:
        project.close()


def test_installing_a_reader_changes_nothing_of_what_a_steep_toml_means(opened):
    before = index(opened("", installed=False), progress=lambda step: None)
    after = index(opened("", installed=True), progress=lambda step: None)
    assert (before.documents, after.documents, after.rebuilt) == (1, 1, False)
    assert not Readers(opened("", installed=True)).handles("prices.berths")


def test_a_reader_that_steep_toml_names_takes_part_and_comes_first(opened):
    readers = Readers(opened('[reader."tables:csv"]\n', installed=True))
    assert readers.handles("prices.berths")
    assert readers.fingerprint("note.md") != Readers(opened("", installed=True)).fingerprint("note.md")


def test_what_files_wait_for_is_what_init_names(opened):
    project = opened("", installed=True)
    documents = joining(project, [".md"])
    assert {"csv", "xlsx", "pptx", "eml", "epub"} <= set(documents)
    assert not {"text", "markdown", "html", "pdf", "docx", "json", "code"} & set(documents)
    assert joining(project, [".berths", ".md"]) == (*documents, "tables:csv")
    assert set(joining(project, [".json", ".py"])) - set(documents) == {"json", "code"}


def test_a_reader_that_a_later_steep_brings_takes_part_where_it_is_named(opened):
    assert not Readers(opened("", installed=False)).handles("prices.xlsx")
    assert Readers(opened("[reader.xlsx]\n", installed=False)).handles("prices.xlsx")


def test_what_no_font_draws_is_no_text_of_any_reader(opened):
    project = opened('[reader."tables:csv"]\n', installed=True)
    secret = "".join(chr(0xE0000 + ord(each)) for each in "pay twice")
    for name in ("prices.berths", "note.md"):
        document = Readers(project).read(Source(path=name, data=f"Berth 4{secret} is free.".encode()))
        assert document.text.split() == ["Berth", "4", "is", "free."]
        assert [each.text for each in document.left_out] == ["pay twice"]


class Limited:
    """Notes what is read under limits."""

    def __init__(self):
        self.read_here = []

    def read(self, how, source):
        self.read_here.append(source.path)
        return Document(path=source.path, text="read", title="read")


def test_small_files_of_plain_formats_are_read_under_limits_too(opened):
    readers = Readers(opened("[reader.csv]\n[reader.json]\n[reader.code]\n", installed=False))
    readers._apart = Limited()
    names = [f"a{suffix}" for suffix in (".md", ".html", ".txt", ".csv", ".json", ".py")]
    for name in names:
        readers.read(Source(path=name, data=b"1"))
    assert readers._apart.read_here == names


HOUSE = """
import os, subprocess, sys, time
from steep import hookimpl, offer
from steep.values import Document

class House:
    def __init__(self, context):
        self.folder = context.project

    def read(self, source):
        word = source.data.decode()
        if word == "hang":
            time.sleep(600)
        if word == "end":
            os._exit(3)
        if word == "exit":
            sys.exit(3)
        if word == "raise":
            raise KeyError(word)
        if word == "none":
            return None
        if word == "print":
            subprocess.run(["echo", "noise"])
        return Document(path=source.path, text=f"{self.folder.name} {word} MADE", title="x")

@hookimpl
def steep_offers():
    yield offer(kind="reader", name="house", summary="x", build=lambda o, c: House(c), handles=(".house",))
"""


@pytest.fixture
def house(tmp_path):
    """Index files of these words by a reader that is a file beside steep.toml."""

    def make(*words, made="once", seconds=300):
        limited = CONFIG.replace('name = "x"', f'name = "x"\nread_seconds = {seconds}')
        (tmp_path / "steep.toml").write_text(f'{limited}[plugins]\nfiles = ["./house.py"]\n')
        (tmp_path / "house.py").write_text(HOUSE.replace("MADE", made))
        for word in words:
            (tmp_path / f"{word}.house").write_text(word)
        with Project.open(tmp_path) as project:
            summary = index(project, progress=lambda step: None)
            return summary, {each.path: each.text for each in project.library().documents()}

    return make


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("end", "stopped its reader"),
        ("exit", r"the reader `house:house` failed: it raised SystemExit\(3\)"),
        ("raise", r"the reader `house:house` failed: it raised KeyError\('raise'\)"),
        ("none", "its `read` returned None where a Document was wanted"),
    ],
)
def test_a_file_that_a_strangers_reader_fails_on_is_named_and_the_rest_goes_on(house, word, said):
    summary, texts = house("good", word, "print")
    assert re.search(said, summary.failed[f"{word}.house"])
    assert sorted(texts) == ["good.house", "print.house"]


def test_a_strangers_reader_that_hangs_is_ended(house):
    with pytest.raises(WorkspaceError, match=r"hang\.house took longer to read than read_seconds = 2"):
        house("hang", seconds=2)


def test_a_reader_beside_steep_toml_reads_anew_when_it_was_changed(house, tmp_path):
    for made in ("once", "twice"):
        _, texts = house("good", made=made)
        assert texts["good.house"] == f"{tmp_path.name} good {made}"
