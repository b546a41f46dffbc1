"""Examples: "tools such as A and B" answers "What are examples of …?"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.language import word_set
from steep_plugins.synthesizers.structure.candidate import Candidate
from steep_plugins.synthesizers.structure.verbs import BASES, GERUND, PAST, THIRD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep_plugins.synthesizers.structure.outline import Section
    from steep_plugins.synthesizers.structure.statements import Statement
    from steep_plugins.synthesizers.structure.voice import Voice
_SUCH = re.compile(
    r"(?P<before>(?:[\w-]+ ){1,4})?(?P<head>[a-z-]{3,}s)\b,? \(?(?:such as|like|for example|e\.g\.),? "
    r"(?P<items>[^.;:()]{3,110}?)(?=[.;:()]|$)"
)
_LIST = re.compile(r"^(?P<all>[^,]{2,40}(?:, [^,]{2,40})*(?:,? (?:and|or) [^,]{2,40})?)$")
_END = re.compile(
    r",? (?:which|that|to|in order|because|so|if|when|are|is|can|will|should|then|for (?:the|a)|who|etc)\b.*$"
)
_NO_ITEM = re.compile(
    r"(?:an?|the|how|when|if|to|not|where|what|in|on|doing|being|\w+ing)\s|.*\bthere$|.*, fall|.*, how|"
    r".*\b(?:people|ways|things|cases|items|process|reasons)$",
    re.I,
)
_FUNCTION = word_set(
    """
    the a an of in on at to for from by with and or but if when while as some any all many most other such these
    those this that your our their its use using other more various several different no not than also any common
    certain via since around before after about into over under per through given s unique bigger sub is are was
    were has have can will do does be being like as
    """
)

_OF_ANOTHER = word_set("from of with for in on by at per within across")


def propose(section: Section, statements: tuple[Statement, ...], voice: Voice) -> Iterator[Candidate]:
    for statement in statements:
        match = _SUCH.search(statement.text)
        if match is None or " like " in match.group()[: match.start("items") - match.start()]:
            continue
        what, items = _what(match), _END.sub("", match["items"]).strip(" ,")
        if not re.search(r",| and | or ", items) or re.match(
            r"(?:more|few|additional|certain|specific|potential|native)\b", what
        ):
            continue
        if (
            not what
            or not _LIST.match(items)
            or len(items.split()) > 12
            or _NO_ITEM.match(items)
            or _NO_ITEM.search(what)
        ):
            continue
        yield Candidate(
            question=voice.styled(
                voice.pick(f"what are examples of {what}", f"what are some {what}", f"can you give examples of {what}")
            ),
            answer=statement.line.cut(match.start("items"), match.start("items") + len(items)),
            kind="example",
            rule="instances:such-as",
            entity=what,
        )


def _what(match: re.Match[str]) -> str:
    """The noun before "such as" with the words before it that describe it."""
    words: list[str] = []
    before = (match["before"] or "").split()
    for word in reversed(before):
        lower = word.lower()
        if lower in _FUNCTION or lower in BASES or lower in THIRD or lower in PAST or lower in GERUND:
            break
        words.insert(0, word)
    if any(word.lower() in _OF_ANOTHER for word in before):
        return ""  # the examples may be of the noun before it: "metrics from Unix systems, such as memory"
    head = match["head"]
    return " ".join([*words, head]) if words and head not in THIRD and len(words) <= 2 else ""
