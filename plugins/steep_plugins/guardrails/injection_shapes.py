"""What an order to the model looks like, as weighted rules over one folded sentence.

Two shapes of rule. A ``Window`` wants a verb, what it is about, and a qualifier within a few words of each other, in
any of several languages. A ``Shape`` is a regular expression. Both run in linear time: windows look at a bounded number
of words, and no quantifier of a shape is unbounded or nested in one that is.

A rule that would also find ordinary prose of manuals is used on questions only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from steep_plugins.guardrails.folding import fold

__all__ = ["INPUT", "Rule", "Shape", "Window", "gap", "shape", "word_set"]

BOTH = frozenset({"input", "passages"})
INPUT = frozenset({"input"})


def word_set(listed: str) -> frozenset[str]:
    return frozenset(fold(listed).split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """``verbs`` with ``objects`` at most ``reach`` words after (or before, if ``either``), ``qualifiers`` among them.

    Without ``qualifiers`` none is wanted. A word right before a verb can undo it: "do not ignore all instructions",
    "visitors who ignore these instructions".
    """

    name: str
    weight: float
    verbs: frozenset[str]
    objects: frozenset[str]
    qualifiers: frozenset[str] = frozenset()
    reach: int = 7
    either: bool = False
    stages: frozenset[str] = BOTH

    def matches(self, words: list[str], vocabulary: frozenset[str], text: str) -> bool:
        if not (vocabulary & self.verbs and vocabulary & self.objects):
            return False
        return any(word in self.verbs and self._at(words, index) for index, word in enumerate(words))

    def _at(self, words: list[str], index: int) -> bool:
        if index and words[index - 1] in _UNDOING:
            return False
        after = words[index + 1 : index + 1 + self.reach]
        around = [words[max(0, index - self.reach) : index], after] if self.either else [after]
        return any(
            not self.objects.isdisjoint(side) and (not self.qualifiers or not self.qualifiers.isdisjoint(side))
            for side in around
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """``pattern`` is searched for in the folded text; ``needs`` are words one of which must be there at all."""

    name: str
    weight: float
    pattern: re.Pattern[str]
    needs: frozenset[str] = frozenset()
    stages: frozenset[str] = BOTH

    def matches(self, words: list[str], vocabulary: frozenset[str], text: str) -> bool:
        if self.needs and not vocabulary & self.needs:
            return False
        return self.pattern.search(text) is not None


Rule = Window | Shape

_UNDOING = word_set("not never don't dont nicht niemals n't cannot can't who whoever")


def shape(name: str, weight: float, pattern: str, needs: str = "", stages: frozenset[str] = BOTH) -> Shape:
    return Shape(name=name, weight=weight, pattern=re.compile(pattern), needs=word_set(needs), stages=stages)


# up to n words between; a word here is anything but a space
def gap(most: int) -> str:
    return rf"(?: [^ ]{{1,30}}){{0,{most}}} "
