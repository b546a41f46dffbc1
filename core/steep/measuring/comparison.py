"""Two arms on the same questions: what differs, how sure that is, and what could have been seen.

Only questions that were scored in both arms count. Clusters are documents. Where the questions rest on fewer than
``FEWEST`` documents, single questions are resampled instead, and the comparison says so: it then speaks of these
documents only. With fewer than ``FEWEST`` questions nothing is computed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Literal

from steep.measuring.statistics import Clustered, bootstrap, detectable, holm, sign_flip

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FEWEST = 5
SIGNIFICANT = 0.05

Unit = Literal["document", "question"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One question's value for one metric in one arm, with the document it rests on ("" for none)."""

    question: str
    document: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """``difference`` is the mean of ``arm`` less that of ``over``, on the ``questions`` scored in both.

    ``p`` is of the sign-flip test, ``p_adjusted`` after Holm over all pairs of arms for this metric. ``detectable`` is
    the smallest difference that would have been seen with 80 % power. ``reason`` says why any of them is None.
    """

    metric: str
    arm: str
    over: str
    questions: int
    clusters: int
    unit: Unit
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    detectable: float | None = None
    reason: str = ""

    @property
    def significant(self) -> bool:
        return self.p_adjusted is not None and self.p_adjusted < SIGNIFICANT


def clusters_of(scores: Sequence[Scored]) -> tuple[list[str], Unit]:
    """What each score is clustered by, and whether that is its document or itself."""
    by_document = [_cluster(score) for score in scores]
    if len(set(by_document)) >= FEWEST:
        return by_document, "document"
    return [f"question {score.question}" for score in scores], "question"


def compare_arms(
    metric: str, arms: Mapping[str, Sequence[Scored]], *, resamples: int, seed: int
) -> tuple[Comparison, ...]:
    """Each pair of arms; ``arms`` is in order of cost, and each arm is compared over every cheaper one."""
    pairs = [
        _compare(metric, (over, arms[over]), (arm, arms[arm]), resamples=resamples, seed=seed)
        for over, arm in combinations(arms, 2)
    ]
    tested = [pair for pair in pairs if pair.p is not None]
    adjusted = iter(holm([pair.p for pair in tested if pair.p is not None]))
    return tuple(replace(pair, p_adjusted=next(adjusted)) if pair.p is not None else pair for pair in pairs)


def _compare(
    metric: str,
    over: tuple[str, Sequence[Scored]],
    arm: tuple[str, Sequence[Scored]],
    *,
    resamples: int,
    seed: int,
) -> Comparison:
    before = {score.question: score.value for score in over[1]}
    paired = [
        replace(score, value=score.value - before[score.question]) for score in arm[1] if score.question in before
    ]
    clusters, unit = clusters_of(paired)
    bare = Comparison(
        metric=metric, arm=arm[0], over=over[0], questions=len(paired), clusters=len(set(clusters)), unit=unit
    )
    if len(paired) < FEWEST:
        return replace(bare, reason=f"{len(paired)} questions were scored in both arms; at least {FEWEST} are needed")
    data = Clustered.of([score.value for score in paired], clusters)
    interval = bootstrap(data, resamples=resamples, seed=seed)
    smallest = detectable(data)
    return replace(
        bare,
        difference=data.mean,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        p=sign_flip(data, resamples=resamples, seed=seed),
        detectable=smallest,
        reason="" if smallest is not None else "the arms differ by the same on every question, so no spread is known",
    )


def _cluster(score: Scored) -> str:
    return f"document {score.document}" if score.document else f"question {score.question}"
