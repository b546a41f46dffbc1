"""The words of a line of AsciiDoc without its markup: macros, references, attributes, marks of emphasis.

Code keeps its backticks, as in Markdown; what stands between them is not looked at. Rules are those of the language's
documentation (docs.asciidoctor.org), each linear in the length of the text.
"""

from __future__ import annotations

import re

_KNOWN = {
    "empty": "", "sp": " ", "nbsp": " ", "zwsp": "", "wj": "", "plus": "+", "vbar": "|", "startsb": "[", "endsb": "]",
    "caret": "^", "asterisk": "*", "tilde": "~", "backslash": "\\", "backtick": "`", "two-colons": "::", "amp": "&",
    "lt": "<", "gt": ">", "quot": '"', "apos": "'", "deg": "°", "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”",
    "two-semicolons": ";;", "brvbar": "¦", "cpp": "C++", "pp": "++", "blank": "",
}  # fmt: skip
_CODE = re.compile(
    r"(`\+[^`\n]{1,2000}\+`|`[^`\n]{1,2000}`|\+\+\+[^+\n]{0,2000}\+\+\+|pass:[a-z,]{0,20}\[[^\]\n]{0,2000}\])"
)
_ATTRIBUTE = re.compile(r"(\\?)\{([\w][\w-]{0,60})\}")
_NOTE = re.compile(r"footnote(?:ref)?:([\w-]{0,60})\[([^\]\n]{0,4000})\]")
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\[\[[^\]\n]{1,200}\]\]|\banchor:[\w-]{1,100}\[[^\]\n]{0,200}\]"), ""),
    (re.compile(r"\(\(\([^()\n]{1,200}\)\)\)|\bindexterm:\[[^\]\n]{0,200}\]|\bicon:[\w-]{1,60}\[[^\]\n]{0,200}\]"), ""),
    (re.compile(r"\(\(([^()\n]{1,200})\)\)|\bindexterm2:\[([^\]\n]{0,200})\]"), r"\1\2"),
    (re.compile(r"<<[^,<>\n]{1,300},[ \t]*([^<>\n]{1,500})>>"), r"\1"),
    (re.compile(r"<<#?([^,<>\n]{1,300})>>"), r"\1"),
    (re.compile(r"\bxref:([^\s\[\]]{1,300})\[\]"), r"\1"),
    (re.compile(r"\bxref:[^\s\[\]]{1,300}\[([^\]\n]{1,500})\]"), r"\1"),
    (re.compile(r"\b(?:link:|mailto:)([^\s\[\]]{1,500})\[\]"), r"\1"),
    (
        re.compile(
            r"\b(?:link:|mailto:|(?=https?://|ftp://|irc://))[^\s\[\]]{1,500}\[\"?([^\]\n\"]{1,500}?)(?:\"?,[^\]\n]{0,200})?\^?\"?\]"
        ),
        r"\1",
    ),
    (re.compile(r"\b(https?://[^\s\[\]]{1,500})\[\]"), r"\1"),
    (re.compile(r"\bimage:[^\s:\[\]][^\s\[\]]{0,300}\[\"?([^\],\"\n]{0,300})[^\]\n]{0,300}\]"), r"\1"),
    (re.compile(r"\b(?:kbd|btn|stem|latexmath|asciimath):\[([^\]\n]{0,500})\]"), r"\1"),
    (re.compile(r"\bmenu:([^\[\]\n]{1,200})\[\]"), r"\1"),
    (re.compile(r"\bmenu:([^\[\]\n]{1,200})\[([^\]\n]{1,200})\]"), r"\1 > \2"),
    (re.compile(r"\[[.#%][^\]\n]{0,100}\](?=[#*_`])"), ""),
    *((re.compile(rf"{mark}{mark}(?=\S)([^\n{mark}]{{1,2000}}){mark}{mark}"), r"\1") for mark in (r"\*", "_", "#")),
    *(
        (
            re.compile(
                rf"(?<![\w\\{mark}]){mark}(?=[^\s{mark}])([^\n{mark}]{{0,2000}}[^\s{mark}]){mark}(?![\w{mark}])"
            ),
            r"\1",
        )
        for mark in (r"\*", "_", "#")
    ),
    (re.compile(r"(?<=\w)\^([^\s^]{1,40})\^"), r"^\1"),
    (re.compile(r"(?<=\w)~([^\s~]{1,40})~"), r"_\1"),
    (re.compile(r"\\(?=[*_`#^~{<\[])"), ""),
)
_QUOTES = ((re.compile(r"\"`([^`\n]{1,500})`\""), r"“\1”"), (re.compile(r"'`([^`\n]{1,500})`'"), r"‘\1’"))
_BREAK = re.compile(r"[ \t]\+[ \t]*$", re.MULTILINE)


class Inline:
    """Makes words of markup. ``attributes`` are those that the document has defined so far; ``notes`` its footnotes."""

    def __init__(self) -> None:
        self.attributes: dict[str, str] = {}
        self.notes: list[str] = []

    def words(self, text: str) -> str:
        text = _BREAK.sub("", text)
        for pattern, to in _QUOTES:
            text = pattern.sub(to, text)
        pieces = _CODE.split(text)
        return "".join(self._code(piece) if at % 2 else self._plain(piece) for at, piece in enumerate(pieces)).strip()

    def _defined(self, found: re.Match[str]) -> str:
        if found[1]:
            return found[0][1:]
        return self.attributes.get(found[2], _KNOWN.get(found[2], found[0]))

    def _plain(self, text: str) -> str:
        text = _NOTE.sub(self._noted, _ATTRIBUTE.sub(self._defined, text))
        for pattern, to in _RULES:
            text = pattern.sub(to, text)
        return text

    def _noted(self, found: re.Match[str]) -> str:
        """A footnote stands at the end of the text, under its number."""
        if found[2].strip():
            self.notes.append(found[2].strip())
        return f" [{len(self.notes)}]" if self.notes else ""

    def _code(self, piece: str) -> str:
        """Attributes are said in code too, but not where it is literal."""
        if piece.startswith("`+") and piece.endswith("+`") and len(piece) > 4:
            return f"`{piece[2:-2]}`"
        if piece.startswith("`"):
            return _ATTRIBUTE.sub(self._defined, piece)
        return piece[3:-3] if piece.startswith("+++") else piece[piece.index("[") + 1 : -1]
