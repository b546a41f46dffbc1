"""Who is measured: the arms or profiles in order of cost, each with its fingerprint, or why it cannot answer.

An arm whose adapter is not in production, since held-out pairs showed no gain, is measured with the newest version:
people's own questions are the better judge.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from steep import __version__
from steep.answering.profiles import find_profile
from steep.answering.speakers import speaker
from steep.errors import AdapterError
from steep.values import ARMS, content_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.answering.profiles import Profile
    from steep.answering.speakers import Speaker
    from steep.values import Generation
    from steep.workspace.project import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A profile to measure. ``reason`` says why it cannot be; ``fingerprint`` changes when its answers may."""

    profile: Profile
    adapter: str | None
    reason: str
    fingerprint: str

    @property
    def name(self) -> str:
        return self.profile.name


def lineup(project: Project, names: Sequence[str], generation: Generation) -> tuple[Contender, ...]:
    """The profiles of these names, cheapest arm first; raises ConfigError for an unknown name."""
    found = (find_profile(project.config, name, project.folder) for name in dict.fromkeys(names))
    profiles = [_with_newest(project, profile) for profile in found]
    profiles.sort(key=lambda profile: ARMS.index(profile.arm))
    return tuple(_contender(project, profile, generation) for profile in profiles)


def _contender(project: Project, profile: Profile, generation: Generation) -> Contender:
    speaks = speaker(project, profile.generator, model=profile.model)
    adapter, reason = _adapter(project, profile, speaks)
    if not profile.retrieves and not speaks.generator.closed_book:
        reason = f"the generator `{speaks.name}` answers only from passages"
    config = project.config
    settings = {
        "profile": profile,
        "adapter": adapter,
        "generation": generation,
        "speaker": speaks.fingerprint,
        "answer": config.answer,
        "search": (config.index, config.embedder) if profile.retrieves else None,
        "seed": config.project.seed,
        "steep": __version__,
    }
    return Contender(
        profile=profile,
        adapter=adapter,
        reason=reason,
        fingerprint=content_id("arm", json.dumps(settings, default=_plain, sort_keys=True)),
    )


def _with_newest(project: Project, profile: Profile) -> Profile:
    name, _, alias = (profile.adapter or "").partition("@")
    if profile.name not in ARMS or alias != "production" or profile.adapter in project.adapters.aliases(name):
        return profile
    newest = project.adapters.versions(name)
    return replace(profile, adapter=newest[0].version) if newest else profile


def _adapter(project: Project, profile: Profile, speaks: Speaker) -> tuple[str | None, str]:
    """The adapter's version, and why it cannot be used."""
    if profile.adapter is None:
        return None, ""
    try:
        version = project.adapters.resolve(profile.adapter)
    except AdapterError as error:
        return None, str(error)
    try:
        speaks.check(version, profile.adapter, grounded=profile.retrieves)
    except AdapterError as error:
        return version.version, str(error).removesuffix(".")
    return version.version, ""


def perplexity(project: Project, contenders: Sequence[Contender]) -> dict[str, float]:
    """With which perplexity each reads documents that were held out of tuning, as its adapter's lineage has it.

    One without an adapter is what that adapter was before it was tuned. Those that were tuned on nothing, or on what
    does not write, have none.
    """
    able = [each for each in contenders if not each.reason]
    known = {each.name: project.adapters.resolve(each.adapter).lineage for each in able if each.adapter}
    read = {name: lineage["perplexity"] for name, lineage in known.items() if lineage.get("perplexity")}
    untuned = {figures["before"] for figures in read.values()}
    found = {name: float(figures["after"]) for name, figures in read.items()}
    if len(untuned) == 1:  # of several adapters, tuned apart on other documents, none speaks for the untuned
        found |= {each.name: float(min(untuned)) for each in able if not each.adapter}
    return {each.name: found[each.name] for each in able if each.name in found}


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if is_dataclass(value) and not isinstance(value, type):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    raise TypeError(f"{value!r} has no place in a fingerprint")
