"""The words of an OpenDocument's paragraphs and cells, without what nobody sees, which is counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from steep.values import LeftOut
from steep_plugins.readers.mathml import equation
from steep_plugins.readers.numerals import raised
from steep_plugins.readers.odt_flat import parsed
from steep_plugins.readers.odt_names import count_of, name_of, stated, texts
from steep_plugins.readers.odt_styles import Styles

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

    from lxml import etree

SKIPPED = {
    "text:tracked-changes", "text:sequence-decls", "office:annotation", "office:forms", "text:index-title-template",
    "text:table-of-content-source", "office:scripts",
}  # fmt: skip
INDEXES = {
    "text:table-of-content", "text:illustration-index", "text:table-index", "text:object-index", "text:user-index",
    "text:alphabetical-index",
}  # fmt: skip
# what stands after a part that is said on one line with others
_ENDS = {"text:list-item": "", "text:p": "", "table:table-cell": ",", "table:table-row": ";", "table:table": ""}
_BLANKS = {"text:s": " ", "text:tab": "\t", "text:line-break": "\n"}


@dataclass(slots=True)
class Words:
    styles: Styles = field(default_factory=Styles)
    archive: zipfile.ZipFile | None = None
    hidden: list[LeftOut] = field(default_factory=list)

    def hide(self, words: str, reason: str = "hidden") -> None:
        if said := " ".join(words.split()):
            self.hidden.append(LeftOut(reason=reason, text=said))

    def skip(self, element: etree._Element) -> None:
        """Count what a part says that is no text: comments, and what was deleted while changes were tracked."""
        if name_of(element) == "office:annotation":
            self.hide(" ".join(word for part in _worded(element) for word in texts(part)), "comment")
        elif name_of(element) == "text:tracked-changes":
            for change in element:
                self.hide(
                    " ".join(word for part in change for each in _worded(part) for word in texts(each)), "struck out"
                )

    def said(self, element: etree._Element) -> str:
        """What stands in a cell or a box, on one line."""
        said: list[str] = []
        for child in element:
            said.append(self._inner(child).strip())
            said += map(self.said, [child] if _is_box(child) else boxes(child))
        return " ".join(filter(None, said))

    def of(self, element: etree._Element, *, as_typed: bool = False) -> str:
        """The words of a paragraph, or of a part of it."""
        if any(name_of(each) == "text:hidden-paragraph" and stated(each, "is-hidden") == "true" for each in element):
            self.hide(" ".join(texts(element)))
            return ""
        seen = self.styles.shows(element)
        own = [element.text or "", *(child.tail or "" for child in element)]
        if not seen:
            self.hide(" ".join(own))
        said: list[str] = [own[0] if seen else ""]
        for child, tail in zip(element, own[1:], strict=True):
            said += [self._inner(child, as_typed=as_typed), tail if seen else ""]
        return "".join(said) if as_typed else "".join(said).strip()

    def _inner(self, child: etree._Element, *, as_typed: bool = False) -> str:
        name = name_of(child)
        if name in SKIPPED:
            self.skip(child)
            return ""
        if name.startswith("draw:"):
            return self._equation(child)
        if name in _BLANKS:
            return _BLANKS[name] * (min(count_of(child, "c"), 100) if name == "text:s" else 1)
        if name == "text:note":
            note = "".join(self.of(part) for part in child if name_of(part) == "text:note-body")
            return f" [{note}]" if note else ""
        listed = name == "text:list"
        words = " ".join(map(self.of, child)) if listed else self.of(child, as_typed=as_typed)
        words = words.rstrip(",;") if name in ("table:table-row", "table:table") else words
        return self._looked(child, name, words, as_typed=as_typed)

    def _looked(self, child: etree._Element, name: str, words: str, *, as_typed: bool) -> str:
        """Words by what their part is and looks like."""
        if name == "text:hidden-text":
            self.hide(words)
            return ""
        if name == "text:span" and self.styles.is_struck(child):
            self.hide(words, "struck out")
            return ""
        if name == "text:span" and words and self.styles.is_raised(child):
            return raised(words)
        if name in _ENDS:
            return f"{words}{_ENDS[name]} " if words else ""
        spaced = child.text if not as_typed and name in ("text:span", "text:a") else None
        return _spaced(words, spaced if spaced and spaced != spaced.strip() else None)

    def _equation(self, frame: etree._Element) -> str:
        """The equation that a frame holds; "" for anything else."""
        held = next(objects(frame), None)
        return "" if held is None else self.equation_of(held)

    def equation_of(self, held: etree._Element) -> str:
        """The equation that an object is; "" for another one."""
        math = next((part for part in self.inner(held).iter() if str(part.tag).endswith("}math")), None)
        return "" if math is None else equation(math)

    def inner(self, held: etree._Element) -> etree._Element:
        """What an object is, which stands in it or elsewhere in the archive."""
        place = stated(held, "href").removeprefix("./").strip("/") + "/content.xml"
        if self.archive is None or place not in self.archive.namelist():
            return held
        return parsed(self.archive.read(place))


def boxes(element: etree._Element) -> Iterator[etree._Element]:
    """The text boxes and shapes with words that hang on a paragraph, but not those within them."""
    for child in element:
        if _is_box(child):
            yield child
        else:
            yield from boxes(child)


def objects(element: etree._Element) -> Iterator[etree._Element]:
    """The charts, equations and the like that hang on a paragraph, but not those in boxes or cells of it."""
    for child in element:
        if name_of(child) == "draw:object":
            yield child
        elif not _is_box(child):
            yield from objects(child)


def _is_box(element: etree._Element) -> bool:
    name = name_of(element)
    return name == "draw:text-box" or (name.startswith("draw:") and any(name_of(each) == "text:p" for each in element))


def _worded(element: etree._Element) -> Iterator[etree._Element]:
    return (part for part in element if name_of(part).partition(":")[0] in ("text", "table"))


def _spaced(words: str, keep: str | None) -> str:
    """Words of a run with the spaces at its ends, which part it from its neighbours."""
    if keep is None:
        return words
    return (" " if keep[0].isspace() else "") + words + (" " if keep[-1].isspace() and len(keep) > 1 else "")
