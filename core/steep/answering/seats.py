"""What the profiles of a project answer with, built once and kept: speakers, guards, the opened index."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.answering.policy import guards_of
from steep.answering.profiles import find_profile, profile_names
from steep.answering.speakers import speaker
from steep.errors import AdapterError, ConfigError, SteepError
from steep.indexing.making import outdated
from steep.values import content_id
from steep.wire import to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from steep.answering.policy import Guards
    from steep.answering.profiles import Profile
    from steep.answering.speakers import Speaker
    from steep.kinds import Guardrail, Reranker, Retriever, Tool
    from steep.values import AdapterVersion, Caller
    from steep.workspace.library import Library
    from steep.workspace.project import Project
    from steep.workspace.sections import GuardSpec, PartSpec

__all__ = ["Seat", "Seats"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A profile with its parts; ``prompt`` and ``guardrails`` are hashes of what is in force."""

    profile: Profile
    speaker: Speaker
    guards: Guards
    tools: Mapping[str, Tool]
    prompt: str
    guardrails: str


class Seats:
    """The seats of a project by profile; thread-safe. It keeps the generation it opened until another is current."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._lock = threading.RLock()
        self._library: Library | None = None
        self._retrievers: dict[str, Retriever] = {}
        self._rerankers: dict[str, Reranker] = {}
        self._guardrails: dict[str, Guardrail] = {}
        self._seats: dict[str, Seat] = {}
        self._whole: set[str] = set()
        self._outdated: dict[int, str] = {}

    @property
    def names(self) -> tuple[str, ...]:
        return profile_names(self._project.config)

    def seat(self, name: str) -> Seat:
        """Raises ConfigError or PluginError for a profile that is wrong, with the profile's name."""
        with self._lock:
            if name not in self._seats:
                self._seats[name] = self._built(find_profile(self._project.config, name, self._project.folder))
            return self._seats[name]

    def library(self) -> Library:
        """The current generation, opened; raises NotIndexed or Damaged."""
        with self._lock:
            current = self._project.generations.current()
            if self._library is None or current is None or self._library.generation.number != current.number:
                self._library = self._project.library()
                self._retrievers.clear()
            return self._library

    def opened(self, profile: Profile) -> tuple[Library, Retriever, Reranker | None]:
        with self._lock:
            library = self.library()
            key = _key(profile.retriever)
            if key not in self._retrievers:
                self._retrievers[key] = self._project.retriever(library, profile.retriever)
            return library, self._retrievers[key], self._reranker(profile.reranker)

    @property
    def outdated(self) -> Mapping[int, str]:
        """How generations that were looked at were made otherwise than they would be now, by number."""
        return self._outdated

    def look_at_index(self) -> str:
        """How the current generation was made otherwise than it would be now; "" too where none was ever opened."""
        with self._lock:
            current = self._project.generations.current()
            if self._library is None or current is None:
                return ""
            if current.number not in self._outdated:
                self._outdated = {current.number: self._differs()}
            return self._outdated[current.number]

    def _differs(self) -> str:
        try:
            return outdated(self._project)
        except SteepError:  # a part that cannot be built, and that nothing may need: the doctor says so
            return ""

    def adapter(self, wanted: str | None, seat: Seat) -> AdapterVersion | None:
        """The adapter version that a name stands for now; raises AdapterError for one that is of no use here."""
        if wanted is None:
            return None
        version = self._project.adapters.resolve(wanted)
        seat.speaker.check(version, wanted, grounded=seat.profile.retrieves)
        if version.version not in self._whole:  # once: its files are read for it
            if damage := self._project.adapters.damage(version.version):
                raise AdapterError(
                    f"the adapter {wanted!r} is damaged: {damage}. Restore the folder from a backup, let "
                    "`steep doctor --rebuild` put right what one flipped bit spoiled, point to another version with "
                    "`steep adapters promote`, or run `steep tune`, which writes the same one again."
                )
            self._whole.add(version.version)
        return version

    def served(self, wanted: str | None, seat: Seat, caller: Caller) -> tuple[AdapterVersion | None, str]:
        """The version that a caller is answered with, and the id of the rollout that chose it, "" for none.

        A candidate that is of no use here ends its rollout, and the caller is answered with the stable version.
        """
        stable, rollouts = self.adapter(wanted, seat), self._project.rollouts
        rollout = rollouts.running(wanted) if wanted else None
        if rollout is None:
            return stable, ""
        if not rollout.takes(caller.name):
            return stable, rollout.id
        try:
            return self.adapter(rollout.candidate, seat), rollout.id
        except AdapterError as error:
            rollouts.end(rollout, state="rolled back", reason=str(error), now=self._project.clock())
            return stable, ""

    def _built(self, profile: Profile) -> Seat:
        try:
            speaks = speaker(self._project, profile.generator, model=profile.model)
            if profile.model is not None:
                self._project.model(profile.model)
            tools = {name: self._project.tool(name) for name in profile.tools}
        except ConfigError as error:
            if profile.name not in self._project.config.profile:
                raise
            raise type(error)(f"[profile.{profile.name}]: {error}") from error
        return Seat(
            profile=profile,
            speaker=speaks,
            guards=guards_of(profile.guardrails, self._guardrail),
            tools=tools,
            prompt=content_id("prompt", profile.prompt) if profile.prompt else "",
            guardrails=content_id("guardrails", repr(to_json(profile.guardrails.model_dump(mode="json")))),
        )

    def _reranker(self, spec: PartSpec | None) -> Reranker | None:
        if spec is None:
            return None
        key = _key(spec)
        if key not in self._rerankers:
            self._rerankers[key] = self._project.build("reranker", spec)
        return self._rerankers[key]

    def _guardrail(self, spec: GuardSpec) -> Guardrail:
        key = _key(spec)
        if key not in self._guardrails:
            self._guardrails[key] = self._project.build("guardrail", spec, where=f"guardrails: {spec.use}")
        return self._guardrails[key]


def _key(spec: PartSpec) -> str:
    return repr((spec.use, sorted(spec.options.items())))
