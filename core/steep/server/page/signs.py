"""The signs of Markdown in a document's words: a reader is shown what they mean, and every offset stays as it was.

Only where the document is one of Markdown: anywhere else an asterisk is an asterisk.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.values import Citation, Passage

__all__ = ["HIDDEN", "meant", "quoted"]

HIDDEN = "sign"

_SUFFIXES = (".md", ".markdown", ".mdown", ".mkd", ".mdx")
_CODE = re.compile(r"(?<![\\`])(`{1,3})(?!`)[^`]{1,2000}\1(?!`)")
_LINK = re.compile(
    r"(?<!\\)(!?\[)[^\[\]]{1,1000}(\](?:\([^()\s]{0,2000}(?:\s{1,9}\"[^\"]{0,300}\")?\)|\[[^\[\]]{0,200}\]))"
)
_STRONG = re.compile(r"(?<![\\*])(\*\*|(?<!\w)__)(?=[^\s*_])[^*]{1,300}?(?<=[^\s\\])\1(?![*\w])")
_STARRED = re.compile(r"(?<![\\*\w])(\*)(?=[^\s*])[^*]{1,1000}(?<=[^\s\\])\1(?![*\w])")
_LINED = re.compile(r"(?<![\\_\w])(_)(?=[^\s_])[^_]{1,1000}(?<=[^\s\\])\1(?![_\w])")
_ESCAPE = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
_ANCHOR = re.compile(r"[ \t]{0,9}\{#[^{}\s]{1,200}\}[ \t]{0,9}$", re.MULTILINE)
_BEGINS = re.compile(r"^[ \t]{0,9}(?:#{1,6}[ \t]{1,9}|>[ \t]?)", re.MULTILINE)
# the end of a line that the next one goes on from, which is no row, item, heading or quote of its own
_WRAPPED = re.compile(r"(?<=[^\s|])[ \t]{0,9}\n[ \t]{0,9}(?=[^\s|#>*+-])(?!\d{1,4}[.)]\s)")


def meant(path: str, text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int, str]]:
    """What the words from ``start`` to ``end`` are shown as, span after span: ``strong``, ``em``, ``code``, "".

    A sign itself is ``HIDDEN``.
    """
    end = len(text) if end is None else end
    letters = _Letters(text, start, end)
    if path.lower().endswith(_SUFFIXES):
        letters.find()
    position = start
    for name, group in groupby(letters.shown):
        width = sum(1 for _ in group)
        yield position, position + width, name
        position += width


def quoted(piece: Citation | Passage) -> str:
    """The words of a citation or a passage, as they are shown beside an answer: in lines as wide as the page."""
    if not piece.path.lower().endswith(_SUFFIXES):
        return piece.text
    text = _BEGINS.sub("", piece.text)
    return _WRAPPED.sub(" ", "".join(text[a:b] for a, b, name in meant(piece.path, text) if name != HIDDEN))


class _Letters:
    """What each character from ``start`` to ``end`` is shown as; inside of code, and of a sign, there are no signs."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text, self._start, self._end = text, start, end
        self.shown = [""] * (end - start)

    def find(self) -> None:
        for each in _CODE.finditer(self._text, self._start, self._end):
            self._between(each, "code")
        for each in self._free(_LINK):
            self._show(*each.span(1), HIDDEN)
            self._show(*each.span(2), HIDDEN)
        for pattern, name in ((_STRONG, "strong"), (_STARRED, "em"), (_LINED, "em")):
            for each in self._free(pattern):
                self._between(each, name)
        for pattern in (_ESCAPE, _ANCHOR):
            for each in self._free(pattern):
                self._show(*each.span(), HIDDEN)

    def _free(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        for each in pattern.finditer(self._text, self._start, self._end):
            if self._is_free(each.start()) and self._is_free(each.end() - 1):
                yield each

    def _is_free(self, at: int) -> bool:
        return self.shown[at - self._start] not in ("code", HIDDEN)

    def _between(self, match: re.Match[str], name: str) -> None:
        left, right, width = *match.span(), len(match[1])
        for at in filter(self._is_free, range(left, right)):
            self.shown[at - self._start] = name
        self._show(left, left + width, HIDDEN)
        self._show(right - width, right, HIDDEN)

    def _show(self, left: int, right: int, name: str) -> None:
        self.shown[left - self._start : right - self._start] = [name] * (right - left)
