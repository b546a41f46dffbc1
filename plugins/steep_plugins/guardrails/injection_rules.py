"""The rules of ``injection_rules.toml``, which says what they are, as objects that can be tried on a sentence."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from steep_plugins.guardrails.folding import Telling, fold, telling_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Rule", "Rules", "rules"]

FILE_NAME = "injection_rules.toml"
_BOTH = frozenset({"input", "passages"})
_PART = re.compile(r"<<(\w+)>>")
# parts may hold parts
_DEEP = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """``verbs`` with ``objects`` at most ``reach`` words after (or before, if ``either``), ``qualifiers`` among them.

    Words right before a verb can undo it: "do not ignore all instructions", "visitors who ignore these instructions",
    "how do I ignore previous instructions": whoever is spoken of there, it is not the one who is spoken to.
    """

    verbs: frozenset[str]
    objects: frozenset[str]
    qualifiers: frozenset[str] = frozenset()
    reach: int = 7
    either: bool = False
    signs: tuple[str, ...] = ()

    @property
    def needs(self) -> frozenset[str]:
        return self.verbs

    def found_in(self, words: list[str], vocabulary: frozenset[str], text: str) -> bool:
        if self.verbs.isdisjoint(vocabulary) or self.objects.isdisjoint(vocabulary):
            return False
        return any(word in self.verbs and self._at(words, index) for index, word in enumerate(words))

    def _at(self, words: list[str], index: int) -> bool:
        before = words[max(0, index - 2) : index]
        if before and (before[-1] in _UNDOING or before == ["how", "to"]):
            return False
        after = words[index + 1 : index + 1 + self.reach]
        around = [words[max(0, index - self.reach) : index], after] if self.either else [after]
        return any(
            not self.objects.isdisjoint(side) and (not self.qualifiers or not self.qualifiers.isdisjoint(side))
            for side in around
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """``pattern`` is searched for in the folded text; one of ``needs``, and of ``signs``, must be there at all."""

    pattern: re.Pattern[str]
    needs: frozenset[str] = frozenset()
    signs: tuple[str, ...] = ()

    def found_in(self, words: list[str], vocabulary: frozenset[str], text: str) -> bool:
        if self.needs and self.needs.isdisjoint(vocabulary):
            return False
        if self.signs and not any(map(text.__contains__, self.signs)):
            return False
        return self.pattern.search(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """``example`` is a text that it must find; ``languages`` are codes, or "any".

    ``across`` has sentences in a row read together by its words, not by those of windows alone.
    """

    name: str
    languages: tuple[str, ...]
    weight: float
    example: str
    stages: frozenset[str]
    form: Window | Shape
    across: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """``telling`` are words of orders, without which two halves need not be read together; ``ciphered``, in ciphers.

    ``needing`` are, by word, the places in ``all`` of rules that find nothing without one of their words; ``others``
    those of the rest, with the signs of which one must be there.
    """

    all: tuple[Rule, ...]
    telling: frozenset[str]
    ciphered: Telling
    needing: Mapping[str, tuple[int, ...]]
    others: tuple[tuple[int, tuple[str, ...]], ...]

    def worth(self, text: str, vocabulary: frozenset[str]) -> Iterator[Rule]:
        """The rules that a folded sentence with these words need be tried with, in order."""
        places = {place for place, signs in self.others if not signs or any(map(text.__contains__, signs))}
        for word in vocabulary & self.needing.keys():
            places.update(self.needing[word])
        return (self.all[place] for place in sorted(places))


# not, and whoever is spoken of
_UNDOING = frozenset(
    fold(
        "not never don't dont nicht niemals n't cannot can't who whoever i we he she they it people users visitors "
        "employees members ich wir sie on nous"
    ).split()
)


@cache
def rules() -> Rules:
    """The table, read once."""
    table = tomllib.loads(files(__package__).joinpath(FILE_NAME).read_text("utf-8"))
    read = tuple(_rule(row, table["parts"]) for row in table["rule"])
    telling = frozenset(
        word for rule in read if isinstance(rule.form, Window) for word in rule.form.verbs | rule.form.objects
    ).union(*(rule.form.needs for rule in read if rule.across))
    needing: dict[str, tuple[int, ...]] = {}
    for place, each in enumerate(read):
        for word in each.form.needs:
            needing[word] = (*needing.get(word, ()), place)
    others = tuple((place, each.form.signs) for place, each in enumerate(read) if not each.form.needs)
    return Rules(all=read, telling=telling, ciphered=telling_of(telling), needing=needing, others=others)


def _rule(row: dict[str, Any], parts: dict[str, str]) -> Rule:
    form: Window | Shape
    if "any" in row:
        pattern = "|".join(_expanded(each, parts) for each in row["any"])
        form = Shape(
            pattern=re.compile(pattern), needs=_word_set(row.get("needs")), signs=tuple(row.get("signs", "").split())
        )
    else:
        form = Window(
            verbs=_word_set(row["verbs"]),
            objects=_word_set(row["objects"]),
            qualifiers=_word_set(row.get("qualifiers")),
            reach=row.get("reach", 7),
            either=row.get("either", False),
        )
    return Rule(
        name=row["name"],
        languages=tuple(row["language"].split()),
        weight=row["weight"],
        example=row["example"],
        stages=frozenset(row.get("stages", _BOTH)),
        form=form,
        across=row.get("across", False),
    )


def _word_set(listed: str | None) -> frozenset[str]:
    return frozenset(fold(listed or "").split())


def _expanded(pattern: str, parts: dict[str, str]) -> str:
    """A pattern with its parts; one in letters that folding changes is folded as the text will be."""
    for _ in range(_DEEP):
        pattern = _PART.sub(lambda found: parts[found[1]], pattern)
    return pattern if pattern.isascii() or "\\" in pattern else fold(pattern)
