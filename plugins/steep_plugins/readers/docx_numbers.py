"""The numbers that Word shows before paragraphs and that its file does not hold: "2.1", "b)", "Article IV"."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from steep_plugins.readers.docx_names import MC, W, number, run_of, value
from steep_plugins.readers.docx_styles import on
from steep_plugins.readers.numerals import letters, roman

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from steep_plugins.readers.docx_styles import Styles

BEGIN, END = "\ue5a0", "\ue5a1"  # around a number, in private code points, until the paragraph's kind is known
_PLACE = re.compile(r"%([1-9])")
_LEVELS = 9


@dataclass(frozen=True, slots=True)
class _Item:
    """The last item of a list."""

    paragraph: etree._Element
    listed: str
    level: int
    indent: tuple[int, int]


@dataclass(slots=True)
class Numbering:
    """Goes through the paragraphs in their order, and counts as Word does."""

    styles: Styles
    lists: dict[str, etree._Element] = field(default_factory=dict)  # w:num by its id
    kinds: dict[str, etree._Element] = field(default_factory=dict)  # w:abstractNum by its id
    counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    begun: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def of(cls, root: etree._Element | None, styles: Styles) -> Numbering:
        """The lists that ``word/numbering.xml`` defines."""
        made = cls(styles=styles)
        if root is not None:
            made.lists = {value(each, "numId"): each for each in root.iter(f"{W}num")}
            made.kinds = {value(each, "abstractNumId"): each for each in root.iter(f"{W}abstractNum")}
        return made

    def write(self, root: etree._Element) -> None:
        """Put its number, between two marks, before each paragraph that shows one; "" where a list shows nothing."""
        item: _Item | None = None
        for paragraph in _paragraphs(root):
            listed, level = self._place(paragraph)
            if (shape := self._level(listed, self._kind(listed), level)) is not None:
                item = _Item(paragraph, listed, level, self._indent(paragraph, shape))
                label = self._label(paragraph, listed, level)
            elif item is not None and self._hangs(paragraph, item):
                item = replace(item, paragraph=paragraph)
                _put(paragraph, item.listed, item.level)
                label = ""
            else:
                label = None
            if label is not None:
                properties = paragraph.find(f"{W}pPr")
                at = 0 if properties is None else paragraph.index(properties) + 1
                paragraph.insert(at, run_of(f"{BEGIN}{label}{END}"))

    def _indent(self, paragraph: etree._Element, shape: etree._Element | None = None) -> tuple[int, int]:
        """How far in a paragraph stands, and how far its first line hangs out: by itself, its list, or its style."""
        chain = self.styles.chain(self.styles.of_paragraph(paragraph))
        places = [paragraph.find(f"{W}pPr/{W}ind"), None if shape is None else shape.find(f"{W}pPr/{W}ind")]
        places += [style.find(f"{W}pPr/{W}ind") for style in chain]
        left = next((said for each in places for name in ("left", "start") if (said := value(each, name))), "")
        out = next((said for each in places if (said := value(each, "hanging"))), "")
        return (int(left) if left.isdecimal() else 0, int(out) if out.isdecimal() else 0)

    def _hangs(self, paragraph: etree._Element, item: _Item) -> bool:
        """Whether a paragraph without a number stands right below an item, as far in as its words."""
        left, out = self._indent(paragraph)
        return paragraph.getprevious() is item.paragraph and left == item.indent[0] > 0 and out == 0

    def _label(self, paragraph: etree._Element, listed: str, level: int) -> str | None:
        kind = self._kind(listed)
        shape = self._level(listed, kind, level)
        if shape is None:
            return None
        self._count(listed, kind, level)
        counted = value(shape.find(f"{W}numFmt"))
        if counted == "bullet":  # a blank one is how the paragraphs of an item are set below it
            drawn = value(shape.find(f"{W}lvlText")).strip() or shape.find(f"{W}lvlPicBulletId") is not None
            _put(paragraph, listed, level)
            return None if drawn else ""
        if counted == "none":
            return _PLACE.sub("", value(shape.find(f"{W}lvlText"))).strip() or None
        legal = on(shape.find(f"{W}isLgl"))
        return (
            _PLACE.sub(
                lambda found: self._shown(listed, kind, int(found[1]) - 1, legal=legal),
                value(shape.find(f"{W}lvlText")),
            ).strip()
            or None
        )

    def _place(self, paragraph: etree._Element) -> tuple[str, int]:
        """The list that a paragraph is in and its level: its own, or that of its style."""
        own = paragraph.find(f"{W}pPr/{W}numPr")
        listed, level = value(_in(own, "numId")), number(_in(own, "ilvl"), -1)
        style = self.styles.of_paragraph(paragraph)
        for each in self.styles.chain(style):
            found = each.find(f"{W}pPr/{W}numPr")
            listed = listed or value(_in(found, "numId"))
            if level < 0 and listed:
                level = self._level_of(listed, value(each, "styleId"), number(_in(found, "ilvl"), -1))
        return listed, max(0, min(level, _LEVELS - 1))

    def _level_of(self, listed: str, style: str, otherwise: int) -> int:
        """The level that a list ties to a style."""
        kind = self.kinds.get(self._kind(listed))
        for each in kind.iter(f"{W}lvl") if kind is not None else ():
            if value(each.find(f"{W}pStyle")) == style:
                return number(each, 0, "ilvl")
        return otherwise

    def _kind(self, listed: str) -> str:
        """The definition behind a list, through the style that it may refer to."""
        for _ in range(3):
            kind = value(_in(self.lists.get(listed), "abstractNumId"))
            linked = value(_in(self.kinds.get(kind), "numStyleLink"))
            style = self.styles.elements.get(linked)
            if style is None:
                return kind
            listed = value(style.find(f"{W}pPr/{W}numPr/{W}numId"))
        return ""

    def _level(self, listed: str, kind: str, level: int) -> etree._Element | None:
        """How a level is shown: as the list overrides it, or as its definition says."""
        for holder in (self._override(listed, level), self.kinds.get(kind)):
            for each in holder.iterchildren(f"{W}lvl") if holder is not None else ():
                if number(each, 0, "ilvl") == level:
                    return each
        return None

    def _override(self, listed: str, level: int) -> etree._Element | None:
        one = self.lists.get(listed)
        for each in one.iterchildren(f"{W}lvlOverride") if one is not None else ():
            if number(each, -1, "ilvl") == level:
                return each
        return None

    def _count(self, listed: str, kind: str, level: int) -> None:
        """One more on a level; the levels below it begin anew, those above it that were skipped have begun."""
        counts = self.counts[kind]
        again = _in(self._override(listed, level), "startOverride")
        if again is not None and (listed, level) not in self.begun:
            counts[level] = number(again, 1) - 1
        self.begun.add((listed, level))
        for above in range(level):
            counts.setdefault(above, self._start(listed, kind, above))
        counts[level] = counts.get(level, self._start(listed, kind, level) - 1) + 1
        for below in range(level + 1, _LEVELS):
            shape = self._level(listed, kind, below)
            restart = number(_in(shape, "lvlRestart"), below)
            if level < restart:
                counts.pop(below, None)

    def _start(self, listed: str, kind: str, level: int) -> int:
        return number(_in(self._level(listed, kind, level), "start"), 1)

    def _shown(self, listed: str, kind: str, level: int, *, legal: bool) -> str:
        count = self.counts[kind].get(level, self._start(listed, kind, level))
        counted = "decimal" if legal else value(_in(self._level(listed, kind, level), "numFmt"))
        return _counted(count, counted)


def _put(paragraph: etree._Element, listed: str, level: int) -> None:
    """Say of a paragraph itself which list it is in; converters do not look at its style."""
    properties = paragraph.find(f"{W}pPr")
    if properties is None:
        properties = paragraph.makeelement(f"{W}pPr")
        paragraph.insert(0, properties)
    for each in properties.findall(f"{W}numPr"):
        properties.remove(each)
    numbers = properties.makeelement(f"{W}numPr")
    for name, said in (("ilvl", str(level)), ("numId", listed)):
        numbers.append(numbers.makeelement(f"{W}{name}", {f"{W}val": said}))
    properties.append(numbers)


def _in(element: etree._Element | None, name: str) -> etree._Element | None:
    return None if element is None else element.find(f"{W}{name}")


def _paragraphs(root: etree._Element) -> Iterator[etree._Element]:
    """The paragraphs that are read; of alternatives only the last resort is."""
    for paragraph in list(root.iter(f"{W}p")):
        if next(paragraph.iterancestors(f"{MC}Choice"), None) is None:
            yield paragraph


def _counted(count: int, counted: str) -> str:
    if counted in ("lowerLetter", "upperLetter"):
        said = letters(count)
    elif counted in ("lowerRoman", "upperRoman"):
        said = roman(count)
    else:
        return f"{count:02}" if counted == "decimalZero" else str(count)
    return said.upper() if counted.startswith("upper") else said
