"""Scores the numbers of an answer, which readers rely on most."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from steep import Context, Offer, hookimpl, offer
from steep.values import Score

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Case, Metric


class Options(BaseModel, extra="forbid", frozen=True):
    """What a user may write beside `use = "my-metric"`."""

    digits: int = Field(default=1, ge=1, description="shorter numbers are not looked at")


_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class MyMetric:
    """1 where every number of the answer stands in a gold answer; not measured where there are none."""

    higher_is_better = True

    def __init__(self, *, digits: int) -> None:
        self._digits = digits

    def score(self, case: Case) -> Score:
        if not case.question.answerable:
            return Score(value=None, reason="the question has no gold answer")
        given = self._numbers(case.answer.text)
        if case.answer.abstained or not given:
            return Score(value=None, reason="the answer has no number")
        gold = frozenset[str]().union(*map(self._numbers, case.question.answers))
        return Score(value=len(given & gold) / len(given))

    def _numbers(self, text: str) -> frozenset[str]:
        found = (number.replace(",", "") for number in _NUMBER.findall(text))
        return frozenset(number for number in found if len(number) >= self._digits)


def build(options: Options, context: Context) -> Metric:
    return MyMetric(digits=options.digits)


@hookimpl
def steep_offers() -> Iterator[Offer[Any]]:
    yield offer(
        kind="metric",
        name="my-metric",
        summary="Share of the answer's numbers that a gold answer has",
        config=Options,
        build=build,
    )
