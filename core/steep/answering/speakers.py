"""A generator with the model that it answers with: who speaks in a profile."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from steep.engine.adapters import adapter_of
from steep.errors import AdapterError, ConfigError, PluginNotFound
from steep.kinds import Heeding, Together
from steep.validation import nearest
from steep.values import content_id
from steep.workspace.places import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from steep.kinds import AdapterRef, Generator, Model
    from steep.values import AdapterVersion
    from steep.workspace.project import Project

__all__ = ["Speaker", "speaker"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """``name`` is that of steep.toml; ``others`` are the generators that this one lets answer."""

    name: str
    generator: Generator
    model_name: str
    project: Project
    others: Mapping[str, Speaker] = field(default_factory=dict)

    @property
    def model(self) -> Model:
        """Raises ConfigError where steep.toml does not say which model."""
        known = self.project.config.model
        if not self.model_name:
            found = f"several are configured ({', '.join(known)})" if known else "none is configured"
            raise ConfigError(
                f'the generator `{self.name}` answers with a language model, and {found}: write `model = "NAME"` in '
                f"its table of {FILE_NAME}, and the model itself as [model.NAME]."
            )
        return self.project.model(self.model_name)

    @property
    def base(self) -> str:
        """What its adapters are tuned on: its own digest, or its model's; "" for one that only lets others answer."""
        return self.generator.digest or ("" if self.others else self.model.digest)

    @property
    def heeds(self) -> frozenset[str]:
        """What of a request makes a difference, to it or to one that it lets answer (`SETTINGS`)."""
        own = self.generator.heeds if isinstance(self.generator, Heeding) else frozenset()
        return own.union(*(other.heeds for other in self.others.values()))

    @property
    def answers_with_model(self) -> bool:
        """Whether it writes with a model itself, and does not quote, or only let others answer."""
        return not self.generator.digest and bool(self.model_name or not self.others)

    @property
    def models(self) -> tuple[Model, ...]:
        """Those that it, and who it lets answer, write with."""
        own = (self.model,) if self.answers_with_model else ()
        return tuple(dict.fromkeys((*own, *(each for other in self.others.values() for each in other.models))))

    @property
    def at_once(self) -> int:
        """How many questions are worth asking at the same time: one, unless a model writes for several together."""
        own = 1
        if self.answers_with_model:
            own = self.model.at_once if isinstance(self.model, Together) else 1
        return max(own, *(other.at_once for other in self.others.values()), 1)

    @property
    def bases(self) -> tuple[str, ...]:
        """All that an adapter may have been tuned on to be of use here."""
        found = (self.base, *(base for other in self.others.values() for base in other.bases))
        return tuple(dict.fromkeys(base for base in found if base))

    @property
    def fingerprint(self) -> str:
        """Changes when the same question may be answered otherwise."""
        spec = self.project.config.generator_named(self.name)
        options = repr(sorted(spec.options.items())) if spec else ""
        return content_id(self.name, options, self.base, *(each.fingerprint for each in self.others.values()))

    def adapted(self, version: AdapterVersion | None) -> AdapterRef | None:
        """The adapter, where it was tuned on this generator or its model."""
        if version is None or version.base != self.base:
            return None
        from pathlib import Path

        return adapter_of(Path(version.folder), version.version)

    def check(self, version: AdapterVersion, wanted: str, *, grounded: bool = True) -> None:
        """Raises AdapterError for an adapter that nobody here was tuned on.

        Also for one of which nothing would show in answers that are not ``grounded``.
        """
        named = wanted if wanted == version.version else f"{wanted!r} (version {version.version})"
        if version.base not in self.bases:
            raise AdapterError(
                f"the adapter {named} was tuned on {version.base}, but "
                f"`{self.name}` is {', '.join(self.bases)} now; run `steep tune` again, or ask "
                "without it (`--profile rag`)."
            )
        tuned = self._tuned(version.base)
        if not grounded and not any(each.generator.closed_book for each in tuned):
            raise AdapterError(
                f"the adapter {named} was tuned on `{tuned[0].name}`, which answers "
                "only from passages, so nothing of it would show in an answer without them; use both in place of tuned."
            )

    def _tuned(self, base: str) -> tuple[Speaker, ...]:
        """Who of this one and those it lets answer is changed by an adapter of that base."""
        inner = tuple(found for other in self.others.values() for found in other._tuned(base))
        return (self, *inner) if base == self.base else inner


def speaker(project: Project, name: str = "", *, model: str | None = None, within: tuple[str, ...] = ()) -> Speaker:
    """The generator of that name, built; ``model`` replaces its own. Raises ConfigError for one that is not there."""
    config = project.config
    spec = config.generator_named(name)
    known = [config.generator.use, *config.generator.further]
    called = name or config.generator.use
    if called in within:
        raise ConfigError(
            f"[generator]: `{called}` lets `{within[-1]}` answer, which lets it answer; break the circle."
        )
    try:
        generator = project.generator(name)
    except PluginNotFound as error:
        if spec is not None:
            raise
        raise ConfigError(
            f"{FILE_NAME} has no [generator.{name}], and no part of that name is installed; {nearest(name, known)}"
        ) from error
    chosen = model or (spec.model if spec else None) or (next(iter(config.model)) if len(config.model) == 1 else "")
    others = {each: speaker(project, each, within=(*within, called)) for each in generator.others}
    return Speaker(name=called, generator=generator, model_name=chosen, project=project, others=others)
