"""From comparisons to a verdict in one sentence: which arm to use, and how sure that is.

Rules, for the metric that decides (the first that steep.toml lists):

1. The verdict is the cheapest arm that no other arm was shown to beat. Cost rises in the order base, rag, tuned, both.
2. "Shown" means: p below 0.05 in the sign-flip test after Holm's correction over all pairs of arms.
3. If no arm was shown to beat another, it says "no difference shown", keeps the cheapest, and names the smallest
   difference that these questions would have shown: without it, "no difference" could mean "too few questions".
4. An arm that was not measured takes no part, and the verdict says why; it never counts as zero.

What the arm it names was shown to lose by other metrics is added by ``losses.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from steep.measuring.comparison import FEWEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.measuring.comparison import Comparison

__all__ = ["ArmVerdict", "Standing", "decide", "loser"]

Ground = Literal["better", "cheaper", "no-difference", "only-arm", "too-few", "nothing-measured"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An arm with its mean, or None and the reason why it was not measured."""

    arm: str
    mean: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmVerdict:
    """``arm`` is the one to use, None where nothing was measured; ``over`` the arm it is weighed against.

    ``difference`` is arm less over, with its 95% interval. ``ground`` says which rule spoke: `better` (shown to beat
    a cheaper arm), `cheaper` (a dearer arm was shown to be worse, or to gain nothing over it), and so on.
    ``losses`` names the metrics in which the other arm was shown to be better.
    """

    sentence: str
    metric: str
    arm: str | None
    over: str | None = None
    ground: Ground
    significant: bool = False
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p_adjusted: float | None = None
    detectable: float | None = None
    not_measured: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()


def decide(
    metric: str, standings: Sequence[Standing], comparisons: Sequence[Comparison], *, higher_is_better: bool = True
) -> ArmVerdict:
    """The verdict; ``standings`` in order of cost, ``comparisons`` those of the deciding metric."""
    sign = 1 if higher_is_better else -1
    measured = [standing for standing in standings if standing.mean is not None]
    absent = tuple(f"{each.arm}: {each.reason}" for each in standings if each.mean is None)
    if not measured:
        return _alone(metric, None, "nothing-measured", "No arm could be measured", absent)
    if len(measured) == 1:
        only = measured[0]
        said = f"Only {only.arm} was measured ({metric} {only.mean:.3f}), so there is nothing to compare it with"
        return _alone(metric, only.arm, "only-arm", said, absent)
    tested = [each for each in comparisons if each.p_adjusted is not None]
    if not tested:
        said = f"Too few questions to compare the arms; until there are more, keep the cheaper one, {measured[0].arm}"
        return _alone(metric, measured[0].arm, "too-few", said, absent)
    beaten = {lost for each in tested if (lost := loser(each, sign))}
    ranked = sorted(measured, key=lambda each: -sign * (each.mean or 0.0))
    winner = next((each for each in measured if each.arm not in beaten), ranked[0])
    return _told(metric, winner, measured, tested, sign, absent)


def _told(
    metric: str,
    winner: Standing,
    measured: Sequence[Standing],
    tested: Sequence[Comparison],
    sign: int,
    absent: tuple[str, ...],
) -> ArmVerdict:
    mine = [each for each in tested if winner.arm in (each.arm, each.over)]
    won = [each for each in mine if each.significant and loser(each, sign) != winner.arm]
    cheaper = [each for each in won if each.arm == winner.arm]
    rivals = [each for each in mine if each not in won]
    if cheaper:
        # over the strongest of the arms it beats: the smallest gain is the one that must be believed
        comparison, ground = min(cheaper, key=lambda each: abs(each.difference or 0.0)), "better"
    elif won and not rivals:
        comparison, ground = min(won, key=lambda each: abs(each.difference or 0.0)), "cheaper"
    else:
        standing = {each.arm: each.mean or 0.0 for each in measured}
        comparison = max(rivals or mine, key=lambda each: sign * standing[_other(each, winner.arm)])
        ground = "no-difference"
    turn = 1 if comparison.arm == winner.arm else -1
    over = _other(comparison, winner.arm)
    # adding 0.0 makes a negative zero, which would print as -0.000, a plain one
    low, high = sorted((turn * (comparison.low or 0.0) + 0.0, turn * (comparison.high or 0.0) + 0.0))
    difference = turn * (comparison.difference or 0.0) + 0.0
    figures = f"{metric} {difference:+.3f}, 95% interval {low:+.3f} to {high:+.3f}, p {_p(comparison)}"
    return ArmVerdict(
        sentence=_sentence(ground, winner.arm, over, figures, comparison, rivals, absent),
        metric=metric,
        arm=winner.arm,
        over=over,
        ground="better" if ground == "better" else "cheaper" if ground == "cheaper" else "no-difference",
        significant=comparison.significant,
        difference=difference,
        low=low,
        high=high,
        p_adjusted=comparison.p_adjusted,
        detectable=comparison.detectable,
        not_measured=absent,
    )


def _sentence(
    ground: str,
    arm: str,
    over: str,
    figures: str,
    comparison: Comparison,
    rivals: Sequence[Comparison],
    absent: tuple[str, ...],
) -> str:
    basis = f"{comparison.questions} questions in {comparison.clusters} groups by document"
    if comparison.unit == "question":
        basis = f"{comparison.questions} questions on fewer than {FEWEST} documents"
    if ground == "better":
        said = f"Use {arm}: it beats {over} ({figures}; {basis})"
        dearer = [_other(each, arm) for each in rivals if each.over == arm]
        if dearer:
            said += f", and {_listed(dearer)} {'was' if len(dearer) == 1 else 'were'} not shown to gain more"
    elif ground == "cheaper":
        said = f"Use {arm}: it is cheaper than {over} and beats it ({figures}; {basis})"
    else:
        said = f"No difference shown between {arm} and {over}: keep the cheaper, {arm} ({figures}; {basis})"
    if ground == "no-difference" and comparison.detectable is not None:
        said += f"; a true difference of {comparison.detectable:.3f} would have been seen four times in five"
    return said + _unmeasured(absent) + "."


def _alone(metric: str, arm: str | None, ground: Ground, said: str, absent: tuple[str, ...]) -> ArmVerdict:
    return ArmVerdict(
        sentence=said + _unmeasured(absent) + ".", metric=metric, arm=arm, ground=ground, not_measured=absent
    )


def _unmeasured(absent: tuple[str, ...]) -> str:
    return f". Not measured: {'; '.join(each.rstrip('.') for each in absent)}" if absent else ""


def loser(comparison: Comparison, sign: int) -> str | None:
    """The arm that was shown to be worse, if any."""
    if not comparison.significant or not comparison.difference:
        return None
    return comparison.over if sign * comparison.difference > 0 else comparison.arm


def _other(comparison: Comparison, arm: str) -> str:
    return comparison.over if comparison.arm == arm else comparison.arm


def _p(comparison: Comparison) -> str:
    value = comparison.p_adjusted or 0.0
    return "below 0.001" if value < 0.001 else f"{value:.3f}"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
