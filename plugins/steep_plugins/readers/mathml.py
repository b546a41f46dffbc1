"""Equations in MathML, as they are typed on one line.

What is noted beside them, such as their TeX, is not said again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from steep_plugins.readers.linear import accented, fraction, grouped, root, scripts

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["equation", "equation_of"]

_DEEPEST = 60
_SILENT = ("annotation", "annotation-xml", "mphantom", "mspace", "none", "mprescripts", "malignmark", "maligngroup")
_UNSEEN = str.maketrans(dict.fromkeys("\u2061\u2062\u2063\u2064\u200b\u2060\ufeff", ""))
_BIG = frozenset("∑∏∐∫∬∭∮∯⋃⋂⋁⋀⨁⨂")
_OPENING = frozenset("([{|‖⟨⌈⌊")
_LAYOUT = ("mrow", "mstyle", "mpadded", "math", "mtd", "mtr", "mlabeledtr", "msqrt", "menclose", "merror", "maction")


def equation_of(markup: str) -> str:
    """The line of an equation that is given as markup; what it states in words where it has no more than that."""
    element = etree.fromstring(markup.encode(), etree.XMLParser(resolve_entities=False, no_network=True, recover=True))
    return "" if element is None else equation(element) or " ".join((element.get("alttext") or "").split())


def equation(element: etree._Element) -> str:
    """The line of an equation."""
    return " ".join(_linear(element, 0).split())


def _name(element: etree._Element) -> str:
    """An element's name without its namespace, also where a parser of HTML left the prefix in it."""
    return element.tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(element.tag, str) else ""


def _linear(element: etree._Element, depth: int) -> str:
    name = _name(element)
    if not name or name in _SILENT:
        return ""
    if depth > _DEEPEST:
        return "".join(map(str, element.itertext()))
    if not len(element):
        return (element.text or "").strip().translate(_UNSEEN)
    if name == "semantics":
        return _linear(element[0], depth + 1)
    if name == "mtable":
        return _table(element, depth)
    parts = [_linear(child, depth + 1) for child in element if isinstance(child.tag, str)]
    if name in _LAYOUT or len(parts) < 2:
        said = _row(parts)
        return root(said) if name in ("msqrt", "mroot") else said
    return _built(name, element, parts)


def _built(name: str, element: etree._Element, parts: Sequence[str]) -> str:
    """What is made of parts that each have their place."""
    first, second, third = (*parts, "")[:3]
    if name == "mfrac":
        return fraction(first, second)
    if name == "mroot":
        return root(first, second)
    if name in ("msup", "mover"):
        return _raised(first, second)
    if name in ("msub", "munder"):
        return _spaced(first, scripts(below=second))
    if name in ("msubsup", "munderover"):
        return _spaced(first, scripts(below=second, above=third))
    if name == "mmultiscripts":
        return _many(element, parts)
    if name == "mfenced":
        between = (element.get("separators") or ",").strip()[:1]
        return (element.get("open") or "(") + between.join(parts) + (element.get("close") or ")")
    return _row(parts)


def _raised(base: str, above: str) -> str:
    return accented(base, above) or _spaced(base, scripts(above=above))


def _spaced(base: str, around: str) -> str:
    """A letter with what stands around it; a sum or an integral is set apart from what it is over."""
    held = base if len(base) < 2 or base.isalnum() or base[-1] in ")]}" else grouped(base)
    return f"{held}{around} " if base in _BIG else held + around


def _many(element: etree._Element, parts: Sequence[str]) -> str:
    """Scripts in pairs behind a letter, and before it where a mark says so."""
    names = [_name(child) for child in element if isinstance(child.tag, str)]
    cut = names.index("mprescripts") if "mprescripts" in names else len(names)
    behind, before = list(parts[1:cut]), list(parts[cut + 1 :])
    return _pairs(before) + parts[0] + _pairs(behind)


def _pairs(parts: Sequence[str]) -> str:
    return "".join(scripts(*parts[at : at + 2]) for at in range(0, len(parts), 2))


def _row(parts: Sequence[str]) -> str:
    """Parts side by side; names and numbers that would run into each other are parted."""
    said = before = ""
    for part in filter(None, parts):
        words = _is_word(before) or _is_word(part) or (before[-1:].isdigit() and part[0].isdigit())
        apart = words and part[0].isalnum() and (before[-1:].isalnum() or before[-1:] == ")")
        said += (" " if apart else "") + part
        before = part
    return said


def _is_word(part: str) -> bool:
    """Whether it is more than a letter that stands for something, such as the name of a function or a unit."""
    return len(part) > 1 and part[:2].isalpha()


def _table(element: etree._Element, depth: int) -> str:
    """The rows of a matrix with their cells; of equations that are set out in columns the parts run on."""
    before = element.getprevious()
    fenced = before is not None and (before.text or "").strip() in _OPENING
    rows = [[_linear(cell, depth + 1) for cell in row if _name(cell) == "mtd"] for row in element if len(row)]
    return "; ".join((", " if fenced else "").join(row) for row in rows)
