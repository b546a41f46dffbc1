"""Words that a PDF breaks at the end of a line: put together, with their hyphen where it is theirs.

A hyphen stays in codes (AB-1042), ranges (1,200-1,400) and compounds (state-of-the-art, well-known). A compound
is told by how the document writes it elsewhere; failing that, by its beginning, for English.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from steep_plugins.readers.pdf_lines import HYPHEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WORD = re.compile(r"\w+(?:-\w+)*")
_END = re.compile(rf"(?<=[\w)\]])[-{HYPHEN}\u2010]$")
_BROKEN = re.compile(rf"(\S*[\w)\]]){HYPHEN}\s*(\S+)")
# beginnings of English compounds; none of them begins a word that typesetters break there
_BEGINNINGS = frozenset(
    [
        "well",
        "self",
        "ex",
        "half",
        "all",
        "high",
        "low",
        "long",
        "short",
        "full",
        "part",
        "hard",
        "soft",
        "first",
        "second",
        "third",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "non",
        "cross",
        "double",
        "single",
        "so-called",
        "old",
        "new",
        "open",
        "deep",
        "wide",
        "heavy",
        "light",
        "high",
        "fast",
        "ill",
    ]
)


class Hyphens:
    """Mends the lines of one document."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._known = Counter(word.lower() for text in texts for word in _WORD.findall(text))

    def joined(self, lines: Sequence[str]) -> str:
        """The lines as one."""
        text = ""
        for line in lines:
            if not text:
                text = line
            elif _END.search(text):
                text = self._over(text, line)
            else:
                text += f" {line}"
        return self.mended(text)

    def mended(self, text: str) -> str:
        """A text in which pdfium has marked where it put lines together."""
        while HYPHEN in text:
            mended = _BROKEN.sub(lambda found: self._word(found[1], found[2]), text, count=1)
            text = mended if mended != text else text.replace(HYPHEN, "-")
        return text

    def _over(self, text: str, line: str) -> str:
        head, tail = text[:-1].rpartition(" ")[2], line.partition(" ")[0]
        if text[-1] == "-" and not tail[:1].isalnum():
            return f"{text} {line}"
        return text[: len(text) - 1 - len(head)] + self._word(head, tail) + line[len(tail) :]

    def _word(self, head: str, tail: str) -> str:
        end, begin = re.search(r"\w*$", head), re.match(r"\w+", tail)
        last, first = (end[0] if end else ""), (begin[0] if begin else "")
        if not (last.isalpha() and first.isalpha() and first.islower() and last[-1:].islower()):
            return f"{head}-{tail}"
        plain, compound = (last + first).lower(), f"{last}-{first}".lower()
        if self._known[plain] != self._known[compound]:
            return f"{head}{tail}" if self._known[plain] > self._known[compound] else f"{head}-{tail}"
        return f"{head}-{tail}" if "-" in head or last.lower() in _BEGINNINGS else f"{head}{tail}"
