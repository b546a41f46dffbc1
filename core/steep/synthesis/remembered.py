"""A model whose replies are kept until the dataset is there: killed at any point, it writes none of them twice."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from steep.kinds import Piece, Together
from steep.values import content_id
from steep.wire import to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from steep.kinds import Ask, Model, Scored
    from steep.workspace.journal import Journal

__all__ = ["Remembered"]


class Remembered:
    """Asks ``model`` only for what ``journal`` does not hold; a reply counts once it has ended, if it is words alone.

    What is asked is known by its every field and by the model's digest, so that another adapter, seed or passage asks
    anew. ``heard`` is told with each piece of a reply how many have ended, of those that are written now.
    """

    def __init__(self, model: Model, journal: Journal, heard: Callable[[int], None] = lambda ended: None) -> None:
        self._model = model
        self._journal = journal
        self._heard = heard
        self._ended = 0

    @property
    def digest(self) -> str:
        return self._model.digest

    @property
    def context(self) -> int:
        return self._model.context

    @property
    def at_once(self) -> int:
        return self._model.at_once if isinstance(self._model, Together) else 1

    def chat(self, asks: Sequence[Ask]) -> Iterator[Piece]:
        keys = [self._key("chat", ask) for ask in asks]
        missing = [number for number, key in enumerate(keys) if self._journal.find(key) is None]
        for number, key in enumerate(keys):
            if number not in missing:
                kept = self._journal.find(key)
                yield Piece(text=kept["text"], ask=number, end=kept["end"], note=kept["note"])
        said: dict[int, str] = dict.fromkeys(missing, "")
        for piece in self._model.chat([asks[number] for number in missing]) if missing else ():
            number = missing[piece.ask]
            said[number] += piece.text
            if piece.end and not piece.calls and asks[number].chances is None:
                self._journal.add(keys[number], {"text": said[number], "end": piece.end, "note": piece.note})
            self._ended += bool(piece.end)
            self._heard(self._ended)
            yield replace(piece, ask=number)

    def score(self, asks: Sequence[Scored]) -> Sequence[float]:
        keys = [self._key("score", ask) for ask in asks]
        missing = [number for number, key in enumerate(keys) if self._journal.find(key) is None]
        found = self._model.score([asks[number] for number in missing]) if missing else ()
        for number, value in zip(missing, found, strict=True):
            self._journal.add(keys[number], value)
        return [float(self._journal.find(key)) for key in keys]

    def _key(self, what: str, ask: Ask | Scored) -> str:
        return content_id(what, self._model.digest, json.dumps(to_json(ask), sort_keys=True))
