"""Drawings as SVG: matplotlib draws, and what it wrote is made fit for a page.

The same drawing gives the same bytes on every machine: the style is matplotlib's own whatever a user's settings say,
ids are salted with a constant, and neither date nor version is written. Colours are the style sheet's variables, so
that a drawing is light or dark with its page; a file of its own has them spelt out.
"""

from __future__ import annotations

import io
import re
import threading
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from markupsafe import Markup

from steep.report.strangers import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from matplotlib.figure import Figure

__all__ = ["COLOURS", "canvas", "colour", "inline", "standalone"]

# matplotlib is given a colour that stands for the name; the first column is what a file of its own shows
COLOURS = {
    "ink": ("#1c2024", "#010100"),
    "muted": ("#60656c", "#020200"),
    "paper": ("#ffffff", "#030300"),
    "line": ("#d9dce1", "#040400"),
    "base": ("#8a9099", "#050500"),
    "rag": ("#2f6fce", "#060600"),
    "tuned": ("#c77512", "#070700"),
    "both": ("#1f8f68", "#080800"),
    "right": ("#1f8f68", "#090900"),
    "declined": ("#8cc9b3", "#0a0a00"),
    "abstained": ("#b9bec6", "#0b0b00"),
    "wrong": ("#c2413b", "#0c0c00"),
    "unseen": ("#e9ebee", "#0d0d00"),
}
_ONE_AT_A_TIME = threading.Lock()  # matplotlib's settings, like Python's warnings, are those of the whole process
_DOTS = 72  # a point is a pixel
_SETTINGS = {
    "svg.hashsalt": "steep",
    "svg.fonttype": "none",  # text stays text: it is searched, read aloud and drawn in the page's own font
    "text.parse_math": False,
    "font.family": "DejaVu Sans",  # comes with matplotlib, so that all machines measure text alike
    "font.size": 12,
    "figure.dpi": _DOTS,
    "hatch.linewidth": 2.5,
    "axes.prop_cycle": f"cycler('color', ['{COLOURS['ink'][1]}'])",
    "axes.edgecolor": COLOURS["line"][1],
    "axes.facecolor": "none",
    "axes.labelcolor": COLOURS["muted"][1],
    "grid.color": COLOURS["line"][1],
    "text.color": COLOURS["ink"][1],
    "xtick.color": COLOURS["line"][1],
    "xtick.labelcolor": COLOURS["muted"][1],
    "ytick.color": COLOURS["line"][1],
    "ytick.labelcolor": COLOURS["ink"][1],
}
_NAMESPACE = re.compile(r"\{[^}]*\}")
_REFERENCE = re.compile(r"(?<=url\(#)[^)]+|(?<=^#).+")


def colour(name: str) -> str:
    """What to give matplotlib for a colour of the style sheet; a name that it lacks is the ink."""
    return COLOURS.get(name, COLOURS["ink"])[1]


@contextmanager
def canvas(width: float, height: float) -> Iterator[Figure]:
    """A figure of so many pixels to draw on, and to write while it is open."""
    from matplotlib import style
    from matplotlib.figure import Figure

    with _ONE_AT_A_TIME, style.context(["default", _SETTINGS]), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a letter that DejaVu lacks is drawn by the reader's own fonts
        yield Figure(figsize=(width / _DOTS, height / _DOTS), facecolor="none")


def inline(figure: Figure, name: str, *, title: str, said: str) -> Markup:
    """The drawing as an element of a page: it scales, has a title and a description, and follows light and dark.

    ``name`` is unique on the page and begins every id of the drawing.
    """
    root = _parsed(figure, name, {stands_for: f"var(--{each})" for each, (_, stands_for) in COLOURS.items()})
    box = root.get("viewBox", "")
    root.attrib.clear()
    root.attrib.update({"viewBox": box, "role": "img", "aria-labelledby": f"{name}-title {name}-desc"})
    root.remove(root[0])  # matplotlib's style sheet, which would be that of the whole page
    for place, (tag, text) in enumerate((("title", title), ("desc", said))):
        _insert(root, place, tag, text, id=f"{name}-{tag}")
    # an element without content must not be closed by its own tag in HTML
    return Markup(ElementTree.tostring(root, encoding="unicode", short_empty_elements=False))


def standalone(figure: Figure, *, title: str) -> str:
    """The drawing as a file of its own, on white."""
    figure.set_facecolor(colour("paper"))
    root = _parsed(figure, "drawing", {stands_for: spelt for spelt, stands_for in COLOURS.values()})
    _, _, width, height = root.get("viewBox", "").split()
    root.attrib.update({"xmlns": "http://www.w3.org/2000/svg", "role": "img", "width": width, "height": height})
    _insert(root, 0, "title", title)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _insert(root: ElementTree.Element, place: int, tag: str, text: str, **attributes: str) -> None:
    element = ElementTree.Element(tag, attributes)
    element.text = shown(text)
    root.insert(place, element)


def _parsed(figure: Figure, name: str, colours: Mapping[str, str]) -> ElementTree.Element:
    """What matplotlib writes, without preamble, metadata and namespaces, which a page needs none of.

    Ids that nothing refers to only number matplotlib's parts, and go; the others begin with the name.
    """
    written = io.BytesIO()
    figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    root = ElementTree.fromstring(written.getvalue())
    for metadata in root.findall("{*}metadata"):
        root.remove(metadata)
    used = {each for element in root.iter() for value in element.attrib.values() for each in _REFERENCE.findall(value)}
    for element in root.iter():
        element.tag = _NAMESPACE.sub("", element.tag)
        plain = {_NAMESPACE.sub("", key): value for key, value in element.items()}
        if plain.get("id") not in used:
            plain.pop("id", None)
        element.attrib.clear()
        element.attrib.update(_renamed(plain, name, colours))
    return root


def _renamed(attributes: dict[str, str], name: str, colours: Mapping[str, str]) -> dict[str, str]:
    """The attributes with the drawing's own ids and colours; a colour stands in a style, where variables are known."""
    for key in ("fill", "stroke"):
        if attributes.get(key) in colours:
            attributes["style"] = f"{key}: {attributes.pop(key)}; {attributes.get('style', '')}"
    for key, value in attributes.items():
        told = f"{name}-{value}" if key == "id" else _REFERENCE.sub(lambda found: f"{name}-{found[0]}", value)
        for stands_for, colour_shown in colours.items():
            told = told.replace(stands_for, colour_shown) if key == "style" else told
        attributes[key] = told
    return attributes
