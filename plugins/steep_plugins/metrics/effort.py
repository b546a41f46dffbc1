"""How long answers are and how fast they are written: no virtues by themselves, and to be known beside the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steep.values import Score

if TYPE_CHECKING:
    from steep.kinds import Case

GENERATE = "generate"  # the stage in which a generator writes


class AnswerWords:
    """How many words an answer has. Neither more nor fewer is better; longer answers do score higher elsewhere."""

    higher_is_better = None

    def score(self, case: Case) -> Score:
        if case.answer.abstained:
            return Score(value=None, reason="it abstained")
        return Score(value=float(len(case.answer.text.split())))


class WordsPerSecond:
    """The words of an answer over the seconds that its generator took, as timed when it was asked."""

    higher_is_better = True

    def score(self, case: Case) -> Score:
        if case.answer.abstained:
            return Score(value=None, reason="it abstained")
        return _a_second(len(case.answer.text.split()), case)


class TokensPerSecond:
    """The tokens that were written for an answer over the seconds that its generator took, reading included.

    All that was written counts, also what was taken out of the answer afterwards.
    """

    higher_is_better = True

    def score(self, case: Case) -> Score:
        if not case.answer.tokens:
            return Score(value=None, reason="nothing counted tokens that were written")
        return _a_second(case.answer.tokens, case)


class AnswerTokens:
    """How many tokens were written for an answer, also for one that was withheld; neither more nor fewer is better."""

    higher_is_better = None

    def score(self, case: Case) -> Score:
        if not case.answer.tokens:
            return Score(value=None, reason="nothing counted tokens that were written")
        return Score(value=float(case.answer.tokens))


def _a_second(count: int, case: Case) -> Score:
    seconds = sum(each.milliseconds for each in case.answer.timings if each.stage == GENERATE) / 1000
    if seconds <= 0:
        return Score(value=None, reason="the time of writing was not taken")
    return Score(value=count / seconds)
