"""How lists and headings of OpenDocuments count: "2.", "b)", "1.3", and where a list goes on with another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from steep_plugins.readers.numerals import letters, roman
from steep_plugins.readers.odt_names import STYLE, TEXT, count_of, name_of, stated

if TYPE_CHECKING:
    from lxml import etree

_LEVELS = 10
_OUTLINE = ""  # the list that headings are in


@dataclass(frozen=True, slots=True)
class _Level:
    counted: str = ""  # 1, a, A, i or I; "" for one that does not count
    before: str = ""
    after: str = ""
    levels: int = 1  # how many of them are said
    start: int = 1
    blank: bool = False  # a bullet of nothing: how the paragraphs of an item are set below it


@dataclass(slots=True)
class _Open:
    """A list that is open."""

    style: str
    count: int


@dataclass(slots=True)
class Numbering:
    shapes: dict[tuple[str, int], _Level] = field(default_factory=dict)
    open: list[_Open] = field(default_factory=list)
    ended: dict[str, int] = field(default_factory=dict)  # how far lists have come, by their ids, and styles with levels
    outline: list[int] = field(default_factory=lambda: [0] * _LEVELS)

    def add(self, root: etree._Element) -> None:
        """What styles say of lists."""
        for style in root.iter(f"{TEXT}list-style", f"{TEXT}outline-style"):
            name = stated(style, "name") if name_of(style) == "text:list-style" else _OUTLINE
            for level in style:
                self.shapes[name, count_of(level, "level")] = _shape(level)

    def opens(self, element: etree._Element) -> None:
        style = stated(element, "style-name") or (self.open[-1].style if self.open else "")
        alike = f"{style} {len(self.open) + 1}"
        other = stated(element, "continue-list") or (alike if stated(element, "continue-numbering") == "true" else "")
        shape = self.shapes.get((style, len(self.open) + 1), _Level())
        self.open.append(_Open(style=style, count=self.ended.get(other, shape.start - 1)))

    def closes(self, element: etree._Element) -> None:
        done = self.open.pop()
        alike = f"{done.style} {len(self.open) + 1}"
        self.ended[alike] = self.ended[stated(element, "id") or alike] = done.count

    def item(self, element: etree._Element) -> str:
        """What stands before the next item: its number, "-", or "" for one that goes on with the item before."""
        here = self.open[-1]
        here.count = _number(element, "start-value", here.count + 1)
        shape = self.shapes.get((here.style, len(self.open)), _Level())
        if not shape.counted:
            return "" if shape.blank else "-"
        said = self._said(here.style, [each.count for each in self.open])
        return said if shape.before or shape.after else f"{said}."

    def heading(self, element: etree._Element, level: int) -> str:
        """The number of a heading by its level; "" where headings are not numbered."""
        if stated(element, "is-list-header") == "true" or not 0 < level <= _LEVELS:
            return ""
        shape = self.shapes.get((_OUTLINE, level), _Level())
        again = stated(element, "restart-numbering") == "true"
        counted = (self.outline[level - 1] or shape.start - 1) + 1
        self.outline[level - 1] = _number(element, "start-value", 1) if again else counted
        self.outline[level:] = [0] * (_LEVELS - level)
        return self._said(_OUTLINE, self.outline[:level]) if shape.counted else ""

    def _said(self, style: str, counts: list[int]) -> str:
        shape = self.shapes[style, len(counts)]
        first = max(0, len(counts) - shape.levels)
        above = (self.shapes.get((style, level + 1), _Level()) for level in range(first, len(counts)))
        said = [_counted(count, each.counted) for count, each in zip(counts[first:], above, strict=True)]
        return f"{shape.before}{'.'.join(filter(None, said))}{shape.after}".strip()


def _shape(level: etree._Element) -> _Level:
    if name_of(level) == "text:list-level-style-bullet":
        return _Level(blank=not stated(level, "bullet-char").strip())
    usual = "1" if name_of(level) == "text:list-level-style-number" else ""
    return _Level(
        counted=stated(level, "num-format") if f"{STYLE}num-format" in level.attrib else usual,
        before=stated(level, "num-prefix"),
        after=stated(level, "num-suffix"),
        levels=count_of(level, "display-levels"),
        start=_number(level, "start-value", 1),
    )


def _counted(count: int, counted: str) -> str:
    if counted.lower() in ("a", "i"):
        said = letters(count) if counted.lower() == "a" else roman(count)
        return said.upper() if counted.isupper() else said
    return str(count) if counted else ""


def _number(element: etree._Element, name: str, otherwise: int) -> int:
    said = stated(element, name)
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else otherwise
