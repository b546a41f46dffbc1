"""Code in rich text: paragraphs all of whose letters are equally wide, in a text whose letters are not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MOST = 0.8  # the share of paragraphs from which on it is a document typed in such a font


def with_code(page: Sequence[str], lines: Mapping[int, str]) -> str:
    """The page, of which the parts in ``lines``, by their number, are lines of code: neighbours become one block."""
    if not lines or len(lines) > _MOST * len(page):
        return "".join(page)
    said: list[str] = []
    for number, part in enumerate(page):
        if number not in lines:
            said.append(part)
            continue
        line = re.sub(r"<br>", "\n", lines[number])
        if number - 1 in lines:
            said[-1] = f"{said[-1].removesuffix('</pre>')}\n{line}</pre>"
        else:
            said.append(f"<pre>{line}</pre>")
    return "".join(said)
