"""A form that is read as it comes in: what is too much is not kept until its end."""

import asyncio

import pytest

from steep.server.errors import BadRequest
from steep.server.page.arriving import MOST, Arrivals
from steep.values import OPERATOR


def part(name, body, filename=None):
    told = f'; filename="{filename}"' if filename is not None else ""
    return f'--x\r\ncontent-disposition: form-data; name="{name}"{told}\r\n\r\n'.encode() + body + b"\r\n"


@pytest.fixture
def project(make_project):
    return make_project(documents={"a.md": "# A\n\nThe crane is blue.\n"}, indexed=False)


@pytest.fixture
def taken(project):
    """What became of the files of a form, whose pieces are bytes or what is looked at between them."""

    def take(*pieces):
        async def stream():
            for each in pieces:
                if callable(each):
                    each()
                else:
                    yield each

        arrivals = Arrivals(project=project, caller=OPERATOR, told=str)
        try:
            asyncio.run(arrivals.take(stream(), "x"))
        finally:
            take.all = [(each.name, each.ok) for each in arrivals.all]
        return arrivals.all

    return take


def incoming(project):
    folder = project.state / "incoming"
    return sum(file.stat().st_size for file in folder.iterdir()) if folder.exists() else 0


def test_a_file_that_is_too_large_is_gone_before_it_has_come_in_and_the_others_go_on(project, taken, monkeypatch):
    monkeypatch.setattr("steep.flows.uploads.limit", lambda project: 1000)
    kept = []

    def look():
        kept.append(incoming(project))

    large = part("file", b"y" * 900, "large.md").removesuffix(b"\r\n")
    more = [each for _ in range(5) for each in (b"y" * 900, look)]
    found = taken(large, look, *more, b"\r\n", part("file", b"small", "small.md"), b"--x--\r\n")
    assert [(each.name, each.ok) for each in found] == [("large.md", False), ("small.md", True)]
    assert "max_megabytes" in found[0].line
    assert max(kept[1:]) == 0, "what was written is gone as soon as it is too much"
    assert (project.folder / "small.md").read_bytes() == b"small"
    assert not (project.folder / "large.md").exists()


def test_a_file_with_a_wrong_name_is_refused_before_any_of_it_is_written(project, taken):
    found = taken(part("file", b"y" * 50_000, "run.exe")[:30_000], lambda: None, b"y\r\n--x--\r\n")
    assert [each.ok for each in found] == [False]
    assert incoming(project) == 0
    assert not (project.state / "incoming").exists()


def test_where_files_go_counts_for_those_that_come_after_it(project, taken):
    taken(
        part("file", b"one", "one.md"),
        part("folder", b"/notes/"),
        part("replace", b"yes"),
        part("file", b"two", "two.md"),
        part("file", b"three", "two.md"),
        b"--x--\r\n",
    )
    assert taken.all == [("one.md", True), ("two.md", True), ("two.md", True)]
    assert (project.folder / "notes/two.md").read_bytes() == b"three"


def test_what_came_in_whole_stays_where_a_form_breaks_off(project, taken):
    with pytest.raises(BadRequest, match="the form cannot be read"):
        taken(part("file", b"one", "one.md"), part("file", b"two", "two.md")[:-4])
    assert taken.all == [("one.md", True)]
    assert (incoming(project), (project.folder / "two.md").exists()) == (0, False)


def test_more_files_than_a_form_may_have_are_left_and_told(taken):
    many = [part("file", b"x", f"{number}.md") for number in range(MOST + 2)]
    found = taken(*many, b"--x--\r\n")
    assert [each.ok for each in found] == [True] * MOST + [False]
    assert "Only the first" in found[-1].line
