"""Profiles: the four arms, which always exist, and those that steep.toml adds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.errors import ConfigError
from steep.validation import nearest
from steep.values import PRESETS
from steep.workspace.config import ProfileSpec

if TYPE_CHECKING:
    from pathlib import Path

    from steep.values import Arm
    from steep.workspace.config import Config, GuardrailsSection
    from steep.workspace.sections import PartSpec

__all__ = ["AUTO", "Profile", "find_profile", "profile_names", "prompt_text"]

AUTO = "auto"
"""The name under which a question is sent to the profile that the router chooses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A named bundle, complete: what steep.toml leaves open has been filled in.

    ``adapter`` is None for the arms that use none; ``generator`` "" is the default one; ``model`` None is the
    generator's own; ``prompt`` is the text itself.
    """

    name: str
    preset: Arm
    generator: str
    model: str | None
    adapter: str | None
    passages: int
    retriever: PartSpec
    reranker: PartSpec | None
    prompt: str
    guardrails: GuardrailsSection
    tools: tuple[str, ...] = ()

    @property
    def arm(self) -> str:
        return self.preset.name

    @property
    def retrieves(self) -> bool:
        return self.preset.retrieves


def profile_names(config: Config) -> tuple[str, ...]:
    """All profiles: the four arms first, then those of steep.toml."""
    return (*PRESETS, *(name for name in config.profile if name not in PRESETS))


def find_profile(config: Config, name: str, folder: Path) -> Profile:
    """The profile of that name; ``folder`` is where steep.toml stands. Raises ConfigError for an unknown one."""
    if name not in PRESETS and name not in config.profile:
        raise ConfigError(f"there is no profile named {name!r}; {nearest(name, profile_names(config))}")
    spec = ProfileSpec(arm=name) if name in PRESETS else config.profile[name]
    preset = PRESETS[spec.arm]
    return Profile(
        name=name,
        preset=preset,
        generator=spec.generator or "",
        model=spec.model,
        adapter=(spec.adapter or f"{config.project.name}@production") if preset.tuned else None,
        passages=spec.passages or config.answer.passages,
        retriever=spec.retriever or config.retriever,
        reranker=spec.reranker or config.reranker,
        prompt=prompt_text(config.answer.prompt if spec.prompt is None else spec.prompt, folder),
        guardrails=spec.guardrails or config.guardrails,
        tools=tuple(spec.tools),
    )


def prompt_text(file: str, folder: Path) -> str:
    """The text of a prompt file, "" for none; raises ConfigError where it cannot be read."""
    if not file:
        return ""
    try:
        return (folder / file).read_text("utf-8-sig").strip()
    except OSError as error:
        raise ConfigError(f"the prompt file {folder / file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ConfigError(f"the prompt file {folder / file} is not UTF-8 text; save it as UTF-8.") from None
