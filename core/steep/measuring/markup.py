"""HTML and SVG as text, escaped by default: only what `tag` made passes unescaped.

Questions, answers and documents are strangers' text. Nothing of them can become an element, an attribute or a script;
control characters and half surrogates are replaced.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    Child = str | Iterable["Child"]

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_VOID = frozenset({"meta", "br"})


class Markup(str):
    """Text that is markup already. Only this module makes it."""

    __slots__ = ()


def tag(name: str, /, *children: Child, **attributes: str | float | None) -> Markup:
    """An element. ``class_`` stands for class, ``stroke_width`` for stroke-width; None leaves an attribute out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_escaped(_number(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{''.join(_flat(children))}</{name}>")


def joined(*children: Child) -> Markup:
    return Markup("".join(_flat(children)))


def style(css: str) -> Markup:
    """Our own style sheet; never give it text from elsewhere."""
    return Markup(f"<style>{css}</style>")


def _flat(children: Iterable[Child]) -> Iterable[str]:
    for child in children:
        if isinstance(child, Markup):
            yield child
        elif isinstance(child, str):
            yield _escaped(child)
        else:
            yield from _flat(child)


def _escaped(text: str) -> str:
    return html.escape(_CONTROL.sub("\ufffd", text), quote=True)


def _number(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
