"""What is known of a language by hand, a room each: a part asks for the rules of one, and may be told there are none.

What depends on no language (tables, keys and values, lists, headings) stays with the part, and works in all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from steep import Context, NoOptions, Offer, hookimpl, offer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from random import Random

    from steep.kinds import Rewriter
    from steep.language import Language
    from steep.values import Document, Message, Pair, Passage
    from steep_plugins.languages.en.comparisons import Side
    from steep_plugins.languages.en.forms import Form
    from steep_plugins.languages.en.stretches import Stretch
    from steep_plugins.synthesizers.structure.plain import Candidate, Subject


class Asking(Protocol):
    """How questions are asked in a language: what a document's own sentences, tables and headings answer."""

    def candidates(self, document: Document, rng: Random) -> Iterator[Candidate]: ...

    def telling(self, question: str) -> frozenset[str]:
        """The words by which two questions are known for the same one."""
        ...

    def unanswerable_pairs(
        self, written: Sequence[Subject], passages: Sequence[Passage], *, limits: tuple[int, int], seed: int
    ) -> Iterator[Pair]: ...


def asking(language: Language) -> Asking | None:
    """The rules for asking in a language, or None; a text that does not tell its language is taken for English."""
    if language.code not in ("", "en"):
        return None
    from steep_plugins.languages.en import asking as english

    return english


class Stretching(Protocol):
    """What a model can be let ask for in a language, and which of the questions it writes are fit."""

    def stretches(self, document: Document, rng: Random) -> Iterator[Stretch]: ...

    def told(self, stretch: Stretch, question: str) -> Candidate | None: ...


def stretching(language: Language) -> Stretching | None:
    """The rules for stretches in a language, or None; a text that does not tell its language is taken for English."""
    if language.code not in ("", "en"):
        return None
    from steep_plugins.languages.en import stretches as english

    return english


def leans(language: Language) -> Callable[[str], bool] | None:
    """What tells whether a question may lean on the turns before it; None for a language without such rules."""
    if language.code not in ("", "en"):
        return None
    from steep_plugins.languages.en.follow_ups import may_lean

    return may_lean


def asked_again(language: Language, question: str, turns: Sequence[Message]) -> str | None:
    """The question before in the form that is asked for now; None where none is, or by no rules of the language."""
    if language.code not in ("", "en"):
        return None
    from steep_plugins.languages.en.follow_ups import standalone
    from steep_plugins.languages.en.reforms import form_asked_again

    return None if form_asked_again(question) is None else standalone(question, turns)


class Manners(Protocol):
    """What people say beside questions, in a language."""

    def courtesy(
        self, question: str, titles: Callable[[], Mapping[str, str]], asked: Sequence[str] = ()
    ) -> str | None: ...

    def summary_asked(self, question: str) -> bool: ...

    def summary_subject(self, question: str) -> str: ...

    def compared(self, question: str) -> tuple[Side, Side] | None: ...

    def contrasts(self, sentence: str) -> bool: ...

    def asked_form(self, question: str) -> Form: ...

    def unformed(self, question: str) -> str: ...


def manners(language: Language) -> Manners | None:
    """The manners of a language, or None; a text that does not tell its language is taken for English."""
    if language.code not in ("", "en"):
        return None
    from steep_plugins.languages.en import manners as english

    return english


def _english(options: NoOptions, context: Context) -> Rewriter:
    from steep_plugins.languages.en.follow_ups import FollowUps

    return FollowUps()


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="rewriter",
        name="english",
        summary="Follow-up questions in English, by rules",
        build=_english,
    )
