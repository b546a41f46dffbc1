"""The reader `rst`: what docutils makes of a text, and what only Sphinx knows."""

import pytest

from steep.kinds import Source
from steep.testing import ReaderContract
from steep_plugins.readers.rst import RstReader

GRID = """\
+------+-------------+
| Boat | Price       |
|      +------+------+
|      | Day  | Week |
+======+======+======+
| L    | 75   | 400  |
|      | more |      |
+------+------+------+
"""


def read(text):
    return RstReader().read(Source(path="a.rst", data=text.encode()))


def said(text):
    document = read(text)
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


class TestRstReader(ReaderContract):
    @pytest.fixture
    def reader(self):
        return RstReader()

    @pytest.fixture
    def sample(self):
        return Source(path="a.rst", data=f"Fees\n====\n\nBoats pay.\n\n{GRID}".encode()), ("Boats pay", "400")


def test_headings_are_told_by_their_underlines():
    text = "=====\nTitle\n=====\n\nWords.\n\nSub\n---\n\nMore.\n\nSub sub\n~~~~~~~\n\nEnd.\n"
    assert [words for kind, words in said(text) if kind == "heading"] == ["# Title", "## Sub", "### Sub sub"]


@pytest.mark.parametrize(
    "table",
    [
        GRID.replace("|      | more |      |\n", ""),
        "====  ====  ====\nBoat  Price\n----  ----------\nBoat  Day   Week\n====  ====  ====\n"
        "L     75    400\n====  ====  ====\n",
    ],
)
def test_tables_are_tables(table):
    assert [words for kind, words in said(table) if kind == "row"] == [
        "| Boat | Price Day | Price Week |",
        "| L | 75 | 400 |",
    ]


def test_cells_over_lines_and_lists_as_tables_are_kept_whole():
    assert "| L | 75 more | 400 |" in read(GRID).text
    text = ".. list-table::\n   :header-rows: 1\n\n   * - Boat\n     - Fee\n   * - Large\n     - 75\n"
    assert read(text).text == "| Boat | Fee |\n| --- | --- |\n| Large | 75 |"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("See :ref:`the guide <guide>` and :py:func:`~os.path.join`.", "See the guide and os.path.join."),
        (".. option:: --jobs N\n\n   Run N jobs.", "--jobs N\n\nRun N jobs."),
        (".. versionadded:: 2.1\n   The short form.", "Added in 2.1 The short form."),
        (".. code-block:: sh\n   :caption: Try\n\n   ls\n     -l", "```\nls\n  -l\n```"),
        (".. math:: a^2", "```\na^2\n```"),
        (".. glossary::\n\n   Quay\n      A place to tie up.", "Quay: A place to tie up."),
        (".. |v| replace:: 3.2\n\nVersion |v|, 10\\ :sup:`3` kg, ``x | y``.", "Version 3.2, 10³ kg, x | y."),
        (
            ".. figure:: a.png\n   :nonsense: 1\n\n   Its words",
            "```\n.. figure:: a.png\n   :nonsense: 1\n\n   Its words\n```",
        ),
        ("Words.\n\n.. toctree::\n   :maxdepth: 1\n\n   one", "Words."),
    ],
)
def test_directives_and_roles_say_what_they_show(text, shown):
    assert read(text).text == shown


def test_comments_and_what_stands_elsewhere_are_left_out_and_counted():
    document = read("Seen.\n\n.. Not this.\n\n.. include:: /etc/hostname\n\n.. raw:: html\n\n   <b>no</b>\n")
    assert document.text == "Seen."
    assert [(each.reason, each.text) for each in document.left_out] == [
        ("comment", "Not this."),
        ("included from elsewhere", "include /etc/hostname"),
        ("included from elsewhere", "raw html"),
    ]


def test_what_cannot_be_parsed_is_plain_text():
    deep = "".join("  " * depth + "* a\n\n" for depth in range(400))
    assert read(deep).text.count("a") == 400


def test_directives_of_one_text_are_unknown_to_the_next():
    from docutils.parsers.rst import directives, roles

    read(".. option:: --jobs\n\n:ref:`x` and :emphasis:`y`")
    assert "option" not in directives._directives
    assert "ref" not in roles._roles
