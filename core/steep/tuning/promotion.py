"""Promotion: whether an alias moves to a new adapter version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from steep.tuning.judging import Judgement
    from steep.values import AdapterVersion
    from steep.workspace.adapters import Adapters

# scores can be compared where these are the same: the weights tuned, and the held-out rows with their objective
_SAME = ("base", "scored_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What may be forgotten: nats a token of general text, and a share of the instructions that are followed."""

    forgetting: float
    unlearning: float


def promote(
    adapters: Adapters,
    version: AdapterVersion,
    alias: str,
    *,
    judgement: Judgement,
    limits: Limits,
    now: float,
    force: str = "",
) -> tuple[bool, str]:
    """Point the alias at the version if it gained; returns whether it points there now, and why.

    The gain's interval, which wants two held-out rows at least, must lie above 0, the loss on general text grow within
    its limit, and it must not be shown that more instructions than allowed are followed no longer: they are few, so the
    whole interval of their fall has to lie beyond the limit. The alias is not taken from a version that scored at least
    as high on the same rows with the same base. ``force`` is a reason to point it there all the same.
    """
    current = _current(adapters, version.name, alias)
    if current is not None and current.version == version.version:
        return True, "it is the version that was there already"
    against = _against(version, current, judgement, limits)
    if against and not force:
        return False, against
    reason = (
        f"forced: {force} (against it: {against})"
        if against
        else f"held-out score {_mean(judgement.before)} before, {_mean(judgement.after)} after (gain "
        f"{_interval(judgement)})"
    )
    adapters.point(version.name, alias, version.version, reason=f"tuned: {reason}", now=now)
    return True, reason


def _against(version: AdapterVersion, current: AdapterVersion | None, judgement: Judgement, limits: Limits) -> str:
    """What speaks against pointing the alias there, or an empty string."""
    before, after = _mean(judgement.before), _mean(judgement.after)
    if judgement.gain <= 0:
        return f"no gain on the held-out rows: {before} before, {after} after"
    if judgement.interval is None:
        return (
            f"a single held-out row cannot tell a gain from chance: {before} before, {after} after. Make more pairs, "
            "or raise `dev` in [synthesize]"
        )
    if judgement.interval[0] <= 0:
        return (
            f"the gain on {len(judgement.after)} held-out rows may be chance: {before} before, {after} after, "
            f"{_interval(judgement)}"
        )
    if forgot := _forgot(judgement, limits):
        return f"it forgot too much: {forgot}. Add a share of `replay` to the mixture, or learn more slowly"
    if current is None or current.score is None or version.score is None or not _comparable(current, version):
        return ""
    if current.score >= version.score:
        return (
            f"{current.version}, in its place, scored {current.score:.4f} on the same rows; this, {version.score:.4f}"
        )
    return ""


def _forgot(judgement: Judgement, limits: Limits) -> str:
    """What was forgotten beyond a limit, or an empty string."""
    if judgement.forgotten is not None and judgement.forgotten > limits.forgetting:
        return (
            f"the loss on general text grew by {judgement.forgotten:.3f}, and `forgetting` in its recipe allows "
            f"{limits.forgetting:g}"
        )
    followed, lost = judgement.followed, judgement.unlearned_interval
    if followed is not None and lost is not None and lost[0] > limits.unlearning:
        return (
            f"of {len(followed[0])} general instructions {sum(followed[0])} were followed before and "
            f"{sum(followed[1])} after ({lost[0]:.0%} to {lost[1]:.0%} lost), and `unlearning` in its recipe allows "
            f"{limits.unlearning:.0%}"
        )
    return ""


def _current(adapters: Adapters, name: str, alias: str) -> AdapterVersion | None:
    reference = f"{name}@{alias}"
    return adapters.resolve(reference) if reference in adapters.aliases(name) else None


def _comparable(one: AdapterVersion, other: AdapterVersion) -> bool:
    return all(one.lineage.get(key) == other.lineage.get(key) for key in _SAME)


def _mean(scores: tuple[float, ...]) -> str:
    return f"{sum(scores) / max(1, len(scores)):.4f}"


def _interval(judgement: Judgement) -> str:
    return "" if judgement.interval is None else "{:+.4f} to {:+.4f}".format(*judgement.interval)
