"""Code in rich text: paragraphs all of whose letters are equally wide, in a text whose letters are not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST = 0.8  # the share of paragraphs from which on it is a document typed in such a font


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page as HTML, and what it says if it may be a line of code."""

    html: str
    line: str | None = None


def with_code(page: Sequence[Part]) -> str:
    """The page, of which the parts that are lines of code become one block with their neighbours."""
    lines = sum(part.line is not None for part in page)
    if not lines or lines > _MOST * len(page):
        return "".join(part.html for part in page)
    said: list[str] = []
    goes_on = False
    for part in page:
        if part.line is None:
            said.append(part.html)
        else:
            line = re.sub(r"<br>", "\n", part.line)
            said.append(f"{said.pop().removesuffix('</pre>')}\n{line}</pre>" if goes_on else f"<pre>{line}</pre>")
        goes_on = part.line is not None
    return "".join(said)
