"""Promotion: whether an alias moves to a new adapter version."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from steep.values import AdapterVersion
    from steep.workspace.adapters import Adapters

# scores can be compared where these are the same
_SAME = ("base", "dataset", "generator")


def promote(adapters: Adapters, version: AdapterVersion, alias: str, *, before: float, now: float) -> tuple[bool, str]:
    """Point the alias at the version if it gained; returns whether it points there now, and why.

    It is not taken from a version that scored at least as high on the same pairs with the same base.
    """
    after = version.score
    if after is None or after <= before:
        return False, f"no gain on the dev pairs: {before:.4f} before, {_shown(after)} after"
    current = _current(adapters, version.name, alias)
    if current is not None and current.version == version.version:
        return True, "it is the version that was there already"
    if current is not None and current.score is not None and current.score >= after and _comparable(current, version):
        return (
            False,
            f"{current.version}, in its place, scored {current.score:.4f} on the same pairs; this, {after:.4f}",
        )
    reason = f"dev score {before:.4f} before, {after:.4f} after"
    adapters.point(version.name, alias, version.version, reason=f"tuned: {reason}", now=now)
    return True, reason


def _current(adapters: Adapters, name: str, alias: str) -> AdapterVersion | None:
    reference = f"{name}@{alias}"
    return adapters.resolve(reference) if reference in adapters.aliases(name) else None


def _comparable(one: AdapterVersion, other: AdapterVersion) -> bool:
    return all(one.lineage.get(key) == other.lineage.get(key) for key in _SAME)


def _shown(score: float | None) -> str:
    return "not measured" if score is None else f"{score:.4f}"
