"""Whether what an answer says stands in the passages that it cites or was shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.language import content_stems, numbers, numbers_held, sentence_spans, support
from steep.prompts import MARKER
from steep.values import Score

if TYPE_CHECKING:
    from collections.abc import Callable

    from steep.kinds import Case


def by_words(sentence: str, passage: str) -> float:
    """How far a passage supports a sentence, 0 to 1: the share of its content words, and 0 where a number is missing.

    It compares words, not meanings: a paraphrase in quite other words looks unsupported. Whoever can judge better, as a
    model that was taught this one job, is given to the metric instead.
    """
    return support(sentence, passage) if numbers(sentence) <= numbers_held(passage) else 0.0


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """The share of an answer's sentences that one of the cited passages supports, or of all that were found if none is.

    A sentence is supported when ``judge`` gives ``least`` or more. Sentences without a word that carries meaning, as
    "Yes.", state nothing to support.
    """

    least: float = 0.6
    judge: Callable[[str, str], float] = by_words
    higher_is_better: bool = True

    def score(self, case: Case) -> Score:
        answer = case.answer
        if answer.abstained:
            return Score(value=None, reason="it abstained")
        if answer.arm in ("base", "tuned"):
            return Score(value=None, reason=f"the arm {answer.arm} has no passages to be faithful to")
        cited = {citation.passage for citation in answer.citations}
        found = [hit.passage for hit in answer.hits]
        passages = [each for each in found if each.id in cited] or found
        if not passages:
            return Score(value=None, reason="no passages were found")
        text = MARKER.sub("", answer.text)
        said = [text[start:end] for start, end in sentence_spans(text) if content_stems(text[start:end])]
        if not said:
            return Score(value=None, reason="the answer states nothing")
        evidence = [each.indexed_text for each in passages]
        supported = [max(self.judge(sentence, shown) for shown in evidence) >= self.least for sentence in said]
        return Score(value=sum(supported) / len(supported))
