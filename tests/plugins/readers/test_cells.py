"""Where the cells of a Markdown table's row stand."""

import pytest

from steep.values import row_cells


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("| a | b |", ["a", "b"]),
        ("a | b", ["a", "b"]),
        ("|  a  ||c|", ["a", "", "c"]),
        (r"| a \| b | c |", [r"a \| b", "c"]),
        ("| | 5 EUR |", ["", "5 EUR"]),
        ("| alone", ["alone"]),
    ],
)
def test_cells_stand_where_they_say(row, cells):
    text = f"before\n{row}\nafter"
    found = row_cells(text, 7, 7 + len(row))
    assert [text[start:end] for start, end in found] == cells
