"""What the styles of a Word document say of a paragraph or run: level, numbering, whether it is hidden."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from steep_plugins.readers.docx_names import W, number, switched, value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

_DEEPEST = 20  # styles that rest on each other
_BODY = 9  # the outline level of text


@dataclass(slots=True)
class Styles:
    """The styles by their ids; each says what it does not inherit."""

    elements: dict[str, etree._Element] = field(default_factory=dict)
    usual: str = ""  # the style of a paragraph that names none

    @classmethod
    def of(cls, root: etree._Element | None) -> Styles:
        """The styles that ``word/styles.xml`` holds."""
        found = {value(each, "styleId"): each for each in root.iter(f"{W}style")} if root is not None else {}
        usual = (key for key, each in found.items() if value(each, "type") == "paragraph" and value(each, "default"))
        return cls(elements=found, usual=next(usual, ""))

    def chain(self, style: str) -> Iterator[etree._Element]:
        """A style and what it is based on, nearest first."""
        for _ in range(_DEEPEST):
            element = self.elements.get(style)
            if element is None:
                return
            yield element
            style = value(element.find(f"{W}basedOn"))

    def level(self, style: str) -> int | None:
        """The level of the heading that a style makes, 1 to 9; None for text."""
        for element in self.chain(style):
            stated = element.find(f"{W}pPr/{W}outlineLvl")
            if stated is not None:
                said = number(stated, _BODY)
                return said + 1 if said < _BODY else None
        return None

    def headings(self) -> dict[str, int]:
        """The names of the paragraph styles that make headings, with their levels."""
        levels = {
            value(each.find(f"{W}name")): self.level(style)
            for style, each in self.elements.items()
            if value(each, "type") == "paragraph"
        }
        return {name: level for name, level in levels.items() if name and level}

    def stated(self, run: etree._Element, name: str) -> etree._Element | None:
        """What a run's property is: its own, that of its style, or that of its paragraph's style."""
        own = run.find(f"{W}rPr")
        if own is not None and (found := own.find(f"{W}{name}")) is not None:
            return found
        styles = [value(own.find(f"{W}rStyle"))] if own is not None else []
        paragraph = next(run.iterancestors(f"{W}p"), None)
        styles.append(self.usual if paragraph is None else self.of_paragraph(paragraph))
        for style in styles:
            for element in self.chain(style):
                if (found := element.find(f"{W}rPr/{W}{name}")) is not None:
                    return found
        return None

    def of_paragraph(self, paragraph: etree._Element) -> str:
        return value(paragraph.find(f"{W}pPr/{W}pStyle")) or self.usual

    def shaded(self, style: str) -> bool:
        """Whether a style sets a colour behind its words."""
        return any(is_colour(each.find(f".//{W}shd"), "fill") for each in self.chain(style))


def is_colour(element: etree._Element | None, name: str) -> bool:
    """Whether an attribute states a colour other than white."""
    said = value(element, name).lower()
    return said not in ("", "auto", "none", "white") and not is_white(said)


def is_white(said: str) -> bool:
    """Whether a colour cannot be told from white paper."""
    try:
        return len(said) == 6 and min(bytes.fromhex(said)) >= 0xFA
    except ValueError:
        return False


def on(element: etree._Element | None) -> bool:
    """Whether a switch is there and on."""
    return bool(switched(element))
