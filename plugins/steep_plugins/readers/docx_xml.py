"""What a conversion of Word's XML to HTML would lose or show: equations become words, hidden runs go, counted."""

from __future__ import annotations

import io
import zipfile

from lxml import etree

from steep.values import LeftOut

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_PARTS = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
_OFF = ("0", "false", "off")


def prepared(data: bytes) -> tuple[bytes, tuple[LeftOut, ...]]:
    """The file with its equations written as words and without what nobody sees, and what that was."""
    hidden: list[LeftOut] = []
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
        for entry in archive.infolist():
            content = archive.read(entry)
            if entry.filename in _PARTS and (b":oMath" in content or b":vanish" in content):
                content = _rewritten(content, hidden)
            written.writestr(entry, content)
    return made.getvalue(), tuple(hidden)


def _rewritten(content: bytes, hidden: list[LeftOut]) -> bytes:
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, huge_tree=True))
    for run in [run for run in root.iter(f"{_W}r") if _vanishes(run)]:
        if words := "".join(run.itertext(f"{_W}t")).strip():
            hidden.append(LeftOut(reason="hidden", text=words))
        _removed(run)
    for equation in list(root.iter(f"{_M}oMath")):
        run = etree.Element(f"{_W}r")
        text = etree.SubElement(run, f"{_W}t")
        text.text = _linear(equation)
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.tail = equation.tail
        if (parent := equation.getparent()) is not None:
            parent.replace(equation, run)
    for shell in list(root.iter(f"{_M}oMathPara")):  # a paragraph of its own, whose runs Word's converters skip
        parent = shell.getparent()
        if parent is not None:
            at = parent.index(shell)
            parent[at : at + 1] = list(shell)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _vanishes(run: etree._Element) -> bool:
    mark = run.find(f"{_W}rPr/{_W}vanish")
    return mark is not None and mark.get(f"{_W}val", "1") not in _OFF


def _removed(run: etree._Element) -> None:
    parent = run.getparent()
    if parent is not None:
        parent.remove(run)


def _linear(element: etree._Element) -> str:
    """An equation as it is typed on one line: (a+b)/c, x^2, a_1, √(x)."""
    inner = {child.tag.removeprefix(_M): child for child in element if isinstance(child.tag, str)}
    name = element.tag.removeprefix(_M) if isinstance(element.tag, str) else ""
    if name == "t":
        return element.text or ""
    if name == "f":
        return f"{_grouped(inner.get('num'))}/{_grouped(inner.get('den'))}"
    if name in ("sSup", "sSub", "sSubSup"):
        below = f"_{_grouped(inner.get('sub'))}" if "sub" in inner else ""
        above = f"^{_grouped(inner.get('sup'))}" if "sup" in inner else ""
        return f"{_said(inner.get('e'))}{below}{above}"
    if name == "rad":
        return f"{_said(inner.get('deg'))}√({_said(inner.get('e'))})"
    if name == "d":
        return f"({_said(inner.get('e'))})"
    return "".join(_linear(child) for child in element if isinstance(child.tag, str))


def _said(element: etree._Element | None) -> str:
    return "" if element is None else _linear(element)


def _grouped(element: etree._Element | None) -> str:
    words = _said(element)
    return words if words.isalnum() else f"({words})"
