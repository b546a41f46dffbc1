"""What the training shows: texts with what of them gives orders, drawn anew by a seed."""

from __future__ import annotations

import random
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steep_plugins.guardrails.units import units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sources import Sources

_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]|<(\w+)>")
_AROUND, _CHARACTERS = 2, 240  # sentences of a document beside an order, at most of so many characters


@dataclass(frozen=True, slots=True)
class Text:
    """Units of a text, each an order (1) or none (0). ``any``: of those with 1 it is known of one, at least."""

    stage: str
    units: tuple[str, ...]
    orders: tuple[int, ...]
    any: bool = False


class Own:
    """The lines of own.toml, each for all that it can become."""

    def __init__(self) -> None:
        file = Path(__file__).with_name("own.toml")
        told: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
        self._slots = told["slots"]
        self._lines = {
            (kind, stage): [
                (1.0 if row["language"] == "en" else 0.6, line)
                for row in told[kind]
                if row["stage"] == stage
                for line in row["lines"]
            ]
            for kind in ("orders", "harmless")
            for stage in ("input", "passages")
        }

    def drawn(self, kind: str, stage: str, count: int, dice: random.Random) -> list[str]:
        lines = self._lines[kind, stage]
        chosen = dice.choices([line for _, line in lines], weights=[weight for weight, _ in lines], k=count)
        return [self._become(line, dice) for line in chosen]

    def _become(self, line: str, dice: random.Random) -> str:
        while found := _CHOICE.search(line):
            one = dice.choice(found[1].split("|")) if found[1] else dice.choice(self._slots[found[2]])
            # choices may hold slots, and slots brackets of links, which are no choices
            line = line[: found.start()] + one + line[found.end() :]
        return line.upper() if dice.random() < 0.03 else line


def draw(own: Own, sources: Sources, seed: str, share: float = 1.0) -> list[Text]:
    """The texts of a draw, sort by sort. ``share`` makes it smaller."""
    dice = random.Random(seed)

    def many(count: int) -> int:
        return max(1, round(share * count))

    made = [_any(text) for text in _few(sources.attacks, many(104), dice)]
    made += [_all("input", [text], 0) for text in _few(sources.prompts, many(150), dice)]
    made += [_all("input", [text], 0) for text in _few(sources.questions, many(350), dice)]
    made += [_all("input", [text], 0) for text in _few(sources.wishes, many(100), dice)]
    made += [_asked(each, 1, sources, dice) for each in own.drawn("orders", "input", many(450), dice)]
    made += [_asked(each, 0, sources, dice) for each in own.drawn("harmless", "input", many(450), dice)]
    for label, texts in (
        (0, [""] * many(450)),
        (1, own.drawn("orders", "passages", many(450), dice)),
        (1, own.drawn("orders", "input", many(80), dice)),
        (1, dice.choices(sources.steering, k=many(100))),
        (0, own.drawn("harmless", "passages", many(400), dice)),
        (0, own.drawn("harmless", "input", many(40), dice)),
    ):
        made += [_within(each, label, sources, dice) for each in texts]
    return made


def _few(texts: Sequence[str], count: int, dice: random.Random) -> list[str]:
    return dice.sample(texts, count) if count < len(texts) else [*texts]


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in units(text)]


def _all(stage: str, texts: Sequence[str], label: int) -> Text:
    said = [unit for text in texts for unit in cut(text)][:12]
    return Text(stage, tuple(said), (label,) * len(said))


def _any(text: str) -> Text:
    said = cut(text)[:12]
    return Text("input", tuple(said), (1,) * len(said), any=len(said) > 1)


def _asked(text: str, label: int, sources: Sources, dice: random.Random) -> Text:
    """By itself, or beside an honest question."""
    said = cut(text)
    labels = [label] * len(said)
    if dice.random() < 0.35:
        honest = cut(dice.choice(sources.questions))[:2]
        said, labels = (
            (said + honest, labels + [0] * len(honest))
            if dice.random() < 0.4
            else (
                honest + said,
                [0] * len(honest) + labels,
            )
        )
    return Text("input", tuple(said), tuple(labels), any=sum(labels) > 1)


def _within(text: str, label: int, sources: Sources, dice: random.Random) -> Text:
    """Among sentences of a document, at its beginning, within or at its end; now and then alone."""
    around = cut(dice.choice(sources.documents))
    start = dice.randrange(max(1, len(around) - _AROUND))
    around = [each[:_CHARACTERS] for each in around[start : start + _AROUND + (0 if text else 1)]]
    said = cut(text) if text else []
    if text and dice.random() < 0.15:
        around = []
    at = dice.randint(0, len(around))
    labels = [0] * at + [label] * len(said) + [0] * (len(around) - at)
    return Text("passages", tuple(around[:at] + said + around[at:]), tuple(labels), any=sum(labels) > 1)
