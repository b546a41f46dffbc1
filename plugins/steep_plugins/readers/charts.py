"""The numbers behind a chart of an office file, as the table that it was made of, and the words of a diagram."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep_plugins.readers.grids import Cell, Grid, grid_of

if TYPE_CHECKING:
    from lxml import etree

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_JOINTS = ("pres", "parTrans", "sibTrans")  # points of a diagram that are lines and frames
_KIND = re.compile(r"3?D?Chart$")
_MOST = 5000  # points of a chart


def chart_title(chart: etree._Element) -> str:
    """What stands above it, and what kind of chart it is: "Ducks by year (bar chart)"."""
    title = chart.find(f".//{_C}chart/{_C}title")
    words = "" if title is None else " ".join("".join(each.text or "" for each in title.iter(f"{_A}t")).split())
    tags = (each.tag.rpartition("}")[2] for each in chart.iter() if isinstance(each.tag, str))
    kind = next((_KIND.sub("", tag) for tag in tags if tag.endswith("Chart")), "")
    return f"{words} ({kind} chart)".strip() if kind else words


def diagram_words(data: etree._Element) -> list[str]:
    """The words of a diagram's points, in the order in which they stand in the file."""
    points = [point for point in data.iter(f"{_DGM}pt") if point.get("type", "node") not in _JOINTS]
    said = (" ".join("".join(each.itertext(f"{_A}t")) for each in point.iter(f"{_A}p")) for point in points)
    return [one for words in said if (one := " ".join(words.split()))]


def chart_table(chart: etree._Element) -> Grid | None:
    """A row a category, a column a series; None for a chart that keeps no numbers."""
    series = list(chart.iter(f"{_C}ser"))
    names = [_first(each.find(f"{_C}tx")) for each in series]
    values = [_points(each.find(f"{_C}val"), each.find(f"{_C}yVal")) for each in series]
    labels: dict[int, str] = {}
    for each in series:
        labels = {**_points(each.find(f"{_C}cat"), each.find(f"{_C}xVal")), **labels}
    places = sorted({place for each in (labels, *values) for place in each})[:_MOST]
    if not places or not any(values):
        return None
    rows = [[Cell(words=""), *(Cell(words=name) for name in names)]]
    rows += [[Cell(words=labels.get(at, "")), *(Cell(words=each.get(at, "")) for each in values)] for at in places]
    return grid_of(rows, headers=1)


def _first(element: etree._Element | None) -> str:
    return "" if element is None else next((each.text or "" for each in element.iter(f"{_C}v")), "")


def _points(*elements: etree._Element | None) -> dict[int, str]:
    found: dict[int, str] = {}
    for element in elements:
        for point in element.iter(f"{_C}pt") if element is not None else ():
            number = point.get("idx") or ""
            if number.isascii() and number.isdigit() and (value := point.findtext(f"{_C}v")):
                found[int(number)] = _short(value)
    return found


def _short(value: str) -> str:
    """A number without the noise of its binary form."""
    try:
        return f"{float(value):.12g}" if len(value) > 12 else value
    except ValueError:
        return value
