"""Texts folded for comparison, with the way back to where each character stood.

White space, Markdown's marks, tags and link targets vanish; case, typographic quotes, dashes and ligatures are made
equal. What is found in a folded text is thus found whatever the reader made of the lay-out, and `original` says
exactly where. Folding and finding take linear time.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from dataclasses import dataclass
from functools import lru_cache

_TAGS = (
    "a abbr article b big blockquote body br caption center cite code col colgroup dd del details dfn div dl dt em "
    "figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q s samp "
    "section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var"
).replace(" ", "|")
# link targets, HTML tags and entities; none can contain its own opener, so no stretch is tried twice.
# An unknown word in angle brackets, as in `--port <number>`, is text.
_UNSEEN = re.compile(
    rf"\]\([^()\n]*\)|</?(?:{_TAGS})(?:\s[^<>]*)?/?>|<!--[^<>]*-->|&(?:nbsp|amp|lt|gt|quot|#39);", re.I
)
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'"}
_MARKS = frozenset("*_`#|~[]\\>")
TWINS = {
    **dict.fromkeys("‘’‚‛′ʼ", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("•·▪◦", ""),
    "…": "...",
}
_TRIES = 2000  # occurrences looked at before giving up, so that hostile repetition stays linear


@dataclass(frozen=True, slots=True)
class Folded:
    """``places[i]`` is where in ``source`` the character stood that became ``text[i]``."""

    source: str
    text: str
    places: array[int]

    @classmethod
    def of(cls, source: str) -> Folded:
        pieces: list[str] = []
        places = array("q")
        for start, chunk in _visible(source):
            for offset, character in enumerate(chunk):
                folded = _fold(character)
                pieces.append(folded)
                places.extend([start + offset] * len(folded))
        return cls(source, "".join(pieces), places)

    def find(self, wanted: str) -> list[tuple[int, int]]:
        """Where the folded text of ``wanted`` stands in the source, as whole words, in order; not overlapping."""
        needle = Folded.of(wanted).text
        found: list[tuple[int, int]] = []
        position = self.text.find(needle) if needle else -1
        for _ in range(_TRIES):
            if position < 0:
                break
            end = position + len(needle)
            whole = self._is_whole(position, end)
            if whole:
                found.append((self.places[position], self._after(self.places[end - 1])))
            position = self.text.find(needle, end if whole else position + 1)
        return found

    def _after(self, last: int) -> int:
        """The offset behind the last character found and the accents that stand on it."""
        end = last + 1
        while end < len(self.source) and unicodedata.category(self.source[end]) == "Mn":
            end += 1
        return end

    def _is_whole(self, start: int, end: int) -> bool:
        """Whether no word of the source runs over the edges of ``text[start:end]``."""
        first, last = self.places[start], self.places[end - 1]
        runs_in = first > 0 and self._joined(first - 1)
        runs_out = last + 1 < len(self.source) and self._joined(last)
        return not runs_in and not runs_out

    def _joined(self, position: int) -> bool:
        """Whether two neighbouring characters belong to one word: letters or digits, of a script with spaces."""
        return all(
            character.isalnum() and not "\u2e80" <= character <= "\uffef"
            for character in self.source[position : position + 2]
        )


def _visible(source: str) -> list[tuple[int, str]]:
    """The stretches of the source that a reader of the page would see, with where they start."""
    stretches: list[tuple[int, str]] = []
    position = 0
    for unseen in _UNSEEN.finditer(source):
        stretches.append((position, source[position : unseen.start()]))
        stretches.append((unseen.start(), _ENTITIES.get(unseen.group(), "")))
        position = unseen.end()
    stretches.append((position, source[position:]))
    return stretches


@lru_cache(maxsize=8192)
def _fold(character: str) -> str:
    if character.isascii():
        return "" if character.isspace() or character in _MARKS or not character.isprintable() else character.lower()
    # accents go (Mn), and so do soft hyphens, zero-width spaces and direction marks (Cf)
    plain = unicodedata.normalize("NFKD", TWINS.get(character, character)).casefold()
    return "".join(
        each for each in plain if not each.isspace() and unicodedata.category(each) not in ("Mn", "Cf", "Cc")
    )
