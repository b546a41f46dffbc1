"""adapters: versions with what they were made of and scored; aliases are moved with a reason, and moved back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from steep.errors import Busy, ConfigError
from steep.workspace.adapters import AliasMove

if TYPE_CHECKING:
    from steep.values import AdapterVersion, Caller
    from steep.workspace.project import Project

__all__ = ["Shown", "listed", "promote", "rollback", "shown"]

_LONGEST = 1_000  # characters of a reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An adapter version with the aliases that point to it; ``damage`` says what is wrong with its files."""

    adapter: AdapterVersion
    aliases: tuple[str, ...]
    damage: str = ""

    def to_json(self, *, whole: bool = True) -> dict[str, Any]:
        """Without what it was made of, and the log of its steps, where not the ``whole`` is asked for."""
        lineage, adapter = self.adapter.lineage, self.adapter
        scores = ("score_before", "score_after", "interval", "forgetting", "perplexity")
        names = ("dataset", "recipe", *scores, "rows", "seconds")
        told = {name: lineage.get(name) for name in names}
        shown = {"version": adapter.version, "name": adapter.name, "base": adapter.base, "score": adapter.score}
        beside = {"lineage": dict(lineage), "damage": self.damage} if whole else {}
        return {**shown, "aliases": list(self.aliases), **told, **beside}


def listed(project: Project) -> tuple[Shown, ...]:
    """Every version, newest first."""
    aliases = project.adapters.aliases()
    return tuple(_with_aliases(each, aliases) for each in project.adapters.versions())


def shown(project: Project, reference: str) -> Shown:
    """A version, by its beginning or as `name@alias`, with what is wrong with it; raises UnknownAdapter."""
    found = project.adapters.resolve(reference)
    return _with_aliases(found, project.adapters.aliases(), project.adapters.damage(found.version))


def promote(
    project: Project, reference: str, *, alias: str, reason: str, caller: Caller, standing: str | None = None
) -> AliasMove:
    """Point an alias at a version; requests that begin later use it.

    ``standing`` is the version that the alias was thought to point to, "" for none: raises Busy where it was moved
    meanwhile. Raises UnknownAdapter for a version that is not there, AdapterConflict for a damaged one, and ConfigError
    for no reason.
    """
    said = reason.strip()
    if not said or len(said) > _LONGEST:
        raise ConfigError(f"say for which reason, in 1 to {_LONGEST:,} characters; it is kept in the alias's history.")
    found = project.adapters.resolve(reference)
    _unmoved(project, found.name, alias, standing)
    return project.adapters.point(
        found.name, alias, found.version, reason=f"{said} ({caller.name})", now=project.clock()
    )


def rollback(project: Project, name: str, *, alias: str, standing: str | None = None) -> AliasMove:
    """Point an alias where it pointed before its last move; where a rollout is running, end that instead.

    Raises AdapterConflict where there is no earlier version.
    """
    _unmoved(project, name, alias, standing)
    rollout = project.rollouts.running(f"{name}@{alias}")
    if rollout is not None:
        now = project.clock()
        project.rollouts.end(rollout, state="rolled back", reason="by hand", now=now)
        return AliasMove(
            name=name,
            alias=alias,
            version=rollout.stable,
            previous=rollout.candidate,
            reason="the rollout was ended by hand",
            created=now,
        )
    return project.adapters.rollback(name, alias, now=project.clock())


def _unmoved(project: Project, name: str, alias: str, standing: str | None) -> None:
    found = project.adapters.aliases(name).get(f"{name}@{alias}", "")
    if standing is not None and found != standing:
        raise Busy(f"`{name}@{alias}` was moved meanwhile and points to {found or 'nothing'}; nothing was done.")


def _with_aliases(adapter: AdapterVersion, aliases: dict[str, str], damage: str = "") -> Shown:
    pointing = tuple(alias for alias, version in aliases.items() if version == adapter.version)
    return Shown(adapter=adapter, aliases=pointing, damage=damage)
