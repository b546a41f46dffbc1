"""The reader `ipynb`: cells, what they printed, and what of them is not text."""

import json

import pytest

from steep.errors import SourceError
from steep.kinds import Source
from steep.testing import ReaderContract
from steep_plugins.readers.notebook import NotebookReader


def code(source, *outputs, **metadata):
    return {"cell_type": "code", "source": source, "outputs": list(outputs), "metadata": metadata}


def text(source):
    return {"cell_type": "markdown", "source": source, "metadata": {}}


def result(**forms):
    return {"output_type": "execute_result", "data": {name.replace("_", "/"): said for name, said in forms.items()}}


def notebook(*cells, **more):
    return json.dumps({"nbformat": 4, "metadata": {}, "cells": list(cells), **more}).encode()


def read(*cells, **more):
    return NotebookReader().read(Source(path="study.ipynb", data=notebook(*cells, **more)))


def said(document):
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


class TestNotebookReader(ReaderContract):
    @pytest.fixture
    def reader(self):
        return NotebookReader()

    @pytest.fixture
    def sample(self):
        data = notebook(text("# Gusts\n\nMeasured in *knots*."), code("mean(gusts)", result(text_plain="41.5")))
        return Source(path="study.ipynb", data=data), ("Gusts", "knots", "mean(gusts)", "41.5")


def test_cells_are_pages_of_text_code_and_what_it_printed():
    printed = {"output_type": "stream", "name": "stdout", "text": ["55\n", "60\n"]}
    document = read(
        text(["# Gusts\n", "\n", "- at noon\n"]),
        code(["for g in gusts:\n", "    print(g)"], printed),
        code(""),
        text("End."),
    )
    assert document.title == "Gusts"
    assert said(document) == [
        ("heading", "# Gusts"),
        ("item", "- at noon"),
        ("code", "```\nfor g in gusts:\n    print(g)\n```"),
        ("code", "```\n55\n60\n```"),
        ("paragraph", "End."),
    ]
    ends = document.text.index("End."), document.text.index("```")
    assert [document.page_at(each) for each in (0, ends[1], document.text.index("60"), ends[0])] == [1, 2, 2, 4]


def test_a_result_that_is_a_table_is_one():
    page = "<style>td {}</style><table><tr><th></th><th>gust</th></tr><tr><th>Mon</th><td>55</td></tr></table>"
    document = read(code("days", result(text_html=[page], text_plain="     gust\nMon    55")))
    assert said(document)[1:] == [("row", "|  | gust |"), ("row", "| Mon | 55 |")]


def test_pictures_are_counted_and_the_words_for_them_are_none():
    document = read(code("plot(gusts)", result(image_png="iVBORw0", text_plain="<Figure size 640x480>")))
    assert document.text == "```\nplot(gusts)\n```"
    assert [(each.reason, each.text) for each in document.left_out] == [("drawn", "image/png <Figure size 640x480>")]


def test_hidden_cells_and_outputs_are_left_out():
    printed = {"output_type": "stream", "text": "a secret"}
    document = read(
        text("Seen."),
        code("key = 1", printed, jupyter={"source_hidden": True, "outputs_hidden": True}),
        code("x", printed, collapsed=True),
    )
    assert document.text == "Seen.\n\n```\nx\n```"
    assert [(each.reason, each.text) for each in document.left_out] == [
        ("hidden", "key = 1"),
        ("hidden", "a secret"),
        ("hidden", "a secret"),
    ]


def test_what_a_terminal_writes_over_and_its_colours_are_no_text():
    printed = {"output_type": "stream", "text": "10 %\r 50 %\r100 %\n\x1b[31mdone\x1b[0m\r\n"}
    assert said(read(code("run()", printed)))[1] == ("code", "```\n100 %\ndone\n```")


def test_of_an_error_its_last_line_is_read():
    error = {"output_type": "error", "ename": "ValueError", "evalue": "no gusts", "traceback": ["\x1b[0;31mTraceback"]}
    document = read(code("run()", error))
    assert said(document)[1] == ("code", "```\nValueError: no gusts\n```")
    assert [(each.reason, each.text) for each in document.left_out] == [("traceback", "Traceback")]


def test_notebooks_of_the_third_edition_are_read():
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Gusts"},
        {"cell_type": "code", "input": "mean()", "outputs": [{"output_type": "pyout", "text": ["41.5"]}]},
    ]
    data = json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}).encode()
    document = NotebookReader().read(Source(path="old.ipynb", data=data))
    assert document.text == "## Gusts\n\n```\nmean()\n```\n\n```\n41.5\n```"


@pytest.mark.parametrize("data", [b"{}", b"[]", b'{"cells": 3}', b"not json", b'{"worksheets": 5}'])
def test_what_is_no_notebook_is_named(data):
    with pytest.raises(SourceError, match=r"study\.ipynb is not a notebook"):
        NotebookReader().read(Source(path="study.ipynb", data=data))


@pytest.mark.parametrize(
    "cell",
    [
        {"cell_type": "heading", "level": "two", "source": 5},
        {"cell_type": "code", "source": None, "outputs": [3, {"data": 4}, {"output_type": "error", "traceback": 1}]},
        {"metadata": [], "outputs": {}},
    ],
)
def test_cells_that_are_not_as_they_should_be_stop_nothing(cell):
    assert read(cell, text("Seen.")).text == "Seen."
