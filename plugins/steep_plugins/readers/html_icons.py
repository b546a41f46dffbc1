"""Tells icons from images that say something: marks beside a note or a link, whose alt texts are no words of the page.

An icon is known by how it is drawn, what it is declared to be and where it stands, never by a list of words: alt texts
come in every language. What stands in a sentence, or alone in a cell of a table, is read whatever it is.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from bs4.element import NavigableString, Tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bs4 import BeautifulSoup
    from bs4.element import PageElement

_BLOCKS = {
    "[document]", "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "html", "legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "th", "tr",
    "ul",
}  # fmt: skip
_NAMING = ("h1", "h2", "h3", "h4", "h5", "h6", "dt")  # an image that is all of these is what they say
_PARTS = ["thead", "tbody", "tfoot"]
_ICON = re.compile(r"(?<![a-z])icons?(?![a-z])|Icons?(?![a-z])")
_GLYPH = re.compile(r"(?:^|[-_])icons?$|^material-(?:icons|symbols)")
_LABEL = re.compile(r"[\[(]?[^\W\d_]+(?:[ -][^\W\d_]+){0,2}[\])]?[:!.]?")
_ONE_WORD = re.compile(r"[\w.]{1,40}")
_LENGTH = re.compile(r"(?:^|;)\s*(?:max-)?(?:width|height)\s*:\s*([\d.]+)(px|r?em)\b", re.IGNORECASE)
_PIXELS = re.compile(r"\s*(\d{1,5})(?:\.\d+)?(?:px)?\s*$")
# ¶ § # ∞ ⚓ 🔗, drawn as text or in colour, and a space of no width
_PERMALINKS = frozenset("\u00b6\u00a7#\u221e\u2693\U0001f517\ufe0e\ufe0f\u200b")
_SMALL = 48  # pixels
_MANY = 5  # times the same image, wherever it stands
_NEAR = 24  # elements that are looked at to either side: words further away do not stand beside it
_ABOVE = 8  # elements above an image that are looked at


@dataclass(frozen=True, slots=True)
class _Image:
    """An image or glyph with what it would say; ``times`` counts those that show and say the same."""

    tag: Tag
    said: str
    times: int


def icons(soup: BeautifulSoup) -> list[tuple[Tag, str]]:
    """The images that are icons, each with what it would have said."""
    found = [(tag, said) for tag in soup.find_all(["img", "i", "span"]) if (said := _said(tag))]
    times = Counter((said, str(tag.get("src"))) for tag, said in found)
    images = (_Image(tag, said, times[said, str(tag.get("src"))]) for tag, said in found)
    return [(image.tag, image.said) for image in images if _is_icon(image)]


def is_permalink(tag: Tag) -> bool:
    """Whether it is the mark beside a heading or a term that links to itself: ¶ by Sphinx and MkDocs, # by others."""
    if tag.name != "a" or "#" not in str(tag.get("href") or ""):
        return False
    mark = "".join(tag.get_text().split())
    return bool(mark) and set(mark) <= _PERMALINKS


def _said(tag: Tag) -> str:
    """What an image says by its alt text, or a glyph of an icon font by the name that it is written with."""
    if tag.name == "img":
        return " ".join(str(tag.get("alt") or "").split())
    if not any(_GLYPH.search(each) for each in _classes(tag)) or tag.find(True):
        return ""
    words = tag.get_text().strip()
    return words if _ONE_WORD.fullmatch(words) else ""


def _is_icon(image: _Image) -> bool:
    tag = image.tag
    if tag.get("role") in ("presentation", "none"):
        return True
    many = image.times >= _MANY
    named = _named_like_its_box(image)
    if not (many or named or _declared_an_icon(tag) or _is_small(tag)):
        return False
    if not many and not _is_label(image):
        return False
    link = tag.find_parent(["a", "button"])
    if link is not None and _has_words(link, beside=tag):
        return True
    before, after = _words_beside(tag, tag.previous_elements), _words_beside(tag, _following(tag))
    if before or re.match(r"[^\w\s:\[(]", after):
        return False
    if after:
        return named or image.times > 1  # one alone may be the subject of its sentence: "[Gear] opens the settings"
    return named or not _is_all_there_is(tag)


