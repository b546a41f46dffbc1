"""A question is sent to a profile by the words in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from steep.errors import ConfigError
from steep.kinds import Route

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import RouteRequest


class Rules:
    """``rules`` are words with the profile they lead to; the first rule with a word of the question counts."""

    def __init__(self, rules: Sequence[tuple[tuple[str, ...], str]], *, otherwise: str = "") -> None:
        self._rules = [(_pattern(words), profile) for words, profile in rules]
        self._otherwise = otherwise

    def route(self, request: RouteRequest) -> Route:
        for pattern, profile in self._rules:
            if found := pattern.search(request.question):
                return Route(profile=known_profile(profile, request), reason=f"it says {found[0]!r}")
        chosen = self._otherwise or request.profiles[0]
        return Route(profile=known_profile(chosen, request), reason="no rule fits")


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words), re.IGNORECASE)


def known_profile(profile: str, request: RouteRequest) -> str:
    """The profile, if it can be chosen; raises ConfigError."""
    if profile not in request.profiles:
        raise ConfigError(
            f"[router]: there is no profile named {profile!r}; there are {', '.join(request.profiles)}. Add it as "
            f"[profile.{profile}], or name another."
        )
    return profile
