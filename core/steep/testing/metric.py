"""The laws of a metric. Subclass ``MetricContract``, give it a fixture ``metric``, and pytest does the rest."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from steep.kinds import Case
from steep.values import Answer, Citation, Hit, Passage, Question, Score, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from steep.kinds import Metric

__all__ = ["MetricContract", "metric_cases"]

_TEXT = "Hall B costs 12 EUR a day. Both halls close at nine.\n"
_ODD = ("", " ", "\x00", "a\u0301\u0327", "\u202eابجد", "九時", "🜁" * 3, "%", "the", "word " * 2000)


def metric_cases() -> tuple[Case, ...]:
    """Cases of all kinds: answered, abstained, answerable or not, with and without evidence, odd Unicode."""
    return tuple(_cases())


def _cases() -> Iterator[Case]:
    yield _case("right", "12 EUR")
    yield _case("wrong", "nine", wrong=True)
    yield _case("abstained", "", abstained=True)
    yield _case("declined", "", answers=(), abstained=True)
    yield _case("made-up", "12 EUR", answers=())
    yield _case("unlocated", "12 EUR", located=False)
    yield _case("uncited", "12 EUR", cited=False)
    yield _case("nothing-found", "12 EUR", retrieved=False)
    yield _case("closed-book", "12 EUR", cited=False, retrieved=False, arm="base")
    for number, odd in enumerate(_ODD):
        yield _case(f"odd-answer-{number}", odd)
        yield _case(f"odd-gold-{number}", "12 EUR", answers=(odd,))


def _case(
    name: str,
    text: str,
    *,
    answers: tuple[str, ...] = ("12 EUR",),
    abstained: bool = False,
    located: bool = True,
    cited: bool = True,
    retrieved: bool = True,
    wrong: bool = False,
    arm: str = "rag",
) -> Case:
    passage = Passage(document="d", version="v", path="tariff.md", title="", start=0, end=len(_TEXT), text=_TEXT)
    start = _TEXT.index("nine" if wrong else "12 EUR")
    quoted = _TEXT[start : start + 6]
    citation = Citation(document="d", version="v", path="tariff.md", start=start, end=start + 6, text=quoted)
    gold = Span(document="d", version="v", start=13, end=19, text="12 EUR")
    return Case(
        question=Question(id=name, question="What does hall B cost?", answers=answers),
        answer=Answer(
            question="What does hall B cost?",
            text=text,
            citations=(citation,) if cited and not abstained else (),
            confidence=None,
            abstained=abstained,
            hits=(Hit(passage=passage, score=1.0, rank=1),) if retrieved else (),
            arm="base" if arm == "base" else "rag",
            profile=arm,
        ),
        gold=(gold,) if located and answers else (),
    )


class MetricContract:
    """Override the fixture ``metric``. Each test is a law that the measure flow relies on."""

    @pytest.fixture
    def metric(self) -> Metric:
        raise NotImplementedError("override the fixture `metric` to return yours")

    def test_a_score_is_a_finite_number_or_none_with_a_reason(self, metric: Metric) -> None:
        """Never NaN: a figure that cannot be computed is None, and says why."""
        for case in metric_cases():
            score = metric.score(case)
            assert isinstance(score, Score), case.question.id
            if score.value is None:
                assert score.reason.strip(), f"{case.question.id}: a score of None needs a reason"
            else:
                assert math.isfinite(score.value), case.question.id

    def test_the_same_case_scores_the_same(self, metric: Metric) -> None:
        for case in metric_cases():
            assert metric.score(case) == metric.score(case), case.question.id

    def test_it_says_which_way_is_better(self, metric: Metric) -> None:
        assert metric.higher_is_better in (True, False, None)

    def test_a_perfect_case_is_not_worse_than_a_wrong_one(self, metric: Metric) -> None:
        """Where both can be measured, the gold answer with the gold citation is no worse than a wrong one."""
        good, bad = metric.score(_case("good", "12 EUR")).value, metric.score(_case("bad", "nine", wrong=True)).value
        if good is not None and bad is not None and metric.higher_is_better is not None:
            assert good >= bad if metric.higher_is_better else good <= bad
