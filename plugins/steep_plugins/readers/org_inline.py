"""The words of a line of Org without its markup: links, notes, emphasis, macros.

Rules are those of Org's syntax (orgmode.org/worg/org-syntax.html); each is linear in the length of the text.
"""

from __future__ import annotations

import re

_CODE = re.compile(r"((?<![\w~=])(?:=(?=\S)[^\n=]{0,2000}(?<=\S)=|~(?=\S)[^\n~]{0,2000}(?<=\S)~)(?![\w=~]))")
_MACRO = re.compile(r"\{\{\{([\w-]{1,60})(?:\(([^()\n]{0,500})\))?\}\}\}")
_NOTE = re.compile(r"[ \t]?\[fn:([\w-]{0,60})(?::([^\[\]\n]{1,2000}))?\]")
_PICTURE = re.compile(
    r"\[\[(?:file:|https?://|\./|\.\./)?[^\[\]\n]{1,500}\.(?:png|jpe?g|gif|svg|webp)\]\]", re.IGNORECASE
)
_MARKS = (r"\*", "/", "_", r"\+")
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (_PICTURE, ""),
    (re.compile(r"\[\[[^\[\]\n]{1,1000}\]\[([^\[\]\n]{1,1000})\]\]"), r"\1"),
    (re.compile(r"\[\[(?:file:|id:|\*|#)?([^\[\]\n]{1,1000})\]\]"), r"\1"),
    (re.compile(r"<<<([^<>\n]{1,300})>>>"), r"\1"),
    (re.compile(r"<<[^<>\n]{1,300}>>"), ""),
    (re.compile(r"@@[\w-]{1,30}:[^@\n]{0,500}@@"), ""),
    (re.compile(r"\bsrc_[\w-]{1,30}(?:\[[^\]\n]{0,200}\])?\{([^{}\n]{0,500})\}"), r"`\1`"),
    (re.compile(r"[<\[](\d{4}-\d\d-\d\d(?: [^<>\[\]\n]{1,40})?)[>\]]"), r"\1"),
    (re.compile(r"\[(?:\d{1,4}/\d{1,4}|\d{1,3}%|/|%)\]"), ""),
    *(
        (
            re.compile(
                rf"(?<![\w{each}\\:/]){each}((?=[^\s{each}])[^\n{each}]{{0,2000}}[^\s{each}]){each}(?![\w{each}/])"
            ),
            r"\1",
        )
        for each in _MARKS
    ),
    (re.compile(r"[ \t]*\\\\[ \t]*$", re.MULTILINE), ""),
    (re.compile(r"\\nbsp(?:\{\})?"), " "),
)  # fmt: skip


class Inline:
    """Makes words of markup. ``macros`` are those that the document defines; ``notes`` its footnotes by number."""

    def __init__(self) -> None:
        self.macros: dict[str, str] = {}
        self.notes: dict[int, str] = {}
        self._numbers: dict[str, int] = {}

    def words(self, text: str) -> str:
        pieces = _CODE.split(text)
        said = "".join(f"`{piece[1:-1]}`" if at % 2 else self._plain(piece) for at, piece in enumerate(pieces))
        return said.strip()

    def _plain(self, text: str) -> str:
        text = _NOTE.sub(self._noted, _MACRO.sub(self._expanded, text))
        for pattern, to in _RULES:
            text = pattern.sub(to, text)
        return text

    def _expanded(self, found: re.Match[str]) -> str:
        given = [each.strip() for each in (found[2] or "").split(",")]
        if found[1] not in self.macros:
            return ", ".join(given)
        return re.sub(
            r"\$(\d)",
            lambda one: given[int(one[1]) - 1] if 0 < int(one[1]) <= len(given) else "",
            self.macros[found[1]],
        )

    def note(self, name: str, words: str) -> None:
        """What a footnote says, wherever it is said."""
        self.notes[self._number(name)] = words.strip()

    def _number(self, name: str) -> int:
        """Footnotes are counted as they are first named; one without a name is another each time."""
        return self._numbers.setdefault(name or f"[{len(self._numbers)}]", len(self._numbers) + 1)

    def _noted(self, found: re.Match[str]) -> str:
        if found[1] or found[2] is not None:
            number = self._number(found[1])
            if found[2] is not None:
                self.notes[number] = found[2].strip()
            return f" [{number}]"
        return ""
