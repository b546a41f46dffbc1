"""Blocks of AsciiDoc and Org that are opened in each other, and never closed, cost no more work than others."""

import sys

import pytest

from steep.kinds import Source
from steep_plugins.readers.outline import OutlineReader


def work(path, text):
    """How often Python enters a function, or goes on with a generator, while a text is read."""
    entered = 0

    def count(frame, event, argument):
        nonlocal entered
        entered += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        OutlineReader().read(Source(path=path, data=text.encode()))
    finally:
        sys.setprofile(before)
    return entered


@pytest.mark.parametrize(
    ("path", "begin", "end"),
    [
        ("a.adoc", "****\n--\na\n\n", ""),
        ("a.adoc", "____\n====\n--\na\n\n", "--\n"),
        ("a.adoc", "ifndef::x[]\na\n\n", ""),
        ("a.adoc", "ifdef::x[]\na\n\n", "endif::[]\nb\n\n"),
        ("a.adoc", "a::\n. b\n+\n", ""),
        ("a.org", "#+begin_center\na\n\n", "#+end_center\n"),
        ("a.org", "#+begin_quote\n- a\n\n", "#+end_quote\n"),
        ("a.org", "#+begin_src\n* a\n", ""),
    ],
)
def test_four_times_as_many_open_blocks_cost_four_times_the_work(path, begin, end):
    few, many = (work(path, "Seen.\n\n" + begin * number + end * number) for number in (200, 800))
    assert many < 4.5 * few


def test_a_block_that_ends_closes_those_that_were_left_open_in_it():
    text = "____\n--\nQuoted.\n____\n\nPlain.\n\n--\nPlain too.\n--\n"
    document = OutlineReader().read(Source(path="a.adoc", data=text.encode()))
    assert [block.kind for block in document.blocks] == ["quote", "paragraph", "paragraph"]
