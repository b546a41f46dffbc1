"""The generator `cascade`: a quick generator answers, a careful one where it is not sure or a sentence is wanted."""

from __future__ import annotations

from collections.abc import Generator as Generated
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from steep.kinds import Abstain, Quote, Said, Weighed, drafted
from steep.language import language_of
from steep.measuring.scoring import tokens
from steep.prompts import MARKER
from steep_plugins.generators.comparing import compared
from steep_plugins.languages import manners

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from steep.kinds import Asked, AtHand, Draft, Saying

_SHARED = 0.25  # of an answer's words; of 48 that were judged less had 10 wrong ones and 1 right one (MEASURED.md)


class Cascade:
    """``quick`` and ``careful`` are generators by name; ``sure`` is the confidence from which a quick answer is given.

    What only a model can do goes to the careful one at once: an answer without passages, in another form, a summary,
    or, with ``sentences``, to a question that asks how or why. Where that one abstains, a quick answer still counts.

    Where the quick one is less sure than ``doubt``, in English, a careful answer counts only if the quick one, made to
    answer, finds some of it likeliest too: two that read alike by chance are rare. 0 asks for no such agreement.
    """

    digest = ""
    closed_book = True

    def __init__(self, *, quick: str, careful: str, sure: float, sentences: bool, doubt: float = 0.0) -> None:
        self._quick = quick
        self._careful = careful
        self._sure = sure
        self._sentences = sentences
        self._doubt = doubt

    @property
    def others(self) -> tuple[str, ...]:
        return (self._quick, self._careful)

    def answer(self, asked: Asked, at_hand: AtHand) -> Iterator[Saying]:
        if (both := compared(asked, at_hand, self.answer)) is not None:
            yield from both
            return
        if _asks_a_model(asked) or _formed(asked.question):
            yield from at_hand.through(self._careful, asked)
            return
        quick = list(at_hand.through(self._quick, asked))
        draft = drafted(quick)
        sure = not draft.abstained and (draft.aside or (draft.confidence or 0.0) >= self._sure)
        if sure and not (self._sentences and _explains(asked.question) and not draft.aside):
            yield from quick
            return
        careful = at_hand.through(self._careful, asked)
        if self._doubts(draft, asked):
            careful = _agreed(careful, draft, lambda: at_hand.through(self._quick, replace(asked, insist=True)))
        yield from _careful_or(careful, quick, abstained=draft.abstained)

    def _doubts(self, draft: Draft, asked: Asked) -> bool:
        """Whether the quick one holds it unlikely that there is an answer; it was taught English."""
        known = draft.confidence is not None and draft.confidence < self._doubt
        return known and not asked.insist and language_of(asked.question).code in ("", "en")


def _agreed(careful: Iterator[Saying], doubted: Draft, likeliest: Callable[[], Iterator[Saying]]) -> Iterator[Saying]:
    """What the careful one says, once it is whole, where the quick one's likeliest answer shares words with it."""
    held = list(careful)
    said = drafted(held)
    if said.abstained or said.aside or _share(said.text, drafted(likeliest()).text) >= _SHARED:
        yield from held
        return
    yield from (replace(each, confidence=doubted.confidence) for each in held if isinstance(each, Weighed))
    yield Abstain(reason="the two that read the passages do not agree on what answers it")


def _share(answer: str, other: str) -> float:
    words, known = tokens(MARKER.sub(" ", answer)), set(tokens(other))
    return sum(word in known for word in words) / max(1, len(words))


def _careful_or(careful: Iterator[Saying], quick: list[Saying], *, abstained: bool) -> Iterator[Saying]:
    """What the careful one says; where it says that there is no answer, the quick one, or what came nearest."""
    held: list[Saying] = []
    try:
        for each in careful:
            if isinstance(each, Said):
                yield from chain(held, [each], careful)
                return
            if isinstance(each, Abstain) and not abstained:
                yield from quick
                return
            if isinstance(each, Abstain):
                held += [near for near in quick if isinstance(near, Quote)]
            held.append(each)
        yield from held
    finally:
        if isinstance(careful, Generated):
            careful.close()


def _asks_a_model(asked: Asked) -> bool:
    """Whether more is asked for than words of the documents."""
    further = asked.schema is not None or asked.chances is not None or bool(asked.functions or asked.since)
    return further or not asked.grounded


def _formed(question: str) -> bool:
    """Whether a summary is asked for, or the answer in a form: bullets, JSON, so many sentences or items."""
    known = manners(language_of(question))
    return known is not None and (known.summary_asked(question) or known.unformed(question) != question)


def _explains(question: str) -> bool:
    from steep_plugins.languages.en.questions import explains

    return language_of(question).code in ("", "en") and explains(question)
