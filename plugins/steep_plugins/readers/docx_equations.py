"""Equations of Word, as they are typed on one line: (a+b)/c, x^2, a_1, √(x), ∑_(n=1)^∞ a_n."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from steep_plugins.readers.docx_names import M, W, run_of, taken_out
from steep_plugins.readers.linear import accented, fraction, root, scripts

if TYPE_CHECKING:
    from collections.abc import Sequence

_DEEPEST = 60


def write_equations(root: etree._Element) -> None:
    """Put words in the place of equations, which converters skip; of two in a row each has its line."""
    for equation in list(root.iter(f"{M}oMath")):
        run = run_of(linear(equation))
        run.tail = equation.tail
        before = equation.getprevious()
        if before is not None and before.get("equation"):
            run.insert(0, etree.Element(f"{W}br"))
        run.set("equation", "1")
        taken_out(equation, run)
    for shell in list(root.iter(f"{M}oMathPara")):  # a paragraph of its own
        taken_out(shell, *shell)


def linear(equation: etree._Element) -> str:
    """The line of an equation."""
    return _linear(equation, 0)


def _linear(element: etree._Element, depth: int) -> str:
    if depth > _DEEPEST:
        return "".join(element.itertext(f"{M}t"))
    name = _name(element)
    if name == "t":
        return element.text or ""
    parts = [(_name(child), _linear(child, depth + 1)) for child in element if isinstance(child.tag, str)]
    if name in ("d", "m", "mr", "eqArr"):
        return _list(element, name, [said for of, said in parts if of == ("mr" if name == "m" else "e")])
    built = _built(element, name, dict(parts))
    return "".join(said for _, said in parts) if built is None else built


def _built(element: etree._Element, name: str, inner: dict[str, str]) -> str | None:
    """What is made of parts that each have their place; None for what merely holds others."""
    body = inner.get("e", "")
    around = scripts(inner.get("sub", ""), inner.get("sup", ""))
    accent = _character(element, "chr", "\u0302") if name == "acc" else "\u0305"
    made = {
        "f": lambda: fraction(inner.get("num", ""), inner.get("den", "")),
        "sSup": lambda: body + around,
        "sSub": lambda: body + around,
        "sSubSup": lambda: body + around,
        "sPre": lambda: around + body,
        "nary": lambda: f"{_character(element, 'chr', '∫')}{around} {body}",
        "limLow": lambda: body + scripts(below=inner.get("lim", "")),
        "limUpp": lambda: body + scripts(above=inner.get("lim", "")),
        "func": lambda: f"{inner.get('fName', '')} {body}",
        "acc": lambda: accented(body, accent) or body,
        "bar": lambda: accented(body, accent) or body,
        "rad": lambda: root(body, inner.get("deg", "")),
    }.get(name)
    return None if made is None else made()


def _list(element: etree._Element, name: str, parts: Sequence[str]) -> str:
    """What holds several parts: brackets, the rows of a matrix and their cells, equations above each other."""
    if name != "d":
        return (", " if name == "mr" else "; ").join(parts)
    between = _character(element, "sepChr", "|")
    return _character(element, "begChr", "(") + between.join(parts) + _character(element, "endChr", ")")


def _name(element: etree._Element) -> str:
    return element.tag.removeprefix(M) if isinstance(element.tag, str) else ""


def _character(element: etree._Element, name: str, otherwise: str) -> str:
    """A character that the properties of a part state."""
    stated = element.find(f"{M}{_name(element)}Pr/{M}{name}")
    return otherwise if stated is None else str(stated.get(f"{M}val", ""))
