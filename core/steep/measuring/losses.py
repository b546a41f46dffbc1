"""What the arm that a verdict names was shown to lose, by the metrics that did not decide.

An arm can gain in the deciding metric and lose elsewhere: one that answers more has more words right, and may give more
wrong answers. Such a loss is said when it is shown by the same test, with Bonferroni's correction over the other
metrics on top of Holm's over the pairs of arms. It changes nothing about which arm is named.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from steep.measuring.comparison import SIGNIFICANT
from steep.measuring.verdict import loser

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from steep.measuring.comparison import Comparison
    from steep.measuring.verdict import ArmVerdict

__all__ = ["with_losses"]


def with_losses(
    verdict: ArmVerdict, comparisons: Sequence[Comparison], higher_is_better: Mapping[str, bool | None]
) -> ArmVerdict:
    """The verdict with its ``losses`` and a sentence about them; as it is where no arm or no loss was shown."""
    if not verdict.significant or verdict.arm is None:
        return verdict
    others = [
        each
        for each in comparisons
        if each.metric != verdict.metric
        and {each.arm, each.over} == {verdict.arm, verdict.over}
        and higher_is_better.get(each.metric, True) is not None
    ]
    shown = [each for each in others if each.p_adjusted is not None and each.p_adjusted * len(others) < SIGNIFICANT]
    signs = {each.metric: 1 if higher_is_better.get(each.metric, True) else -1 for each in shown}
    lost = [each for each in shown if loser(each, signs[each.metric]) == verdict.arm]
    if not lost:
        return verdict
    said = "; ".join(_figures(each, verdict.arm) for each in lost)
    return replace(
        verdict,
        sentence=f"{verdict.sentence} But look: {verdict.over} beats it in {said}.",
        losses=tuple(each.metric for each in lost),
    )


def _figures(comparison: Comparison, arm: str) -> str:
    turn = 1 if comparison.arm == arm else -1
    low, high = sorted((turn * (comparison.low or 0.0), turn * (comparison.high or 0.0)))
    difference = turn * (comparison.difference or 0.0)
    return f"{comparison.metric} ({difference:+.3f}, 95% interval {low:+.3f} to {high:+.3f})"
