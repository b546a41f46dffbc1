"""Which files are documents: globs, hidden files, links, and names that are hard to write down."""

import os
import socket
import subprocess

import pytest

from steep.indexing.sources import scan
from steep.workspace.config import Config


@pytest.fixture
def scanned(tmp_path):
    def run(files=(), **project):
        for file in files:
            path = tmp_path / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("x", "utf-8")
        found = scan(tmp_path, Config.model_validate({"project": project}))
        return [each.path for each in found.files], found.unreadable

    return run


FILES = ["a.md", "b.txt", "docs/c.md", "docs/deep/d.md", "docs/deep/e.txt"]


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        (["**/*"], FILES),
        (["*.md"], ["a.md"]),
        (["**/*.md"], ["a.md", "docs/c.md", "docs/deep/d.md"]),
        (["docs"], ["docs/c.md", "docs/deep/d.md", "docs/deep/e.txt"]),
        (["./docs/"], ["docs/c.md", "docs/deep/d.md", "docs/deep/e.txt"]),
        (["docs/*"], ["docs/c.md", "docs/deep/d.md", "docs/deep/e.txt"]),
        (["docs/**/?.txt", "a.md"], ["a.md", "docs/deep/e.txt"]),
        (["[ab].md"], []),
    ],
)
def test_globs_name_files_and_folders(scanned, documents, expected):
    assert scanned(FILES, documents=documents) == (expected, {})


def test_exclude_wins(scanned):
    assert scanned(FILES, exclude=["docs/deep", "*.txt"])[0] == ["a.md", "docs/c.md"]


def test_hidden_files_and_what_steep_reads_itself_are_no_documents(tmp_path):
    for file in ("steep.toml", ".secret.md", ".git/x.md", "q.jsonl", "p.md", "rules.py", "node_modules/x.md", "a.md"):
        path = tmp_path / file
        path.parent.mkdir(exist_ok=True)
        path.write_text("x", "utf-8")
    config = {"measure": {"questions": "./q.jsonl"}, "answer": {"prompt": "p.md"}, "plugins": {"files": ["rules.py"]}}
    assert [each.path for each in scan(tmp_path, Config.model_validate(config)).files] == ["a.md"]


@pytest.mark.parametrize(
    "name",
    [
        "with space.md",
        "-rf.md",
        "cafe\u0301.md",
        "line\nbreak.md",
        "new\nfolder/a.md",
        "\u05e9\u05dc\u05d5\u05dd.md",
        "n" * 252 + ".md",
        "*.md",
        "%s.md",
    ],
)
def test_odd_names_are_names(scanned, name):
    assert scanned([name])[0] == [name]


def test_a_name_that_is_not_unicode_is_named_and_the_rest_goes_on(scanned, tmp_path):
    with open(os.fsencode(tmp_path) + b"/caf\xe9.md", "wb") as file:  # noqa: PTH123
        file.write(b"x")
    found, unreadable = scanned(["a.md"])
    assert found == ["a.md"]
    assert "not valid Unicode; rename it" in unreadable["caf\\xe9.md"]


def test_a_folder_that_holds_itself_is_left(scanned, tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "loop").symlink_to(tmp_path / "docs")
    (tmp_path / "docs" / "up").symlink_to(tmp_path)
    found, unreadable = scanned(["docs/a.md"])
    assert found[0] == "docs/a.md"
    assert len(found) <= 4
    assert unreadable == {}


def test_links_out_of_the_project_are_followed_only_where_steep_toml_says_so(scanned, tmp_path, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "o.md").write_text("x", "utf-8")
    (tmp_path / "linked").symlink_to(outside)
    (tmp_path / "file.md").symlink_to(outside / "o.md")
    assert scanned(follow_links=True)[0] == ["file.md", "linked/o.md"]
    found, unreadable = scanned(["a.md"])
    assert found == ["a.md"]
    assert set(unreadable) == {"file.md", "linked"}
    assert "follow_links = true" in unreadable["file.md"]


def test_links_to_nothing_and_to_themselves_are_named(scanned, tmp_path):
    (tmp_path / "self.md").symlink_to(tmp_path / "self.md")
    (tmp_path / "gone.md").symlink_to(tmp_path / "nowhere.md")
    found, unreadable = scanned(["a.md"])
    assert found == ["a.md"]
    assert "symbolic links" in unreadable["self.md"]
    assert "No such file" in unreadable["gone.md"]


@pytest.mark.skipif(os.name == "nt", reason="no such things there")
def test_pipes_sockets_and_devices_are_named_and_never_opened(scanned, tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.txt")
        found, unreadable = scanned(["a.md"], follow_links=True)
    assert found == ["a.md"]
    assert set(unreadable) == {"pipe.txt", "socket.txt", "zero.txt"}
    assert all("not a file; exclude it" in reason for reason in unreadable.values())


@pytest.fixture
def deep_folder(tmp_path):
    """A folder with 1,100 folders in each other; they are taken away again, since not every tool can."""
    deep = [os.open(tmp_path, os.O_RDONLY)]
    for _ in range(1100):
        os.mkdir("d", dir_fd=deep[-1])
        deep.append(os.open("d", os.O_RDONLY, dir_fd=deep[-1]))
        if len(deep) > 2:
            os.close(deep.pop(-2))
    for handle in deep:
        os.close(handle)
    yield tmp_path
    subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)


@pytest.mark.skipif(os.name == "nt", reason="paths are shorter there")
def test_folders_may_be_nested_deeper_than_python_may_call(scanned, deep_folder):
    assert scanned(["a.md"])[0] == ["a.md"]


def test_a_time_beyond_what_the_manifest_can_hold_is_no_harm(scanned, tmp_path):
    (tmp_path / "a.md").write_text("x", "utf-8")
    try:
        os.utime(tmp_path / "a.md", ns=(2**63 + 5, 2**63 + 5))
    except (OSError, OverflowError):
        pytest.skip("this file system has no such times")
    (found,) = scan(tmp_path, Config()).files
    assert 0 <= found.modified < 2**63


def test_a_folder_that_cannot_be_listed_is_named(scanned, monkeypatch):
    real = os.scandir

    def refuse(path):
        if str(path).endswith("docs"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found, unreadable = scanned(FILES)
    assert found == ["a.md", "b.txt"]
    told = "cannot be listed: Permission denied; check its permissions, or exclude it in steep.toml."
    assert unreadable == {"docs": told}
