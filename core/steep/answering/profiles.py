"""Profiles: the four arms, which always exist, and those that steep.toml adds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.errors import ConfigError
from steep.validation import nearest
from steep.values import ARMS

if TYPE_CHECKING:
    from pathlib import Path

    from steep.values import Arm
    from steep.workspace.config import Config, GuardrailsSection

__all__ = ["Profile", "find_profile", "profile_names", "prompt_text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A named bundle, complete: what steep.toml leaves open has been filled in.

    ``adapter`` is None for the arms that use none; ``prompt`` is the text itself.
    """

    name: str
    arm: Arm
    adapter: str | None
    passages: int
    prompt: str
    guardrails: GuardrailsSection

    @property
    def retrieves(self) -> bool:
        return self.arm in ("rag", "both")


def profile_names(config: Config) -> tuple[str, ...]:
    """All profiles: the four arms first, then those of steep.toml."""
    return (*ARMS, *(name for name in config.profile if name not in ARMS))


def find_profile(config: Config, name: str, folder: Path) -> Profile:
    """The profile of that name; ``folder`` is where steep.toml stands. Raises ConfigError for an unknown one."""
    if name in ARMS:
        arm, adapter, passages, prompt, guardrails = name, None, None, None, None
    elif name in config.profile:
        spec = config.profile[name]
        arm, adapter, passages = spec.arm, spec.adapter, spec.passages
        prompt, guardrails = spec.prompt, spec.guardrails
    else:
        raise ConfigError(f"there is no profile named {name!r}; {nearest(name, profile_names(config))}")
    tuned = arm in ("tuned", "both")
    return Profile(
        name=name,
        arm=arm,
        adapter=(adapter or f"{config.project.name}@production") if tuned else None,
        passages=passages or config.answer.passages,
        prompt=prompt_text(config.answer.prompt if prompt is None else prompt, folder),
        guardrails=guardrails or config.guardrails,
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
