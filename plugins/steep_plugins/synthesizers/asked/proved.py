"""Whether a question fits the stretch that it was written for, by a model that was taught to judge and to answer.

The sentence alone, under the title of its document, must hold the answer: a sentence that leans on those around it, and
a question about something else, fail here. A stretch that is a part of its sentence must also be what the model itself
reads out of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from steep.kinds import Ask
from steep.measuring.scoring import token_f1
from steep.prompts import MARKER
from steep_plugins import intrinsics
from steep_plugins.intrinsics.judging import chances

if TYPE_CHECKING:
    from collections.abc import Sequence

    from steep.kinds import Model

_AGREES = 0.5  # token F1 of what is read with what was asked for
_READ = 32  # tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """``answer`` is what a question was written for; it stands in ``sentence``, under the title ``under``."""

    question: str
    answer: str
    sentence: str
    under: str

    @property
    def passage(self) -> str:
        return f"{self.under}\n{self.sentence}".strip()


def proved(claims: Sequence[Claim], model: Model, *, least: float) -> list[bool]:
    """Which of them hold; all do for a model that was not taught to judge, and where nothing is asked for."""
    if least <= 0 or intrinsics.find("answerable").adapter(model.digest) is None:
        return [True] * len(claims)
    held = [_held(claim, model) >= least for claim in claims]
    parts = [n for n, claim in enumerate(claims) if held[n] and claim.answer != claim.sentence]
    for number, said in zip(parts, _read([claims[n] for n in parts], model), strict=True):
        held[number] = token_f1(said, claims[number].answer) >= _AGREES
    return held


def _held(claim: Claim, model: Model) -> float:
    found = chances("answerable", model, [claim.passage], [{"question": claim.question}])
    return found[0] if found else 0.0


def _read(claims: Sequence[Claim], model: Model) -> list[str]:
    """What the model answers from the sentence alone, in one batch, without its citation."""
    job = intrinsics.find("answer")
    asks = [
        Ask(
            messages=job.messages([claim.passage], question=claim.question),
            adapter=job.adapter(model.digest),
            max_tokens=_READ,
        )
        for claim in claims
    ]
    said = [""] * len(asks)
    for piece in model.chat(asks) if asks else ():
        said[piece.ask] += piece.text
    return [MARKER.sub("", text).strip() for text in said]
