"""Equations of rich text: groups named like Word's own elements of mathematics, as a tree of these."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from steep_plugins.readers.docx_equations import linear
from steep_plugins.readers.docx_names import M

_UNNAMED = f"{M}group"


@dataclass(slots=True)
class Equation:
    """Groups are opened, named by their first word, which begins with m, filled and closed."""

    open: list[etree._Element] = field(default_factory=lambda: [etree.Element(f"{M}oMath")])

    def opens(self) -> None:
        self.open.append(etree.SubElement(self.open[-1], _UNNAMED))

    def names(self, word: str) -> None:
        if self.open[-1].tag == _UNNAMED:
            self.open[-1].tag = f"{M}{word[1:]}"

    def says(self, words: str) -> None:
        within = self.open[-1].getparent()
        if within is not None and str(within.tag).endswith("Pr"):  # a character that a property states
            self.open[-1].set(f"{M}val", words.strip())
        else:
            etree.SubElement(self.open[-1], f"{M}t").text = words

    def closes(self) -> str | None:
        """The line of the equation when its last group is closed."""
        last = self.open.pop()
        return None if self.open else linear(last)
