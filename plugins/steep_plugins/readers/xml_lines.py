"""What stands in the lines of a text in XML: references by what they lead to, notes, keys, equations, marks in code."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from steep.values import LeftOut
from steep_plugins.readers import xml_names as names
from steep_plugins.readers.mathml import equation
from steep_plugins.readers.xml_tables import name_of

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["Lines", "has_words", "is_listing", "is_mixed", "label_of", "person", "plain", "shown"]

_DEEPEST = 80
_BESIDE = ("", "title", "label", "textobject", "alt", "graphic")
_LINKS = ("xref", "link", "ulink", "ext-link", "co", "coref", "footnoteref")
_JOINTS = {"keycombo": "+", "menuchoice": " > ", "menucascade": " > "}
_GIVEN = ("given-names", "firstname", "givenname", "forename")


def shown(words: str | None) -> str:
    return html.escape(words or "", quote=False)


def plain(element: etree._Element) -> str:
    return " ".join("".join(map(str, element.itertext())).split())


@dataclass(slots=True)
class Lines:
    """``titles`` are what parts are called, by their ids; ``callouts`` the numbers of marks in code."""

    root: etree._Element
    left_out: list[LeftOut] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    callouts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for element in self.root.iter():
            if known := _id(element):
                title = next((each for each in element if name_of(each) in names.TITLES), None)
                if said := element.get("xreflabel") or ("" if title is None else plain(title)):
                    self.titles.setdefault(known, said)

    def within(self, element: etree._Element, depth: int) -> str:
        """What stands by itself in the middle of words."""
        return self.line(element, depth)

    def line(self, element: etree._Element, depth: int) -> str:
        """The words of an element, with what stands in them."""
        said = [shown(element.text)]
        for child in element:
            said += [self._part(child, depth + 1), shown(child.tail)]
        return "".join(said)

    def _part(self, element: etree._Element, depth: int) -> str:
        """An element in the words of another."""
        name = name_of(element)
        if not name or name in names.SILENT:
            return ""
        if name in names.REMARKS:
            return self.remark(element)
        if depth > _DEEPEST:
            return shown(plain(element))
        if is_listing(element, name):
            return f"<pre>{self.code(element)}</pre>"
        if name in ("footnote", "fn", "note"):
            parts = [plain(each) for each in element if name_of(each) not in ("", "label")]
            return f" [{shown(plain(element) if is_mixed(element) or not parts else ' '.join(parts))}]"
        if name in names.FORMULAS:
            return self.formula(element, depth)
        if name in _LINKS:
            return self._link(element, name, depth)
        return self._styled(element, name, depth)

    def _styled(self, element: etree._Element, name: str, depth: int) -> str:
        if name in _JOINTS:
            return shown(_JOINTS[name]).join(self.line(each, depth) for each in element if name_of(each))
        if name in ("lb", "br", "break"):
            return "<br>"
        if name in names.PEOPLE:
            return shown(person(element))
        words = self.within(element, depth) if name in names.BLOCKS else self._several(element, name, depth)
        if name in ("superscript", "sup", "subscript", "sub"):
            return f"<{name[:3]}>{words}</{name[:3]}>"
        if name in ("strike", "del", "s") or element.get("role") in ("strikethrough", "line-through"):
            return f"<s>{words}</s>"
        if name == "pub-id":
            return f" {words}"
        return f"“{words}”" if name in ("quote", "q") else f"{words} " if name == "label" else words

    def _several(self, element: etree._Element, name: str, depth: int) -> str:
        """The words of a part of a line; of a record without words between its parts these are set apart."""
        if name in names.INLINE or len(element) < 2 or has_words(element):
            return self.line(element, depth)
        return ", ".join(filter(None, (self._part(each, depth + 1).strip() for each in element)))

    def _link(self, element: etree._Element, name: str, depth: int) -> str:
        """A reference by its words; where it has none, by what the place is called, or where it leads."""
        if name == "co":
            return f"({self._callout(element)})"
        words = self.line(element, depth)
        if element.get("ref-type") in ("fn", "table-fn") and words.strip():
            return f" [{words.replace('<sup>', '').replace('</sup>', '').strip('[]() ')}]"
        if words.strip():
            return words
        place = element.get("linkend") or element.get("rid") or ""
        if place in self.callouts:
            return f"({self.callouts[place]})"
        address = next((str(each) for key, each in element.attrib.items() if str(key).endswith(("href", "url"))), "")
        return shown(self.titles.get(element.get("endterm") or place, "") or ("" if address[:1] == "#" else address))

    def _callout(self, element: etree._Element) -> int:
        number = len(self.callouts) + 1
        return self.callouts.setdefault(_id(element) or f"co {number}", number)

    def formula(self, element: etree._Element, depth: int) -> str:
        """An equation by its MathML; by its TeX, or the words for it, where it has none; with its title and number."""
        title = "".join(self.line(each, depth) + ": " for each in element if name_of(each) == "title")
        label = "".join(f" {plain(each)}" for each in element if name_of(each) == "label")
        found = next((each for each in element.iter() if name_of(each) == "math"), None)
        if found is not None and (said := equation(found)):
            return title + shown(said + label)
        parts = [each for each in element if name_of(each) not in _BESIDE]
        whole = not parts or name_of(element) == "mathphrase"
        said = self.line(element, depth) if whole else " ".join(self.line(each, depth) for each in parts)
        return title + said + shown(label)

    def code(self, element: etree._Element) -> str:
        """Code with its marks; what a mark leads to has the same number."""
        said = [element.text or ""]
        for each in element.iterdescendants():
            said += [f"({self._callout(each)})" if name_of(each) == "co" else each.text or "" if name_of(each) else ""]
            said.append(each.tail or "")
        return shown("".join(said).strip("\n"))

    def remark(self, element: etree._Element) -> str:
        """Nothing, for what is said to writers alone."""
        if words := plain(element):
            self.left_out.append(LeftOut(reason="comment", text=words))
        return ""


def _id(element: etree._Element) -> str:
    return str(element.get("id") or element.get("{http://www.w3.org/XML/1998/namespace}id") or "")


def label_of(element: etree._Element) -> str:
    """The number that stands beside a title or caption, as it stands before it."""
    above = element.getparent()
    labels = (plain(each) for each in (above if above is not None else ()) if name_of(each) == "label")
    if not (label := next(labels, "")):
        return ""
    return shown(f"{label} " if label[-1] in ".:" or label[0].isdigit() else f"{label}: ")


def is_listing(element: etree._Element, name: str) -> bool:
    """Whether lines are kept as they were typed, by what it is or says of itself."""
    if name == "literallayout":
        return bool(element.get("class") == "monospaced")
    return name in names.CODE or (name == "code" and "\n" in "".join(map(str, element.itertext())).strip())


def has_words(element: etree._Element) -> bool:
    """Whether words stand before, between or behind its elements."""
    return any((child.tail or "").strip() for child in element) or bool(len(element) and (element.text or "").strip())


def is_mixed(element: etree._Element) -> bool:
    """Whether words stand between its elements, or nothing but parts of a line."""
    if has_words(element):
        return True
    kept = [name_of(child) for child in element if name_of(child)]
    if not kept or name_of(element) in names.HOLDERS:
        return False
    return all(each in names.ALONE for each in kept)


def person(element: etree._Element) -> str:
    """A name in the order in which it is said, with what else is stated of a person."""
    given = [each for each in element.iter() if name_of(each) in _GIVEN]
    family = [each for each in element.iter() if name_of(each) == "surname"]
    taken = {id(each) for each in (*given, *family)}
    if not taken:
        return plain(element)
    beside = ("", "xref", "sup")
    rest = [plain(each) for each in element.iter() if id(each) not in taken and not len(each)
            and name_of(each) not in beside]  # fmt: skip
    return ", ".join(filter(None, [" ".join(map(plain, (*given, *family))), *rest]))
