"""How likely each token of a reply was, and what else could have stood there: `Ask.chances`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from steep.kinds import Chance
from steep_plugins.models.speech import Speech

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Chances:
    """Kept while one reply is written. The tokens' texts join to the reply's text.

    A letter that needs several tokens stands with the last of them; the others have no text.
    """

    def __init__(self, read: Callable[[Sequence[int]], str], others: int) -> None:
        self._read = read
        self._others = others
        self._speech = Speech(read)
        self._before: list[int] = []
        self._found: list[Chance] = []

    def took(self, token: int, known: torch.Tensor) -> None:
        """One more token, with the log-probabilities of all that could have been chosen."""
        likeliest = torch.topk(known, min(self._others, len(known))) if self._others else None
        others = zip(likeliest.indices.tolist(), likeliest.values.tolist(), strict=True) if likeliest else ()
        self._found.append(
            Chance(
                token=self._speech.add(token),
                log_probability=float(known[token]),
                others=tuple((self._alone(other), value) for other, value in others),
            )
        )
        self._before = [token]

    def of(self, length: int) -> tuple[Chance, ...]:
        """The tokens of a reply of so many characters: one that a stop text cut is cut, and none comes after it."""
        if self._found:
            self._found[-1] = replace(self._found[-1], token=self._found[-1].token + self._speech.end())
        kept: list[Chance] = []
        for each in self._found:
            if length <= 0:
                break
            kept.append(replace(each, token=each.token[:length]))
            length -= len(each.token)
        return tuple(kept)

    def _alone(self, token: int) -> str:
        """A token's text behind the one before, which may give it a space."""
        return self._read([*self._before, token])[len(self._read(self._before)) :]