def _is_label(image: _Image) -> bool:
    if image.tag.name != "img":
        return True
    return bool(_LABEL.fullmatch(image.said)) and (len(image.said) > 1 or not image.said.isascii())


def _declared_an_icon(tag: Tag) -> bool:
    """By its classes, by the folder or file that it comes from, or by an element that holds nothing else."""
    if tag.name != "img":
        return True
    source = str(tag.get("src") or "").partition("?")[0]
    stated = [*_classes(tag), *([] if source.startswith("data:") else source.rsplit("/", 2)[-2:])]
    for above in islice(tag.parents, 2):
        if _has_words(above, beside=tag):
            break
        stated += _classes(above)
    return any(_ICON.search(each) for each in stated)


def _is_small(tag: Tag) -> bool:
    """Whether all sizes that are stated, one at least, are those of an icon; an em is taken for 16 pixels."""
    sizes = [float(found[1]) for name in ("width", "height") if (found := _PIXELS.match(str(tag.get(name) or "")))]
    for number, unit in _LENGTH.findall(str(tag.get("style") or "")):
        if number.count(".") < 2 and number.strip("."):
            sizes.append(float(number) * (1 if unit.lower() == "px" else 16))
    return bool(sizes) and max(sizes) <= _SMALL


def _named_like_its_box(image: _Image) -> bool:
    """Whether it marks the box that it stands in: `note.png`, or "Note Icon", in an element of the class `note`."""
    label = _ICON.sub("", image.said.strip("[]():!. ").lower()).strip()
    stem = PurePosixPath(str(image.tag.get("src") or "").partition("?")[0]).stem.lower()
    names = {label} | ({stem} if label and " " not in label else set())
    for above in islice(image.tag.parents, _ABOVE):
        if above.name in ("td", "th", "tr"):  # a cell that says `yes` may be of the class `yes`
            continue
        classes = {part.lower() for each in _classes(above) for part in (each, *re.split("[-_]", each))}
        if names & classes - {""} and _has_words(above, beside=image.tag):
            return True
    return False


def _is_all_there_is(tag: Tag) -> bool:
    """Whether it is all that a heading, or a cell of a table of more than one row, says; or what a figure shows."""
    for above in islice(tag.parents, _ABOVE):
        if above.name == "figure":
            return True
        if _has_words(above, beside=tag):
            return False
        if above.name in _NAMING:
            return True
        if above.name in ("td", "th"):
            return _has_further_rows(above)
    return False


def _has_further_rows(cell: Tag) -> bool:
    row = cell.find_parent("tr")
    if row is None:
        return False
    part = row.parent
    within = part is not None and part.name in _PARTS and _has_sibling(part, _PARTS)
    return within or _has_sibling(row, ["tr"])


def _has_sibling(tag: Tag, names: list[str]) -> bool:
    return tag.find_next_sibling(names) is not None or tag.find_previous_sibling(names) is not None


def _words_beside(tag: Tag, elements: Iterable[PageElement]) -> str:
    """The nearest words on the line that the image is on, in the direction of the elements."""
    block = _block(tag)
    for each in islice(elements, _NEAR):
        if isinstance(each, Tag):
            if each is block or each.name == "br":
                return ""
        elif isinstance(each, NavigableString) and each.strip():
            return each.strip() if _block(each) is block else ""
    return ""


def _following(tag: Tag) -> Iterator[PageElement]:
    """What follows in the page, without what is within."""
    within = sum(1 for _ in tag.descendants)
    return islice(tag.next_elements, within, None)


def _block(element: PageElement) -> Tag | None:
    return next((above for above in element.parents if above.name in _BLOCKS), None)


def _has_words(element: Tag, *, beside: Tag) -> bool:
    """Whether words other than those of ``beside`` stand near the beginning of an element."""
    return any(
        isinstance(each, NavigableString) and each.strip() and each.parent is not beside
        for each in islice(element.descendants, 4 * _NEAR)
    )


def _classes(tag: Tag) -> list[str]:
    return [str(each) for each in tag.get_attribute_list("class") if each]
