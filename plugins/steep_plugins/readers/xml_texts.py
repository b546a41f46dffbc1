"""Texts in XML (DocBook, JATS, DITA, TEI) as HTML: their sections, lists, tables, code, notes and figures."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.values import LeftOut
from steep_plugins.readers import xml_names as names
from steep_plugins.readers.xml_lines import Lines, has_words, is_listing, is_mixed, label_of, person, plain, shown
from steep_plugins.readers.xml_tables import name_of, table_html

if TYPE_CHECKING:
    from lxml import etree

__all__ = ["Written", "is_text", "written"]

_DEEPEST = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A text as HTML, and what was noted in it for its writers."""

    page: str
    left_out: tuple[LeftOut, ...]


def is_text(root: etree._Element) -> bool:
    """Whether a file is a text, and no data."""
    return name_of(root) in names.ROOTS


def written(root: etree._Element) -> Written:
    """A text as HTML."""
    walk = _Walk(root)
    page = walk.block(root, 0, 0)
    return Written(page=page, left_out=tuple(walk.left_out))


class _Walk(Lines):
    """Goes through the parts that stand by themselves."""

    def block(self, element: etree._Element, level: int, depth: int) -> str:
        """An element that stands by itself."""
        name = name_of(element)
        if not name or name in names.SILENT:
            return ""
        if name in names.REMARKS:
            return self.remark(element)
        if name == "include":
            self.left_out.append(LeftOut(reason="included from elsewhere", text=element.get("href") or ""))
            return ""
        if depth > _DEEPEST:
            return f"<div>{shown(plain(element))}</div>"
        if name in names.TITLES:
            return self._title(element, level)
        if name == "question" and len(parts := [each for each in element if name_of(each) != "label"]) == 1:
            return f"<h{min(6, level + 1)}>{self.line(parts[0], depth)}</h{min(6, level + 1)}>"
        if name in names.TABLES:
            return self._table(element, depth)
        if is_listing(element, name):
            return f"<pre>{self.code(element)}</pre>"
        if (line := self._words(element, name, depth)) is not None:
            return f"<div>{line}</div>"
        return self._holder(element, name, level, depth)

    def _words(self, element: etree._Element, name: str, depth: int) -> str | None:
        """What is said in a paragraph or in lines of its own; None for what is more."""
        if name in names.FORMULAS:
            return self.formula(element, depth)
        if name in names.PEOPLE:
            return shown(person(element))
        if name == "label":
            above = element.getparent()
            named = above is not None and any(name_of(each) in ("title", "caption") for each in above)
            return "" if named else shown(plain(element))
        if name == "caption":
            parts = [self.line(each, depth) for each in element if name_of(each)]
            return label_of(element) + (" ".join(parts) or self.line(element, depth))
        if name in names.LINES:
            return "<br>".join(each for each in self.line(element, depth).split("\n") if each.strip())
        if name in names.JOINED and len(element) and not has_words(element):
            parts = [plain(each) for each in element.iter() if not len(each) and name_of(each) and plain(each)]
            return shown(names.JOINED[name].join(parts))
        return self.line(element, depth) if name in names.PARAGRAPHS or (name == "aff" and len(element)) else None

    def _holder(self, element: etree._Element, name: str, level: int, depth: int) -> str:
        """An element of which the parts are said: a section, a list, a quote, a figure."""
        if name in names.COUNTED | names.BULLETED or name == "list":
            return self._list(element, name, level, depth)
        if name in names.ENTRIES:
            return self._entry(element, level, depth)
        if name in names.TERM_LISTS and any(name_of(each) in names.ENTRIES for each in element):
            return self._apart(element, "dl", level, depth)
        if name in names.ITEMS:
            return self._item(element, level, depth)
        if name in names.QUOTES:
            return self._quote(element, level, depth)
        if name in names.ADMONITIONS or name == "formalpara":
            return self._admonition(element, name, level, depth)
        if name in ("fn", "ref"):
            return self._labelled(element, level, depth)
        if not len(element):
            words = plain(element)
            return f"<div>{shown(words if name in names.BARE else f'{name}: {words}')}</div>" if words else ""
        if name == "textobject" and _is_said(element):
            return ""
        return self._inside(element, level + (name in names.SECTIONS or element is self.root), depth)

    def _inside(self, element: etree._Element, level: int, depth: int, *, without: tuple[str, ...] = ()) -> str:
        """What stands in an element: words with what is in them, or parts that stand by themselves."""
        if is_mixed(element):
            return f"<div>{self.line(element, depth)}</div>"
        if not len(element):
            return shown(element.text)
        return "".join(self.block(each, level, depth + 1) for each in element if name_of(each) not in without)

    def within(self, element: etree._Element, depth: int) -> str:
        """What stands by itself in the middle of words."""
        return self.block(element, 3, depth)

    def _title(self, element: etree._Element, level: int) -> str:
        """A heading where it is of a section; of a figure, a table or a list it is a line of its own."""
        above = element.getparent()
        said = label_of(element) + self.line(element, 0)
        of = "" if above is None else name_of(above)
        while above is not None and (of in ("title-group", "titlegroup") or of.endswith("info")):
            above = above.getparent()
            of = "" if above is None else name_of(above)
        if name_of(element) != "subtitle" and (above is self.root or of in names.SECTIONS | names.FRONTS):
            at = min(6, max(1, level))
            return f"<h{at}>{said}</h{at}>"
        return f"<div>{said}</div>"

    def _table(self, element: etree._Element, depth: int) -> str:
        before = [each for each in element if name_of(each) in ("title", "caption", "label")]
        said = "".join(f"<div>{self.line(each, depth)}</div>" for each in before)
        return said + table_html(element, lambda cell: self.line(cell, depth))

    def _apart(self, element: etree._Element, tag: str, level: int, depth: int) -> str:
        """A list, behind its title."""
        before = "".join(self.block(each, level, depth + 1) for each in element if name_of(each) in names.TITLES)
        return f"{before}<{tag}>{self._inside(element, level, depth, without=tuple(names.TITLES))}</{tag.split()[0]}>"

    def _list(self, element: etree._Element, name: str, level: int, depth: int) -> str:
        kind = element.get("list-type") or element.get("type") or element.get("numeration") or ""
        if name not in names.COUNTED and kind not in names.COUNTS and kind not in ("order", "ordered", "arabic"):
            return self._apart(element, "ul", level, depth)
        first = element.get("startingnumber") or element.get("start") or "1"
        number = first if first.isascii() and first.isdigit() else "1"
        return self._apart(element, f'ol type="{names.COUNTS.get(kind, "1")}" start="{number}"', level, depth)

    def _item(self, element: etree._Element, level: int, depth: int) -> str:
        label = next((plain(each) for each in element if name_of(each) == "label"), "")
        marker = f' data-marker="{html.escape(label)}"' if label else ""
        return f"<li{marker}>{self._inside(element, level, depth, without=('label',))}</li>"

    def _entry(self, element: etree._Element, level: int, depth: int) -> str:
        """Terms and what they mean."""
        terms = [self.line(each, depth) for each in element if name_of(each) in names.TERMS]
        said = f"<dt>{', '.join(terms)}</dt>" if terms else ""
        for each in element:
            if name_of(each) in names.MEANINGS:
                said += f"<dd>{self._inside(each, level, depth + 1)}</dd>"
            elif name_of(each) not in names.TERMS:
                said += self.block(each, level, depth + 1)
        return said

    def _quote(self, element: etree._Element, level: int, depth: int) -> str:
        """A quote, and who said it behind it."""
        who = "".join(f"<div>— {self.line(each, depth)}</div>" for each in element if name_of(each) == "attribution")
        return f"<blockquote>{self._inside(element, level, depth, without=('attribution',))}{who}</blockquote>"

    def _admonition(self, element: etree._Element, name: str, level: int, depth: int) -> str:
        """A warning or a hint, behind its title or what it is."""
        title = next((self.line(each, depth) for each in element if name_of(each) == "title"), "")
        kind = element.get("type") or name
        inner = self._inside(element, level, depth, without=("title",))
        return f"<dl><dt>{title or shown(kind.capitalize())}</dt><dd>{inner}</dd></dl>"

    def _labelled(self, element: etree._Element, level: int, depth: int) -> str:
        """A note or a source of a list, behind its number."""
        label = next((plain(each).strip("[]().") for each in element if name_of(each) == "label"), "")
        inner = self._inside(element, level, depth, without=("label",))
        mark = f'<span class="label">[{shown(label)}]</span>' if label else ""
        return f'<div role="doc-footnote">{mark}{inner}</div>' if mark else inner


def _is_said(element: etree._Element) -> bool:
    """Whether the words for a picture are those of its title."""
    words = plain(element)
    above = (each for each in element.iterancestors() if name_of(each) in ("figure", "example"))
    return any(words == plain(each) for figure in above for each in figure if name_of(each) == "title")
