"""The answer that stands behind a question in a document, for who asks that very question: "**May I …?** No, …".

It rests on the words that both questions share, in whatever language, and on the document's own layout.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.language import content_stems, language_of, words
from steep.values import item_words
from steep_plugins.languages.en.questions import states

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.language import Language
    from steep_plugins.generators.reader.reading import Text

Range = tuple[int, int]

# a mark within a word asks nothing: it is part of an address, as of one that carries words away
_ASKED = re.compile(r"[^?？؟]{3,300}(?:[？؟]|\?(?=[*_:\"'”’»“)-]{0,6}(?:[\s–—]|$)))")
_BETWEEN = re.compile(r"[\s*_:\"'”’»“)–—-]*")  # stands between a question and its answer, and is of neither
_ENOUGH = 2  # words that a question must have, to be another one that says more


def answered(question: str, text: Text) -> Range | None:
    """Where the answer to the question stands, if one question of the text, and no other, asks the same."""
    said_here = list(_answers(text))
    if not said_here:
        return None
    told = language_of(text.text)  # a question alone is often too short to tell its language
    spoken = told if told.stemmer else None
    asked = content_stems(question, spoken)
    found = [
        (stems, place)
        for said, place in said_here
        if asked and asked <= (stems := content_stems(said, spoken)) and states(question) == states(said)
        if len(asked) >= _ENOUGH or _alike(question, said, spoken)
    ]
    if len(found) > 1:
        found = [each for each in found if each[0] == asked]
    return found[0][1] if len(found) == 1 else None


def _alike(one: str, other: str, told: Language | None) -> bool:
    """Whether questions with hardly a word are the same: "How do I pay?" is not "Where do I pay?"."""
    same = content_stems(one, told) == content_stems(other, told)
    return same and words(one, told)[0].stem == words(other, told)[0].stem


def _answers(text: Text) -> Iterator[tuple[str, Range]]:
    """Each question, and where its answer stands: behind it, or in the paragraph that follows."""
    blocks = text.laid
    for number, block in enumerate(blocks):
        if block.kind not in ("paragraph", "item"):
            continue
        start, _ = item_words(text.text, block) if block.kind == "item" else (block.start, block.end)
        found = _ASKED.match(text.text, start, block.end)
        if found is None:
            continue
        begin, end = _behind(text.text, found.end(), block.end)
        after = blocks[number + 1] if number + 1 < len(blocks) else None
        if begin == end and after is not None and after.kind == "paragraph":
            begin, end = _behind(text.text, after.start, after.end)
        if begin < end and not _ASKED.fullmatch(text.text, begin, end):
            yield found.group(), (begin, end)


def _behind(text: str, start: int, end: int) -> Range:
    between = _BETWEEN.match(text, start, end)
    begin = between.end() if between else start
    return begin, max(begin, start + len(text[start:end].rstrip()))
